/* Debiased MSE, Eq. 21 and 22: L = tau+ (1 - y_i)^2 + lambda ((1/N) sum_j y_j^2 - tau+ (1/M) sum_k y_k^2).
   dL/dy_i = 2 tau+ (y_i - 1), dL/dy_j = 2 lambda y_j / N, dL/dy_k = -2 lambda tau+ y_k / M.
   Worst of 150 random cases, cosine scores: value 0.9 (double) 1.2 (float), gradient 1.7 1.2 ulp. */
#include "loss/real.h"

/*@ requires Arguments(scores, params, gradient) && PositiveSamples(scores, params, gradient) &&
      InRange(2.0 * params->lambda / scores->n_neg) &&
      (0 < scores->n_pos_samples ==> InRange(-2.0 * params->lambda * params->tau_plus / scores->n_pos_samples));
    terminates \true; exits \false;
    assigns gradient->pos, gradient->neg[0 .. scores->n_neg - 1], gradient->pos_samples[0 .. scores->n_pos_samples - 1];
    ensures \result == \old(mse_debiased(params->lambda, params->tau_plus, scores->n_neg, scores->n_pos_samples,
      scores->pos, scores->neg, scores->pos_samples));
    ensures gradient->pos == \old(2.0 * params->tau_plus * (scores->pos - 1.0));
    ensures \forall integer j; 0 <= j < scores->n_neg ==> gradient->neg[j] ==
      \old(mul(2.0 * params->lambda / scores->n_neg, scores->neg[j]));
    ensures \forall integer k; 0 <= k < scores->n_pos_samples ==> gradient->pos_samples[k] ==
      \old(mul(-2.0 * params->lambda * params->tau_plus / scores->n_pos_samples, scores->pos_samples[k])); */
VR_LOSS(mse_debiased) {
    size_t n = scores->n_neg, m = scores->n_pos_samples;
    vr_wide lambda = params->lambda, tau = params->tau_plus, miss = (vr_wide)scores->pos - 1;
    vr_wide negative = vr_mean_square(n, scores->neg);
    if (m) negative -= tau * vr_mean_square(m, scores->pos_samples);
    /*@ assert m == 0 ==> negative == sum_squares(n, scores->neg) / n; */
    /*@ assert 0 < m ==> negative == sum_squares(n, scores->neg) / n - tau * (sum_squares(m, scores->pos_samples) / m); */
    /*@ assert tau * miss * miss + mul(lambda, negative) ==
          mse_debiased(lambda, tau, n, m, scores->pos, scores->neg, scores->pos_samples); */
    VR_VECTOR(times)(n, scores->neg, vr_factor(2 * lambda / (vr_wide)n), gradient->neg);
    if (m) {
        vr_real factor = vr_factor(-2 * lambda * tau / (vr_wide)m);
        VR_VECTOR(times)(m, scores->pos_samples, factor, gradient->pos_samples);
    }
    gradient->pos = (vr_real)(2 * tau * miss);
    return (vr_real)(tau * miss * miss + lambda * negative);
}
