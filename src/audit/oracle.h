/* The losses in 256-bit arithmetic (MPFR), written from the formulas and not from src/loss, with the condition
   of every result: how many half-ulps of the largest step the evaluation in floating point may be off.

   Exponentials are taken relative to the largest score, an identity; everything else is the plain formula. */
#ifndef VR_AUDIT_ORACLE_H
#define VR_AUDIT_ORACLE_H

#include "audit/numbers.h"
#include "loss/loss.h"

typedef struct vr_exact {
    vr_number value;
    long double condition; /* error allowed, in half-ulps (eps/2 = 2^-24 or 2^-53), absolute */
} vr_exact;

typedef struct vr_oracle_result {
    vr_exact value, pos, *neg, *samples;
    int near_kink; /* a maximum is decided within the rounding error: either gradient is right */
} vr_oracle_result;

/* A loss as numbers of a pool. n_lanes: terms of a sum that go in parallel (16 float, 8 double). */
typedef struct vr_oracle_case {
    vr_numbers *pool;
    const char *loss;
    vr_number pos, *neg, *samples;
    const double *neg_q;
    size_t n, m;
    vr_number t, lambda, tau, margin, weight;
    double n_lanes;
    double half_ulp; /* 2^-24 or 2^-53 */
} vr_oracle_case;

/* What they make lives in the pool until it is reset. 0: no memory; vr_oracle_evaluate: or a loss that the oracle
   does not know. Value, gradient and conditions go to *out. */
int vr_oracle_case_make(vr_oracle_case *c, vr_numbers *pool, const char *loss,
                        const vr_scores_f64 *scores, const vr_loss_params *params, int bits);
int vr_oracle_evaluate(const vr_oracle_case *c, vr_oracle_result *out);

#endif
