# The table of losses, as text and as JSON.
"$VERIREC" losses
"$VERIREC" losses --json
