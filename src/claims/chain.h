/* What the checks of the lower bounds share (chain.c, bpr.c): the losses of a case and the lines of Eq. 11 and 14. Each
   *error grows by what the returned number may be off. */
#ifndef VR_CLAIMS_CHAIN_H
#define VR_CLAIMS_CHAIN_H

#include "claims/cases.h"

double vr_chain_info(const vr_case *c, int bits, double *error);
double vr_chain_mine(const vr_case *c, int bits, double *error);
double vr_chain_bpr(const vr_case *c, int bits, double *error);
double vr_chain_log_n(const vr_case *c, double *error);
double vr_chain_positive(double x); /* max(x, 0) */

/* (1/N) sum log(1 + e^{d_j + shift}), the sign of d given. */
double vr_chain_mean_softplus(const vr_case *c, double sign, double shift, double *error);

/* mean d + log N >= mean d, the last line of both equations. */
vr_slack vr_chain_drop_log(const vr_case *c, int bits);

/* The line that is written as "approximately" in Eq. 11 (first 0) and 14 (first 1): sign * (it - E of the line above). */
void vr_chain_approximation(vr_tally *tally, double sign, int first, uint64_t seed);

#endif
