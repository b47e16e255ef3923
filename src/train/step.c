#include "train/step.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "loss/tau.h"
#include "num/draws.h"

enum {
    SPARE = 16 /* entries that a vector store may touch past the last */,
    TILE = 32 /* pairs that one thread takes at a time */,
    ROWS = 1024 /* rows of a flush tile */
};
#define SLACK .999 /* of the clip limit: covers the rounding of the bounds */
#define BETA1 .9
#define BETA2 .999
/* |m| root / sqrt(v) never exceeds (1 - b1) / sqrt((1 - b2)(1 - b1^2 / b2)) = 7.27 (Cauchy-Schwarz) */
#define LARGEST_MOVE 7.4

/* A user of the batch and its pairs. */
typedef struct slot {
    uint32_t user, first, count; /* pairs slot_pairs[first .. first + count) in batch order */
} slot;

struct vr_step_buffers {
    uint32_t threads, entries /* 1 + N + M scored items a pair, at most, and SPARE */, n_buckets;
    uint32_t n_pairs, n_tiles, n_slots; /* of this step */
    /* a row a pair */
    float *user_rows, *user_grads; /* user vector after dropout; dL/d(user vector before dropout) */
    uint32_t *ids, *counts;        /* n_pairs x entries: items with a nonzero weight; how many */
    float *weights;
    double *losses;
    /* users of the batch */
    slot *slots;
    uint32_t *slot_pairs, *slot_of_pair, *slot_of_user;
    uint64_t *stamp_of_user;
    float *slot_grads, *slot_norm2;
    /* items by bucket */
    uint32_t *tile_counts;  /* n_tiles x n_buckets; becomes the place where the tile writes next */
    float *tile_bounds;     /* n_tiles x n_buckets: sum of |weight| |user row| */
    uint32_t *bucket_first; /* n_buckets + 1 */
    vr_triple *triples;
    float *bucket_inverse; /* largest inverse norm of the bucket's items */
    double *bucket_norm2;
    float *item_grads; /* n_items x stride, for steps whose clip is not known beforehand */
    double *row_sums;
    /* a row a thread: scores and gradients of one pair, gradients of one bucket */
    float *scores, *score_grads, *bucket_grads;
    uint32_t *drawn;
};

static uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

uint32_t vr_trainer_steps(const vr_trainer *trainer) {
    uint64_t pairs = vr_csr_count(&trainer->dataset->train);
    return (uint32_t)((pairs + trainer->spec->batch - 1) / trainer->spec->batch);
}

/* --- set-up --------------------------------------------------------------------------------------- */

static void buffers_free(vr_step_buffers *b) {
    if (!b) return;
    void *all[] = {b->user_rows,    b->user_grads,     b->ids,           b->counts,
                   b->weights,      b->losses,         b->slots,         b->slot_pairs,
                   b->slot_of_pair, b->slot_of_user,   b->stamp_of_user, b->slot_grads,
                   b->slot_norm2,   b->tile_counts,    b->tile_bounds,   b->bucket_first,
                   b->triples,      b->bucket_inverse, b->bucket_norm2,  b->item_grads,
                   b->row_sums,     b->scores,         b->score_grads,   b->bucket_grads,
                   b->drawn};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
    free(b);
}

/* Every array of the buffers; 0 when one could not be had. */
static int buffers_fill(vr_step_buffers *b, const vr_trainer *t) {
    size_t batch = t->spec->batch, stride = t->items.stride, tiles = (batch + TILE - 1) / TILE;
    size_t n_rows = t->users.n_rows, scored = batch * b->entries,
           room = (b->entries + 63) / 64 * 64;
    b->user_rows = vr_floats_new(batch * stride);
    b->user_grads = vr_floats_new(batch * stride);
    b->ids = calloc(scored, sizeof *b->ids);
    b->counts = calloc(batch, sizeof *b->counts);
    b->weights = vr_floats_new(scored);
    b->losses = calloc(batch, sizeof *b->losses);
    b->slots = calloc(batch, sizeof *b->slots);
    b->slot_pairs = calloc(batch, sizeof *b->slot_pairs);
    b->slot_of_pair = calloc(batch, sizeof *b->slot_of_pair);
    b->slot_of_user = calloc(n_rows, sizeof *b->slot_of_user);
    b->stamp_of_user = calloc(n_rows, sizeof *b->stamp_of_user);
    b->slot_grads = vr_floats_new(batch * stride);
    b->slot_norm2 = vr_floats_new(batch);
    b->tile_counts = calloc(tiles * b->n_buckets, sizeof *b->tile_counts);
    b->tile_bounds = vr_floats_new(tiles * b->n_buckets);
    b->bucket_first = calloc((size_t)b->n_buckets + 1, sizeof *b->bucket_first);
    b->triples = calloc(scored, sizeof *b->triples);
    b->bucket_inverse = vr_floats_new(b->n_buckets);
    b->bucket_norm2 = calloc(b->n_buckets, sizeof *b->bucket_norm2);
    b->item_grads = vr_floats_new((size_t)b->n_buckets * VR_BUCKET * stride);
    b->row_sums = calloc(n_rows / ROWS + 1, sizeof *b->row_sums);
    b->scores = vr_floats_new(b->threads * room);
    b->score_grads = vr_floats_new(b->threads * room);
    b->bucket_grads = vr_floats_new((size_t)b->threads * VR_BUCKET * stride);
    b->drawn = calloc(b->threads * room, sizeof *b->drawn);
    return b->user_rows && b->user_grads && b->ids && b->counts && b->weights && b->losses &&
           b->slots && b->slot_pairs && b->slot_of_pair && b->slot_of_user && b->stamp_of_user &&
           b->slot_grads && b->slot_norm2 && b->tile_counts && b->tile_bounds && b->bucket_first &&
           b->triples && b->bucket_inverse && b->bucket_norm2 && b->item_grads && b->row_sums &&
           b->scores && b->score_grads && b->bucket_grads && b->drawn;
}

static vr_status trainer_arrays(vr_trainer *t, vr_error *error) {
    const vr_csr *train = &t->dataset->train;
    uint64_t pairs = vr_csr_count(train);
    t->pair_users = calloc(pairs, sizeof *t->pair_users);
    t->order = calloc(pairs, sizeof *t->order);
    t->steps = calloc(vr_trainer_steps(t), sizeof *t->steps);
    t->user_step = calloc(train->n_rows, sizeof *t->user_step);
    t->buffers = calloc(1, sizeof *t->buffers);
    if (!t->pair_users || !t->order || !t->steps || !t->user_step || !t->buffers)
        return vr_fail(error, VR_INTERNAL, "no memory for %llu train pairs",
                       (unsigned long long)pairs);
    for (uint32_t u = 0; u < train->n_rows; u++)
        for (uint64_t p = train->offsets[u]; p < train->offsets[u + 1]; p++) t->pair_users[p] = u;
    t->buffers->threads = (uint32_t)omp_get_max_threads();
    t->buffers->entries =
        SPARE + 1 + t->spec->negatives + (t->loss->needs_pos_samples ? t->spec->positives : 0);
    t->buffers->n_buckets = (train->n_columns + VR_BUCKET - 1) / VR_BUCKET;
    if (!buffers_fill(t->buffers, t))
        return vr_fail(error, VR_INTERNAL,
                       "no memory for a step of batch = %u x negatives = %u; take a smaller batch",
                       t->spec->batch, t->spec->negatives);
    return VR_OK;
}

/* tau_u^+ must be a probability for every user, or the debiased losses mean nothing (Eq. 5). */
static double tau_plus(const vr_trainer *t, uint32_t user) {
    uint32_t n = vr_csr_row_count(&t->dataset->train, user), n_items = t->dataset->n_items;
    return t->spec->tau_rule == VR_TAU_COUNT ? vr_tau_count(n, t->spec->tau_value, n_items)
                                             : vr_tau_scale(n, t->spec->tau_value, n_items);
}

static vr_status check_tau(const vr_trainer *t, vr_error *error) {
    if (!((t->loss->required | t->loss->optional) & VR_PARAM_TAU_PLUS)) return VR_OK;
    for (uint32_t u = 0; u < t->dataset->n_users; u++)
        if (vr_csr_row_count(&t->dataset->train, u) && !(tau_plus(t, u) < 1))
            return vr_fail(
                error, VR_USAGE,
                "tau: user %u with %u of %u items gets tau_u^+ = %g; it must be below 1, "
                "so choose a smaller K or alpha",
                u, vr_csr_row_count(&t->dataset->train, u), t->dataset->n_items, tau_plus(t, u));
    return VR_OK;
}

vr_status vr_trainer_new(const vr_train_spec *spec, const vr_dataset *dataset, vr_trainer *out,
                         vr_error *error) {
    vr_trainer t = {.spec = spec,
                    .dataset = dataset,
                    .loss = vr_loss_find(spec->loss),
                    .kernels = vr_row_kernels_get()};
    vr_similarity similarity = (vr_similarity)spec->similarity;
    vr_status status = check_tau(&t, error);
    if (!status) status = vr_table_new(dataset->n_users, spec->dim, similarity, &t.users, error);
    if (!status) status = vr_table_new(dataset->n_items, spec->dim, similarity, &t.items, error);
    if (!status) status = trainer_arrays(&t, error);
    if (status) {
        vr_trainer_free(&t);
        return status;
    }
    vr_table_init(&t.users, spec->init, spec->seed, VR_STREAM_INIT_USERS);
    vr_table_init(&t.items, spec->init, spec->seed, VR_STREAM_INIT_ITEMS);
    *out = t;
    vr_step_flush(out, 0);
    return VR_OK;
}

void vr_trainer_free(vr_trainer *t) {
    vr_table_free(&t->users);
    vr_table_free(&t->items);
    free(t->pair_users);
    free(t->order);
    free(t->steps);
    free(t->user_step);
    buffers_free(t->buffers);
    *t = (vr_trainer){0};
}

static double largest_entry(const vr_table *table) {
    double most = 0;
    for (size_t i = 0; i < (size_t)table->n_rows * table->stride; i++) {
        double entry = fabs((double)table->raw[i]);
        if (entry > most) most = entry;
    }
    return most;
}

void vr_epoch_begin(vr_trainer *t, uint32_t epoch, double lr) {
    uint32_t n_steps = vr_trainer_steps(t);
    vr_draw_key key = {t->spec->seed, VR_STREAM_SHUFFLE, epoch};
    vr_draw_permutation(&key, t->order, (uint32_t)vr_csr_count(&t->dataset->train));
    t->lr = lr;
    for (uint32_t s = 0; s < n_steps; s++) {
        double step = (double)(t->adam_steps + s + 1);
        /* powers by exp and log would differ between C libraries; beta^t is a product of squares instead */
        double power1 = 1, power2 = 1, square1 = BETA1, square2 = BETA2;
        for (uint64_t n = (uint64_t)step; n; n >>= 1, square1 *= square1, square2 *= square2)
            if (n & 1) {
                power1 *= square1;
                power2 *= square2;
            }
        t->steps[s] = (vr_adam_step){(float)(lr / (1 - power1)), (float)(1 / sqrt(1 - power2)), 1};
    }
    memset(t->user_step, 0, t->users.n_rows * sizeof *t->user_step);
    double entries = ((double)t->users.n_rows + t->items.n_rows) * t->spec->dim;
    double entry = fmax(largest_entry(&t->users), largest_entry(&t->items));
    t->regularizer_norm =
        t->spec->regularization * sqrt(entries) * (entry + LARGEST_MOVE * lr * n_steps);
}

/* --- users ---------------------------------------------------------------------------------------- */

/* Brings a user row up to step s and renews its unit row. */
static void user_catch_up(vr_trainer *t, uint32_t user, uint32_t s) {
    size_t stride = t->users.stride, at = user * stride;
    uint32_t seen = t->user_step[user];
    if (seen < s)
        t->kernels->adam_missed(t->users.raw + at, t->users.m + at, t->users.v + at, stride,
                                t->steps + seen, s - seen, (float)t->spec->regularization);
    t->user_step[user] = s;
    if (t->spec->similarity == VR_COSINE)
        t->users.inverse_norm[user] =
            t->kernels->normalise(t->users.raw + at, stride, t->users.unit + at);
}

/* Renews the unit rows of a bucket's items and the bucket's largest inverse norm. */
static void renew_bucket(vr_trainer *t, uint32_t bucket) {
    size_t stride = t->items.stride;
    float largest = 0;
    for (uint32_t i = bucket * VR_BUCKET; i < least((bucket + 1) * VR_BUCKET, t->items.n_rows);
         i++) {
        size_t at = i * stride;
        if (t->spec->similarity == VR_COSINE)
            t->items.inverse_norm[i] =
                t->kernels->normalise(t->items.raw + at, stride, t->items.unit + at);
        if (t->items.inverse_norm[i] > largest) largest = t->items.inverse_norm[i];
    }
    t->buffers->bucket_inverse[bucket] = largest;
}

static void flush_users(vr_trainer *t, uint32_t s) {
#pragma omp parallel for schedule(dynamic, ROWS) num_threads(t->buffers->threads)
    for (uint32_t u = 0; u < t->users.n_rows; u++) user_catch_up(t, u, s);
}

void vr_step_flush(vr_trainer *t, uint32_t s) {
    flush_users(t, s);
#pragma omp parallel for schedule(dynamic, 16) num_threads(t->buffers->threads)
    for (uint32_t bucket = 0; bucket < t->buffers->n_buckets; bucket++) renew_bucket(t, bucket);
}

/* Groups the batch's pairs by user, users in order of their first pair. */
static void make_slots(vr_trainer *t, const uint32_t *pairs, uint64_t stamp) {
    vr_step_buffers *b = t->buffers;
    b->n_slots = 0;
    for (uint32_t p = 0; p < b->n_pairs; p++) {
        uint32_t user = t->pair_users[pairs[p]];
        if (b->stamp_of_user[user] != stamp) {
            b->stamp_of_user[user] = stamp;
            b->slot_of_user[user] = b->n_slots;
            b->slots[b->n_slots++] = (slot){.user = user};
        }
        b->slot_of_pair[p] = b->slot_of_user[user];
        b->slots[b->slot_of_pair[p]].count++;
    }
    uint32_t first = 0;
    for (uint32_t i = 0; i < b->n_slots; i++) {
        b->slots[i].first = first;
        first += b->slots[i].count;
        b->slots[i].count = 0;
    }
    for (uint32_t p = 0; p < b->n_pairs; p++) {
        slot *of = &b->slots[b->slot_of_pair[p]];
        b->slot_pairs[of->first + of->count++] = p;
    }
}

/* Sum of the pairs' gradients of one user, through the normalisation. */
static void slot_gradient(vr_trainer *t, uint32_t index) {
    vr_step_buffers *b = t->buffers;
    const slot *of = &b->slots[index];
    size_t stride = t->users.stride;
    float *gradient = b->slot_grads + index * stride;
    memcpy(gradient, b->user_grads + b->slot_pairs[of->first] * stride, stride * sizeof *gradient);
    for (uint32_t p = 1; p < of->count; p++) {
        const float *more = b->user_grads + b->slot_pairs[of->first + p] * stride;
        for (size_t c = 0; c < stride; c++) gradient[c] += more[c];
    }
    const float *raw = t->users.raw + of->user * stride;
    if (t->spec->similarity == VR_COSINE)
        t->kernels->project(gradient, t->users.unit + of->user * stride, stride,
                            t->users.inverse_norm[of->user]);
    b->slot_norm2[index] = t->kernels->norm2(gradient, raw, stride, (float)t->spec->regularization);
}

static void slot_update(vr_trainer *t, uint32_t index, uint32_t s) {
    vr_step_buffers *b = t->buffers;
    size_t stride = t->users.stride, at = b->slots[index].user * stride;
    t->kernels->adam(t->users.raw + at, t->users.m + at, t->users.v + at,
                     b->slot_grads + index * stride, stride, t->steps[s],
                     (float)t->spec->regularization);
    t->user_step[b->slots[index].user] = s + 1;
}

/* --- pairs ---------------------------------------------------------------------------------------- */

/* The user's vector after dropout; factors[c] is what dropout multiplied entry c with. */
static void drop_out(const vr_trainer *t, uint32_t epoch, uint32_t position, const float *unit,
                     float *row, float *factors) {
    size_t dim = t->spec->dim;
    vr_draw_key key = {t->spec->seed, VR_STREAM_DROPOUT, epoch};
    uint32_t threshold = (uint32_t)(t->spec->dropout * 0x1p32);
    float keep = (float)(1 / (1 - t->spec->dropout));
    uint32_t words[64];
    for (size_t c = 0; c < dim; c++) {
        if (c % 64 == 0)
            vr_draw_words(&key, position + (uint32_t)(c / 64) * 0x9E3779B9u, words, 64);
        factors[c] = words[c % 64] >= threshold ? keep : 0;
        row[c] = unit[c] * factors[c];
    }
}

/* ids[0] the positive, then N sampled items, then M positive samples. position: of the pair in the epoch. */
static uint32_t draw_items(const vr_trainer *t, uint32_t epoch, uint32_t position, uint32_t group,
                           uint32_t pair, uint32_t *ids) {
    const vr_csr *train = &t->dataset->train;
    uint32_t n = t->spec->negatives;
    ids[0] = train->columns[pair];
    vr_draw_key key = {t->spec->seed, VR_STREAM_NEGATIVES, epoch};
    if (t->spec->sampling == VR_SAMPLE_UNIFORM)
        vr_draw_below(&key, group, train->n_columns, ids + 1, n);
    else {
        vr_draw_below(&key, group, (uint32_t)vr_csr_count(train), ids + 1, n);
        for (uint32_t j = 1; j <= n; j++) ids[j] = train->columns[ids[j]];
    }
    if (!t->loss->needs_pos_samples) return 1 + n;
    uint32_t user = t->pair_users[pair], m = t->spec->positives;
    key.stream = VR_STREAM_POSITIVES;
    vr_draw_below(&key, position, vr_csr_row_count(train, user), ids + 1 + n, m);
    for (uint32_t k = 1 + n; k < 1 + n + m; k++)
        ids[k] = train->columns[train->offsets[user] + ids[k]];
    return 1 + n + m;
}

/* Loss of one pair from its scores; dL/dscore into gradient, all scaled by `scale`. */
static double pair_loss(const vr_trainer *t, uint32_t user, const float *scores, uint32_t n_scores,
                        float *gradient) {
    uint32_t n = t->spec->negatives;
    vr_loss_params params = t->spec->params;
    if ((t->loss->required | t->loss->optional) & VR_PARAM_TAU_PLUS)
        params.tau_plus = tau_plus(t, user);
    vr_scores_f32 in = {.pos = scores[0],
                        .neg = scores + 1,
                        .n_neg = n,
                        .pos_samples = scores + 1 + n,
                        .n_pos_samples = n_scores - 1 - n};
    vr_gradient_f32 out = {.pos = 0, .neg = gradient + 1, .pos_samples = gradient + 1 + n};
    double loss = t->loss->f32(&in, &params, &out);
    gradient[0] = out.pos;
    return loss;
}

/* Forward and the user's side of backward for pair p of the batch whose first pair is at epoch position
   `start`; returns |user row| for the bound. */
static float forward(vr_trainer *t, uint32_t epoch, uint32_t start, uint32_t p) {
    vr_step_buffers *b = t->buffers;
    size_t stride = t->users.stride, room = (b->entries + 63) / 64 * 64,
           thread = (size_t)omp_get_thread_num();
    uint32_t pair = t->order[start + p], user = t->pair_users[pair],
             *drawn = b->drawn + thread * room;
    float *scores = b->scores + thread * room, *score_grads = b->score_grads + thread * room;
    const float *unit = t->users.unit + user * stride;
    float *row = b->user_rows + p * stride, *gradient = b->user_grads + p * stride;
    float mean = t->spec->reduction == VR_REDUCE_MEAN ? 1 / (float)t->spec->negatives : 1;
    float factors[4096];

    int dropout = t->spec->dropout > 0;
    if (dropout)
        drop_out(t, epoch, start + p, unit, row, factors);
    else
        memcpy(row, unit, stride * sizeof *row);
    uint32_t group = start + p / t->spec->sharing * t->spec->sharing;
    uint32_t n = draw_items(t, epoch, start + p, group, pair, drawn);
    t->kernels->dots(row, t->items.unit, stride, drawn, n, scores);
    b->losses[p] = pair_loss(t, user, scores, n, score_grads) * (double)mean;
    /* CCL's inactive negatives have weight 0 and cost nothing from here on */
    uint32_t *ids = b->ids + (size_t)p * b->entries;
    float *weights = b->weights + (size_t)p * b->entries;
    b->counts[p] =
        t->kernels->keep_active(drawn, score_grads, n, mean / (float)b->n_pairs, ids, weights);
    memset(gradient, 0, stride * sizeof *gradient);
    t->kernels->accumulate(t->items.unit, stride, ids, weights, b->counts[p], gradient);
    if (dropout)
        for (size_t c = 0; c < t->spec->dim; c++) gradient[c] *= factors[c];
    return sqrtf(t->kernels->norm2(row, row, stride, 0));
}

static void count_tile(vr_step_buffers *b, uint32_t tile, uint32_t p, float norm) {
    uint32_t *counts = b->tile_counts + (size_t)tile * b->n_buckets;
    float *bounds = b->tile_bounds + (size_t)tile * b->n_buckets;
    const uint32_t *ids = b->ids + (size_t)p * b->entries;
    const float *weights = b->weights + (size_t)p * b->entries;
    for (uint32_t j = 0; j < b->counts[p]; j++) {
        counts[ids[j] / VR_BUCKET]++;
        bounds[ids[j] / VR_BUCKET] += fabsf(weights[j]) * norm;
    }
}

static void forward_tile(vr_trainer *t, uint32_t epoch, uint32_t start, uint32_t tile) {
    vr_step_buffers *b = t->buffers;
    memset(b->tile_counts + (size_t)tile * b->n_buckets, 0, b->n_buckets * sizeof *b->tile_counts);
    memset(b->tile_bounds + (size_t)tile * b->n_buckets, 0, b->n_buckets * sizeof *b->tile_bounds);
    for (uint32_t p = tile * TILE; p < least((tile + 1) * TILE, b->n_pairs); p++)
        count_tile(b, tile, p, forward(t, epoch, start, p));
}

/* --- items ---------------------------------------------------------------------------------------- */

/* Counts per tile and bucket become the places where each tile writes its triples. */
static void place_tiles(vr_step_buffers *b) {
    uint32_t next = 0;
    for (uint32_t bucket = 0; bucket < b->n_buckets; bucket++) {
        b->bucket_first[bucket] = next;
        for (uint32_t tile = 0; tile < b->n_tiles; tile++) {
            uint32_t *count = &b->tile_counts[(size_t)tile * b->n_buckets + bucket], n = *count;
            *count = next;
            next += n;
        }
    }
    b->bucket_first[b->n_buckets] = next;
}

static void write_tile(vr_step_buffers *b, uint32_t tile) {
    uint32_t *next = b->tile_counts + (size_t)tile * b->n_buckets;
    for (uint32_t p = tile * TILE; p < least((tile + 1) * TILE, b->n_pairs); p++) {
        const uint32_t *ids = b->ids + (size_t)p * b->entries;
        const float *weights = b->weights + (size_t)p * b->entries;
        for (uint32_t j = 0; j < b->counts[p]; j++)
            b->triples[next[ids[j] / VR_BUCKET]++] =
                (vr_triple){p * VR_BUCKET + ids[j] % VR_BUCKET, weights[j]};
    }
}

static void bucket_gradient(vr_trainer *t, uint32_t bucket, float *gradients) {
    vr_step_buffers *b = t->buffers;
    size_t stride = t->items.stride;
    uint32_t first = b->bucket_first[bucket];
    memset(gradients, 0, VR_BUCKET * stride * sizeof *gradients);
    t->kernels->scatter(b->triples + first, b->bucket_first[bucket + 1] - first, b->user_rows,
                        stride, gradients);
}

/* Through the normalisation of the items. */
static void bucket_project(const vr_trainer *t, uint32_t bucket, float *gradients) {
    size_t stride = t->items.stride;
    if (t->spec->similarity != VR_COSINE) return;
    for (uint32_t i = bucket * VR_BUCKET; i < least((bucket + 1) * VR_BUCKET, t->items.n_rows); i++)
        t->kernels->project(gradients + i % VR_BUCKET * stride, t->items.unit + i * stride, stride,
                            t->items.inverse_norm[i]);
}

static void bucket_update(vr_trainer *t, uint32_t bucket, const float *gradients, uint32_t s) {
    size_t stride = t->items.stride;
    for (uint32_t i = bucket * VR_BUCKET; i < least((bucket + 1) * VR_BUCKET, t->items.n_rows);
         i++) {
        size_t at = i * stride;
        t->kernels->adam(t->items.raw + at, t->items.m + at, t->items.v + at,
                         gradients + i % VR_BUCKET * stride, stride, t->steps[s],
                         (float)t->spec->regularization);
    }
    renew_bucket(t, bucket);
}

/* The same for the cosine, from gradients that have not been through the normalisation yet. */
static void bucket_update_unit(vr_trainer *t, uint32_t bucket, float *gradients, uint32_t s) {
    size_t stride = t->items.stride;
    float largest = 0;
    for (uint32_t i = bucket * VR_BUCKET; i < least((bucket + 1) * VR_BUCKET, t->items.n_rows);
         i++) {
        size_t at = i * stride;
        t->items.inverse_norm[i] = t->kernels->adam_unit(
            t->items.raw + at, t->items.m + at, t->items.v + at, t->items.unit + at,
            gradients + i % VR_BUCKET * stride, stride, t->items.inverse_norm[i], t->steps[s],
            (float)t->spec->regularization);
        if (t->items.inverse_norm[i] > largest) largest = t->items.inverse_norm[i];
    }
    t->buffers->bucket_inverse[bucket] = largest;
}

static double bucket_norm2(const vr_trainer *t, uint32_t bucket, const float *gradients) {
    size_t stride = t->items.stride;
    double sum = 0;
    for (uint32_t i = bucket * VR_BUCKET; i < least((bucket + 1) * VR_BUCKET, t->items.n_rows); i++)
        sum +=
            (double)t->kernels->norm2(gradients + i % VR_BUCKET * stride, t->items.raw + i * stride,
                                      stride, (float)t->spec->regularization);
    return sum;
}

/* --- clip ----------------------------------------------------------------------------------------- */

static double slots_norm2(const vr_step_buffers *b) {
    double sum = 0;
    for (uint32_t i = 0; i < b->n_slots; i++) sum += (double)b->slot_norm2[i];
    return sum;
}

/* An upper bound of the items' gradient: |sum_b w_b u_b| / |v| <= (sum_b |w_b| |u_b|) / |v|, per bucket. */
static double items_bound(const vr_step_buffers *b) {
    double sum = 0;
    for (uint32_t bucket = 0; bucket < b->n_buckets; bucket++) {
        double bound = 0;
        for (uint32_t tile = 0; tile < b->n_tiles; tile++)
            bound += (double)b->tile_bounds[(size_t)tile * b->n_buckets + bucket];
        bound *= (double)b->bucket_inverse[bucket];
        sum += bound * bound;
    }
    return sqrt(sum);
}

/* The squared norm over every user row; all rows must be up to step s. */
static double all_users_norm2(vr_trainer *t, uint64_t stamp) {
    vr_step_buffers *b = t->buffers;
    uint32_t n = t->users.n_rows, tiles = (n + ROWS - 1) / ROWS;
    static const float none[4096] __attribute__((aligned(64)));
#pragma omp parallel for schedule(static) num_threads(b->threads)
    for (uint32_t tile = 0; tile < tiles; tile++) {
        double sum = 0;
        for (uint32_t u = tile * ROWS; u < least((tile + 1) * ROWS, n); u++)
            sum += b->stamp_of_user[u] == stamp
                       ? (double)b->slot_norm2[b->slot_of_user[u]]
                       : (double)t->kernels->norm2(none, t->users.raw + (size_t)u * t->users.stride,
                                                   t->users.stride, (float)t->spec->regularization);
        b->row_sums[tile] = sum;
    }
    double sum = 0;
    for (uint32_t tile = 0; tile < tiles; tile++) sum += b->row_sums[tile];
    return sum;
}

/* The clip factor, from gradients that are already stored in item_grads. */
static float exact_factor(vr_trainer *t, uint32_t s, uint64_t stamp) {
    vr_step_buffers *b = t->buffers;
    double items = 0;
    for (uint32_t bucket = 0; bucket < b->n_buckets; bucket++) items += b->bucket_norm2[bucket];
    if (!t->naive && sqrt(items + slots_norm2(b)) + t->regularizer_norm <= SLACK * t->spec->clip)
        return 1;
    flush_users(t, s);
    double norm = sqrt(items + all_users_norm2(t, stamp)), factor = t->spec->clip / (norm + 1e-6);
    return factor < 1 ? (float)factor : 1;
}

/* --- the step ------------------------------------------------------------------------------------- */

static void update_stored(vr_trainer *t, uint32_t s, uint64_t stamp) {
    vr_step_buffers *b = t->buffers;
    size_t size = VR_BUCKET * (size_t)t->items.stride;
#pragma omp parallel for schedule(dynamic, 4) num_threads(b->threads)
    for (uint32_t bucket = 0; bucket < b->n_buckets; bucket++) {
        bucket_gradient(t, bucket, b->item_grads + bucket * size);
        bucket_project(t, bucket, b->item_grads + bucket * size);
        b->bucket_norm2[bucket] = bucket_norm2(t, bucket, b->item_grads + bucket * size);
    }
    t->steps[s].factor = exact_factor(t, s, stamp);
#pragma omp parallel for schedule(dynamic, 4) num_threads(b->threads)
    for (uint32_t bucket = 0; bucket < b->n_buckets; bucket++)
        bucket_update(t, bucket, b->item_grads + bucket * size, s);
}

static void update_fused(vr_trainer *t, uint32_t s) {
    vr_step_buffers *b = t->buffers;
    size_t size = VR_BUCKET * (size_t)t->items.stride;
#pragma omp parallel for schedule(dynamic, 4) num_threads(b->threads)
    for (uint32_t bucket = 0; bucket < b->n_buckets; bucket++) {
        float *gradients = b->bucket_grads + (size_t)omp_get_thread_num() * size;
        bucket_gradient(t, bucket, gradients);
        if (t->spec->similarity == VR_COSINE)
            bucket_update_unit(t, bucket, gradients, s);
        else
            bucket_update(t, bucket, gradients, s);
    }
}

double vr_step(vr_trainer *t, uint32_t epoch, uint32_t s) {
    vr_step_buffers *b = t->buffers;
    uint32_t start = s * t->spec->batch, n_all = (uint32_t)vr_csr_count(&t->dataset->train);
    uint64_t stamp = t->adam_steps + 1;
    b->n_pairs = least(t->spec->batch, n_all - start);
    b->n_tiles = (b->n_pairs + TILE - 1) / TILE;
    make_slots(t, t->order + start, stamp);
#pragma omp parallel num_threads(b->threads)
    {
#pragma omp for schedule(dynamic, 8)
        for (uint32_t i = 0; i < b->n_slots; i++) user_catch_up(t, b->slots[i].user, s);
#pragma omp for schedule(dynamic, 1)
        for (uint32_t tile = 0; tile < b->n_tiles; tile++) forward_tile(t, epoch, start, tile);
#pragma omp for schedule(dynamic, 8) nowait
        for (uint32_t i = 0; i < b->n_slots; i++) slot_gradient(t, i);
#pragma omp single
        place_tiles(b);
#pragma omp for schedule(dynamic, 1)
        for (uint32_t tile = 0; tile < b->n_tiles; tile++) write_tile(b, tile);
    }
    double bound = items_bound(b) + sqrt(slots_norm2(b)) + t->regularizer_norm;
    if (!t->naive && bound <= SLACK * t->spec->clip)
        update_fused(t, s);
    else
        update_stored(t, s, stamp);
#pragma omp parallel for schedule(static) num_threads(b->threads)
    for (uint32_t i = 0; i < b->n_slots; i++) slot_update(t, i, s);
    if (t->naive) flush_users(t, s + 1);
    t->adam_steps++;
    double loss = 0;
    for (uint32_t p = 0; p < b->n_pairs; p++) loss += b->losses[p];
    return loss;
}
