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

typedef long double vr_wide;

#define VR_LOSS(name)                                                                              \
    vr_real VR_NAME(vr_loss_##name)(const VR_NAME(vr_scores) * scores,                             \
                                    const vr_loss_params *params, VR_NAME(vr_gradient) * gradient)

#define VR_VECTORS (VR_NAME(vr_vectors)())

/* A factor of an array: kept finite, because infinity times a weight that underflowed to 0 is NaN. */
static inline vr_real vr_factor(vr_wide x) {
    if (x > VR_REAL_MAX) return VR_REAL_MAX;
    return x < -VR_REAL_MAX ? -VR_REAL_MAX : (vr_real)x;
}

/* --- means that are finite although the sum is not ---------------------------------------------- */

/* (1/n) sum x */
static inline vr_wide vr_mean(size_t n, const vr_real *x) {
    vr_wide sum = VR_VECTORS->sum(n, x, 1);
    if (!__builtin_isfinite(sum)) sum = VR_VECTORS->sum(n, x, VR_SHRINK) / (vr_wide)VR_SHRINK;
    return sum / (vr_wide)n;
}

/* (1/n) sum x^2 */
static inline vr_wide vr_mean_square(size_t n, const vr_real *x) {
    vr_wide sum = VR_VECTORS->squares(n, x, 1), shrink = VR_SHRINK;
    if (!__builtin_isfinite(sum)) sum = VR_VECTORS->squares(n, x, VR_SHRINK) / (shrink * shrink);
    return sum / (vr_wide)n;
}

/* (1/n) sum max(x - margin, 0); out = slope where x > margin, else 0 (the subgradient 0 at the kink) */
static inline vr_wide vr_mean_hinge(size_t n, const vr_real *x, double margin, vr_wide slope,
                                    vr_real *out) {
    vr_real m = vr_factor(margin), f = vr_factor(slope);
    vr_wide sum = VR_VECTORS->hinge(n, x, m, 1, f, out);
    if (!__builtin_isfinite(sum))
        sum = VR_VECTORS->hinge(n, x, m, VR_SHRINK, f, out) / (vr_wide)VR_SHRINK;
    return sum / (vr_wide)n;
}

/* --- exponentials relative to the largest ------------------------------------------------------- */

/* sum_j e^{x_j / t} = sum * e^{top / t}, with top = max x and 1 <= sum <= n. */
typedef struct vr_exponentials {
    vr_real top, sum;
} vr_exponentials;

/* out_j = e^{(x_j - top) / t} */
static inline vr_exponentials vr_exponentiate(size_t n, const vr_real *x, vr_wide t, vr_real *out) {
    if (n == 0) return (vr_exponentials){0, 0};
    vr_exponentials e = {.top = VR_VECTORS->largest(n, x)};
    e.sum = VR_VECTORS->exp(n, x, e.top, vr_factor(1 / t), out);
    return e;
}

/* log(1 + e^u) with u = log sum_j e^{x_j/t} - y_i/t: the positive against e, whose weights stand in
   gradient->neg. Eq. 1 (one positive, all items), 2, 4. Gradient: the softmax weights
   p_j = sigmoid(u) e_j / sum; for y_i minus their sum, not p_i - 1, which cancels. */
static inline vr_real vr_against(vr_exponentials e, vr_wide u, vr_wide t, size_t n,
                                 VR_NAME(vr_gradient) * gradient) {
    vr_wide weight = vr_sigmoid_f64((double)u);
    VR_VECTORS->times(n, gradient->neg, vr_factor(weight / (t * e.sum)), gradient->neg);
    gradient->pos = (vr_real)(-weight / t);
    return (vr_real)vr_softplus_f64((double)u);
}

#endif
