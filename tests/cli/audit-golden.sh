# Golden vectors: right by the program that wrote them, the same bytes each time, and the program's own code within the
# bounds they state; a value that is off by more than the tolerance is wrong.
. tests/cli/audit.bash
cd "$TMP" || exit 1
"$VERIREC" losses --golden golden && "$VERIREC" losses --golden again && diff -r golden again && echo "the same bytes"
ls golden | paste -s -d ' '
ls golden/bpr | paste -s -d ' '
ls golden/sampled-softmax/ordinary-batch golden/mse-debiased/ordinary-batch
head -n 12 golden/index.json
for folder in golden/*/*; do
    loss=${folder#golden/} loss=${loss%/*}
    "$VERIREC" audit --loss "$loss" --case "$folder" >out 2>&1 || { echo "$folder: exit $?" && cat out; }
    "$VERIREC" audit --loss "$loss" --case "$folder" --tolerance-ulps .51 --json >out 2>&1 ||
        { echo "$folder, to half an ulp: exit $?" && cat out; }
done
"$VERIREC" audit --loss mine --case golden/mine+/ordinary-batch
cp -r golden/mine/ordinary-single other && cp golden/infonce/ordinary-single/value.npy other
"$VERIREC" audit --loss mine --case other
echo "exit $?"
"$VERIREC" audit --loss mine --case other --json
echo "exit $?"
rm other/value.npy && cp golden/mine/ordinary-single/value.npy other
"$VERIREC" audit --loss mine --case other --tolerance-ulps 0
echo "exit $?"
"$VERIREC" losses --golden /dev/null/x
echo "exit $?"
