/* Dense products of doubles, with the rule of model/tiles.h: each element of a product is one chain of fused
   multiply-adds, c = fma(a[k], b[k], c) for k = 0, 1, .. from what stood there (or 0), whatever the vector width, the
   tile and the thread. */
#ifndef VR_SOLVE_PRODUCT_H
#define VR_SOLVE_PRODUCT_H

#include <stddef.h>

/* c (rows x width) = [c +] a b, where a(row, k) = a[row * a_row + k * a_step], b(k, x) = b[k * b_step + x].
   b and c are 64-byte aligned with strides that are multiples of 8, width too; c does not overlap a or b. */
typedef struct vr_product64 {
    size_t rows, steps, width;
    const double *a, *b;
    size_t a_row, a_step, b_step;
    double *c;
    size_t c_row;
    int add; /* nonzero: onto what stands in c */
} vr_product64;

typedef void vr_multiply64(const vr_product64 *product);

/* The kernel of this processor (or of VERIREC_ISA). */
vr_multiply64 *vr_multiply64_get(void);

#endif
