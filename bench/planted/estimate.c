/* The term over the disliked items, which a debiased loss estimates from draws: how far the estimate is from the truth.

   With p = p_u uniform over all items and p+ what the user likes, the negative terms at scores y are
       InfoNCE (Eq. 7)   F = E_{p-} e^{y/t},             estimated by max((mean_j e^{y_j/t} - tau mean_k e^{y_k/t}) / (1 - tau), e^{-1/t})
       MSE (Eq. 21)      (1 - tau) E_{p-} y^2,           estimated by mean_j y_j^2 - tau mean_k y_k^2
       CCL (Eq. 21)      (1 - tau) E_{p-} max(y - m, 0), likewise
   with N draws j of p and M draws k of p+. Nobody has draws of p+: what training has are draws of the user's observed
   items, which the model was fitted to. Both are measured, at the scores (cosines) of a model that InfoNCE trained. */
#include <math.h>
#include <stdlib.h>
#include "claims/planted.h"
#include "data/planted.h"
#include "num/draws.h"
#include "planted.h"

enum { DRAWS = 20, MOST_N = 800, MOST_M = 50, N_TERMS = 3 };
static const double temperature = .5, margin = .2;
static const char *const terms[N_TERMS] = {"InfoNCE", "MSE", "CCL"};

typedef struct setting {
    const char *axis;
    int world;
    tau_by tau;
    unsigned n, m;
} setting;
static const setting settings[] = {
    {"tau", 0, {NONE, 0}, 800, 10},       {"tau", 0, {BY_SCALE, 0}, 800, 10},
    {"tau", 0, {BY_SCALE, .5}, 800, 10},  {"tau", 0, {TRUTH, 0}, 800, 10},
    {"tau", 0, {BY_SCALE, 2.5}, 800, 10}, {"K", 0, {BY_COUNT, 0}, 800, 10},
    {"K", 0, {BY_COUNT, 10}, 800, 10},    {"K", 0, {BY_COUNT, 20}, 800, 10},
    {"K", 0, {BY_COUNT, 50}, 800, 10},    {"K", 0, {BY_COUNT, 100}, 800, 10},
    {"N", 0, {TRUTH, 0}, 1, 10},          {"N", 0, {TRUTH, 0}, 10, 10},
    {"N", 0, {TRUTH, 0}, 100, 10},        {"N", 0, {TRUTH, 0}, 800, 10},
    {"M", 0, {TRUTH, 0}, 800, 1},         {"M", 0, {TRUTH, 0}, 800, 5},
    {"M", 0, {TRUTH, 0}, 800, 20},        {"M", 0, {TRUTH, 0}, 800, 50},
    {"K", 3, {BY_COUNT, 20}, 800, 10},    {"K", 3, {BY_COUNT, 1000}, 800, 10},
    {"true tau", 1, {NONE, 0}, 800, 10},  {"true tau", 1, {TRUTH, 0}, 800, 10},
    {"true tau", 2, {NONE, 0}, 800, 10},  {"true tau", 2, {TRUTH, 0}, 800, 10},
    {"true tau", 3, {NONE, 0}, 800, 10},  {"true tau", 3, {TRUTH, 0}, 800, 10},
};
enum { N_SETTINGS = sizeof settings / sizeof *settings };

/* One user: the terms at each item, and what is drawn from. */
typedef struct user {
    uint32_t id, n_items;
    float *pi;
    double *cumulated, *at[N_TERMS];
    double truth[N_TERMS];
} user;

typedef struct tally {
    double truth, off, square, floor;
} tally;

static double *new_values(size_t n) {
    double *values = calloc(n, sizeof *values);
    if (!values) stop("no memory");
    return values;
}

static double cosine(const float *a, const float *b, size_t n) {
    double dot = 0, aa = 0, bb = 0;
    for (size_t k = 0; k < n; k++) {
        dot += (double)a[k] * (double)b[k];
        aa += (double)a[k] * (double)a[k];
        bb += (double)b[k] * (double)b[k];
    }
    return dot / sqrt(aa * bb);
}

/* The user's terms at every item and their truths. */
static void set_user(const world *w, const vr_train_result *model, uint32_t id, user *u) {
    double sum = 0, dislikes = 0;
    u->id = id;
    u->n_items = w->data.n_items;
    vr_planted_row(w->data.truth, id, u->pi);
    for (int k = 0; k < N_TERMS; k++) u->truth[k] = 0;
    for (uint32_t i = 0; i < u->n_items; i++) {
        size_t d = model->users.n_columns;
        double y = cosine(model->users.values + id * d, model->items.values + i * d, d);
        u->cumulated[i] = sum += (double)u->pi[i];
        dislikes += 1 - (double)u->pi[i];
        u->at[0][i] = exp(y / temperature);
        u->at[1][i] = y * y;
        u->at[2][i] = y > margin ? y - margin : 0;
        for (int k = 0; k < N_TERMS; k++) u->truth[k] += (1 - (double)u->pi[i]) * u->at[k][i];
    }
    u->truth[0] /= dislikes;
    for (int k = 1; k < N_TERMS; k++) u->truth[k] /= u->n_items;
}

/* M items: of p+, or of those observed. */
static void draw_positives(const world *w, const user *u, int observed, uint32_t draw, unsigned m,
                           uint32_t *ids) {
    vr_draw_key key = {2024, VR_STREAM_TEST + 1 + (uint32_t)observed, draw};
    uint64_t from = w->data.train.offsets[u->id];
    uint32_t words[MOST_M];
    if (observed) {
        vr_draw_below(&key, u->id, vr_csr_row_count(&w->data.train, u->id), ids, m);
        for (unsigned k = 0; k < m; k++) ids[k] = w->data.train.columns[from + ids[k]];
        return;
    }
    vr_draw_words(&key, u->id, words, m);
    for (unsigned k = 0; k < m; k++) {
        double target = words[k] * 0x1p-32 * u->cumulated[u->n_items - 1];
        uint32_t low = 0, high = u->n_items - 1;
        while (low < high) {
            uint32_t middle = (low + high) / 2;
            if (u->cumulated[middle] > target)
                high = middle;
            else
                low = middle + 1;
        }
        ids[k] = low;
    }
}

static double mean_at(const double *values, const uint32_t *ids, unsigned n) {
    double sum = 0;
    for (unsigned i = 0; i < n; i++) sum += values[ids[i]];
    return sum / n;
}

static void estimate(const world *w, const user *u, const setting *s, int observed, uint32_t draw,
                     tally *tallies) {
    uint32_t negatives[MOST_N], positives[MOST_M];
    vr_draw_key key = {2024, VR_STREAM_TEST, draw};
    double tau = tau_of(w, u->id, &s->tau), least = exp(-1 / temperature);
    vr_draw_below(&key, u->id, u->n_items, negatives, s->n);
    draw_positives(w, u, observed, draw, s->m, positives);
    for (int k = 0; k < N_TERMS; k++) {
        double got = mean_at(u->at[k], negatives, s->n) - tau * mean_at(u->at[k], positives, s->m);
        tally *t = &tallies[k];
        if (k == 0) got /= 1 - tau;
        if (k == 0 && got < least) got = least, t->floor++;
        t->truth += u->truth[k];
        t->off += got - u->truth[k];
        t->square += (got - u->truth[k]) * (got - u->truth[k]);
    }
}

static void print_row(const world *w, const setting *s, int observed, int term, const tally *t,
                      FILE *out) {
    char text[32], floor[32] = "";
    double n = (double)w->data.n_users * DRAWS;
    if (term == 0) snprintf(floor, sizeof floor, "%.2f", 100 * t->floor / n);
    fprintf(out, "%s\t%s\t%.5f\t%s\t%s\t%u\t%u\t%s\t%.2f\t%.2f\t%s\n", s->axis, w->name,
            w->tau_plus, terms[term], tau_text(&s->tau, text), s->n, s->tau.kind == NONE ? 0 : s->m,
            s->tau.kind == NONE ? ""
            : observed          ? "observed"
                                : "true p+",
            100 * t->off / t->truth, 100 * sqrt(t->square / n) / (t->truth / n), floor);
}

static void new_user(const world *w, user *u) {
    u->pi = calloc(w->data.n_items + 32, sizeof *u->pi);
    if (!u->pi) stop("no memory");
    u->cumulated = new_values(w->data.n_items);
    for (int k = 0; k < N_TERMS; k++) u->at[k] = new_values(w->data.n_items);
}

static void free_user(user *u) {
    free(u->pi);
    free(u->cumulated);
    for (int k = 0; k < N_TERMS; k++) free(u->at[k]);
}

static tally tallies[N_SETTINGS][2][N_TERMS]; /* positives of p+, observed */

/* Every setting of one world. */
static void of_world(world *w, int index) {
    vr_error error = {.text = ""};
    vr_train_result model;
    user u;
    vr_planted_trained(&w->data, "loss=infonce similarity=cosine t=.5 negatives=64", &model,
                       &error);
    if (error.status) stop(error.text);
    new_user(w, &u);
    for (uint32_t id = 0; id < w->data.n_users; id++) {
        set_user(w, &model, id, &u);
        for (size_t s = 0; s < N_SETTINGS; s++)
            for (uint32_t draw = 0; draw < 2 * DRAWS && settings[s].world == index; draw++)
                estimate(w, &u, &settings[s], draw & 1, draw / 2, tallies[s][draw & 1]);
    }
    free_user(&u);
    vr_train_result_free(&model);
}

void estimate_table(world *worlds, size_t n, FILE *out) {
    fprintf(out,
            "# %d draws for each user; off and error are the mean and the root mean square of "
            "estimate less truth, in percent of the mean truth; floor: percent of the estimates at "
            "e^{-1/t}\n"
            "axis\tworld\ttrue_tau\tloss\ttau_by\tN\tM\tpositives\toff_percent\terror_"
            "percent\tfloor_percent\n",
            DRAWS);
    for (size_t w = 0; w < n; w++) of_world(&worlds[w], (int)w);
    for (size_t s = 0; s < N_SETTINGS; s++)
        for (int which = 0; which < 2 * N_TERMS; which++)
            if (settings[s].tau.kind != NONE || which < N_TERMS)
                print_row(&worlds[settings[s].world], &settings[s], which / N_TERMS,
                          which % N_TERMS, &tallies[s][which / N_TERMS][which % N_TERMS], out);
}
