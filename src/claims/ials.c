/* Theorem 1: iALS (Eq. 23, Eq. 28, Appendix B) on random problems of 8 users, 10 items and 3 factors. The systems are
   3 x 3 with condition numbers below 1e4, so a solution is known to 1e-11 and twenty sweeps to 1e-9. */
#include <math.h>
#include <string.h>
#include "claims/small.h"

#define ONE_SOLVE 1e-10
#define SWEEPS    1e-9

enum { USERS = 8, ITEMS = 10, FACTORS = 3, N_SWEEPS = 20 };

typedef struct problem {
    vr_small x, h;   /* users x items, binary; items x factors at the start */
    double c[USERS]; /* of each user */
    double alpha, lambda;
} problem;

static problem draw_problem(vr_dice *dice, int constant) {
    problem p;
    p.x = vr_small_binary(dice, USERS, ITEMS);
    p.h = vr_small_random(dice, ITEMS, FACTORS);
    p.alpha = vr_dice_between(dice, 0.2, 0.9);
    p.lambda = vr_dice_between(dice, 0.05, 2);
    for (int u = 0; u < USERS; u++) p.c[u] = u && constant ? p.c[0] : vr_dice_between(dice, 0.4, 4);
    return p;
}

/* One side's quadratic: sum over the observed of p y^2 - 2 r y, alpha sum y^2 over all, and lambda |row|^2. p and r
   belong to the users, lambda to the rows that are solved for. */
typedef struct weights {
    double p[USERS], r[USERS], alpha, user_lambda[USERS], item_lambda[ITEMS];
} weights;

/* rows of `out` from those of `in`: users from items, or items from users when `items`. */
static vr_small half_step(vr_small x, vr_small in, const weights *w, int items) {
    size_t n_out = items ? x.columns : x.rows, k = in.columns;
    vr_small out = vr_small_zero(n_out, k);
    for (size_t o = 0; o < n_out; o++) {
        vr_small a = vr_small_identity(k), b = vr_small_zero(k, 1);
        double lambda = items ? w->item_lambda[o] : w->user_lambda[o];
        a = vr_small_sum(lambda, a, 0, a);
        for (size_t i = 0; i < in.rows; i++) {
            double seen = items ? x.at[i][o] : x.at[o][i];
            size_t user = items ? i : o;
            for (size_t r = 0; r < k; r++) {
                b.at[r][0] += seen * w->r[user] * in.at[i][r];
                for (size_t s = 0; s < k; s++)
                    a.at[r][s] += (seen * w->p[user] + w->alpha) * in.at[i][r] * in.at[i][s];
            }
        }
        vr_small row = vr_small_times(vr_small_inverse(a), b);
        for (size_t r = 0; r < k; r++) out.at[o][r] = row.at[r][0];
    }
    return out;
}

static void set_lambda(weights *w, double users, double items) {
    for (int u = 0; u < USERS; u++) w->user_lambda[u] = users;
    for (int i = 0; i < ITEMS; i++) w->item_lambda[i] = items;
}

/* The debiased loss: c_u (y - 1)^2 - c_u alpha y^2 on the observed. */
static weights debiased(const problem *p, double lambda) {
    weights w = {.alpha = p->alpha};
    for (int u = 0; u < USERS; u++) {
        w.p[u] = p->c[u] * (1 - p->alpha);
        w.r[u] = p->c[u];
    }
    set_lambda(&w, lambda, lambda);
    return w;
}

/* Eq. 23 with weights c_u on the observed (1: as it stands). */
static weights ials(const double *c, double alpha, double lambda) {
    weights w = {.alpha = alpha};
    for (int u = 0; u < USERS; u++) w.p[u] = w.r[u] = c ? c[u] : 1;
    set_lambda(&w, lambda, lambda);
    return w;
}

/* Twenty sweeps; the scores W H^T. */
static vr_small run(vr_small x, vr_small h, const weights *w) {
    vr_small users = h;
    for (int s = 0; s < N_SWEEPS; s++) {
        users = half_step(x, h, w, 0);
        h = half_step(x, users, w, 1);
    }
    return vr_small_times(users, vr_small_transpose(h));
}

static vr_small scaled(vr_small a, double factor) {
    return vr_small_sum(factor, a, 0, a);
}

/* 1 - cos of the angle between two matrices. */
static double angle(vr_small a, vr_small b) {
    double size = sqrt(vr_small_norm2(a) * vr_small_norm2(b));
    return 1 - vr_small_dot(a, b) / size;
}

/* --- Eq. 23 and 28 ------------------------------------------------------------------------------- */

/* (n + alpha total)^nu for nu = 0, 1/2, 1 */
static double frequency(double n, double alpha, double total, int twice_nu) {
    double base = n + alpha * total;
    return twice_nu == 0 ? 1 : twice_nu == 1 ? sqrt(base) : base;
}

static double count_row(vr_small x, size_t u) {
    double n = 0;
    for (size_t i = 0; i < x.columns; i++) n += x.at[u][i];
    return n;
}

/* The largest derivative of Eq. 23 with respect to a user's row. */
static double gradient_23(const problem *p, vr_small users, const double *lambda) {
    double worst = 0;
    for (size_t u = 0; u < USERS; u++)
        for (size_t r = 0; r < FACTORS; r++) {
            double g = 2 * lambda[u] * users.at[u][r];
            for (size_t i = 0; i < ITEMS; i++) {
                double y = 0;
                for (size_t s = 0; s < FACTORS; s++) y += users.at[u][s] * p->h.at[i][s];
                g += 2 * p->h.at[i][r] * (p->x.at[u][i] * (y - 1) + p->alpha * y);
            }
            worst = fmax(worst, fabs(g));
        }
    return worst;
}

static void objective(vr_tally *tally, uint64_t seed, int forget_nu) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 300; trial++) {
        problem p = draw_problem(&dice, 1);
        weights w = ials(NULL, p.alpha, p.lambda);
        double lambda[USERS];
        int twice_nu = trial % 3;
        for (size_t u = 0; u < USERS; u++) {
            double n = count_row(p.x, u);
            lambda[u] = p.lambda * frequency(n, p.alpha, ITEMS, twice_nu);
            w.user_lambda[u] = forget_nu ? p.lambda : lambda[u];
        }
        double g = gradient_23(&p, half_step(p.x, p.h, &w, 0), lambda);
        VR_TALLY(tally, -g, ONE_SOLVE,
                 "8 users, 10 items, alpha0=%.3g, lambda=%.3g, nu=%g: gradient %.3g", p.alpha,
                 p.lambda, twice_nu / 2.0, g);
    }
}
void vr_claim_ials_objective(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    objective(&f->printed, f->seed, 0);
}
void vr_claim_ials_without_nu(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    objective(&f->printed, f->seed, 1);
}

/* H_S has the observed items' rows as columns: H_S^T w are the user's observed scores, H_S H_S^T = sum x_ui h h^T. */
static void observed_matrix(vr_tally *tally, uint64_t seed, int all) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 300; trial++) {
        problem p = draw_problem(&dice, 1);
        vr_small seen = vr_small_zero(FACTORS, 0), direct = vr_small_zero(FACTORS, FACTORS);
        for (size_t i = 0; i < ITEMS; i++) {
            if (!all && p.x.at[0][i] == 0) continue;
            for (size_t r = 0; r < FACTORS; r++) seen.at[r][seen.columns] = p.h.at[i][r];
            seen.columns++;
        }
        for (size_t i = 0; i < ITEMS; i++)
            for (size_t r = 0; r < FACTORS; r++)
                for (size_t s = 0; s < FACTORS; s++)
                    direct.at[r][s] += p.x.at[0][i] * p.h.at[i][r] * p.h.at[i][s];
        double off = vr_small_apart(direct, vr_small_times(seen, vr_small_transpose(seen)));
        VR_TALLY(tally, -off, 1e-13, "a user with %g of 10 items: off by %.3g", count_row(p.x, 0),
                 off);
    }
}
void vr_claim_observed_matrix(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    observed_matrix(&f->printed, f->seed, 0);
}
void vr_claim_observed_matrix_all(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    observed_matrix(&f->printed, f->seed, 1);
}

/* --- Theorem 1: one half-step ------------------------------------------------------------------------ */

/* The image of the debiased half-step: alpha' = alpha / ((1-alpha) c), lambda' = lambda / ((1-alpha) c), with the
   debiased problem's numbers (n_u + alpha |I|)^nu frozen, or anew with alpha'. */
static problem smallest_half_step(void) {
    problem p = {.x = vr_small_zero(2, 2), .h = vr_small_zero(2, 2), .alpha = 0.2, .lambda = 1};
    p.x.at[0][0] = p.x.at[1][0] = p.x.at[1][1] = 1;
    p.h.at[0][0] = p.h.at[1][0] = p.h.at[1][1] = 1;
    for (int u = 0; u < USERS; u++) p.c[u] = 1.5;
    return p;
}

/* The largest 1 - cos between rows of the same number: a factor may differ from row to row. */
static double row_angle(vr_small a, vr_small b) {
    double worst = 0;
    for (size_t i = 0; i < a.rows; i++) {
        vr_small one = vr_small_zero(1, a.columns), other = one;
        memcpy(one.at[0], a.at[i], sizeof one.at[0]);
        memcpy(other.at[0], b.at[i], sizeof other.at[0]);
        worst = fmax(worst, angle(one, other));
    }
    return worst;
}

/* Anew: compared as directions of each user's row, as the theorem has it. Frozen: with the factor 1/(1-alpha). */
static void half_steps(vr_tally *tally, uint64_t seed, int frozen, double wrong) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 300; trial++) {
        problem p = trial ? draw_problem(&dice, 1) : smallest_half_step();
        double c = p.c[0], shrink = (1 - p.alpha) * c, alpha = p.alpha / shrink * wrong,
               total = (double)p.x.columns;
        weights w = debiased(&p, p.lambda), image = ials(NULL, alpha, p.lambda);
        for (size_t u = 0; u < p.x.rows; u++) {
            double n = count_row(p.x, u);
            w.user_lambda[u] = p.lambda * frequency(n, p.alpha, total, 2);
            image.user_lambda[u] =
                p.lambda / shrink * frequency(n, frozen ? p.alpha : alpha, total, 2);
        }
        vr_small users = half_step(p.x, p.h, &w, 0), other = half_step(p.x, p.h, &image, 0);
        double off = frozen ? vr_small_apart(users, scaled(other, 1 / (1 - p.alpha)))
                            : row_angle(users, other);
        VR_TALLY(
            tally, -off, ONE_SOLVE,
            "%zu users, %zu items, %zu factors, alpha0=%.3g, c=%.3g, lambda=%.3g, nu=1: %s %.3g",
            p.x.rows, p.x.columns, p.h.columns, p.alpha, c, p.lambda,
            frozen ? "the solutions are apart by" : "1 - cos of a user's two solutions is", off);
    }
}
void vr_claim_theorem_1_half(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    half_steps(&f->printed, f->seed, 0, 1);
    half_steps(&f->conditioned, f->seed, 1, 1);
}
void vr_claim_theorem_1_half_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    half_steps(&f->printed, f->seed, 1, 1.01);
}

/* The one lambda' that all users need: lambda'/lambda = ((n + a |I|) / (n + a' |I|))^nu / ((1-a) c). */
static void one_lambda(vr_tally *tally, double n, double m, double total, double alpha, double c,
                       int twice_nu) {
    double shrink = (1 - alpha) * c, image = alpha / shrink, need[2], counts[2] = {n, m};
    for (int i = 0; i < 2; i++)
        need[i] = frequency(counts[i], alpha, total, twice_nu) /
                  frequency(counts[i], image, total, twice_nu) / shrink;
    VR_EQUAL(tally, need[0], need[1], 1e-13,
             "users with %g and %g of %g items, alpha0=%.3g, c=%.3g, nu=%g: lambda'/lambda is %.5g "
             "and %.5g",
             n, m, total, alpha, c, twice_nu / 2.0, need[0], need[1]);
}
static void lambdas(vr_finding *f, int wrong) {
    vr_dice dice = vr_dice_of(f->seed);
    one_lambda(&f->printed, 1, 3, 4, 0.2, 1.5, 2);
    for (int trial = 0; trial < 2000; trial++) {
        double total = 10 + vr_dice_below(&dice, 1000), n = 1 + vr_dice_below(&dice, 9),
               m = 1 + vr_dice_below(&dice, 9);
        double alpha = vr_dice_between(&dice, 0.05, 0.9), c = vr_dice_between(&dice, 0.5, 3);
        one_lambda(&f->printed, n, m, total, alpha, c, 1 + trial % 2);
        one_lambda(&f->conditioned, n, m, total, alpha, c, 0);
        one_lambda(&f->conditioned, n, n, total, alpha, c, 2);
        one_lambda(&f->conditioned, n, m, total, 0, c, 2);
        one_lambda(&f->conditioned, n, m, total, alpha, (1 + 0.1 * wrong) / (1 - alpha), 2);
    }
}
void vr_claim_theorem_1_weights(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    lambdas(f, 0);
}
void vr_claim_theorem_1_weights_wrong(const vr_claims_input *in, vr_finding *f) {
    vr_finding wrong = {.seed = f->seed};
    (void)in;
    lambdas(&wrong, 1);
    f->printed = wrong.conditioned;
}

/* --- Theorem 1: the alternating run ------------------------------------------------------------------- */

/* X = [[1,0],[1,1]], c=2, alpha=1/2, lambda=1/10, one factor, H0 = (1, 1/2). */
static problem smallest_run(void) {
    problem p = {.x = vr_small_zero(2, 2), .h = vr_small_zero(2, 1), .alpha = 0.5, .lambda = 0.1};
    p.x.at[0][0] = p.x.at[1][0] = p.x.at[1][1] = 1;
    p.h.at[0][0] = 1;
    p.h.at[1][0] = 0.5;
    for (int u = 0; u < USERS; u++) p.c[u] = 2;
    return p;
}

/* Twenty sweeps of the debiased problem against twenty of its image with lambda' in both half-steps, started from
   H0 sqrt(1-alpha), and scaled back; compared as directions. */
static void one_run(vr_tally *tally, const problem *p, double lambda) {
    weights w = debiased(p, p->lambda);
    weights image = ials(NULL, p->alpha / ((1 - p->alpha) * p->c[0]), lambda);
    vr_small scores = run(p->x, p->h, &w);
    vr_small other = run(p->x, scaled(p->h, sqrt(1 - p->alpha)), &image);
    VR_TALLY(tally, -angle(scores, other), SWEEPS,
             "%zu users, %zu items, c=%.3g, alpha0=%.3g, lambda=%.3g: ratios of two scores %.6g "
             "and %.6g; "
             "1 - cos %.3g",
             p->x.rows, p->x.columns, p->c[0], p->alpha, p->lambda,
             other.at[0][0] / scores.at[0][0], other.at[1][0] / scores.at[1][0],
             angle(scores, other));
}

static void runs(vr_finding *f, double wrong) {
    vr_dice dice = vr_dice_of(f->seed);
    for (int trial = 0; trial < 60; trial++) {
        problem p = trial ? draw_problem(&dice, 1) : smallest_run();
        one_run(&f->printed, &p, p.lambda / ((1 - p.alpha) * p.c[0]));
        one_run(&f->corrected, &p, wrong * p.lambda / p.c[0]);
    }
}
void vr_claim_theorem_1_run(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    runs(f, 1);
}
void vr_claim_theorem_1_run_wrong(const vr_claims_input *in, vr_finding *f) {
    vr_finding wrong = {.seed = f->seed};
    (void)in;
    runs(&wrong, 1.5);
    f->printed = wrong.corrected;
}

/* Any c_u: weighted iALS, weights c_u, alpha' = alpha/(1-alpha), lambda as it was. Plain iALS, with the constant
   case's map for the mean c, is another problem; scores compared as directions. */
static void weighted(vr_tally *tally, uint64_t seed, int with_weights) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 60; trial++) {
        problem p = draw_problem(&dice, 0);
        double shrink = 1 - p.alpha, c = 0;
        for (int u = 0; u < USERS; u++) c += p.c[u] / USERS;
        weights w = debiased(&p, p.lambda);
        weights image = with_weights ? ials(p.c, p.alpha / shrink, p.lambda)
                                     : ials(NULL, p.alpha / (shrink * c), p.lambda / c);
        double off = angle(run(p.x, p.h, &w), run(p.x, scaled(p.h, sqrt(shrink)), &image));
        VR_TALLY(tally, -off, SWEEPS,
                 "8 users with c_u of %.3g, %.3g, ..., alpha0=%.3g: 1 - cos of the scores after 20 "
                 "sweeps is %.3g",
                 p.c[0], p.c[1], p.alpha, off);
    }
}
void vr_claim_weighted_ials(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    weighted(&f->printed, f->seed, 0);
    weighted(&f->corrected, f->seed, 1);
}
void vr_claim_plain_ials_with_weights(const vr_claims_input *in, vr_finding *f) {
    vr_dice dice = vr_dice_of(f->seed);
    (void)in;
    for (int trial = 0; trial < 10; trial++) { /* weights, but with the constant case's lambda' */
        problem p = draw_problem(&dice, 0);
        weights w = debiased(&p, p.lambda),
                image = ials(p.c, p.alpha / (1 - p.alpha), 2 * p.lambda);
        double off = angle(run(p.x, p.h, &w), run(p.x, scaled(p.h, sqrt(1 - p.alpha)), &image));
        VR_TALLY(&f->printed, -off, SWEEPS, "1 - cos %.3g", off);
    }
}

/* --- Appendix B: the right-hand side ---------------------------------------------------------------------- */

/* The largest derivative of the debiased objective with respect to an item's row, from its sum over users. */
static double item_gradient(const problem *p, vr_small users, vr_small items) {
    double worst = 0;
    for (size_t i = 0; i < ITEMS; i++)
        for (size_t r = 0; r < FACTORS; r++) {
            double g = 2 * p->lambda * items.at[i][r];
            for (size_t u = 0; u < USERS; u++) {
                double y = 0;
                for (size_t s = 0; s < FACTORS; s++) y += users.at[u][s] * items.at[i][s];
                double seen = p->x.at[u][i] * p->c[u];
                g += 2 * users.at[u][r] * (seen * (y - 1) - seen * p->alpha * y + p->alpha * y);
            }
            worst = fmax(worst, fabs(g));
        }
    return worst;
}

/* That gradient at the closed form with the printed right-hand side, sqrt(C_u) y, or another power of c_u. */
static void right_side(vr_tally *tally, uint64_t seed, int power) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 300; trial++) {
        problem p = draw_problem(&dice, 0);
        vr_small users = vr_small_random(&dice, USERS, FACTORS);
        weights right = debiased(&p, p.lambda), as = right;
        for (int u = 0; u < USERS; u++)
            as.r[u] = power == 0 ? sqrt(p.c[u]) : power == 1 ? p.c[u] : p.c[u] * p.c[u];
        vr_small items = half_step(p.x, users, &right, 1), other = half_step(p.x, users, &as, 1);
        double g = item_gradient(&p, users, other);
        VR_TALLY(tally, -g, ONE_SOLVE,
                 "c_u of %.3g, %.3g, ..: the objective has a derivative of %.3g there; an item's "
                 "row is turned by "
                 "1 - cos = %.3g",
                 p.c[0], p.c[1], g, row_angle(items, other));
    }
}
void vr_claim_right_side(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    right_side(&f->printed, f->seed, 0);
    right_side(&f->corrected, f->seed, 1);
}
void vr_claim_right_side_square(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    right_side(&f->printed, f->seed, 2);
}
