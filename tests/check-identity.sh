#!/bin/bash
# check-identity.sh: the smoke study for every thread count, vector width and compiler; all run records must
# be the same bytes. Prints one line a case; exit status 1 when one differs.
set -u
cd "$(dirname "$0")/.." || exit 2
BUILD=${BUILD:-build}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
widths=avx2
grep -qw avx512dq /proc/cpuinfo && widths="avx2 avx512" || echo "avx512: not on this processor"
bad=0
for program in "$BUILD/verirec" "$BUILD/clang/verirec"; do
    for width in $widths; do
        for threads in 1 2 3; do
            case=$(printf '%-22s %-6s %d threads' "$program" "$width" "$threads")
            if ! VERIREC_ISA=$width "$program" reproduce --profile smoke --offline --threads "$threads" \
                --runs "$room/runs" --out "$room/out" >"$room/log" 2>&1 </dev/null; then
                echo "FAIL $case: does not run" && tail -n 5 "$room/log"
                bad=1
            fi
            (cd "$room/runs" && find . -name '*.json' ! -name '*.provenance.json' -exec sha256sum {} + | sort -k2) \
                >"$room/records"
            [ -e "$room/first" ] || cp "$room/records" "$room/first"
            if [ -s "$room/records" ] && cmp -s "$room/first" "$room/records"; then
                echo "same $case: $(wc -l <"$room/records") records, $(sha256sum <"$room/records" | cut -c 1-16)"
            else
                echo "FAIL $case: other records than the first" && bad=1
            fi
            rm -rf "$room/runs" "$room/out"
        done
    done
done
exit $bad
