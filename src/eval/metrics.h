/* Recall@k and NDCG@k of one ranked list. */
#ifndef VR_EVAL_METRICS_H
#define VR_EVAL_METRICS_H

#include "eval/evaluate.h"

typedef struct vr_discounts {
    uint32_t k;
    double *at;    /* at[r] = 1/log2(r + 2) is the gain at place r, from 0 */
    double *ideal; /* ideal[n], n = 0 .. k: the sum of the first n, in order */
} vr_discounts;

/* VR_INTERNAL: no memory. Freed with vr_discounts_free, which takes a zeroed struct too. */
vr_status vr_discounts_make(uint32_t k, vr_discounts *out, vr_error *error);
void vr_discounts_free(vr_discounts *discounts);

/* Is the item one of the row's? By bisection. */
int vr_csr_has(const vr_csr *csr, uint32_t row, uint32_t column);

/* hits[r] != 0 says that place r holds a test item, r < n <= discounts->k; n_test >= 1 test items. */
vr_user_metrics vr_list_metrics(const unsigned char *hits, uint32_t n, uint32_t n_test,
                                const vr_discounts *discounts);

/* The means over users with test items, summed in user order. VR_BAD_DATA when there are none. */
vr_status vr_mean_metrics(const vr_user_metrics *per_user, const vr_csr *test, vr_metrics *out,
                          vr_error *error);

#endif
