# What train saves, evaluate measures to the same digits; a spec file, --set and their mixture are one run.
cd "$TMP" || exit 1
number() { sed -n "s/.*\"$1\": \([0-9.e-]*\).*/\1/p" "$2" | head -n 1; }
small=(--dataset planted-small --set epochs=3 --set dim=8 --set negatives=8 --set lr=1e-2)
trip() { # LOSS SIMILARITY
    "$VERIREC" train "${small[@]}" --loss "$1" --set similarity="$2" --save model --json >train.json 2>/dev/null
    cmp train.json model/result.json
    "$VERIREC" evaluate --dataset planted-small --users model/users.npy --items model/items.npy --scores "$2" \
        --json | sed 's/, /,\n/g' >evaluate.json
    for key in recall@20 ndcg@20; do
        [ -n "$(number $key train.json)" ] && [ "$(number $key train.json)" = "$(number $key evaluate.json)" ] &&
            echo "$1, $2: $key is the same"
    done
}
trip ccl cosine
trip mse dot

echo "# the seed of a spec file is read whole"
cat >spec.cfg <<'END'
loss = "mse"; // a comment
epochs = 3;
dim = 0x8;
negatives = 8; lr = .01
seed = 18446744073709551615;
END
"$VERIREC" train --dataset planted-small --spec spec.cfg --json 2>/dev/null >spec.json
"$VERIREC" train "${small[@]}" --set loss=mse --set seed=18446744073709551615 --json 2>/dev/null >set.json
cmp spec.json set.json && grep '"seed"\|"dim"' spec.json
"$VERIREC" train --dataset planted-small --spec spec.cfg --loss ccl --set seed=1 --json 2>/dev/null |
    grep '"seed"\|"loss": "'
