# Shared draws and sampling=all: the same tables for either vector width and any thread count.
cd "$TMP" || exit 1
hash_of() { # ISA THREADS SETTING...
    local isa=$1 threads=$2
    shift 2
    VERIREC_ISA=$isa "$VERIREC" train --dataset planted-small --threads "$threads" --save model \
        --set epochs=1 --set negatives=100 --set init=.01 --set lr=1e-3 "$@" >/dev/null 2>err || cat err
    cat model/users.npy model/items.npy | sha256sum
}
same() { # SETTING...
    local first
    first=$(hash_of avx2 1 "$@")
    for isa in avx2 avx512; do
        for threads in 2 3; do
            [ "$(hash_of $isa $threads "$@")" = "$first" ] || echo "differs with $isa, $threads threads"
        done
    done
    echo "$*: same"
}
same --loss mine+ --set t=.1 --set sharing=64
same --loss ccl --set margin=.1 --set sharing=40
same --loss infonce-debiased --set t=.5 --set tau=count:5 --set sampling=all
same --loss mse --set sampling=all
same --loss ccl-debiased --set margin=.1 --set sampling=all
# what another draw gives must not be the same
a=$(hash_of avx2 1 --loss mine+ --set t=.1 --set sharing=40)
[ "$a" != "$(hash_of avx2 1 --loss mine+ --set t=.1 --set sharing=41)" ] && echo "other draws: other tables"
