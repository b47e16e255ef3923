#!/bin/bash
# wp-faults.sh: faults in the kernels and their contracts that `make prove-wp` must notice; the words name the goal that
# breaks, in a line of FAIL. The gate takes the one line of the manifest that the fault touches and, where the words name
# a function, that function's goals alone: first without any fault, when each must be proved. How faults are tried, and the
# exit status: faults.bash.
. "$(dirname "$0")/faults.bash"
root=.
copy=$room/copy

make_copy() {
    rm -rf "$copy" && mkdir "$copy" && cp -r proofs src tools "$copy"
}
unit() { # FILE: the line of the manifest that reads it; for what is no C file a short one
    local base
    base=$(basename "$1")
    case $1 in
    src/loss/ideal.c | src/loss/tau.h) ;;
    src/loss/*) base=losses.h ;; # the losses, all in one piece
    src/num/permutation.h | src/num/redraw.h) base=bounded.h ;;
    src/eval/measures.h) base=gain.h ;;
    esac
    grep -v '^#' proofs/wp/manifest.tsv | cut -f1 | grep -xE "$1|proofs/wp/${base%.h}\.c" | head -n 1 | grep . ||
        echo proofs/wp/digits.c
}
function_of() { # WORDS
    sed -nE 's/^not proved: ([A-Za-z_0-9]+): .*/\1/p' <<<"$1"
}
gate() { # FILE WORDS
    local files only
    files=$(unit "$1")
    only=$(function_of "$2")
    (cd "$copy" && FILES=$files ONLY=$only BUILD=build UPDATE='' SECONDS_EACH=${seconds:-10} bash proofs/prove-wp.sh)
}
# The goals of every function that a fault is looked for in, without the fault.
proved_without() {
    local name file change words only tried=' ' failed=0 seconds=60 # on a busy machine too
    make_copy
    while IFS=$'\t' read -r name file change words; do
        only=$(function_of "$words")
        case $name in '#'* | '') continue ;; esac
        [ -z "${FAULT:-}" ] || [[ $name = *$FAULT* ]] || continue
        [ -n "$only" ] && [[ $tried != *" $only "* ]] || continue
        tried+="$only "
        run_gate "$file" "$words" </dev/null
        grep -q "^$only	" "$copy"/build/proofs/wp/*/goals.tsv 2>/dev/null || { echo "FAIL $only: no goal was tried" && failed=1; }
        ! grep -E "not proved: $only: " "$room/said" || { echo "FAIL $only: without any fault" && failed=1; }
    done <"tests/proofs/wp-faults.tsv"
    return $failed
}
evidence() {
    grep -m 1 -E -- "^FAIL .*$1" "$room/said"
}

proved_without || exit 1
faults wp
