/* MINE+, Eq. 16: L = -y_i/t + lambda log sum_j e^{y_j/t}.
   dL/dy_i = -1/t, dL/dy_j = (lambda/t) softmax_j(y/t).
   Worst of 150 random cases, cosine scores: value 1.2 (double) 1.5 (float), gradient 1.7 1.2 ulp. */
#include "loss/real.h"

/*@ requires Arguments(scores, params, gradient) && Temperature(params->t) &&
      \abs(params->lambda / params->t) <= DBL_MAX;
    terminates \true; exits \false; assigns gradient->pos, gradient->neg[0 .. scores->n_neg - 1];
    ensures \result == \old(mine_plus(params->t, params->lambda, scores->n_neg, scores->pos, scores->neg));
    ensures gradient->pos == \old(-1.0 / params->t);
    ensures \forall integer j; 0 <= j < scores->n_neg ==> gradient->neg[j] ==
      \old(mul(quotient(params->lambda, params->t), mine_weight(params->t, scores->n_neg, scores->neg, j))); */
VR_LOSS(mine_plus) {
    vr_wide t = params->t, lambda = params->lambda;
    vr_exponentials e = vr_exponentiate(scores->n_neg, scores->neg, t, gradient->neg);
    /*@ assert share(lambda, t, e.sum) == lambda / (t * e.sum); */
    /*@ assert InRange(lambda / (t * e.sum)); */
    VR_VECTOR(times)(scores->n_neg, gradient->neg, vr_factor(lambda / (t * e.sum)), gradient->neg);
    gradient->pos = (vr_real)(-1 / t);
    /*@ assert scores->pos == \at(scores->pos, Pre); */
    /*@ assert \at(mine_plus(params->t, params->lambda, scores->n_neg, scores->pos, scores->neg), Pre) ==
          quotient(mul(lambda, e.top) - scores->pos, t) + mul(lambda, Log(e.sum)); */
    /*@ assert mul(lambda, e.top) == lambda * e.top; */
    /*@ assert quotient(mul(lambda, e.top) - scores->pos, t) == (lambda * e.top - scores->pos) / t; */
    /*@ assert mul(lambda, Log(e.sum)) == lambda * Log(e.sum); */
    /*@ assert \forall integer j; 0 <= j < scores->n_neg ==> gradient->neg[j] ==
          mul(share(lambda, t, e.sum), \at(shifted_exp(params->t, scores->n_neg, scores->neg, j), Pre)); */
    return (vr_real)((lambda * e.top - scores->pos) / t + lambda * vr_log_f64((double)e.sum));
}
