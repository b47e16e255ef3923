# Includes go one way: base <- num <- {data, loss} <- {model, eval, audit} <- {api, train, solve} <- {study,
# claims} <- report <- cli. A folder may use those of smaller rank and itself, not its equals.
check() { # reads lines src/FOLDER/FILE:#include "OTHER/HEADER"
    awk '
    BEGIN {
        split("base num data loss model eval audit api train solve study claims report cli", folder)
        split("0 1 2 2 3 3 3 4 4 4 5 5 6 7", number)
        for (i in folder) rank[folder[i]] = number[i]
    }
    {
        split($0, part, /\/|:#[ ]*include[ ]*"/)
        from = part[2]; to = part[4]
        if (!(from in rank)) { print "unknown folder: " $0; bad = 1 }
        else if ((to in rank) && to != from && rank[to] >= rank[from]) { print "wrong way: " $0; bad = 1 }
    }
    END { exit bad }'
}

# The check itself must see a wrong one.
! echo 'src/num/a.h:#include "data/b.h"' | check >/dev/null || { echo "includes.sh sees nothing" && exit 1; }
grep -Hro --include='*.[ch]' --include='*.def' '#[ ]*include[ ]*"[^"]*"' src/*/ | check
