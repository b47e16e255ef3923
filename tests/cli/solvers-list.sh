# The solvers and their keys, as text and as JSON; the keys of the list are those that --set takes.
cd "$TMP" || exit 1
"$VERIREC" solvers
"$VERIREC" solvers --json | grep -c '"doc"'
"$VERIREC" solvers extra 2>&1
for key in $("$VERIREC" solvers --json | sed -n '/"keys"/,/\]/s/.*"name": "\(.*\)",*/\1/p'); do
    "$VERIREC" solve ials --dataset planted-small --set "$key=?" 2>&1 | grep -c "$key"
done | sort | uniq -c
