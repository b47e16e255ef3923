#!/bin/bash
# eva-faults.sh: faults in the C, the drivers and their tables that `make prove-eva` must notice. A fault in a loss is tried
# with that loss's run to 20 scores, one in the draws with theirs, any other with the quick runs. How faults are tried, and
# the exit status: faults.bash.
. "$(dirname "$0")/faults.bash"
root=.
copy=$room/copy

make_copy() {
    rm -rf "$copy" && mkdir "$copy" && cp -r src proofs tools "$copy"
}
gate() {
    local runs
    case ${1:-} in
    src/num/draws.c) runs=normal ;;
    src/loss/bound.c) runs=mse-20 ;;
    *) runs=$(sed -nE 's|^src/loss/(.*)\.c$|\1-20|p' <<<"${1:-}") ;;
    esac
    (cd "$copy" && TAKE=${runs:-f32 softplus_f64 mse-20 infonce-20 infonce_debiased-20 bpr-20} BUILD=build UPDATE='' bash proofs/prove-eva.sh)
}

faultless
faults eva
