/* Each loss is written once and compiled for double (VR_REAL_BITS 64) and for float (32).

   vr_real    the precision of scores and gradients
   vr_wide    80-bit extended precision. The handful of scalar steps of a loss are done in it, so that no
              sum, product or quotient of finite scores and parameters overflows or cancels early.
              Arrays never are. x86-64 has one such format and its operations are IEEE's, so the bits are
              the same everywhere.
   VR_NAME(x) x_f64 or x_f32
   VR_LOSS(x) the head of the function that losses.def lists as x */
#ifndef VR_LOSS_REAL_H
#define VR_LOSS_REAL_H

#include <float.h>

#ifdef __FRAMAC__
#include "num/vector64.h" /* before elementary.h, which it stands in for */
#include "losses.h"       /* the formulas */
#endif
#include "loss/loss.h"
#include "num/elementary.h"
#include "num/vector.h"

#if VR_REAL_BITS == 64
typedef double vr_real;
#define VR_REAL_MAX   DBL_MAX
#define VR_SHRINK     0x1p-540
#define VR_NAME(name) name##_f64
#elif VR_REAL_BITS == 32
typedef float vr_real;
#define VR_REAL_MAX   FLT_MAX
#define VR_SHRINK     0x1p-80f /* (shrink * largest float)^2 times any n stays finite */
#define VR_NAME(name) name##_f32
#else
#error "VR_REAL_BITS must be 64 or 32"
#endif

#define VR_LOSS(name)                                                                              \
    vr_real VR_NAME(vr_loss_##name)(const VR_NAME(vr_scores) * scores,                             \
                                    const vr_loss_params *params, VR_NAME(vr_gradient) * gradient)

/* A kernel of num/vector.h. The proofs (proofs/README.md) see the double kernels by name: to them there is one
   precision, the real numbers. */
#ifdef __FRAMAC__
typedef double vr_wide;
#define VR_VECTOR(kernel) vr_vector_##kernel##_f64
#else
typedef long double vr_wide;
#define VR_VECTOR(kernel) (VR_NAME(vr_vectors)()->kernel)
#endif

/*@ predicate InRange(real x) = -DBL_MAX <= x <= DBL_MAX;
    predicate Temperature(real t) = 0.0 < t && 2.0 * (1.0 / t) <= DBL_MAX;
    predicate Arguments{L}(vr_scores_f64 *s, vr_loss_params *p, vr_gradient_f64 *g) =
      \valid_read(s) && \valid_read(p) && \valid(g) && 0 < s->n_neg && \valid_read(s->neg + (0 .. s->n_neg - 1)) &&
      \valid(g->neg + (0 .. s->n_neg - 1)) &&
      \separated(g, g->neg + (0 .. s->n_neg - 1), s, p, s->neg + (0 .. s->n_neg - 1));
    predicate PositiveSamples{L}(vr_scores_f64 *s, vr_loss_params *p, vr_gradient_f64 *g) =
      \valid_read(s->pos_samples + (0 .. s->n_pos_samples - 1)) &&
      \valid(g->pos_samples + (0 .. s->n_pos_samples - 1)) &&
      \separated(g, g->pos_samples + (0 .. s->n_pos_samples - 1), s, p, g->neg + (0 .. s->n_neg - 1),
                 s->pos_samples + (0 .. s->n_pos_samples - 1)) &&
      \separated(g->pos_samples + (0 .. s->n_pos_samples - 1), s->neg + (0 .. s->n_neg - 1));
*/

/* A factor of an array: kept finite, because infinity times a weight that underflowed to 0 is NaN. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures InRange(\result);
    ensures InRange(x) ==> \result == x; */
static inline vr_real vr_factor(vr_wide x) {
    if (x > VR_REAL_MAX) return VR_REAL_MAX;
    return x < -VR_REAL_MAX ? -VR_REAL_MAX : (vr_real)x;
}

/* --- means that are finite although the sum is not ---------------------------------------------- */

/* (1/n) sum x */
/*@ requires 0 < n && ReadsReals(n, x);
    terminates \true; exits \false; assigns \nothing;
    ensures \result == \old(Sum(n, x)) / n; */
static inline vr_wide vr_mean(size_t n, const vr_real *x) {
    vr_wide sum = VR_VECTOR(sum)(n, x, 1);
    if (!__builtin_isfinite(sum)) sum = VR_VECTOR(sum)(n, x, VR_SHRINK) / (vr_wide)VR_SHRINK;
    return sum / (vr_wide)n;
}

/* (1/n) sum x^2 */
/*@ requires 0 < n && ReadsReals(n, x);
    terminates \true; exits \false; assigns \nothing;
    ensures \result == \old(sum_squares(n, x)) / n; */
static inline vr_wide vr_mean_square(size_t n, const vr_real *x) {
    vr_wide sum = VR_VECTOR(squares)(n, x, 1), shrink = VR_SHRINK;
    if (!__builtin_isfinite(sum)) sum = VR_VECTOR(squares)(n, x, VR_SHRINK) / (shrink * shrink);
    return sum / (vr_wide)n;
}

/* (1/n) sum max(x - margin, 0); out = slope where x > margin, else 0 (the subgradient 0 at the kink) */
/*@ requires 0 < n && ReadsReals(n, x) && \valid(out + (0 .. n - 1)) && InRange(margin) && InRange(slope);
    requires \separated(x + (0 .. n - 1), out + (0 .. n - 1));
    terminates \true; exits \false; assigns out[0 .. n - 1];
    ensures \result == \old(sum_hinge(margin, n, x)) / n;
    ensures \forall integer j; 0 <= j < n ==> out[j] == (\old(x[j]) > margin ? slope : 0.0); */
static inline vr_wide vr_mean_hinge(size_t n, const vr_real *x, double margin, vr_wide slope,
                                    vr_real *out) {
    vr_real m = vr_factor(margin), f = vr_factor(slope);
    vr_wide sum = VR_VECTOR(hinge)(n, x, m, 1, f, out);
    /*@ assert \forall integer j; 0 <= j < n ==> x[j] == \at(x[j], Pre); */
    /*@ assert sum_hinge(margin, n, x) == \at(sum_hinge(margin, n, x), Pre); */
    if (!__builtin_isfinite(sum))
        sum = VR_VECTOR(hinge)(n, x, m, VR_SHRINK, f, out) / (vr_wide)VR_SHRINK;
    return sum / (vr_wide)n;
}

/* --- exponentials relative to the largest ------------------------------------------------------- */

/* sum_j e^{x_j / t} = sum * e^{top / t}, with top = max x and 1 <= sum <= n. */
typedef struct vr_exponentials {
    vr_real top, sum;
} vr_exponentials;

/* out_j = e^{(x_j - top) / t} */
/*@ requires ReadsReals(n, x) && WritesReals(n, x, out) && Temperature(t);
    terminates \true; exits \false; assigns out[0 .. n - 1];
    ensures n == 0 ==> \result.top == 0.0 && \result.sum == 0.0;
    ensures 0 < n ==> \result.top == \old(Largest(n, x));
    ensures 0 < n ==> \result.sum == \old(shifted_sum(t, n, x));
    ensures 0 < n ==> 1.0 <= \result.sum <= n;
    ensures \forall integer j; 0 <= j < n ==> out[j] == \old(shifted_exp(t, n, x, j)); */
static inline vr_exponentials vr_exponentiate(size_t n, const vr_real *x, vr_wide t, vr_real *out) {
    if (n == 0) return (vr_exponentials){0, 0};
    vr_exponentials e = {.top = VR_VECTOR(largest)(n, x)};
    /*@ assert InRange(1.0 / t); */
    e.sum = VR_VECTOR(exp)(n, x, e.top, vr_factor(1 / t), out);
    /*@ assert e.sum == \at(shifted_sum(t, n, x), Pre); */
    return e;
}

/* log(1 + e^u) with u = log sum_j e^{x_j/t} - y_i/t: the positive against e, whose weights stand in
   gradient->neg. Eq. 1 (one positive, all items), 2, 4. Gradient: the softmax weights
   p_j = sigmoid(u) e_j / sum; for y_i minus their sum, not p_i - 1, which cancels. */
/*@ requires \valid(gradient) && \valid(gradient->neg + (0 .. n - 1)) && Temperature(t) && 1.0 <= e.sum;
    requires \separated(gradient, gradient->neg + (0 .. n - 1));
    terminates \true; exits \false; assigns gradient->pos, gradient->neg[0 .. n - 1];
    ensures \result == softplus(u);
    ensures gradient->pos == quotient(-sigmoid(u), t);
    ensures \forall integer j;
      0 <= j < n ==> gradient->neg[j] == mul(share(sigmoid(u), t, e.sum), \old(gradient->neg[j])); */
static inline vr_real vr_against(vr_exponentials e, vr_wide u, vr_wide t, size_t n,
                                 VR_NAME(vr_gradient) * gradient) {
    vr_wide weight = vr_sigmoid_f64((double)u);
    /*@ assert share(weight, t, e.sum) == weight / (t * e.sum); */
    /*@ assert \abs(weight / t) <= DBL_MAX; */
    /*@ assert InRange(weight / (t * e.sum)); */
    VR_VECTOR(times)(n, gradient->neg, vr_factor(weight / (t * e.sum)), gradient->neg);
    gradient->pos = (vr_real)(-weight / t);
    return (vr_real)vr_softplus_f64((double)u);
}

#endif
