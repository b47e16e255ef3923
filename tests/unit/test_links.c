/* Debiased MSE is biased MSE: for 0 <= lambda < 1 and s = 1 / (1 - lambda), whatever tau_u^+ is,

       L_debiased(Y; lambda) = s L_biased(Y / s; lambda / (1 - lambda)) - s lambda sum_u tau_u^+
       L_biased(Y; lambda') = sum_u tau_u^+ E_{p_u^+} (1 - y)^2 + lambda' E_p y^2

   With Y = W H^T, W = sqrt(s) W~ and H = sqrt(s) H~, the weight of ||W||^2 + ||H||^2 stays, and gradient descent on both goes
   the same way at the same rate. Expectations are exact here: every item once, every positive item once. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "loss/loss.h"

enum { USERS = 8, ITEMS = 7, DIM = 3, SIZE = (USERS + ITEMS) * DIM };

typedef struct problem {
    int positive[USERS][ITEMS];
    double tau[USERS];
    double lambda, ridge; /* of the loss; of ||W||^2 + ||H||^2 */
    int debiased;
} problem;

typedef union state {
    struct {
        double w[USERS][DIM], h[ITEMS][DIM];
    };
    double all[SIZE];
} state;

static double uniform(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) * 0x1p-24;
}

static problem problem_of(uint32_t seed, double lambda) {
    problem p = {.lambda = lambda, .ridge = .01, .debiased = 1};
    for (int u = 0; u < USERS; u++) {
        p.tau[u] = .1 + .8 * uniform(&seed); /* any share, no rule */
        for (int i = 0; i < ITEMS; i++) p.positive[u][i] = i == u % ITEMS || uniform(&seed) < .3;
    }
    return p;
}

/* sum_u of the project's loss of user u, its expectation over every positive item; gradient: USERS x ITEMS, or NULL */
static double loss_of(const problem *p, double y[USERS][ITEMS], double gradient[USERS][ITEMS]) {
    const vr_loss *loss = vr_loss_find(p->debiased ? "mse-debiased" : "mse");
    double sum = 0;
    if (gradient) memset(gradient, 0, sizeof(double) * USERS * ITEMS);
    for (int u = 0; u < USERS; u++) {
        int items[ITEMS], n = 0;
        double samples[ITEMS], of_neg[ITEMS], of_samples[ITEMS];
        for (int i = 0; i < ITEMS; i++)
            if (p->positive[u][i]) samples[n] = y[u][i], items[n++] = i;
        const double factor = (p->debiased ? 1 : p->tau[u]) / n;
        vr_loss_params params = loss->defaults;
        params.tau_plus = p->tau[u];
        params.lambda = p->debiased ? p->lambda : p->lambda / p->tau[u];
        for (int k = 0; k < n; k++) {
            const vr_scores_f64 scores = {.pos = samples[k],
                                          .neg = y[u],
                                          .n_neg = ITEMS,
                                          .pos_samples = p->debiased ? samples : NULL,
                                          .n_pos_samples = p->debiased ? (size_t)n : 0};
            vr_gradient_f64 g = {0, of_neg, of_samples};
            sum += factor * loss->f64(&scores, &params, &g);
            if (!gradient) continue;
            gradient[u][items[k]] += factor * g.pos;
            for (int i = 0; i < ITEMS; i++) gradient[u][i] += factor * of_neg[i];
            for (int j = 0; p->debiased && j < n; j++)
                gradient[u][items[j]] += factor * of_samples[j];
        }
    }
    return sum;
}

static void scores_of(const state *s, double y[USERS][ITEMS]) {
    for (int u = 0; u < USERS; u++)
        for (int i = 0; i < ITEMS; i++) {
            y[u][i] = 0;
            for (int c = 0; c < DIM; c++) y[u][i] += s->w[u][c] * s->h[i][c];
        }
}

static state gradient_at(const problem *p, const state *s) {
    double y[USERS][ITEMS], dy[USERS][ITEMS];
    state g;
    scores_of(s, y);
    loss_of(p, y, dy);
    for (int u = 0; u < USERS; u++)
        for (int c = 0; c < DIM; c++) {
            g.w[u][c] = 2 * p->ridge * s->w[u][c];
            for (int i = 0; i < ITEMS; i++) g.w[u][c] += dy[u][i] * s->h[i][c];
        }
    for (int i = 0; i < ITEMS; i++)
        for (int c = 0; c < DIM; c++) {
            g.h[i][c] = 2 * p->ridge * s->h[i][c];
            for (int u = 0; u < USERS; u++) g.h[i][c] += dy[u][i] * s->w[u][c];
        }
    return g;
}

static void descend(const problem *p, state *s, int steps, double rate) {
    for (int k = 0; k < steps; k++) {
        const state g = gradient_at(p, s);
        for (int e = 0; e < SIZE; e++) s->all[e] -= rate * g.all[e];
    }
}

static void descend_by_adam(const problem *p, state *s, int steps, double rate) {
    double m[SIZE] = {0}, v[SIZE] = {0};
    for (int k = 1; k <= steps; k++) {
        const state at = gradient_at(p, s);
        for (int e = 0; e < SIZE; e++) {
            const double g = at.all[e];
            m[e] = .9 * m[e] + .1 * g;
            v[e] = .999 * v[e] + .001 * g * g;
            s->all[e] -=
                rate * (m[e] / (1 - pow(.9, k))) / (sqrt(v[e] / (1 - pow(.999, k))) + 1e-8);
        }
    }
}

/* largest |a - factor b| beside the largest |a| */
static double apart(const state *a, const state *b, double factor) {
    double worst = 0, size = 0;
    for (int e = 0; e < SIZE; e++) {
        worst = fmax(worst, fabs(a->all[e] - factor * b->all[e]));
        size = fmax(size, fabs(a->all[e]));
    }
    return worst / size;
}

static void start(state *debiased, state *biased, double root, uint32_t seed) {
    for (int e = 0; e < SIZE; e++) {
        biased->all[e] = uniform(&seed) - .5;
        debiased->all[e] = root * biased->all[e];
    }
}

/* A sum of less than 200 terms below 10 s: 200 eps of that. */
Test(links, debiased_mse_is_biased_mse_of_scaled_scores_for_any_tau) {
    for (uint32_t seed = 1; seed <= 200; seed++) {
        const double lambda = (seed % 10) * .095, s = 1 / (1 - lambda);
        problem deb = problem_of(seed, lambda), bia = deb;
        double y[USERS][ITEMS], scaled[USERS][ITEMS], shift = 0, size = 0;
        uint32_t draws = seed * 77;
        bia.debiased = 0;
        bia.lambda = lambda / (1 - lambda);
        for (int u = 0; u < USERS; u++) {
            shift += s * lambda * deb.tau[u];
            for (int i = 0; i < ITEMS; i++) {
                y[u][i] = 4 * uniform(&draws) - 2;
                scaled[u][i] = y[u][i] / s;
                size += 1 + y[u][i] * y[u][i];
            }
        }
        const double left = loss_of(&deb, y, NULL), right = s * loss_of(&bia, scaled, NULL) - shift;
        cr_assert_float_eq(left, right, 200 * 0x1p-53 * (size * s + shift), "%.17g %.17g", left,
                           right);
        if (lambda > .1) {
            bia.lambda = lambda; /* the weight without the map */
            cr_assert_gt(fabs(left - (s * loss_of(&bia, scaled, NULL) - shift)), 1e-3);
        }
    }
}

/* 500 steps of some 200 roundings each, on a descent that does not spread errors. */
Test(links, full_batch_descent_on_both_goes_the_same_way) {
    for (uint32_t seed = 1; seed <= 20; seed++) {
        const double lambda = .1 + .04 * seed, s = 1 / (1 - lambda), root = sqrt(s);
        problem deb = problem_of(seed, lambda), bia = deb, wrong;
        state a, b, c, d, e;
        bia.debiased = 0;
        bia.lambda = lambda / (1 - lambda);
        wrong = bia;
        wrong.lambda = lambda;
        start(&a, &b, root, seed);
        c = b;
        descend(&deb, &a, 500, .02);
        descend(&bia, &b, 500, .02);
        cr_expect_lt(apart(&a, &b, root), 500 * 200 * 0x1p-53, "%g", apart(&a, &b, root));
        descend(&wrong, &c, 500, .02);
        cr_expect_gt(apart(&a, &c, root), 1e-3);
        /* Adam's steps do not scale with the gradient: there the two part */
        start(&d, &e, root, seed);
        descend_by_adam(&deb, &d, 50, .02);
        descend_by_adam(&bia, &e, 50, .02);
        cr_expect_gt(apart(&d, &e, root), 1e-4, "%g", apart(&d, &e, root));
    }
}
