/* BPR and its bounds: Eq. 13 to 15 and the sentences about them. Exact gaps stand beside the links. */
#include <math.h>
#include "claims/chain.h"
#include "num/elementary.h"

static const vr_search any = {.largest = 100}, several = {.largest = 100, .fewest = 2},
                       quick = {.largest = 100, .random = 2000};

/* --- BPR, Eq. 13 and the bounds it shares --------------------------------------------------------- */

static vr_slack bpr_forms(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_bpr(c, bits, &e), b = 0;
    for (size_t j = 0; j < c->n; j++) b -= vr_log_f64(vr_sigmoid_f64(c->pos - c->neg[j]));
    /* log of a sigmoid near 1 is known to 2.5 ulps of 1 */
    return vr_same(a, b, e + 0x1p-50 * ((double)c->n + fabs(b)));
}
static vr_slack bpr_as_mean(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_bpr(c, bits, &e) / (double)c->n, b = 0;
    for (size_t j = 0; j < c->n; j++) b -= vr_log_f64(vr_sigmoid_f64(c->pos - c->neg[j]));
    return vr_same(a, b, e + 0x1p-50 * ((double)c->n + fabs(b)));
}
void vr_claim_bpr_forms(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, bpr_forms, &any, f->seed);
}
void vr_claim_bpr_is_mean(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, bpr_as_mean, &quick, f->seed);
}

static vr_slack bpr_mean_above_mean(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_bpr(c, bits, &e) / (double)c->n;
    double right = vr_case_mean(c, &e);
    return vr_at_least(a, right, e);
}
static vr_slack bpr_above_mean_log(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_bpr(c, bits, &e), b = vr_case_mean(c, &e);
    double right = b + vr_chain_log_n(c, &e);
    return vr_at_least(a, right, e);
}
static vr_slack bpr_mean_above_mean_log(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_bpr(c, bits, &e) / (double)c->n, b = vr_case_mean(c, &e);
    double right = b + vr_chain_log_n(c, &e);
    return vr_at_least(a, right, e);
}
void vr_claim_bpr_shares_bound(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, bpr_mean_above_mean, &any, f->seed);
    vr_try_link(&f->printed, bpr_above_mean_log, &any, f->seed + 1);
}
void vr_claim_bpr_mean_shares_log(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, bpr_mean_above_mean_log, &quick, f->seed);
}

/* --- Eq. 14 ------------------------------------------------------------------------------------ */

static vr_slack info_concave(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_info(c, bits, &e), shift = vr_chain_log_n(c, &e);
    double right = vr_chain_mean_softplus(c, 1, shift, &e);
    return vr_at_least(a, right, e);
}
static vr_slack info_too_concave(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_info(c, bits, &e);
    double right = vr_chain_mean_softplus(c, 1, vr_log_f64((double)c->n + 1), &e);
    return vr_at_least(a, right, e + 0x1p-50);
}
/* (1/N) sum log(1 + N z_j) - (mean d + log N) = (1/N) sum log(1 + 1/(N z_j)) */
static vr_slack concave_linear(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, shift = vr_chain_log_n(c, &e), a = vr_chain_mean_softplus(c, 1, shift, &e);
    double right = vr_case_mean(c, &e) + shift;
    return vr_at_least(a, right, e);
}
static vr_slack concave_gap(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, shift = vr_chain_log_n(c, &e), a = vr_chain_mean_softplus(c, 1, shift, &e);
    a -= vr_case_mean(c, &e) + shift;
    double right = vr_chain_mean_softplus(c, -1, -shift, &e);
    return vr_same(a, right, e);
}
void vr_claim_chain_14(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_chain_approximation(&f->printed, -1, 1, f->seed);
    vr_chain_approximation(&f->conditioned, 1, 1, f->seed);
    vr_try_link(&f->conditioned, info_concave, &any, f->seed + 1);
    vr_try_link(&f->conditioned, concave_linear, &any, f->seed + 2);
    vr_try_link(&f->conditioned, concave_gap, &any, f->seed + 3);
    vr_try_link(&f->conditioned, vr_chain_drop_log, &any, f->seed + 4);
}
void vr_claim_chain_14_false(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, info_too_concave, &quick, f->seed);
}

/* Lines 3 and 4: log(1 + N e^d) = log(1/N + e^d) + log N. */
static vr_slack line_4(const vr_case *c, int with_log) {
    double e = 0, shift = vr_chain_log_n(c, &e), a = vr_chain_mean_softplus(c, 1, shift, &e), b = 0;
    double share = 1 / (double)c->n;
    for (size_t j = 0; j < c->n; j++) b += vr_log_f64(share + vr_exp_f64(c->neg[j] - c->pos));
    return vr_same(a, b / (double)c->n + (with_log ? shift : 0),
                   e + 0x1p-49 * (1 + shift + fabs(b) / (double)c->n));
}
static vr_slack lines_equal(const vr_case *c, int bits) {
    (void)bits;
    return line_4(c, 1);
}
static vr_slack lines_without_log(const vr_case *c, int bits) {
    (void)bits;
    return line_4(c, 0);
}
void vr_claim_lines_equal(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, lines_equal, &any, f->seed);
}
void vr_claim_lines_without_log(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, lines_without_log, &quick, f->seed);
}

/* --- Eq. 15 ------------------------------------------------------------------------------------ */

static double hinge_sum(const vr_case *c, double *error) {
    double e = 0, sum = (double)c->n * vr_case_mean_positive(c, &e);
    *error += (double)c->n * e + 0x1p-52 * sum;
    return sum;
}
static vr_slack bpr_hinge(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_bpr(c, bits, &e);
    double right = hinge_sum(c, &e);
    return vr_at_least(a, right, e);
}
/* the gap, sum log(1 + e^{-|d_j|}), is at most N log 2 */
static vr_slack bpr_hinge_gap(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_bpr(c, bits, &e), most = (double)c->n * 0x1.62e42fefa39efp-1;
    double right = a - hinge_sum(c, &e);
    return vr_at_least(most, right, e);
}
static vr_slack bpr_mean_hinge(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_bpr(c, bits, &e) / (double)c->n;
    double right = hinge_sum(c, &e);
    return vr_at_least(a, right, e);
}
void vr_claim_bpr_hinge(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, bpr_hinge, &any, f->seed);
    vr_try_link(&f->printed, bpr_hinge_gap, &any, f->seed + 1);
}
void vr_claim_bpr_mean_hinge(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, bpr_mean_hinge, &quick, f->seed);
}

/* "only slightly improves": E max(0, d) - E d, said to be slight: taken as at most 1. */
static vr_slack improvement_small(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, a = vr_case_mean_positive(c, &e) - vr_case_mean(c, &e);
    return vr_at_least(1, a, e);
}
static vr_slack improvement(const vr_case *c, double sign) {
    double e = 0, a = vr_case_mean_positive(c, &e) - vr_case_mean(c, &e), b = 0;
    for (size_t j = 0; j < c->n; j++) b += vr_chain_positive(sign * (c->neg[j] - c->pos));
    return vr_same(a, b / (double)c->n, 2 * e);
}
static vr_slack improvement_exact(const vr_case *c, int bits) {
    (void)bits;
    return improvement(c, -1);
}
static vr_slack improvement_wrong_sign(const vr_case *c, int bits) {
    (void)bits;
    return improvement(c, 1);
}
void vr_claim_slight_improvement(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_case far = {.n = 1, .neg = {-10}, .params = {.t = 1}};
    VR_TALLY(&f->printed, improvement_small(&far, 64).slack, 0,
             "N=1, d=(-10): Eq. 14 gives -10, Eq. 15 gives 0, an improvement of %.4g",
             vr_case_mean_positive(&far, NULL) - vr_case_mean(&far, NULL));
    vr_try_link(&f->printed, improvement_small, &any, f->seed);
    vr_try_link(&f->corrected, improvement_exact, &any, f->seed + 1);
    vr_finding_note(f, "Largest improvement seen: %.4g.", 1 - f->printed.least);
}
void vr_claim_improvement_wrong_sign(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, improvement_wrong_sign, &quick, f->seed);
}

/* "cannot reflect ... max_j d_j" */
static vr_slack hinge_above_max(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, a = hinge_sum(c, &e);
    return vr_at_least(a, vr_chain_positive(vr_case_max(c)), e);
}
static vr_slack bpr_above_max(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_bpr(c, bits, &e);
    return vr_at_least(a, vr_chain_positive(vr_case_max(c)), e);
}
static vr_slack bpr_mean_above_max(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_bpr(c, bits, &e) / (double)c->n;
    return vr_at_least(a, vr_chain_positive(vr_case_max(c)), e);
}
static vr_slack bpr_upper(const vr_case *c, int bits) {
    double e = 0, b = vr_chain_bpr(c, bits, &e);
    return vr_at_least(vr_chain_positive(vr_case_max(c)) + vr_log_f64((double)c->n + 1), b,
                       e + 0x1p-50);
}
void vr_claim_bpr_reflects_max(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_tally below = {0}, above = {0};
    vr_try_link(&below, hinge_above_max, &several, f->seed);
    VR_TALLY(&f->printed, below.n_violated ? 0 : -1, 0,
             "the sum of Eq. 15 is below max(0, max d) in none of %llu cases, searched for one",
             (unsigned long long)below.n_cases);
    vr_try_link(&f->corrected, bpr_above_max, &any, f->seed + 1);
    vr_try_link(&f->corrected, hinge_above_max, &any, f->seed + 2);
    vr_try_link(&above, bpr_upper, &several, f->seed + 3);
    vr_finding_note(
        f,
        "What BPR lacks is the upper bound: it exceeds max(0, max d) + log(N + 1) by up "
        "to %.4g.",
        -above.least);
}
void vr_claim_bpr_mean_reflects_max(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, bpr_mean_above_max, &quick, f->seed);
}
