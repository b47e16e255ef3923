/* Full ranking of all items for many users, fused with the selection of the k best.

   A score is one chain of fused multiply-adds over the factors, s = fma(u[c], v[c], s) for c = 0 .. dim-1 from
   s = 0: a pure function of its two rows, whatever the tile, the vector width and the thread. No score
   outlives its block of VR_RANK_USERS x VR_RANK_ITEMS registers unless it can still enter a list. */
#ifndef VR_EVAL_RANK_H
#define VR_EVAL_RANK_H

#include <stddef.h>
#include "eval/evaluate.h"
#include "eval/ranked.h"

enum { VR_RANK_USERS = 12, VR_RANK_ITEMS = 32 };

/* The scores of one block: both rows of a user are written only if the user has a survivor. */
typedef struct vr_rank_block {
    float scores[VR_RANK_USERS][VR_RANK_ITEMS];
    uint32_t survivors[VR_RANK_USERS]; /* bit j: score j is not <= the threshold */
} vr_rank_block;

/* users: dim x VR_RANK_USERS and items: dim x VR_RANK_ITEMS, both factor by factor (transposed rows), items
   64-byte aligned. Returns a bit for each user with a survivor; a NaN score survives every threshold, and a
   NaN threshold lets every score survive. */
typedef uint32_t vr_rank_kernel(const float *users, const float *items, size_t dim,
                                const float *thresholds, vr_rank_block *block);

vr_rank_kernel vr_rank_kernel_avx2, vr_rank_kernel_avx512;

/* Receives the n <= k best unmasked items of one user, best first. Called once for each user, from
   several threads at once. */
typedef void vr_rank_sink(void *context, uint32_t user, const vr_ranked_item *best, uint32_t n);

/* Ranks for the n_who users of `who` (row numbers); evaluation->test is not read. kernel NULL: that of
   vr_isa().
   Errors: VR_BAD_DATA for shapes that do not fit or a NaN score; VR_INTERRUPTED; VR_INTERNAL no memory. */
vr_status vr_rank(const vr_evaluation *evaluation, const uint32_t *who, uint32_t n_who,
                  vr_rank_kernel *kernel, vr_rank_sink *sink, void *context, vr_error *error);

/* vr_evaluate with a given kernel: the tests compare them. */
vr_status vr_evaluate_with(const vr_evaluation *evaluation, vr_rank_kernel *kernel,
                           vr_user_metrics *per_user, vr_metrics *out, vr_error *error);

#endif
