/* Rankings that biased, debiased and ideal losses train on the planted world (claims/planted.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "claims/planted.h"
#include "claims/small.h"
#include "data/planted.h"

/* --- through the engine ------------------------------------------------------------------------------ */

/* The best gain of `settings` with each value of a key; text says which. */
static double best_of(const vr_dataset *world, const char *settings, const char *const *values,
                      char text[64], vr_error *error) {
    double best = 0;
    for (; *values && !error->status; values++) {
        char all[400];
        snprintf(all, sizeof all, "%s %s", settings, *values);
        double gain = vr_planted_trained(world, all, NULL, error);
        if (!(gain > best)) continue;
        best = gain;
        snprintf(text, 64, "%s", *values);
    }
    return best;
}

#define TAU                                                                                        \
    " tau=scale:1.5 positives=10 " /* the true c: twice what is observed, of which 4/5 is the train split */

static const struct family {
    const char *name, *biased, *debiased;
    const char *biased_values[5], *debiased_values[5];
} families[] = {
    {"CCL",
     "loss=ccl similarity=cosine margin=0",
     "loss=ccl-debiased similarity=cosine margin=0" TAU,
     {"weight=1", "weight=2", "weight=5"},
     {"lambda=.3", "lambda=.6", "lambda=1"}},
    {"InfoNCE",
     "loss=infonce similarity=cosine t=.6",
     "loss=infonce-debiased similarity=cosine t=.6" TAU,
     {"negatives=16", "negatives=32", "negatives=64"},
     {"lambda=2", "lambda=16", "lambda=32"}},
    {"MSE",
     "loss=mse similarity=dot regularization=1e-4",
     "loss=mse-debiased similarity=dot regularization=1e-4" TAU,
     {"lambda=.5", "lambda=1", "lambda=2"},
     {"lambda=.2", "lambda=.3", "lambda=.45"}},
};

/* The ledger's correction, as a slack: CCL's debiased form is below its biased one, the others within .02. */
static double corrected(const struct family *one, double biased, double debiased) {
    return one == families ? biased - debiased : .02 - fabs(biased - debiased);
}

/* The printed statement and the corrected one; turned: the opposite of the latter in the place of the former. */
static void compare(vr_finding *f, int turned) {
    vr_dataset world;
    if (vr_planted_world_load(&world, &f->error)) return;
    for (size_t i = 0; i < sizeof families / sizeof *families && !f->error.status; i++) {
        const struct family *one = &families[i];
        char biased_text[64] = "", debiased_text[64] = "";
        double biased = best_of(&world, one->biased, one->biased_values, biased_text, &f->error);
        double debiased =
            best_of(&world, one->debiased, one->debiased_values, debiased_text, &f->error);
        double slack = corrected(one, biased, debiased);
        VR_TALLY(&f->printed, turned ? -slack : debiased - biased, 0,
                 "%s: gain %.4f biased (%s), %.4f debiased with the true tau+ (%s)", one->name,
                 biased, biased_text, debiased, debiased_text);
        if (turned) continue;
        vr_finding_note(f, "%s: biased %.4f (%s), debiased %.4f (%s). ", one->name, biased,
                        biased_text, debiased, debiased_text);
        VR_TALLY(&f->corrected, slack, 0, "%s: biased %.4f, debiased %.4f", one->name, biased,
                 debiased);
    }
    vr_dataset_free(&world);
}
void vr_claim_planted_rankings(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    compare(f, 0);
}
void vr_claim_planted_rankings_turned(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    compare(f, 1);
}

/* "using the first bound leads to poor performance" */
static void first_bound(vr_tally *tally, double sign, vr_error *error) {
    static const char *const others[] = {
        "loss=bpr similarity=cosine sampling=uniform negatives=64 t=.5",
        "loss=infonce similarity=cosine t=.5", "loss=mine similarity=cosine t=.5"};
    vr_dataset world;
    if (vr_planted_world_load(&world, error)) return;
    double mean = vr_planted_trained(
        &world, "loss=mean-difference similarity=cosine sampling=uniform negatives=64", NULL,
        error);
    for (int i = 0; i < 3 && !error->status; i++) {
        double other = vr_planted_trained(&world, others[i], NULL, error);
        VR_TALLY(tally, sign * (other - mean), 0, "gain %.4f of %s, %.4f of the mean difference",
                 other, others[i], mean);
    }
    vr_dataset_free(&world);
}
void vr_claim_first_bound_poor(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    first_bound(&f->printed, 1, &f->error);
}
void vr_claim_first_bound_good(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    first_bound(&f->printed, -1, &f->error);
}

/* --- MSE by alternating least squares: no sampling, no optimiser --------------------------------------- */

enum { FACTORS = 8, N_SWEEPS = 8 };

/* sum_ui a_ui (1 - y)^2 + b_ui y^2 + penalty: row-major, users x items. */
typedef struct least_squares {
    uint32_t n_users, n_items;
    double *a, *b, penalty;
    float *users, *items;
} least_squares;

static void solve_rows(const least_squares *s, int items) {
    uint32_t n_out = items ? s->n_items : s->n_users, n_in = items ? s->n_users : s->n_items;
    const float *in = items ? s->users : s->items;
    float *out = items ? s->items : s->users;
    for (uint32_t o = 0; o < n_out; o++) {
        vr_small m = vr_small_identity(FACTORS), r = vr_small_zero(FACTORS, 1);
        for (size_t k = 0; k < FACTORS; k++) m.at[k][k] = s->penalty;
        for (uint32_t i = 0; i < n_in; i++) {
            size_t at = items ? (size_t)i * s->n_items + o : (size_t)o * s->n_items + i;
            double weight = s->a[at] + s->b[at];
            const float *v = in + (size_t)i * FACTORS;
            for (size_t k = 0; k < FACTORS; k++) {
                r.at[k][0] += s->a[at] * (double)v[k];
                for (size_t l = 0; l < FACTORS; l++)
                    m.at[k][l] += weight * (double)v[k] * (double)v[l];
            }
        }
        vr_small row = vr_small_times(vr_small_inverse(m), r);
        for (size_t k = 0; k < FACTORS; k++) out[(size_t)o * FACTORS + k] = (float)row.at[k][0];
    }
}

typedef enum kind { IDEAL, BIASED, DEBIASED } kind;

/* ideal: tau p+ and lambda tau- p-, that is pi and lambda (1 - pi); biased: x and lambda; debiased: c_u x and
   lambda (1 - c_u x), with the true c_u. */
static void fill(least_squares *s, const vr_dataset *world, kind which, double lambda, float *pi) {
    for (uint32_t u = 0; u < s->n_users; u++) {
        double *a = s->a + (size_t)u * s->n_items, *b = s->b + (size_t)u * s->n_items, likes = 0;
        vr_planted_row(world->truth, u, pi);
        for (uint32_t i = 0; i < s->n_items; i++) {
            likes += (double)pi[i];
            a[i] = which == IDEAL ? (double)pi[i] : 0;
            b[i] = which == IDEAL ? lambda * (1 - (double)pi[i]) : lambda;
        }
        double c = which == DEBIASED ? likes / vr_csr_row_count(&world->train, u) : 1;
        for (uint64_t at = world->train.offsets[u];
             at < world->train.offsets[u + 1] && which != IDEAL; at++) {
            a[world->train.columns[at]] = c;
            if (which == DEBIASED) b[world->train.columns[at]] = lambda * (1 - c);
        }
    }
}

/* The best gain over lambda and the penalty; n_trials: of the grid of twelve. */
static double best_least_squares(const vr_dataset *world, kind which, int n_trials,
                                 double *best_lambda, double *best_penalty, vr_error *error) {
    static const double lambdas[] = {0.01, 0.03, 0.1}, penalties[] = {1, 2, 4, 8};
    size_t size = (size_t)world->n_users * world->n_items;
    least_squares s = {.n_users = world->n_users, .n_items = world->n_items};
    double best = 0;
    s.a = calloc(2 * size, sizeof *s.a);
    s.b = s.a + size;
    s.users = calloc((size_t)(s.n_users + s.n_items) * FACTORS, sizeof *s.users);
    s.items = s.users + (size_t)s.n_users * FACTORS;
    float *pi = calloc(world->n_items + 32, sizeof *pi);
    if (!s.a || !s.users || !pi) vr_fail(error, VR_INTERNAL, "no memory for the planted world");
    for (int trial = 0; trial < n_trials && !error->status; trial++) {
        double lambda = lambdas[trial / 4];
        vr_dice dice = vr_dice_of(7);
        s.penalty = penalties[trial % 4];
        fill(&s, world, which, lambda, pi);
        for (size_t i = 0; i < (size_t)s.n_items * FACTORS; i++)
            s.items[i] = (float)vr_dice_between(&dice, -0.5, 0.5);
        for (int sweep = 0; sweep < N_SWEEPS; sweep++) {
            solve_rows(&s, 0);
            solve_rows(&s, 1);
        }
        vr_matrix users = {.n_rows = s.n_users, .n_columns = FACTORS, .values = s.users},
                  items = {.n_rows = s.n_items, .n_columns = FACTORS, .values = s.items};
        double gain = vr_planted_gain(world, &users, &items, VR_DOT, error);
        if (gain > best) best = gain, *best_lambda = lambda, *best_penalty = s.penalty;
    }
    free(s.a);
    free(s.users);
    free(pi);
    return best;
}

static void least_squares_gains(vr_finding *f, int n_trials, double ideal_sign) {
    vr_dataset world;
    double gain[3] = {0}, lambda[3] = {0}, penalty[3] = {0};
    if (vr_planted_world_load(&world, &f->error)) return;
    for (int which = IDEAL; which <= DEBIASED; which++)
        gain[which] = best_least_squares(&world, (kind)which, n_trials, &lambda[which],
                                         &penalty[which], &f->error);
    vr_dataset_free(&world);
    vr_finding_note(f,
                    "MSE by least squares, best lambda, penalty: ideal %.4f (%g, %g), biased %.4f "
                    "(%g, %g), debiased %.4f (%g, %g).",
                    gain[IDEAL], lambda[IDEAL], penalty[IDEAL], gain[BIASED], lambda[BIASED],
                    penalty[BIASED], gain[DEBIASED], lambda[DEBIASED], penalty[DEBIASED]);
    VR_TALLY(&f->printed, gain[DEBIASED] - gain[BIASED] - 0.01, 0,
             "gain %.4f biased, %.4f debiased", gain[BIASED], gain[DEBIASED]);
    for (int which = BIASED; which <= DEBIASED; which++)
        VR_TALLY(&f->corrected, ideal_sign * (gain[IDEAL] - gain[which]), 0,
                 "gain %.4f ideal, %.4f of another", gain[IDEAL], gain[which]);
}
void vr_claim_planted_mse(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    least_squares_gains(f, 12, 1);
}
void vr_claim_planted_mse_below(const vr_claims_input *in, vr_finding *f) {
    vr_finding wrong = {.seed = f->seed};
    (void)in;
    least_squares_gains(&wrong, 1, -1);
    f->printed = wrong.corrected;
    f->error = wrong.error;
}
