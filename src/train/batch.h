/* The pieces of a training step, for the files of this folder only: what step.h promises is put together in
   step.c from users.c (rows of the batch's users), pairs.c (draws, scores, loss) and items.c (gradients by item). */
#ifndef VR_TRAIN_BATCH_H
#define VR_TRAIN_BATCH_H

#include <omp.h>

#include "train/counting.h"
#include "train/step.h"

enum {
    VR_SPARE = 16,       /* entries that a vector store may touch past the last */
    VR_TILE = 32,        /* pairs that one thread takes at a time */
    VR_DENSE_TILE = 512, /* the same where a pair has few items of its own (dense.h) */
    VR_ROWS = 1024       /* rows of a flush tile */
};

/* A user of the batch and its pairs. */
typedef struct vr_slot {
    uint32_t user, first, count; /* pairs slot_pairs[first .. first + count) in batch order */
} vr_slot;

struct vr_step_buffers {
    uint32_t room_threads /* rows that the arrays of a thread have */;
    uint32_t threads, entries /* 1 + N + M scored items a pair, at most, and SPARE */, n_buckets;
    uint32_t tile_pairs;                /* VR_TILE or VR_DENSE_TILE */
    uint32_t n_pairs, n_tiles, n_slots; /* of this step */
    /* a row a pair */
    float *user_rows, *user_grads; /* user vector after dropout; dL/d(user vector before dropout) */
    uint32_t *counts;              /* its items with a nonzero weight: how many */
    double *losses;
    /* users of the batch */
    vr_slot *slots;
    uint32_t *slot_pairs, *slot_of_pair, *slot_of_user;
    uint64_t *stamp_of_user;
    float *slot_grads, *slot_norm2;
    /* items by bucket */
    uint32_t
        *tile_first; /* n_tiles x (n_buckets + 1): where the buckets begin in the tile's triples */
    float *tile_bounds; /* n_tiles x n_buckets: sum of |weight| |user row| */
    vr_triple *triples;
    float *bucket_inverse; /* largest inverse norm of the bucket's items */
    double *bucket_norm2;
    float *item_grads; /* n_items x stride, for steps whose clip is not known beforehand */
    double *row_sums;
    /* the items with a nonzero weight of the pairs whose tile is not sorted yet (vr_kept_at), x entries */
    uint32_t *ids;
    float *weights;
    /* a row a thread: scores and gradients of one pair and the places of those that count, gradients of two buckets */
    float *scores, *score_grads, *bucket_grads, *proposals;
    uint32_t *drawn, *places;
};

static inline uint32_t vr_least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

/* The pairs of a tile are those from tile * tile_pairs up to this one. */
static inline uint32_t vr_tile_end(const vr_step_buffers *b, uint32_t tile) {
    return vr_least((tile + 1) * b->tile_pairs, b->n_pairs);
}

/* Where the items of pair p stand in ids and weights. A thread of a pairwise step has room for its tile only and writes
   the same lines tile after tile; a dense step sorts when all pairs are done. */
static inline size_t vr_kept_at(const vr_trainer *t, uint32_t p) {
    const vr_step_buffers *b = t->buffers;
    size_t of_tile = (size_t)omp_get_thread_num() * b->tile_pairs + p % b->tile_pairs;
    return (t->dense ? p : of_tile) * b->entries;
}

/* tau_u^+ of a user by the spec's rule; the loss's parameters for this user. */
double vr_tau_plus_of(const vr_trainer *t, uint32_t user);
vr_loss_params vr_user_params(const vr_trainer *t, uint32_t user);

/* --- users.c --- */

/* Brings a user row up to step s and renews its unit row; all rows. */
void vr_user_catch_up(vr_trainer *t, uint32_t user, uint32_t s);
void vr_users_flush(vr_trainer *t, uint32_t s);

/* Groups the batch's pairs by user, users in order of their first pair. stamp: of this step, never used before. */
void vr_slots_make(vr_trainer *t, const uint32_t *pairs, uint64_t stamp);

/* Sum of the pairs' gradients of one user, through the normalisation, and its squared norm; its Adam step s. */
void vr_slot_gradient(vr_trainer *t, uint32_t index);
void vr_slot_update(vr_trainer *t, uint32_t index, uint32_t s);

/* --- pairs.c --- */

/* row = unit with each entry dropped or scaled up: entry c by factors[c]. position: of the pair in the epoch. */
void vr_drop_out(const vr_trainer *t, uint32_t epoch, uint32_t position, const float *unit,
                 float *row, float *factors);

/* N sampled items; M positive samples of the user, returns M or 0. position: of the draw in the epoch. */
void vr_draw_negatives(const vr_trainer *t, uint32_t epoch, uint32_t position, uint32_t *ids);
uint32_t vr_draw_positives(const vr_trainer *t, uint32_t epoch, uint32_t position, uint32_t user,
                           uint32_t *ids);

/* Loss of one pair from its scores, with the user's tau_u^+ and the spec's positive part. */
double vr_pair_loss(const vr_trainer *t, uint32_t user, const vr_scores_f32 *scores,
                    vr_gradient_f32 *gradient);

/* Forward, and the users' side of backward, for a tile's pairs; start: epoch position of the batch's first pair. */
void vr_tile_forward(vr_trainer *t, uint32_t epoch, uint32_t start, uint32_t tile);

/* --- hinge.c --- */

/* The scored items of a pair: n drawn ones, of which [1, 1 + N) are the sampled. The kept ones are those whose gradient
   may not be 0. */
typedef struct vr_scored_items {
    const float *row; /* the user's */
    const uint32_t *drawn;
    uint32_t n;
    float *scores; /* of the drawn */
    uint32_t *ids, *places;
    float *kept_scores; /* of the kept ones, the k-th of which is drawn[places[k]] */
} vr_scored_items;

/* How the screen has done so far in a tile; {0} at its start. */
typedef struct vr_screening {
    uint32_t screened, kept;
} vr_screening;

/* Whether a spec's scores are screened: then the trainer has item_codes. */
int vr_screened(const vr_train_spec *spec);

/* Scores with which the loss has the value and gradient that it has with all the exact ones; returns how many items
   were kept. 0: nothing was done, all must be scored. */
uint32_t vr_scores_above_margin(const vr_trainer *t, const vr_scored_items *items,
                                vr_screening *so_far);

/* --- items.c --- */

/* A stable counting sort of a tile's (pair, item, weight) by bucket, and the bounds of the buckets' gradients. Each pair
   is counted while its items are in the core's nearest cache; then all are placed. */
void vr_tile_begin(vr_trainer *t, uint32_t tile);
void vr_pair_count(vr_trainer *t, uint32_t p);
void vr_tile_place(vr_trainer *t, uint32_t tile);

static inline vr_triple *vr_tile_triples(const vr_step_buffers *b, uint32_t tile) {
    return b->triples + (size_t)tile * b->tile_pairs * b->entries;
}

/* Gradients of a bucket's 64 rows with respect to their unit rows; then through the normalisation; their norm. */
void vr_bucket_gradient(vr_trainer *t, uint32_t bucket, float *gradients);
void vr_bucket_project(const vr_trainer *t, uint32_t bucket, float *gradients);
double vr_bucket_norm2(const vr_trainer *t, uint32_t bucket, const float *gradients);

/* Adam step s of a bucket from projected gradients; of buckets first .. end - 1, gradients and all, in one pass. */
void vr_bucket_update(vr_trainer *t, uint32_t bucket, const float *gradients, uint32_t s);
void vr_buckets_update(vr_trainer *t, uint32_t first, uint32_t end, uint32_t s);

/* Renews the unit rows of a bucket's items and the bucket's largest inverse norm. */
void vr_bucket_renew(vr_trainer *t, uint32_t bucket);

#endif
