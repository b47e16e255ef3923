/* The double kernels of num/vector.h by their names, with their contracts: the formula that each computes, over the
   real numbers (proofs/README.md). The float kernels compute the same. */
#ifndef VR_NUM_VECTOR64_H
#define VR_NUM_VECTOR64_H

#include <float.h>
#include <stddef.h>

#ifdef __FRAMAC__
#include "real_model.h" /* the sums; and what stands in for num/elementary.h */
#endif

/*@ predicate ReadsReals{L}(size_t n, double *x) = \valid_read(x + (0 .. n - 1));
    predicate WritesReals{L}(size_t n, double *x, double *out) =
      \valid(out + (0 .. n - 1)) && (x == out || \separated(x + (0 .. n - 1), out + (0 .. n - 1)));
*/

/*@ requires 0 < n && ReadsReals(n, x);
    terminates \true; exits \false; assigns \nothing;
    ensures \result == Largest(n, x);
    ensures \forall integer j; 0 <= j < n ==> x[j] <= \result; */
double vr_vector_largest_f64(size_t n, const double *x);

/*@ requires 0 < n && ReadsReals(n, x);
    terminates \true; exits \false; assigns \nothing;
    ensures \forall integer j; 0 <= j < n ==> \result <= x[j];
    ensures \exists integer j; 0 <= j < n && \result == x[j]; */
double vr_vector_smallest_f64(size_t n, const double *x);

/*@ requires ReadsReals(n, x);
    terminates \true; exits \false; assigns \nothing;
    ensures \result == mul(scale, \old(Sum(n, x))); */
double vr_vector_sum_f64(size_t n, const double *x, double scale);

/*@ requires ReadsReals(n, x);
    terminates \true; exits \false; assigns \nothing;
    ensures \result == mul(scale * scale, \old(sum_squares(n, x))); */
double vr_vector_squares_f64(size_t n, const double *x, double scale);

/*@ requires ReadsReals(n, x) && WritesReals(n, x, out);
    terminates \true; exits \false; assigns out[0 .. n - 1];
    ensures \forall integer j; 0 <= j < n ==> out[j] == mul(factor, \old(x[j])); */
void vr_vector_times_f64(size_t n, const double *x, double factor, double *out);

/*@ requires ReadsReals(n, x) && WritesReals(n, x, out);
    requires 0.0 < scale;
    terminates \true; exits \false; assigns out[0 .. n - 1];
    ensures \result == mul(scale, \old(sum_hinge(margin, n, x)));
    ensures \forall integer j; 0 <= j < n ==> out[j] == (\old(x[j]) > margin ? slope : 0.0); */
double vr_vector_hinge_f64(size_t n, const double *x, double margin, double scale, double slope,
                           double *out);

/*@ requires ReadsReals(n, x) && WritesReals(n, x, out);
    requires 2.0 * scale <= DBL_MAX;
    terminates \true; exits \false; assigns out[0 .. n - 1];
    ensures \result == \old(sum_exp(shift, scale, n, x));
    ensures \forall integer j; 0 <= j < n ==> out[j] == Exp(mul(scale, \old(x[j]) - shift)); */
double vr_vector_exp_f64(size_t n, const double *x, double shift, double scale, double *out);

/*@ requires ReadsReals(n, x) && WritesReals(n, x, out);
    requires 2.0 * scale <= DBL_MAX;
    terminates \true; exits \false; assigns out[0 .. n - 1];
    ensures \result == \old(sum_softplus(shift, scale, n, x));
    ensures \forall integer j;
      0 <= j < n ==> out[j] == mul(slope, sigmoid(mul(scale, \old(x[j]) - shift))); */
double vr_vector_softplus_f64(size_t n, const double *x, double shift, double scale, double slope,
                              double *out);

#endif
