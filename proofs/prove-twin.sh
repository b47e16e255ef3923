#!/bin/bash
# prove-twin.sh: the gate between ACSL and Coq. proofs/twin.py says the logic of proofs/acsl in Coq's words: each logic
# function must equal the Coq definition of its name by computation, each axiom must be the theorem of its name, whose
# proofs `make prove-coq` has checked in $BUILD/proofs/coq. So WP's proofs rest on no axiom that is not proved.
#
# It fails when the translation is refused or Coq does not accept it, when an axiom stands anywhere else, when
# wp/axioms.allow allows one that has no twin, and when the theorems are not compiled or others than in proofs/coq.
# Exit status: 0 passed, 1 failed, 77 skipped. For the gate's own test: PROOFS is another folder in the place of proofs.
set -u
cd "$(dirname "$0")/.." || exit 2
. proofs/gate.sh
PROOFS=${PROOFS:-proofs} compiled=$PWD/${BUILD:-build}/proofs/coq out=${OUT:-${BUILD:-build}/proofs/twin}
headers="$PROOFS/acsl/sums.h $PROOFS/acsl/losses.h $PROOFS/acsl/ideal_loss.h"

command -v coqc >/dev/null || skipped prove-twin coq
rm -rf "$out" && mkdir -p "$out" || exit 2
for file in $(sed -nE 's/^From Verirec Require Import (.*)\.$/\1/p' "$PROOFS/coq/Contracts.v") Contracts; do
    cmp -s "$PROOFS/coq/$file.v" "$compiled/$file.v" && [ -e "$compiled/$file.vo" ] ||
        fail "$file.v is not what $compiled has; make prove-coq compiles it"
done

# shellcheck disable=SC2086
elsewhere=$(grep -rnE '\<axiom +[A-Za-z_0-9]+ *[:{]' src "$PROOFS/acsl" "$PROOFS"/wp/*.c --include='*.[ch]' |
    grep -vF "$(printf '%s:\n' $headers)")
[ -z "$elsewhere" ] || fail "an axiom outside of proofs/acsl:"$'\n'"$elsewhere"

# shellcheck disable=SC2086
python3 proofs/twin.py $headers >"$out/Twin.v" 2>"$out/log" || {
    fail "not translated: $(cat "$out/log")"
    exit 1
}
(cd "$out" && coqc -q -R "$compiled" Verirec Twin.v) >"$out/log" 2>&1 || {
    line=$(sed -nE 's/^File ".*", line ([0-9]+),.*/\1/p' "$out/log" | tail -n 1)
    fail "Coq does not accept: $(sed -n "${line:-1}p" "$out/Twin.v")"
    tail -n 8 "$out/log"
}

axioms=$(sed -nE 's/.*Proof\. exact ([A-Za-z_0-9]+)\. Qed\.$/\1/p' "$out/Twin.v" | sort)
for name in $(sed -n 's/^axiom //p' "$PROOFS/wp/axioms.allow"); do
    grep -qx "$name" <<<"$axioms" || fail "axioms.allow allows $name, which has no twin"
done
n=$(wc -l <<<"$axioms") same=$(grep -c 'reflexivity' "$out/Twin.v")
clock && printf 'proofs/acsl\t%d\t%d\t%s\n' $((n + same)) $((n + same)) "$clock" >"$out/rows.tsv"
record 'Coq (twin)' "$out/rows.tsv"
[ $failed = 0 ] && printf 'PASS prove-twin: %d axioms are theorems, %d definitions the same\n' "$n" "$same"
exit $failed
