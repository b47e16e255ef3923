# The ledger from the command line: lists, one claim in full, JSON, a ledger that is wrong, names that are.
code() { "$@"; echo "exit $?"; }
quick=(eq-2 eq-5 eq-26 theorem-2-lambda table-2-3 text-4.3-best text-4.4-shape)

echo "== the list is the ledger, in its order"
diff <(grep -v '^#' proofs/claims.tsv | cut -f1) <("$VERIREC" verify --list | cut -d' ' -f1) && echo same
cmp <("$VERIREC" claims) <("$VERIREC" verify --list) && echo same
"$VERIREC" claims --json | grep -c '"statement"' | diff - <(grep -vc '^#' proofs/claims.tsv) && echo same
"$VERIREC" claims --json | grep -A 9 '"id": "eq-26"'

echo "== claims in full"
code "$VERIREC" verify eq-26 text-4.4-shape
echo "== JSON, the same for any number of threads"
code "$VERIREC" verify --json --threads 1 "${quick[@]}" >"$TMP/one.json"
code "$VERIREC" verify --json --threads 3 "${quick[@]}" >"$TMP/three.json"
cmp "$TMP/one.json" "$TMP/three.json" && tail -n 1 "$TMP/one.json"
grep -E '"(id|measured|as_ledger|control_rejected|violated)"' "$TMP/one.json" | sed 's/^ *//' | paste -sd ' ' | sed 's/"id"/\n&/g'
sed -n '/"id": "eq-26"/,/^  }/p' "$TMP/one.json"

echo "== a ledger with a wrong verdict"
sed 's/\terratum\t-\tIt is c (/\tholds\t-\tIt is c (/' proofs/claims.tsv >"$TMP/wrong.tsv"
code "$VERIREC" verify --ledger "$TMP/wrong.tsv" eq-26 | tail -n 2
"$VERIREC" verify --ledger "$TMP/wrong.tsv" --json eq-26 | grep as_ledger
echo "== a damaged ledger, a missing one, names"
sed 's/\terratum\t-\tIt is c (/\terrattum\t-\tIt is c (/' proofs/claims.tsv >"$TMP/damaged.tsv"
code "$VERIREC" verify --ledger "$TMP/damaged.tsv" 2>&1 | sed "s#$TMP/##; s#tsv:[0-9]*:#tsv:N:#"
code "$VERIREC" verify --ledger "$TMP/none.tsv" 2>&1 | sed "s#$TMP/##; s#tsv:[0-9]*:#tsv:N:#"
code "$VERIREC" verify eq-2 equation-26 2>&1
code "$VERIREC" verify theorem1 2>&1
code "$VERIREC" verify --tabel 2>&1
code "$VERIREC" claims eq-26 2>&1
echo "== saved"
code "$VERIREC" verify --save "$TMP/folder/verify.tsv" eq-26 >/dev/null
grep '^eq-26' "$TMP/folder/verify.tsv" | cmp - <(grep '^eq-26	' reports/evidence/verify.tsv) && echo "as committed"
"$VERIREC" verify --save /proc/none/verify.tsv eq-26 2>&1 >/dev/null | sed 's/.*: //'
"$VERIREC" verify --save /proc/none/verify.tsv eq-26 >/dev/null 2>&1 || echo "exit $?"
