# Sourced by the evaluate tests: a world of three users and five items, small enough to check by hand.

# npy FILE DTYPE "SHAPE" HEX...: a version 1.0 NPY file with these little-endian values, in C order unless FORTRAN is True.
npy() {
    local file=$1 header="{'descr': '$2', 'fortran_order': ${FORTRAN:-False}, 'shape': ($3), }" words
    shift 3
    printf -v header '%-117s' "$header"
    words=$(printf '%s' "$@" | sed 's/../\\x&/g')
    { printf '\x93NUMPY\x01\x00\x76\x00' && printf '%s\n' "$header" && printf "$words"; } >"$file"
}

zero=00000000 one=0000803f two=00000040 three=00004040 minus=000080bf nan=0000c07f inf=0000807f

make_world() {
    cd "$TMP" || exit 1
    npy U.npy '<f4' '3, 2' $one $zero $minus $zero $zero $one
    npy V.npy '<f4' '5, 2' $three $one $three $one $two $one $one $zero $zero $one
    printf '0 0\n1 4\n2 2\n' >train.txt
    printf '0 1 3\n1 0\n' >test.txt
}

# The command on that world; later flags may follow.
evaluate() {
    "$VERIREC" evaluate --train train.txt --test test.txt --users U.npy --items V.npy "$@"
}
