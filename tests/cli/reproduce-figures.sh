# A figure on a planted world: the points of its curve, the picture, what the paper says of the shape, with and without gnuplot.
mkdir -p "$TMP/root"
cp -r bench expected "$TMP/root"
cd "$TMP" || exit 1
sed -i 's/"gowalla"/"planted-small"/; s/values = .*/values = [ "0.2", "0.5", "1" ];/' root/bench/fig3.cfg
cp root/bench/fig3.cfg good.cfg
figure() { # RUNS OUT FLAGS...: the seconds and the rates that the program tells are not compared
    "$VERIREC" reproduce --profile full --figures 3 --specs root --runs "$1" --out "$2" --threads 1 "${@:3}" 2>err >log ||
        { echo "exit $?"; tail -n 2 err; }
}

echo "== the points, each a run"
figure runs out --dry-run
grep -o '^fig3-[^ ]*' log
echo "== one point, then the rest with a second seed: the same bytes as all at once"
figure runs out --only 'fig3-*-t-0.2-*'
figure runs out --seeds 2
figure again once --seeds 2
for f in fig3.tsv fig3.svg shapes.tsv; do cmp out/$f once/$f && echo "$f: equal"; done
echo "== points, seeds and the verdict"
cut -f 2-5,8,10 out/fig3.tsv
awk -F'\t' '$1 == "fig3" { print $3, $10 }' out/shapes.tsv
echo "== a picture: one curve with its points and bands, in the page too"
head -c 5 out/fig3.svg; echo
grep -c 'data:image/svg+xml' out/index.html
echo "== the mean of a point is that of its records, by hand"
for t in 0.2 0.5 1; do
    for f in runs/*.json; do
        case $f in *.provenance.json) continue ;; esac
        tr -d ' ",' <$f | awk -F: -v t=$t '$1 == "t" && !x { x = $2 + 0 } $1 == "recall@20" && !r { r = $2 } END { if (x == t + 0) print r }'
    done | awk -v t=$t '{ s += $1; n++ } END { printf "%s %.4f\n", t, 100 * s / n }'
done >hand
awk -F'\t' 'NR > 1 && $1 !~ /^#/' out/fig3.tsv >said

while read -r t mean; do grep -q "	$mean	" said && echo "t = $t: as by hand" || { echo "t = $t: differs, by hand $mean"; cat said; }; done <hand
echo "== without gnuplot"
mkdir bin && for tool in bash sh env; do ln -s "$(command -v $tool)" bin; done
PATH=$PWD/bin "$VERIREC" report --specs root --runs runs --out bare >/dev/null 2>err
echo "exit $?"
ls bare | grep -c 'svg$'
grep -o '<b>No picture.</b>[^<]*' bare/index.html | sort | uniq -c | sed 's/^ *//'
cmp out/fig3.tsv bare/fig3.tsv && echo "the points all the same"
echo "== bad input"
spoil() {
    cp good.cfg root/bench/fig3.cfg
    sed -i "$1" root/bench/fig3.cfg
    figure runs out --dry-run
}
spoil 's/values = .*/values = [ ];/'
spoil 's/values = .*/values = [ "0.2", "0.2" ];/'
spoil 's/values = .*/values = [ "0.2", "hot" ];/'
spoil 's/values = .*/values = [ "-1", "0.2" ];/'
spoil '/sweep = /,/}/s/key = "t"/key = "tt"/'
spoil '/sweep = /,/}/s/key = "t"/key = "dataset"/'
spoil '/sweep = /,/}/s/ *source = .*//'
spoil '/sweep = /,/}/s/ *label = .*//'
