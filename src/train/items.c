#include <string.h>
#include "train/dense.h"

void vr_bucket_renew(vr_trainer *t, uint32_t bucket) {
    size_t stride = t->items.stride;
    float largest = 0;
    for (uint32_t i = bucket * VR_BUCKET; i < vr_least((bucket + 1) * VR_BUCKET, t->items.n_rows);
         i++) {
        size_t at = i * stride;
        if (t->spec->similarity == VR_COSINE)
            t->items.inverse_norm[i] =
                t->kernels->normalise(t->items.raw + at, stride, t->items.unit + at);
        if (t->items.inverse_norm[i] > largest) largest = t->items.inverse_norm[i];
    }
    t->buffers->bucket_inverse[bucket] = largest;
}

/* Counts per tile and bucket become the places where each tile writes its triples. */
void vr_tiles_place(vr_step_buffers *b) {
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

void vr_tile_write(vr_step_buffers *b, uint32_t tile) {
    uint32_t *next = b->tile_counts + (size_t)tile * b->n_buckets;
    for (uint32_t p = tile * VR_TILE; p < vr_least((tile + 1) * VR_TILE, b->n_pairs); p++) {
        const uint32_t *ids = b->ids + (size_t)p * b->entries;
        const float *weights = b->weights + (size_t)p * b->entries;
        for (uint32_t j = 0; j < b->counts[p]; j++)
            b->triples[next[ids[j] / VR_BUCKET]++] =
                (vr_triple){p * VR_BUCKET + ids[j] % VR_BUCKET, weights[j]};
    }
}

void vr_bucket_gradient(vr_trainer *t, uint32_t bucket, float *gradients) {
    vr_step_buffers *b = t->buffers;
    size_t stride = t->items.stride;
    uint32_t first = b->bucket_first[bucket];
    if (t->dense)
        vr_dense_gradient(t, bucket, gradients);
    else
        memset(gradients, 0, VR_BUCKET * stride * sizeof *gradients);
    t->kernels->scatter(b->triples + first, b->bucket_first[bucket + 1] - first, b->user_rows,
                        stride, gradients);
}

void vr_bucket_project(const vr_trainer *t, uint32_t bucket, float *gradients) {
    size_t stride = t->items.stride;
    if (t->spec->similarity != VR_COSINE) return;
    for (uint32_t i = bucket * VR_BUCKET; i < vr_least((bucket + 1) * VR_BUCKET, t->items.n_rows);
         i++)
        t->kernels->project(gradients + i % VR_BUCKET * stride, t->items.unit + i * stride, stride,
                            t->items.inverse_norm[i]);
}

void vr_bucket_update(vr_trainer *t, uint32_t bucket, const float *gradients, uint32_t s) {
    size_t stride = t->items.stride;
    for (uint32_t i = bucket * VR_BUCKET; i < vr_least((bucket + 1) * VR_BUCKET, t->items.n_rows);
         i++) {
        size_t at = i * stride;
        t->kernels->adam(t->items.raw + at, t->items.m + at, t->items.v + at,
                         gradients + i % VR_BUCKET * stride, stride, t->steps[s],
                         (float)t->spec->regularization);
    }
    vr_bucket_renew(t, bucket);
}

/* The same for the cosine, from gradients that have not been through the normalisation yet. */
void vr_bucket_update_unit(vr_trainer *t, uint32_t bucket, float *gradients, uint32_t s) {
    size_t stride = t->items.stride;
    float largest = 0;
    for (uint32_t i = bucket * VR_BUCKET; i < vr_least((bucket + 1) * VR_BUCKET, t->items.n_rows);
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
