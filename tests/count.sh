#!/bin/bash
# count.sh: instructions of every hot kernel (tests/count/kernels.c) under callgrind, beside the committed counts.
#
# An instruction count has no noise: it depends on the source and the compiler only. It is measured twice and
# must be the same to the instruction. A kernel that is more than 2 % away from its committed count, or has
# none, gets a line "warning: ...", which fails nothing. Counts of another compiler say nothing about the source:
# one warning says so. UPDATE=1 writes the counts of this build to reports/evidence/instructions.tsv. Exit
# status 1: nothing could be counted.
set -u
cd "$(dirname "$0")/.." || exit 2
BUILD=${BUILD:-build}
baseline=${BASELINE:-reports/evidence/instructions.tsv}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

# "KERNEL<tab>INPUTS<tab>INSTRUCTIONS<tab>COMPILER" a line. Symbols are bound at the start: their look-up is no
# part of a kernel.
measure() {
    LD_BIND_NOW=1 OMP_NUM_THREADS=1 VERIREC_ISA=avx2 valgrind --tool=callgrind --collect-atstart=no \
        --combine-dumps=yes --callgrind-out-file="$room/parts" "$BUILD/tests/count" >"$room/compiler" \
        2>"$room/log" </dev/null || { cat "$room/log" >&2 && return 1; }
    grep '^count: ' "$room/log" >&2
    awk -v compiler="$(cat "$room/compiler")" '
        sub(/^desc: Trigger: Client Request: /, "") { name = $0 }
        /^totals: / && name { print name "\t" $2 "\t" compiler; name = "" }' "$room/parts"
    rm -f "$room/parts"
}

measure >"$room/counts" && measure >"$room/again" || { echo "count: callgrind did not run" && exit 1; }
[ -s "$room/counts" ] || { echo "count: callgrind counted nothing" && exit 1; }
cmp -s "$room/counts" "$room/again" && echo "measured twice: the same to the instruction" ||
    { echo "warning: count: two runs differ:" && diff "$room/counts" "$room/again"; }

if [ "${UPDATE:-}" = 1 ]; then
    {
        echo "# Instructions of each hot kernel under callgrind, AVX2. Written by \`make count UPDATE=1\`."
        printf '# kernel\tinputs\tinstructions\tcompiler\n'
        cat "$room/counts"
    } >"$room/new" && mkdir -p "$(dirname "$baseline")" && cp "$room/new" "$baseline" || exit 1
    echo "written: $baseline"
fi
[ -e "$baseline" ] || { echo "count: no $baseline; make count UPDATE=1 writes it" && exit 1; }

awk -F '\t' '
    function warn(text) { warnings = warnings "warning: count: " text "\n" }
    FNR == 1 { file++ }
    /^#/ { next }
    file == 1 { was[$1 FS $2] = $3; theirs = $4; next }
    file == 2 && FNR == 1 { printf "%-22s %-44s %10s %10s %8s\n", "kernel", "inputs", "baseline", "now", "change" }
    {
        key = $1 FS $2
        ours = $4
        if (!(key in was)) {
            printf "%-22s %-44s %10s %10d %8s\n", $1, $2, "-", $3, "new"
            warn($1 " (" $2 "): " $3 " instructions, no committed count")
            next
        }
        percent = 100 * ($3 - was[key]) / was[key]
        printf "%-22s %-44s %10d %10d %+7.1f%%\n", $1, $2, was[key], $3, percent
        if (ours == theirs && (percent > 2 || percent < -2))
            warn(sprintf("%s (%s): baseline %d, now %d instructions, %+.2f %%", $1, $2, was[key], $3, percent))
        delete was[key]
    }
    END {
        for (key in was) { split(key, part, FS); warn(part[1] " (" part[2] "): is not counted any more") }
        if (ours != theirs) warn("this build is of " ours ", the committed counts are of " theirs ": not compared")
        if (warnings) printf "%smake count UPDATE=1 writes the new counts, when the change is wanted\n", warnings
        else print "no kernel is more than 2 % from its committed count"
    }' "$baseline" "$room/counts"
