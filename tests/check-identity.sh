#!/bin/bash
# check-identity.sh [quick]: the smoke study for every thread count, vector width, compiler and optimisation, run
# through and killed in the middle and gone on with. All run records must be the same bytes, and their digests
# those of expected/smoke.tsv, which is the committed one. Prints one line a case; exit status 1 when one differs.
# quick: what `make test` has built, three cases that together have every kind but -O2.
set -u
cd "$(dirname "$0")/.." || exit 2
BUILD=${BUILD:-build}
# Idle threads sleep: eight spinning ones on two cores take a hundred times as long.
export OMP_WAIT_POLICY=passive
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
bad=0 n_cases=0
wide=avx512
grep -qw avx512dq /proc/cpuinfo || { wide=avx2 && echo "avx512: not on this processor"; }

study() { # PROGRAM WIDTH THREADS; ends the shell: a process of its own, which can be killed
    VERIREC_ISA=$2 exec "$1" reproduce --profile smoke --offline --threads "$3" --runs "$room/runs" \
        --out "$room/out" >"$room/log" 2>&1 </dev/null
}
finished() { find "$room/runs" -name '*.json' ! -name '*.provenance.json' -printf '%f\n' 2>/dev/null | sort; }

# kill -9 within the fourth run or a later one, which has a checkpoint then. A study that is too quick to be met
# so is begun anew.
cut() { # PROGRAM WIDTH THREADS
    local try pid done
    for try in 1 2 3 4 5; do
        rm -rf "$room/runs" "$room/out"
        study "$@" &
        pid=$!
        until [ "$(finished | wc -l)" -ge 3 ] && compgen -G "$room/runs/*.checkpoint" >/dev/null; do
            kill -0 $pid 2>/dev/null || break
            sleep .01
        done
        kill -9 $pid 2>/dev/null
        wait $pid 2>/dev/null
        done=$(finished | wc -l)
        [ "$done" -lt "$n_records" ] && compgen -G "$room/runs/*.checkpoint" >/dev/null && return 0
    done
    echo "not met in the middle in $try tries" >"$room/log"
    return 1
}
digests() { sed -n 's/^ *"digest": "\([0-9a-f]*\)".*/\1/p' "$@" | sort; }
awk -F '\t' '$4 == "record" { print $5 }' expected/smoke.tsv | sort >"$room/expected"
n_records=$(wc -l <"$room/expected")

check() { # PROGRAM WIDTH THREADS whole|killed
    local case
    case=$(printf '%-22s %-6s %d threads %-6s' "${1#"$BUILD"/}" "$2" "$3" "$4")
    n_cases=$((n_cases + 1))
    rm -rf "$room/runs" "$room/out"
    if ! { [ "$4" = whole ] || cut "$@"; } || ! (study "$@"); then
        echo "FAIL $case: its study failed" && tail -n 5 "$room/log"
        bad=$((bad + 1))
        return
    fi
    (cd "$room/runs" && sha256sum $(finished)) >"$room/records"
    [ -e "$room/first" ] || cp "$room/records" "$room/first"
    if ! cmp -s "$room/first" "$room/records"; then
        echo "FAIL $case: other records than the first case" && bad=$((bad + 1))
    elif ! (cd "$room/runs" && digests $(finished)) | cmp -s - "$room/expected"; then
        echo "FAIL $case: not the digests of expected/smoke.tsv" && bad=$((bad + 1))
    else
        echo "same $case: $n_records records, $(sha256sum <"$room/records" | head -c 16)"
    fi
}

if [ "${1:-}" = quick ]; then
    check "$BUILD/verirec" avx2 8 killed
    check "$BUILD/clang/verirec" $wide 3 whole
    [ ! -x "$BUILD/asan/verirec" ] || check "$BUILD/asan/verirec" avx2 1 whole
else
    for program in verirec gcc-o2/verirec clang/verirec clang-o2/verirec; do
        for width in $(printf '%s\n' avx2 $wide | uniq); do
            for threads in 1 2 3 8; do
                check "$BUILD/$program" "$width" $threads whole
                check "$BUILD/$program" "$width" $threads killed
            done
        done
    done
fi
[ $bad = 0 ] && echo "$n_cases cases, all the records of expected/smoke.tsv" || echo "$bad of $n_cases cases differ"
[ $bad = 0 ]
