# Ranked lists in the place of factors, and which other way of measuring gives a reported number. The world of
# evaluate-metrics.sh; by hand, k = 3: user 0 has hits at places 1 and 3 (test 1 3), user 1 at place 3 (test 0), user 2 none.
. tests/cli/evaluate.bash
make_world
lists() { "$VERIREC" evaluate --train train.txt --test test.txt --lists "$@"; }

echo "== the program's own lists, then shortened"
evaluate --k 3 --top top.npy >factors && lists top.npy | diff - factors && echo "as by the factors"
lists top.npy --k 1
npy i8.npy '<i8' '3, 2' 0100000000000000 0200000000000000 0300000000000000 ffffffffffffffff ffffffffffffffff ffffffffffffffff
lists i8.npy --per-user users.tsv && cat users.tsv

echo "== what explains a number"
evaluate --k 3 --explain 100%
evaluate --k 3 --explain .71 | grep explains
echo "k = 1: 1 and 0; Recall capped at one item is the same number, and 16 more ways"
evaluate --k 1 --explain .50
echo "over all three users: 2/3 of the recall"
evaluate --k 3 --explain 66.67 | grep explains
echo "k = 2, one hit at the first place, and none: the ideal over the hits gives 1 and 0"
lists top.npy --k 2 --explain 50.0 | grep explains
echo "train items ranked too: 0 1 2 and 4 3 2, one hit of two, and none"
evaluate --k 3 --explain .250 | grep explains
echo "by cosine"
evaluate --k 2 --explain .81546 | grep explains
evaluate --k 2 --json --explain .81546
echo "nothing"
evaluate --k 3 --explain .123456
echo "exit $?"
evaluate --k 3 --json --explain .123456 2>&1
echo "exit $?"

echo "== bad input"
for x in abc 1e-3 101 -1 16.93%% '' 0 1; do evaluate --explain "$x" 2>&1; done
lists top.npy --items V.npy 2>&1
lists top.npy --top other.npy 2>&1
lists top.npy --k 4 2>&1
lists U.npy 2>&1
npy twice.npy '<i4' '3, 2' 01000000 01000000 ffffffff ffffffff ffffffff ffffffff && lists twice.npy 2>&1
npy train.npy '<i4' '3, 1' 00000000 ffffffff ffffffff && lists train.npy 2>&1
npy gap.npy '<i4' '3, 3' 01000000 ffffffff 02000000 ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff && lists gap.npy 2>&1
npy none.npy '<i4' '3, 0' && lists none.npy 2>&1
npy low.npy '<i4' '3, 1' feffffff ffffffff ffffffff && lists low.npy 2>&1
npy few.npy '<i4' '2, 1' 01000000 ffffffff && lists few.npy 2>&1
npy flat.npy '<i4' '3,' 01000000 ffffffff ffffffff && lists flat.npy 2>&1
FORTRAN=True npy fortran.npy '<i4' '3, 1' 01000000 ffffffff ffffffff && lists fortran.npy 2>&1
npy short.npy '<i2' '3, 1' 0100 ffff ffff && lists short.npy 2>&1
lists no-such.npy 2>&1
npy beyond.npy '<i4' '3, 1' 09000000 ffffffff ffffffff && lists beyond.npy 2>&1
[ ! -e other.npy ]
