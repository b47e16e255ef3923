/* One symmetric positive definite system of normal equations, made, factored and solved in the cache:

     (sum_{j < n} p_j p_j^T + g G + l I) x = b.

   Row by row, A = R^T R with R upper triangular: sixteen rows of A at a time start as g G, take the n products and
   the rows of R above them, and become rows of R. Each element is one chain of fused multiply-adds in an order that
   depends on n and m only; so the bits do not depend on the vector width.

   With u = 2^-24 the computed x satisfies (A + E) x = b, |E| <= (n + 5 m + 40) u trace(A): Higham, Accuracy and
   Stability (2002), theorem 10.4, with n + 1 roundings in the making of each element of A, and the inverses of
   16 x 16 diagonal blocks in place of their last substitution. */
#ifndef VR_SOLVE_SYSTEM_H
#define VR_SOLVE_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

enum { VR_SYSTEM_BLOCK = 16 };

typedef struct vr_system {
    size_t m, n;       /* m: a multiple of 16 */
    const float *rows; /* p_j = rows + j * row_stride, m of them; 64-byte aligned */
    size_t row_stride;
    const float *gram; /* G, m x m, at the stride; NULL: g = 0 */
    size_t gram_stride;
    float g, l;     /* l > 0 */
    float *factor;  /* m x m: R and, below its diagonal, nothing that means anything */
    float *inverse; /* m x 16: the inverses of the diagonal blocks of R^T */
    float *x;       /* m: b in, x out; 64-byte aligned as are factor and inverse */
} vr_system;

typedef struct vr_system_kernels {
    /* m, or the first row whose pivot is not above 0 (or NaN): A is not positive definite in float. Then *pivot is that
       pivot and x is lost. */
    size_t (*solve)(const vr_system *system, float *pivot);
    /* to[c * to_stride + j] = from[j * from_stride + c] for c < width, j < n; 0 for n <= j < to_stride. width and
       to_stride are multiples of 16, n <= to_stride. */
    void (*transpose)(const float *from, size_t from_stride, size_t n, size_t width, float *to,
                      size_t to_stride);
    /* row i of n times scales[i]; rows side by side, width a multiple of 16 */
    void (*scale_rows)(float *rows, size_t width, const float *scales, size_t n);
    /* out += sum_{j < n} weights[j] rows[j], `width` (a multiple of 16) columns of them */
    void (*combine)(const float *rows, size_t stride, size_t n, const float *weights, size_t width,
                    float *out);
    /* out[j] += <rows[j], x> over `width` columns, for j < n */
    void (*dots)(const float *rows, size_t stride, size_t n, const float *x, size_t width,
                 float *out);
} vr_system_kernels;

/* The kernels of this processor (or of VERIREC_ISA). */
const vr_system_kernels *vr_system_kernels_get(void);

#endif
