/* MINE, Eq. 9 and 10: L = log sum_j e^{y_j/t} - y_i/t. dL/dy_i = -1/t, dL/dy_j = softmax_j(y/t) / t.
   Worst error, cosine scores: value 1.4 (double) 1.1 (float), gradient 0.9 0.9 ulp. */
#include "loss/real.h"

VR_LOSS(mine) {
    vr_wide t = params->t;
    vr_exponentials e = vr_exponentiate(scores->n_neg, scores->neg, t, gradient->neg);
    VR_VECTORS->times(scores->n_neg, gradient->neg, vr_factor(1 / (t * e.sum)), gradient->neg);
    gradient->pos = (vr_real)(-1 / t);
    return (vr_real)(((vr_wide)e.top - scores->pos) / t + vr_log_f64((double)e.sum));
}
