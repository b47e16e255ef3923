/* Recall@k and NDCG@k of one ranked list. */
#ifndef VR_EVAL_METRICS_H
#define VR_EVAL_METRICS_H

#include "eval/evaluate.h"
#include "eval/gain.h"

/* VR_INTERNAL: no memory. Freed with vr_discounts_free, which takes a zeroed struct too. */
vr_status vr_discounts_make(uint32_t k, vr_discounts *out, vr_error *error);
void vr_discounts_free(vr_discounts *discounts);

/* For a user with n_test test items; NaN when that is 0. */
vr_user_metrics vr_list_metrics(vr_list_gain gain, uint32_t n_test, const vr_discounts *discounts);

/* The means over users with test items, summed in user order. VR_BAD_DATA when there are none. */
vr_status vr_mean_metrics(const vr_user_metrics *per_user, const vr_csr *test, vr_metrics *out,
                          vr_error *error);

#endif
