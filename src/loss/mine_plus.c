/* MINE+, Eq. 16: L = -y_i/t + lambda log sum_j e^{y_j/t}.
   dL/dy_i = -1/t, dL/dy_j = (lambda/t) softmax_j(y/t).
   Worst error, cosine scores: value 1.2 (double) 1.5 (float), gradient 1.7 1.2 ulp. */
#include "loss/real.h"

VR_LOSS(mine_plus) {
    vr_wide t = params->t, lambda = params->lambda;
    vr_exponentials e = vr_exponentiate(scores->n_neg, scores->neg, t, gradient->neg);
    VR_VECTORS->times(scores->n_neg, gradient->neg, vr_factor(lambda / (t * e.sum)), gradient->neg);
    gradient->pos = (vr_real)(-1 / t);
    return (vr_real)((lambda * e.top - scores->pos) / t + lambda * vr_log_f64((double)e.sum));
}
