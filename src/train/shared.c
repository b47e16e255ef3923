#include <math.h>
#include <omp.h>
#include <string.h>
#include "num/vector.h"
#include "train/dense.h"

enum { AHEAD = 16 /* rows to fetch ahead */ };

/* Losses of the tile's pairs; the scores become weights. */
static void losses(vr_trainer *t, vr_dense_room *room, const vr_dense_tile *tile,
                   const uint32_t *n_own) {
    vr_step_buffers *b = t->buffers;
    uint32_t n = tile->n_items;
    float mean = t->spec->reduction == VR_REDUCE_MEAN ? 1 / (float)n : 1,
          scale = mean / (float)b->n_pairs;
    float *own = b->score_grads + (size_t)omp_get_thread_num() * ((b->entries + 63) / 64 * 64);
    for (uint32_t r = 0; r < tile->n_pairs; r++) {
        uint32_t p = tile->first_pair + r;
        float *scores = room->scores + r * t->dense->scores_stride;
        const float *own_scores = b->weights + (size_t)p * b->entries;
        uint32_t user = b->slots[b->slot_of_pair[p]].user;
        vr_scores_f32 in = {.pos = own_scores[0],
                            .neg = scores,
                            .n_neg = n,
                            .pos_samples = own_scores + 1,
                            .n_pos_samples = n_own[r] - 1,
                            .neg_q = t->proposal ? room->proposals : NULL};
        vr_gradient_f32 out = {.neg = room->gradient, .pos_samples = own + 1};
        b->losses[p] = vr_pair_loss(t, user, &in, &out) * (double)mean;
        own[0] = out.pos;
        vr_vectors_f32()->times(n, room->gradient, scale, scores);
        vr_dense_own(t, p, own, n_own[r], scale);
    }
}

static void tile_step(vr_trainer *t, vr_dense_room *room, uint32_t epoch, uint32_t start,
                      const vr_dense_tile *tile) {
    uint32_t n_own[VR_DENSE_ROWS];
    size_t stride = t->users.stride;
    for (uint32_t r = 0; r < tile->n_pairs; r++) {
        uint32_t p = tile->first_pair + r;
        n_own[r] = vr_dense_pair(t, epoch, start + p, p, room->factors + r * stride);
    }
    vr_dense_scores(t, room, tile);
    losses(t, room, tile, n_own);
    vr_dense_backward(t, room, tile);
    for (uint32_t r = 0; r < tile->n_pairs; r++)
        vr_dense_dropped(t, tile->first_pair + r, room->factors + r * stride);
}

/* The group's draw: ids, its rows side by side, the items' panels, q_j. */
static void draw(vr_trainer *t, vr_dense_room *room, uint32_t epoch, uint32_t position,
                 uint32_t *ids) {
    size_t stride = t->items.stride;
    uint32_t n = t->dense->list;
    vr_draw_negatives(t, epoch, position, ids);
    for (uint32_t j = 0; j < n; j++) {
        if (j + AHEAD < n)
            for (size_t c = 0; c < stride; c += 16)
                __builtin_prefetch(t->items.unit + ids[j + AHEAD] * stride + c);
        memcpy(room->rows + j * stride, t->items.unit + ids[j] * stride,
               stride * sizeof *room->rows);
    }
    if (t->proposal)
        for (uint32_t j = 0; j < n; j++) room->proposals[j] = t->proposal[ids[j]];
    vr_dense_pack(t, room, room->rows, n);
}

static void group_step(vr_trainer *t, uint32_t epoch, uint32_t start, uint32_t group) {
    vr_dense *d = t->dense;
    vr_dense_room *room = &d->rooms[omp_get_thread_num()];
    size_t stride = t->items.stride, at = (size_t)group * d->list;
    uint32_t first = group * t->spec->sharing,
             end = vr_least(first + t->spec->sharing, t->buffers->n_pairs);
    float *item_grads = d->item_grads + at * stride;
    draw(t, room, epoch, start + first, d->ids + at);
    for (uint32_t p = first; p < end; p += d->tile_rows)
        tile_step(t, room, epoch, start,
                  &(vr_dense_tile){.first_pair = p,
                                   .n_pairs = vr_least(d->tile_rows, end - p),
                                   .n_items = d->list,
                                   .items = room->rows,
                                   .user_grads = t->buffers->user_grads + p * stride,
                                   .item_grads = item_grads,
                                   .add_users = 1,
                                   .add_items = p > first});
    for (uint32_t j = 0; j < d->list; j++) {
        const float *row = item_grads + j * stride;
        d->row_norms[at + j] = sqrtf(t->kernels->norm2(row, row, stride, 0));
    }
}

/* The drawn items' gradients by bucket, in order of (draw, position). */
static void place(vr_dense *d, uint32_t n_buckets, size_t n_rows) {
    uint32_t *end = d->bucket_first + 1;
    memset(d->bucket_first, 0, (n_buckets + 1) * sizeof *d->bucket_first);
    memset(d->bucket_bound, 0, n_buckets * sizeof *d->bucket_bound);
    for (size_t i = 0; i < n_rows; i++) {
        end[d->ids[i] / VR_BUCKET]++;
        d->bucket_bound[d->ids[i] / VR_BUCKET] += (double)d->row_norms[i];
    }
    vr_counts_to_starts(
        end, n_buckets); /* where a bucket's next row goes; its end when all are placed */
    static const float whole = 1;
    for (uint32_t i = 0; i < n_rows; i++)
        vr_place_pair(d->ids + i, &whole, 1, i, n_buckets, end, n_rows, d->triples);
}

void vr_shared_forward(vr_trainer *t, uint32_t epoch, uint32_t start) {
    uint32_t sharing = t->spec->sharing, n = (t->buffers->n_pairs + sharing - 1) / sharing;
#pragma omp for schedule(dynamic, 1)
    for (uint32_t group = 0; group < n; group++) group_step(t, epoch, start, group);
#pragma omp single
    place(t->dense, t->buffers->n_buckets, (size_t)n * t->dense->list);
}
