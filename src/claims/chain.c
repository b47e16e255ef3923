/* The lower bounds of section 2.3: Eq. 11, 12, 14 and 15, the sentences about them, and what the paper misses. All of
   them are about one pair's scores, d_j = y_j - y_i; the exact gap of each link stands beside it. */
#include <math.h>
#include "claims/cases.h"
#include "num/elementary.h"

static const vr_search any = {.largest = 100}, several = {.largest = 100, .fewest = 2},
                       quick = {.largest = 100, .random = 2000};

static double info(const vr_case *c, int bits, double *error) {
    return vr_case_loss(c, "infonce", bits, error, NULL);
}
static double mine(const vr_case *c, int bits, double *error) {
    return vr_case_loss(c, "mine", bits, error, NULL);
}
static double bpr(const vr_case *c, int bits, double *error) {
    return vr_case_loss(c, "bpr", bits, error, NULL);
}

/* Sums of logarithms and their kin in double are off by a few ulps of what is added. */
static double log_n(const vr_case *c, double *error) {
    double log = vr_log_f64((double)c->n);
    *error += 0x1p-52 * log;
    return log;
}
static double positive(double x) {
    return x > 0 ? x : 0;
}

/* (1/N) sum log(1 + e^{d_j + shift}), the sign of d given. */
static double mean_softplus(const vr_case *c, double sign, double shift, double *error) {
    double sum = 0, sizes = 0;
    for (size_t j = 0; j < c->n; j++) {
        double d = sign * (c->neg[j] - c->pos) + shift;
        sum += vr_softplus_f64(d);
        sizes += fabs(d);
    }
    *error += 0x1p-52 * (sum * 2 + sizes * 2 / (double)c->n + sum * (double)c->n / 8);
    return sum / (double)c->n;
}

/* --- Eq. 11 ------------------------------------------------------------------------------------ */

static vr_slack info_mine(const vr_case *c, int bits) {
    double e = 0, a = info(c, bits, &e), b = mine(c, bits, &e);
    return vr_at_least(a, b, e);
}
static vr_slack info_mine_gap(const vr_case *c, int bits) {
    double e = 0, m = mine(c, bits, &e), gap = info(c, bits, &e) - m;
    return vr_same(gap, vr_softplus_f64(-m), 2 * e + 0x1p-52 * fabs(m));
}
static vr_slack mine_info(const vr_case *c, int bits) {
    double e = 0, a = info(c, bits, &e), b = mine(c, bits, &e);
    return vr_at_least(b, a, e);
}

void vr_claim_info_above_mine(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, info_mine, &any, f->seed);
    vr_try_link(&f->printed, info_mine_gap, &any, f->seed + 1);
}
void vr_claim_mine_above_info(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, mine_info, &quick, f->seed);
}

static vr_slack mine_jensen(const vr_case *c, int bits) {
    double e = 0, a = mine(c, bits, &e), b = vr_case_mean(c, &e);
    b += log_n(c, &e);
    return vr_at_least(a, b, e);
}
/* Hoeffding: the gap is at most (max d - min d)^2 / 8. */
static vr_slack mine_hoeffding(const vr_case *c, int bits) {
    double e = 0, b = mine(c, bits, &e) - vr_case_mean(c, &e), low = c->neg[0], high = low;
    for (size_t j = 1; j < c->n; j++) {
        low = c->neg[j] < low ? c->neg[j] : low;
        high = c->neg[j] > high ? c->neg[j] : high;
    }
    double left = (high - low) * (high - low) / 8 + log_n(c, &e);
    return vr_at_least(left, b, e);
}
static vr_slack mine_jensen_plus(const vr_case *c, int bits) {
    double e = 0, a = mine(c, bits, &e), b = vr_case_mean(c, &e);
    return vr_at_least(a, b + vr_log_f64((double)c->n + 1), e + 0x1p-50);
}

void vr_claim_mine_jensen(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, mine_jensen, &any, f->seed);
    vr_try_link(&f->printed, mine_hoeffding, &any, f->seed + 1);
}
void vr_claim_mine_jensen_too_much(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, mine_jensen_plus, &quick, f->seed);
}

static vr_slack drop_log(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, mean = vr_case_mean(c, &e);
    double left = mean + log_n(c, &e);
    return vr_at_least(left, mean, e);
}
static vr_slack keep_log(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, mean = vr_case_mean(c, &e);
    double right = mean + log_n(c, &e);
    return vr_at_least(mean, right, e);
}
void vr_claim_drop_log(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, drop_log, &any, f->seed);
}
void vr_claim_keep_log(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, keep_log, &quick, f->seed);
}

/* The links that the paper writes as "approximately": E over the N draws of log(first + sum_j e^{d_j}) against
   log(first + N E e^d), by enumeration of every tuple of draws from a few items. first: 0 of Eq. 11, 1 of Eq. 14. */
static void approximation(vr_tally *tally, double sign, int first, uint64_t seed) {
    static const char *const losses[] = {"mine", "infonce"};
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 400; trial++) {
        size_t n_items = trial ? 2 + vr_dice_below(&dice, 2) : 2,
               n = trial ? 1 + vr_dice_below(&dice, 4) : 1;
        double y[3] = {0, 2, 0}, p[3] = {0.5, 0.5, 0}, mean = 0, scale = trial % 2 ? 2 : 20;
        if (trial) vr_dice_distribution(&dice, p, n_items);
        for (size_t i = 0; i < n_items && trial; i++)
            y[i] = vr_to_float(vr_dice_between(&dice, -scale, scale));
        vr_case c = {.n = n, .params = {.t = 1, .lambda = 1}};
        uint32_t tuple[4] = {0};
        double error = 0, mu = 0;
        for (size_t i = 0; i < n_items; i++) mu += p[i] * vr_exp_f64(y[i]);
        do {
            double weight = 1;
            for (size_t j = 0; j < n; j++) {
                c.neg[j] = y[tuple[j]];
                weight *= p[tuple[j]];
            }
            mean += weight * vr_case_loss(&c, losses[first], 64, &error, NULL);
        } while (vr_next_tuple(tuple, n, (uint32_t)n_items));
        double limit = vr_log_f64((double)first + (double)n * mu);
        VR_TALLY(tally, sign * (limit - mean), error + 0x1p-46 * (1 + fabs(limit)),
                 "y_i=0, N=%zu, items with scores (%.4g, %.4g%s) and shares (%.3g, %.3g%s): "
                 "the mean over draws is %.6g, the line after it %.6g",
                 n, y[0], y[1], n_items > 2 ? ", .." : "", p[0], p[1], n_items > 2 ? ", .." : "",
                 mean, limit);
    }
}

void vr_claim_chain_11(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    approximation(&f->printed, -1, 0, f->seed);
    approximation(&f->conditioned, 1, 0, f->seed);
    vr_try_link(&f->conditioned, info_mine, &any, f->seed + 1);
    vr_try_link(&f->conditioned, mine_jensen, &any, f->seed + 2);
    vr_try_link(&f->conditioned, drop_log, &any, f->seed + 3);
}
static vr_slack mine_bpr_mean_log(const vr_case *c, int bits) { /* a link that nobody claims */
    double e = 0, a = mine(c, bits, &e), b = bpr(c, bits, &e) / (double)c->n;
    double right = b + log_n(c, &e);
    return vr_at_least(a, right, e);
}
void vr_claim_chain_11_false(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, mine_bpr_mean_log, &quick, f->seed);
}

/* --- Eq. 12 ------------------------------------------------------------------------------------ */

static vr_slack upper(const vr_case *c, int bits, double more) {
    double e = 0, b = info(c, bits, &e);
    double a = positive(vr_case_max(c)) + vr_log_f64((double)c->n + more);
    return vr_at_least(a, b, e + 0x1p-52 * fabs(a));
}
static vr_slack info_upper(const vr_case *c, int bits) {
    return upper(c, bits, 1);
}
static vr_slack info_upper_less(const vr_case *c, int bits) {
    return upper(c, bits, 0);
}
static vr_slack info_lower(const vr_case *c, int bits) {
    double e = 0, a = info(c, bits, &e);
    return vr_at_least(a, positive(vr_case_max(c)), e);
}
static vr_slack mine_lower(const vr_case *c, int bits) {
    double e = 0, a = mine(c, bits, &e);
    return vr_at_least(a, vr_case_max(c), e);
}
static vr_slack mine_upper(const vr_case *c, int bits) {
    double e = 0, b = mine(c, bits, &e);
    double left = vr_case_max(c) + log_n(c, &e);
    return vr_at_least(left, b, e);
}
void vr_claim_chain_12(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, info_upper, &any, f->seed);
    vr_try_link(&f->printed, info_mine, &any, f->seed + 1);
    vr_try_link(&f->printed, mine_lower, &any, f->seed + 2);
    vr_try_link(&f->printed, mine_upper, &any, f->seed + 3);
    vr_try_link(&f->printed, info_lower, &any, f->seed + 4);
}
void vr_claim_chain_12_false(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, info_upper_less, &quick, f->seed);
}

/* "the second lower bound is tighter than the first one" */
static vr_slack max_mean_log(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, b = vr_case_mean(c, &e);
    double right = b + log_n(c, &e);
    return vr_at_least(vr_case_max(c), right, e);
}
static vr_slack max_mean(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, b = vr_case_mean(c, &e);
    return vr_at_least(vr_case_max(c), b, e);
}
static vr_slack mean_max(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, b = vr_case_mean(c, &e);
    return vr_at_least(b, vr_case_max(c), e);
}
void vr_claim_second_bound_tighter(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, max_mean_log, &several, f->seed);
    vr_try_link(&f->conditioned, max_mean, &any, f->seed + 1);
    vr_finding_note(f, "max d < mean d + log N in %.0f %% of the cases with N > 1.",
                    100 * (double)f->printed.n_violated / (double)f->printed.n_cases);
}
void vr_claim_first_bound_tighter(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, mean_max, &quick, f->seed);
}

/* --- BPR, Eq. 13 and the bounds it shares --------------------------------------------------------- */

static vr_slack bpr_forms(const vr_case *c, int bits) {
    double e = 0, a = bpr(c, bits, &e), b = 0;
    for (size_t j = 0; j < c->n; j++) b -= vr_log_f64(vr_sigmoid_f64(c->pos - c->neg[j]));
    /* log of a sigmoid near 1 is known to 2.5 ulps of 1 */
    return vr_same(a, b, e + 0x1p-50 * ((double)c->n + fabs(b)));
}
static vr_slack bpr_as_mean(const vr_case *c, int bits) {
    double e = 0, a = bpr(c, bits, &e) / (double)c->n, b = 0;
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
    double e = 0, a = bpr(c, bits, &e) / (double)c->n;
    double right = vr_case_mean(c, &e);
    return vr_at_least(a, right, e);
}
static vr_slack bpr_above_mean_log(const vr_case *c, int bits) {
    double e = 0, a = bpr(c, bits, &e), b = vr_case_mean(c, &e);
    double right = b + log_n(c, &e);
    return vr_at_least(a, right, e);
}
static vr_slack bpr_mean_above_mean_log(const vr_case *c, int bits) {
    double e = 0, a = bpr(c, bits, &e) / (double)c->n, b = vr_case_mean(c, &e);
    double right = b + log_n(c, &e);
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
    double e = 0, a = info(c, bits, &e), shift = log_n(c, &e);
    double right = mean_softplus(c, 1, shift, &e);
    return vr_at_least(a, right, e);
}
static vr_slack info_too_concave(const vr_case *c, int bits) {
    double e = 0, a = info(c, bits, &e);
    double right = mean_softplus(c, 1, vr_log_f64((double)c->n + 1), &e);
    return vr_at_least(a, right, e + 0x1p-50);
}
/* (1/N) sum log(1 + N z_j) - (mean d + log N) = (1/N) sum log(1 + 1/(N z_j)) */
static vr_slack concave_linear(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, shift = log_n(c, &e), a = mean_softplus(c, 1, shift, &e);
    double right = vr_case_mean(c, &e) + shift;
    return vr_at_least(a, right, e);
}
static vr_slack concave_gap(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, shift = log_n(c, &e), a = mean_softplus(c, 1, shift, &e);
    a -= vr_case_mean(c, &e) + shift;
    double right = mean_softplus(c, -1, -shift, &e);
    return vr_same(a, right, e);
}
void vr_claim_chain_14(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    approximation(&f->printed, -1, 1, f->seed);
    approximation(&f->conditioned, 1, 1, f->seed);
    vr_try_link(&f->conditioned, info_concave, &any, f->seed + 1);
    vr_try_link(&f->conditioned, concave_linear, &any, f->seed + 2);
    vr_try_link(&f->conditioned, concave_gap, &any, f->seed + 3);
    vr_try_link(&f->conditioned, drop_log, &any, f->seed + 4);
}
void vr_claim_chain_14_false(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, info_too_concave, &quick, f->seed);
}

/* Lines 3 and 4: log(1 + N e^d) = log(1/N + e^d) + log N. */
static vr_slack line_4(const vr_case *c, int with_log) {
    double e = 0, shift = log_n(c, &e), a = mean_softplus(c, 1, shift, &e), b = 0;
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
    double e = 0, a = bpr(c, bits, &e);
    double right = hinge_sum(c, &e);
    return vr_at_least(a, right, e);
}
/* the gap, sum log(1 + e^{-|d_j|}), is at most N log 2 */
static vr_slack bpr_hinge_gap(const vr_case *c, int bits) {
    double e = 0, a = bpr(c, bits, &e), most = (double)c->n * 0x1.62e42fefa39efp-1;
    double right = a - hinge_sum(c, &e);
    return vr_at_least(most, right, e);
}
static vr_slack bpr_mean_hinge(const vr_case *c, int bits) {
    double e = 0, a = bpr(c, bits, &e) / (double)c->n;
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
    for (size_t j = 0; j < c->n; j++) b += positive(sign * (c->neg[j] - c->pos));
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
    return vr_at_least(a, positive(vr_case_max(c)), e);
}
static vr_slack bpr_above_max(const vr_case *c, int bits) {
    double e = 0, a = bpr(c, bits, &e);
    return vr_at_least(a, positive(vr_case_max(c)), e);
}
static vr_slack bpr_mean_above_max(const vr_case *c, int bits) {
    double e = 0, a = bpr(c, bits, &e) / (double)c->n;
    return vr_at_least(a, positive(vr_case_max(c)), e);
}
static vr_slack bpr_upper(const vr_case *c, int bits) {
    double e = 0, b = bpr(c, bits, &e);
    return vr_at_least(positive(vr_case_max(c)) + vr_log_f64((double)c->n + 1), b, e + 0x1p-50);
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

/* --- what the paper misses -------------------------------------------------------------------------- */

static vr_slack softplus_of_mine(const vr_case *c, int bits) {
    double e = 0, a = info(c, bits, &e), m = mine(c, bits, &e);
    return vr_same(a, vr_softplus_f64(m), e + 0x1p-51 * a);
}
/* Of each score's gradient: p_j is off by (terms of a sum + its own argument) half-ulps, s by a quarter of u's. */
static vr_slack gradient_factor(const vr_case *c, int bits, double power) {
    double neg[2][VR_CASE_SCORES], worst = 0, gap = fabs(vr_case_max(c));
    vr_gradient_f64 g[2] = {{.neg = neg[0]}, {.neg = neg[1]}};
    double h = bits == 32 ? 0x1p-24 : 0x1p-53, n = (double)c->n;
    double tolerance = h * (4 * (n / 8 + 8 + 3 * vr_log_f64(n)) + 2 * gap + 30);
    vr_case_loss(c, "infonce", bits, NULL, &g[0]);
    double s = vr_sigmoid_f64(vr_case_loss(c, "mine", bits, NULL, &g[1]));
    s = power > 1 ? s * s : s;
    worst = fabs(g[0].pos - s * g[1].pos);
    for (size_t j = 0; j < c->n; j++) {
        double off = fabs(neg[0][j] - s * neg[1][j]);
        worst = off > worst ? off : worst;
    }
    return (vr_slack){-worst, tolerance};
}
static vr_slack gradient_sigmoid(const vr_case *c, int bits) {
    return gradient_factor(c, bits, 1);
}
static vr_slack gradient_square(const vr_case *c, int bits) {
    return gradient_factor(c, bits, 2);
}
void vr_claim_softplus_of_mine(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, softplus_of_mine, &any, f->seed);
    vr_try_link(&f->printed, gradient_sigmoid, &any, f->seed + 1);
}
void vr_claim_square_of_mine(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, gradient_square, &quick, f->seed);
}

static vr_slack bracket_low(const vr_case *c, int bits) {
    double e = 0, a = info(c, bits, &e), b = bpr(c, bits, &e) / (double)c->n;
    return vr_at_least(a, b, e);
}
static vr_slack bracket_high(const vr_case *c, int bits) {
    double e = 0, a = bpr(c, bits, &e), b = info(c, bits, &e);
    return vr_at_least(a, b, e);
}
static vr_slack bracket_n(const vr_case *c, int bits) {
    double e = 0, a = (double)c->n * info(c, bits, &e), b = bpr(c, bits, &e);
    return vr_at_least(a, b, (double)c->n * e);
}
static vr_slack bracket_wrong(const vr_case *c, int bits) {
    double e = 0, a = info(c, bits, &e), b = bpr(c, bits, &e);
    return vr_at_least(a, b, e);
}
void vr_claim_bpr_brackets(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, bracket_low, &any, f->seed);
    vr_try_link(&f->printed, bracket_high, &any, f->seed + 1);
    vr_try_link(&f->printed, bracket_n, &any, f->seed + 2);
}
void vr_claim_bpr_below_info(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, bracket_wrong, &quick, f->seed);
}
