/* The ideal loss of one user, Eq. 20, for MSE and CCL, as proofs/coq has it: each definition and each axiom is one of
   proofs/coq/Contracts.v, by the same name; `make prove-twin` compares the two texts.

     n, x   number and scores of the items     p, q   their probabilities p+ and p- */
#ifndef VR_ACSL_IDEAL_LOSS_H
#define VR_ACSL_IDEAL_LOSS_H

#include "sums.h"

/*@ // sum_i p_i l(y_i) for l+ and l- of each
    axiomatic IdealPointwise {
      logic real expected_mse_plus{L}(integer n, double *p, double *x) =
        n <= 0 ? 0.0 : expected_mse_plus(n - 1, p, x) + mul(p[n - 1], (1.0 - x[n - 1]) * (1.0 - x[n - 1]));
      logic real expected_mse_minus{L}(integer n, double *q, double *x) =
        n <= 0 ? 0.0 : expected_mse_minus(n - 1, q, x) + mul(q[n - 1], x[n - 1] * x[n - 1]);
      logic real expected_ccl_plus{L}(integer n, double *p, double *x) =
        n <= 0 ? 0.0 : expected_ccl_plus(n - 1, p, x) + mul(p[n - 1], 1.0 - x[n - 1]);
      logic real expected_ccl_minus{L}(real margin, integer n, double *q, double *x) =
        n <= 0 ? 0.0 : expected_ccl_minus(margin, n - 1, q, x) + mul(q[n - 1], relu(x[n - 1] - margin));
      logic real ideal_mse{L}(real lambda, real tau, integer n, double *p, double *q, double *x)
        reads p[0 .. n - 1], q[0 .. n - 1], x[0 .. n - 1];
      axiom ideal_mse_is{L}: \forall real lambda, tau, integer n, double *p, *q, *x; 0 <= n ==>
        ideal_mse(lambda, tau, n, p, q, x) ==
          tau * expected_mse_plus(n, p, x) + lambda * (1.0 - tau) * expected_mse_minus(n, q, x);
      logic real ideal_ccl{L}(real margin, real lambda, real tau, integer n, double *p, double *q, double *x)
        reads p[0 .. n - 1], q[0 .. n - 1], x[0 .. n - 1];
      axiom ideal_ccl_is{L}: \forall real margin, lambda, tau, integer n, double *p, *q, *x; 0 <= n ==>
        ideal_ccl(margin, lambda, tau, n, p, q, x) ==
          tau * expected_ccl_plus(n, p, x) + lambda * (1.0 - tau) * expected_ccl_minus(margin, n, q, x);

      // dL/dy of an item with probabilities p and q, of whose l+ and l- these are the derivatives
      logic real ideal_slope(real lambda, real tau, real p, real q, real plus, real minus);
      axiom ideal_slope_is: \forall real lambda, tau, p, q, plus, minus;
        ideal_slope(lambda, tau, p, q, plus, minus) == tau * p * plus + lambda * (1.0 - tau) * q * minus;
    }
*/

#endif
