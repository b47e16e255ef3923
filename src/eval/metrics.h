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

/* What a list has earned so far. Hits are reported in rank order, so DCG has one order of summation. */
typedef struct vr_list_gain {
    double dcg;
    uint32_t hits;
} vr_list_gain;
void vr_list_hit(vr_list_gain *gain, uint32_t place, const vr_discounts *discounts);

/* For a user with n_test test items; NaN when that is 0. */
vr_user_metrics vr_list_metrics(const vr_list_gain *gain, uint32_t n_test,
                                const vr_discounts *discounts);

/* The means over users with test items, summed in user order. VR_BAD_DATA when there are none. */
vr_status vr_mean_metrics(const vr_user_metrics *per_user, const vr_csr *test, vr_metrics *out,
                          vr_error *error);

#endif
