/* Cosine contrastive loss, Eq. 18 and 19: L = (1 - y_i) + (w/N) sum_j max(y_j - margin, 0).
   dL/dy_i = -1, dL/dy_j = w/N where y_j > margin, else 0.

   SimpleX's code has max(1 - y_i, 0) for the first term. For cosine scores it is the same; it differs where
   y_i > 1, as with dropout's rescaled vectors or dot products. Here the paper's formula stands.
   Worst of 150 random cases, cosine scores: value 0.6 (double) 1.6 (float), gradient 0.6 0.7 ulp. */
#include "loss/real.h"

/*@ requires Arguments(scores, params, gradient) && InRange(params->margin) &&
      InRange(params->weight / scores->n_neg);
    terminates \true; exits \false; assigns gradient->pos, gradient->neg[0 .. scores->n_neg - 1];
    ensures \result == \old(ccl(params->margin, params->weight, scores->n_neg, scores->pos, scores->neg));
    ensures gradient->pos == -1.0;
    ensures \forall integer j; 0 <= j < scores->n_neg ==> gradient->neg[j] ==
      \old(scores->neg[j] > params->margin ? params->weight / scores->n_neg : 0.0); */
VR_LOSS(ccl) {
    vr_wide weight = params->weight, n = (vr_wide)scores->n_neg;
    vr_wide mean =
        vr_mean_hinge(scores->n_neg, scores->neg, params->margin, weight / n, gradient->neg);
    gradient->pos = -1;
    return (vr_real)(1 - (vr_wide)scores->pos + weight * mean);
}
