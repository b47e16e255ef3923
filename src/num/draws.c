#include "num/draws.h"

#include <math.h>
#include "num/elementary.h"
#include "num/isa.h"
#include "num/permutation.h"
#include "num/redraw.h"

void vr_draw_some(const vr_draw_key *key, uint32_t position, uint32_t first, uint32_t *out) {
    vr_draw_group *group = vr_isa() == VR_ISA_AVX512 ? vr_draw_group_avx512 : vr_draw_group_avx2;
    group(key->seed, key->stream, key->epoch, position, first, out);
}

void vr_draw_words(const vr_draw_key *key, uint32_t position, uint32_t *out, size_t n) {
    vr_words(key, position, out, n);
}

void vr_draw_below(const vr_draw_key *key, uint32_t position, uint32_t bound, uint32_t *out,
                   size_t n) {
    vr_draw_scaled *scaled =
        vr_isa() == VR_ISA_AVX512 ? vr_draw_scaled_avx512 : vr_draw_scaled_avx2;
    uint32_t threshold = vr_bounded_threshold(bound);
    if (scaled(key, position, bound, threshold, out, n))
        vr_indices(key, position, bound, threshold, out, n);
}

/* Acklam's approximation of the inverse normal distribution function, p in (0, 1). */
static double inverse_normal(double p) {
    static const double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,
                               -2.759285104469687e+02, 1.383577518672690e+02,
                               -3.066479806614716e+01, 2.506628277459239e+00};
    static const double b[] = {-5.447609879822406e+01, 1.615858368580409e+02,
                               -1.556989798598866e+02, 6.680131188771972e+01,
                               -1.328068155288572e+01};
    static const double c[] = {-7.784894002430293e-03, -3.223964580411365e-01,
                               -2.400758277161838e+00, -2.549732539343734e+00,
                               4.374664141464968e+00,  2.938163982698783e+00};
    static const double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                               3.754408661907416e+00};
    double low = .02425;
    if (p >= low && p <= 1 - low) {
        double q = p - .5, r = q * q;
        return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
               (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
    }
    double q = sqrt(-2 * vr_log_f64(p < low ? p : 1 - p));
    double x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
               ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
    return p < low ? x : -x;
}

void vr_draw_normal(const vr_draw_key *key, uint32_t position, float *out, size_t n) {
    uint32_t words[VR_DRAW_GROUP];
    for (size_t i = 0; i < n; i++) {
        if (i % VR_DRAW_GROUP == 0) vr_draw_some(key, position, (uint32_t)(i / 4), words);
        out[i] = (float)inverse_normal((words[i % VR_DRAW_GROUP] + .5) * 0x1p-32);
    }
}

void vr_draw_permutation(const vr_draw_key *key, uint32_t *out, uint32_t n) {
    vr_permute(key, out, n);
}
