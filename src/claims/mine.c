/* MINE (Eq. 8 to 10) on small joint distributions, where every expectation is a sum; and MINE+ (Eq. 16). */
#include <math.h>
#include "claims/cases.h"
#include "num/elementary.h"

#define ENUMERATED 1e-11 /* as in softmax.c */

enum { USERS = 3, ITEMS = 3 };

/* p(u, i), the critic y(u, i), and the distribution q of the negatives. */
typedef struct world {
    double p[USERS][ITEMS], user[USERS], item[ITEMS], y[USERS][ITEMS], q[ITEMS], information;
} world;

static world draw_world(vr_dice *dice, int uniform) {
    world w = {.information = 0};
    double flat[USERS * ITEMS];
    vr_dice_distribution(dice, flat, USERS * ITEMS);
    for (int u = 0; u < USERS; u++)
        for (int i = 0; i < ITEMS; i++) {
            w.p[u][i] = flat[u * ITEMS + i];
            w.user[u] += w.p[u][i];
            w.item[i] += w.p[u][i];
            w.y[u][i] = vr_dice_between(dice, -3, 3);
        }
    for (int i = 0; i < ITEMS; i++) w.q[i] = uniform ? 1.0 / ITEMS : w.item[i];
    for (int u = 0; u < USERS; u++)
        for (int i = 0; i < ITEMS; i++)
            w.information += w.p[u][i] * vr_log_f64(w.p[u][i] / (w.user[u] * w.item[i]));
    return w;
}

/* y = log p(i|u) / q(i) + shift of the user: the best critic of Eq. 9; without shifts and with the marginal, of Eq. 8. */
static void best_critic(world *w, vr_dice *dice, double shift) {
    for (int u = 0; u < USERS; u++) {
        double a = vr_dice_between(dice, -shift, shift);
        for (int i = 0; i < ITEMS; i++)
            w->y[u][i] = vr_log_f64(w->p[u][i] / (w->user[u] * w->q[i])) + a;
    }
}

/* Eq. 8: E_p[y] - log E_{p_u x q} e^y. */
static double donsker_varadhan(const world *w) {
    double mean = 0, sum = 0;
    for (int u = 0; u < USERS; u++)
        for (int i = 0; i < ITEMS; i++) {
            mean += w->p[u][i] * w->y[u][i];
            sum += w->user[u] * w->q[i] * vr_exp_f64(w->y[u][i]);
        }
    return mean - vr_log_f64(sum);
}

/* The negative of Eq. 9: E_p[y] - E_u log E_q e^y. */
static double per_user(const world *w) {
    double mean = 0;
    for (int u = 0; u < USERS; u++) {
        double sum = 0;
        for (int i = 0; i < ITEMS; i++) {
            mean += w->p[u][i] * w->y[u][i];
            sum += w->q[i] * vr_exp_f64(w->y[u][i]);
        }
        mean -= w->user[u] * vr_log_f64(sum);
    }
    return mean;
}

/* --- Eq. 8 ------------------------------------------------------------------------------------- */

static void information_8(vr_tally *tally, uint64_t seed, double factor) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 2000; trial++) {
        world w = draw_world(&dice, 0);
        VR_AT_LEAST(tally, factor * w.information, donsker_varadhan(&w), ENUMERATED,
                    "3 users, 3 items, I = %.4g: a random critic gives %.4g", w.information,
                    donsker_varadhan(&w));
        best_critic(&w, &dice, 0);
        VR_EQUAL(tally, donsker_varadhan(&w), factor * w.information, ENUMERATED,
                 "3 users, 3 items, I = %.4g: the critic log p(i|u)/p(i) gives %.4g", w.information,
                 donsker_varadhan(&w));
    }
}
void vr_claim_donsker_varadhan(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    information_8(&f->printed, f->seed, 1);
}
void vr_claim_half_information(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    information_8(&f->printed, f->seed, 0.5);
}

/* --- Eq. 9 ------------------------------------------------------------------------------------- */

/* The best critic of Eq. 9 gives I(u;i). */
static void information_9(vr_tally *tally, uint64_t seed, int uniform) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 2000; trial++) {
        world w = draw_world(&dice, uniform);
        best_critic(&w, &dice, 1);
        VR_EQUAL(tally, per_user(&w), w.information, ENUMERATED,
                 "3 users, 3 items, %s negatives: I = %.6g, the supremum of Eq. 9 is %.6g",
                 uniform ? "uniform" : "marginal", w.information, per_user(&w));
    }
}
static void tighter_9(vr_tally *tally, uint64_t seed, double sign) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 2000; trial++) {
        world w = draw_world(&dice, 0);
        double gap = per_user(&w) - donsker_varadhan(&w);
        VR_TALLY(tally, sign * gap, ENUMERATED, "a random critic: Eq. 9 above Eq. 8 by %.4g", gap);
        VR_AT_LEAST(tally, w.information, per_user(&w), ENUMERATED,
                    "a random critic: I = %.4g, Eq. 9 %.4g", w.information, per_user(&w));
    }
}
void vr_claim_mine_information(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    information_9(&f->printed, f->seed, 1);
    information_9(&f->conditioned, f->seed, 0);
    tighter_9(&f->conditioned, f->seed + 1, 1);
}
void vr_claim_mine_looser(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    tighter_9(&f->printed, f->seed, -1);
}

/* --- Eq. 10 ------------------------------------------------------------------------------------ */

/* MINE's value is that with the mean in place of the sum, plus log(N + more); its gradient is the mean's. */
static vr_slack constant_shift(const vr_case *c, int bits, double more) {
    double neg[VR_CASE_SCORES], e = 0, sum = 0, worst, h = bits == 32 ? 0x1p-24 : 0x1p-53;
    vr_gradient_f64 g = {.neg = neg};
    double value = vr_case_loss(c, "mine", bits, &e, &g), n = (double)c->n;
    for (size_t j = 0; j < c->n; j++) sum += vr_exp_f64(c->neg[j]) / n;
    worst = fabs(value - (vr_log_f64(sum) - c->pos + vr_log_f64(n + more)));
    for (size_t j = 0; j < c->n; j++) {
        double off = fabs(neg[j] - vr_exp_f64(c->neg[j]) / (n * sum));
        worst = off > worst ? off : worst;
    }
    return (vr_slack){-worst, e + h * (n / 8 + 50) + 0x1p-50 * (10 + n)};
}
static vr_slack shift_log_n(const vr_case *c, int bits) {
    return constant_shift(c, bits, 0);
}
static vr_slack shift_log_more(const vr_case *c, int bits) {
    return constant_shift(c, bits, 1);
}
void vr_claim_constant_shift(const vr_claims_input *in, vr_finding *f) {
    static const vr_search search = {.largest = 8};
    (void)in;
    vr_try_link(&f->printed, shift_log_n, &search, f->seed);
}
void vr_claim_constant_shift_more(const vr_claims_input *in, vr_finding *f) {
    static const vr_search search = {.largest = 8, .random = 2000};
    (void)in;
    vr_try_link(&f->printed, shift_log_more, &search, f->seed);
}

/* E[Eq. 10] - log N: below Eq. 9 for every N, and never falling in N. */
static void estimator(vr_finding *f, double sign) {
    enum { MOST = 6, N_ITEMS = 4 };
    vr_dice dice = vr_dice_of(f->seed);
    for (int trial = 0; trial < 60; trial++) {
        double y[N_ITEMS] = {0, 2}, p[N_ITEMS] = {0.5, 0.5}, mu = 0, before = -INFINITY;
        size_t n_items = trial ? N_ITEMS : 2;
        if (trial) vr_dice_distribution(&dice, p, n_items);
        for (size_t i = 0; i < n_items; i++) {
            if (trial) y[i] = vr_to_float(vr_dice_between(&dice, -3, 3));
            mu += p[i] * vr_exp_f64(y[i]);
        }
        for (size_t n = 1; n <= MOST; n++) {
            vr_case c = {.n = n, .params = {.t = 1, .lambda = 1}};
            double mean = -vr_log_f64((double)n);
            uint32_t tuple[MOST] = {0};
            do {
                double weight = 1;
                for (size_t j = 0; j < n; j++) {
                    c.neg[j] = y[tuple[j]];
                    weight *= p[tuple[j]];
                }
                mean += weight * vr_case_loss(&c, "mine", 64, NULL, NULL);
            } while (vr_next_tuple(tuple, n, (uint32_t)n_items));
            VR_EQUAL(
                &f->printed, mean, vr_log_f64(mu), ENUMERATED,
                "y_i=0, %zu items with scores from %.3g, N=%zu: E of Eq. 10 less log N is %.6g, "
                "Eq. 9 is %.6g",
                n_items, y[0], n, mean, vr_log_f64(mu));
            VR_AT_LEAST(&f->conditioned, vr_log_f64(mu), mean, ENUMERATED, "N=%zu: below Eq. 9", n);
            if (n > 1)
                VR_TALLY(&f->conditioned, sign * (mean - before), ENUMERATED,
                         "N=%zu: rises by %.4g", n, mean - before);
            before = mean;
        }
    }
}
void vr_claim_mine_estimates(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    estimator(f, 1);
}
void vr_claim_mine_estimate_falls(const vr_claims_input *in, vr_finding *f) {
    vr_finding wrong = {.seed = f->seed};
    (void)in;
    estimator(&wrong, -1);
    f->printed = wrong.conditioned;
}

/* --- Eq. 16: MINE+ ------------------------------------------------------------------------------- */

/* |L - lambda log N| <= (1 + lambda)/t - less */
static vr_slack bounded(const vr_case *c, int bits, double less) {
    double e = 0, value = vr_case_loss(c, "mine+", bits, &e, NULL);
    double lambda = c->params.lambda, middle = lambda * vr_log_f64((double)c->n);
    double most = (1 + lambda) / c->params.t - less;
    return vr_at_least(most, fabs(value - middle), e + 0x1p-50 * middle);
}
static vr_slack within(const vr_case *c, int bits) {
    return bounded(c, bits, 0);
}
static vr_slack within_less(const vr_case *c, int bits) {
    return bounded(c, bits, 1 / c->params.t);
}
/* Both ends are reached: y_i = +-1 and every y_j = -+1. */
static void corners(vr_tally *tally) {
    for (int sign = -1; sign <= 1; sign += 2)
        for (size_t n = 1; n <= 50; n += 7) {
            vr_case c = {.n = n, .pos = sign, .params = {.t = 0.4, .lambda = 1.1}};
            double e = 0;
            for (size_t j = 0; j < n; j++) c.neg[j] = -sign;
            double value = vr_case_loss(&c, "mine+", 64, &e, NULL);
            vr_slack s =
                vr_same(value, 1.1 * vr_log_f64((double)n) - sign * 2.1 / 0.4, e + 0x1p-48);
            VR_TALLY(tally, s.slack, s.tolerance, "y_i=%d, y_j=%d, N=%zu", sign, -sign, n);
        }
}
void vr_claim_mine_plus_bounded(const vr_claims_input *in, vr_finding *f) {
    static const vr_search cosines = {.largest = 1, .params = 1},
                           wide = {.largest = 100, .params = 1};
    (void)in;
    vr_try_link(&f->printed, within, &wide, f->seed);
    vr_try_link(&f->conditioned, within, &cosines, f->seed + 1);
    corners(&f->conditioned);
}
void vr_claim_mine_plus_narrow(const vr_claims_input *in, vr_finding *f) {
    static const vr_search search = {.largest = 1, .params = 1, .random = 2000};
    (void)in;
    vr_try_link(&f->printed, within_less, &search, f->seed);
}

/* All scores raised by s raise L by (lambda - 1) s / t: scores in steps of 2^-10, so that the sums are exact. */
static void shift_law(vr_tally *tally, uint64_t seed, double less) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 20000; trial++) {
        size_t n = 1 + vr_dice_below(&dice, 20);
        double s = (double)vr_dice_below(&dice, 2001) - 1000, lambda = vr_dice_between(&dice, 0, 2),
               t = vr_dice_between(&dice, 0.2, 2), e = 0;
        vr_case here = {.n = n, .params = {.t = t, .lambda = lambda}}, there = here;
        for (size_t j = 0; j <= n; j++) {
            double y = (vr_dice_below(&dice, 20001) - 10000.0) * 0x1p-10;
            *(j < n ? &here.neg[j] : &here.pos) = y;
            *(j < n ? &there.neg[j] : &there.pos) = y + s;
        }
        double rise = vr_case_loss(&there, "mine+", 64, &e, NULL) -
                      vr_case_loss(&here, "mine+", 64, &e, NULL);
        double wanted = (lambda - less) * s / t;
        VR_TALLY(tally, -fabs(rise - wanted), e + 0x1p-50 * fabs(wanted),
                 "N=%zu, s=%g, lambda=%.4g, t=%.4g: L rises by %.9g, by the law %.9g", n, s, lambda,
                 t, rise, wanted);
    }
}
void vr_claim_mine_plus_shift(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    shift_law(&f->printed, f->seed, 1);
}
void vr_claim_mine_plus_shift_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    shift_law(&f->printed, f->seed, 0);
}
