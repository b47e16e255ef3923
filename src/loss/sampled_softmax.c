/* Sampled softmax, Eq. 2 with the missing 1/N:

       L = log(e^{y_i/t} + (1/N) sum_j e^{y_j/t} / q_j) - y_i/t,   j drawn from q on the items other than i.

   Then (1/N) sum e^{y_j/t} / q_j estimates the full sum without bias, and exactly when q is proportional
   to e^{y/t}. Without q (NULL) it is 1/N each: the candidates stand for themselves.
   Worst error, cosine scores: value 2.0 (double) 1.3 (float), gradient 2.0 2.3 ulp. */
#include "loss/real.h"

/* out_j = (y_j - top)/t - log q_j: the scores with the proposal's correction. */
static vr_real correct(const VR_NAME(vr_scores) * scores, vr_wide t, vr_real *out) {
    vr_real top = VR_VECTOR(largest)(scores->n_neg, scores->neg);
    for (size_t j = 0; j < scores->n_neg; j++) {
        vr_wide d = ((vr_wide)scores->neg[j] - top) / t;
        out[j] = vr_factor(d - vr_log_f64((double)scores->neg_q[j]));
    }
    return top;
}

VR_LOSS(sampled_softmax) {
    vr_wide t = params->t, base, shift;
    vr_exponentials e;
    if (scores->neg_q) {
        base = correct(scores, t, gradient->neg);
        e = vr_exponentiate(scores->n_neg, gradient->neg, 1, gradient->neg);
        shift = e.top - vr_log_f64((double)scores->n_neg);
    } else {
        e = vr_exponentiate(scores->n_neg, scores->neg, t, gradient->neg);
        base = e.top;
        shift = 0;
    }
    vr_wide u = (base - scores->pos) / t + shift + vr_log_f64((double)e.sum);
    return vr_against(e, u, t, scores->n_neg, gradient);
}
