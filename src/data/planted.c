#include "data/planted.h"

#include <stdlib.h>
#include <string.h>
#include "data/planted_kernel.h"
#include "num/draws.h"
#include "num/elementary.h"
#include "num/isa.h"

enum {
    STREAM_USERS = VR_STREAM_PLANTED,
    STREAM_ITEMS,
    STREAM_BIAS,
    STREAM_ACTIVITY,
    STREAM_PICKS,
    STREAM_SPLIT,
    FEWEST = 5,    /* interactions of a user: one test item and four train items at least */
    MOST_PART = 4, /* and at most a quarter of the items */
    TEST_PART = 5, /* one in five interactions is test */
    MOST_RANK = 256,
    BATCHES = 64, /* of draws for one user, before the rest is filled up */
    TILE = VR_PLANTED_TILE,
    SAMPLE = 2048, /* items that a user's shift is solved with */
    STEPS = 10,
    CORRECTIONS = 2 /* and then with all of them */
};

struct vr_planted_truth {
    uint32_t n_users, n_items, rank;
    float *users; /* n_users x rank, scale included */
    float *
        items; /* rank x n_items: one row a factor, so that neighbours in memory are neighbouring items */
    float *bias;    /* n_tiles x TILE */
    float *shift;   /* n_users */
    double *sum_pi; /* n_users */
};

/* --- the probabilities ----------------------------------------------------------------------------- */

static size_t n_tiles(size_t n_items) {
    return (n_items + TILE - 1) / TILE;
}

/* pi of the first count tiles, when the user's shift is `shift`. */
static void tiles(const vr_planted_truth *truth, uint32_t user, float shift, size_t count,
                  float *pi) {
    const float *a = truth->users + (size_t)user * truth->rank;
    vr_planted_tiles *kernel =
        vr_isa() == VR_ISA_AVX512 ? vr_planted_tiles_avx512 : vr_planted_tiles_avx2;
    kernel(a, truth->rank, shift, truth->items, truth->bias, count, pi);
}

void vr_planted_row(const vr_planted_truth *truth, uint32_t user, float *pi) {
    tiles(truth, user, truth->shift[user], n_tiles(truth->n_items), pi);
}

static float item_factor(const vr_planted_truth *truth, uint32_t item, uint32_t r) {
    return truth->items[((size_t)(item / TILE) * truth->rank + r) * TILE + item % TILE];
}

/* The operations of the kernel in their order: the same bits as in vr_planted_row. */
double vr_planted_probability(const vr_planted_truth *truth, uint32_t user, uint32_t item) {
    const float *a = truth->users + (size_t)user * truth->rank, most = VR_PLANTED_MOST;
    float logit = truth->bias[item] + truth->shift[user];
    for (uint32_t r = 0; r < truth->rank; r++) {
        logit = __builtin_fmaf(a[r], item_factor(truth, item, r), logit);
    }
    logit = logit > most ? most : logit < -most ? -most : logit;
    return (double)(1 / (1 + vr_exp_f32(-logit)));
}

double vr_planted_tau_plus(const vr_planted_truth *truth, uint32_t user) {
    return truth->sum_pi[user] / truth->n_items;
}

double vr_planted_p_plus(const vr_planted_truth *truth, uint32_t user, uint32_t item) {
    return vr_planted_probability(truth, user, item) / truth->sum_pi[user];
}

double vr_planted_p_minus(const vr_planted_truth *truth, uint32_t user, uint32_t item) {
    return (1 - vr_planted_probability(truth, user, item)) / (truth->n_items - truth->sum_pi[user]);
}

void vr_planted_free(vr_planted_truth *truth) {
    if (!truth) return;
    free(truth->users);
    free(truth->items);
    free(truth->bias);
    free(truth->shift);
    free(truth->sum_pi);
    free(truth);
}

/* --- the world ------------------------------------------------------------------------------------- */

static vr_status check_spec(const vr_planted_spec *spec, vr_error *error) {
    double mean = spec->n_users ? (double)spec->interactions / spec->n_users : 0;
    int good = spec->n_users >= 1 && spec->n_items >= FEWEST * MOST_PART && spec->rank >= 1 &&
               spec->rank <= MOST_RANK && mean >= FEWEST && mean <= spec->n_items / MOST_PART &&
               spec->scale >= 0 && spec->scale <= 20 && spec->skew >= 0 && spec->skew <= 20 &&
               spec->activity >= 0 && spec->activity <= 5 && spec->breadth >= 1 &&
               spec->breadth <= 3;
    if (good) return VR_OK;
    return vr_fail(
        error, VR_USAGE,
        "planted world out of range: expected at least 20 items, rank 1 to 256, interactions a "
        "user from %d to a quarter of the items, scale and skew 0 to 20, activity 0 to 5, "
        "breadth 1 to 3",
        FEWEST);
}

static vr_planted_truth *new_truth(const vr_planted_spec *spec) {
    size_t n_users = spec->n_users, padded = n_tiles(spec->n_items) * TILE, rank = spec->rank;
    vr_planted_truth *truth = calloc(1, sizeof *truth);
    if (!truth) return NULL;
    *truth = (vr_planted_truth){.n_users = spec->n_users,
                                .n_items = spec->n_items,
                                .rank = spec->rank,
                                .users = malloc(n_users * rank * sizeof(float)),
                                .items = calloc(padded * rank, sizeof(float)),
                                .bias = calloc(padded, sizeof(float)),
                                .shift = malloc(n_users * sizeof(float)),
                                .sum_pi = malloc(n_users * sizeof(double))};
    if (truth->users && truth->items && truth->bias && truth->shift && truth->sum_pi) return truth;
    vr_planted_free(truth);
    return NULL;
}

static vr_draw_key key_of(const vr_planted_spec *spec, uint32_t stream) {
    return (vr_draw_key){.seed = spec->seed, .stream = stream};
}

static void draw_factors(const vr_planted_spec *spec, vr_planted_truth *truth) {
    vr_draw_key users = key_of(spec, STREAM_USERS), items = key_of(spec, STREAM_ITEMS);
    vr_draw_key bias = key_of(spec, STREAM_BIAS);
    float unit = (float)(1 / __builtin_sqrt(spec->rank));
    vr_draw_normal(&bias, 0, truth->bias, spec->n_items);
    for (uint32_t i = 0; i < spec->n_items; i++) truth->bias[i] *= (float)spec->skew;
    for (uint32_t i = 0; i < spec->n_items; i++) {
        float row[MOST_RANK], *tile = truth->items + (size_t)(i / TILE) * spec->rank * TILE;
        vr_draw_normal(&items, i, row, spec->rank);
        for (uint32_t r = 0; r < spec->rank; r++) tile[r * TILE + i % TILE] = row[r] * unit;
    }
    for (uint32_t u = 0; u < spec->n_users; u++) {
        float *row = truth->users + (size_t)u * spec->rank;
        vr_draw_normal(&users, u, row, spec->rank);
        for (uint32_t r = 0; r < spec->rank; r++) row[r] *= (float)spec->scale;
    }
}

static uint32_t test_part(uint32_t n) {
    return (n + TEST_PART / 2) / TEST_PART;
}

/* Log-normal numbers of interactions: the offsets of both splits. */
static void draw_activity(const vr_planted_spec *spec, vr_dataset *out) {
    vr_draw_key key = key_of(spec, STREAM_ACTIVITY);
    double mean = (double)spec->interactions / spec->n_users;
    uint32_t most = spec->n_items / MOST_PART;
    for (uint32_t u = 0; u < spec->n_users; u++) {
        float z;
        vr_draw_normal(&key, u, &z, 1);
        double wanted = mean * vr_exp_f64(spec->activity * ((double)z - spec->activity / 2)) + 0.5;
        uint32_t n = wanted >= most ? most : wanted <= FEWEST ? FEWEST : (uint32_t)wanted;
        out->train.offsets[u + 1] = out->train.offsets[u] + n - test_part(n);
        out->test.offsets[u + 1] = out->test.offsets[u] + test_part(n);
    }
}

/* The shift with which the mean of pi is about tau. The items are draws of one distribution, so the first ones are
   a sample. A step of log(tau / mean) never goes too far, because d log(mean) / d shift is between 0 and 1. */
static float solve_shift(const vr_planted_truth *truth, uint32_t user, double tau, float *pi) {
    size_t n = truth->n_items < SAMPLE ? truth->n_items : SAMPLE;
    float shift = (float)vr_log_f64(tau) - 2;
    for (int step = 0; step < STEPS; step++) {
        double sum = 0;
        tiles(truth, user, shift, n_tiles(n), pi);
        for (size_t i = 0; i < n; i++) sum += (double)pi[i];
        shift += (float)vr_log_f64(tau * (double)n / sum);
    }
    return shift;
}

/* --- one user's interactions ----------------------------------------------------------------------- */

typedef struct scratch {
    float *pi;               /* n_tiles x TILE */
    double *cumulated;       /* n_items: sum of pi up to and with the item */
    unsigned char *mark;     /* n_items: 0, or the split that the item is in */
    uint32_t *picks, *order; /* at most a quarter of the items */
    uint32_t *words;         /* four for each pick */
} scratch;
enum { TRAIN = 1, TEST = 2 };

static int new_scratch(scratch *s, size_t n_items) {
    size_t most = n_items / MOST_PART + 1;
    *s = (scratch){.pi = malloc(n_tiles(n_items) * TILE * sizeof *s->pi),
                   .cumulated = malloc(n_items * sizeof *s->cumulated),
                   .mark = calloc(n_items, 1),
                   .picks = malloc(most * sizeof *s->picks),
                   .order = malloc(most * sizeof *s->order),
                   .words = malloc(4 * most * sizeof *s->words)};
    return s->pi && s->cumulated && s->mark && s->picks && s->order && s->words;
}

static void free_scratch(scratch *s) {
    free(s->pi);
    free(s->cumulated);
    free(s->mark);
    free(s->picks);
    free(s->order);
    free(s->words);
}

/* The first item whose cumulated probability is above target. */
static uint32_t find(const double *cumulated, uint32_t n, double target) {
    uint32_t low = 0, left = n - 1; /* the last one is the answer when nothing before is */
    while (left > 0) {
        uint32_t half = left / 2;
        if (cumulated[low + half] > target) {
            left = half;
        } else {
            low += half + 1;
            left -= half + 1;
        }
    }
    return low;
}

/* n different items, one after the other in proportion to pi: an item that was drawn before is drawn again. */
static void pick_items(const vr_planted_spec *spec, uint32_t user, uint32_t n, scratch *s) {
    vr_draw_key key = key_of(spec, STREAM_PICKS);
    double total = s->cumulated[spec->n_items - 1];
    uint32_t found = 0, item = 0;
    for (; key.epoch < BATCHES && found < n; key.epoch++) {
        vr_draw_words(&key, user, s->words, 4 * (size_t)n);
        for (uint32_t i = 0; i < 2 * n && found < n; i++) {
            uint64_t bits = ((uint64_t)s->words[2 * i] << 32 | s->words[2 * i + 1]) >> 11;
            item = find(s->cumulated, spec->n_items, (double)bits * 0x1p-53 * total);
            if (s->mark[item]) continue;
            s->mark[item] = TRAIN;
            s->picks[found++] = item;
        }
    }
    while (found < n) { /* a user who has all the probable items already: the next ones by number */
        item = item + 1 < spec->n_items ? item + 1 : 0;
        if (s->mark[item]) continue;
        s->mark[item] = TRAIN;
        s->picks[found++] = item;
    }
}

/* The user's shift, pi and its sums. The shift from the sample is corrected when the whole row disagrees. */
static void sum_row(const vr_planted_spec *spec, uint32_t user, uint32_t n, scratch *s,
                    vr_planted_truth *truth) {
    double tau = spec->breadth * n / spec->n_items, sum = 0;
    truth->shift[user] = solve_shift(truth, user, tau, s->pi);
    for (int correction = 0;; correction++) {
        vr_planted_row(truth, user, s->pi);
        sum = 0;
        for (uint32_t i = 0; i < spec->n_items; i++) s->cumulated[i] = sum += (double)s->pi[i];
        double ratio = tau * spec->n_items / sum;
        if (correction == CORRECTIONS || (ratio > 0.8 && ratio < 1.25)) break;
        truth->shift[user] += (float)vr_log_f64(ratio);
    }
    truth->sum_pi[user] = sum;
}

static void write_user(const vr_planted_spec *spec, uint32_t user, scratch *s, vr_dataset *out) {
    uint32_t n_test = vr_csr_row_count(&out->test, user);
    uint32_t n = vr_csr_row_count(&out->train, user) + n_test;
    sum_row(spec, user, n, s, out->truth);
    pick_items(spec, user, n, s);
    vr_draw_key key = key_of(spec, STREAM_SPLIT);
    key.epoch = user;
    vr_draw_permutation(&key, s->order, n);
    for (uint32_t i = 0; i < n_test; i++) s->mark[s->picks[s->order[i]]] = TEST;
    uint32_t *train = out->train.columns + out->train.offsets[user];
    uint32_t *test = out->test.columns + out->test.offsets[user];
    for (uint32_t i = 0; i < spec->n_items; i++) { /* ascending, as rows must be */
        if (s->mark[i] == TRAIN) *train++ = i;
        if (s->mark[i] == TEST) *test++ = i;
    }
    memset(s->mark, 0, spec->n_items);
}

/* Each user's draws depend on the user alone, so threads may take them in any order. */
static int write_users(const vr_planted_spec *spec, vr_dataset *out) {
    int failed = 0;
#pragma omp parallel
    {
        scratch s;
        int ready = new_scratch(&s, spec->n_items);
        if (!ready) {
#pragma omp atomic write
            failed = 1;
        }
#pragma omp for schedule(dynamic, 64)
        for (uint32_t u = 0; u < spec->n_users; u++) {
            if (ready && !vr_interrupted) write_user(spec, u, &s, out);
        }
        free_scratch(&s);
    }
    return !failed;
}

static int new_split(const vr_planted_spec *spec, vr_csr *csr) {
    csr->n_rows = spec->n_users;
    csr->n_columns = spec->n_items;
    csr->offsets = calloc((size_t)spec->n_users + 1, sizeof *csr->offsets);
    return csr->offsets != NULL;
}

static int new_columns(vr_csr *csr) {
    csr->columns = malloc((vr_csr_count(csr) + 1) * sizeof *csr->columns);
    return csr->columns != NULL;
}

vr_status vr_planted_generate(const vr_planted_spec *spec, vr_dataset *out, vr_error *error) {
    vr_status status = check_spec(spec, error);
    if (status) return status;
    out->n_users = spec->n_users;
    out->n_items = spec->n_items;
    out->truth = new_truth(spec);
    int ready = out->truth && new_split(spec, &out->train) && new_split(spec, &out->test);
    if (ready) {
        draw_factors(spec, out->truth);
        draw_activity(spec, out);
        ready = new_columns(&out->train) && new_columns(&out->test) && write_users(spec, out);
    }
    if (!ready) return vr_fail(error, VR_INTERNAL, "no memory for a planted world");
    if (vr_interrupted) return vr_fail(error, VR_INTERRUPTED, "interrupted");
    return VR_OK;
}
