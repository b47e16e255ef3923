/* Calls every hot kernel once on fixed inputs, for tests/count.sh: under callgrind each call is counted alone,
   and its part of the output is named "KERNEL<tab>INPUTS". Prints the compiler. Without callgrind it only runs.

   What is counted is the whole call, with what it calls. The inputs are made before; they are the same numbers
   everywhere, and so is the AVX2 copy of the kernels, for callgrind knows no AVX-512. */
#include <math.h>
#include <omp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "count.h"
#include "data/dataset.h"
#include "eval/rank.h"
#include "loss/loss.h"
#include "model/rows.h"
#include "model/tiles.h"
#include "num/draws.h"
#include "num/draws_kernel.h"
#include "num/vector.h"
#include "train/step.h"

enum { ROWS = 4096, NEGATIVES = 800, POSITIVES = 20, PAIRS = 256, TRIPLES = 1600, MANY = 64 };

void count_done(const char *kernel, const char *inputs) {
    char name[256];
    snprintf(name, sizeof name, "%s\t%s", kernel, inputs);
    CALLGRIND_DUMP_STATS_AT(name);
}

void count_stop(const char *format, ...) {
    va_list values;
    va_start(values, format);
    fputs("count: ", stderr);
    vfprintf(stderr, format, values);
    va_end(values);
    fputc('\n', stderr);
    exit(2);
}

/* --- fixed inputs -------------------------------------------------------------------------------- */

void *count_room(size_t n, size_t size) {
    void *values = aligned_alloc(64, (n * size / 64 + 1) * 64);
    if (!values) count_stop("no memory");
    memset(values, 0, (n * size / 64 + 1) * 64);
    return values;
}

static const vr_draw_key key = {7, VR_STREAM_TEST, 1};

static uint32_t *ids_below(uint32_t bound, size_t n) {
    uint32_t *ids = count_room(n, sizeof *ids);
    vr_draw_below(&key, bound, bound, ids, n);
    return ids;
}

/* uniform in [-1, 1) */
float *count_floats(uint32_t position, size_t n) {
    uint32_t *words = count_room(n, sizeof *words);
    float *values = count_room(n, sizeof *values);
    vr_draw_words(&key, position, words, n);
    for (size_t i = 0; i < n; i++) values[i] = (float)(words[i] >> 8) * 0x1p-23f - 1;
    free(words);
    return values;
}

/* --- the rows of the tables ---------------------------------------------------------------------- */

/* Gradients of which one in `every` is not 0: what CCL's margin leaves. */
static void count_keep_active(const char *inputs, uint32_t every) {
    const vr_row_kernels *k = vr_row_kernels_get();
    uint32_t *drawn = ids_below(ROWS, NEGATIVES), *ids = count_room(NEGATIVES + 16, sizeof *ids);
    float *gradients = count_floats(1, NEGATIVES),
          *weights = count_room(NEGATIVES + 16, sizeof *weights);
    for (uint32_t j = 0; j < NEGATIVES; j++)
        gradients[j] = drawn[j] % every == 0 ? gradients[j] + 2 : 0;
    COUNT("row keep_active", inputs,
          k->keep_active(drawn, gradients, NEGATIVES, .5f, ids, weights));
    free(drawn), free(ids), free(gradients), free(weights);
}

static void count_gathers(const char *rows, const char *triples, size_t dim) {
    const vr_row_kernels *k = vr_row_kernels_get();
    float *table = count_floats(2, ROWS * dim), *weights = count_floats(3, NEGATIVES),
          *sum = count_floats(4, dim);
    float *scores = count_room(NEGATIVES, sizeof *scores),
          *bucket = count_room(VR_BUCKET * dim, sizeof *bucket);
    uint32_t *ids = ids_below(ROWS, NEGATIVES), *places = ids_below(PAIRS * VR_BUCKET, TRIPLES);
    vr_triple *list = count_room(TRIPLES, sizeof *list);
    for (size_t i = 0; i < TRIPLES; i++) list[i] = (vr_triple){places[i], weights[i % NEGATIVES]};
    COUNT("row dots", rows, k->dots(sum, table, dim, ids, NEGATIVES, scores));
    COUNT("row accumulate", rows, k->accumulate(table, dim, ids, weights, NEGATIVES, sum));
    COUNT("row scatter", triples, k->scatter(list, TRIPLES, table, dim, bucket));
    free(table), free(weights), free(sum), free(scores);
    free(bucket), free(ids), free(places), free(list);
}

/* MANY calls, each with a row of its own. */
#define EACH_ROW(kernel, call)                                                                     \
    COUNT(kernel, inputs, for (size_t at = 0; at < MANY * dim; at += dim) call)

static void count_updates(const char *inputs, const char *missed, size_t dim) {
    enum { MISSED = 8 };
    const vr_row_kernels *k = vr_row_kernels_get();
    float *raw = count_floats(5, MANY * dim), *m = count_floats(6, MANY * dim),
          *v = count_floats(7, MANY * dim);
    float *unit = count_floats(8, MANY * dim), *gradient = count_floats(9, MANY * dim);
    const vr_adam_step step = {1e-3f, 1, 1};
    vr_adam_step steps[MISSED];
    for (size_t i = 0; i < MISSED; i++) steps[i] = step;
    for (size_t i = 0; i < MANY * dim; i++) v[i] *= v[i];
    EACH_ROW("row normalise", k->normalise(raw + at, dim, unit + at));
    EACH_ROW("row project", k->project(gradient + at, unit + at, dim, 2));
    EACH_ROW("row norm2", k->norm2(gradient + at, raw + at, dim, 1e-8f));
    EACH_ROW("row adam", k->adam(raw + at, m + at, v + at, gradient + at, dim, step, 1e-8f));
    EACH_ROW("row adam_unit",
             k->adam_unit(raw + at, m + at, v + at, unit + at, gradient + at, dim, 2, step, 1e-8f));
    inputs = missed;
    EACH_ROW("row adam_missed",
             k->adam_missed(raw + at, m + at, v + at, dim, steps, MISSED, 1e-8f));
    free(raw), free(m), free(v), free(unit), free(gradient);
}

static void count_rows(void) {
    enum { COUNTED = 10 };
    if (sizeof(vr_row_kernels) != COUNTED * sizeof(void (*)(void)))
        fprintf(stderr, "count: vr_row_kernels has another kernel; it wants a line here\n");
    count_gathers("800 rows, d = 64", "1600 triples, d = 64", 64);
    count_gathers("800 rows, d = 128", "1600 triples, d = 128", 128);
    count_updates("64 rows, d = 64", "64 rows, 8 steps, d = 64", 64);
    count_updates("64 rows, d = 128", "64 rows, 8 steps, d = 128", 128);
    count_keep_active("800, all active", 1);
    count_keep_active("800, one in 20 active", 20);
}

/* The unit rows of MANY items, and NEGATIVES of them against one user's row; hardly any is kept, as in training. */
static void count_screen(const char *gather, const char *rows, const char *row, size_t dim) {
    enum { COUNTED = 3 };
    const vr_screen_kernels *k = vr_screen_kernels_get();
    if (sizeof *k != COUNTED * sizeof(void (*)(void)))
        fprintf(stderr, "count: vr_screen_kernels has another kernel; it wants a line here\n");
    size_t code_stride = vr_code_stride(dim);
    float *unit = count_floats(20, ROWS * dim);
    uint8_t *codes = count_room(ROWS * code_stride, 1);
    int8_t *user = count_room(code_stride, 1);
    uint32_t *ids = ids_below(ROWS, NEGATIVES),
             *places = count_room(NEGATIVES + 16, sizeof *places);
    int32_t most = 0;
    COUNT("screen encode", rows,
          for (size_t i = 0; i < MANY; i++)
              k->encode(unit + i * dim, dim, codes + i * code_stride));
    for (size_t i = MANY; i < ROWS; i++) k->encode(unit + i * dim, dim, codes + i * code_stride);
    vr_code_sums sums = {0};
    COUNT("screen user", row, sums = k->user(unit, dim, user));
    vr_screen_most(&sums, dim, 1000, &most);
    COUNT("screen keep", gather, k->keep(user, codes, code_stride, ids, NEGATIVES, most, places));
    free(unit), free(codes), free(user), free(ids), free(places);
}

/* --- tiles ---------------------------------------------------------------------------------------- */

static void count_tiles(void) {
    enum { TILE = 96, LIST = 256, DIM = 64, STRIDE = LIST + 16 };
    const vr_tile_kernels *k = vr_tile_kernels_get();
    float *users = count_floats(17, TILE * DIM), *items = count_floats(18, LIST * DIM);
    float *panels = count_room(LIST * DIM, sizeof *panels),
          *scores = count_floats(19, TILE * STRIDE);
    float *of_users = count_room(TILE * DIM, sizeof *users),
          *of_items = count_room(LIST * DIM, sizeof *items);
    const char *inputs = "96 pairs, 256 items, d = 64";
    COUNT("tile pack", "64 items, d = 64", k->pack(items, DIM, VR_PANEL, DIM, panels));
    COUNT("tile scores", "96 pairs, 64 items, d = 64",
          k->multiply(&(vr_product){TILE, DIM, VR_PANEL, users, panels, DIM, 1, VR_PANEL, scores,
                                    STRIDE, 0}));
    COUNT("tile users", inputs,
          k->multiply(
              &(vr_product){TILE, LIST, DIM, scores, items, STRIDE, 1, DIM, of_users, DIM, 1}));
    COUNT("tile items", inputs,
          k->multiply(
              &(vr_product){LIST, TILE, DIM, scores, users, 1, STRIDE, DIM, of_items, DIM, 1}));
    for (size_t j = 0; j < LIST; j++) scores[j] = j % 20 ? 0 : 1;
    COUNT("tile active", "256", k->active(scores, LIST));
    COUNT("tile add_active", "256, one in 20 active, d = 64",
          k->add_active(&(vr_active_row){scores, LIST, DIM, items, users, of_users, of_items}));
    free(users), free(items), free(panels), free(scores), free(of_users), free(of_items);
}

/* --- draws, array kernels, losses ---------------------------------------------------------------- */

static void count_draws(void) {
    uint32_t *ids = count_room(ROWS, sizeof *ids);
    float *values = count_room(ROWS, sizeof *values);
    COUNT("draw group", "64 words", vr_draw_group_avx2(7, 1, 2, 3, 4, ids));
    COUNT("draw below", "800 of 40981", vr_draw_below(&key, 1, 40981, ids, NEGATIVES));
    COUNT("draw normal", "4096", vr_draw_normal(&key, 1, values, ROWS));
    COUNT("draw permutation", "4096", vr_draw_permutation(&key, ids, ROWS));
    free(ids), free(values);
}

static void count_vectors(void) {
    const vr_vector_f32 *v = &vr_vector_f32_avx2;
    const char *inputs = "800 floats";
    float *x = count_floats(10, NEGATIVES), *out = count_room(NEGATIVES, sizeof *out);
    COUNT("vector largest", inputs, v->largest(NEGATIVES, x));
    COUNT("vector smallest", inputs, v->smallest(NEGATIVES, x));
    COUNT("vector sum", inputs, v->sum(NEGATIVES, x, 1));
    COUNT("vector squares", inputs, v->squares(NEGATIVES, x, 1));
    COUNT("vector times", inputs, v->times(NEGATIVES, x, 3, out));
    COUNT("vector hinge", inputs, v->hinge(NEGATIVES, x, .5f, 1, 2, out));
    COUNT("vector exp", inputs, v->exp(NEGATIVES, x, 1, 5, out));
    COUNT("vector softplus", inputs, v->softplus(NEGATIVES, x, 0, 5, 1, out));
    free(x), free(out);
}

static void count_losses(void) {
    float *scores = count_floats(11, NEGATIVES), *samples = count_floats(12, POSITIVES);
    float *gradient = count_room(NEGATIVES, sizeof *gradient);
    float *sample_gradient = count_room(POSITIVES, sizeof *sample_gradient);
    for (size_t i = 0; i < vr_n_losses; i++) {
        const vr_loss *loss = &vr_losses[i];
        vr_loss_params params = loss->defaults;
        params.t = .2, params.tau_plus = .01;
        if (isnan(params.lambda)) params.lambda = NEGATIVES;
        const size_t n_samples = loss->needs_pos_samples ? POSITIVES : 0;
        const vr_scores_f32 in = {.5f, scores, NEGATIVES, samples, n_samples, NULL};
        vr_gradient_f32 out = {0, gradient, sample_gradient};
        char name[64];
        snprintf(name, sizeof name, "loss %s", loss->name);
        COUNT(name, n_samples ? "N = 800, M = 20, float" : "N = 800, float",
              loss->f32(&in, &params, &out));
    }
    free(scores), free(samples), free(gradient), free(sample_gradient);
}

/* --- ranking ------------------------------------------------------------------------------------- */

static void keep_nothing(void *context, uint32_t user, const vr_ranked_item *best, uint32_t n) {
    (void)context, (void)user, (void)best, (void)n;
}

static void count_kernel(const char *inputs, float threshold) {
    enum { DIM = 64 };
    float *users = count_floats(13, DIM * VR_RANK_USERS),
          *items = count_floats(14, DIM * VR_RANK_ITEMS);
    float thresholds[VR_RANK_USERS];
    vr_rank_block block;
    for (size_t i = 0; i < VR_RANK_USERS; i++) thresholds[i] = threshold;
    COUNT("rank block", inputs, vr_rank_kernel_avx2(users, items, DIM, thresholds, &block));
    free(users), free(items);
}

static void count_ranking(void) {
    enum { USERS = 96, ITEMS = 4096, DIM = 64 };
    uint64_t offsets[USERS + 1] = {0};
    uint32_t who[USERS], none = 0;
    vr_csr train = {USERS, ITEMS, offsets, &none};
    vr_matrix users = {USERS, DIM, count_floats(15, USERS * DIM)};
    vr_matrix items = {ITEMS, DIM, count_floats(16, ITEMS * DIM)};
    vr_evaluation e = {&users, &items, VR_COSINE, &train, NULL, 20};
    vr_error error = {.text = ""};
    count_kernel("12 users, 32 items, d = 64, none survives", INFINITY);
    count_kernel("12 users, 32 items, d = 64, all survive", -INFINITY);
    for (uint32_t i = 0; i < USERS; i++) who[i] = i;
    COUNT("rank", "96 users, 4096 items, d = 64, top 20",
          vr_rank(&e, who, USERS, vr_rank_kernel_avx2, keep_nothing, NULL, &error));
    if (error.text[0]) count_stop("%s", error.text);
    free(users.values), free(items.values);
}

/* --- whole steps: what stands between the kernels too -------------------------------------------- */

static vr_train_spec read_spec(const char *const *settings) {
    vr_train_spec spec = vr_spec_default();
    vr_error error;
    vr_status status = VR_OK;
    for (size_t i = 0; settings[i] && !status; i += 2)
        status = vr_spec_set(&spec, settings[i], settings[i + 1], "count", &error);
    if (!status) status = vr_spec_check(&spec, "count", &error);
    if (status) count_stop("%s", error.text);
    return spec;
}

static void count_step(const vr_dataset *data, const char *name, const char *const *settings) {
    vr_train_spec spec = read_spec(settings);
    vr_trainer trainer;
    vr_error error;
    if (vr_trainer_new(&spec, data, &trainer, &error)) count_stop("%s", error.text);
    vr_epoch_begin(&trainer, 1, spec.lr);
    vr_step(&trainer, 1, 0); /* the first meets fresh moments */
    COUNT(name, "batch 256, N = 64, planted-small, one thread", vr_step(&trainer, 1, 1));
    vr_trainer_free(&trainer);
}

#define SIZES "batch", "256", "negatives", "64", "init", "0.01"

static void count_steps(void) {
    static const char *const mine[] = {"loss", "mine+", "t", "0.4", SIZES, NULL};
    static const char *const ccl[] = {"loss", "ccl", SIZES, NULL};
    static const char *const mse[] = {"loss", "mse-debiased", "similarity", "dot", "dropout",
                                      "0",    "tau",          "count:20",   SIZES, NULL};
    static const char *const shared[] = {"loss", "mine+", "t", "0.4", "sharing", "64", SIZES, NULL};
    static const char *const all[] = {"loss",     "infonce", "t",   "0.4",
                                      "sampling", "all",     SIZES, NULL};
    vr_data_options options = {.offline = 1};
    vr_dataset data;
    vr_error error;
    if (vr_dataset_load("planted-small", &options, &data, &error)) count_stop("%s", error.text);
    count_step(&data, "step mine+", mine);
    count_step(&data, "step ccl", ccl);
    count_step(&data, "step mse-debiased, dot", mse);
    count_step(&data, "step mine+, sharing 64", shared);
    count_step(&data, "step infonce, all items", all);
    vr_dataset_free(&data);
}

int main(void) {
    setenv("VERIREC_ISA", "avx2", 1);
    omp_set_num_threads(1);
#ifdef __clang__
    printf("clang %d.%d.%d\n", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
    puts("gcc " __VERSION__);
#endif
    count_rows();
    count_screen("800 rows, d = 64", "64 rows, d = 64", "d = 64", 64);
    count_screen("800 rows, d = 128", "64 rows, d = 128", "d = 128", 128);
    count_tiles();
    count_draws();
    count_vectors();
    count_losses();
    count_ranking();
    count_steps();
    count_solvers();
    return 0;
}
