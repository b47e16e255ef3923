/* The first lower bound of the paper (the last lines of Eq. 11 and 14): L = (1/N) sum_j y_j - y_i.
   dL/dy_i = -1, dL/dy_j = 1/N.
   Worst error, cosine scores: value 0.5 (double) 0.8 (float), gradient 0.2 0.2 ulp. */
#include "loss/real.h"

VR_LOSS(mean_difference) {
    (void)params;
    vr_real share = vr_factor(1 / (vr_wide)scores->n_neg);
    for (size_t j = 0; j < scores->n_neg; j++) gradient->neg[j] = share;
    gradient->pos = -1;
    return (vr_real)(vr_mean(scores->n_neg, scores->neg) - scores->pos);
}
