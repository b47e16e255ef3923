/* The ideal pointwise loss of one user, Eq. 20, where the true distributions are known (planted worlds):

       L = tau+ sum_i p+(i) l+(y_i) + lambda (1 - tau+) sum_i p-(i) l-(y_i)

   MSE: l+ = (1 - y)^2, l- = y^2.  CCL: l+ = 1 - y, l- = max(y - margin, 0).
   The debiased losses (Eq. 21/22) estimate it from draws of p = tau+ p+ + (1 - tau+) p- and of p+. */
#ifndef VR_LOSS_IDEAL_H
#define VR_LOSS_IDEAL_H

#include "loss/loss.h"

typedef enum vr_pointwise { VR_POINTWISE_MSE, VR_POINTWISE_CCL } vr_pointwise;

typedef struct vr_ideal_user {
    size_t n_items;
    const double *p_plus, *p_minus; /* n_items each; each sums to 1 */
    double tau_plus;                /* in [0, 1] */
} vr_ideal_user;

/* scores: n_items. params: lambda, and margin for CCL. gradient: n_items to fill, or NULL. The sums run in
   item order. At y = margin the derivative of l- is 0. */
double vr_ideal_loss(const vr_ideal_user *user, const double *scores, vr_pointwise pointwise,
                     const vr_loss_params *params, double *gradient);

#endif
