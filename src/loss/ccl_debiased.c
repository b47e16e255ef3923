/* Debiased CCL, Eq. 21 and 22, with l-(y) = max(y - margin, 0):

       L = tau+ (1 - y_i) + lambda ((1/N) sum_j l-(y_j) - tau+ (1/M) sum_k l-(y_k)).

   dL/dy_i = -tau+, dL/dy_j = (lambda/N) [y_j > margin], dL/dy_k = -(lambda tau+/M) [y_k > margin].
   Worst error, cosine scores: value 0.6 (double) 1.3 (float), gradient 0.6 0.7 ulp. */
#include "loss/real.h"

VR_LOSS(ccl_debiased) {
    size_t n = scores->n_neg, m = scores->n_pos_samples;
    vr_wide lambda = params->lambda, tau = params->tau_plus;
    vr_wide negative =
        vr_mean_hinge(n, scores->neg, params->margin, lambda / (vr_wide)n, gradient->neg);
    if (m)
        negative -= tau * vr_mean_hinge(m, scores->pos_samples, params->margin,
                                        -lambda * tau / (vr_wide)m, gradient->pos_samples);
    gradient->pos = (vr_real)-tau;
    return (vr_real)(tau * (1 - (vr_wide)scores->pos) + lambda * negative);
}
