#!/bin/bash
# prove-eva.sh: the gate of the run-time errors. For each line of proofs/eva/runs.tsv Frama-C's Eva runs a driver of
# proofs/eva, which calls the C with every input of stated ranges at once, and must find that no input leads to an
# overflow, a NaN, a division by zero, an access out of bounds, an uninitialised or a signed overflow.
#
# It fails on any alarm, on a contract or an assertion that Eva cannot show, on a driver whose end is not reached, on a word
# of Frama-C's that says something was left out, on a contract that is taken (runs.tsv) and that no run has shown, on other
# versions of the tools than the committed, and when what is covered differs from proofs/evidence/eva.txt: ranges of inputs
# and results in Eva's words, statements reached of each function, numbers of properties. UPDATE=1 writes that text anew
# (read its diff). Exit status: 0 passed, 1 failed, 77 skipped.
#
# Eva reads a copy of src below $BUILD/proofs/eva: the annotations for WP are plain comments in it, the hints of
# proofs/eva/hints.tsv stand in it, and comparisons with NaN and infinity are calls (proofs/eva/stand_ins.h).
#
# TAKE="NAME ..." takes the runs whose name has one of these words, and compares nothing but them.
set -u
cd "$(dirname "$0")/.." || exit 2
. proofs/gate.sh
out=$(realpath -m "${BUILD:-build}")/proofs/eva evidence=proofs/evidence/eva.txt

command -v frama-c >/dev/null || { tools/setup.sh wp && command -v frama-c >/dev/null; } || skipped prove-eva wp
rm -rf "$out" && mkdir -p "$out" || exit 2
printf 'frama-c %s\n' "$(frama-c -version)" | tee "$out/versions.txt"
diff <(grep '^frama-c ' proofs/wp/versions.txt) "$out/versions.txt" || fail 'another Frama-C than proofs/wp/versions.txt says'

# --- the copy that Eva reads -------------------------------------------------------------------------
cp -r src proofs/eva "$out" || exit 2
find "$out/src" \( -name '*.c' -o -name '*.h' \) -exec sed -i -E \
    's|/\*@|/* @|; s|//@|// @|; s/\(x == x\)/(eva_number(x))/; s/\(x == __builtin_inff?\(\)\)/(eva_infinite(x))/' {} +
while IFS=$'\t' read -r file line hint; do
    case $file in '#'* | '') continue ;; esac
    [[ $hint =~ ^(assert|split)\ [^*@]*\;$ ]] || fail "hints.tsv: neither assert nor split: $hint"
    awk -v line="$line" -v hint="$hint" '
        { bare = $0; sub(/^ +/, "", bare) }
        bare == line { print "    //@ " hint; n++ }
        { print }
        END { exit n != 1 }
    ' "$out/$file" >"$out/hinted" || fail "hints.tsv: $file has this line not once: $line"
    mv "$out/hinted" "$out/$file"
done <proofs/eva/hints.tsv

# --- one run -----------------------------------------------------------------------------------------
# What Frama-C says when it leaves something out or makes something up.
words='User Error|Ignoring|[Nn]either code|no code|Old style|[Mm]issing|unbound|No .assigns|unsupported|unimplemented|not yet|degenerat|recursi|assum|prevented|NON TERMINATING|Warning'
# What it may say: memcpy's contract compares memory, which Eva leaves aside after it has copied exactly.
harmless='unsupported ACSL construct: logic function memcmp'

eva() { # DRIVER CONTRACTS MACROS OPTIONS OUTPUT...
    local given=() macro
    [ "$2" = - ] || given=(-eva-use-spec "$2")
    [ "$3" = - ] || for macro in $3; do given+=("-cpp-extra-args=-D$macro"); done
    [ "$4" = - ] || given+=($4) # words
    (cd "$out" && frama-c -c11 -machdep gcc_x86_64 -no-unicode -cpp-extra-args=-Isrc -cpp-extra-args=-Ieva \
        -kernel-warn-key parser:decimal-float=inactive "eva/$1" -eva -eva-msg-key=-initial-state,-final-states \
        -eva-no-alloc-returns-null -eva-slevel 4000 -eva-auto-loop-unroll 1000 -eva-warn-key=loop-unroll:missing=inactive \
        "${given[@]}" "${@:5}")
}

# Eva's last words of each Frama_C_show_each_NAME: NAME and the joined values; one line each, the states sorted.
ranges() {
    awk '/^\[eva\] eva\/[a-z_0-9]+\.c:[0-9]+: *$/ { getline rest; $0 = $0 rest }
         match($0, /Frama_C_show_each_[A-Za-z_0-9]+:/) {
             text = substr($0, RSTART + 18)
             while (text !~ /[}\]]$/ && (getline rest) > 0) text = text rest
             gsub(/  +/, " ", text); print "  " text }' "$1" | awk '!seen[$0]++'
}

run() { # NAME DRIVER CONTRACTS MACROS OPTIONS
    local room=$out/$1 started bad=$failed
    mkdir -p "$room"
    clock && started=$clock
    failed=0
    eva "$2" "$3" "$4" "$5" -metrics -metrics-eva-cover -metrics-libc -then -report-csv "$room/properties.tsv" >"$room/log" 2>&1 ||
        fail "$1: Frama-C ends with status $?: $(grep -E 'Error|unimpl|Builtins' "$room/log" | head -n 3)"
    local alarms said
    alarms=$(grep -A 2 -F '[eva:alarm]' "$room/log" | sed 's/^\[eva:alarm\] //' | tr -s '\n ' ' ' | cut -c1-300)
    [ -z "$alarms" ] || fail "$1: $(grep -cF '[eva:alarm]' "$room/log") alarms: $alarms"
    said=$(grep -E "$words" "$room/log" | grep -vE "$harmless|^\[eva:alarm\]|No errors or warnings" | head -n 3)
    [ -z "$said" ] || fail "$1: Frama-C says: $said"
    grep -q 'Frama_C_show_each_end: {1}' "$room/log" || fail "$1: the end of the driver is not reached"
    {
        printf '\nrun %s: %s%s\n' "$1" "$2" "$([ "$4" = - ] || echo ", $4")"
        [ "$3" = - ] || printf '  by contract: %s\n' "${3//,/ }"
        ranges "$room/log" | grep -v ' end: {1}'
        sed -n '/Statements analyzed by Eva/,/^\[/p' "$room/log" | sed -nE 's/^  ([A-Za-z_0-9]+): ([0-9]+) stmts out of ([0-9]+).*/  function \1: \2 of \3 statements reached/p' |
            grep -v ': 0 of' | sort
        sed -nE '/Evaluation of the logical/,$s/^    (Assertions|Preconditions) +([0-9]+) valid +([0-9]+) unknown +([0-9]+) invalid.*/\1 \2 \3 \4/p' "$room/log" |
            awk '{ printf "  %s: %d shown\n", tolower($1), $2 }'
    } >"$room/evidence.txt"
    since "$started"
    printf '%-24s %8s\n' "$1" "$seconds"
    printf '%s\t%d\t1\t%s\n' "proofs/eva/$2" $((1 - failed)) "$seconds" >>"$out/runs"
    [ $bad = 0 ] || failed=1
}

shown() { # FUNCTION: the postconditions that some run has shown of its body, none unknown
    awk -F'\t' -v f="$1" '$4 == f && $5 == "postcondition" { all++; if ($6 == "Valid") valid++ }
                          END { exit !(all && all == valid) }' "$2"
}

wanted() {
    local word
    [ -z "${TAKE:-}" ] && return
    for word in $TAKE; do [[ $1 = *$word* ]] && return; done
    return 1
}

# --- all runs ----------------------------------------------------------------------------------------
printf '%-24s %8s\n' run seconds
n=0
while IFS=$'\t' read -r name driver taken macros options; do
    case $name in '#'* | '') continue ;; esac
    wanted "$name" || continue
    run "$name" "$driver" "$taken" "$macros" "$options" </dev/null
    n=$((n + 1))
done <proofs/eva/runs.tsv
[ $n -gt 0 ] || fail "no run has one of these words: ${TAKE:-}"

names() {
    sed -nE 's/^run ([^:]*):.*/\1/p' "$1"
}
block() { # NAME FILE: the paragraph of this run
    awk -v RS= -v ORS='\n\n' -v first="run $1:" 'index($0, first) == 1' "$2"
}

if [ -z "${TAKE:-}" ]; then
    # every contract that a run takes is shown of the body by the run that is named after it
    for name in $(cut -f3 proofs/eva/runs.tsv | grep '^vr_' | tr ',' '\n' | sort -u); do
        shown "$name" "$out/${name#vr_}/properties.tsv" || fail "the contract of $name is taken, and not shown"
    done
    {
        echo '# What Eva covers: for each run of proofs/eva/runs.tsv the ranges of the inputs and of the results, in its words, the'
        echo '# statements that it reached of each function, and how many properties it has shown; alarms: none.'
        echo '# "make prove-eva UPDATE=1" writes this; "make prove-eva" fails when it finds anything else.'
        while IFS=$'\t' read -r name _; do
            case $name in '#'* | '') continue ;; esac
            cat "$out/$name/evidence.txt"
        done <proofs/eva/runs.tsv
    } >"$out/eva.txt"
    compare $evidence "$out/eva.txt" run
    awk -F'\t' -v OFS='\t' '{ p[$1] += $2; n[$1] += $3; s[$1] += $4 } END { for (d in n) print d, p[d], n[d], s[d] }' \
        "$out/runs" | sort >"$out/rows.tsv"
    record Eva "$out/rows.tsv"
else
    diff <(cut -f1 proofs/eva/runs.tsv | grep -v '^#') <(names $evidence) >"$out/names.diff" ||
        fail "not the runs of $evidence: $(cat "$out/names.diff")"
    for room in "$out"/*/evidence.txt; do
        name=$(names "$room")
        diff <(block "$name" $evidence) <(block "$name" "$room") >"$out/block.diff" ||
            fail "not in $evidence: $(cat "$out/block.diff")"
    done
fi
[ $failed = 0 ] && printf 'PASS prove-eva: %d runs of Eva, no alarm\n' $n
exit $failed
