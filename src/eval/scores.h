/* Full ranking where scores come by whole rows instead of from two tables of factors: linear item models. The lists, masks,
   ties and means are those of eval/evaluate.h. */
#ifndef VR_EVAL_SCORES_H
#define VR_EVAL_SCORES_H

#include "eval/evaluate.h"

enum { VR_SCORE_USERS = 16 /* of a call, at most */ };

typedef struct vr_score_source {
    /* scores (n x n_items, row-major): those of the n users of `who`. room: room_bytes of the calling thread's own,
       64-byte aligned. Called from several threads at once. */
    void (*score)(const void *context, const uint32_t *who, uint32_t n, float *scores, void *room);
    size_t room_bytes;
    const void *context;
} vr_score_source;

/* As vr_evaluate; same bits for any thread count. VR_BAD_DATA: a NaN score; VR_INTERRUPTED; VR_INTERNAL. */
vr_status vr_evaluate_scores(const vr_score_source *source, const vr_csr *train, const vr_csr *test,
                             uint32_t k, vr_user_metrics *per_user, vr_metrics *out,
                             vr_error *error);

#endif
