#include <math.h>
#include <omp.h>
#include "train/dense.h"

/* Of the clip limit: covers the rounding of the bounds. The largest is that of a tile's sum over a bucket, at most
   2^-24 a term: 16,000 terms are covered. A tile has 32 (1 + N + M) for all buckets; 40 a bucket on Gowalla with
   N = 800, so that only a catalogue of fewer than N / 8 items could have more. */
#define SLACK .999

enum { RUN = 16 /* buckets that one thread updates at a time, at most */ };

void vr_step_flush(vr_trainer *t, uint32_t s) {
    vr_users_flush(t, s);
#pragma omp parallel for schedule(dynamic, 16) num_threads(t->buffers->threads)
    for (uint32_t bucket = 0; bucket < t->buffers->n_buckets; bucket++) vr_bucket_renew(t, bucket);
}

/* --- clip ----------------------------------------------------------------------------------------- */

static double slots_norm2(const vr_step_buffers *b) {
    double sum = 0;
    for (uint32_t i = 0; i < b->n_slots; i++) sum += (double)b->slot_norm2[i];
    return sum;
}

/* An upper bound of the items' gradient: |sum_b w_b u_b| / |v| <= (sum_b |w_b| |u_b|) / |v|, per bucket. */
static double items_bound(const vr_trainer *t) {
    const vr_step_buffers *b = t->buffers;
    double sum = 0;
    for (uint32_t bucket = 0; bucket < b->n_buckets; bucket++) {
        double bound = t->dense ? t->dense->bucket_bound[bucket] : 0;
        for (uint32_t tile = 0; tile < b->n_tiles; tile++)
            bound += (double)b->tile_bounds[(size_t)tile * b->n_buckets + bucket];
        bound *= (double)b->bucket_inverse[bucket];
        sum += bound * bound;
    }
    return sqrt(sum);
}

static const float none[4096] __attribute__((aligned(64)));

/* The squared norm over every user row. Rows without a pair count as `other` each, or, where that is NULL, as what they
   are: they must be up to this step then. Not decreasing in any row's part, since rounding is not. */
static double users_norm2(vr_trainer *t, uint64_t stamp, const double *other) {
    vr_step_buffers *b = t->buffers;
    uint32_t n = t->users.n_rows, tiles = (n + VR_ROWS - 1) / VR_ROWS;
#pragma omp parallel for schedule(static) num_threads(b->threads)
    for (uint32_t tile = 0; tile < tiles; tile++) {
        double sum = 0;
        for (uint32_t u = tile * VR_ROWS; u < vr_least((tile + 1) * VR_ROWS, n); u++)
            sum += b->stamp_of_user[u] == stamp ? (double)b->slot_norm2[b->slot_of_user[u]]
                   : other
                       ? *other
                       : (double)t->kernels->norm2(none, t->users.raw + (size_t)u * t->users.stride,
                                                   t->users.stride, (float)t->spec->regularization);
        b->row_sums[tile] = sum;
    }
    double sum = 0;
    for (uint32_t tile = 0; tile < tiles; tile++) sum += b->row_sums[tile];
    return sum;
}

static float factor_of(const vr_trainer *t, double norm2) {
    double norm = sqrt(norm2), factor = t->spec->clip / (norm + 1e-6);
    /* a gradient past what float holds: NaN tables, so that the epoch's loss says that training diverged */
    if (!isfinite(norm)) return NAN;
    return factor < 1 ? (float)factor : 1;
}

/* The clip factor, from gradients that are already stored in item_grads. A row without a pair has but the regulariser's
   gradient: with none of it and with the most it can be, the factor is nearly always the same float, and then it
   is the factor; else all rows are brought up to date. */
static float exact_factor(vr_trainer *t, uint32_t s, uint64_t stamp) {
    vr_step_buffers *b = t->buffers;
    double items = 0;
    for (uint32_t bucket = 0; bucket < b->n_buckets; bucket++) items += b->bucket_norm2[bucket];
    if (!t->naive) {
        if (sqrt(items + slots_norm2(b)) + t->regularizer_norm <= SLACK * t->spec->clip) return 1;
        /* 1.001 and 2^-120 cover the roundings of a row's float sum, below float's normal range too */
        double rows = (double)t->users.n_rows + t->items.n_rows, nothing = 0,
               most = 1.001 * t->regularizer_norm * t->regularizer_norm / rows + 0x1p-120;
        float low = factor_of(t, items + users_norm2(t, stamp, &most)),
              high = factor_of(t, items + users_norm2(t, stamp, &nothing));
        if (low == high) return low;
    }
    vr_users_flush(t, s);
    return factor_of(t, items + users_norm2(t, stamp, NULL));
}

/* --- the step ------------------------------------------------------------------------------------- */

static void update_stored(vr_trainer *t, uint32_t s, uint64_t stamp) {
    vr_step_buffers *b = t->buffers;
    size_t size = VR_BUCKET * (size_t)t->items.stride;
#pragma omp parallel for schedule(dynamic, 4) num_threads(b->threads)
    for (uint32_t bucket = 0; bucket < b->n_buckets; bucket++) {
        vr_bucket_gradient(t, bucket, b->item_grads + bucket * size);
        vr_bucket_project(t, bucket, b->item_grads + bucket * size);
        b->bucket_norm2[bucket] = vr_bucket_norm2(t, bucket, b->item_grads + bucket * size);
    }
    t->steps[s].factor = exact_factor(t, s, stamp);
#pragma omp parallel for schedule(dynamic, 4) num_threads(b->threads)
    for (uint32_t bucket = 0; bucket < b->n_buckets; bucket++)
        vr_bucket_update(t, bucket, b->item_grads + bucket * size, s);
}

static void update_fused(vr_trainer *t, uint32_t s) {
    vr_step_buffers *b = t->buffers;
    uint32_t run = vr_least(b->n_buckets / (4 * b->threads) + 1, RUN);
#pragma omp parallel for schedule(dynamic, 1) num_threads(b->threads)
    for (uint32_t first = 0; first < b->n_buckets; first += run)
        vr_buckets_update(t, first, vr_least(first + run, b->n_buckets), s);
}

double vr_step(vr_trainer *t, uint32_t epoch, uint32_t s) {
    vr_step_buffers *b = t->buffers;
    uint32_t start = s * t->spec->batch, n_all = (uint32_t)vr_csr_count(&t->dataset->train);
    uint64_t stamp = t->adam_steps + 1;
    b->n_pairs = vr_least(t->spec->batch, n_all - start);
    b->n_tiles = (b->n_pairs + b->tile_pairs - 1) / b->tile_pairs;
    vr_slots_make(t, t->order + start, stamp);
#pragma omp parallel num_threads(b->threads)
    {
#pragma omp for schedule(dynamic, 8)
        for (uint32_t i = 0; i < b->n_slots; i++) vr_user_catch_up(t, b->slots[i].user, s);
        if (t->dense) {
            vr_dense_forward(t, epoch, start);
        } else {
#pragma omp for schedule(dynamic, 1)
            for (uint32_t tile = 0; tile < b->n_tiles; tile++)
                vr_tile_forward(t, epoch, start, tile);
        }
#pragma omp for schedule(dynamic, 8)
        for (uint32_t i = 0; i < b->n_slots; i++) vr_slot_gradient(t, i);
    }
    double bound = items_bound(t) + sqrt(slots_norm2(b)) + t->regularizer_norm;
    if (!t->naive && bound <= SLACK * t->spec->clip)
        update_fused(t, s);
    else
        update_stored(t, s, stamp);
#pragma omp parallel for schedule(static) num_threads(b->threads)
    for (uint32_t i = 0; i < b->n_slots; i++) vr_slot_update(t, i, s);
    if (t->naive) vr_users_flush(t, s + 1);
    t->adam_steps++;
    double loss = 0;
    for (uint32_t p = 0; p < b->n_pairs; p++) loss += b->losses[p];
    return loss;
}
