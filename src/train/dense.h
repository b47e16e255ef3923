/* Pairs of a batch against one list of items, as dense products (model/tiles.h) instead of gathers:
     shared.c   a group of `sharing` pairs against its one draw of N items
     exact.c    the whole batch against all items (sampling = all), VR_CHUNK items at a time
     gram.c     the same for the mean of squares, which needs no scores
   A pair's own items (the positive, the positive samples) go the way of the pairwise step: ids and weights of
   batch.h, then the counting sort. What the items of the lists get is kept here and handed over by bucket. */
#ifndef VR_TRAIN_DENSE_H
#define VR_TRAIN_DENSE_H

#include "model/tiles.h"
#include "train/batch.h"

enum {
    VR_SHARED_LEAST = 16,     /* pairs that must share a draw before products are worth it */
    VR_GRAM_MOST = 256,       /* largest dim for gram.c, whose work grows with dim^2 */
    VR_CHUNK = 1024,          /* items of a list of exact.c: whole buckets */
    VR_DENSE_ROWS = 96,       /* pairs of a tile of scores: a multiple of the kernels' rows */
    VR_DENSE_FLOATS = 1 << 20 /* scores of a tile at most, or as many as 6 pairs have */
};

/* One thread's room. */
typedef struct vr_dense_room {
    float *rows;       /* shared: list x stride, the rows of a draw */
    float *panels;     /* list x dim, in panels of VR_PANEL items */
    float *scores;     /* tile_rows x scores_stride; become the weights */
    float *gradient;   /* shared: scores_stride, dL/dscore of one pair */
    float *proposals;  /* shared: scores_stride, q_j of sampled-softmax */
    float *factors;    /* tile_rows x stride, what dropout multiplied with */
    double *positives; /* exact: 2 (1 + M), scores of the positive samples and their gradients */
} vr_dense_room;

struct vr_dense {
    const vr_tile_kernels *kernels;
    uint32_t list;      /* items of the longest list: N, or VR_CHUNK */
    uint32_t tile_rows; /* pairs of a tile of scores */
    size_t
        scores_stride; /* no multiple of 4096 bytes: the rows of a tile would fight for one cache set */
    uint32_t n_rooms;
    vr_dense_room *rooms;
    double *bucket_bound; /* of the norm of what a bucket's unit rows get from the lists */
    /* shared: a row an item of a draw, draws in order */
    uint32_t *ids;
    float *item_grads, *row_norms;
    vr_triple *triples; /* these rows by bucket, each with weight 1 */
    uint32_t *bucket_first;
    /* exact: n_sums x batch; n_sums = n_chunks, or 1 for gram.c */
    uint32_t n_chunks, n_sums;
    float *tops, *sums; /* largest score; sum of e^{(y - top)/t}, of y^2 or of max(y - margin, 0) */
    float *user_grads;  /* x stride */
    float *pair_top,
        *pair_factor; /* of a pair: dL/dscore = factor e^{(y - top)/t}, factor y, factor [y > margin] */
    float *grams, *weighted_rows,
        *moment; /* gram.c: n_chunks x dim x stride, batch x stride, dim x stride */
};

/* Whether the steps of a spec go this way; what they need, in bytes, for so many threads. */
int vr_dense_wanted(const vr_train_spec *spec);
double vr_dense_bytes(const vr_train_spec *spec, double n_items, int threads);

/* trainer->dense, for the threads of its buffers. VR_INTERNAL without memory. */
vr_status vr_dense_new(vr_trainer *t, vr_error *error);
void vr_dense_free(vr_dense *dense);

/* Room for so many threads, if the trainer's steps go this way. VR_INTERNAL without memory: then as before. */
vr_status vr_dense_threads(vr_trainer *t, uint32_t threads, vr_error *error);

/* Forward, and the users' side of backward, of the whole batch. Called by every thread of a team. */
void vr_dense_forward(vr_trainer *t, uint32_t epoch, uint32_t start);

/* gradients (64 rows) = what a bucket's items get from the lists; may be the bucket's place in the buffers' item_grads. */
void vr_dense_gradient(const vr_trainer *t, uint32_t bucket, float *gradients);

/* --- for shared.c and exact.c --- */

void vr_shared_forward(vr_trainer *t, uint32_t epoch, uint32_t start);
void vr_exact_forward(vr_trainer *t, uint32_t epoch, uint32_t start);

/* The sums and both gradients of a linear mean, from pair_factor: gram.c's way. Called by every thread of a team. */
void vr_gram_gradients(vr_trainer *t);

/* bucket_bound of n items from `first` on, whole buckets, whose gradients stand in the buffers' item_grads. */
void vr_exact_bounds(const vr_trainer *t, uint32_t first, uint32_t n);

/* The pair's user row after dropout (factors: stride floats; 1 without dropout); its own items into ids, their scores into
   weights. Returns how many. */
uint32_t vr_dense_pair(vr_trainer *t, uint32_t epoch, uint32_t position, uint32_t p,
                       float *factors);

/* From dL/dscore of the pair's n own items: ids and weights of those where it is not 0; the user's gradient begins
   with them. */
void vr_dense_own(vr_trainer *t, uint32_t p, const float *gradient, uint32_t n, float scale);

/* user_grads of the pair times factors. */
void vr_dense_dropped(vr_trainer *t, uint32_t p, const float *factors);

/* A tile: n_pairs of the batch, at most tile_rows, against a list of n_items. */
typedef struct vr_dense_tile {
    uint32_t first_pair, n_pairs, n_items;
    const float *items;             /* n_items x stride */
    float *user_grads, *item_grads; /* n_pairs x stride, n_items x stride */
    int add_users, add_items;       /* onto what stands there */
} vr_dense_tile;

/* rows into the room's panels; the room's scores from them; gradients from weights that stand in the scores' place. */
void vr_dense_pack(const vr_trainer *t, vr_dense_room *room, const float *rows, uint32_t n);
void vr_dense_scores(const vr_trainer *t, vr_dense_room *room, const vr_dense_tile *tile);
void vr_dense_backward(const vr_trainer *t, vr_dense_room *room, const vr_dense_tile *tile);

#endif
