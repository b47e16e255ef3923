#!/bin/bash
# prove-float.sh: the gate of the rounding part. proofs/gappa/generate.py writes one Gappa script for each goal of each
# template, with the operations of src/num/elementary.h as they stand, and Gappa proves each anew under $BUILD/proofs/float.
#
# It fails on a goal that is not proved, on C that a template does not speak of, on coefficients that Coq's theorems
# (Polynomials.v) do not speak of, when a comment states no proved bound or a measured error above it, and when a goal
# differs from proofs/evidence/float.txt, in which each stands with its hypotheses. UPDATE=1 writes that text anew (read its diff). Exit status: 0 passed, 1 failed, 77 skipped.
#
# For the gate's own test: REUSE is a folder of this gate's; a goal whose script is byte for byte one proved there is not
# proved again. FIRST=1 stops at the first failure.
set -u
cd "$(dirname "$0")/.." || exit 2
. proofs/gate.sh
out=${BUILD:-build}/proofs/float evidence=proofs/evidence/float.txt header=src/num/elementary.h

have_tools() { command -v gappa >/dev/null && command -v python3 >/dev/null; }
have_tools || { tools/setup.sh float && have_tools; } || skipped prove-float float
rm -rf "$out" && mkdir -p "$out/proved" || exit 2
gappa --version | tee "$out/versions.txt"
diff proofs/gappa/version.txt "$out/versions.txt" || fail 'another Gappa than proofs/gappa/version.txt says'

# --- the comments: a measured and a proved bound for each function, the former below the latter -------
awk '
    /Worst error [0-9.]+ ulp/ { match($0, /Worst error [0-9.]+/); worst = substr($0, RSTART + 12, RLENGTH - 12); proved = ""
        if (match($0, /proved [0-9.]+[0-9]/)) proved = substr($0, RSTART + 7, RLENGTH - 7) }
    match($0, /vr_(exp|log|log1p|softplus|sigmoid)_f(32|64)\(/) && /^static inline/ {
        print substr($0, RSTART + 3, RLENGTH - 4), worst, proved; worst = proved = "" }
' $header >"$out/stated.txt"
[ "$(wc -l <"$out/stated.txt")" = 10 ] || fail "$header: ten functions are expected, found: $(cut -d' ' -f1 "$out/stated.txt" | tr '\n' ' ')"
while read -r name worst proved; do
    [ -n "$proved" ] && awk -v a="$worst" -v b="$proved" 'BEGIN { exit !(a + 0 > 0 && a + 0 <= b + 0) }' ||
        fail "$header: $name: measured ${worst:-?}, proved ${proved:-?}"
done <"$out/stated.txt"

# Coq's errors of the polynomials, which the goals take as given, are those of these coefficients.
bash proofs/coq-coefficients.sh | diff - proofs/coq/Coefficients.v >/dev/null ||
    fail "Polynomials.v speaks of other coefficients than $header; proofs/coq-coefficients.sh writes them"

# --- Gappa -------------------------------------------------------------------------------------------
# What Gappa may say beside nothing: it takes on trust that 2 + f is not 0 in our hints, and f is at least -1/4.
harmless='the expression (2 \+ \(f\)|\(f\) \+ 2) has been assumed to be nonzero'

gappa_proves() { # SCRIPT
    local name=${1##*/}
    if ! cmp -s "$1" "${REUSE:-/nowhere}/proved/$name"; then
        # without its own search for case distinctions a goal that is wrong fails at once
        timeout 100 gappa -Eno-auto-dichotomy -Eprecision=128 -Wno-unbound-variable "$1" >"$out/log" 2>&1 || {
            fail "$name is not proved: $(grep -vE '^(Warning|Error)' "$out/log" | head -n 3 | tr '\n' ' ')"
            return 1
        }
        if grep Warning "$out/log" | grep -vqE "$harmless"; then
            fail "$name: $(grep Warning "$out/log" | grep -vE "$harmless" | head -n 1)"
            return 1
        fi
    fi
    mv "$1" "$out/proved"
}
printf '%-16s %6s %8s\n' template goals seconds
goals=0
for template in proofs/gappa/*.in; do
    name=$(basename "$template" .in) n=0 tried=0
    clock && started=$clock
    for precision in f32 f64; do
        python3 proofs/gappa/generate.py "$template" $precision "$out" >"$out/log" 2>&1 ||
            fail "$template, $precision: $(tail -n 3 "$out/log")"
    done
    for script in "$out/$name".*.g; do
        [ $failed = 1 ] && [ -n "${FIRST:-}" ] && exit 1
        [ -e "$script" ] || continue
        tried=$((tried + 1))
        gappa_proves "$script" && n=$((n + 1))
    done
    goals=$((goals + n))
    since "$started"
    printf '%-16s %6d %8s\n' "$name" $n "$seconds"
    printf '%s\t%s\t%s\t%s\n' "$template" $n $tried "$seconds" >>"$out/rows.tsv"
done

section() { # TEMPLATE PRECISION: the operations once, then each goal
    local scripts=("$out/proved/$1".*."$2.g") script
    [ -e "${scripts[0]}" ] || return
    printf '\n=== %s %s\n' "$1" "$2"
    sed -n '/^{/q; /^#/d; /./s/^/  /p' "${scripts[0]}"
    for script in "${scripts[@]}"; do
        printf '\ngoal %s\n' "$(basename "$script" .g)"
        sed -n 's|/\\|\n     /\\|g; s| -> |\n    -> |; s/^{/  {/p' "$script"
    done
}
{
    echo '# What Gappa proves of src/num/elementary.h: the operations as they stand in the C, and each goal with its hypotheses.'
    echo '# "make prove-float UPDATE=1" writes this; "make prove-float" fails when what it proves is not this text.'
    echo
    sed 's/^/stated /; s/ \([0-9.]*\) \([0-9.]*\)$/: measured \1, proved \2 ulp/' "$out/stated.txt"
    for template in proofs/gappa/*.in; do
        for precision in f32 f64; do section "$(basename "$template" .in)" $precision; done
    done
} >"$out/float.txt"
compare $evidence "$out/float.txt" 'goal|stated'
record Gappa "$out/rows.tsv"
[ $failed = 0 ] && printf 'PASS prove-float: %d goals of Gappa\n' $goals
exit $failed
