# gate.sh: what the gates of the proofs share; sourced by prove-*.sh in the project's root. A gate fails by `fail`, and
# ends with `exit $failed`; 77 says that the tools are missing and nothing was proved.
export LC_ALL=C
failed=0

fail() {
    failed=1
    printf 'FAIL %s\n' "$*"
}

# skipped TARGET GROUP: the tools of this group of tools/packages.txt are missing
skipped() {
    echo "SKIPPED $1: nothing was proved. It needs group $2 of tools/packages.txt; on Debian 12:"
    echo "    sudo apt-get install -y --no-install-recommends $(awk -v group="$2" '$1 == group { printf "%s ", $2 }' tools/packages.txt)"
    exit 77
}

# compare EVIDENCE NEW KINDS: the new text is the committed one. UPDATE=1 writes it, when nothing has failed before.
# KINDS: words that begin a line whose loss is named first.
compare() {
    if [ "${UPDATE:-}" = 1 ] && [ $failed = 0 ]; then
        mkdir -p "${1%/*}" && cp "$2" "$1" || exit 2
    fi
    local gone
    gone=$(grep -E "^($3) " "$1" | grep -vxFf "$2")
    [ -z "$gone" ] || fail "gone:"$'\n'"$gone"
    diff -u "$1" "$2" >"$2.diff" ||
        fail "what is proved is not $1 (UPDATE=1 writes it):"$'\n'"$(head -n 60 "$2.diff")"
}

# A stopwatch that a busy machine does not mislead: the processor seconds, over all cores, of the programs that the gate ran.
# Both set variables: in a subshell they would see its own programs alone.
clock() { # sets $clock
    times >"$out/times"
    clock=$(awk -F'[ms ]+' 'END { printf "%.1f", 60 * $1 + $2 + 60 * $3 + $4 }' "$out/times")
}
since() { # CLOCK: sets $seconds, those since then
    clock
    seconds=$(awk -v from="$1" -v to="$clock" 'BEGIN { printf "%.1f", to - from }')
}

# record TOOL ROWS [part]: with UPDATE=1, when nothing has failed, the file ROWS (area, proved, total, seconds; a tab
# between) becomes this tool's part of proofs/evidence/seconds.tsv; with "part" rows of other areas stay. Then the
# README's table says so.
record() {
    [ "${UPDATE:-}" = 1 ] && [ $failed = 0 ] || return 0
    local table=proofs/evidence/seconds.tsv lock
    exec {lock}<$table && flock $lock || exit 2 # with -j the gates end in any order
    {
        grep '^#' $table
        {
            awk -F'\t' -v tool="$1" -v part="${3:-}" '
                NR == FNR { new[$1]; next } /^#/ { next } $1 != tool || (part && !($2 in new))' "$2" $table
            sed "s/^/$1\t/" "$2"
        } | sort -t$'\t' -k 1,2
    } >"$out/seconds.tsv" && cp "$out/seconds.tsv" $table && bash tools/readme.sh --write proofs/table.sh || exit 2
}
