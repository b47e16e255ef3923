# The study of planted worlds: its estimates are those committed to the byte, they say what the derivation says, and the page shows both tables.
planted=${VERIREC%/*}/planted
evidence=$PWD/reports/evidence
[ -x "$planted" ] || { echo 'make build/planted first' >&2 && exit 77; }

echo "== the estimates again"
OMP_NUM_THREADS=1 "$planted" --out "$TMP" estimate >/dev/null
cmp "$TMP/planted-estimate.tsv" "$evidence/planted-estimate.tsv" && echo equal
echo "== unbiased by the true tau with draws of p+: the mean is within 5 standard errors of 0 (5 % of the truth at most)"
# off_percent has a standard error of at most error_percent / sqrt(users), as the draws of one user are independent of another's
awk -F'\t' '$5 == "true tau" && $8 == "true p+" && $1 != "N" {
                n++; users = $2 ~ /sparse/ ? 1500 : 600; off = $9 < 0 ? -$9 : $9
                if (off > 5 * $10 / sqrt(users) || off > 5) print "off: " $0 }
            END { print (n > 0 ? "all" : "none") }' "$TMP/planted-estimate.tsv"
echo "== and the biased one is not"
awk -F'\t' '$5 == "biased" { users = $2 ~ /sparse/ ? 1500 : 600; if ($9 <= 5 * $10 / sqrt(users)) print "not off: " $0 }' "$TMP/planted-estimate.tsv"
echo "== usage"
"$planted" --nonsense 2>&1
echo "exit $?"

mkdir -p "$TMP/root/reports/evidence"
cp -r bench expected "$TMP/root"
cd "$TMP" || exit 1
page() { "$VERIREC" reproduce --specs root --profile smoke --offline --only smoke-mse-biased-planted-small --threads 1 --runs runs >out 2>err || { echo "exit $?" && tail -n 1 err; }; }
echo "== the page without the tables, and with them"
page
grep -c 'id="planted"' reports/index.html
cp "$evidence"/planted-*.tsv root/reports/evidence
page
grep -c 'id="planted"' reports/index.html
rows() { tr '\n' ' ' <reports/index.html | sed 's/<h3>/\n<h3>/g; s/<h2/\n<h2/g' | grep "$1" | grep -o '<th scope="row">dense, [^<]*\|<th scope="row">sparse, [^<]*' | wc -l; }
echo "$(rows 'estimate of the negative term') settings estimated, $(rows 'ranking is worth') trained"
grep -c '^| .*breadth' reports/report.md
echo "== a damaged table"
sed -i '3s/dense/den\tse/' root/reports/evidence/planted-ranking.tsv
page
