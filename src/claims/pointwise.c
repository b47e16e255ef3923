/* Pointwise losses: Eq. 17 to 22. ENUMERATED as in softmax.c. */
#include <math.h>
#include <string.h>
#include "claims/cases.h"
#include "loss/ideal.h"
#include "num/elementary.h"

#define ENUMERATED 1e-11

enum { MOST_ITEMS = 6 };

static const vr_search usual = {.largest = 2, .params = 1},
                       quick = {.largest = 2, .params = 1, .random = 2000};

/* --- Eq. 17 to 19: the single losses, as the code has them ------------------------------------------- */

static double square(double x) {
    return x * x;
}
static double hinge(double y, double margin) {
    return y > margin ? y - margin : 0;
}

/* share 1: the mean over the samples; else their sum. */
static vr_slack mse_parts(const vr_case *c, int bits, int mean) {
    double e = 0, value = vr_case_loss(c, "mse", bits, &e, NULL), sum = 0;
    for (size_t j = 0; j < c->n; j++) sum += square(c->neg[j]);
    double wanted = square(1 - c->pos) + c->params.lambda * sum / (mean ? (double)c->n : 1);
    return vr_same(value, wanted, e + 0x1p-48 * (1 + wanted));
}
static vr_slack mse_mean(const vr_case *c, int bits) {
    return mse_parts(c, bits, 1);
}
static vr_slack mse_sum(const vr_case *c, int bits) {
    return mse_parts(c, bits, 0);
}
void vr_claim_mse_parts(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, mse_mean, &usual, f->seed);
}
void vr_claim_mse_parts_sum(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, mse_sum, &quick, f->seed);
}

static vr_slack ccl_parts(const vr_case *c, int bits, double sign) {
    double e = 0, value = vr_case_loss(c, "ccl", bits, &e, NULL), sum = 0;
    for (size_t j = 0; j < c->n; j++) sum += hinge(c->neg[j], sign * c->params.margin);
    double wanted = 1 - c->pos + c->params.weight * sum / (double)c->n;
    return vr_same(value, wanted, e + 0x1p-48 * (1 + fabs(wanted)));
}
static vr_slack ccl_right(const vr_case *c, int bits) {
    return ccl_parts(c, bits, 1);
}
static vr_slack ccl_wrong_margin(const vr_case *c, int bits) {
    return ccl_parts(c, bits, -1);
}
void vr_claim_ccl_parts(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, ccl_right, &usual, f->seed);
}
void vr_claim_ccl_parts_wrong_margin(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, ccl_wrong_margin, &quick, f->seed);
}

/* Eq. 22 with one positive sample that is the positive itself: tau (l+ - lambda l-) + lambda mean l-, both losses. */
static vr_slack single_parts(const vr_case *c, int bits, double sign) {
    vr_case one = *c;
    double tau = c->params.tau_plus, lambda = c->params.lambda, worst = 0, e = 0;
    one.m = 1;
    one.samples[0] = c->pos;
    for (int ccl = 0; ccl < 2; ccl++) {
        double margin = c->params.margin, mean = 0, y = c->pos;
        for (size_t j = 0; j < c->n; j++)
            mean += (ccl ? hinge(c->neg[j], margin) : square(c->neg[j])) / (double)c->n;
        double plus = ccl ? 1 - y : square(1 - y), minus = ccl ? hinge(y, margin) : square(y);
        double wanted = tau * plus + lambda * (mean - sign * tau * minus);
        double off = fabs(
            vr_case_loss(&one, ccl ? "ccl-debiased" : "mse-debiased", bits, &e, NULL) - wanted);
        worst = off > worst ? off : worst;
    }
    return (vr_slack){-worst, e + 0x1p-47};
}
static vr_slack single_right(const vr_case *c, int bits) {
    return single_parts(c, bits, 1);
}
static vr_slack single_wrong_sign(const vr_case *c, int bits) {
    return single_parts(c, bits, -1);
}
void vr_claim_single_losses(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, single_right, &usual, f->seed);
}
void vr_claim_single_losses_wrong_sign(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    vr_try_link(&f->printed, single_wrong_sign, &quick, f->seed);
}

/* --- one user whose distributions are known ---------------------------------------------------------- */

typedef struct user {
    size_t n;
    double y[MOST_ITEMS], plus[MOST_ITEMS], minus[MOST_ITEMS],
        all[MOST_ITEMS]; /* p = tau p+ + tau- p- */
    vr_loss_params params;
} user;

static user draw_user(vr_dice *dice, size_t n, int disjoint) {
    user u = {.n = n};
    u.params = (vr_loss_params){.t = 1, .weight = 1};
    u.params.lambda =
        vr_to_float(vr_dice_between(dice, 0.1, 3)); /* one draw a statement: a list has no order */
    u.params.tau_plus = vr_to_float(vr_dice_between(dice, 0.05, 0.9));
    u.params.margin = vr_to_float(vr_dice_between(dice, -0.5, 0.9));
    vr_dice_distribution(dice, u.plus, n);
    vr_dice_distribution(dice, u.minus, n);
    if (disjoint) { /* the first half is positive */
        double sum[2] = {0, 0};
        for (size_t i = 0; i < n; i++) *(i < (n + 1) / 2 ? &u.minus[i] : &u.plus[i]) = 0;
        for (size_t i = 0; i < n; i++) sum[0] += u.plus[i], sum[1] += u.minus[i];
        for (size_t i = 0; i < n; i++) u.plus[i] /= sum[0], u.minus[i] /= sum[1];
    }
    for (size_t i = 0; i < n; i++) {
        u.y[i] = vr_to_float(vr_dice_between(dice, -1, 1));
        u.all[i] = u.params.tau_plus * u.plus[i] + (1 - u.params.tau_plus) * u.minus[i];
    }
    return u;
}

static double ideal(const user *u, vr_pointwise kind, const double *y, double *gradient) {
    vr_ideal_user about = {u->n, u->plus, u->minus, u->params.tau_plus};
    return vr_ideal_loss(&about, y, kind, &u->params, gradient);
}

static double l_minus(const user *u, vr_pointwise kind, double y) {
    return kind == VR_POINTWISE_MSE ? square(y) : hinge(y, u->params.margin);
}
static double l_plus(vr_pointwise kind, double y) {
    return kind == VR_POINTWISE_MSE ? square(1 - y) : 1 - y;
}

/* --- Eq. 20 ------------------------------------------------------------------------------------ */

/* Where the ideal MSE has its minimum: y = tau p+ / (tau p+ + lambda tau- p-). */
static double best_score(const user *u, size_t i, double lambda) {
    double plus = u->params.tau_plus * u->plus[i], minus = (1 - u->params.tau_plus) * u->minus[i];
    return plus / (plus + lambda * minus);
}

/* At the scores 1 (where p+ > 0) and 0 the gradient is 0; else at `best` with lambda_factor. */
static void minima(vr_tally *tally, uint64_t seed, int disjoint, double lambda_factor) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 4000; trial++) {
        user u = draw_user(&dice, 2 + (size_t)trial % 5, disjoint);
        double y[MOST_ITEMS], g[MOST_ITEMS], worst = 0;
        for (size_t i = 0; i < u.n; i++)
            y[i] = lambda_factor > 0 ? best_score(&u, i, lambda_factor * u.params.lambda)
                                     : (u.plus[i] > 0 ? 1 : 0);
        double value = ideal(&u, VR_POINTWISE_MSE, y, g);
        for (size_t i = 0; i < u.n; i++) worst = fabs(g[i]) > worst ? fabs(g[i]) : worst;
        VR_TALLY(
            tally, -worst, 1e-14,
            "%zu items, the first with p+ %.3g, p- %.3g, tau %.3g: at score %.3g the loss is %.4g "
            "and a gradient %.4g",
            u.n, u.plus[0], u.minus[0], u.params.tau_plus, y[0], value, worst);
    }
}
void vr_claim_ideal_minima(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    minima(&f->printed, f->seed, 0, 0);
    minima(&f->conditioned, f->seed, 1, 0);
    minima(&f->conditioned, f->seed, 0, 1); /* else the minimum is between the two */
}
void vr_claim_ideal_minima_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    minima(&f->printed, f->seed, 0, 2);
}

/* --- Eq. 21 ------------------------------------------------------------------------------------ */

static void forms(vr_tally *tally, uint64_t seed, double sign) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 20000; trial++) {
        user u = draw_user(&dice, 2 + (size_t)trial % 5, 0);
        for (int k = 0; k < 2; k++) {
            vr_pointwise kind = k ? VR_POINTWISE_CCL : VR_POINTWISE_MSE;
            double plus = 0, all = 0, inner = 0, tau = u.params.tau_plus;
            for (size_t i = 0; i < u.n; i++) {
                plus += u.plus[i] * l_plus(kind, u.y[i]);
                all += u.all[i] * l_minus(&u, kind, u.y[i]);
                inner += u.plus[i] * l_minus(&u, kind, u.y[i]);
            }
            double second = tau * plus + u.params.lambda * (all - sign * tau * inner);
            double first = ideal(&u, kind, u.y, NULL);
            VR_EQUAL(tally, first, second, 1e-14,
                     "%s, %zu items: %.12g over p-, %.12g over p and p+", k ? "CCL" : "MSE", u.n,
                     first, second);
        }
    }
}
void vr_claim_pointwise_forms(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    forms(&f->printed, f->seed, 1);
}
void vr_claim_pointwise_forms_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    forms(&f->printed, f->seed, -1);
}

/* --- Eq. 22 ------------------------------------------------------------------------------------ */

typedef struct moments {
    double mean, variance;
} moments;

/* Mean and variance of the code's loss over i ~ p+, N draws from p and M from p+. */
static moments enumerate(const user *u, vr_pointwise kind, size_t n, size_t m) {
    const char *loss = kind == VR_POINTWISE_MSE ? "mse-debiased" : "ccl-debiased";
    vr_case c = {.n = n, .m = m, .params = u->params};
    double mean = 0, square_mean = 0;
    uint32_t tuple[8] = {0};
    do { /* places: i, the N, the M */
        double weight = u->plus[tuple[0]];
        c.pos = u->y[tuple[0]];
        for (size_t j = 0; j < n; j++) {
            c.neg[j] = u->y[tuple[1 + j]];
            weight *= u->all[tuple[1 + j]];
        }
        for (size_t k = 0; k < m; k++) {
            c.samples[k] = u->y[tuple[1 + n + k]];
            weight *= u->plus[tuple[1 + n + k]];
        }
        double value = vr_case_loss(&c, loss, 64, NULL, NULL);
        mean += weight * value;
        square_mean += weight * value * value;
    } while (vr_next_tuple(tuple, 1 + n + m, (uint32_t)u->n));
    return (moments){mean, square_mean - mean * mean};
}

static double variance_of(const user *u, vr_pointwise kind, int plus, const double *p) {
    double mean = 0, square_mean = 0;
    for (size_t i = 0; i < u->n; i++) {
        double l = plus ? l_plus(kind, u->y[i]) : l_minus(u, kind, u->y[i]);
        mean += p[i] * l;
        square_mean += p[i] * l * l;
    }
    return square_mean - mean * mean;
}

static void unbiased(vr_tally *tally, uint64_t seed, double lambda_off) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 60; trial++) {
        user u = draw_user(&dice, 2 + (size_t)trial % 3, 0);
        size_t n = 1 + vr_dice_below(&dice, 3), m = 1 + vr_dice_below(&dice, 2);
        for (int k = 0; k < 2; k++) {
            vr_pointwise kind = k ? VR_POINTWISE_CCL : VR_POINTWISE_MSE;
            double mean = enumerate(&u, kind, n, m).mean;
            user biased = u;
            biased.params.tau_plus *= 1 + lambda_off;
            double wanted = ideal(&biased, kind, u.y, NULL);
            VR_EQUAL(tally, mean, wanted, ENUMERATED,
                     "%s, %zu items, N=%zu, M=%zu: the mean over all draws is %.12g, Eq. 21 %.12g",
                     k ? "CCL" : "MSE", u.n, n, m, mean, wanted);
        }
    }
}
void vr_claim_unbiased(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    unbiased(&f->printed, f->seed, 0);
}
void vr_claim_unbiased_other_tau(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    unbiased(&f->printed, f->seed, 0.1);
}

/* Var = tau^2 Var_{p+} l+ + lambda^2 (Var_p l- / N + tau^2 Var_{p+} l- / M); swapped: as the text has N and M. */
static void variance(vr_tally *tally, uint64_t seed, int swapped) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 60; trial++) {
        user u = draw_user(&dice, 2 + (size_t)trial % 3, 0);
        size_t n = 2 + vr_dice_below(&dice, 2), m = 1;
        double tau2 = square(u.params.tau_plus), lambda2 = square(u.params.lambda);
        for (int k = 0; k < 2; k++) {
            vr_pointwise kind = k ? VR_POINTWISE_CCL : VR_POINTWISE_MSE;
            double got = enumerate(&u, kind, n, m).variance;
            double wanted =
                tau2 * variance_of(&u, kind, 1, u.plus) +
                lambda2 * (variance_of(&u, kind, 0, u.all) / (double)(swapped ? m : n) +
                           tau2 * variance_of(&u, kind, 0, u.plus) / (double)(swapped ? n : m));
            VR_EQUAL(tally, got, wanted, ENUMERATED,
                     "%s, %zu items, N=%zu, M=%zu: the variance is %.9g, the formula %.9g",
                     k ? "CCL" : "MSE", u.n, n, m, got, wanted);
        }
    }
}
void vr_claim_variance(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    variance(&f->printed, f->seed, 1);
    variance(&f->corrected, f->seed, 0);
}
void vr_claim_variance_without_tau(const vr_claims_input *in, vr_finding *f) {
    vr_dice dice = vr_dice_of(f->seed);
    (void)in;
    user u = draw_user(&dice, 3, 0);
    double got = enumerate(&u, VR_POINTWISE_MSE, 2, 1).variance, lambda2 = square(u.params.lambda);
    double wanted = variance_of(&u, VR_POINTWISE_MSE, 1, u.plus) +
                    lambda2 * variance_of(&u, VR_POINTWISE_MSE, 0, u.all) / 2;
    VR_EQUAL(&f->printed, got, wanted, ENUMERATED, "without tau+: %.6g, %.6g", got, wanted);
}

/* For cosines: MSE >= -lambda tau+, CCL >= -lambda tau+ (1 - margin): debiased losses may be negative. */
static vr_slack floor_of(const vr_case *c, int bits, double factor) {
    double e = 0, tau = c->params.tau_plus, lambda = c->params.lambda, margin = c->params.margin;
    double mse = vr_case_loss(c, "mse-debiased", bits, &e, NULL) + factor * lambda * tau;
    double ccl =
        vr_case_loss(c, "ccl-debiased", bits, &e, NULL) + factor * lambda * tau * (1 - margin);
    return (vr_slack){mse < ccl ? mse : ccl, e + 0x1p-48 * (1 + lambda)};
}
static vr_slack floor_right(const vr_case *c, int bits) {
    return floor_of(c, bits, 1);
}
static vr_slack floor_zero(const vr_case *c, int bits) {
    return floor_of(c, bits, 0);
}
void vr_claim_pointwise_floor(const vr_claims_input *in, vr_finding *f) {
    static const vr_search cosines = {.largest = 1, .params = 1};
    (void)in;
    vr_try_link(&f->printed, floor_right, &cosines, f->seed);
}
void vr_claim_pointwise_floor_zero(const vr_claims_input *in, vr_finding *f) {
    static const vr_search search = {.largest = 1, .params = 1, .random = 2000};
    (void)in;
    vr_try_link(&f->printed, floor_zero, &search, f->seed);
}
