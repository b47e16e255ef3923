# No correct code is called wrong: every loss, f4 and f8, a single row and batches, values of the rows, their sum and mean.
. tests/cli/audit.bash
make_cases "$TMP/cases"
grep ' right$' "$TMP/cases/index.txt" >"$TMP/index"
judge_all <"$TMP/index"
echo "$(wc -l <"$TMP/index") correct codes"
cut -d ' ' -f 1 "$TMP/index" | sort -u | cmp - <("$VERIREC" losses | cut -d ' ' -f 1 | sort) && echo "of every loss"
