# What solve saves, evaluate measures to the same digits; threads, vector width and the way the data is named do not
# show in the bytes; --last-only leaves the curve out and nothing else.
cd "$TMP" || exit 1
number() { sed -n "s/.*\"$1\": \([0-9.e-]*\).*/\1/p" "$2" | head -n 1; }
small=(--dataset planted-small --set dim=20 --set sweeps=3)
trip() { # SETTING...
    local settings=()
    for setting; do settings+=(--set "$setting"); done
    "$VERIREC" solve ials "${small[@]}" "${settings[@]}" --save model --json >solve.json 2>solve.log
    cmp solve.json model/result.json && grep -c '^sweep .*objective .* Recall@20' solve.log
    "$VERIREC" evaluate --dataset planted-small --users model/users.npy --items model/items.npy --json |
        sed 's/, /,\n/g' >evaluate.json
    for key in recall@20 ndcg@20; do
        [ -n "$(number $key solve.json)" ] && [ "$(number $key solve.json)" = "$(number $key evaluate.json)" ] &&
            echo "$*: $key is the same"
    done
    for case in "1 avx2" "3 avx512" "8 avx2"; do
        VERIREC_ISA=${case#* } "$VERIREC" solve ials "${small[@]}" "${settings[@]}" --threads "${case% *}" --save other \
            >/dev/null 2>&1
        for file in users.npy items.npy result.json; do cmp "model/$file" "other/$file" || echo "differs: $case"; done
    done
}
trip nu=1
trip nu=.3 alpha0=.01
trip c=1.5
trip tau=count:5
trip tau=scale:.5
trip block=16

echo "# c and scale:c-1 are one problem"
"$VERIREC" solve ials "${small[@]}" --set c=1.5 --save a >/dev/null 2>&1
"$VERIREC" solve ials "${small[@]}" --set tau=scale:.5 --save b >/dev/null 2>&1
cmp a/users.npy b/users.npy && cmp a/items.npy b/items.npy && echo "equal bytes"

echo "# files"
"$VERIREC" data write --out . planted-small >/dev/null 2>&1
find . -name train.txt -o -name test.txt | sort
"$VERIREC" solve ials --train "$(find . -name train.txt)" --test "$(find . -name test.txt)" --set dim=20 --set sweeps=3 \
    --set c=1.5 --save c 2>/dev/null | sed 's/Recall.*//'
cmp a/users.npy c/users.npy && echo "equal bytes"

echo "# last only"
"$VERIREC" solve ials "${small[@]}" --set c=1.5 --last-only --save d 2>&1 | sed 's/,.*//'
cmp a/users.npy d/users.npy && grep -c null d/result.json

echo "# a validation split is not the test split"
"$VERIREC" solve ials "${small[@]}" --set holdout=.2 --json 2>/dev/null | grep -o '"measured_on": "[a-z]*"\|"holdout": "[0-9.]*"'
