#!/bin/bash
# coq-coefficients.sh: the coefficients of exp and log in src/num/elementary.h, as exact fractions for Coq. The gate
# compares its output with proofs/coq/Coefficients.v, so the theorems of Polynomials.v speak of the C's own numbers.
set -u
cd "$(dirname "$0")/.." || exit 2
source=src/num/elementary.h

fraction() { # 0x1.8p-3 and the like -> 24 / 2 ^ 7
    [[ $1 =~ ^0x1\.?([0-9a-f]*)p([+-][0-9]+)f?$ ]] || { echo "coq-coefficients: cannot read $1" >&2 && exit 1; }
    local digits=${BASH_REMATCH[1]}
    printf '%d / 2 ^ %d' "$((16#1$digits))" $((4 * ${#digits} - BASH_REMATCH[2]))
}
coefficients() { # NAME NUMBER...
    local name=$1 i=0
    shift
    [ $# -gt 1 ] || { echo "coq-coefficients: $name has no coefficients" >&2 && exit 1; }
    for number; do
        echo "Definition ${name}_$i : R := $(fraction "$number")."
        i=$((i + 1))
    done
}
macros() { grep -oE "#define VR_$1[0-9]+ .*" $source | awk '{ print $3 }'; }
array() { # FUNCTION: the numbers of its table
    sed -n "/ $1(/,/};/p" $source | grep -oE '0x1[0-9a-f.]*p[+-][0-9]+'
}

echo '(** The coefficients of src/num/elementary.h as exact fractions, written by proofs/coq-coefficients.sh. *)'
echo 'From Coq Require Import Reals.'
echo 'Open Scope R_scope.'
coefficients exp_f32_q $(macros EXP_F32_Q)
coefficients log_f32_r $(macros LOG_F32_R)
coefficients exp_f64_q $(array vr_exp_f64)
coefficients log_f64_r $(array vr_log_core_f64)
