# The page's lead: a row as printed, the nearest reading that reaches it with each departure named, and what survives; from four
# committed records of MF-BPR, without data.
mkdir -p "$TMP/root/reports/evidence/runs"
cp -r bench expected "$TMP/root"
runs=$TMP/root/reports/evidence/runs
as_printed="282aef940f5e 6560fbe60222" simplex="6062b8762544 421b81a03345"
for id in $as_printed $simplex; do cp reports/evidence/runs/"$id"* "$runs"; done
report() { "$VERIREC" report --specs "$TMP/root" --runs "$runs" --out "$TMP/out" >/dev/null; }
outcome() { awk -F'\t' '$2 == "MF-BPR" { print $3 ": " $4 "/" $5 ", " $6 "/" $7 ", " $8 " " $9 "/" $10 ", " $19 ", " $20; print "  " $11 }' "$TMP/out/outcome.tsv"; }
report
echo "== every cell has a line"
cut -f 1 "$TMP/out/outcome.tsv" | sort | uniq -c
outcome
echo "== links that lead nowhere"
grep -o 'href="#[^"]*"' "$TMP/out/index.html" | sort -u | sed 's/href="#\(.*\)"/\1/' |
    while read -r name; do grep -q "id=\"$name\"" "$TMP/out/index.html" || echo "$name"; done
echo "== the departures stand in the page and in the Markdown"
grep -c 'settings: [67] departures' "$TMP/out/index.html"
grep -c 'negatives 300 for 800, reduction mean for sum; open in the paper: patience 3 for 1, dropout .2 for 0' "$TMP/out/report.md"
echo "== no search is run: nothing is said of the losses"
awk -F'\t' '$1 ~ /^4/ { print $2 ": " $3 }' "$TMP/out/survive.tsv"
echo "== another reading that is no closer"
for id in 49ee05d11d56 f10aed75e53f; do cp reports/evidence/runs/"$id"* "$runs"; done
report
awk -F'\t' '$2 == "CCL debiased" && $3 == "gowalla" { print "as printed " $6 ", closest: " $12 }' "$TMP/out/outcome.tsv"
grep -c '>none of 1 other reading comes closer; not run yet: ' "$TMP/out/index.html"
grep -c '| none of 1 other reading comes closer; not run yet: ' "$TMP/out/report.md"
echo "== every search is run, but the test split is not at hand"
(unset VERIREC_MIRROR && VERIREC_CACHE=$TMP/none "$VERIREC" report --runs "$runs" --out "$TMP/out" >/dev/null)
awk -F'\t' '$1 ~ /^4/' "$TMP/out/survive.tsv" | head -1
echo "== negative control: without the other reading"
for id in $simplex; do rm "$runs/$id"*; done
report
outcome
grep -o "not run yet: SimpleX's settings" "$TMP/out/index.html" | sort | uniq -c
