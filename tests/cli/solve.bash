# What the tests of solvers share; sourced.
cd "$TMP" || exit 1
# Idle threads sleep: see tests/run.sh.
export OMP_WAIT_POLICY=passive
solve() {
    local name=$1
    shift
    "$VERIREC" solve "$name" --dataset planted-small "$@" 2>err
    echo "-> $?" && grep -v '^sweep ' err
}
metrics() { # of a result
    grep -o '"\(recall\|ndcg\)@20": [0-9.]*' "$1" | sed 's/.* //' | head -2 | paste -sd' '
}
# How often each sum came, over threads and vector widths: one line is what is wanted.
same() {
    local threads isa
    for threads in 1 2 3 8; do
        for isa in avx2 avx512; do
            OMP_NUM_THREADS=$threads VERIREC_ISA=$isa "$VERIREC" solve "$@" --dataset planted-small --save model \
                --json 2>err >out || cat err
            cat out model/*.npy | sha256sum
        done
    done | sort | uniq -c | awk '{print $1}'
}
