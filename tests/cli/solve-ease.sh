# EASE from the command line: its forms, equal bytes for threads, vector width and side, refusals.
. "${BASH_SOURCE%/*}/solve.bash"

echo "# every form"
for setting in lambda=20 c=2 tau=scale:.5 tau=count:3 alpha=.5 alpha=1 alpha=-1; do
    echo "$setting" && solve ease --set lambda=20 --set "$setting"
done
echo "# the same ranking from either side, and whatever power of two c is"
for settings in side=1 side=2 "side=2 c=4" "side=1 bits=64"; do
    "$VERIREC" solve ease --dataset planted-small --set lambda=20 $(printf -- '--set %s ' $settings) --json 2>err >out
    metrics out
done | sort | uniq -c
echo "# the same bytes for 1, 2, 3 and 8 threads, AVX2 and AVX-512"
same ease --set lambda=20
same ease --set lambda=20 --set side=2 --set tau=count:3
same ease --set lambda=20 --set bits=64
echo "# a part of the items, a validation split"
solve ease --set items=100 --set lambda=20
solve ease --set holdout=.2 --set lambda=20
echo "# refused with the parameter, the condition and the reason"
for setting in lambda=0 lambda=-1 lambda=nan c=0 c=-1 tau=count:1000 tau=scale:1000 tau=.2 alpha=x bits=16 side=3 rank=4; do
    solve ease --set "$setting"
done
solve ease --set c=2 --set alpha=1
solve ease --set alpha=3 --set lambda=20
echo "# what needs more memory than may be taken, by either side, said before it starts: Amazon-Book's users and items"
awk 'BEGIN { for (u = 0; u < 52643; u++) print u, u, 91598 }' >train
printf '0 1\n' >test
for settings in "side=0" "side=1" "items=16384"; do
    OMP_NUM_THREADS=2 timeout 60 "$VERIREC" solve ease --train train --test test --memory .9 --set $settings 2>&1 |
        sed 's/, [0-9.]* GiB may/, so many GiB may/'
    echo "-> ${PIPESTATUS[0]}"
done
OMP_NUM_THREADS=2 "$VERIREC" solve edlae --train train --test test --memory 8 2>&1 | sed 's/, [0-9.]* GiB may/, so many GiB may/'
for memory in 0 -1 x nan; do "$VERIREC" solve ease --dataset planted-small --memory $memory 2>&1 || echo "-> $?"; done
echo "# and what fits runs: the same, limited to what it needs"
"$VERIREC" solve ease --dataset planted-small --set lambda=20 --memory .1 2>/dev/null
