/* What the losses' rankings are truly worth: each trained with the biased loss and with its debiased form by several
   rules for tau+, and the sum of pi over a user's first 20 taken against the most that 20 can have (claims/planted.h).

   The weight of the negative part is taken by that gain, on a seed of its own, from five values for each row: no loss is
   held back by a bad weight, and no row's means over the other seeds are of what chose it. A debiased MSE or CCL is about
   tau+ times its biased form, whose weight w and regulariser are then tau+ times what they are there: so the values
   are multiples of the mean tau+ used. */
#include <math.h>
#include <string.h>
#include "claims/planted.h"
#include "planted.h"

enum { SEEDS = 5, CHOOSING_SEED = 1, N_VALUES = 5 };

typedef struct family {
    const char *name, *biased, *debiased;
    const char *biased_key;
    double biased_values[N_VALUES], lambdas[N_VALUES];
    double regularization;
    int scaled; /* lambdas and regularization of the debiased form are multiples of the mean tau+ */
} family;
static const family families[] = {
    {"InfoNCE",
     "loss=infonce similarity=cosine t=.6",
     "loss=infonce-debiased similarity=cosine t=.6",
     "negatives", /* all items: a weight, no number of draws */
     {8, 16, 32, 64, 128},
     {4, 8, 16, 32, 64},
     1e-8,
     0},
    {"MSE",
     "loss=mse similarity=dot",
     "loss=mse-debiased similarity=dot",
     "lambda",
     {.5, 1, 2, 4, 8},
     {.5, 1, 2, 4, 8},
     1e-4,
     1},
    {"CCL",
     "loss=ccl similarity=cosine margin=0",
     "loss=ccl-debiased similarity=cosine margin=0",
     "weight",
     {.5, 1, 2, 5, 10},
     {.5, 1, 2, 5, 10},
     1e-8,
     1},
};
enum { N_FAMILIES = sizeof families / sizeof *families };

typedef struct setting {
    const char *axis;
    int world;
    tau_by tau;
    unsigned n, m; /* n 0: all items */
} setting;
static const setting settings[] = {
    {"tau", 0, {NONE, 0}, 0, 0},        {"tau", 0, {BY_SCALE, 0}, 0, 10},
    {"tau", 0, {BY_SCALE, .5}, 0, 10},  {"tau", 0, {TRUTH, 0}, 0, 10},
    {"tau", 0, {BY_SCALE, 2.5}, 0, 10}, {"K", 0, {BY_COUNT, 0}, 0, 10},
    {"K", 0, {BY_COUNT, 10}, 0, 10},    {"K", 0, {BY_COUNT, 20}, 0, 10},
    {"K", 0, {BY_COUNT, 50}, 0, 10},    {"K", 0, {BY_COUNT, 100}, 0, 10},
    {"N", 0, {NONE, 0}, 10, 0},         {"N", 0, {TRUTH, 0}, 10, 10},
    {"N", 0, {NONE, 0}, 100, 0},        {"N", 0, {TRUTH, 0}, 100, 10},
    {"N", 0, {NONE, 0}, 800, 0},        {"N", 0, {TRUTH, 0}, 800, 10},
    {"M", 0, {TRUTH, 0}, 0, 1},         {"M", 0, {TRUTH, 0}, 0, 50},
    {"K", 3, {BY_COUNT, 20}, 0, 10},    {"K", 3, {BY_COUNT, 1000}, 0, 10},
    {"true tau", 1, {NONE, 0}, 0, 0},   {"true tau", 1, {TRUTH, 0}, 0, 10},
    {"true tau", 2, {NONE, 0}, 0, 0},   {"true tau", 2, {TRUTH, 0}, 0, 10},
    {"true tau", 3, {NONE, 0}, 0, 0},   {"true tau", 3, {TRUTH, 0}, 0, 10},
};

typedef struct outcome {
    double recall, ndcg, gain;
} outcome;

static outcome train(const world *w, const char *fixed, const char *value, unsigned seed) {
    vr_error error = {.text = ""};
    vr_train_result result;
    char all[400];
    snprintf(all, sizeof all, "%s %s seed=%u", fixed, value, seed);
    double gain = vr_planted_trained(&w->data, all, &result, &error);
    if (error.status) stop(error.text);
    outcome got = {result.recall, result.ndcg, gain};
    vr_train_result_free(&result);
    return got;
}

static double mean_tau(const world *w, const tau_by *by) {
    double sum = 0;
    for (uint32_t u = 0; u < w->data.n_users; u++) sum += tau_of(w, u, by);
    return sum / w->data.n_users;
}

/* The settings of a row but for the value that is chosen. */
static void fixed_text(const world *w, const setting *s, const family *f, double unit,
                       char text[300]) {
    char by_text[32], draws[64] = "", positives[96] = "";
    tau_by by = s->tau.kind == TRUTH ? (tau_by){BY_SCALE, w->alpha} : s->tau;
    if (s->n) snprintf(draws, sizeof draws, " sampling=uniform negatives=%u", s->n);
    if (by.kind != NONE)
        snprintf(positives, sizeof positives, " tau=%s positives=%u", tau_text(&by, by_text), s->m);
    snprintf(text, 300, "%s regularization=%.4g%s%s", by.kind == NONE ? f->biased : f->debiased,
             f->regularization * unit, draws, positives);
}

/* The best of the values on the seed for choosing: "key=value". */
static void choose(const world *w, const setting *s, const family *f, double unit,
                   const char *fixed, char chosen[48]) {
    int biased = s->tau.kind == NONE;
    double best = 0;
    for (int v = 0; v < N_VALUES; v++) {
        char value[48];
        snprintf(value, sizeof value, "%s=%.4g", biased ? f->biased_key : "lambda",
                 biased ? f->biased_values[v] : f->lambdas[v] * unit);
        double gain = train(w, fixed, value, CHOOSING_SEED).gain;
        if (gain <= best) continue;
        best = gain;
        strcpy(chosen, value);
    }
}

static void row(const world *w, const setting *s, const family *f, FILE *out) {
    char fixed[300], chosen[48] = "", text[32];
    double sum[3] = {0}, square = 0, unit = 1;
    if (s->tau.kind != NONE && f->scaled) unit = mean_tau(w, &s->tau);
    fixed_text(w, s, f, unit, fixed);
    if (!s->n || s->tau.kind != NONE || f != &families[0]) /* else the draws are the weight */
        choose(w, s, f, unit, fixed, chosen);
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        outcome got = train(w, fixed, chosen, CHOOSING_SEED + seed);
        sum[0] += got.recall;
        sum[1] += got.ndcg;
        sum[2] += got.gain;
        square += got.gain * got.gain;
    }
    double mean = sum[2] / SEEDS, spread = (square - SEEDS * mean * mean) / (SEEDS - 1);
    fprintf(out, "%s\t%s\t%.5f\t%s\t%s\t%u\t%u\t%s\t%.2f\t%.2f\t%.2f\t%.2f\t%d\n", s->axis, w->name,
            w->tau_plus, f->name, tau_text(&s->tau, text), s->n, s->m, chosen, 100 * sum[0] / SEEDS,
            100 * sum[1] / SEEDS, 100 * mean, 100 * sqrt(spread > 0 ? spread : 0), SEEDS);
    fprintf(stderr, "%s, %s, %s, %s, %s: %.2f\n", s->axis, w->name, f->name,
            tau_text(&s->tau, text), chosen, 100 * mean);
}

void ranking_table(world *worlds, size_t n, FILE *out) {
    (void)n;
    fprintf(
        out,
        "# means of %d seeds, percent; gain: of the most that 20 unseen items can have; N 0: all "
        "items, no draws\n"
        "axis\tworld\ttrue_tau\tloss\ttau_by\tN\tM\tchosen\trecall@20\tndcg@20\tgain@20\t"
        "gain_sd\tseeds\n",
        SEEDS);
    for (size_t f = 0; f < N_FAMILIES; f++)
        for (size_t s = 0; s < sizeof settings / sizeof *settings; s++)
            row(&worlds[settings[s].world], &settings[s], &families[f], out);
}
