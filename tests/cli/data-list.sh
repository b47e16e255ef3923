# The list, its JSON form and a planted world's row of Table 1.
"$VERIREC" data list
"$VERIREC" data list --json | tr -d ' \n' | grep -o '{"name":"[^}]*"kind":"[a-z]*"'
"$VERIREC" data info planted-small 2>"$TMP/message"
sed 's/[0-9.]* s$/N s/' "$TMP/message"
"$VERIREC" data info planted-small --json 2>/dev/null
