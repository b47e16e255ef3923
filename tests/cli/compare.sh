# Paired tests over users, from per-user files made by hand.
cd "$TMP" || exit 1
file() { # NAME, then "user recall ndcg"...
    local name=$1
    shift
    { printf 'user\thits\trecall\tndcg\ttest_items\n' && printf '%s\n' "$@" | awk '{ print $1 "\t1\t" $2 "\t" $3 "\t2" }'; } >"$name"
}
# Student's ten patients, shifted and scaled into 0..1: (x + 2) / 10
file a.tsv '0 .27 .5' '1 .04 .5' '2 .18 .5' '3 .08 .5' '5 .19 .5' '6 .54 .5' '7 .57 .5' '8 .28 .5' '9 .2 .5' '11 .4 .5'
file b.tsv '0 .39 .5' '1 .28 .5' '2 .31 .5' '3 .21 .5' '5 .19 .5' '6 .64 .5' '7 .75 .5' '8 .36 .5' '9 .66 .5' '11 .54 .5'
file c.tsv '0 .27 .6' '1 .05 .4' '2 .18 .5' '3 .08 .6' '5 .18 .4' '6 .54 .5' '7 .57 .5' '8 .28 .5' '9 .2 .5' '11 .4 .5'
echo "== p .00283 by t, times the comparisons that Holm leaves"
"$VERIREC" compare a.tsv b.tsv
"$VERIREC" compare a.tsv b.tsv c.tsv --margin 1 --flips 0
"$VERIREC" compare a.tsv b.tsv --threads 3 --json --margin 5
echo "== as evaluate writes them"
. "$OLDPWD/tests/cli/evaluate.bash"
make_world
evaluate --per-user one.tsv >/dev/null && evaluate --scores cosine --per-user two.tsv >/dev/null && "$VERIREC" compare one.tsv two.tsv
echo "== bad input"
cd "$TMP" || exit 1
bad() { "$VERIREC" compare "$@" 2>&1; echo "exit $?"; }
bad
bad a.tsv
bad a.tsv no-such.tsv
bad a.tsv one.tsv
bad a.tsv b.tsv --margin 0
bad a.tsv b.tsv --flips 1.5
file short.tsv '0 .1 .2' && bad a.tsv short.tsv
file twice.tsv '0 .1 .2' '0 .1 .2' && bad a.tsv twice.tsv
file high.tsv '0 .1 .2' '1 1.2 .2' && bad a.tsv high.tsv
file nan.tsv '0 .1 nan' '1 .2 .2' && bad a.tsv nan.tsv
printf 'user\trecall\n' >head.tsv && bad a.tsv head.tsv
{ head -n 2 a.tsv && printf '1\t2\n'; } >columns.tsv && bad a.tsv columns.tsv
sed '3s/2$/3/' b.tsv >split.tsv && bad a.tsv split.tsv
sed '3s/2$/0/' b.tsv >none.tsv && bad a.tsv none.tsv
{ cat b.tsv && printf '\0\n'; } >nul.tsv && bad a.tsv nul.tsv
head -n 6 b.tsv >few.tsv && bad a.tsv few.tsv
