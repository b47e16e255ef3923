/* Section 3.2: the debiased MSE as sums over users and items, its constant c_u, and what it is: a biased MSE. */
#include <math.h>
#include "claims/cases.h"
#include "loss/tau.h"

static double square(double x) {
    return x * x;
}

/* --- section 3.2: from expectations to sums ------------------------------------------------------------ */

enum { USERS = 4, MOST_ITEMS = 6 };

typedef struct block {
    size_t n_users, n_items;
    double y[USERS][MOST_ITEMS], tau[USERS], c[USERS], lambda;
    size_t n_plus[USERS]; /* the first ones */
} block;

static block draw_block(vr_dice *dice, size_t n_users) {
    block b = {.n_users = n_users, .n_items = 2 + vr_dice_below(dice, 5)};
    b.lambda = vr_dice_between(dice, 0.1, 2);
    for (size_t u = 0; u < n_users; u++) {
        b.n_plus[u] = 1 + vr_dice_below(dice, (uint32_t)b.n_items - 1);
        b.tau[u] = vr_dice_between(dice, 0.05, 0.95);
        b.c[u] = (double)b.n_items * b.tau[u] / (double)b.n_plus[u];
        for (size_t i = 0; i < b.n_items; i++) b.y[u][i] = vr_dice_between(dice, -2, 2);
    }
    return b;
}

/* The first line: the mean over users. */
static double expectation_line(const block *b) {
    double total = 0;
    for (size_t u = 0; u < b->n_users; u++) {
        double plus = 0, all = 0, inner = 0, n_plus = (double)b->n_plus[u];
        for (size_t i = 0; i < b->n_items; i++) {
            double y = b->y[u][i];
            all += y * y / (double)b->n_items;
            if (i >= b->n_plus[u]) continue;
            plus += square(y - 1) / n_plus;
            inner += y * y / n_plus;
        }
        total += b->tau[u] * plus + b->lambda * (all - b->tau[u] * inner);
    }
    return total / (double)b->n_users;
}

/* The last line: sum_u [sum_{I+} (c (y-1)^2 - c lambda y^2) + lambda sum_I y^2]; its inner sign. */
static double sum_line(const block *b, double sign) {
    double total = 0;
    for (size_t u = 0; u < b->n_users; u++)
        for (size_t i = 0; i < b->n_items; i++) {
            double y2 = square(b->y[u][i]);
            total += b->lambda * y2;
            if (i < b->n_plus[u])
                total += b->c[u] * (square(b->y[u][i] - 1) - sign * b->lambda * y2);
        }
    return total;
}

static void summation(vr_tally *tally, uint64_t seed, int by_users, double sign) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 2000; trial++) {
        block b = draw_block(&dice, trial ? 1 + vr_dice_below(&dice, USERS) : 2);
        double first = expectation_line(&b) * (by_users ? (double)b.n_users : 1);
        double second = sum_line(&b, sign) / (double)b.n_items;
        VR_EQUAL(tally, first, second, 1e-13,
                 "%zu users, %zu items: first line %.6g, second line %.6g", b.n_users, b.n_items,
                 first, second);
    }
}
void vr_claim_summation(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    summation(&f->printed, f->seed, 0, 1);
    summation(&f->conditioned, f->seed, 1, 1);
}
void vr_claim_summation_wrong_sign(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    summation(&f->printed, f->seed, 1, -1);
}

/* Is c_u = |I| tau_u / |I_u+| the same for users with different numbers of items? */
static void constant_c(vr_tally *tally, uint64_t seed, int scale, double expected_off) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 2000; trial++) {
        uint32_t n_items = 1000 + vr_dice_below(&dice, 100000), n = 1 + vr_dice_below(&dice, 400);
        double k = trial ? 1 + vr_dice_below(&dice, 100) : 1, alpha = vr_dice_between(&dice, 0, 1),
               c[2];
        uint32_t counts[2] = {trial ? n : 1, trial ? n + 1 : 2};
        for (int i = 0; i < 2; i++) {
            double tau = scale ? vr_tau_scale(counts[i], alpha, n_items)
                               : vr_tau_count(counts[i], k, n_items);
            c[i] = (double)n_items * tau / counts[i];
        }
        VR_EQUAL(tally, c[0], c[1], 1e-14, "%s: users with %u and %u items have c = %.6g and %.6g",
                 scale ? "tau = (1 + alpha)|I+|/|I|" : "tau = (|I+| + K)/|I|", counts[0], counts[1],
                 c[0], c[1]);
        if (scale)
            VR_EQUAL(tally, c[0], 1 + expected_off + alpha, 1e-14, "c = 1 + alpha, %.4g", alpha);
    }
}
void vr_claim_constant_c(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    constant_c(&f->printed, f->seed, 0, 0);
    constant_c(&f->conditioned, f->seed, 1, 0);
}
void vr_claim_constant_c_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    constant_c(&f->printed, f->seed, 1, 1);
}

/* --- debiased MSE is biased MSE with another weight ----------------------------------------------------- */

/* Full-batch gradient descent of Y = W H^T on sum_u [c_u sum_{I+} ((y-1)^2 - lambda y^2) + lambda sum y^2] and on
   sum_u [c_u sum_{I+} (y-1)^2 + lambda' sum y^2], with an L2 penalty, both from the same start. */
enum { ROWS = 8, COLUMNS = 10, FACTORS = 3, STEPS = 300 };

typedef struct factors {
    double w[ROWS][FACTORS], h[COLUMNS][FACTORS];
} factors;

static void descend(factors *f, const double *c, char x[ROWS][COLUMNS], double inner,
                    double lambda) {
    const double rate = 2e-3, penalty = 0.1;
    for (int step = 0; step < STEPS; step++) {
        factors g;
        for (int u = 0; u < ROWS; u++)
            for (int k = 0; k < FACTORS; k++) g.w[u][k] = 2 * penalty * f->w[u][k];
        for (int i = 0; i < COLUMNS; i++)
            for (int k = 0; k < FACTORS; k++) g.h[i][k] = 2 * penalty * f->h[i][k];
        for (int u = 0; u < ROWS; u++)
            for (int i = 0; i < COLUMNS; i++) {
                double y = 0;
                for (int k = 0; k < FACTORS; k++) y += f->w[u][k] * f->h[i][k];
                double slope = 2 * lambda * y;
                if (x[u][i]) slope += 2 * c[u] * (y - 1 - inner * y);
                for (int k = 0; k < FACTORS; k++) {
                    g.w[u][k] += slope * f->h[i][k];
                    g.h[i][k] += slope * f->w[u][k];
                }
            }
        for (int u = 0; u < ROWS; u++)
            for (int k = 0; k < FACTORS; k++) f->w[u][k] -= rate * g.w[u][k];
        for (int i = 0; i < COLUMNS; i++)
            for (int k = 0; k < FACTORS; k++) f->h[i][k] -= rate * g.h[i][k];
    }
}

static double factors_apart(const factors *a, const factors *b, double scale) {
    double worst = 0;
    for (int u = 0; u < ROWS; u++)
        for (int k = 0; k < FACTORS; k++)
            worst = fmax(worst, fabs(a->w[u][k] - scale * b->w[u][k]));
    for (int i = 0; i < COLUMNS; i++)
        for (int k = 0; k < FACTORS; k++)
            worst = fmax(worst, fabs(a->h[i][k] - scale * b->h[i][k]));
    return worst;
}

static void trajectories(vr_tally *tally, uint64_t seed, double power) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 25; trial++) {
        double lambda = vr_dice_between(&dice, 0.05, 0.9), c[ROWS], s = 1 / (1 - lambda),
               size = sqrt(s);
        char x[ROWS][COLUMNS];
        factors biased, debiased;
        for (int u = 0; u < ROWS; u++) {
            c[u] = vr_dice_between(&dice, 0.5, 3);
            for (int k = 0; k < FACTORS; k++) biased.w[u][k] = vr_dice_between(&dice, -0.5, 0.5);
            for (int i = 0; i < COLUMNS; i++) x[u][i] = vr_dice_below(&dice, 3) == 0;
        }
        for (int i = 0; i < COLUMNS; i++)
            for (int k = 0; k < FACTORS; k++) biased.h[i][k] = vr_dice_between(&dice, -0.5, 0.5);
        debiased = biased;
        for (int u = 0; u < ROWS; u++)
            for (int k = 0; k < FACTORS; k++) debiased.w[u][k] *= size;
        for (int i = 0; i < COLUMNS; i++)
            for (int k = 0; k < FACTORS; k++) debiased.h[i][k] *= size;
        descend(&debiased, c, x, lambda, lambda);
        descend(&biased, c, x, 0, power > 0 ? lambda * s : lambda);
        double off = factors_apart(&debiased, &biased, size);
        VR_TALLY(
            tally, -off, 1e-11,
            "8 users, 10 items, 3 factors, lambda=%.3g: after 300 steps the factors are %.3g apart",
            lambda, off);
    }
}
void vr_claim_mse_equivalence(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    trajectories(&f->printed, f->seed, 1);
}
void vr_claim_mse_equivalence_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    trajectories(&f->printed, f->seed, 0);
}
