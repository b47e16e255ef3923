/* BPR, Eq. 13, the sum over the N samples: L = sum_j log(1 + e^{d_j}), d_j = (y_j - y_i)/t.
   dL/dy_j = sigmoid(d_j)/t, dL/dy_i = -sum_j sigmoid(d_j)/t.
   Worst error, cosine scores: value 2.2 (double) 2.5 (float), gradient 1.8 2.0 ulp. */
#include "loss/real.h"

VR_LOSS(bpr) {
    vr_real inverse_t = vr_factor(1 / (vr_wide)params->t);
    vr_real value = VR_VECTORS->softplus(scores->n_neg, scores->neg, scores->pos, inverse_t,
                                         inverse_t, gradient->neg);
    gradient->pos = -VR_VECTORS->sum(scores->n_neg, gradient->neg, 1);
    return value;
}
