#!/bin/bash
# prove-wp.sh: the gate of the WP part. For each line of proofs/wp/manifest.tsv Frama-C's WP states what must hold of a C
# file (its contracts, no undefined behaviour, no unsigned wrap), and the provers prove it anew under $BUILD/proofs/wp.
#
# It fails on a goal that is not proved, on a contract that contradicts itself (smoke tests), on a word of Frama-C's that
# says something was left out, on a function that the manifest does not name or that has no goal, on an annotated file that
# no line reads, on an axiom or an unproved contract that axioms.allow does not name, on other tools than versions.txt
# says, and when the contracts or the numbers of goals differ from proofs/evidence/wp/*.txt, in which each contract stands as
# Frama-C read it. UPDATE=1 writes these texts anew (read their diff). Exit status: 0 passed, 1 failed, 77 skipped.
#
# FILES="a.c b.c" takes these lines of the manifest only. For the gate's own test: SECONDS_EACH bounds a proof, ONLY is the
# one function whose goals are tried; then the gate fails, for all the others have none, and says which of these goals fail.
set -u
cd "$(dirname "$0")/.." || exit 2
. proofs/gate.sh
out=$PWD/${BUILD:-build}/proofs/wp evidence=proofs/evidence/wp
manifest=proofs/wp/manifest.tsv allow=proofs/wp/axioms.allow

# --- the tools ---------------------------------------------------------------------------------------
have_tools() {
    local tool
    for tool in frama-c why3 z3 cvc5 jq; do command -v $tool >/dev/null || return 1; done
}
have_tools || { tools/setup.sh wp && have_tools; } || skipped prove-wp wp

rm -rf "$out" && mkdir -p "$out" || exit 2
{
    printf 'frama-c %s\n' "$(frama-c -version)"
    why3 --version | sed 's/.*version /why3 /'
    z3 --version | sed 's/.*version \([0-9.]*\).*/z3 \1/'
    cvc5 --version | sed -n '1s/.*version /cvc5 /p'
} | tee "$out/versions.txt"
diff proofs/wp/versions.txt "$out/versions.txt" || fail 'other tools than proofs/wp/versions.txt says'

export WHY3CONFIG=$out/why3.conf
sed "s|@libdir@|$(why3 --print-libdir)|; s|@datadir@|$(why3 --print-datadir)|
     s|@z3@|$(command -v z3)|; s|@cvc5@|$(command -v cvc5)|" proofs/wp/why3.conf.in >"$WHY3CONFIG"

# --- one line of the manifest ------------------------------------------------------------------------
# What Frama-C says when it leaves something out or makes something up.
words='User Error|Ignoring|Neither code|Old style|[Mm]issing|unbound|Assigns|No .assigns|implicit|unsupported|not yet|Unknown error'
# The tests that no contract contradicts itself fail by running out, so they have a run of their own with few steps: a
# contradiction shows at once, and with the goals' own steps, or cvc5 beside Z3, these tests took most of the gate's time.
smoke='-wp-smoke-tests -wp-smoke-timeout 1 -wp-steps 100000 -wp-prover z3
    -wp-prop=-@ensures,-@requires,-@invariant,-@assigns,-@variant,-@assert,-@lemma'

kernel() { # FILE OPTIONS OUTPUT...: Frama-C's kernel alone
    # shellcheck disable=SC2086
    frama-c -c11 -machdep gcc_x86_64 -no-unicode -cpp-extra-args=-Isrc -cpp-extra-args=-Iproofs/acsl $2 "$1" "${@:3}"
}

# The contracts, predicates and logic functions as Frama-C prints them: comments between functions, with the
# declarations that they belong to, without bodies.
contracts() {
    awk '
        /^\/\*@/ { inside = 1 }
        inside { print "  " $0; if (/\*\/$/) { inside = 0; after = 1 }; next }
        after && /^$/ { after = 0 }
        after && /^\{/ { after = 0 }
        after { print "  " $0; if (/;$/) after = 0 }
    ' "$1" | cat -s
}

# Names of functions: with a body; with a contract alone that are called, of the C library too.
defined() { sed -n '/Defined functions/,/Specified-only/p' "$1" | grep -oE '[A-Za-z_0-9]+ \([0-9]+ calls?\)' | cut -d' ' -f1 | sort; }
assumed() {
    sed -n '/Specified-only/,/Undefined and/p' "$1" | grep -oE '[A-Za-z_0-9]+ \([0-9]+ calls?\)' | grep -v ' (0 ' | cut -d' ' -f1 | sort
}

allowed() { # KIND NAME
    grep -qxF "$1 $2" "$allow"
}

room_of() { # FILE MODEL: the name of its folder and of its evidence
    local name=${1#src/}
    name=${name#proofs/wp/} name=${name%.c}
    echo "${name//\//-}-$2"
}

wp() { # FILE OPTIONS MODEL OUTPUT... : OUTPUT.json, OUTPUT.log
    kernel "$1" "$2" -wp -wp-rte -wp-model "Typed+$3" ${ONLY:+-wp-fct "$ONLY"} "${@:5}" \
        -wp-par 2 -wp-cache none -wp-session proofs/wp/session -wp-report-json "$4.json" >"$4.log" 2>&1 ||
        fail "$1: Frama-C ends with status $?: $(tail -n 3 "$4.log")"
}

# rows REPORT: function, goal, proved, total
rows() {
    jq -r '[.["wp:functions"] // {} | to_entries[]] + [.["wp:axiomatics"] // {} | to_entries[] | .key = "(lemmas)"]
           | .[] | .key as $f | .value | to_entries[] | select(.key != "wp:section")
           | [$f, .key, .value["wp:main"].valid // 0, .value["wp:main"].total // 0] | @tsv' "$1" 2>/dev/null | sort
}

prove() { # FILE MODEL OPTIONS FUNCTIONS
    local file=$1 model=$2 options=$3 room goals valid name
    [ "$options" = - ] && options=
    room=$out/$(room_of "$file" "$model") && mkdir -p "$room"
    kernel "$file" "$options" -print -ocode "$room/printed.c" -metrics -metrics-libc >"$room/metrics.txt" 2>&1 || {
        fail "$file: Frama-C cannot read it: $(grep -vE '^\[kernel\] Parsing' "$room/metrics.txt" | head -n 5)"
        return
    }
    options="-warn-unsigned-overflow -warn-unsigned-downcast -warn-signed-downcast $options"
    wp "$file" "$options" "$model" "$room/goals" -wp-prover script,cvc5,z3 -wp-steps 3000000 -wp-timeout "${SECONDS_EACH:-60}"
    # shellcheck disable=SC2086
    [ -n "${ONLY:-}" ] || wp "$file" "$options" "$model" "$room/smoke" $smoke

    local said
    said=$(grep -hE "$words" "$room/goals.log" "$room/smoke.log" "$room/metrics.txt" | grep -vE '^ *Undefined and unspecified functions \(0\)' | sort -u)
    [ -z "$said" ] || fail "$file: Frama-C says: $(head -n 5 <<<"$said")"
    ! grep -nwE 'admit' "$room/printed.c" || fail "$file: something is admitted without a proof"

    # each goal that is not proved, by name; then the tests for contradictions
    rows "$room/goals.json" >"$room/goals.tsv"
    rows "$room/smoke.json" | awk -F'\t' '$2 ~ /_wp_smoke_/' >"$room/smoke.tsv"
    [ -s "$room/smoke.tsv" ] || fail "$file: no contract was tested for contradictions"
    while IFS=$'\t' read -r function name valid total; do
        case $name in
        *_wp_smoke_*) [ "$valid" = "$total" ] || fail "$file: contradiction: ${name/_wp_smoke/}" ;;
        *) [ "$valid" = "$total" ] || fail "$file: not proved: $function: $name ($valid of $total)" ;;
        esac
    done < <(cat "$room/goals.tsv" "$room/smoke.tsv")
    goals=$(jq '.["wp:global"]["wp:main"].total // 0' "$room/goals.json" 2>/dev/null)
    valid=$(jq '.["wp:global"]["wp:main"].valid // 0' "$room/goals.json" 2>/dev/null)
    [ "${valid:-0}" = "${goals:-0}" ] && [ "${goals:-0}" -gt 0 ] || fail "$file: ${valid:-0} of ${goals:-0} goals proved"
    [ "$(awk -F'\t' '{ n += $4 } END { print n + 0 }' "$room/goals.tsv")" = "$goals" ] ||
        fail "$file: the goals of its functions are not all that WP counts"

    # functions: exactly the manifest's, each with goals; what they call has a proof elsewhere or is allowed
    tr ' ' '\n' <<<"$4" | sort | diff - <(defined "$room/metrics.txt") >"$room/functions.diff" ||
        fail "$file: the functions are not the manifest's: $(grep '^[<>]' "$room/functions.diff" | tr '\n' ' ')"
    for name in $4; do
        [ "$(count "$name" "$room")" -gt 0 ] || fail "$file: $name has no goal"
    done
    for name in $(assumed "$room/metrics.txt"); do
        grep -qE "(	| )$name( |$)" <(cut -f1,4 "$manifest") || allowed contract "$name" ||
            fail "$file: rests on the contract of $name, which axioms.allow does not name"
    done
    grep -oE '^ *axiom [A-Za-z_0-9]+' "$room/printed.c" | awk '{ print $2 }' | sort >"$room/axioms"
    while read -r name; do
        allowed axiom "$name" || fail "$file: rests on the axiom $name, which axioms.allow does not name"
    done <"$room/axioms"

    {
        echo "# What WP proves of $file, floats as ${model}s: its functions with their goals, what they rest on, and the"
        echo '# contracts as Frama-C prints them. Written by "make prove-wp UPDATE=1"; a difference fails "make prove-wp".'
        for name in $4; do printf 'function %s: %d goals proved\n' "$name" "$(count "$name" "$room")"; done
        awk -F'\t' '$1 == "(lemmas)" { n += $4 } END { if (n) print "lemmas: " n " goals proved" }' "$room/goals.tsv"
        for name in $(assumed "$room/metrics.txt"); do echo "calls $name"; done
        sed 's/^/axiom /' "$room/axioms"
        contracts "$room/printed.c"
    } >"$room/evidence.txt"
    compare "$evidence/$(room_of "$file" "$model").txt" "$room/evidence.txt" 'function|lemmas'
}

count() { # FUNCTION ROOM: its goals
    awk -F'\t' -v f="$1" '$1 == f { n += $4 } END { print n + 0 }' "$2/goals.tsv"
}

# --- all lines ---------------------------------------------------------------------------------------
wanted() { # FILE
    [ -z "${FILES:-}" ] || [[ " $FILES " = *" $1 "* ]]
}
printf '%-34s %-6s %9s %6s %7s\n' file model functions goals seconds
# one FILE MODEL OPTIONS FUNCTIONS: a line of the table, after what failed; in a shell of its own
one() {
    local out=$out/$(room_of "$1" "$2") valid n area=$1
    mkdir -p "$out" && clock && started=$clock
    out=${out%/*} prove "$@"
    read -r valid n <<<"$(awk -F'\t' '{ v += $3; n += $4 } END { print v + 0, n + 0 }' "$out/goals.tsv" 2>/dev/null)"
    since "$started"
    printf '%-34s %-6s %9d %6d %7s\n' "$1" "$2" "$(wc -w <<<"$4")" "$n" "$seconds"
    [ "$2" = real ] || area+=" ($2)"
    printf '%s\t%s\t%s\t%s\n' "$area" "$valid" "$n" "$seconds" >"$out/row"
    exit $failed
}
# Two lines at a time, the long ones first in the manifest: Frama-C states goals on one core.
trap 'kill 0' INT
rooms=() lines=()
while IFS=$'\t' read -r file model options functions; do
    case $file in '#'* | '') continue ;; esac
    wanted "$file" || continue
    room=$(room_of "$file" "$model") rooms+=("$room")
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
    one "$file" "$model" "$options" "$functions" >"$out/$room.said" 2>&1 &
    lines+=($!)
done <"$manifest"
for i in "${!rooms[@]}"; do
    wait "${lines[i]}" || failed=1
    cat "$out/${rooms[i]}.said"
    cat "$out/${rooms[i]}/row" >>"$out/rows.tsv"
done
all=$(awk -F'\t' '{ n += $3 } END { print n + 0 }' "$out/rows.tsv" 2>/dev/null)
[ "${all:-0}" -gt 0 ] || fail 'nothing was proved'

# Every annotated file is read by a line of the manifest.
grep -rlE '(/\*|//)@' src proofs/wp proofs/acsl --include='*.[ch]' 2>/dev/null | sort >"$out/annotated"
grep -v '^#' "$manifest" | while IFS=$'\t' read -r file _ options _; do
    # shellcheck disable=SC2046
    gcc -MM -D__FRAMAC__ -Isrc -Iproofs/acsl $(grep -oE -- '-D[A-Za-z_0-9=]+' <<<"$options") "$file"
done | tr -s ' \\\n' '\n' | sort -u >"$out/read"
unread=$(grep -vxFf "$out/read" "$out/annotated")
[ -z "$unread" ] || fail "annotated, but no line of the manifest reads it:" $unread

# Nothing is claimed that no line of the manifest proves.
[ -n "${FILES:-}" ] || for text in "$evidence"/*.txt; do
    [[ " ${rooms[*]} " = *" $(basename "$text" .txt) "* ]] || fail "no line of the manifest proves $text"
done
record WP "$out/rows.tsv" "${FILES:+part}"
[ $failed = 0 ] && printf 'PASS prove-wp: %d goals in %d files\n' $all ${#rooms[@]}
exit $failed
