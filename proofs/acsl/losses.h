/* The paper's formulas as proofs/coq/Losses.v defines them, name by name and argument by argument, the closed forms of
   their derivatives (Gradients.v), and the steps by which a loss's C reaches them. Each axiom is a theorem of
   proofs/coq/Contracts.v, by the same name: `make prove-twin` compares the two texts. A formula is given by an axiom,
   not by a definition, so that the provers keep its name.

     n, x   number and scores y_j of the sampled items        y   score y_i of the positive item
     m, z   number and scores y_k of the positive samples     t   temperature */
#ifndef VR_ACSL_LOSSES_H
#define VR_ACSL_LOSSES_H

#include "sums.h"

/*@ // quotients by a name, as mul in sums.h
    axiomatic Quotients {
      logic real quotient(real a, real b);
      axiom quotient_is: \forall real a, b; quotient(a, b) == a / b;
      axiom quotient_pos: \forall real a, b; 0.0 < a ==> 0.0 < b ==> 0.0 < quotient(a, b);
      axiom quotient_zero: \forall real b; quotient(0.0, b) == 0.0;
      logic real share(real w, real t, real s);
      axiom share_is: \forall real w, t, s; share(w, t, s) == w / (t * s);
      axiom share_range: \forall real w, t, s; 0.0 < t ==> 1.0 <= s ==>
        -\abs(w / t) <= share(w, t, s) <= \abs(w / t);
    }

    axiomatic Losses {
      // sum_j e^{y_j / t}
      logic real exp_sum{L}(real t, integer n, double *x) =
        n <= 0 ? 0.0 : exp_sum(t, n - 1, x) + Exp(x[n - 1] / t);

      // Eq. 1, 3 and 4
      logic real softmax{L}(real t, integer n, real y, double *x) reads x[0 .. n - 1];
      axiom softmax_is{L}: \forall real t, integer n, real y, double *x;
        0 <= n ==> softmax(t, n, y, x) == -Log(Exp(y / t) / (Exp(y / t) + exp_sum(t, n, x)));
      logic real infonce{L}(real t, integer n, real y, double *x) reads x[0 .. n - 1];
      axiom infonce_is{L}: \forall real t, integer n, real y, double *x;
        0 <= n ==> infonce(t, n, y, x) == -Log(Exp(y / t) / (Exp(y / t) + exp_sum(t, n, x)));

      // Eq. 10, 16, 13
      logic real mine{L}(real t, integer n, real y, double *x) reads x[0 .. n - 1];
      axiom mine_is{L}: \forall real t, integer n, real y, double *x;
        0 <= n ==> mine(t, n, y, x) == -(y / t - Log(exp_sum(t, n, x)));
      logic real mine_plus{L}(real t, real lambda, integer n, real y, double *x) reads x[0 .. n - 1];
      axiom mine_plus_is{L}: \forall real t, lambda, integer n, real y, double *x;
        0 <= n ==> mine_plus(t, lambda, n, y, x) == -(y / t - lambda * Log(exp_sum(t, n, x)));
      logic real bpr{L}(real t, integer n, real y, double *x) =
        n <= 0 ? 0.0 : bpr(t, n - 1, y, x) + -Log(sigmoid((y - x[n - 1]) / t));

      // Eq. 17, 18
      logic real mse{L}(real lambda, integer n, real y, double *x) reads x[0 .. n - 1];
      axiom mse_is{L}: \forall real lambda, integer n, real y, double *x;
        0 <= n ==> mse(lambda, n, y, x) == (1.0 - y) * (1.0 - y) + lambda * (sum_squares(n, x) / n);
      logic real ccl{L}(real margin, real w, integer n, real y, double *x) reads x[0 .. n - 1];
      axiom ccl_is{L}: \forall real margin, w, integer n, real y, double *x;
        0 <= n ==> ccl(margin, w, n, y, x) == 1.0 - y + w / n * sum_hinge(margin, n, x);

      // the last line of Eq. 11 and 14
      logic real mean_difference{L}(integer n, real y, double *x) reads x[0 .. n - 1];
      axiom mean_difference_is{L}: \forall integer n, real y, double *x;
        0 < n ==> mean_difference(n, y, x) == Sum(n, x) / n - y;

      // dL/dy_j and dL/dy_i
      logic real mine_weight{L}(real t, integer n, double *x, integer j) reads x[0 .. n - 1], x[j];
      axiom mine_weight_is{L}: \forall real t, integer n, double *x, integer j; 0 <= n ==> 0 <= j ==>
        mine_weight(t, n, x, j) == Exp(x[j] / t) / exp_sum(t, n, x);
      logic real infonce_weight{L}(real t, integer n, real y, double *x, integer j) reads x[0 .. n - 1], x[j];
      axiom infonce_weight_is{L}: \forall real t, integer n, real y, double *x, integer j; 0 <= n ==> 0 <= j ==>
        infonce_weight(t, n, y, x, j) == Exp(x[j] / t) / (Exp(y / t) + exp_sum(t, n, x));
      logic real infonce_slope{L}(real t, integer n, real y, double *x) reads x[0 .. n - 1];
      axiom infonce_slope_is{L}: \forall real t, integer n, real y, double *x; 0 <= n ==>
        infonce_slope(t, n, y, x) == -(exp_sum(t, n, x) / (Exp(y / t) + exp_sum(t, n, x))) / t;
      logic real bpr_slope(real t, real y, real v);
      axiom bpr_slope_is: \forall real t, y, v; bpr_slope(t, y, v) == sigmoid((v - y) / t) / t;
      logic real bpr_slopes{L}(real t, integer n, real y, double *x) =
        n <= 0 ? 0.0 : bpr_slopes(t, n - 1, y, x) + bpr_slope(t, y, x[n - 1]);

      // relative to the largest score; and the positive's disadvantage u = log sum_j e^{y_j/t} - y_i/t as C has it
      logic real shifted_exp{L}(real t, integer n, double *x, integer j) reads x[0 .. n - 1], x[j];
      axiom shifted_exp_is{L}: \forall real t, integer n, double *x, integer j; 0 < n ==> 0 <= j ==>
        shifted_exp(t, n, x, j) == Exp(mul(1.0 / t, x[j] - Largest(n, x)));
      logic real shifted_sum{L}(real t, integer n, double *x) reads x[0 .. n - 1];
      axiom shifted_sum_is{L}: \forall real t, integer n, double *x; 0 <= n ==>
        shifted_sum(t, n, x) == sum_exp(Largest(n, x), 1.0 / t, n, x);
      axiom shifted_sum_range{L}: \forall real t, integer n, double *x;
        0.0 < t ==> 0 < n ==> 1.0 <= shifted_sum(t, n, x) <= n;
      logic real infonce_u{L}(real t, integer n, real y, double *x) reads x[0 .. n - 1];
      axiom infonce_u_is{L}: \forall real t, integer n, real y, double *x; 0 <= n ==>
        infonce_u(t, n, y, x) == quotient(Largest(n, x) - y, t) + Log(shifted_sum(t, n, x));
      axiom sigmoid_range: \forall real u; 0.0 < sigmoid(u) < 1.0;

      axiom mine_value{L}: \forall real t, integer n, real y, double *x; 0.0 < t ==> 0 < n ==>
        mine(t, n, y, x) == quotient(Largest(n, x) - y, t) + Log(shifted_sum(t, n, x));
      axiom mine_plus_value{L}: \forall real t, lambda, integer n, real y, double *x; 0.0 < t ==> 0 < n ==>
        mine_plus(t, lambda, n, y, x) ==
          quotient(mul(lambda, Largest(n, x)) - y, t) + mul(lambda, Log(shifted_sum(t, n, x)));
      axiom mine_entry{L}: \forall real t, w, integer n, double *x, integer j; 0.0 < t ==> 0 <= j < n ==>
        mul(share(w, t, shifted_sum(t, n, x)), shifted_exp(t, n, x, j)) ==
          mul(quotient(w, t), mine_weight(t, n, x, j));
      axiom infonce_value{L}: \forall real t, integer n, real y, double *x; 0.0 < t ==> 0 < n ==>
        infonce(t, n, y, x) == softplus(infonce_u(t, n, y, x));
      axiom softmax_value{L}: \forall real t, integer n, real y, double *x; 0.0 < t ==> 0 < n ==>
        softmax(t, n, y, x) == softplus(infonce_u(t, n, y, x));
      axiom infonce_entry{L}: \forall real t, integer n, real y, double *x, integer j; 0.0 < t ==> 0 <= j < n ==>
        mul(share(sigmoid(infonce_u(t, n, y, x)), t, shifted_sum(t, n, x)), shifted_exp(t, n, x, j)) ==
          quotient(infonce_weight(t, n, y, x, j), t);
      axiom infonce_positive{L}: \forall real t, integer n, real y, double *x; 0.0 < t ==> 0 < n ==>
        infonce_slope(t, n, y, x) == quotient(-sigmoid(infonce_u(t, n, y, x)), t);
      axiom bpr_value{L}: \forall real t, integer n, real y, double *x; 0.0 < t ==> 0 <= n ==>
        sum_softplus(y, 1.0 / t, n, x) == bpr(t, n, y, x);
      axiom bpr_entry: \forall real t, y, v; 0.0 < t ==>
        bpr_slope(t, y, v) == mul(1.0 / t, sigmoid(mul(1.0 / t, v - y)));
      axiom bpr_positive{L1,L2}: \forall real t, integer n, real y, double *x, *out; 0 <= n ==>
        (\forall integer j; 0 <= j < n ==> \at(out[j], L2) == bpr_slope(t, y, \at(x[j], L1))) ==>
        Sum{L2}(n, out) == bpr_slopes{L1}(t, n, y, x);
      axiom mse_value{L}: \forall real lambda, integer n, real y, double *x; 0 < n ==>
        mse(lambda, n, y, x) == (y - 1.0) * (y - 1.0) + lambda * (sum_squares(n, x) / n);
      axiom ccl_value{L}: \forall real margin, w, integer n, real y, double *x; 0 < n ==>
        ccl(margin, w, n, y, x) == 1.0 - y + w * (sum_hinge(margin, n, x) / n);
    }

    // Eq. 22, and its C; the mean of no positive samples is 0
    axiomatic DebiasedPointwise {
      logic real mse_debiased{L}(real lambda, real tau, integer n, integer m, real y, double *x, double *z)
        reads x[0 .. n - 1], z[0 .. m - 1];
      axiom mse_debiased_is{L}: \forall real lambda, tau, integer n, m, real y, double *x, *z; 0 <= n ==> 0 <= m ==>
        mse_debiased(lambda, tau, n, m, y, x, z) == tau * ((1.0 - y) * (1.0 - y)) +
          lambda * (sum_squares(n, x) / n - tau * (sum_squares(m, z) / m));
      logic real ccl_debiased{L}(real margin, real lambda, real tau, integer n, integer m, real y, double *x, double *z)
        reads x[0 .. n - 1], z[0 .. m - 1];
      axiom ccl_debiased_is{L}: \forall real margin, lambda, tau, integer n, m, real y, double *x, *z; 0 <= n ==> 0 <= m ==>
        ccl_debiased(margin, lambda, tau, n, m, y, x, z) == tau * (1.0 - y) +
          lambda * (sum_hinge(margin, n, x) / n - tau * (sum_hinge(margin, m, z) / m));

      axiom mse_debiased_value{L}: \forall real lambda, tau, integer n, m, real y, double *x, *z; 0 < n ==> 0 < m ==>
        mse_debiased(lambda, tau, n, m, y, x, z) == tau * (y - 1.0) * (y - 1.0) +
          mul(lambda, sum_squares(n, x) / n - tau * (sum_squares(m, z) / m));
      axiom mse_debiased_none{L}: \forall real lambda, tau, integer n, real y, double *x, *z; 0 < n ==>
        mse_debiased(lambda, tau, n, 0, y, x, z) == tau * (y - 1.0) * (y - 1.0) + mul(lambda, sum_squares(n, x) / n);
      axiom ccl_debiased_value{L}: \forall real margin, lambda, tau, integer n, m, real y, double *x, *z; 0 < n ==> 0 < m ==>
        ccl_debiased(margin, lambda, tau, n, m, y, x, z) == tau * (1.0 - y) +
          mul(lambda, quotient(sum_hinge(margin, n, x), n) - mul(tau, quotient(sum_hinge(margin, m, z), m)));
      axiom ccl_debiased_none{L}: \forall real margin, lambda, tau, integer n, real y, double *x, *z; 0 < n ==>
        ccl_debiased(margin, lambda, tau, n, 0, y, x, z) == tau * (1.0 - y) +
          mul(lambda, quotient(sum_hinge(margin, n, x), n) - mul(tau, 0.0));
    }

    // Eq. 2 with its 1/N, dL/dy_j and dL/dy_i; q are the proposal's probabilities
    axiomatic SampledSoftmax {
      logic real proposal_sum{L}(real t, integer n, double *x, double *q) =
        n <= 0 ? 0.0 : proposal_sum(t, n - 1, x, q) + Exp(x[n - 1] / t) / q[n - 1];
      logic real sampled_softmax{L}(real t, integer n, real y, double *x, double *q) reads x[0 .. n - 1], q[0 .. n - 1];
      axiom sampled_softmax_is{L}: \forall real t, integer n, real y, double *x, *q; 0 <= n ==>
        sampled_softmax(t, n, y, x, q) == -Log(Exp(y / t) / (Exp(y / t) + proposal_sum(t, n, x, q) / n));
      logic real sampled_weight{L}(real t, integer n, real y, double *x, double *q, integer j)
        reads x[0 .. n - 1], q[0 .. n - 1], x[j], q[j];
      axiom sampled_weight_is{L}: \forall real t, integer n, real y, double *x, *q, integer j; 0 <= n ==> 0 <= j ==>
        sampled_weight(t, n, y, x, q, j) == Exp(x[j] / t) / (n * q[j]) / (Exp(y / t) + proposal_sum(t, n, x, q) / n);
      logic real sampled_slope{L}(real t, integer n, real y, double *x, double *q) reads x[0 .. n - 1], q[0 .. n - 1];
      axiom sampled_slope_is{L}: \forall real t, integer n, real y, double *x, *q; 0 <= n ==>
        sampled_slope(t, n, y, x, q) ==
          -(proposal_sum(t, n, x, q) / n / (Exp(y / t) + proposal_sum(t, n, x, q) / n)) / t;

      // the corrected scores c_j = (y_j - top)/t - log q_j, and u of them
      logic real corrected{L}(real t, integer n, double *x, double *q, integer j) reads x[0 .. n - 1], x[j], q[j];
      axiom corrected_is{L}: \forall real t, integer n, double *x, *q, integer j; 0 <= n ==> 0 <= j ==>
        corrected(t, n, x, q, j) == (x[j] - Largest(n, x)) / t - Log(q[j]);
      logic real sampled_u{L}(real t, integer n, real y, double *x, double *q) reads x[0 .. n - 1], q[0 .. n - 1];
      axiom sampled_u_is{L1,L2}: \forall real t, integer n, real y, double *x, *q, *c; 0 < n ==>
        (\forall integer j; 0 <= j < n ==> \at(c[j], L2) == corrected{L1}(t, n, x, q, j)) ==>
        sampled_u{L1}(t, n, y, x, q) ==
          quotient(Largest{L1}(n, x) - y, t) + (Largest{L2}(n, c) - Log(n)) + Log(shifted_sum{L2}(1.0, n, c));

      axiom sampled_value{L}: \forall real t, integer n, real y, double *x, *q; 0.0 < t ==> 0 < n ==>
        (\forall integer j; 0 <= j < n ==> 0.0 < q[j]) ==>
        sampled_softmax(t, n, y, x, q) == softplus(sampled_u(t, n, y, x, q));
      axiom sampled_entry{L1,L2}: \forall real t, integer n, real y, double *x, *q, *c, integer j; 0.0 < t ==>
        0 <= j < n ==> (\forall integer i; 0 <= i < n ==> 0.0 < \at(q[i], L1)) ==>
        (\forall integer i; 0 <= i < n ==> \at(c[i], L2) == corrected{L1}(t, n, x, q, i)) ==>
        mul(share(sigmoid(sampled_u{L1}(t, n, y, x, q)), t, shifted_sum{L2}(1.0, n, c)), shifted_exp{L2}(1.0, n, c, j)) ==
          quotient(sampled_weight{L1}(t, n, y, x, q, j), t);
      axiom sampled_positive{L}: \forall real t, integer n, real y, double *x, *q; 0.0 < t ==> 0 < n ==>
        (\forall integer j; 0 <= j < n ==> 0.0 < q[j]) ==>
        sampled_slope(t, n, y, x, q) == quotient(-sigmoid(sampled_u(t, n, y, x, q)), t);
    }

    // Eq. 6 and 7 with the floor e^{-1/t}; above it t dL/dy_j and -t dL/dy_k, and dL/dy_i
    axiomatic DebiasedInfonce {
      logic real debiased_mean{L}(real t, real tau, integer n, integer m, double *x, double *z)
        reads x[0 .. n - 1], z[0 .. m - 1];
      axiom debiased_mean_is{L}: \forall real t, tau, integer n, m, double *x, *z; 0 <= n ==> 0 <= m ==>
        debiased_mean(t, tau, n, m, x, z) == (exp_sum(t, n, x) / n - tau * (exp_sum(t, m, z) / m)) / (1.0 - tau);
      logic real infonce_debiased{L}(real t, real lambda, real tau, integer n, integer m, real y, double *x, double *z)
        reads x[0 .. n - 1], z[0 .. m - 1];
      axiom infonce_debiased_is{L}: \forall real t, lambda, tau, integer n, m, real y, double *x, *z; 0 <= n ==> 0 <= m ==>
        infonce_debiased(t, lambda, tau, n, m, y, x, z) ==
          -Log(Exp(y / t) / (Exp(y / t) + lambda * \max(debiased_mean(t, tau, n, m, x, z), Exp(-1.0 / t))));
      logic real debiased_weight{L}(real t, real lambda, real tau, integer n, integer m, real y, double *x, double *z,
        integer j) reads x[0 .. n - 1], z[0 .. m - 1], x[j];
      axiom debiased_weight_is{L}: \forall real t, lambda, tau, integer n, m, real y, double *x, *z, integer j;
        0 <= n ==> 0 <= m ==> 0 <= j ==>
        debiased_weight(t, lambda, tau, n, m, y, x, z, j) ==
          lambda * Exp(x[j] / t) / ((1.0 - tau) * n * (Exp(y / t) + lambda * debiased_mean(t, tau, n, m, x, z)));
      logic real debiased_sample_weight{L}(real t, real lambda, real tau, integer n, integer m, real y, double *x, double *z,
        integer k) reads x[0 .. n - 1], z[0 .. m - 1], z[k];
      axiom debiased_sample_weight_is{L}: \forall real t, lambda, tau, integer n, m, real y, double *x, *z, integer k;
        0 <= n ==> 0 <= m ==> 0 <= k ==>
        debiased_sample_weight(t, lambda, tau, n, m, y, x, z, k) ==
          lambda * tau * Exp(z[k] / t) / ((1.0 - tau) * m * (Exp(y / t) + lambda * debiased_mean(t, tau, n, m, x, z)));
      logic real debiased_slope{L}(real t, real lambda, real tau, integer n, integer m, real y, double *x, double *z)
        reads x[0 .. n - 1], z[0 .. m - 1];
      axiom debiased_slope_is{L}: \forall real t, lambda, tau, integer n, m, real y, double *x, *z; 0 <= n ==> 0 <= m ==>
        debiased_slope(t, lambda, tau, n, m, y, x, z) ==
          -(lambda * \max(debiased_mean(t, tau, n, m, x, z), Exp(-1.0 / t)) /
            (Exp(y / t) + lambda * \max(debiased_mean(t, tau, n, m, x, z), Exp(-1.0 / t)))) / t;

      // the second array is read after the first one's exponentials are written elsewhere
      axiom largest_same{L1,L2}: \forall integer n, double *x; 0 < n ==>
        (\forall integer j; 0 <= j < n ==> \at(x[j], L1) == \at(x[j], L2)) ==> Largest{L1}(n, x) == Largest{L2}(n, x);
      axiom shifted_sum_same{L1,L2}: \forall real t, integer n, double *x; 0 < n ==>
        (\forall integer j; 0 <= j < n ==> \at(x[j], L1) == \at(x[j], L2)) ==>
        shifted_sum{L1}(t, n, x) == shifted_sum{L2}(t, n, x);
      axiom shifted_exp_same{L1,L2}: \forall real t, integer n, double *x, integer j; 0 <= j < n ==>
        (\forall integer i; 0 <= i < n ==> \at(x[i], L1) == \at(x[i], L2)) ==>
        shifted_exp{L1}(t, n, x, j) == shifted_exp{L2}(t, n, x, j);

      // the C's r, its log b less top/t, and its u
      logic real plus(real a, real b);
      axiom plus_is: \forall real a, b; plus(a, b) == a + b;
      logic real opposite(real a);
      axiom opposite_is: \forall real a; opposite(a) == -a;
      axiom exp_of_log_plus: \forall real r, g; 0.0 < r ==> Exp(plus(Log(r), g)) == mul(r, Exp(g));
      logic real debiased_ratio{L}(real t, real tau, integer n, integer m, double *x, double *z)
        reads x[0 .. n - 1], z[0 .. m - 1];
      axiom debiased_ratio_is{L}: \forall real t, tau, integer n, m, double *x, *z; 0 < n ==> 0 < m ==>
        debiased_ratio(t, tau, n, m, x, z) ==
          mul(quotient(quotient(mul(tau, shifted_sum(t, m, z)), m), quotient(shifted_sum(t, n, x), n)),
              Exp(quotient(Largest(m, z) - Largest(n, x), t)));
      logic real debiased_rest{L}(real t, real tau, integer n, integer m, double *x, double *z)
        reads x[0 .. n - 1], z[0 .. m - 1];
      axiom debiased_rest_is{L}: \forall real t, tau, integer n, m, double *x, *z; 0 < n ==> 0 <= m ==>
        debiased_rest(t, tau, n, m, x, z) == 1.0 - debiased_ratio(t, tau, n, m, x, z);
      axiom debiased_ratio_none{L}: \forall real t, tau, integer n, double *x, *z; 0 < n ==>
        debiased_ratio(t, tau, n, 0, x, z) == 0.0;
      logic real debiased_log{L}(real t, real tau, integer n, integer m, double *x, double *z)
        reads x[0 .. n - 1], z[0 .. m - 1];
      axiom debiased_log_is{L}: \forall real t, tau, integer n, m, double *x, *z; 0 < n ==> 0 <= m ==>
        debiased_log(t, tau, n, m, x, z) ==
          Log(quotient(shifted_sum(t, n, x), n)) + Log(1.0 - debiased_ratio(t, tau, n, m, x, z)) - Log(1.0 + -tau);
      axiom debiased_above{L}: \forall real t, tau, integer n, m, double *x, *z;
        0.0 < t ==> 0.0 < tau < 1.0 ==> 0 < n ==> 0 <= m ==>
        0.0 < 1.0 - debiased_ratio(t, tau, n, m, x, z) &&
          0.0 < quotient(Largest(n, x) + 1.0, t) + debiased_log(t, tau, n, m, x, z) ==>
        Exp(-1.0 / t) < debiased_mean(t, tau, n, m, x, z);
      axiom debiased_above_only{L}: \forall real t, tau, integer n, m, double *x, *z;
        0.0 < t ==> 0.0 < tau < 1.0 ==> 0 < n ==> 0 <= m ==> Exp(-1.0 / t) < debiased_mean(t, tau, n, m, x, z) ==>
        0.0 < 1.0 - debiased_ratio(t, tau, n, m, x, z) &&
          0.0 < quotient(Largest(n, x) + 1.0, t) + debiased_log(t, tau, n, m, x, z);
      logic real infonce_debiased_u{L}(real t, real lambda, real tau, integer n, integer m, real y, double *x, double *z)
        reads x[0 .. n - 1], z[0 .. m - 1];
      axiom debiased_u_above{L}: \forall real t, lambda, tau, integer n, m, real y, double *x, *z;
        0 < n ==> 0 <= m ==> Exp(-1.0 / t) < debiased_mean(t, tau, n, m, x, z) ==>
        infonce_debiased_u(t, lambda, tau, n, m, y, x, z) ==
          Log(lambda) + (quotient(Largest(n, x) - y, t) + debiased_log(t, tau, n, m, x, z));
      axiom debiased_u_floor{L}: \forall real t, lambda, tau, integer n, m, real y, double *x, *z;
        0 < n ==> 0 <= m ==> debiased_mean(t, tau, n, m, x, z) <= Exp(-1.0 / t) ==>
        infonce_debiased_u(t, lambda, tau, n, m, y, x, z) == Log(lambda) + quotient(-1.0 - y, t);

      axiom debiased_value{L}: \forall real t, lambda, tau, integer n, m, real y, double *x, *z;
        0.0 < t ==> 0.0 < lambda ==> 0.0 < tau < 1.0 ==> 0 < n ==> 0 <= m ==>
        infonce_debiased(t, lambda, tau, n, m, y, x, z) == softplus(infonce_debiased_u(t, lambda, tau, n, m, y, x, z));
      axiom debiased_positive{L}: \forall real t, lambda, tau, integer n, m, real y, double *x, *z;
        0.0 < t ==> 0.0 < lambda ==> 0.0 < tau < 1.0 ==> 0 < n ==> 0 <= m ==>
        debiased_slope(t, lambda, tau, n, m, y, x, z) ==
          quotient(-sigmoid(infonce_debiased_u(t, lambda, tau, n, m, y, x, z)), t);
      axiom debiased_entry{L}: \forall real t, lambda, tau, integer n, m, real y, double *x, *z, integer j;
        0.0 < t ==> 0.0 < lambda ==> 0.0 < tau < 1.0 ==> 0 <= m ==> 0 <= j < n ==>
        Exp(-1.0 / t) < debiased_mean(t, tau, n, m, x, z) ==>
        mul(quotient(share(sigmoid(infonce_debiased_u(t, lambda, tau, n, m, y, x, z)), t,
                           debiased_rest(t, tau, n, m, x, z)), shifted_sum(t, n, x)), shifted_exp(t, n, x, j)) ==
          quotient(debiased_weight(t, lambda, tau, n, m, y, x, z, j), t);
      axiom debiased_sample_entry{L}: \forall real t, lambda, tau, integer n, m, real y, double *x, *z, integer k;
        0.0 < t ==> 0.0 < lambda ==> 0.0 < tau < 1.0 ==> 0 < n ==> 0 <= k < m ==>
        Exp(-1.0 / t) < debiased_mean(t, tau, n, m, x, z) ==>
        mul(quotient(mul(opposite(share(sigmoid(infonce_debiased_u(t, lambda, tau, n, m, y, x, z)), t,
                                        debiased_rest(t, tau, n, m, x, z))), debiased_ratio(t, tau, n, m, x, z)),
                     shifted_sum(t, m, z)), shifted_exp(t, m, z, k)) ==
          -quotient(debiased_sample_weight(t, lambda, tau, n, m, y, x, z, k), t);
    }
*/

#endif
