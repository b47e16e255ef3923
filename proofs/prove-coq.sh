#!/bin/bash
# prove-coq.sh: the gate of the Coq part. Compiles every file of proofs/coq anew under $BUILD/proofs/coq, then lets Coq
# print each definition, each theorem and the axioms below it, and compares that text with proofs/evidence/coq.txt.
#
# It fails on a file that does not compile or is not listed in _CoqProject, on a word that leaves something unproved, on
# an axiom that axioms.allow does not name, and on any theorem or definition that differs from the evidence or is gone.
# UPDATE=1 writes the evidence anew (read its diff: it says what is claimed). Exit status: 0 passed, 1 failed, 77 skipped.
#
# For the gate's own test: PROOFS is another folder with coq/ and evidence/, REUSE a folder of compiled files; a file
# that is byte for byte the compiled one, like all those that it requires, is taken from there.
set -u
cd "$(dirname "$0")/.." || exit 2
. proofs/gate.sh
PROOFS=${PROOFS:-proofs} out=${BUILD:-build}/proofs/coq
evidence=$PROOFS/evidence/coq.txt

# --- Coq itself ------------------------------------------------------------------------------------
have_coq() {
    command -v coqc >/dev/null && mkdir -p "$out" || return
    printf 'From Coquelicot Require Coquelicot.\nFrom Interval Require Tactic.\n' >"$out/Probe.v"
    (cd "$out" && coqc -q Probe.v) >/dev/null 2>&1
}
have_coq || { tools/setup.sh coq && have_coq; } || skipped prove-coq coq
coqc --version

# --- what there is ---------------------------------------------------------------------------------
mapfile -t files < <(grep '\.v$' "$PROOFS/coq/_CoqProject")
unlisted=$(ls "$PROOFS/coq" | grep '\.v$' | grep -vxF "$(printf '%s\n' "${files[@]}")")
[ -z "$unlisted" ] || fail "not listed in _CoqProject:" $unlisted

# No way to leave a proof out or to switch a check off; not even in a comment, so that grep is enough.
words='Admitted|admit|give_up|Axioms?|Parameters?|Conjectures?|bypass_check|Unset|Declare|Redirect|Load|Drop|Typing|type-in-type'
open=$(cd "$PROOFS/coq" && grep -nwE "$words" -- *.v)
[ -z "$open" ] || fail "something may be left unproved:"$'\n'"$open"

# The coefficients that Polynomials.v speaks of are the C's.
bash proofs/coq-coefficients.sh | diff - "$PROOFS/coq/Coefficients.v" >/dev/null ||
    fail 'Coefficients.v is not what src/num/elementary.h has; proofs/coq-coefficients.sh writes it'
[ $failed = 0 ] || exit 1

# --- compile ---------------------------------------------------------------------------------------
rm -rf "$out" && mkdir -p "$out" && cp "$PROOFS"/coq/*.v "$out" || exit 2
compile() { # in its folder, where Coq also leaves its caches
    (cd "$out" && coqc -q -R . Verirec "$1")
}
names() { # KEYWORDS FILE: the names that these keywords introduce
    sed -nE "s/^(Local )?($1) ([A-Za-z0-9_']+).*/\3/p" "$out/$2"
}

place() { # FILE: the name of what the error in the log is in
    local line
    line=$(sed -nE "s/^File \"[^\"]*\", line ([0-9]+),.*/\1/p" "$out/log" | tail -n 1)
    head -n "${line:-1}" "$out/$1" | sed -nE "s/^(Theorem|Lemma|Definition|Fixpoint|Hypothesis) ([A-Za-z0-9_']+).*/\2/p" |
        tail -n 1
}

declare -A same
reusable() { # FILE
    [ -n "${REUSE:-}" ] && cmp -s "$out/$1" "$REUSE/$1" && [ -e "$REUSE/${1%.v}.txt" ] || return 1
    local needed
    for needed in $(sed -nE 's/^From Verirec Require Import (.*)\.$/\1/p' "$out/$1"); do
        [ -n "${same[$needed.v]:-}" ] || return 1
    done
}

# Evidence: what Coq itself says of each definition and theorem of a file. Axioms are asked for once, of all its
# theorems together: none of them rests on more.
ask() { # FILE
    local room=Verirec.${1%.v} all='' kind name
    mark() { echo "Goal True. idtac \"@@ $*\". exact I. Qed."; }
    grep -E '^From (Coq|Coquelicot|Flocq|Interval) ' "$out/$1"
    echo "Require $room. Open Scope R_scope. Set Printing Width 110."
    while read -r kind name; do
        mark "$kind" "$name"
        case $kind in
        Definition | Fixpoint | Inductive) echo "Print $room.$name." ;;
        *) echo "Check $room.$name." && all+=", @$room.$name" ;;
        esac
    done < <(sed -nE "s/^(Definition|Fixpoint|Inductive|Theorem) ([A-Za-z0-9_']+).*/\1 \2/p" "$out/$1")
    mark axioms
    echo "Definition all := (I$all). Print Assumptions all."
}
digest() { # one paragraph a name; at the end the axioms below them, one a line
    awk '
        /^@@ axioms/ { mode = "axioms"; print ""; next }
        /^@@/ { print "\n" tolower($2) " " $3; mode = "text"; next }
        mode == "axioms" && /^[A-Za-z]/ && !/^(Axioms|Closed)/ { print "axiom " $1 }
        /^Arguments/ { mode = "" }
        mode == "text" && NF { print "  " $0 }
    '
}

printf '%-26s %8s %6s %8s\n' file theorems lemmas seconds
total=0
for file in "${files[@]}"; do
    room=${file%.v}
    clock && started=$clock
    if reusable "$file"; then
        same[$file]=1
        cp "$REUSE/$room.vo" "$REUSE/$room.txt" "$out"
    else
        compile "$file" >"$out/log" 2>&1 || {
            fail "$file does not compile, at $(place "$file")"
            head -n 20 "$out/log"
            exit 1
        }
        ask "$file" >"$out/Evidence.v"
        compile Evidence.v >"$out/raw" 2>"$out/log" || {
            fail "$file: Coq does not say what it proves: $(head -n 5 "$out/log")"
            exit 1
        }
        digest <"$out/raw" >"$out/$room.txt"
    fi
    n=$(names Theorem "$file" | wc -l) total=$((total + n))
    since "$started"
    printf '%-26s %8d %6d %8s\n' "$file" "$n" "$(names Lemma "$file" | wc -l)" "$seconds"
    [ -z "${same[$file]:-}" ] || seconds=$(awk -F'\t' -v file="proofs/coq/$file" '$2 == file { s = $5 } END { print s + 0 }' \
        proofs/evidence/seconds.tsv)
    printf 'proofs/coq/%s\t%d\t%d\t%s\n' "$file" "$n" "$n" "$seconds" >>"$out/rows.tsv"
done

{
    echo '# What Coq says of proofs/coq: each definition, each theorem, and the axioms below the theorems of a file.'
    echo '# Written by "make prove-coq UPDATE=1"; "make prove-coq" fails when what it proves is not this text.'
    for file in "${files[@]}"; do
        printf '\n=== %s\n' "$file"
        cat "$out/${file%.v}.txt"
    done
} >"$out/coq.txt"
# An axiom is allowed everywhere by its name, or in one file by a line "FILE PREFIX" of axioms.allow.
allowed() { # FILE AXIOM
    local prefix
    grep -qxF -- "$2" "$PROOFS/coq/axioms.allow" && return
    for prefix in $(sed -n "s/^$1 //p" "$PROOFS/coq/axioms.allow"); do [[ $2 = "$prefix"* ]] && return; done
    return 1
}
while read -r file axiom; do
    allowed "$file" "$axiom" || fail "$file rests on the axiom $axiom, which axioms.allow does not name"
done < <(awk '/^=== / { file = $2 } /^axiom / { print file, $2 }' "$out/coq.txt")
listed=$(grep -c '^theorem ' "$out/coq.txt")
[ "$listed" = "$total" ] && [ "$total" -gt 0 ] || fail "$total theorems in the files, $listed in what Coq says"

compare "$evidence" "$out/coq.txt" 'theorem|definition'
record Coq "$out/rows.tsv"

[ $failed = 0 ] && printf 'PASS prove-coq: %d theorems in %d files; axioms: %s\n' "$total" "${#files[@]}" \
    "$(sed -n 's/^axiom //p' "$out/coq.txt" | sort -u | grep -xFf "$PROOFS/coq/axioms.allow" | sed 's/.*\.//' | paste -sd' ')"
exit $failed
