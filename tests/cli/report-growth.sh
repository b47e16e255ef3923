# Measured growth on the page: a pair of panels for each quantity, and the parts of the memory model, which add up.
root=$PWD
mkdir -p "$TMP/root/reports/evidence"
cp -r bench expected "$TMP/root"
cd "$TMP" || exit 1
page() { "$VERIREC" reproduce --specs root --profile smoke --offline --only smoke-mse-biased-planted-small --runs runs >out 2>err || { echo "exit $?" && tail -n 1 err; }; }

echo "== without evidence"
page
grep -c 'id="growth"' reports/index.html
echo "== the committed file"
cp "$root/reports/evidence/growth.tsv" root/reports/evidence || exit 1
page
grep -c 'id="growth"' reports/index.html
tr '>' '\n' <reports/index.html | grep -o 'aria-label="[^"]*"' | sort | uniq -c
tr '\n' ' ' <reports/index.html | grep -o '<th scope="row">amazon-book[^/]*' | sed 's/.*>amazon-book/amazon-book/; s/ <small>.*//; s/x[0-9]\{2,\}$/xN/' | sort | uniq -c
grep '^| amazon-book' reports/report.md | wc -l
echo "== every measured peak is within 10 % of the model"
awk -F'\t' '!/^#/ && $1 != "sweep" && $16 != "" { n++; off = $17 / $16 - 1; if (off < -.1 || off > .1) print "off: " $0 } END { print n " peaks" }' \
    root/reports/evidence/growth.tsv
echo "== a damaged file"
sed -i '/^items/s/planted\t/planted\tmany/' root/reports/evidence/growth.tsv
line=$(grep -n -m 1 planted.many root/reports/evidence/growth.tsv)
page | sed "s/:${line%%:*}:/:its first line with \"many\":/"
