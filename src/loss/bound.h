/* How far a loss's computed value may be from the exact one: what its code promises, and what the tests hold it to
   against 256-bit arithmetic (tests/unit/test_loss.c).

   In half-ulps h (2^-53 double, 2^-24 float), of n terms of one sign added in `lanes` lanes (8 double, 16 float):
       a sum                      n/lanes + 5                      proofs/coq/Rounding.v: sum_in_any_order
       sum_j e^{x_j/t}            E = n/lanes + 8 + 3 log n        relative; an argument takes three roundings, and
                                                                    sum_j p_j |x_j - top|/t <= log n for p = softmax
       log sum_j e^{x_j/t}        E + log n + 4 |linear part|
       log(1 + e^u), u off by e   min(1, L) e + 5 L                softplus: 2.45 ulp, proved by Gappa
       log b (infonce-debiased)   its three logs, 3 each, and sums
   exp's own error is 1.5, and log's 2.92 log S of a sum S: sum_j p_j |x_j - top|/t is even at most log n - log S, so
   3 log n pays for both.
   The bounds hold wherever no step leaves the range of the format (scores below 10^30 in float, say). What was
   measured stands in each loss's own file and in reports/evidence/ulps.tsv. */
#ifndef VR_LOSS_BOUND_H
#define VR_LOSS_BOUND_H

#include "loss/loss.h"

/* Absolute. value: what the loss computed; params as given to it. bits: 32 or 64. */
double vr_loss_bound(const vr_loss *loss, const vr_scores_f64 *scores, const vr_loss_params *params,
                     double value, int bits);

#endif
