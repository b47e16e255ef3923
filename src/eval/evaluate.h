/* Full ranking and its metrics: Recall@k and NDCG@k as LightGCN, SimpleX and BSL measure them.

   For each user with at least one test item: all items are ranked by score, the user's train items left
   out; ties go to the lower item id. Recall@k = hits / |T_u|; NDCG@k has gain 1/log2(rank + 1), rank from 1,
   and the ideal DCG over min(k, |T_u|). The means are over those users, summed in user order. */
#ifndef VR_EVAL_EVALUATE_H
#define VR_EVAL_EVALUATE_H

#include "base/error.h"
#include "data/dataset.h"
#include "num/matrix.h"

typedef struct vr_user_metrics {
    double recall, ndcg; /* NaN for a user without test items */
} vr_user_metrics;

typedef struct vr_metrics {
    double recall, ndcg; /* fractions */
    uint32_t n_users;    /* users with at least one test item */
} vr_metrics;

typedef struct vr_evaluation {
    const vr_matrix *users, *items; /* n_users x dim, n_items x dim */
    vr_similarity similarity;
    const vr_csr *train, *test; /* n_users x n_items; train items are masked */
    uint32_t k;                 /* >= 1 */
} vr_evaluation;

/* per_user: n_users rows to fill, or NULL. Same bits for any thread count and vector width.
   Errors: VR_BAD_DATA for a score that is NaN (names the user and the item). */
vr_status vr_evaluate(const vr_evaluation *evaluation, vr_user_metrics *per_user, vr_metrics *out,
                      vr_error *error);

#endif
