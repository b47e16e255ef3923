/* The planted world planted-small, where every preference probability pi_ui is known: how far biased, debiased and
   ideal losses are apart, and what the rankings that they train are truly worth. No real data set can tell.

   A ranking's gain: sum pi over each user's 20 best unseen items by the model, over the most that 20 can have; the
   mean over users. Every loss gets its best setting of a small grid by that gain, which no loss could know. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "claims/planted.h"
#include "claims/small.h"
#include "data/planted.h"
#include "eval/evaluate.h"
#include "loss/ideal.h"
#include "train/train.h"

enum { K = 20 };

vr_status vr_planted_world_load(vr_dataset *world, vr_error *error) {
    const vr_data_options options = {.offline = 1};
    return vr_dataset_load("planted-small", &options, world, error);
}

/* The most that K unseen items of the user can have; pi is spoilt. */
static double most_gain(const vr_dataset *world, uint32_t user, float *pi) {
    double best = 0;
    for (uint64_t at = world->train.offsets[user]; at < world->train.offsets[user + 1]; at++)
        pi[world->train.columns[at]] = -1;
    for (int k = 0; k < K; k++) {
        uint32_t top = 0;
        for (uint32_t i = 1; i < world->n_items; i++) top = pi[i] > pi[top] ? i : top;
        best += (double)pi[top];
        pi[top] = -1;
    }
    return best;
}

double vr_planted_gain(const vr_dataset *world, const vr_matrix *users, const vr_matrix *items,
                       vr_similarity similarity, vr_error *error) {
    uint32_t *ids = calloc((size_t)world->n_users * K, sizeof *ids);
    float *pi = calloc(world->n_items + 32, sizeof *pi);
    const vr_evaluation about = {.users = users,
                                 .items = items,
                                 .similarity = similarity,
                                 .train = &world->train,
                                 .test = &world->test,
                                 .k = K};
    double total = 0;
    vr_status status = ids && pi ? vr_top_k(&about, ids, error)
                                 : vr_fail(error, VR_INTERNAL, "no memory for the planted world");
    for (uint32_t u = 0; u < world->n_users && !status; u++) {
        double got = 0;
        vr_planted_row(world->truth, u, pi);
        for (int k = 0; k < K; k++) got += (double)pi[ids[(size_t)u * K + (size_t)k]];
        total += got / most_gain(world, u, pi) / world->n_users;
    }
    free(ids);
    free(pi);
    return status ? (double)NAN : total;
}

double vr_planted_trained(const vr_dataset *world, const char *settings, vr_train_result *result,
                          vr_error *error) {
    vr_train_spec spec = vr_spec_default();
    char text[512], *save, *item;
    vr_train_result own;
    snprintf(text, sizeof text,
             "dim=8 batch=256 epochs=15 lr=1e-2 sampling=all dropout=0 regularization=1e-8 %s",
             settings);
    for (item = strtok_r(text, " ", &save); item; item = strtok_r(NULL, " ", &save)) {
        char *equals = strchr(item, '=');
        *equals = 0;
        if (vr_spec_set(&spec, item, equals + 1, "planted", error)) return (double)NAN;
    }
    if (vr_spec_check(&spec, "planted", error) ||
        vr_train(&spec, world, &(vr_train_hooks){0}, &own, error))
        return (double)NAN;
    double gain =
        vr_planted_gain(world, &own.users, &own.items, (vr_similarity)spec.similarity, error);
    if (result)
        *result = own;
    else
        vr_train_result_free(&own);
    return gain;
}

/* --- the losses themselves ------------------------------------------------------------------------- */

typedef struct gaps {
    double ideal, biased,
        debiased; /* means over users: the ideal's value, |biased - ideal|, |debiased - ideal| */
} gaps;

static double l_minus(vr_pointwise kind, double y, double margin) {
    return kind == VR_POINTWISE_MSE ? y * y : y > margin ? y - margin : 0;
}

/* Eq. 20 of the truth against Eq. 21 and its biased form with the observed items for p+ and the true tau+. */
static void user_gaps(const vr_dataset *world, uint32_t user, const double *y, const float *pi,
                      vr_pointwise kind, gaps *g) {
    uint32_t n = world->n_items;
    const vr_csr *train = &world->train;
    vr_loss_params params = {.t = 1, .lambda = 1, .margin = 0.2};
    double *plus = calloc(2 * (size_t)n, sizeof *plus), *minus = plus + n, tau = 0, all = 0;
    if (!plus) return;
    for (uint32_t i = 0; i < n; i++) tau += (double)pi[i] / n;
    for (uint32_t i = 0; i < n; i++) {
        plus[i] = (double)pi[i] / (n * tau);
        minus[i] = (1 - (double)pi[i]) / (n * (1 - tau));
        all += l_minus(kind, y[i], params.margin) / n;
    }
    vr_ideal_user about = {n, plus, minus, tau};
    double ideal = vr_ideal_loss(&about, y, kind, &params, NULL), l_plus = 0, inner = 0;
    uint32_t n_seen = vr_csr_row_count(train, user);
    for (uint64_t at = train->offsets[user]; at < train->offsets[user + 1]; at++) {
        double s = y[train->columns[at]];
        l_plus += (kind == VR_POINTWISE_MSE ? (1 - s) * (1 - s) : 1 - s) / n_seen;
        inner += l_minus(kind, s, params.margin) / n_seen;
    }
    double biased = tau * l_plus + params.lambda * all,
           debiased = biased - params.lambda * tau * inner;
    g->ideal += ideal / world->n_users;
    g->biased += fabs(biased - ideal) / world->n_users;
    g->debiased += fabs(debiased - ideal) / world->n_users;
    free(plus);
}

/* Scores: cosines of the factors. */
static gaps all_gaps(const vr_dataset *world, const vr_matrix *users, const vr_matrix *items,
                     vr_pointwise kind) {
    gaps g = {0};
    float *pi = calloc(world->n_items + 32, sizeof *pi);
    double *y = calloc(world->n_items, sizeof *y);
    for (uint32_t u = 0; u < world->n_users && pi && y; u++) {
        vr_planted_row(world->truth, u, pi);
        for (uint32_t i = 0; i < world->n_items; i++) {
            const float *a = users->values + (size_t)u * users->n_columns,
                        *b = items->values + (size_t)i * items->n_columns;
            double dot = 0, aa = 0, bb = 0;
            for (size_t k = 0; k < users->n_columns; k++) {
                dot += (double)a[k] * (double)b[k];
                aa += (double)a[k] * (double)a[k];
                bb += (double)b[k] * (double)b[k];
            }
            y[i] = dot / sqrt(aa * bb);
        }
        user_gaps(world, u, y, pi, kind, &g);
    }
    free(pi);
    free(y);
    return g;
}

static void tally_gaps(vr_tally *tally, const gaps *g, const char *what, double sign) {
    VR_TALLY(tally, sign * (g->biased - g->debiased), 0,
             "%s: the ideal loss is %.4f on average, the biased one off by %.4f, the debiased one "
             "by %.4f",
             what, g->ideal, g->biased, g->debiased);
}

static void random_factors(vr_matrix *m, vr_dice *dice) {
    for (size_t i = 0; i < (size_t)m->n_rows * m->n_columns; i++)
        m->values[i] = (float)vr_dice_normal(dice);
}

static void gap_trials(vr_finding *f, double sign) {
    vr_dataset world;
    vr_train_result trained;
    static const char *const names[2] = {"MSE", "CCL"};
    vr_dice dice = vr_dice_of(f->seed);
    if (vr_planted_world_load(&world, &f->error)) return;
    double gain = vr_planted_trained(&world, "loss=infonce similarity=cosine t=.5 negatives=64",
                                     &trained, &f->error);
    for (int k = 0; k < 2 && !isnan(gain); k++) {
        gaps g = all_gaps(&world, &trained.users, &trained.items,
                          k ? VR_POINTWISE_CCL : VR_POINTWISE_MSE);
        char text[64];
        snprintf(text, sizeof text, "%s at trained scores", names[k]);
        tally_gaps(&f->printed, &g, text, sign);
    }
    for (int trial = 0; trial < 4 && !isnan(gain); trial++) {
        random_factors(&trained.users, &dice);
        random_factors(&trained.items, &dice);
        int k = trial % 2;
        gaps g = all_gaps(&world, &trained.users, &trained.items,
                          k ? VR_POINTWISE_CCL : VR_POINTWISE_MSE);
        char text[64];
        snprintf(text, sizeof text, "%s at random scores", names[k]);
        tally_gaps(&f->printed, &g, text, sign);
        tally_gaps(&f->conditioned, &g, text, sign);
    }
    if (!isnan(gain)) vr_train_result_free(&trained);
    vr_dataset_free(&world);
}
void vr_claim_planted_gap(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    gap_trials(f, 1);
}
void vr_claim_planted_gap_reversed(const vr_claims_input *in, vr_finding *f) {
    vr_finding wrong = {.seed = f->seed};
    (void)in;
    gap_trials(&wrong, -1);
    f->printed = wrong.conditioned;
    f->error = wrong.error;
}
