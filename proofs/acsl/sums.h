/* Finite sums and the largest of x[0 .. n-1], as proofs/coq has them: each definition and each axiom here has a twin of
   the same name there, and `make prove-twin` compares the two texts. Nothing is taken for granted. */
#ifndef VR_ACSL_SUMS_H
#define VR_ACSL_SUMS_H

/*@ axiomatic ExpLog {
      logic real Exp(real x);
      logic real Log(real x);
      axiom exp_pos: \forall real x; 0.0 < Exp(x);
    }

    // a b by a name: the provers see that equal factors have equal products
    axiomatic Product {
      logic real mul(real a, real b);
      axiom mul_is_product: \forall real a, b; mul(a, b) == a * b;
      axiom mul_one: \forall real a; mul(1.0, a) == a;
      axiom mul_zero: \forall real a; mul(0.0, a) == 0.0;
      axiom mul_pos: \forall real a, b; 0.0 < a ==> 0.0 < b ==> 0.0 < mul(a, b);
      axiom mul_cancels: \forall real r, a; r != 0.0 ==> mul(r, a) / r == a;
      axiom mul_square_cancels: \forall real r, a; r != 0.0 ==> mul(r * r, a) / (r * r) == a;
    }

    logic real relu(real x) = \max(0.0, x);
    logic real softplus(real x) = Log(1.0 + Exp(x));
    logic real sigmoid(real x) = 1.0 / (1.0 + Exp(-x));

    logic real Sum{L}(integer n, double *x) = n <= 0 ? 0.0 : Sum(n - 1, x) + x[n - 1];
    logic real Mean{L}(integer n, double *x) = Sum(n, x) / n;
    logic real Largest{L}(integer n, double *x) = n <= 0 ? x[0] : \max(Largest(n - 1, x), x[n - 1]);

    // sum x_j^2
    logic real sum_squares{L}(integer n, double *x) = n <= 0 ? 0.0 : sum_squares(n - 1, x) + mul(x[n - 1], x[n - 1]);

    // sum max(x_j - margin, 0)
    axiomatic Hinge {
      logic real sum_hinge{L}(real margin, integer n, double *x) =
        n <= 0 ? 0.0 : sum_hinge(margin, n - 1, x) + relu(x[n - 1] - margin);
      axiom sum_hinge_same{L1,L2}: \forall real margin, integer n, double *x; 0 <= n ==>
        (\forall integer j; 0 <= j < n ==> \at(x[j], L1) == \at(x[j], L2)) ==>
        sum_hinge{L1}(margin, n, x) == sum_hinge{L2}(margin, n, x);
    }

    // sum e^{scale (x_j - shift)}
    logic real sum_exp{L}(real shift, real scale, integer n, double *x) =
      n <= 0 ? 0.0 : sum_exp(shift, scale, n - 1, x) + Exp(mul(scale, x[n - 1] - shift));

    // sum log(1 + e^{scale (x_j - shift)})
    logic real sum_softplus{L}(real shift, real scale, integer n, double *x) =
      n <= 0 ? 0.0 : sum_softplus(shift, scale, n - 1, x) + softplus(mul(scale, x[n - 1] - shift));
*/

#endif
