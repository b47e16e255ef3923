#include <math.h>
#include <omp.h>
#include <string.h>
#include "num/draws.h"
#include "train/batch.h"

void vr_drop_out(const vr_trainer *t, uint32_t epoch, uint32_t position, const float *unit,
                 float *row, float *factors) {
    size_t dim = t->spec->dim;
    vr_draw_key key = {t->spec->seed, VR_STREAM_DROPOUT, epoch};
    uint32_t threshold = (uint32_t)(t->spec->dropout * 0x1p32);
    float keep = (float)(1 / (1 - t->spec->dropout));
    uint32_t words[64];
    for (size_t first = 0; first < dim; first += 64, position += 0x9E3779B9u) {
        size_t n = dim - first < 64 ? dim - first : 64;
        vr_draw_words(&key, position, words, 64);
        for (size_t c = 0; c < n; c++) {
            factors[first + c] = words[c] >= threshold ? keep : 0;
            row[first + c] = unit[first + c] * factors[first + c];
        }
    }
}

void vr_draw_negatives(const vr_trainer *t, uint32_t epoch, uint32_t position, uint32_t *ids) {
    const vr_csr *train = &t->dataset->train;
    uint32_t n = t->spec->negatives;
    vr_draw_key key = {t->spec->seed, VR_STREAM_NEGATIVES, epoch};
    if (t->spec->sampling == VR_SAMPLE_UNIFORM)
        vr_draw_below(&key, position, train->n_columns, ids, n);
    else {
        vr_draw_below(&key, position, (uint32_t)vr_csr_count(train), ids, n);
        for (uint32_t j = 0; j < n; j++) ids[j] = train->columns[ids[j]];
    }
}

uint32_t vr_draw_positives(const vr_trainer *t, uint32_t epoch, uint32_t position, uint32_t user,
                           uint32_t *ids) {
    const vr_csr *train = &t->dataset->train;
    if (!t->loss->needs_pos_samples) return 0;
    uint32_t m = t->spec->positives;
    vr_draw_key key = {t->spec->seed, VR_STREAM_POSITIVES, epoch};
    vr_draw_below(&key, position, vr_csr_row_count(train, user), ids, m);
    for (uint32_t k = 0; k < m; k++) ids[k] = train->columns[train->offsets[user] + ids[k]];
    return m;
}

double vr_pair_loss(const vr_trainer *t, uint32_t user, const vr_scores_f32 *scores,
                    vr_gradient_f32 *gradient) {
    vr_loss_params params = vr_user_params(t, user);
    double loss = t->loss->f32(scores, &params, gradient);
    if (t->spec->positive == VR_POSITIVE_HINGE && scores->pos > 1) {
        loss += (double)scores->pos - 1;
        gradient->pos = 0;
    }
    return loss;
}

/* scores: of ids[0] the positive, of N sampled items, of M positive samples; their gradients likewise. */
static double pair_loss(const vr_trainer *t, uint32_t user, const uint32_t *ids,
                        const float *scores, uint32_t n_scores, float *gradient) {
    uint32_t n = t->spec->negatives;
    vr_scores_f32 in = {.pos = scores[0],
                        .neg = scores + 1,
                        .n_neg = n,
                        .pos_samples = scores + 1 + n,
                        .n_pos_samples = n_scores - 1 - n};
    vr_gradient_f32 out = {.pos = 0, .neg = gradient + 1, .pos_samples = gradient + 1 + n};
    if (t->proposal) {
        float *q = t->buffers->proposals + (size_t)omp_get_thread_num() * n;
        for (uint32_t j = 0; j < n; j++) q[j] = t->proposal[ids[1 + j]];
        in.neg_q = q;
    }
    double loss = vr_pair_loss(t, user, &in, &out);
    gradient[0] = out.pos;
    return loss;
}

/* The positive, N sampled items and M positive samples of the pair at this epoch position; returns how many. */
static uint32_t draw_items(const vr_trainer *t, uint32_t epoch, uint32_t start, uint32_t p,
                           uint32_t user, uint32_t *ids) {
    uint32_t group = start + p / t->spec->sharing * t->spec->sharing, n = 1 + t->spec->negatives;
    size_t stride = t->items.stride;
    ids[0] = t->dataset->train.columns[t->order[start + p]];
    /* its row may lie anywhere in memory: asked for before the draws, it comes while they are made */
    for (size_t c = 0; c < stride; c += 16) __builtin_prefetch(t->items.unit + ids[0] * stride + c);
    vr_draw_negatives(t, epoch, group, ids + 1);
    return n + vr_draw_positives(t, epoch, start + p, user, ids + n);
}

/* Forward and the user's side of backward for pair p of the batch whose first pair is at epoch position `start`. */
static void forward(vr_trainer *t, uint32_t epoch, uint32_t start, uint32_t p,
                    vr_screening *screening) {
    vr_step_buffers *b = t->buffers;
    size_t stride = t->users.stride, room = (b->entries + 63) / 64 * 64,
           thread = (size_t)omp_get_thread_num();
    uint32_t user = b->slots[b->slot_of_pair[p]].user, *drawn = b->drawn + thread * room;
    uint32_t *ids = b->ids + vr_kept_at(t, p), *places = b->places + thread * room;
    float *weights = b->weights + vr_kept_at(t, p);
    float *scores = b->scores + thread * room, *score_grads = b->score_grads + thread * room;
    const float *unit = t->users.unit + user * stride;
    float *row = b->user_rows + p * stride, *gradient = b->user_grads + p * stride;
    float mean = t->spec->reduction == VR_REDUCE_MEAN ? 1 / (float)t->spec->negatives : 1;
    float factors[4096], scale = mean / (float)b->n_pairs;

    int dropout = t->spec->dropout > 0;
    if (dropout)
        vr_drop_out(t, epoch, start + p, unit, row, factors);
    else
        memcpy(row, unit, stride * sizeof *row);
    uint32_t n = draw_items(t, epoch, start, p, user, drawn);
    const vr_scored_items items = {row, drawn, n, scores, ids, places, weights};
    uint32_t kept = vr_scores_above_margin(t, &items, screening);
    if (!kept) t->kernels->dots(row, t->items.unit, stride, drawn, n, scores);
    b->losses[p] = pair_loss(t, user, drawn, scores, n, score_grads) * (double)mean;
    /* CCL's inactive negatives have weight 0 and cost nothing from here on */
    for (uint32_t k = 0; k < kept; k++) weights[k] = score_grads[places[k]];
    b->counts[p] = kept ? t->kernels->keep_active(ids, weights, kept, scale, ids, weights)
                        : t->kernels->keep_active(drawn, score_grads, n, scale, ids, weights);
    memset(gradient, 0, stride * sizeof *gradient);
    t->kernels->accumulate(t->items.unit, stride, ids, weights, b->counts[p], gradient);
    if (dropout)
        for (size_t c = 0; c < t->spec->dim; c++) gradient[c] *= factors[c];
}

void vr_tile_forward(vr_trainer *t, uint32_t epoch, uint32_t start, uint32_t tile) {
    vr_step_buffers *b = t->buffers;
    vr_screening screening = {0};
    for (uint32_t p = tile * b->tile_pairs; p < vr_tile_end(b, tile); p++)
        __builtin_prefetch(t->dataset->train.columns + t->order[start + p]);
    vr_tile_begin(t, tile);
    for (uint32_t p = tile * b->tile_pairs; p < vr_tile_end(b, tile); p++) {
        forward(t, epoch, start, p, &screening);
        vr_pair_count(t, p);
    }
    vr_tile_place(t, tile);
}
