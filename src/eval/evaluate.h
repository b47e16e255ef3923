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
    uint32_t hits;       /* test items among the k best */
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

/* The k best item ids of every user, best first, train items left out: ids is n_users x k, row-major; places
   that nothing is left for hold VR_NO_ITEM. evaluation->test is not read and may be NULL. */
#define VR_NO_ITEM UINT32_MAX
vr_status vr_top_k(const vr_evaluation *evaluation, uint32_t *ids, vr_error *error);

/* The metrics of ranked lists that somebody else made (laid out as by vr_top_k; a list ends at VR_NO_ITEM).
   Errors: VR_BAD_DATA for an item id that is out of range, listed twice or one of the user's train items. */
vr_status vr_evaluate_lists(const uint32_t *ids, uint32_t k, const vr_csr *train,
                            const vr_csr *test, vr_user_metrics *per_user, vr_metrics *out,
                            vr_error *error);

#endif
