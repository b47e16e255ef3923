/* Array kernels of the losses: x has n elements, any alignment; out has n, and may be x itself.

   Floats go through sixteen lanes (lane l takes elements l, l + 16, ...), doubles through eight; a sum adds
   up each lane in order and then the lanes in a fixed tree. So a result depends on the values and on n only,
   never on the machine, the alignment or the number of threads. Relative error of a sum of n terms of
   one sign: at most (n / lanes + 5) half-ulps.

   A `scale` that multiplies before the sum lets a caller go round an overflow: the mean of n scores
   near the largest float is finite, their sum is not. */
#ifndef VR_NUM_VECTOR_H
#define VR_NUM_VECTOR_H

#include <stddef.h>

#define VR_VECTOR_TABLE(real)                                                                      \
    struct {                                                                                       \
        real (*largest)(size_t n, const real *x); /* n >= 1 */                                     \
        real (*smallest)(size_t n, const real *x);                                                 \
        real (*sum)(size_t n, const real *x, real scale);     /* sum scale x */                    \
        real (*squares)(size_t n, const real *x, real scale); /* sum (scale x)^2 */                \
        /* out = factor x */                                                                       \
        void (*times)(size_t n, const real *x, real factor, real *out);                            \
        /* out = slope where x > margin, else 0; returns sum max(scale (x - margin), 0) */         \
        real (*hinge)(size_t n, const real *x, real margin, real scale, real slope, real *out);    \
        /* out = exp(scale (x - shift)); returns its sum. x - shift may overflow on the way. */    \
        real (*exp)(size_t n, const real *x, real shift, real scale, real *out);                   \
        /* d = scale (x - shift): out = slope / (1 + e^-d); returns sum log(1 + e^d) */            \
        real (*softplus)(size_t n, const real *x, real shift, real scale, real slope, real *out);  \
    }

typedef VR_VECTOR_TABLE(float) vr_vector_f32;
typedef VR_VECTOR_TABLE(double) vr_vector_f64;

extern const vr_vector_f32 vr_vector_f32_avx2;
extern const vr_vector_f32 vr_vector_f32_avx512; /* for a machine with AVX-512 (num/isa.h) */

/* The kernels for this machine. */
const vr_vector_f32 *vr_vectors_f32(void);
const vr_vector_f64 *vr_vectors_f64(void);

#endif
