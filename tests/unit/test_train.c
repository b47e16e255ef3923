/* The training engine: bit-identity of its short cuts, and a plain double-precision twin of the protocol. */
#include <criterion/criterion.h>
#include <malloc.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/memory.h"
#include "base/sha256.h"
#include "loss/tau.h"
#include "num/draws.h"
#include "settings.h"
#include "data/split.h"
#include "train/dense.h"
#include "train/memory.h"
#include "train/train.h"

/* --- a small world -------------------------------------------------------------------------------- */

typedef struct world {
    vr_dataset data;
    uint64_t train_offsets[301], test_offsets[301];
    uint32_t train_columns[300 * 30], test_columns[300 * 5];
} world;

static void fill(vr_csr *csr, uint32_t n_users, uint32_t n_items, uint64_t *offsets,
                 uint32_t *columns, uint32_t most, uint32_t stream) {
    vr_draw_key key = {7, VR_STREAM_TEST + stream, 0};
    *csr = (vr_csr){n_users, n_items, offsets, columns};
    uint64_t n = 0;
    for (uint32_t u = 0; u < n_users; u++) {
        uint32_t draws[1 + 64], step = n_items / (most + 1);
        vr_draw_words(&key, u, draws, 1 + most);
        uint32_t degree = 2 + draws[0] % (most - 1), item = 0;
        for (uint32_t d = 0; d < degree; d++, n++) {
            item += 1 + draws[1 + d] % step;
            columns[n] = item;
        }
        offsets[u + 1] = n;
    }
}

static world *make_world(void) {
    world *w = calloc(1, sizeof *w);
    w->data.n_users = 300;
    w->data.n_items = 211;
    strcpy(w->data.name, "test");
    memset(w->data.hash, 'a', 64);
    fill(&w->data.train, 300, 211, w->train_offsets, w->train_columns, 30, 1);
    fill(&w->data.test, 300, 211, w->test_offsets, w->test_columns, 5, 2);
    return w;
}

static vr_train_spec make_spec(const char *settings) {
    return settings_spec("batch=64 negatives=20 lr=.01 epochs=3 schedule=fixed", settings);
}

static void hash_tables(const vr_trainer *t, char hex[VR_SHA256_HEX]) {
    vr_sha256 hash;
    vr_sha256_begin(&hash);
    const vr_table *tables[] = {&t->users, &t->items};
    for (int i = 0; i < 2; i++) {
        size_t bytes = (size_t)tables[i]->n_rows * tables[i]->stride * sizeof(float);
        vr_sha256_add(&hash, tables[i]->raw, bytes);
        vr_sha256_add(&hash, tables[i]->m, bytes);
        vr_sha256_add(&hash, tables[i]->v, bytes);
    }
    vr_sha256_end(&hash, hex);
}

typedef struct kernels {
    const vr_row_kernels *rows;
    const vr_tile_kernels *tiles;
} kernels;

/* Two epochs; the hash of all parameters and moments. Returns the number of steps whose clip acted. */
static int two_epochs(const vr_train_spec *spec, const vr_dataset *data, int naive,
                      const kernels *of, char hex[VR_SHA256_HEX]) {
    vr_trainer t;
    vr_error error;
    int clipped = 0;
    cr_assert_eq(vr_trainer_new(spec, data, &t, &error), VR_OK, "%s", error.text);
    t.naive = naive;
    if (of) t.kernels = of->rows;
    if (of && t.dense) t.dense->kernels = of->tiles;
    uint32_t n = vr_trainer_steps(&t);
    for (uint32_t epoch = 1; epoch <= 2; epoch++) {
        vr_epoch_begin(&t, epoch, spec->lr / epoch);
        for (uint32_t s = 0; s < n; s++) {
            vr_step(&t, epoch, s);
            clipped += t.steps[s].factor < 1;
        }
        vr_step_flush(&t, n);
    }
    hash_tables(&t, hex);
    vr_trainer_free(&t);
    return clipped;
}

/* dot and cosine, a dim with padding, every part of the protocol; clip: never, now and then, always */
static const char *const settings[] = {
    "loss=infonce t=.2 dim=64",
    "loss=infonce t=.2 dim=20 regularization=1e-3 clip=1e6",
    "loss=infonce t=1 similarity=dot dim=16 clip=1e-3",
    "loss=ccl dim=64 margin=.1 weight=10 dropout=.3",
    "loss=bpr similarity=dot reduction=mean dim=64 dropout=0 init=.1 clip=.05",
    "loss=mine+ t=.3 lambda=1.1 sharing=16 sampling=popularity dim=33",
    "loss=mse similarity=dot init=.1 regularization=0 dim=64",
    "loss=infonce-debiased t=.5 tau=count:3 positives=4 dim=64",
    "loss=ccl-debiased tau=scale:.5 positives=3 lambda=.5 margin=.2 dim=64",
    "loss=mse-debiased similarity=dot tau=count:3 positives=2 lambda=.3 init=.1 dim=64",
    "loss=ccl positive=hinge dropout=.5 init=.1 dim=2",
    "loss=sampled-softmax sampling=popularity similarity=dot init=.1 dim=64",
    "loss=ccl sharing=64 margin=.1 weight=10 dim=64 clip=.1",
    "loss=sampled-softmax sharing=20 sampling=popularity similarity=dot init=.1 dim=80",
    "loss=infonce-debiased sharing=32 t=.5 tau=count:3 positives=4 dim=64 negatives=100",
    "loss=infonce sampling=all t=.2 dim=64",
    "loss=ccl sampling=all margin=.05 weight=10 positive=hinge dropout=.3 dim=20",
    "loss=mse-debiased sampling=all similarity=dot tau=count:3 positives=2 lambda=.3 init=.1",
};
enum { N_SETTINGS = sizeof settings / sizeof *settings };

Test(train, dense_adam_of_missed_steps_equals_the_naive_full_table_update_to_the_last_bit) {
    world *w = make_world();
    int clipped = 0;
    for (int i = 0; i < N_SETTINGS; i++) {
        vr_train_spec spec = make_spec(settings[i]);
        char lazy[VR_SHA256_HEX], naive[VR_SHA256_HEX];
        int a = two_epochs(&spec, &w->data, 0, NULL, lazy),
            b = two_epochs(&spec, &w->data, 1, NULL, naive);
        cr_assert_str_eq(lazy, naive, "%s", settings[i]);
        cr_assert_eq(a, b);
        clipped += a;
    }
    cr_assert_gt(clipped, 50, "the clip must have acted somewhere, or this shows nothing about it");
    free(w);
}

/* 7 items are no whole bucket; user 1 has no train item; 9 pairs are no whole batch. */
Test(train, a_tiny_world_trains_and_its_short_cuts_keep_every_bit) {
    static uint64_t offsets[] = {0, 3, 3, 4, 9};
    static uint32_t columns[] = {0, 2, 6, 1, 0, 1, 3, 4, 5};
    vr_dataset data = {.n_users = 4, .n_items = 7, .train = {4, 7, offsets, columns}};
    const char *const tiny[] = {"loss=infonce t=.2 dim=64", "loss=mse similarity=dot dim=3 init=.1",
                                "loss=ccl-debiased tau=count:1 positives=2 margin=-1 dim=64",
                                "loss=mine+ t=.1 sampling=popularity negatives=1 batch=1 clip=1"};
    for (size_t i = 0; i < sizeof tiny / sizeof *tiny; i++) {
        vr_train_spec spec = make_spec(tiny[i]);
        char lazy[VR_SHA256_HEX], naive[VR_SHA256_HEX];
        two_epochs(&spec, &data, 0, NULL, lazy);
        two_epochs(&spec, &data, 1, NULL, naive);
        cr_assert_str_eq(lazy, naive, "%s", tiny[i]);
    }
}

Test(train, the_number_of_threads_does_not_change_a_bit) {
    world *w = make_world();
    for (int i = 0; i < N_SETTINGS; i++) {
        vr_train_spec spec = make_spec(settings[i]);
        char one[VR_SHA256_HEX], many[VR_SHA256_HEX];
        omp_set_num_threads(1);
        two_epochs(&spec, &w->data, 0, NULL, one);
        /* more threads than cores are slow, and two settings show it as well as ten */
        for (int threads = 2; threads <= (i < 2 ? 8 : 3); threads += threads == 2 ? 1 : 5) {
            omp_set_num_threads(threads);
            two_epochs(&spec, &w->data, 0, NULL, many);
            cr_assert_str_eq(one, many, "%s with %d threads", settings[i], threads);
        }
    }
    omp_set_num_threads(2);
    free(w);
}

extern const vr_row_kernels vr_row_kernels_avx2, vr_row_kernels_avx512;
extern const vr_tile_kernels vr_tile_kernels_avx2, vr_tile_kernels_avx512;

Test(train, avx2_and_avx512_give_the_same_bits) {
    if (!__builtin_cpu_supports("avx512f")) return;
    world *w = make_world();
    const kernels avx2 = {&vr_row_kernels_avx2, &vr_tile_kernels_avx2},
                  avx512 = {&vr_row_kernels_avx512, &vr_tile_kernels_avx512};
    for (int i = 0; i < N_SETTINGS; i++) {
        vr_train_spec spec = make_spec(settings[i]);
        char narrow[VR_SHA256_HEX], wide[VR_SHA256_HEX];
        two_epochs(&spec, &w->data, 0, &avx2, narrow);
        two_epochs(&spec, &w->data, 0, &avx512, wide);
        cr_assert_str_eq(narrow, wide, "%s", settings[i]);
    }
    free(w);
}

static int same_numbers(const float *a, const float *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (memcmp(a + i, b + i, sizeof *a) != 0 && !(isnan(a[i]) && isnan(b[i]))) return 0;
    return 1;
}

/* A gradient of 0 has a short cut, which must not be taken when the row has an infinity or a NaN. */
Test(train, one_pass_over_a_row_gives_the_bits_of_its_three_parts) {
    enum { N = 64, PARTS = 5 /* raw, m, v, unit, gradient */ };
    static const float special[] = {1, NAN, INFINITY, -INFINITY, 1e30f, 1e-30f, 0};
    static float parts[2][PARTS][N] __attribute__((aligned(64)));
    const vr_row_kernels *all[] = {&vr_row_kernels_avx2, &vr_row_kernels_avx512};
    vr_draw_key key = {3, VR_STREAM_TEST, 0};
    vr_adam_step step = {1e-3f, 1.1f, .5f};
    for (int isa = 0; isa < (__builtin_cpu_supports("avx512dq") ? 2 : 1); isa++)
        for (uint32_t turn = 0; turn < 7 * 4; turn++) {
            const vr_row_kernels *k = all[isa];
            float *raw = parts[0][0], *m = parts[0][1], *v = parts[0][2], *unit = parts[0][3],
                  *gradient = parts[0][4], inverse[2];
            for (int i = 0; i < 3; i++)
                vr_draw_normal(&key, turn * 8 + (uint32_t)i, parts[0][i], N);
            memset(gradient, 0, sizeof parts[0][4]);
            if (turn % 4 == 1) gradient[turn] = -0.f;
            if (turn % 4 == 2) gradient[turn] = 1e-3f;
            if (turn / 4 < 6) raw[turn + 9] = special[turn / 4];
            for (int c = 0; c < N; c++) {
                if (turn % 4 == 3) gradient[c] = m[c];
                if (turn / 4 == 6) raw[c] = 0;
                v[c] *= v[c];
            }
            inverse[0] = inverse[1] = k->normalise(raw, N, unit);
            memcpy(parts[1], parts[0], sizeof parts[0]);
            inverse[0] = k->adam_unit(raw, m, v, unit, gradient, N, inverse[0], step, 1e-4f);
            k->project(parts[1][4], parts[1][3], N, inverse[1]);
            k->adam(parts[1][0], parts[1][1], parts[1][2], parts[1][4], N, step, 1e-4f);
            inverse[1] = k->normalise(parts[1][0], N, parts[1][3]);
            for (int i = 0; i < 4; i++)
                cr_assert(same_numbers(parts[0][i], parts[1][i], N), "part %d, turn %u", i, turn);
            cr_assert(same_numbers(&inverse[0], &inverse[1], 1), "turn %u", turn);
        }
}

Test(train, another_seed_gives_other_tables) {
    world *w = make_world();
    char a[VR_SHA256_HEX], b[VR_SHA256_HEX];
    vr_train_spec spec = make_spec("loss=ccl");
    two_epochs(&spec, &w->data, 0, NULL, a);
    spec.seed++;
    two_epochs(&spec, &w->data, 0, NULL, b);
    cr_assert_str_neq(a, b);
    free(w);
}

/* --- the protocol in plain double precision -------------------------------------------------------- */

typedef struct twin {
    uint32_t dim, n[2];
    double *p[2], *m[2], *v[2], *g[2]; /* users, items */
} twin;

static twin twin_new(const vr_trainer *t) {
    twin w = {.dim = t->spec->dim, .n = {t->users.n_rows, t->items.n_rows}};
    const vr_table *tables[] = {&t->users, &t->items};
    for (int k = 0; k < 2; k++) {
        size_t n = (size_t)w.n[k] * w.dim;
        w.p[k] = calloc(n, sizeof(double));
        w.m[k] = calloc(n, sizeof(double));
        w.v[k] = calloc(n, sizeof(double));
        w.g[k] = calloc(n, sizeof(double));
        for (uint32_t r = 0; r < w.n[k]; r++)
            for (uint32_t c = 0; c < w.dim; c++)
                w.p[k][(size_t)r * w.dim + c] =
                    (double)tables[k]->raw[(size_t)r * tables[k]->stride + c];
    }
    return w;
}

static void twin_free(twin *w) {
    for (int k = 0; k < 2; k++) {
        free(w->p[k]);
        free(w->m[k]);
        free(w->v[k]);
        free(w->g[k]);
    }
}

/* unit = row / |row|, or the row itself; returns 1 / |row| or 1 */
static double twin_unit(const twin *w, int table, uint32_t row, int cosine, double *unit) {
    const double *p = w->p[table] + (size_t)row * w->dim;
    double norm2 = 0;
    for (uint32_t c = 0; c < w->dim; c++) norm2 += p[c] * p[c];
    double inverse = cosine ? 1 / sqrt(norm2) : 1;
    for (uint32_t c = 0; c < w->dim; c++) unit[c] = p[c] * inverse;
    return inverse;
}

/* gradient += d(unit row)/d(row)^T of `of_unit` */
static void twin_back(twin *w, int table, uint32_t row, int cosine, const double *of_unit) {
    double unit[64], along = 0, inverse = twin_unit(w, table, row, cosine, unit);
    for (uint32_t c = 0; c < w->dim; c++) along += cosine ? of_unit[c] * unit[c] : 0;
    for (uint32_t c = 0; c < w->dim; c++)
        w->g[table][(size_t)row * w->dim + c] += (of_unit[c] - along * unit[c]) * inverse;
}

/* One pair: everything by its definition, scores one at a time, items' gradients added one at a time. */
static double twin_pair(twin *w, const vr_trainer *t, uint32_t epoch, uint32_t position,
                        uint32_t n_pairs) {
    const vr_train_spec *spec = t->spec;
    const vr_csr *train = &t->dataset->train;
    uint32_t pair = t->order[position], user = t->pair_users[pair], n = spec->negatives;
    uint32_t m = t->loss->needs_pos_samples ? spec->positives : 0, ids[128], words[64];
    int cosine = spec->similarity == VR_COSINE;
    double u[64], factors[64], items[128][64], scores[128], grads[128], of_user[64] = {0};
    vr_draw_key negative = {spec->seed, VR_STREAM_NEGATIVES, epoch},
                positive = {spec->seed, VR_STREAM_POSITIVES, epoch},
                drop = {spec->seed, VR_STREAM_DROPOUT, epoch};
    ids[0] = train->columns[pair];
    uint32_t group = position - position % spec->batch % spec->sharing;
    if (spec->sampling == VR_SAMPLE_UNIFORM)
        vr_draw_below(&negative, group, train->n_columns, ids + 1, n);
    else {
        vr_draw_below(&negative, group, (uint32_t)vr_csr_count(train), ids + 1, n);
        for (uint32_t j = 1; j <= n; j++) ids[j] = train->columns[ids[j]];
    }
    vr_draw_below(&positive, position, vr_csr_row_count(train, user), ids + 1 + n, m);
    for (uint32_t k = 1 + n; k < 1 + n + m; k++)
        ids[k] = train->columns[train->offsets[user] + ids[k]];
    vr_draw_words(&drop, position, words, 64);
    twin_unit(w, 0, user, cosine, u);
    for (uint32_t c = 0; c < w->dim; c++) {
        factors[c] = words[c] * 0x1p-32 < spec->dropout ? 0 : 1 / (1 - spec->dropout);
        u[c] *= factors[c];
    }
    for (uint32_t j = 0; j < 1 + n + m; j++) {
        twin_unit(w, 1, ids[j], cosine, items[j]);
        scores[j] = 0;
        for (uint32_t c = 0; c < w->dim; c++) scores[j] += u[c] * items[j][c];
    }
    vr_loss_params params = spec->params;
    params.tau_plus =
        vr_tau_count(vr_csr_row_count(train, user), spec->tau_value, train->n_columns);
    vr_scores_f64 in = {.pos = scores[0],
                        .neg = scores + 1,
                        .n_neg = n,
                        .pos_samples = scores + 1 + n,
                        .n_pos_samples = m};
    vr_gradient_f64 out = {.neg = grads + 1, .pos_samples = grads + 1 + n};
    double loss = t->loss->f64(&in, &params, &out), q[64];
    grads[0] = out.pos;
    if (spec->positive == VR_POSITIVE_HINGE && scores[0] > 1) {
        loss -= 1 - scores[0];
        grads[0] = 0;
    }
    if (strcmp(spec->loss, "sampled-softmax") == 0) {
        for (uint32_t j = 0; j < n; j++) {
            uint32_t times = 0;
            for (uint64_t p = 0; p < vr_csr_count(train); p++)
                times += train->columns[p] == ids[1 + j];
            q[j] = spec->sampling == VR_SAMPLE_UNIFORM
                       ? 1. / train->n_columns
                       : (double)times / (double)vr_csr_count(train);
        }
        in.neg_q = q;
        loss = t->loss->f64(&in, &params, &out);
        grads[0] = out.pos;
    }
    for (uint32_t j = 0; j < 1 + n + m; j++) {
        double of_item[64];
        for (uint32_t c = 0; c < w->dim; c++) {
            of_item[c] = grads[j] / n_pairs * u[c];
            of_user[c] += grads[j] / n_pairs * items[j][c] * factors[c];
        }
        twin_back(w, 1, ids[j], cosine, of_item);
    }
    twin_back(w, 0, user, cosine, of_user);
    return loss;
}

static void twin_adam(twin *w, const vr_train_spec *spec, double lr, uint64_t step) {
    double norm2 = 0;
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < (size_t)w->n[k] * w->dim; i++) {
            w->g[k][i] += spec->regularization * w->p[k][i];
            norm2 += w->g[k][i] * w->g[k][i];
        }
    double factor = fmin(1, spec->clip / (sqrt(norm2) + 1e-6));
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < (size_t)w->n[k] * w->dim; i++) {
            double g = factor * w->g[k][i];
            w->m[k][i] = .9 * w->m[k][i] + .1 * g;
            w->v[k][i] = .999 * w->v[k][i] + .001 * g * g;
            double m = w->m[k][i] / (1 - pow(.9, (double)step)),
                   v = w->v[k][i] / (1 - pow(.999, (double)step));
            w->p[k][i] -= lr * m / (sqrt(v) + 1e-8);
            w->g[k][i] = 0;
        }
}

/* The largest difference of the item tables after `steps` steps, relative to the largest entry. */
static double distance_from_twin(const char *setting, uint32_t steps, double twin_rate) {
    world *w = make_world();
    vr_train_spec spec = make_spec(setting);
    vr_trainer t;
    vr_error error;
    cr_assert_eq(vr_trainer_new(&spec, &w->data, &t, &error), VR_OK);
    twin other = twin_new(&t);
    vr_epoch_begin(&t, 1, spec.lr);
    for (uint32_t s = 0; s < steps; s++) {
        double loss = vr_step(&t, 1, s), expected = 0;
        for (uint32_t p = 0; p < spec.batch; p++)
            expected += twin_pair(&other, &t, 1, s * spec.batch + p, spec.batch);
        twin_adam(&other, &spec, spec.lr * twin_rate, s + 1);
        if (twin_rate == 1)
            cr_assert_float_eq(loss, expected, 1e-3 * (1 + fabs(expected)),
                               "%s: step %u: %g, expected %g", setting, s, loss, expected);
    }
    vr_step_flush(&t, steps);
    double worst = 0, largest = 0;
    const vr_table *tables[] = {&t.users, &t.items};
    for (int k = 0; k < 2; k++)
        for (uint32_t r = 0; r < other.n[k]; r++)
            for (uint32_t c = 0; c < other.dim; c++) {
                double x = other.p[k][(size_t)r * other.dim + c],
                       y = (double)tables[k]->raw[(size_t)r * tables[k]->stride + c];
                worst = fmax(worst, fabs(x - y));
                largest = fmax(largest, fabs(x));
            }
    twin_free(&other);
    vr_trainer_free(&t);
    free(w);
    return worst / largest;
}

/* init=.1: with tiny tables Adam's first step is the sign of a gradient, and rounding decides some signs. float has
   24 bits; a few hundred roundings a row and step, amplified by m / sqrt(v), stay below 1e-3 of the largest entry. */
static const char *const twins[] = {
    "loss=infonce t=.2 init=.1 dim=64",
    "loss=ccl margin=-.05 weight=10 init=.1 dim=20 dropout=.3",
    "loss=bpr similarity=dot init=.3 dim=64 clip=.05",
    "loss=mine+ t=.5 lambda=1.2 init=.1 dim=48 regularization=1e-2",
    "loss=infonce-debiased t=.5 tau=count:3 positives=4 init=.1 dim=64",
    "loss=mse-debiased similarity=dot tau=count:3 positives=2 lambda=.3 init=.3 dim=64",
    "loss=ccl positive=hinge dropout=.5 init=.1 dim=2",
    "loss=sampled-softmax similarity=dot init=.3 dim=32",
    "loss=sampled-softmax sampling=popularity similarity=dot init=.3 dim=32",
    "loss=infonce t=.2 init=.1 dim=64 sharing=24",
    "loss=ccl margin=-.05 weight=10 init=.1 dim=20 dropout=.3 sharing=32",
    "loss=bpr similarity=dot init=.3 dim=40 clip=.05 sharing=16",
    "loss=infonce-debiased t=.5 tau=count:3 positives=4 init=.1 dim=64 sharing=64",
    "loss=sampled-softmax sampling=popularity similarity=dot init=.3 dim=32 sharing=17",
    "loss=infonce t=.2 init=.1 dim=64 sharing=5",
};

Test(train, steps_follow_the_protocol_in_plain_double_precision) {
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
        double distance = distance_from_twin(twins[i], 20, 1);
        cr_assert_lt(distance, 1e-3, "%s: %g", twins[i], distance);
        /* negative control: a rate that is wrong by a hundredth is seen */
        cr_assert_gt(distance_from_twin(twins[i], 20, 1.01), 1e-3, "%s", twins[i]);
    }
}

/* --- whole runs ------------------------------------------------------------------------------------ */

static int stop_after;
static void stop(void *context, const vr_epoch *epoch, double train_seconds, double eval_seconds) {
    (void)context, (void)train_seconds, (void)eval_seconds;
    if ((int)epoch->epoch == stop_after) vr_interrupted = 1;
}

static void assert_same(const vr_train_result *a, const vr_train_result *b) {
    cr_assert_eq(a->n_epochs, b->n_epochs);
    cr_assert_eq(a->best_epoch, b->best_epoch);
    cr_assert_arr_eq(a->epochs, b->epochs, a->n_epochs * sizeof *a->epochs);
    cr_assert_arr_eq(a->users.values, b->users.values,
                     (size_t)a->users.n_rows * a->users.n_columns * sizeof(float));
    cr_assert_arr_eq(a->items.values, b->items.values,
                     (size_t)a->items.n_rows * a->items.n_columns * sizeof(float));
}

/* Any changed byte of a checkpoint's header (184 bytes) or of its first epochs is noticed. */
static void assert_header_is_guarded(const char *path, const vr_train_spec *spec,
                                     const vr_dataset *data) {
    vr_train_hooks hooks = {.checkpoint = path};
    for (long at = 0; at < 200; at += at < 144 ? 16 : 1) {
        vr_train_result result;
        vr_error error = {.text = ""};
        FILE *file = fopen(path, "r+b");
        fseek(file, at, SEEK_SET);
        int byte = fgetc(file);
        for (int damaged = 1; damaged >= 0; damaged--) {
            fseek(file, at, SEEK_SET);
            fputc(damaged ? byte ^ 1 : byte, file);
            fflush(file);
            if (damaged)
                cr_assert_eq(vr_train(spec, data, &hooks, &result, &error), VR_BAD_DATA, "byte %ld",
                             at);
        }
        fclose(file);
    }
}

Test(train, a_run_that_is_interrupted_and_resumed_ends_in_the_same_bytes) {
    world *w = make_world();
    vr_error error = {.text = ""};
    const char *const schedules[] = {
        "loss=infonce t=.2 schedule=simplex patience=3 epochs=8 lr=.05",
        "loss=ccl schedule=paper patience=1 epochs=8 lr=.05"};
    for (int i = 0; i < 2; i++) {
        vr_train_spec spec = make_spec(schedules[i]);
        vr_train_result whole, resumed;
        char path[] = "/tmp/verirec-test-XXXXXX";
        close(mkstemp(path));
        unlink(path);
        cr_assert_eq(vr_train(&spec, &w->data, NULL, &whole, &error), VR_OK, "%s", error.text);
        vr_train_hooks hooks = {.checkpoint = path, .on_epoch = stop};
        for (stop_after = 1; stop_after <= 3; stop_after++) {
            vr_interrupted = 0;
            cr_assert_eq(vr_train(&spec, &w->data, &hooks, &resumed, &error), VR_INTERRUPTED);
        }
        vr_interrupted = 0;
        stop_after = -1;
        cr_assert_eq(vr_train(&spec, &w->data, &hooks, &resumed, &error), VR_OK, "%s", error.text);
        assert_same(&whole, &resumed);
        vr_train_result_free(&resumed);
        /* another run's checkpoint, and a damaged one, are refused */
        spec.seed++;
        cr_assert_eq(vr_train(&spec, &w->data, &hooks, &resumed, &error), VR_BAD_DATA);
        spec.seed--;
        assert_header_is_guarded(path, &spec, &w->data);
        truncate(path, 5000);
        cr_assert_eq(vr_train(&spec, &w->data, &hooks, &resumed, &error), VR_BAD_DATA);
        vr_train_result_free(&whole);
        unlink(path);
    }
    free(w);
}

Test(train, settings_that_no_machine_has_room_for_are_refused) {
    world *w = make_world();
    vr_trainer t;
    vr_error error = {.text = ""};
    vr_train_spec spec = make_spec("loss=ccl batch=1e6 negatives=1e6");
    cr_assert_eq(vr_trainer_new(&spec, &w->data, &t, &error), VR_USAGE);
    cr_assert(strstr(error.text, "2^32 - 1"), "%s", error.text);
    spec = make_spec("loss=ccl dim=4096");
    w->data.n_users = UINT32_MAX; /* 300 TiB */
    cr_assert_eq(vr_trainer_new(&spec, &w->data, &t, &error), VR_USAGE);
    cr_assert(strstr(error.text, "GiB") && strstr(error.text, "dim = 4096"), "%s", error.text);
    free(w);
}

#ifndef __SANITIZE_ADDRESS__ /* whose own bookkeeping is resident too */
/* Resident bytes of this process. */
static double resident(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    cr_assert(file && fscanf(file, "%*d %ld", &pages) == 1);
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* n pairs a user, for the memory model; no items need be there. */
static vr_csr empty_rows(uint32_t n_users, uint32_t n_items, uint32_t n) {
    vr_csr csr = {n_users, n_items, calloc(n_users + 1u, sizeof *csr.offsets),
                  calloc((size_t)n_users * n + 1, sizeof *csr.columns)};
    for (uint32_t u = 0; u < n_users; u++) csr.offsets[u + 1] = csr.offsets[u] + n;
    return csr;
}

/* Everything but the ranking and the best tables, which the trainer does not hold; those are 1 of 5 (cosine) or 4
   copies. Small arrays are not modelled: 10 %. (CCL may take less: its inactive negatives are never written.) */
Test(train, the_memory_model_counts_what_a_trainer_takes) {
    const struct {
        const char *settings;
        uint32_t users, items, pairs, copies;
        int threads;
    } cases[] = {
        {"loss=mine+ t=.4 dim=64 batch=512 negatives=800", 20000, 30000, 20, 5, 2},
        {"loss=infonce t=.2 dim=128 batch=512 negatives=100", 30000, 10000, 50, 5, 1},
        {"loss=mse similarity=dot dim=20 batch=1024 negatives=50", 5000, 60000, 10, 4, 3},
        {"loss=mse-debiased tau=count:0 positives=20 dim=64 batch=4096 negatives=2000", 10000,
         20000, 10, 5, 2},
        {"loss=mine+ t=.4 sharing=64 dim=64 batch=2048 negatives=2000", 10000, 20000, 10, 5, 2},
        {"loss=infonce t=.4 sampling=all dim=64 batch=4096", 10000, 20000, 10, 5, 2},
        {"loss=mse sampling=all dim=200 batch=512", 10000, 20000, 10, 5, 3},
    };
    int threads = omp_get_max_threads();
    /* what one case frees goes back to the kernel, so that the next one's pages are new */
    mallopt(M_MMAP_THRESHOLD, 128 << 10);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vr_train_spec spec = make_spec(cases[i].settings);
        vr_dataset data = {.n_users = cases[i].users,
                           .n_items = cases[i].items,
                           .train = empty_rows(cases[i].users, cases[i].items, cases[i].pairs),
                           .test = empty_rows(cases[i].users, cases[i].items, 0)};
        vr_trainer t;
        vr_error error = {.text = ""};
        omp_set_num_threads(cases[i].threads);
        vr_extent extent = vr_extent_of(&data);
        vr_memory model = vr_memory_needed(&spec, &extent, cases[i].threads);
        malloc_trim(0);
        double before = resident();
        cr_assert_eq(vr_trainer_new(&spec, &data, &t, &error), VR_OK, "%s", error.text);
        vr_epoch_begin(&t, 1, spec.lr);
        for (uint32_t s = 0; s < 4; s++) vr_step(&t, 1, s);
        double taken = resident() - before, best = model.tables / cases[i].copies;
        double modelled = model.tables - best + model.pairs + model.step;
        cr_assert_float_eq(modelled / taken, 1, .1, "%s: model %.1f MiB, taken %.1f MiB",
                           cases[i].settings, modelled / 0x1p20, taken / 0x1p20);
        double largest = fmax(model.tables - best, fmax(model.pairs, model.step));
        cr_assert_gt(taken, 1.1 * (modelled - largest / 2), "half of a term missing would show");
        vr_trainer_free(&t);
        vr_dataset_free(&data);
    }
    omp_set_num_threads(threads);
}
#endif

Test(train, a_run_beyond_the_given_memory_is_refused_with_what_it_needs) {
    world *w = make_world();
    vr_error error = {.text = ""};
    vr_train_spec spec = make_spec("loss=ccl dim=64");
    vr_extent extent = vr_extent_of(&w->data);
    double need = vr_memory_needed(&spec, &extent, 1).run;
    cr_assert_eq(vr_memory_check(&spec, &extent, 1, need, &error), VR_OK);
    cr_assert_eq(vr_memory_check(&spec, &extent, 1, 0, &error), VR_OK); /* not known */
    cr_assert_eq(vr_memory_check(&spec, &extent, 1, .99 * need, &error), VR_USAGE);
    cr_assert(strstr(error.text, "dim = 64") && strstr(error.text, "211 items"), "%s", error.text);
    cr_assert_gt(vr_memory_available(), 0x1p20);
    free(w);
}

/* The hook changes the team before every step, and more threads than at the start need more room. */
static int other_threads(void *context) {
    static const int team[] = {1, 3, 2, 5, 1, 4};
    uint32_t *asked = context;
    return team[(*asked)++ % 6];
}

static int stop_at_once(void *context) {
    (void)context;
    return 0;
}

Test(train, threads_that_change_from_step_to_step_do_not_change_a_bit) {
    world *w = make_world();
    const char *const changing[] = {"loss=mine+ t=.3 dim=64",
                                    "loss=sampled-softmax sampling=popularity"};
    int threads = omp_get_max_threads();
    for (int i = 0; i < 2; i++) {
        vr_train_spec spec = make_spec(changing[i]);
        vr_train_result one, other;
        vr_error error = {.text = ""};
        uint32_t asked = 0;
        vr_train_hooks hooks = {.threads = other_threads, .context = &asked};
        omp_set_num_threads(1);
        cr_assert_eq(vr_train(&spec, &w->data, NULL, &one, &error), VR_OK, "%s", error.text);
        cr_assert_eq(vr_train(&spec, &w->data, &hooks, &other, &error), VR_OK, "%s", error.text);
        cr_assert_gt(asked, 12);
        assert_same(&one, &other);
        hooks.threads = stop_at_once;
        vr_train_result_free(&other);
        cr_assert_eq(vr_train(&spec, &w->data, &hooks, &other, &error), VR_INTERRUPTED);
        vr_train_result_free(&one);
    }
    omp_set_num_threads(threads);
    free(w);
}

Test(train, a_gradient_too_large_for_float_ends_the_run_instead_of_stalling_it) {
    world *w = make_world();
    vr_error error;
    vr_train_result result;
    vr_train_spec spec = make_spec("loss=mse similarity=dot init=100 lambda=1e20 dim=16");
    cr_assert_neq(vr_train(&spec, &w->data, NULL, &result, &error), VR_OK);
    cr_assert(strstr(error.text, "diverged"), "%s", error.text);
    free(w);
}

Test(train, simplex_schedule_takes_a_tenth_of_the_rate_after_a_miss_and_ends_after_three) {
    world *w = make_world();
    vr_error error;
    vr_train_result result;
    vr_train_spec spec =
        make_spec("loss=infonce t=.2 schedule=simplex patience=3 epochs=100 lr=.1");
    cr_assert_eq(vr_train(&spec, &w->data, NULL, &result, &error), VR_OK);
    double best = -1;
    uint32_t misses = 0;
    for (uint32_t e = 0; e < result.n_epochs; e++) {
        if (e && misses)
            cr_assert_float_eq(result.epochs[e].lr, fmax(.1 * result.epochs[e - 1].lr, 1e-6),
                               1e-12);
        else if (e)
            cr_assert_eq(result.epochs[e].lr, result.epochs[e - 1].lr);
        misses = result.epochs[e].recall > best + 1e-6 ? 0 : misses + 1;
        best = fmax(best, result.epochs[e].recall);
    }
    cr_assert_eq(misses, 3u);
    cr_assert_eq(result.recall, best);
    vr_train_result_free(&result);
    free(w);
}

Test(train, paper_schedule_halves_the_rate_on_a_plateau_and_ends_below_a_millionth) {
    world *w = make_world();
    vr_error error;
    vr_train_result result;
    vr_train_spec spec =
        make_spec("loss=infonce t=.2 schedule=paper patience=2 epochs=1000 lr=1e-4");
    cr_assert_eq(vr_train(&spec, &w->data, NULL, &result, &error), VR_OK);
    const vr_epoch *last = &result.epochs[result.n_epochs - 1];
    cr_assert_geq(last->lr, 1e-6);
    cr_assert_lt(last->lr * .5, 1e-6);
    vr_train_result_free(&result);
    free(w);
}

/* A held-out part is measured on instead of test: the run is that of the split data set, and test is never read. */
Test(train, with_a_holdout_the_test_split_is_not_looked_at) {
    world *w = make_world();
    vr_error error;
    vr_dataset part;
    vr_train_result held, blind, split;
    vr_train_spec spec = make_spec("loss=mine t=.2 schedule=fixed epochs=2 lr=.05"), plain = spec;
    settings_into(&spec, "holdout=.3");
    cr_assert_eq(vr_train(&spec, &w->data, NULL, &held, &error), VR_OK, "%s", error.text);
    vr_dataset other = w->data;
    other.test = w->data.train; /* any other one */
    cr_assert_eq(vr_train(&spec, &other, NULL, &blind, &error), VR_OK);
    cr_assert_eq(memcmp(held.epochs, blind.epochs, held.n_epochs * sizeof *held.epochs), 0);
    cr_assert_eq(vr_dataset_holdout(&w->data, .3, spec.seed, &part, &error), VR_OK);
    cr_assert_eq(vr_train(&plain, &part, NULL, &split, &error), VR_OK);
    cr_assert_eq(memcmp(held.epochs, split.epochs, held.n_epochs * sizeof *held.epochs), 0);
    vr_train_result_free(&split);
    cr_assert_eq(vr_train(&plain, &w->data, NULL, &split, &error), VR_OK); /* control */
    cr_assert_neq(memcmp(held.epochs, split.epochs, held.n_epochs * sizeof *held.epochs), 0);
    vr_train_result_free(&held);
    vr_train_result_free(&blind);
    vr_train_result_free(&split);
    vr_dataset_free(&part);
    free(w);
}

/* result = last gives the tables of the last epoch, also where an earlier one measured better. */
Test(train, the_last_epoch_is_the_result_where_that_is_asked_for) {
    world *w = make_world();
    vr_error error;
    vr_train_result best, last;
    vr_train_spec spec = make_spec("loss=mine t=.2 schedule=fixed epochs=4 lr=1e-9");
    cr_assert_eq(vr_train(&spec, &w->data, NULL, &best, &error), VR_OK);
    cr_assert_lt(best.best_epoch, 4u); /* at this rate the ranking stands still */
    settings_into(&spec, "result=last");
    cr_assert_eq(vr_train(&spec, &w->data, NULL, &last, &error), VR_OK);
    cr_assert_eq(memcmp(best.epochs, last.epochs, 4 * sizeof *last.epochs), 0);
    cr_assert_eq(last.best_epoch, 4u);
    cr_assert_eq(last.recall, last.epochs[3].recall);
    cr_assert_neq(
        memcmp(best.users.values, last.users.values,
               (size_t)last.users.n_rows * last.users.n_columns * sizeof *last.users.values),
        0);
    vr_train_result_free(&best);
    vr_train_result_free(&last);
    settings_into(&spec, "schedule=paper");
    cr_assert_eq(vr_spec_check(&spec, "test", &error), VR_USAGE);
    free(w);
}

/* --- the spec -------------------------------------------------------------------------------------- */

Test(spec, canonical_text_names_only_what_the_loss_uses_and_reads_back_the_same) {
    vr_train_spec spec = make_spec("loss=ccl-debiased lambda=.7 positives=20 lr=1e-4"),
                  again = vr_spec_default();
    char text[4096], other[4096], *save;
    vr_error error;
    vr_spec_canonical(&spec, text, sizeof text);
    cr_assert(strstr(text, "lambda=0.7\n") && strstr(text, "tau=count:20\n") &&
                  strstr(text, "positives=20\n"),
              "%s", text);
    cr_assert(!strstr(text, "weight=") && !strstr(text, "reduction=") && !strstr(text, "\nt="),
              "%s", text);
    strcpy(other, text);
    for (char *line = strtok_r(other, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *equals = strchr(line, '=');
        *equals = 0;
        cr_assert_eq(vr_spec_set(&again, line, equals + 1, "test", &error), VR_OK, "%s",
                     error.text);
    }
    vr_spec_check(&again, "test", &error);
    vr_spec_canonical(&again, other, sizeof other);
    cr_assert_str_eq(text, other);
}

Test(spec, wrong_keys_values_and_parameters_are_named) {
    static const struct {
        const char *key, *value, *says;
    } cases[] = {
        {"epoch", "3", "\"epoch\"; did you mean \"epochs\"?"},
        {"lr", "fast", "lr = \"fast\" is not a number"},
        {"lr", "-1", "out of range"},
        {"batch", "2.5", "whole number"},
        {"dropout", "1", "out of range"},
        {"tau", "20", "count:K"},
        {"seed", "-3", "2^64-1"},
        {"similarity", "cos", "dot|cosine"},
        {"loss", "infonec", "infonce"},
        {"lr", "nan", "is not a number"},
        {"negatives", "0", "out of range"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vr_train_spec spec = vr_spec_default();
        vr_error error = {.text = ""};
        cr_assert_eq(vr_spec_set(&spec, cases[i].key, cases[i].value, "x.cfg:7", &error), VR_USAGE,
                     "%s", cases[i].key);
        cr_assert(strstr(error.text, cases[i].says) && strstr(error.text, "x.cfg:7"), "%s",
                  error.text);
    }
    vr_train_spec spec = vr_spec_default();
    vr_error error;
    vr_spec_set(&spec, "loss", "infonce", "", &error);
    vr_spec_set(&spec, "weight", "3", "", &error);
    cr_assert_eq(vr_spec_check(&spec, "x", &error), VR_USAGE); /* infonce has no weight */
    spec = vr_spec_default();
    vr_spec_set(&spec, "loss", "mine+", "", &error);
    cr_assert_eq(vr_spec_check(&spec, "x", &error), VR_USAGE); /* mine+ needs t */
    /* a key that is no part of the run's name must not change the run */
    spec = vr_spec_default();
    vr_spec_set(&spec, "reduction", "mean", "", &error);
    cr_assert_eq(vr_spec_check(&spec, "x", &error), VR_USAGE);
    vr_spec_set(&spec, "loss", "bpr", "", &error);
    cr_assert_eq(vr_spec_check(&spec, "x", &error), VR_OK);
}
