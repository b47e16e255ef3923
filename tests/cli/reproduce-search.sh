# A search from candidates to refitted winners, on a planted world: budget, choice and leak followed by hand from the records,
# and the tests over users against `verirec compare`'s.
mkdir -p "$TMP/root"
cp -r bench expected "$TMP/root"
cp tests/cli/search.cfg "$TMP/root/bench/search.cfg"
cd "$TMP" || exit 1
search() {
    "$VERIREC" reproduce --profile full --tables search --specs root --runs runs --out out --threads 2 "$@" 2>err >log ||
        { echo "exit $?"; tail -n 2 err; }
}

echo "== the plan of the first stage"
search --dry-run
sed 's/would run.*/would run/' log | grep -v '^total'
echo "== all stages; then nothing is left"
search
grep -o '^\[[0-9]*/[0-9]*\] [^:]*: done' err | sed 's/^\[[^]]*\] //' | sort
search --dry-run
grep -c 'would run' log
echo "== one line a loss: budget, winner, leak"
cut -f 1-3 out/search.tsv
for loss in mine mine+; do
    # the best validation among the runs of 3 epochs with a holdout, by hand; and its winner's refitted epochs
    for f in runs/*.json; do
        case $f in *.provenance.json) continue ;; esac
        tr -d ' ",' <$f | awk -F: -v loss=$loss '$1 == "loss" && !l { l = $2 } $1 == "epochs" && !e { e = $2 }
            $1 == "holdout" { h = 1 } $1 == "best_epoch" { b = $2 } $1 == "recall@20" && !r { r = $2 }
            END { if (l == loss && h && e == 3) print r * 100, b }'
    done | sort -g | tail -n 1 >best
    awk -F'\t' -v loss=$loss 'tolower($1) == loss { print $6, $5 }' out/search.tsv >said
    awk 'NR == 1 { r = $1; b = $2 } NR == 2 { d = $1 - r; print (d * d < 1e-8 && $2 == b) ? "as by hand" : "differs: " $0 " " r " " b }' best said
done
awk -F'\t' 'NR > 1 { print ($12 >= -1e-9 && $13 >= -1e-9) ? "no leak is negative" : "a negative leak: " $0 }' out/search.tsv | sort -u
echo "== the runs of the winners alone keep their hits; a spoilt file of hits is seen"
ls runs/*.hits.npy | wc -l
cut -f 1-4 out/duels.tsv
hits=$(ls runs/*.hits.npy | head -n 1)
printf '\001' | dd of="$hits" bs=1 seek=140 conv=notrunc 2>/dev/null
"$VERIREC" report --specs root --runs runs --out out >/dev/null 2>err
echo "exit $?"
sed 's/[0-9a-f]\{64\}/ID/; s/[0-9.]\{8\}/N/g' err
echo "== and a missing one"
rm "$hits"
"$VERIREC" report --specs root --runs runs --out out 2>&1 >/dev/null | sed 's/[0-9a-f]\{64\}/ID/'
echo "== bad input"
spoil() {
    cp "$OLDPWD/tests/cli/search.cfg" root/bench/search.cfg
    sed -i "$1" root/bench/search.cfg
    "$VERIREC" reproduce --profile full --tables search --specs root --runs runs --out out --dry-run >/dev/null 2>err
    echo "exit $?: $(cat err)"
}
spoil 's/scale = "log"/scale = "logarithmic"/'
spoil 's/least = .05/least = 0./'
spoil 's/kept = 2/kept = 9/'
spoil 's/epochs = (1, 3)/epochs = (3, 1)/'
spoil 's/most = 1.5/most = -1./'
spoil 's/key = "t"; least/key = "tt"; least/'
