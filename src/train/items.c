#include <math.h>
#include <string.h>
#include "train/dense.h"

enum {
    LINE = 64, /* bytes of a cache line */
    TURN = 2   /* rows that Adam updates between two turns of triples */
};

/* The codes of an item, from its unit row, while that is in the core's cache. */
static inline void encode(vr_trainer *t, uint32_t item) {
    size_t stride = t->items.stride;
    if (t->item_codes)
        t->screen->encode(t->items.unit + item * stride, stride,
                          t->item_codes + item * vr_code_stride(stride));
}

void vr_bucket_renew(vr_trainer *t, uint32_t bucket) {
    size_t stride = t->items.stride;
    float largest = 0;
    for (uint32_t i = bucket * VR_BUCKET; i < vr_least((bucket + 1) * VR_BUCKET, t->items.n_rows);
         i++) {
        size_t at = i * stride;
        if (t->spec->similarity == VR_COSINE) {
            t->items.inverse_norm[i] =
                t->kernels->normalise(t->items.raw + at, stride, t->items.unit + at);
            encode(t, i);
        }
        if (t->items.inverse_norm[i] > largest) largest = t->items.inverse_norm[i];
    }
    t->buffers->bucket_inverse[bucket] = largest;
}

/* --- a tile's triples by bucket ------------------------------------------------------------------- */

void vr_tile_begin(vr_trainer *t, uint32_t tile) {
    vr_step_buffers *b = t->buffers;
    size_t n = b->n_buckets;
    memset(b->tile_first + tile * (n + 1), 0, (n + 1) * sizeof *b->tile_first);
    memset(b->tile_bounds + tile * n, 0, n * sizeof *b->tile_bounds);
}

void vr_pair_count(vr_trainer *t, uint32_t p) {
    vr_step_buffers *b = t->buffers;
    size_t stride = t->users.stride, tile = p / b->tile_pairs;
    uint32_t *restrict counts = b->tile_first + tile * (b->n_buckets + 1) + 1, n = b->counts[p];
    float *restrict bounds = b->tile_bounds + tile * b->n_buckets;
    const float *row = b->user_rows + p * stride, *weights = b->weights + vr_kept_at(t, p);
    const uint32_t *ids = b->ids + vr_kept_at(t, p);
    float norm = sqrtf(t->kernels->norm2(row, row, stride, 0));
    for (uint32_t j = 0; j < n; j++) {
        counts[ids[j] / VR_BUCKET]++;
        bounds[ids[j] / VR_BUCKET] += fabsf(weights[j]) * norm;
    }
}

void vr_tile_place(vr_trainer *t, uint32_t tile) {
    vr_step_buffers *b = t->buffers;
    uint32_t *restrict next = b->tile_first + (size_t)tile * (b->n_buckets + 1) + 1;
    vr_triple *restrict triples = vr_tile_triples(b, tile);
    size_t room = (size_t)b->tile_pairs * b->entries;
    vr_counts_to_starts(next, b->n_buckets);
    /* written in random order soon: fetched in order now, which is faster */
    for (uint32_t i = 0; i < next[b->n_buckets - 1]; i += LINE / sizeof *triples)
        __builtin_prefetch(triples + i, 1);
    /* at the end next[bucket] is the end of the bucket, which is the start of the one after */
    for (uint32_t p = tile * b->tile_pairs; p < vr_tile_end(b, tile); p++) {
        const uint32_t *ids = b->ids + vr_kept_at(t, p);
        const float *weights = b->weights + vr_kept_at(t, p);
        vr_place_pair(ids, weights, b->counts[p], p, b->n_buckets, next, room, triples);
    }
}

/* --- a bucket ------------------------------------------------------------------------------------- */

/* Triples that the bucket after this one finds at hand. */
static void fetch(const vr_triple *from, const vr_triple *end) {
    for (; from < end; from += LINE / sizeof *from) __builtin_prefetch(from);
}

/* A walk through a bucket's triples, tile by tile. */
typedef struct walk {
    uint32_t bucket, tile, done /* of the tile's */;
} walk;

static const uint32_t *first_of(const vr_step_buffers *b, uint32_t tile, uint32_t bucket) {
    return b->tile_first + (size_t)tile * (b->n_buckets + 1) + bucket;
}

/* Triples of a bucket that make a turn: after VR_BUCKET / TURN of them none is left. */
static uint32_t turn_of(const vr_step_buffers *b, uint32_t bucket) {
    uint32_t n = 0;
    for (uint32_t tile = 0; tile < b->n_tiles; tile++) {
        const uint32_t *first = first_of(b, tile, bucket);
        n += first[1] - first[0];
    }
    return n / (VR_BUCKET / TURN) + 1;
}

/* What the gradients are before the first triple. */
static void bucket_begin(const vr_trainer *t, uint32_t bucket, float *gradients) {
    if (t->dense)
        vr_dense_gradient(t, bucket, gradients);
    else
        memset(gradients, 0, VR_BUCKET * t->items.stride * sizeof *gradients);
}

/* Adds the next `most` triples, or those that are left. */
static void bucket_add(const vr_trainer *t, walk *w, uint32_t most, float *gradients) {
    const vr_step_buffers *b = t->buffers;
    while (most && w->tile < b->n_tiles) {
        const uint32_t *first = first_of(b, w->tile, w->bucket);
        const vr_triple *triples = vr_tile_triples(b, w->tile);
        uint32_t left = first[1] - first[0] - w->done, n = vr_least(most, left);
        if (!w->done && w->bucket + 1 < b->n_buckets) fetch(triples + first[1], triples + first[2]);
        t->kernels->scatter(triples + first[0] + w->done, n, b->user_rows, t->items.stride,
                            gradients);
        most -= n;
        w->done += n;
        if (n == left) w->tile++, w->done = 0;
    }
}

void vr_bucket_gradient(vr_trainer *t, uint32_t bucket, float *gradients) {
    walk w = {.bucket = bucket};
    bucket_begin(t, bucket, gradients);
    bucket_add(t, &w, UINT32_MAX, gradients);
}

void vr_bucket_project(const vr_trainer *t, uint32_t bucket, float *gradients) {
    size_t stride = t->items.stride;
    if (t->spec->similarity != VR_COSINE) return;
    for (uint32_t i = bucket * VR_BUCKET; i < vr_least((bucket + 1) * VR_BUCKET, t->items.n_rows);
         i++)
        t->kernels->project(gradients + i % VR_BUCKET * stride, t->items.unit + i * stride, stride,
                            t->items.inverse_norm[i]);
}

static void adam_row(vr_trainer *t, uint32_t item, const float *gradient, uint32_t s) {
    size_t stride = t->items.stride, at = item * stride;
    t->kernels->adam(t->items.raw + at, t->items.m + at, t->items.v + at, gradient, stride,
                     t->steps[s], (float)t->spec->regularization);
}

void vr_bucket_update(vr_trainer *t, uint32_t bucket, const float *gradients, uint32_t s) {
    size_t stride = t->items.stride;
    for (uint32_t i = bucket * VR_BUCKET; i < vr_least((bucket + 1) * VR_BUCKET, t->items.n_rows);
         i++)
        adam_row(t, i, gradients + i % VR_BUCKET * stride, s);
    vr_bucket_renew(t, bucket);
}

/* Of the cosine, from a gradient that has not been through the normalisation yet. */
static void adam_unit_row(vr_trainer *t, uint32_t item, float *gradient, uint32_t s) {
    size_t stride = t->items.stride, at = item * stride;
    t->items.inverse_norm[item] = t->kernels->adam_unit(
        t->items.raw + at, t->items.m + at, t->items.v + at, t->items.unit + at, gradient, stride,
        t->items.inverse_norm[item], t->steps[s], (float)t->spec->regularization);
    encode(t, item);
}

/* Adam waits for memory, square roots and divisions; the triples of the next bucket, a few at a turn, fill the time. */
void vr_buckets_update(vr_trainer *t, uint32_t first, uint32_t end, uint32_t s) {
    vr_step_buffers *b = t->buffers;
    size_t stride = t->items.stride, size = VR_BUCKET * stride;
    float *now = b->bucket_grads + (size_t)omp_get_thread_num() * 2 * size, *next = now + size;
    vr_bucket_gradient(t, first, now);
    for (uint32_t bucket = first; bucket < end; bucket++) {
        uint32_t item = bucket * VR_BUCKET, n = vr_least(VR_BUCKET, t->items.n_rows - item),
                 turn = 0;
        float largest = 0, *done = now;
        walk w = {.bucket = bucket + 1};
        if (w.bucket < end) {
            bucket_begin(t, w.bucket, next);
            turn = turn_of(b, w.bucket);
        }
        for (uint32_t i = 0; i < n; i++, item++) {
            if (t->spec->similarity == VR_COSINE)
                adam_unit_row(t, item, now + i * stride, s);
            else
                adam_row(t, item, now + i * stride, s);
            if (t->items.inverse_norm[item] > largest) largest = t->items.inverse_norm[item];
            if (i % TURN == TURN - 1) bucket_add(t, &w, turn, next);
        }
        b->bucket_inverse[bucket] = largest;
        now = next;
        next = done;
    }
}

double vr_bucket_norm2(const vr_trainer *t, uint32_t bucket, const float *gradients) {
    size_t stride = t->items.stride;
    double sum = 0;
    for (uint32_t i = bucket * VR_BUCKET; i < vr_least((bucket + 1) * VR_BUCKET, t->items.n_rows);
         i++)
        sum +=
            (double)t->kernels->norm2(gradients + i % VR_BUCKET * stride, t->items.raw + i * stride,
                                      stride, (float)t->spec->regularization);
    return sum;
}
