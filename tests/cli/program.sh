# What every command shares: help, unknown words, and output that cannot be written.
"$VERIREC" --help | head -n 1
"$VERIREC" >"$TMP/out" 2>"$TMP/err"
echo "no command: exit $?, $(wc -c <"$TMP/out") bytes on stdout, $(head -n 1 "$TMP/err")"
"$VERIREC" envv 2>&1
echo "exit $?"
"$VERIREC" --hepl 2>&1
echo "exit $?"
"$VERIREC" env --treads 2 2>&1
echo "exit $?"
"$VERIREC" env --threads 0 2>&1
echo "exit $?"
"$VERIREC" env --threads 2>&1
echo "exit $?"
"$VERIREC" env --threads '' 2>&1
echo "exit $?"
"$VERIREC" env extra 2>&1
echo "exit $?"
for words in env "env --help" --help --version; do
    "$VERIREC" $words 2>&1 >/dev/full
    echo "full disk: $words: exit $?"
done
"$VERIREC" help env | cmp - <("$VERIREC" env --help) && "$VERIREC" env -h | cmp - <("$VERIREC" env --help)
"$VERIREC" help envv 2>&1
echo "exit $?"

# Every listed command describes itself on stdout.
"$VERIREC" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | while read -r command; do
    "$VERIREC" "$command" --help >"$TMP/out" 2>"$TMP/err" || echo "$command --help: exit $?"
    grep -q -i '^usage' "$TMP/out" || echo "$command --help: no usage line"
    [ ! -s "$TMP/err" ] || echo "$command --help: writes to stderr"
done
