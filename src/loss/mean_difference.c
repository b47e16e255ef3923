/* The first lower bound of the paper (the last lines of Eq. 11 and 14): L = (1/N) sum_j y_j - y_i.
   dL/dy_i = -1, dL/dy_j = 1/N.
   Worst of 150 random cases, cosine scores: value 0.5 (double) 0.8 (float), gradient 0.2 0.2 ulp. */
#include "loss/real.h"

/*@ requires Arguments(scores, params, gradient);
    terminates \true; exits \false; assigns gradient->pos, gradient->neg[0 .. scores->n_neg - 1];
    ensures \result == \old(mean_difference(scores->n_neg, scores->pos, scores->neg));
    ensures gradient->pos == -1.0;
    ensures \forall integer j; 0 <= j < scores->n_neg ==> gradient->neg[j] == \old(1.0 / scores->n_neg); */
VR_LOSS(mean_difference) {
    (void)params;
    size_t n = scores->n_neg;
    vr_wide mean = vr_mean(n, scores->neg);
    /*@ assert InRange(1.0 / n); */
    vr_real share = vr_factor(1 / (vr_wide)n);
    /*@ loop invariant 0 <= j <= n;
        loop invariant \forall integer i; 0 <= i < j ==> gradient->neg[i] == share;
        loop assigns j, gradient->neg[0 .. n - 1];
        loop variant n - j; */
    for (size_t j = 0; j < n; j++) gradient->neg[j] = share;
    gradient->pos = -1;
    return (vr_real)(mean - scores->pos);
}
