/* Pointwise MSE, Eq. 17, of one positive: L = (1 - y_i)^2 + (lambda/N) sum_j y_j^2.
   dL/dy_i = 2 (y_i - 1), dL/dy_j = 2 lambda y_j / N.
   Worst of 150 random cases, cosine scores: value 1.1 (double) 0.8 (float), gradient 1.1 0.8 ulp. */
#include "loss/real.h"

/*@ requires Arguments(scores, params, gradient) && InRange(2.0 * params->lambda / scores->n_neg);
    terminates \true; exits \false; assigns gradient->pos, gradient->neg[0 .. scores->n_neg - 1];
    ensures \result == \old(mse(params->lambda, scores->n_neg, scores->pos, scores->neg));
    ensures gradient->pos == \old(2.0 * (scores->pos - 1.0));
    ensures \forall integer j; 0 <= j < scores->n_neg ==> gradient->neg[j] ==
      \old(mul(2.0 * params->lambda / scores->n_neg, scores->neg[j])); */
VR_LOSS(mse) {
    vr_wide lambda = params->lambda, miss = (vr_wide)scores->pos - 1;
    vr_wide mean = vr_mean_square(scores->n_neg, scores->neg);
    vr_real factor = vr_factor(2 * lambda / (vr_wide)scores->n_neg);
    VR_VECTOR(times)(scores->n_neg, scores->neg, factor, gradient->neg);
    gradient->pos = (vr_real)(2 * miss);
    return (vr_real)(miss * miss + lambda * mean);
}
