/* Theorem 2: EASE (Eq. 24 to 27, Appendix D) on random problems of up to 8 users and 6 items. Grams of 0/1 matrices
   plus lambda >= .1 have condition numbers below 1e4. */
#include <math.h>
#include "claims/small.h"

#define SOLVED 1e-10

/* EASE(lambda): W = I - P dMat(1 / diag P), P = (G + lambda I)^-1. */
static vr_small ease(vr_small g, double lambda) {
    vr_small p = vr_small_inverse(vr_small_sum(1, g, lambda, vr_small_identity(g.rows)));
    vr_small w = vr_small_identity(g.rows);
    for (size_t i = 0; i < g.rows; i++)
        for (size_t j = 0; j < g.rows; j++) w.at[i][j] -= p.at[i][j] / p.at[j][j];
    return w;
}

/* The largest entry of diag(W), and of the gradient q G W + lambda W - R off the diagonal: 0 at the constrained
   minimiser of q |XW|^2 - 2 <R, W> + lambda |W|^2. */
static double stationarity(vr_small g, vr_small w, double q, double lambda, vr_small r) {
    vr_small gradient = vr_small_sum(q, vr_small_times(g, w), lambda, w);
    double worst = 0, size = 1 + vr_small_largest(r) + vr_small_largest(w);
    for (size_t i = 0; i < g.rows; i++)
        for (size_t j = 0; j < g.rows; j++) {
            double off = fabs(i == j ? w.at[i][i] : gradient.at[i][j] - r.at[i][j]) / size;
            if (!(off <= worst)) worst = off;
        }
    return worst;
}

typedef struct problem {
    vr_small x, g;
    double lambda, c, alpha;
} problem;

static problem draw_problem(vr_dice *dice) {
    problem p;
    size_t n_users = 4 + vr_dice_below(dice, 5), n_items = 2 + vr_dice_below(dice, 5);
    p.x = vr_small_binary(dice, n_users, n_items);
    p.g = vr_small_times(vr_small_transpose(p.x), p.x);
    p.lambda = vr_dice_between(dice, 0.1, 20);
    p.c = vr_dice_between(dice, 1.05, 4);
    p.alpha = p.c - 1;
    return p;
}

static vr_small scaled(vr_small a, double factor) {
    return vr_small_sum(factor, a, 0, a);
}

/* --- Eq. 24 ------------------------------------------------------------------------------------ */

static void closed_form(vr_tally *tally, uint64_t seed, double wrong) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 1000; trial++) {
        problem p = draw_problem(&dice);
        double off = stationarity(p.g, ease(p.g, wrong * p.lambda), 1, p.lambda, p.g);
        VR_TALLY(tally, -off, SOLVED,
                 "%zu users, %zu items, lambda=%.3g: the conditions are off by %.3g", p.x.rows,
                 p.x.columns, p.lambda, off);
    }
}
void vr_claim_ease_closed_form(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    closed_form(&f->printed, f->seed, 1);
}
void vr_claim_ease_wrong_lambda(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    closed_form(&f->printed, f->seed, 1.01);
}

/* --- Eq. 25 and the chain of Appendix D ------------------------------------------------------------ */

static void norm_of_scores(vr_tally *tally, uint64_t seed, int observed) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 1000; trial++) {
        problem p = draw_problem(&dice);
        vr_small w = vr_small_random(&dice, p.g.rows, p.g.rows), y = vr_small_times(p.x, w);
        double sum = 0;
        for (size_t u = 0; u < y.rows; u++)
            for (size_t i = 0; i < y.columns; i++)
                sum += (observed ? p.x.at[u][i] : 1) * y.at[u][i] * y.at[u][i];
        VR_EQUAL(tally, sum, vr_small_norm2(y), 1e-13, "%zu users, %zu items", y.rows, y.columns);
    }
}
void vr_claim_score_norm(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    norm_of_scores(&f->printed, f->seed, 0);
}
void vr_claim_score_norm_observed(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    norm_of_scores(&f->printed, f->seed, 1);
}

/* The first line of Appendix D against its last, for one random W. least: of c_u, above max(1, lambda). */
static void chain(vr_tally *tally, uint64_t seed, double least, double sign) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 1000; trial++) {
        problem p = draw_problem(&dice);
        double lambda = vr_dice_between(&dice, 0, 1.4), first = 0, last = 0;
        vr_small w = vr_small_random(&dice, p.g.rows, p.g.rows), y = vr_small_times(p.x, w);
        double low = least;
        for (size_t u = 0; u < y.rows; u++) {
            double c = vr_dice_between(&dice, least, 4);
            double inside = sqrt(c - 1), outside = sqrt(c - lambda);
            low = u && low < c ? low : c;
            for (size_t i = 0; i < y.columns; i++) {
                double x = p.x.at[u][i], s = y.at[u][i], a = sqrt(c) * (x - s), b = x * inside * s,
                       d = (1 - x) * outside * s;
                first += x * (c * (s - 1) * (s - 1) - c * lambda * s * s) + lambda * s * s;
                last += a * a - sign * lambda * b * b - d * d;
            }
        }
        VR_EQUAL(tally, first, last, 1e-12, "%zu users, %zu items, lambda=%.3g, least c_u=%.3g: %s",
                 y.rows, y.columns, lambda, low,
                 last == last ? "the two lines" : "C_u - I has no real root");
    }
}
void vr_claim_appendix_d(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    chain(&f->printed, f->seed, 0.5, 1);
    chain(&f->conditioned, f->seed, 1.4, 1);
}
void vr_claim_appendix_d_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    chain(&f->printed, f->seed, 1.4, -1);
}

/* --- Eq. 26 ------------------------------------------------------------------------------------ */

typedef struct lines {
    double first, printed, corrected, target;
} lines;

static lines lines_26(vr_small x, vr_small w, double c) {
    vr_small y = vr_small_times(x, w);
    double miss = vr_small_norm2(vr_small_sum(1, x, -1, y)), size = vr_small_norm2(y);
    vr_small t = vr_small_sum(c, x, -1, y);
    return (lines){c * miss - (c - 1) * size, miss - (c - 1) * size,
                   c * (miss - (1 - 1 / c) * size),
                   vr_small_norm2(t) + c * (1 - c) * vr_small_norm2(x)};
}

void vr_claim_eq_26(const vr_claims_input *in, vr_finding *f) {
    vr_dice dice = vr_dice_of(f->seed);
    (void)in;
    for (int trial = 0; trial < 1000; trial++) {
        problem p = draw_problem(&dice);
        vr_small w = vr_small_random(&dice, p.g.rows, p.g.rows);
        if (!trial) {
            p.x = vr_small_zero(1, 2), w = vr_small_zero(2, 2);
            p.x.at[0][0] = w.at[0][1] = 1;
            p.c = 3;
        }
        lines l = lines_26(p.x, w, p.c);
        VR_EQUAL(&f->printed, l.first, l.printed, 1e-12,
                 "%s c=%.3g: first line %.6g, second line with alpha = c - 1 %.6g, with c and "
                 "alpha = 1 - 1/c "
                 "%.6g",
                 trial ? "random X, W," : "X=[1 0], W=[0 1; 0 0],", p.c, l.first, l.printed,
                 l.corrected);
        VR_EQUAL(&f->corrected, l.first, l.corrected, 1e-12, "c=%.3g", p.c);
        VR_EQUAL(&f->corrected, l.first, l.target, 1e-12, "c=%.3g, as |cX - XW|^2 + c(1-c)|X|^2",
                 p.c);
    }
}
void vr_claim_eq_26_wrong(const vr_claims_input *in, vr_finding *f) {
    vr_dice dice = vr_dice_of(f->seed);
    (void)in;
    for (int trial = 0; trial < 100; trial++) {
        problem p = draw_problem(&dice);
        lines l = lines_26(p.x, vr_small_random(&dice, p.g.rows, p.g.rows), p.c);
        VR_EQUAL(&f->printed, l.first, l.corrected / p.c, 1e-12, "without the factor c=%.3g", p.c);
    }
}

/* W = ((1 - x) G)^-1 G as the minimiser of |X - XW|^2 - alpha |XW|^2, whose gradient is 2 (1 - alpha) G W - 2 G. */
static void unconstrained(vr_tally *tally, uint64_t seed, int which) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 1000; trial++) {
        problem p = draw_problem(&dice);
        double alpha = vr_dice_between(&dice, 0.05, 0.9), lambda = vr_dice_between(&dice, 1.1, 3);
        double factor = 1 / (1 - (which == 0 ? lambda : which == 1 ? alpha : -alpha));
        vr_small gradient = vr_small_sum((1 - alpha) * factor, p.g, -1, p.g);
        double off = vr_small_largest(gradient) / vr_small_largest(p.g);
        VR_TALLY(tally, -off, 1e-13, "alpha=%.3g, lambda=%.3g: the gradient over |G| is %.3g",
                 alpha, lambda, off);
    }
}
void vr_claim_unconstrained(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    unconstrained(&f->printed, f->seed, 0);
    unconstrained(&f->corrected, f->seed, 1);
    vr_finding_note(f, "With lambda = 1, as fixed one line above, the printed matrix is singular.");
}
void vr_claim_unconstrained_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    unconstrained(&f->printed, f->seed, 2);
}

/* --- Eq. 27 and Theorem 2 -------------------------------------------------------------------------- */

/* Eq. 27 for the displayed objective |X - XW|^2 - alpha |XW|^2 + lambda |W|^2: is there a minimum at all? Along a
   column that is s times ones off the diagonal the objective has the quadratic coefficient
   s^2 (lambda (n-1) + (1 - alpha) 1'G1): below 0 it has none. */
static void bounded(vr_tally *tally, const problem *p) {
    size_t n = p->g.rows;
    double worst = INFINITY;
    for (size_t j = 0; j < n; j++) {
        double ones = 0;
        for (size_t a = 0; a < n; a++)
            for (size_t b = 0; b < n; b++)
                if (a != j && b != j) ones += p->g.at[a][b];
        worst = fmin(worst, p->lambda * (double)(n - 1) + (1 - p->alpha) * ones);
    }
    VR_TALLY(tally, worst, 1e-12,
             "%zu users, %zu items, c=%.3g, alpha=%.3g, lambda=%.3g: the quadratic coefficient of "
             "a direction is "
             "%.4g%s",
             p->x.rows, n, p->c, p->alpha, p->lambda, worst, worst < 0 ? ", no minimum" : "");
}

static problem smallest_unbounded(void) {
    problem p = {.x = vr_small_zero(2, 2), .lambda = 0.5, .c = 2.5, .alpha = 1.5};
    for (int i = 0; i < 4; i++) p.x.at[i / 2][i % 2] = 1;
    p.g = vr_small_times(p.x, p.x);
    return p;
}

/* shrink: lambda' over lambda; for alpha < 1. */
static void eq_27(vr_tally *tally, vr_dice *dice, int trial, int which) {
    problem p = draw_problem(dice);
    p.alpha = trial % 2 ? vr_dice_between(dice, 0.02, 0.95) : vr_dice_between(dice, -2, 0);
    if (which == 1) p.alpha = trial ? vr_dice_between(dice, 0.02, 0.95) : 0.5; /* c > 1 */
    p.c = 1 + p.alpha; /* as the paper has it */
    double lambda = p.lambda / (1 - p.alpha);
    if (which == 1) lambda /= p.c; /* the proof sketch */
    if (which == 2) lambda = p.lambda;
    vr_small w = scaled(ease(p.g, lambda), 1 / (1 - p.alpha));
    double off = stationarity(p.g, w, 1 - p.alpha, p.lambda, p.g);
    VR_TALLY(tally, -off, SOLVED,
             "%zu users, %zu items, alpha=%.3g, lambda=%.3g, lambda'=%.3g: the conditions are off "
             "by %.3g",
             p.x.rows, p.x.columns, p.alpha, p.lambda, lambda, off);
}

static void eq_27_trials(vr_tally *tally, uint64_t seed, int which) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 1000; trial++) eq_27(tally, &dice, trial, which);
}

static void any_c(vr_tally *tally, uint64_t seed) {
    vr_dice dice = vr_dice_of(seed);
    problem p = smallest_unbounded();
    bounded(tally, &p);
    for (int trial = 0; trial < 300; trial++) {
        p = draw_problem(&dice);
        bounded(tally, &p);
    }
}

void vr_claim_eq_27(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    any_c(&f->printed, f->seed);
    eq_27_trials(&f->conditioned, f->seed, 0);
}
void vr_claim_eq_27_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    eq_27_trials(&f->printed, f->seed, 2);
}

/* The debiased loss itself, c |X - XW|^2 - (c-1) |XW|^2 + lambda |W|^2: W = c EASE(lambda), for every c > 0. */
static void true_loss(vr_tally *tally, uint64_t seed, double power) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 1000; trial++) {
        problem p = draw_problem(&dice);
        p.c = vr_dice_between(&dice, 0.2, 5);
        double off = stationarity(p.g, scaled(ease(p.g, p.lambda * (power > 1 ? p.c : 1)), p.c), 1,
                                  p.lambda, scaled(p.g, p.c));
        VR_TALLY(tally, -off, SOLVED, "%zu users, %zu items, c=%.3g, lambda=%.3g: off by %.3g",
                 p.x.rows, p.x.columns, p.c, p.lambda, off);
    }
}
void vr_claim_theorem_2(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    any_c(&f->printed, f->seed);
    eq_27_trials(&f->conditioned, f->seed, 0);
    true_loss(&f->conditioned, f->seed + 1, 1);
}
void vr_claim_theorem_2_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    true_loss(&f->printed, f->seed, 2);
}
void vr_claim_theorem_2_lambda(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    eq_27_trials(&f->printed, f->seed, 1);
    eq_27_trials(&f->corrected, f->seed, 0);
}
void vr_claim_theorem_2_lambda_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    eq_27_trials(&f->printed, f->seed, 2);
}

/* c_u not constant, loss weight 1: R = X'CX, W = PR - P dMat(diag(PR) / diag P), with lambda times `by`. mean: c_u replaced
   by its mean. */
static void per_user(vr_tally *tally, uint64_t seed, int mean, double by) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 1000; trial++) {
        problem p = draw_problem(&dice);
        size_t n = p.g.rows;
        vr_small weighted = p.x;
        double average = 0;
        for (size_t u = 0; u < p.x.rows; u++) {
            double c = vr_dice_between(&dice, 1, 4);
            average += c / (double)p.x.rows;
            for (size_t i = 0; i < n; i++) weighted.at[u][i] *= c;
        }
        vr_small r = vr_small_times(vr_small_transpose(p.x), weighted);
        vr_small inverse =
            vr_small_inverse(vr_small_sum(1, p.g, by * p.lambda, vr_small_identity(n)));
        vr_small pr = vr_small_times(inverse, r), w = pr;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                w.at[i][j] -= inverse.at[i][j] * pr.at[j][j] / inverse.at[j][j];
        if (mean) w = scaled(ease(p.g, p.lambda), average);
        double off = stationarity(p.g, w, 1, p.lambda, r);
        VR_TALLY(tally, -off, SOLVED,
                 "%zu users, %zu items, lambda=%.3g, mean c_u %.3g: off by %.3g", p.x.rows, n,
                 p.lambda, average, off);
    }
}
void vr_claim_ease_per_user(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    per_user(&f->printed, f->seed, 1, 1);
    per_user(&f->corrected, f->seed, 0, 1);
}
void vr_claim_ease_per_user_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    per_user(&f->printed, f->seed, 0, 2);
}

/* "up to constant factor": c > 0 keeps every ranking, in exact arithmetic. In floats a product may tie two scores. */
static void ranking(vr_tally *tally, uint64_t seed, int power_of_two, float sign) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 200000; trial++) {
        float x = trial ? (float)vr_dice_between(&dice, 1, 2) : 1.90000021f;
        float y = __builtin_nextafterf(x, 3),
              c = trial ? (float)vr_dice_between(&dice, 0.3, 3) : 1.1f;
        if (power_of_two) c = trial % 2 ? 2.0f : 0.25f;
        c *= sign;
        VR_TALLY(tally, c * x < c * y ? 1 : -1, 0,
                 "float scores %.9g < %.9g times c=%.9g are %.9g and %.9g", (double)x, (double)y,
                 (double)c, (double)(c * x), (double)(c * y));
    }
}
void vr_claim_factor_keeps_ranking(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    ranking(&f->printed, f->seed, 0, 1);
    ranking(&f->conditioned, f->seed, 1, 1);
}
void vr_claim_factor_reverses(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    ranking(&f->printed, f->seed, 1, -1);
}
