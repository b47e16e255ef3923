/* sampling = all. A loss sees its sampled items through one mean (loss.h: vr_sees), here taken over all items: one item
   with the score that has this mean stands for them, and the chain rule spreads its gradient g over them:

     mean of e^{y/t}    y* = t log mean (+ t log N)   dL/dy_j = g e^{y_j/t} / sum e^{y/t}
     mean of y^2        y* = sqrt(mean)               dL/dy_j = g y_j / (n y*)
     mean of hinges     y* = margin + mean            dL/dy_j = g [y_j > margin] / n

   The scores of a chunk of items live in a tile of one thread. The first kind meets every chunk twice: for the sums,
   then for the gradients. The others are linear in their mean, so that g is known before it, and meet a chunk
   once. Sums over items are taken within a chunk, then over the chunks in order. */
#include <math.h>
#include <omp.h>
#include <string.h>
#include "num/elementary.h"
#include "num/vector.h"
#include "train/dense.h"

static int sees_exp(const vr_trainer *t) {
    return t->loss->sees == VR_SEES_EXP_SUM || t->loss->sees == VR_SEES_EXP_MEAN;
}

/* --- one item for all ------------------------------------------------------------------------------- */

/* The loss of a pair whose sampled items are one with score y; *slope = dL/dy. own: n scores of the positive and
   its samples; gradient of them, or NULL. */
static double one_for_all(const vr_trainer *t, uint32_t user, double y, const float *own,
                          uint32_t n, double *slope, float *gradient) {
    double *scores = t->dense->rooms[omp_get_thread_num()].positives, *grads = scores + n;
    vr_loss_params params = vr_user_params(t, user);
    if (isnan(params.lambda)) params.lambda = t->spec->negatives;
    for (uint32_t k = 0; k < n; k++) scores[k] = (double)own[k];
    vr_scores_f64 in = {
        .pos = scores[0], .neg = &y, .n_neg = 1, .pos_samples = scores + 1, .n_pos_samples = n - 1};
    vr_gradient_f64 out = {.neg = slope, .pos_samples = grads + 1};
    double loss = t->loss->f64(&in, &params, &out);
    if (t->spec->positive == VR_POSITIVE_HINGE && in.pos > 1) {
        loss += in.pos - 1;
        out.pos = 0;
    }
    if (!gradient) return loss;
    gradient[0] = (float)out.pos;
    for (uint32_t k = 1; k < n; k++) gradient[k] = (float)grads[k];
    return loss;
}

/* The score y* of the pair's mean, from the chunks' sums; *sum of all items (relative to pair_top for e^{y/t}). */
static double mean_score(const vr_trainer *t, uint32_t p, double *sum) {
    const vr_dense *d = t->dense;
    size_t batch = t->spec->batch;
    double n = t->items.n_rows, temperature = t->spec->params.t, margin = t->spec->params.margin;
    *sum = 0;
    if (!sees_exp(t)) {
        for (size_t k = 0; k < d->n_sums; k++) *sum += (double)d->sums[k * batch + p];
        if (t->loss->sees == VR_SEES_SQUARE) return sqrt(*sum / n);
        /* the least mean is still above the margin, and a hinge with slope */
        return *sum > 0 ? fmax(margin + *sum / n, nextafter(margin, INFINITY)) : margin + *sum;
    }
    double top = (double)d->tops[p];
    for (size_t k = 1; k < d->n_sums; k++) top = fmax(top, (double)d->tops[k * batch + p]);
    for (size_t k = 0; k < d->n_sums; k++)
        *sum += (double)d->sums[k * batch + p] *
                vr_exp_f64(((double)d->tops[k * batch + p] - top) / temperature);
    d->pair_top[p] = (float)top;
    double log_n = t->loss->sees == VR_SEES_EXP_SUM ? vr_log_f64((double)t->spec->negatives) : 0;
    return top + temperature * (vr_log_f64(*sum / n) + log_n);
}

/* Loss of a pair and the gradients of its own items, once the sums are there; for e^{y/t} the weights' factor. */
static void pair_finish(vr_trainer *t, uint32_t p) {
    vr_step_buffers *b = t->buffers;
    float *gradient = b->score_grads + (size_t)omp_get_thread_num() * ((b->entries + 63) / 64 * 64);
    uint32_t user = b->slots[b->slot_of_pair[p]].user;
    double sum, slope, y = mean_score(t, p, &sum);
    b->losses[p] = one_for_all(t, user, y, b->weights + (size_t)p * b->entries, b->counts[p],
                               &slope, gradient);
    if (sees_exp(t)) t->dense->pair_factor[p] = (float)(slope / (sum * b->n_pairs));
    vr_dense_own(t, p, gradient, b->counts[p], 1 / (float)b->n_pairs);
}

/* The weights' factor of a loss that is linear in its mean: from any score with slope. */
static float linear_factor(const vr_trainer *t, uint32_t p) {
    const vr_step_buffers *b = t->buffers;
    double margin = t->spec->params.margin, slope;
    double y = t->loss->sees == VR_SEES_SQUARE ? 1 : margin + fmax(1, fabs(margin));
    one_for_all(t, b->slots[b->slot_of_pair[p]].user, y, b->weights + (size_t)p * b->entries, 1,
                &slope, NULL);
    return (float)(slope / ((double)t->items.n_rows * b->n_pairs));
}

/* --- a chunk ---------------------------------------------------------------------------------------- */

/* top and sum of e^{(y - top)/t} of each pair of the tile */
static void tile_sums(const vr_trainer *t, vr_dense_room *room, const vr_dense_tile *tile,
                      size_t at) {
    const vr_vector_f32 *v = vr_vectors_f32();
    vr_dense *d = t->dense;
    float inverse_t = (float)(1 / t->spec->params.t);
    for (uint32_t r = 0; r < tile->n_pairs; r++) {
        float *scores = room->scores + r * d->scores_stride;
        float top = v->largest(tile->n_items, scores);
        d->tops[at + r] = top;
        d->sums[at + r] = v->exp(tile->n_items, scores, top, inverse_t, scores);
    }
}

/* The scores become weights; the sums of the linear means. */
static void tile_weights(const vr_trainer *t, vr_dense_room *room, const vr_dense_tile *tile,
                         size_t at) {
    const vr_vector_f32 *v = vr_vectors_f32();
    vr_dense *d = t->dense;
    size_t n = tile->n_items;
    float inverse_t = (float)(1 / t->spec->params.t), margin = (float)t->spec->params.margin;
    for (uint32_t r = 0; r < tile->n_pairs; r++) {
        float *scores = room->scores + r * d->scores_stride;
        float factor = d->pair_factor[tile->first_pair + r];
        if (t->loss->sees == VR_SEES_HINGE) {
            d->sums[at + r] = v->hinge(n, scores, margin, 1, factor, scores);
            continue;
        }
        if (t->loss->sees == VR_SEES_SQUARE)
            d->sums[at + r] = v->squares(n, scores, 1);
        else
            v->exp(n, scores, d->pair_top[tile->first_pair + r], inverse_t, scores);
        v->times(n, scores, factor, scores);
    }
}

void vr_exact_bounds(const vr_trainer *t, uint32_t first, uint32_t n) {
    size_t stride = t->items.stride;
    for (uint32_t i = first; i < first + n; i += VR_BUCKET) {
        double sum = 0;
        for (uint32_t j = i; j < vr_least(i + VR_BUCKET, first + n); j++) {
            const float *row = t->buffers->item_grads + j * stride;
            sum += (double)t->kernels->norm2(row, row, stride, 0);
        }
        t->dense->bucket_bound[i / VR_BUCKET] = sqrt(sum);
    }
}

/* All pairs against the chunk: sums alone, or the gradients. */
static void chunk_step(vr_trainer *t, uint32_t chunk, int backward) {
    vr_dense *d = t->dense;
    vr_dense_room *room = &d->rooms[omp_get_thread_num()];
    size_t stride = t->items.stride, batch = t->spec->batch;
    uint32_t first = chunk * VR_CHUNK, n = vr_least(VR_CHUNK, t->items.n_rows - first),
             n_pairs = t->buffers->n_pairs;
    const float *items = t->items.unit + first * stride;
    vr_dense_pack(t, room, items, n);
    for (uint32_t p = 0; p < n_pairs; p += d->tile_rows) {
        size_t at = chunk * batch + p;
        vr_dense_tile tile = {.first_pair = p,
                              .n_pairs = vr_least(d->tile_rows, n_pairs - p),
                              .n_items = n,
                              .items = items,
                              .user_grads = d->user_grads + at * stride,
                              .item_grads = t->buffers->item_grads + first * stride,
                              .add_items = p > 0};
        vr_dense_scores(t, room, &tile);
        if (backward) {
            tile_weights(t, room, &tile, at);
            vr_dense_backward(t, room, &tile);
        } else {
            tile_sums(t, room, &tile, at);
        }
    }
    if (backward) vr_exact_bounds(t, first, n);
}

/* --- the batch -------------------------------------------------------------------------------------- */

/* The user's gradient: own items, then the chunks in order; through the dropout. */
static void user_finish(vr_trainer *t, uint32_t epoch, uint32_t start, uint32_t p) {
    const vr_dense *d = t->dense;
    size_t stride = t->users.stride;
    float *gradient = t->buffers->user_grads + p * stride,
          *factors = d->rooms[omp_get_thread_num()].factors, *row = factors + stride;
    for (size_t k = 0; k < d->n_sums; k++) {
        const float *more = d->user_grads + (k * t->spec->batch + p) * stride;
        for (size_t c = 0; c < stride; c++) gradient[c] += more[c];
    }
    if (t->spec->dropout > 0)
        vr_drop_out(t, epoch, start + p, t->buffers->user_rows + p * stride, row, factors);
    vr_dense_dropped(t, p, factors);
}

void vr_exact_forward(vr_trainer *t, uint32_t epoch, uint32_t start) {
    vr_dense *d = t->dense;
    vr_step_buffers *b = t->buffers;
    int exponential = sees_exp(t);
#pragma omp for schedule(static)
    for (uint32_t p = 0; p < b->n_pairs; p++) {
        b->counts[p] =
            vr_dense_pair(t, epoch, start + p, p, d->rooms[omp_get_thread_num()].factors);
        if (!exponential) d->pair_factor[p] = linear_factor(t, p);
    }
    if (exponential) {
#pragma omp for schedule(dynamic, 1)
        for (uint32_t chunk = 0; chunk < d->n_chunks; chunk++) chunk_step(t, chunk, 0);
#pragma omp for schedule(static)
        for (uint32_t p = 0; p < b->n_pairs; p++) pair_finish(t, p);
    }
    if (d->grams) {
        vr_gram_gradients(t);
    } else {
#pragma omp for schedule(dynamic, 1)
        for (uint32_t chunk = 0; chunk < d->n_chunks; chunk++) chunk_step(t, chunk, 1);
    }
#pragma omp for schedule(static)
    for (uint32_t p = 0; p < b->n_pairs; p++) {
        if (!exponential) pair_finish(t, p);
        user_finish(t, epoch, start, p);
    }
}
