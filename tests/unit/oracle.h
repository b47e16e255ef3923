/* The losses in 256-bit arithmetic (MPFR), written from the formulas and not from src/loss, with the condition
   of every result: how many half-ulps of the largest step the evaluation in floating point may be off.

   Exponentials are taken relative to the largest score, an identity; everything else is the plain formula. */
#ifndef TESTS_ORACLE_H
#define TESTS_ORACLE_H

#include <mpfr.h>
#include <stddef.h>
#include "loss/loss.h"

/* A number of the oracle's pool; valid until oracle_reset. */
typedef mpfr_ptr num;

void oracle_reset(void);
num num_of(double x);
num num_add(num a, num b);
num num_sub(num a, num b);
num num_mul(num a, num b);
num num_div(num a, num b);
num num_exp(num a);
num num_log(num a);
num num_max(num a, num b);
num num_log1p(num a);

typedef struct exact {
    num value;
    long double condition; /* error allowed, in half-ulps (eps/2 = 2^-24 or 2^-53), absolute */
} exact;

enum { ORACLE_MOST = 1024 };

typedef struct oracle_result {
    exact value, pos, neg[ORACLE_MOST], samples[ORACLE_MOST];
    int near_kink; /* a maximum is decided within the rounding error: either gradient is right */
} oracle_result;

/* A loss as numbers of the pool. n_lanes: terms of a sum that go in parallel (16 float, 8 double). */
typedef struct oracle_case {
    const char *loss;
    num pos, neg[ORACLE_MOST], samples[ORACLE_MOST];
    const double *neg_q;
    size_t n, m;
    num t, lambda, tau, margin, weight;
    double n_lanes;
    double half_ulp; /* 2^-24 or 2^-53 */
} oracle_case;

void oracle_case_make(oracle_case *c, const char *loss, const vr_scores_f64 *scores,
                      const vr_loss_params *params, int bits);
/* Value, gradient and conditions. Fills *out; false for a loss that the oracle does not know. */
int oracle_evaluate(const oracle_case *c, oracle_result *out);

#endif
