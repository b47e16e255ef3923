/* Matrices of at most 16 x 16 in double, by value: enough for the theorems on random problems, nothing for real data
   (src/solve is). */
#ifndef VR_CLAIMS_SMALL_H
#define VR_CLAIMS_SMALL_H

#include <stddef.h>
#include "claims/cases.h"

enum { VR_SMALL = 16 };

typedef struct vr_small {
    size_t rows, columns;
    double at[VR_SMALL][VR_SMALL];
} vr_small;

vr_small vr_small_zero(size_t rows, size_t columns);
vr_small vr_small_identity(size_t n);
vr_small vr_small_random(vr_dice *dice, size_t rows, size_t columns); /* uniform on [-1, 1) */
vr_small vr_small_binary(vr_dice *dice, size_t rows, size_t columns); /* a third ones; none empty */
vr_small vr_small_transpose(vr_small a);
vr_small vr_small_times(vr_small a, vr_small b);
vr_small vr_small_sum(double x, vr_small a, double y, vr_small b); /* x a + y b */
vr_small vr_small_diagonal(vr_small a); /* the matrix with a's diagonal alone */
vr_small vr_small_inverse(vr_small a);  /* Gauss-Jordan with the largest pivot; NaN when singular */
double vr_small_dot(vr_small a, vr_small b);
double vr_small_norm2(vr_small a); /* Frobenius, squared */
double vr_small_largest(vr_small a);
double vr_small_apart(vr_small a, vr_small b); /* largest difference over the largest entry */

#endif
