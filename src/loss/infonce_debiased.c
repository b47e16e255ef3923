/* Debiased InfoNCE, Eq. 6 and 7 with the floor e^{-1/t} (printed e^{1/t} is the maximum of e^{cos/t}):

       L = log(1 + lambda f e^{-y_i/t}),   f = max(b, e^{-1/t}),
       b = ((1/N) sum_j e^{y_j/t} - tau+ (1/M) sum_k e^{y_k/t}) / (1 - tau+).

   lambda NaN stands for N, the default. In logarithms, so that no exponential leaves the range: with
   r = tau+ mean_k / mean_j, b = mean_j (1 - r) / (1 - tau+), and L = softplus(u), u = log(lambda f) - y_i/t.
   With s = sigmoid(u): dL/dy_i = -s/t; dL/dy_j = s p_j / (t (1 - r)), dL/dy_k = -s r p_k / (t (1 - r)), where
   p are the softmax weights of the samples and of the positive samples; both 0 at the floor.
   Worst error, cosine scores: value 3.1 (double) 2.0 (float), gradient 7.0 6.3 ulp. */
#include "loss/real.h"

/* ratio * e^gap, also where e^gap alone overflows. */
static double times_exp(double ratio, double gap) {
    return gap < 700 ? ratio * vr_exp_f64(gap) : vr_exp_f64(vr_log_f64(ratio) + gap);
}

VR_LOSS(infonce_debiased) {
    size_t n = scores->n_neg, m = scores->n_pos_samples;
    vr_wide t = params->t, tau = params->tau_plus;
    double lambda = params->lambda == params->lambda ? params->lambda : (double)n;
    vr_exponentials ej = vr_exponentiate(n, scores->neg, t, gradient->neg);
    vr_exponentials ek = vr_exponentiate(m, scores->pos_samples, t, gradient->pos_samples);

    vr_wide mean_j = (vr_wide)ej.sum / (vr_wide)n, mean_k = m ? tau * ek.sum / (vr_wide)m : 0;
    vr_wide gap = ((vr_wide)ek.top - ej.top) / t;
    double r = times_exp((double)(mean_k / mean_j), (double)gap);
    double rest = 1 - r;
    double log_b = rest > 0
                       ? vr_log_f64((double)mean_j) + vr_log_f64(rest) - vr_log1p_f64(-(double)tau)
                       : 0; /* less top/t */
    int above = rest > 0 && ((vr_wide)ej.top + 1) / t + log_b > 0;
    vr_wide log_f = above ? ((vr_wide)ej.top - scores->pos) / t + log_b
                          : (-1 - (vr_wide)scores->pos) / t; /* less y_i/t */
    double u = (double)(vr_log_f64(lambda) + log_f);

    vr_wide s = vr_sigmoid_f64(u), per = above ? s / (t * rest) : 0;
    VR_VECTOR(times)(n, gradient->neg, vr_factor(per / ej.sum), gradient->neg);
    if (m) {
        vr_real factor = vr_factor(above ? -per * r / ek.sum : 0);
        VR_VECTOR(times)(m, gradient->pos_samples, factor, gradient->pos_samples);
    }
    gradient->pos = (vr_real)(-s / t);
    return (vr_real)vr_softplus_f64(u);
}
