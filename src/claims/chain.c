/* The lower bounds of section 2.3: Eq. 11, 12, 14 and 15, the sentences about them, and what the paper misses. All of
   them are about one pair's scores, d_j = y_j - y_i; the exact gap of each link stands beside it. */
#include <math.h>
#include "claims/chain.h"
#include "num/elementary.h"

static const vr_search any = {.largest = 100}, several = {.largest = 100, .fewest = 2},
                       quick = {.largest = 100, .random = 2000};

/* --- Eq. 11 ------------------------------------------------------------------------------------ */

static vr_slack info_mine(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_info(c, bits, &e), b = vr_chain_mine(c, bits, &e);
    return vr_at_least(a, b, e);
}
static vr_slack info_mine_gap(const vr_case *c, int bits) {
    double e = 0, m = vr_chain_mine(c, bits, &e), gap = vr_chain_info(c, bits, &e) - m;
    return vr_same(gap, vr_softplus_f64(-m), 2 * e + 0x1p-52 * fabs(m));
}
static vr_slack mine_info(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_info(c, bits, &e), b = vr_chain_mine(c, bits, &e);
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
    double e = 0, a = vr_chain_mine(c, bits, &e), b = vr_case_mean(c, &e);
    b += vr_chain_log_n(c, &e);
    return vr_at_least(a, b, e);
}
/* Hoeffding: the gap is at most (max d - min d)^2 / 8. */
static vr_slack mine_hoeffding(const vr_case *c, int bits) {
    double e = 0, b = vr_chain_mine(c, bits, &e) - vr_case_mean(c, &e), low = c->neg[0], high = low;
    for (size_t j = 1; j < c->n; j++) {
        low = c->neg[j] < low ? c->neg[j] : low;
        high = c->neg[j] > high ? c->neg[j] : high;
    }
    double left = (high - low) * (high - low) / 8 + vr_chain_log_n(c, &e);
    return vr_at_least(left, b, e);
}
static vr_slack mine_jensen_plus(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_mine(c, bits, &e), b = vr_case_mean(c, &e);
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

static vr_slack keep_log(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, mean = vr_case_mean(c, &e);
    double right = mean + vr_chain_log_n(c, &e);
    return vr_at_least(mean, right, e);
}
void vr_claim_drop_log(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, vr_chain_drop_log, &any, f->seed);
}
void vr_claim_keep_log(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, keep_log, &quick, f->seed);
}

void vr_claim_chain_11(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_chain_approximation(&f->printed, -1, 0, f->seed);
    vr_chain_approximation(&f->conditioned, 1, 0, f->seed);
    vr_try_link(&f->conditioned, info_mine, &any, f->seed + 1);
    vr_try_link(&f->conditioned, mine_jensen, &any, f->seed + 2);
    vr_try_link(&f->conditioned, vr_chain_drop_log, &any, f->seed + 3);
}
static vr_slack mine_bpr_mean_log(const vr_case *c, int bits) { /* a link that nobody claims */
    double e = 0, a = vr_chain_mine(c, bits, &e), b = vr_chain_bpr(c, bits, &e) / (double)c->n;
    double right = b + vr_chain_log_n(c, &e);
    return vr_at_least(a, right, e);
}
void vr_claim_chain_11_false(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, mine_bpr_mean_log, &quick, f->seed);
}

/* --- Eq. 12 ------------------------------------------------------------------------------------ */

static vr_slack upper(const vr_case *c, int bits, double more) {
    double e = 0, b = vr_chain_info(c, bits, &e);
    double a = vr_chain_positive(vr_case_max(c)) + vr_log_f64((double)c->n + more);
    return vr_at_least(a, b, e + 0x1p-52 * fabs(a));
}
static vr_slack info_upper(const vr_case *c, int bits) {
    return upper(c, bits, 1);
}
static vr_slack info_upper_less(const vr_case *c, int bits) {
    return upper(c, bits, 0);
}
static vr_slack info_lower(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_info(c, bits, &e);
    return vr_at_least(a, vr_chain_positive(vr_case_max(c)), e);
}
static vr_slack mine_lower(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_mine(c, bits, &e);
    return vr_at_least(a, vr_case_max(c), e);
}
static vr_slack mine_upper(const vr_case *c, int bits) {
    double e = 0, b = vr_chain_mine(c, bits, &e);
    double left = vr_case_max(c) + vr_chain_log_n(c, &e);
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
    double right = b + vr_chain_log_n(c, &e);
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

/* --- what the paper misses -------------------------------------------------------------------------- */

static vr_slack softplus_of_mine(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_info(c, bits, &e), m = vr_chain_mine(c, bits, &e);
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
    double e = 0, a = vr_chain_info(c, bits, &e), b = vr_chain_bpr(c, bits, &e) / (double)c->n;
    return vr_at_least(a, b, e);
}
static vr_slack bracket_high(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_bpr(c, bits, &e), b = vr_chain_info(c, bits, &e);
    return vr_at_least(a, b, e);
}
static vr_slack bracket_n(const vr_case *c, int bits) {
    double e = 0, a = (double)c->n * vr_chain_info(c, bits, &e), b = vr_chain_bpr(c, bits, &e);
    return vr_at_least(a, b, (double)c->n * e);
}
static vr_slack bracket_wrong(const vr_case *c, int bits) {
    double e = 0, a = vr_chain_info(c, bits, &e), b = vr_chain_bpr(c, bits, &e);
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
