# Each usual mistake, in another code than ours, is found and named alone, for every loss that it concerns.
. tests/cli/audit.bash
make_cases "$TMP/cases"
grep -v ' right$' "$TMP/cases/index.txt" >"$TMP/index"
judge_all <"$TMP/index"
echo "$(wc -l <"$TMP/index") mistaken codes"

# Every line of the table of mistakes, with every loss that it names, is among them.
losses=$("$VERIREC" losses | cut -d ' ' -f 1 | paste -s -d ' ')
awk -v every="$losses" -F '"' '
/^#define/ { split($1, word, " "); list = $0; sub(/^#define [A-Z]+ */, "", list); macro[word[2]] = list }
/^MISTAKE/ {
    line = $0
    sub(/^MISTAKE\([a-z_0-9]+, /, "", line)
    name = line; sub(/^"/, "", name); sub(/".*/, "", name)
    sub(/^"[^"]*", /, "", line)
    for (round = 0; round < 4; round++) for (m in macro) gsub("(^|[ ])" m "($|[ ,])", " " macro[m] " ", line)
    n = split(every, loss, " ")
    match(line, /", "[^"]*"\)$/)
    line = " " substr(line, 1, length(line)) " "
    sub(/, "[^"]*"\) *$/, "", line)
    gsub(/"/, " ", line)
    for (i = 1; i <= n; i++) if (index(line, " " loss[i] " ")) { gsub(/\//, "|", name); print loss[i], name }
}' src/audit/mistakes.def | sort -u >"$TMP/table"
awk '{ gsub(/,.*/, "", $3); print $1, $3 }' "$TMP/index" | sort -u >"$TMP/tested"
comm -23 "$TMP/table" "$TMP/tested" | sed 's/^/not tested: /'
