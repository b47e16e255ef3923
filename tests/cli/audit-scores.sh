# Scores against the embeddings they are made of: right by the rule asked for, else the rule that made them is named.
. tests/cli/audit.bash
python=/usr/bin/python3
[ -x $python ] || python=python3
$python -c 'import numpy' 2>/dev/null || { echo "no NumPy (Debian: python3-numpy)" >&2 && exit 77; }
$python tests/audit/embeddings.py "$TMP/cases"
for folder in "$TMP"/cases/*; do
    for rule in cosine dot; do
        "$VERIREC" audit --loss mine --case "$folder" --scores $rule >"$TMP/out" 2>&1
        echo "${folder##*/} as $rule: exit $?; $(grep -c '^value  *right' "$TMP/out") value right;" \
            "$(sed -nE 's/^(diagnosis|or) +((pos|neg)\.npy: [^:]*).*/\2/p' "$TMP/out" | paste -s -d ,)"
    done
done
