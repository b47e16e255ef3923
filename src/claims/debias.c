/* Section 2.2: the mixture, the ideal and the debiased InfoNCE (Eq. 5 to 7), by exact enumeration of every draw.
   ENUMERATED as in softmax.c. */
#include <math.h>
#include "claims/cases.h"
#include "loss/bound.h"
#include "num/elementary.h"

#define ENUMERATED 1e-11

enum { MOST_ITEMS = 8, MOST_DRAWS = 6 };

/* One user: items with cosine scores, p uniform on all, p+ uniform on the first n_plus, tau+ = c n_plus / n. */
typedef struct user {
    size_t n, n_plus;
    double y[MOST_ITEMS], c, tau, t, minus[MOST_ITEMS]; /* p- by Eq. 5 */
} user;

static user make_user(size_t n, size_t n_plus, double c, double t) {
    user u = {.n = n, .n_plus = n_plus, .c = c, .t = t};
    u.tau = c * (double)n_plus / (double)n;
    for (size_t i = 0; i < n; i++) {
        double plus = i < n_plus ? 1 / (double)n_plus : 0;
        u.minus[i] = (1 / (double)n - u.tau * plus) / (1 - u.tau);
    }
    return u;
}

/* c at most `most`, and tau+ below 1. */
static user draw_user(vr_dice *dice, double least, double most, double t) {
    size_t n = 2 + vr_dice_below(dice, 6), n_plus = 1 + vr_dice_below(dice, (uint32_t)n - 1);
    double limit = 0.95 * (double)n / (double)n_plus;
    double c = vr_dice_between(dice, least, most < limit ? most : limit);
    user u = make_user(n, n_plus, c < limit ? c : limit, vr_to_float(t));
    for (size_t i = 0; i < n; i++) u.y[i] = vr_to_float(vr_dice_between(dice, -1, 1));
    return u;
}

/* --- Eq. 5 ------------------------------------------------------------------------------------- */

static void probability(vr_tally *tally, const user *u, double scale) {
    double sum = 0, least = 1;
    for (size_t i = 0; i < u->n; i++) {
        double p = u->minus[i] * scale;
        sum += p;
        least = p < least ? p : least;
    }
    VR_EQUAL(tally, sum, 1, 1e-14, "%zu items, %zu positive, c=%.3g: p- sums to %.6g", u->n,
             u->n_plus, u->c, sum);
    VR_TALLY(tally, least, 1e-14, "%zu items, %zu positive, c=%.3g: p- of a known positive is %.4g",
             u->n, u->n_plus, u->c, least);
}

void vr_claim_mixture(const vr_claims_input *in, vr_finding *f) {
    vr_dice dice = vr_dice_of(f->seed);
    user small = make_user(2, 1, 1.5, 1);
    (void)in;
    probability(&f->printed, &small, 1);
    for (int trial = 0; trial < 20000; trial++) {
        user u = draw_user(&dice, 0.05, 3, 1);
        probability(&f->printed, &u, 1);
        if (u.c <= 1) probability(&f->conditioned, &u, 1);
    }
}
void vr_claim_mixture_unnormalised(const vr_claims_input *in, vr_finding *f) {
    vr_dice dice = vr_dice_of(f->seed);
    (void)in;
    for (int trial = 0; trial < 100; trial++) {
        user u = draw_user(&dice, 0.05, 1, 1);
        probability(&f->printed, &u, 1 - u.tau); /* without 1/tau- */
    }
}

/* --- Eq. 6 ------------------------------------------------------------------------------------- */

/* E of e^{y/t}. */
static double mean_exp(const user *u, const double *p) {
    double sum = 0;
    for (size_t i = 0; i < u->n; i++) {
        double share = p ? p[i] : i < u->n_plus ? 1 / (double)u->n_plus : 0;
        if (share != 0) sum += share * vr_exp_f64(u->y[i] / u->t);
    }
    return sum;
}

/* The loss code with every item once as a sample and every positive once as a positive sample: no draw left. */
static double population(const user *u, double lambda, double tau, double *error) {
    vr_case c = {.n = u->n, .m = u->n_plus, .pos = u->y[0]};
    for (size_t i = 0; i < u->n; i++) c.neg[i] = c.samples[i] = u->y[i];
    c.params = (vr_loss_params){.t = u->t, .lambda = lambda, .tau_plus = tau};
    return vr_case_loss(&c, "infonce-debiased", 64, error, NULL);
}

static void two_forms(vr_tally *tally, uint64_t seed, int forget_tau) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 20000; trial++) {
        user u = draw_user(&dice, 0.05, 1, vr_dice_between(&dice, 0.1, 2));
        double lambda = vr_dice_between(&dice, 0.1, 10), error = 0;
        double direct = vr_log_f64(1 + lambda * mean_exp(&u, u.minus) / vr_exp_f64(u.y[0] / u.t));
        double code = population(&u, lambda, forget_tau ? 1e-3 : u.tau, &error);
        VR_TALLY(
            tally, -fabs(direct - code), error + vr_allowed(direct, code, ENUMERATED),
            "%zu items, %zu positive, c=%.3g, t=%.3g, lambda=%.3g: over p- %.9g, over p and p+ "
            "%.9g",
            u.n, u.n_plus, u.c, u.t, lambda, direct, code);
    }
}
void vr_claim_two_forms(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    two_forms(&f->printed, f->seed, 0);
}
void vr_claim_two_forms_without_tau(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    two_forms(&f->printed, f->seed, 1);
}

/* The bias of Eq. 4 against Eq. 6 as lambda = N grows: log(tau- + tau+ mu+ / mu-). At N = 2^40 what is left is below
   e^{2/t} / N. */
static void sampling_bias(vr_tally *tally, uint64_t seed, int forget) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 5000; trial++) {
        user u = draw_user(&dice, 0.3, 1, 1);
        double many = 0x1p40, own = vr_exp_f64(u.y[0]), plus = mean_exp(&u, NULL),
               minus = mean_exp(&u, u.minus), mean = u.tau * plus + (1 - u.tau) * minus;
        double bias = vr_log_f64((own + many * mean) / (own + many * minus));
        double limit = vr_log_f64((forget ? 0 : 1 - u.tau) + u.tau * plus / minus);
        VR_EQUAL(tally, bias, limit, 1e-10,
                 "%zu items, %zu positive, c=%.3g: biased less ideal %.9g, the formula %.9g", u.n,
                 u.n_plus, u.c, bias, limit);
    }
}
void vr_claim_sampling_bias(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    sampling_bias(&f->printed, f->seed, 0);
}
void vr_claim_sampling_bias_without_tau(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    sampling_bias(&f->printed, f->seed, 1);
}

/* --- the limit of InfoNCE ------------------------------------------------------------------------ */

/* The ideal with lambda = N less the mean of InfoNCE over N draws from p-: at least 0 (Jensen), and at most
   N sigma^2 / ((A + N mu)(A + N e^low)) with A = e^{y_i}, sigma^2 the variance and e^low the least of e^y. */
static void limit_enumerated(vr_tally *tally, uint64_t seed, double sign) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 30; trial++) {
        double y[4], p[4], own = vr_to_float(vr_dice_between(&dice, -2, 2)), low = INFINITY, mu = 0,
                           square = 0;
        vr_dice_distribution(&dice, p, 4);
        for (int i = 0; i < 4; i++) {
            y[i] = vr_to_float(vr_dice_between(&dice, -2, 2));
            double e = vr_exp_f64(y[i]);
            low = e < low ? e : low;
            mu += p[i] * e;
            square += p[i] * e * e;
        }
        for (size_t n = 1; n <= MOST_DRAWS; n++) {
            vr_case c = {.n = n, .pos = own, .params = {.t = 1, .lambda = 1}};
            double mean = 0, a = vr_exp_f64(own), count = (double)n;
            uint32_t tuple[MOST_DRAWS] = {0};
            do {
                double weight = 1;
                for (size_t j = 0; j < n; j++) {
                    c.neg[j] = y[tuple[j]];
                    weight *= p[tuple[j]];
                }
                mean += weight * vr_case_loss(&c, "infonce", 64, NULL, NULL);
            } while (vr_next_tuple(tuple, n, 4));
            double gap = vr_log_f64(1 + count * mu / a) - mean;
            double most = count * (square - mu * mu) / ((a + count * mu) * (a + count * low));
            VR_TALLY(tally, sign * gap, ENUMERATED, "4 items, N=%zu: ideal less E L is %.6g", n,
                     gap);
            VR_TALLY(tally, most - gap, ENUMERATED, "4 items, N=%zu: gap %.6g, its bound %.6g", n,
                     gap, most);
        }
    }
}

/* E L over N draws of items with scores 0 and y, y with probability p, and y_i = 0: a binomial sum. */
static double binomial_mean(uint32_t n, double p, double y) {
    double log_p = vr_log_f64(p), log_q = vr_log_f64(1 - p), log = n * log_q, mean = 0,
           e = vr_exp_f64(y);
    for (uint32_t k = 0; k <= n; k++) { /* log C(n, k) p^k q^{n-k}, from the one before */
        mean += vr_exp_f64(log) * vr_log_f64(1 + k * e + (n - k));
        log += vr_log_f64((double)(n - k) / (k + 1.0)) + log_p - log_q;
    }
    return mean;
}

/* N gap -> sigma^2 / (2 mu^2). */
static void limit_rate(vr_tally *tally) {
    static const double cases[][2] = {{0.5, 1}, {0.1, 2}, {0.7, -1}};
    for (int i = 0; i < 3; i++) {
        double p = cases[i][0], e = vr_exp_f64(cases[i][1]), mu = 1 - p + p * e;
        double variance = p * (1 - p) * (e - 1) * (e - 1);
        uint32_t n = 10000;
        double gap = vr_log_f64(1 + n * mu) - binomial_mean(n, p, cases[i][1]);
        double ratio = n * gap / (variance / (2 * mu * mu));
        VR_TALLY(tally, -fabs(ratio - 1), 1e-3,
                 "N=10000, scores 0 and %g: N gap over its limit is %.6g", cases[i][1], ratio);
    }
}

void vr_claim_infonce_limit(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    double half = binomial_mean(5000, 0.5, 1), whole = binomial_mean(10000, 0.5, 1);
    /* to converge, the loss itself would have to settle */
    VR_TALLY(&f->printed, 0.1 - fabs(whole - half), 0,
             "scores 0 and 1, y_i=0: E L is %.5g at N=5000 and %.5g at N=10000", half, whole);
    limit_enumerated(&f->conditioned, f->seed, 1);
    limit_rate(&f->conditioned);
}
void vr_claim_infonce_above_ideal(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    limit_enumerated(&f->printed, f->seed, -1);
}

/* --- Eq. 7: the floor ------------------------------------------------------------------------------ */

/* f is kept above its theoretical minimum: the mean of e^{cos/t} over any p- is at least e^{floor/t}. */
static void floors(vr_tally *tally, uint64_t seed, double floor) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 5000; trial++) {
        size_t n = trial ? 1 + vr_dice_below(&dice, 6) : 1;
        double t = trial ? vr_dice_between(&dice, 0.1, 2) : 1, p[6], mean = 0, y = 0;
        vr_dice_distribution(&dice, p, n);
        for (size_t i = 0; i < n; i++) {
            y = trial ? vr_dice_between(&dice, -1, trial % 3 ? 1 : -0.9) : 0;
            mean += p[i] * vr_exp_f64(y / t);
        }
        VR_AT_LEAST(tally, mean, vr_exp_f64(floor / t), 1e-14,
                    "t=%.3g, %zu items, the last with cosine %.3g: f = %.6g, the floor is %.6g", t,
                    n, y, mean, vr_exp_f64(floor / t));
    }
}

/* At the floor the code's loss is log(1 + lambda e^{-(1 + y_i)/t}), and no sample has a gradient. */
static vr_slack at_floor(const vr_case *c, int bits) {
    double neg[VR_CASE_SCORES], samples[VR_CASE_SCORES], e = 0, pull = 0, mean_j = 0, mean_k = 0;
    vr_gradient_f64 g = {.neg = neg, .pos_samples = samples};
    double t = c->params.t, value = vr_case_loss(c, "infonce-debiased", bits, &e, &g);
    for (size_t j = 0; j < c->n; j++) mean_j += vr_exp_f64(c->neg[j] / t) / (double)c->n;
    for (size_t k = 0; k < c->m; k++) mean_k += vr_exp_f64(c->samples[k] / t) / (double)c->m;
    double tau = c->params.tau_plus, b = (mean_j - tau * mean_k) / (1 - tau);
    if (b > 0.99 * vr_exp_f64(-1 / t))
        return (vr_slack){1, 1}; /* not at the floor, or at its edge */
    for (size_t j = 0; j < c->n; j++) pull += fabs(neg[j]);
    double u = vr_log_f64(c->params.lambda) - (1 + c->pos) / t;
    return vr_same(value + pull, vr_softplus_f64(u), e + 0x1p-50 * (1 + fabs(u)));
}

void vr_claim_floor(const vr_claims_input *in, vr_finding *f) {
    static const vr_search search = {.largest = 1, .params = 1};
    (void)in;
    floors(&f->printed, f->seed, 1);
    floors(&f->corrected, f->seed, -1);
    vr_try_link(&f->corrected, at_floor, &search, f->seed);
}
void vr_claim_floor_at_one(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    floors(&f->printed, f->seed, 0); /* e^0, the value at cosine 0 */
}

/* log(1 + lambda e^{-2/t}) <= L <= log(1 + lambda e^{1/t} (e^{1/t} - tau+ e^{-1/t}) / tau-) for cosines */
static vr_slack range(const vr_case *c, int bits, double lower) {
    double e = 0, t = c->params.t, tau = c->params.tau_plus, log = vr_log_f64(c->params.lambda);
    double value = vr_case_loss(c, "infonce-debiased", bits, &e, NULL);
    double low = vr_softplus_f64(log - lower / t);
    double high =
        vr_softplus_f64(log + 2 / t + vr_log_f64((1 - tau * vr_exp_f64(-2 / t)) / (1 - tau)));
    double slack = value - low < high - value ? value - low : high - value;
    return (vr_slack){slack, e + 0x1p-48 * (1 + high)};
}
static vr_slack range_right(const vr_case *c, int bits) {
    return range(c, bits, 2);
}
static vr_slack range_narrow(const vr_case *c, int bits) {
    return range(c, bits, 1);
}
void vr_claim_debiased_range(const vr_claims_input *in, vr_finding *f) {
    static const vr_search search = {.largest = 1, .params = 1};
    (void)in;
    vr_try_link(&f->printed, range_right, &search, f->seed);
}
void vr_claim_debiased_range_narrow(const vr_claims_input *in, vr_finding *f) {
    static const vr_search search = {.largest = 1, .params = 1, .random = 2000};
    (void)in;
    vr_try_link(&f->printed, range_narrow, &search, f->seed);
}

/* --- Eq. 7 as an estimate of Eq. 6 ------------------------------------------------------------------ */

typedef struct estimate {
    double loss, ideal, bracket, floored, minus; /* means over the draws; what they estimate */
    int clamped;                                 /* some draw was at the floor */
} estimate;

/* All draws of n items and m positives. */
static estimate enumerate(const user *u, size_t n, size_t m, double lambda, double tau) {
    estimate e = {.minus = mean_exp(u, u->minus)};
    vr_case c = {.n = n, .m = m, .pos = u->y[0]};
    uint32_t tuple[2 * MOST_DRAWS] = {0}, plus[MOST_DRAWS];
    double weight = 1, low = vr_exp_f64(-1 / u->t);
    c.params = (vr_loss_params){.t = u->t, .lambda = lambda, .tau_plus = tau};
    for (size_t j = 0; j < n; j++) weight /= (double)u->n;
    for (size_t k = 0; k < m; k++) weight /= (double)u->n_plus;
    do {
        for (size_t k = 0; k < m; k++) plus[k] = 0;
        do {
            double mean_j = 0, mean_k = 0;
            for (size_t j = 0; j < n; j++) {
                c.neg[j] = u->y[tuple[j]];
                mean_j += vr_exp_f64(c.neg[j] / u->t) / (double)n;
            }
            for (size_t k = 0; k < m; k++) {
                c.samples[k] = u->y[plus[k]];
                mean_k += vr_exp_f64(c.samples[k] / u->t) / (double)m;
            }
            double b = (mean_j - tau * mean_k) / (1 - tau);
            e.bracket += weight * b;
            e.floored += weight * (b > low ? b : low);
            e.clamped |= b < low;
            e.loss += weight * vr_case_loss(&c, "infonce-debiased", 64, NULL, NULL);
        } while (vr_next_tuple(plus, m, (uint32_t)u->n_plus));
    } while (vr_next_tuple(tuple, n, (uint32_t)u->n));
    e.ideal = vr_log_f64(1 + lambda * e.minus / vr_exp_f64(u->y[0] / u->t));
    return e;
}

static void estimator_trials(vr_finding *f, int forget_tau) {
    vr_dice dice = vr_dice_of(f->seed);
    unsigned up = 0, total = 0;
    for (int trial = 0; trial < 60; trial++) {
        user u = draw_user(&dice, 0.3, 1, vr_dice_between(&dice, 0.5, 2));
        if (!trial) {
            u = make_user(2, 1, 1, 1);
            u.y[0] = 0, u.y[1] = 1;
        }
        if (u.n > 5) continue;
        size_t n = trial ? 1 + vr_dice_below(&dice, 3) : 1,
               m = trial ? 1 + vr_dice_below(&dice, 2) : 1;
        estimate e = enumerate(&u, n, m, 1, forget_tau ? u.tau / 2 : u.tau);
        total++;
        up += e.loss > e.ideal;
        VR_EQUAL(
            &f->printed, e.loss, e.ideal, ENUMERATED,
            "%zu items, %zu positive, y_i=%.3g, N=%zu, M=%zu, t=%.3g: E of Eq. 7 is %.6g, Eq. 6 "
            "is %.6g",
            u.n, u.n_plus, u.y[0], n, m, u.t, e.loss, e.ideal);
        VR_EQUAL(&f->conditioned, e.bracket, e.minus, ENUMERATED,
                 "%zu items, N=%zu, M=%zu: the bracket's mean", u.n, n, m);
        VR_AT_LEAST(&f->conditioned, e.floored, e.minus, ENUMERATED,
                    "%zu items, N=%zu, M=%zu: the clamp raises the mean", u.n, n, m);
        if (!e.clamped)
            VR_AT_LEAST(&f->conditioned, e.ideal, e.loss, ENUMERATED,
                        "%zu items, N=%zu, M=%zu: the logarithm lowers it", u.n, n, m);
    }
    vr_finding_note(f, "E of Eq. 7 is above Eq. 6 in %u of %u problems, below in the others.", up,
                    total);
}

/* With N = M = 64 from an item at cosine 0 and one at 1, of which the second is the positive one: both numbers of
   hits are binomial. */
static double gap_at(uint32_t n) {
    double t = 1, tau = 0.3, e = vr_exp_f64(1 / t), mean = 0,
           half = vr_exp_f64(-0x1.62e42fefa39efp-1 * n);
    double minus = (0.5 * (1 + e) - tau * e) / (1 - tau), chance = half;
    for (uint32_t k = 0; k <= n; k++) { /* of n draws, k at 1; the positive samples all are */
        double b = ((k * e + (n - k)) / n - tau * e) / (1 - tau), low = vr_exp_f64(-1 / t);
        mean += chance * vr_log_f64(1 + (b > low ? b : low) / e);
        chance *= (double)(n - k) / (k + 1.0);
    }
    return fabs(vr_log_f64(1 + minus / e) - mean);
}

void vr_claim_estimates_ideal(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    estimator_trials(f, 0);
    VR_TALLY(&f->conditioned, gap_at(32) / 4 - gap_at(512), 0,
             "two items: |E of Eq. 7 - Eq. 6| is %.3g at N=32 and %.3g at N=512", gap_at(32),
             gap_at(512));
}
void vr_claim_estimates_with_half_tau(const vr_claims_input *in, vr_finding *f) {
    vr_finding wrong = {.seed = f->seed};
    (void)in;
    estimator_trials(&wrong, 1);
    f->printed = wrong.conditioned;
}
