#!/bin/bash
# wp-faults.sh: faults in the kernels and their contracts that `make prove-wp` must notice; the words name the goal that
# breaks, in a line of FAIL. The gate takes the one line of the manifest that the fault touches. How faults are tried, and
# the exit status: faults.bash.
. "$(dirname "$0")/faults.bash"
root=.
copy=$room/copy

make_copy() {
    rm -rf "$copy" && mkdir "$copy" && cp -r proofs src tools "$copy"
}
unit() { # FILE: the line of the manifest that reads it; for what is no C file the first line
    local base
    base=$(basename "$1")
    case $1 in
    src/loss/ideal.c | src/loss/tau.h) ;;
    src/loss/*) base=losses.h ;; # the losses, all in one piece
    src/num/permutation.h) base=bounded.h ;;
    src/eval/measures.h) base=gain.h ;;
    esac
    grep -v '^#' proofs/wp/manifest.tsv | cut -f1 | grep -xE "$1|proofs/wp/${base%.h}\.c" | head -n 1 | grep . ||
        grep -v '^#' proofs/wp/manifest.tsv | cut -f1 | head -n 1
}
gate() {
    local files
    files=$(unit "$1")
    (cd "$copy" && FILES=$files BUILD=build UPDATE='' SECONDS_EACH=5 bash proofs/prove-wp.sh)
}
evidence() {
    grep -m 1 -E -- "^FAIL .*$1" "$room/said"
}

faults wp
