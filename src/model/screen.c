#include "model/screen.h"

#include <math.h>
#include "num/isa.h"

extern const vr_screen_kernels vr_screen_kernels_avx2, vr_screen_kernels_avx512;

const vr_screen_kernels *vr_screen_kernels_get(void) {
    return vr_isa() == VR_ISA_AVX512 ? &vr_screen_kernels_avx512 : &vr_screen_kernels_avx2;
}

/* With u the user's row, v the item's unit row, S the float score, all as stored; q_c the item's code less 128:

     v_c = q_c / 127 + e_c   127 |e_c| <= 1/2 + 2^-17   rounding to a whole number, and of the product 127 v_c before
     u_c = step p_c + d_c    p_c and q_c whole

     <u, v> = (step / 127) sum p_c q_c + step sum p_c e_c + <d, v>
           <= (step / 127) (sum p_c q_c + (1/2 + 2^-17) sum |p_c|) + |d| |v|          Hoelder, Cauchy-Schwarz
     S     <= <u, v> + R,   R = (k + 4) 2^-24 1.01 sum |u_c| |v_c|                     a chain of k fma, a tree of 4 sums

   |v_c|, |v| <= 1 + 2^-12: the square root and quotient of a chain of k fma and a tree, k <= 2^12, each off by half an
   ulp. |d|^2 is such a chain as well, of d_c which are off by half an ulp, so |d| |v| <= (1 + 2^-10) sqrt(rest2).
   sum |u_c| |v_c| <= stride largest (1 + 2^-12). What falls below float's normal range is less than 2^-60 in all,
   in |d|^2 too, whose root it is.

   This holds for a row of numbers. An item row with an infinity or a NaN has a NaN in its unit row, its score is NaN, and
   a NaN is not above the margin either: any code may stand for it.

   With sum p_c (q_c + 128), which keep() adds up: the score is not above the margin when

     sum <= 128 sum p_c + (127 / step) (margin - |d| |v| - R) - (1/2 + 2^-17) sum |p_c|.

   In double, each term is below 2^40 wherever the result matters, so that 1 covers the rounding. */
int vr_screen_most(const vr_code_sums *user, size_t stride, float margin, int32_t *most) {
    const double limit = 0x1p30; /* no sum is larger: 255 * 63 * 4096 */
    double largest = (double)user->largest, step = (double)user->step, n = (double)stride;
    if (!(largest >= 0x1p-20 && largest <= 0x1p20 && isfinite(user->rest2))) return 0;
    double rest = (1 + 0x1p-10) * sqrt((double)user->rest2);
    double rounding = 1.02 * 0x1p-24 * (n / 16 + 4) * n * largest + 0x1p-60;
    double above = 127 / step * ((double)margin - rest - rounding) - 1;
    double sum = 128. * user->sum + above - (.5 + 0x1p-17) * user->absolute;
    *most = (int32_t)floor(fmax(-limit, fmin(sum, limit)));
    return 1;
}
