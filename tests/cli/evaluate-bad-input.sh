# One message and the right exit code for each wrong input; nothing is written.
. tests/cli/evaluate.bash
make_world
mkdir out

try() { # WORDS: runs them; message and exit code
    "$@" >stdout 2>message
    local status=$?
    sed "s|$TMP/||g" message
    echo "-> $status, $(wc -c <stdout) bytes of output"
}
wrong() {
    try evaluate --per-user out/users.tsv --top out/top.npy "$@"
}

echo "# flags"
wrong --k 0
wrong --k 3x
wrong --scores cos
wrong --dataset gowalla
wrong extra
wrong --item
try "$VERIREC" evaluate --users U.npy --items V.npy
try "$VERIREC" evaluate --train train.txt --users U.npy --items V.npy
try "$VERIREC" evaluate --train train.txt --test test.txt --items V.npy
try "$VERIREC" evaluate --dataset gowala --users U.npy --items V.npy

echo "# factors"
wrong --users none.npy
wrong --users train.txt
npy W.npy '<i4' '3, 2' $zero $zero $zero $zero $zero $zero && wrong --users W.npy
npy W.npy '<f4' '6,' $zero $zero $zero $zero $zero $zero && wrong --users W.npy
npy W.npy '<f4' '3, 1' $zero $zero $zero && wrong --users W.npy
npy W.npy '<f4' '3, 2' $zero $zero $zero $nan $zero $zero && wrong --users W.npy
npy W.npy '<f4' '3, 2' $zero $zero $zero $zero $inf $zero && wrong --users W.npy
npy W.npy '<f4' '3, 2' $zero $zero $zero && wrong --users W.npy
npy W.npy '<f8' '1, 1' 000000000000f07e && wrong --users W.npy

echo "# splits"
wrong --train none.txt
npy W.npy '<f4' '2, 2' $zero $zero $zero $zero && wrong --users W.npy
npy W.npy "<f4" "3, 2" $zero $zero $zero $zero $zero $zero && wrong --items W.npy
printf '0 1 x\n' >bad.txt && wrong --test bad.txt
: >empty.txt && wrong --test empty.txt

echo "# output"
ls out
mkdir folder
try evaluate --per-user out/users.tsv --top folder
try evaluate --per-user out/one --top out/one
cp U.npy kept.npy && try evaluate --top U.npy
ln -s train.txt link && try evaluate --per-user link
cmp U.npy kept.npy
ls out
try evaluate --per-user /dev/null/users.tsv
