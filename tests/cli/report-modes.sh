# The ways to the negatives on the page: metrics and the processor time to a given Recall, followed by hand from the records.
root=$PWD
mse=$(grep -l '"name": "mse-biased-gowalla"' reports/evidence/runs/*.provenance.json)
mse=$(basename "$mse" .provenance.json)
mkdir -p "$TMP/root" "$TMP/runs"
cp -r bench expected "$TMP/root"
cp reports/evidence/runs/$mse.* "$TMP/runs" || exit 1
cd "$TMP" || exit 1
"$VERIREC" report --specs root --runs runs --out out >/dev/null 2>err || tail -n 1 err

echo "== losses, ways, who has a run"
cut -f 1-3,6 out/modes.tsv
echo "== by hand: the first epoch at 99 % of the best Recall, and the processor time up to it"
tr -d ' "' <runs/$mse.json | awk -F: '$1 == "recall@20" { r[n++] = $2 + 0 }
    END { best = r[0]; for (i in r) if (r[i] > best) best = r[i];
          for (i = 1; i < n; i++) if (r[i] >= .99 * best) { print i; exit } }' >epoch # r[0] is the run's own
tr -d ' ",' <runs/$mse.provenance.json | awk -F: '$1 == "core_seconds" { print $2 }' >paces
awk '{ s += $1 } END { printf "%.3f\n", s / NR }' paces >mean
awk -v run="$mse" -F'\t' 'FNR == 1 { file++ } file == 1 { e = $1 } file == 2 { m = $1 }
    file == 3 && $11 == run { d = $10 - e * m; print ($9 == e && $7 == m && d * d < .01 * e * e) ? "as by hand" : "differs: " $0 " against " e " " m }' \
    epoch mean out/modes.tsv
echo "== the page and the Markdown"
tr '>' '\n' <out/index.html | grep -o 'aria-label="[^"]* by core minutes"'
grep -c '^| \(MSE\|CCL\|MINE+\) | \(each\|256\|all\) .*| not run |' out/report.md
