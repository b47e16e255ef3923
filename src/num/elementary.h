/* exp, log, log1p, softplus and sigmoid of our own, in float and in double.

   libm's functions change bits between glibc versions and between machines with and without FMA. These
   use only + - * / fma and integer operations on the representation, so they give the same bits wherever
   IEEE-754 holds. They are total: NaN in, NaN out; overflow is inf; subnormal results are rounded once.

   Each comment states the worst error in ulps (of the correctly rounded result's binade) that the test
   "elementary functions keep their stated bounds" measures against MPFR and enforces, and beside it the error that
   `make prove-float` proves for every argument (proofs/README.md). */
#ifndef VR_NUM_ELEMENTARY_H
#define VR_NUM_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

static inline uint32_t vr_bits_f32(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
static inline float vr_from_bits_f32(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
static inline uint64_t vr_bits_f64(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
static inline double vr_from_bits_f64(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* --- float ----------------------------------------------------------------------------------- */

/* e^r = 1 + r + r^2 q(r) on |r| <= ln2/2, relative error 2^-27.9; q by Remez exchange. */
#define VR_EXP_F32_Q0     0x1.fffffcp-2f
#define VR_EXP_F32_Q1     0x1.555492p-3f
#define VR_EXP_F32_Q2     0x1.5558f2p-5f
#define VR_EXP_F32_Q3     0x1.1239e4p-7f
#define VR_EXP_F32_Q4     0x1.6a243ap-10f
#define VR_EXP_F32_LOG2E  0x1.715476p+0f
#define VR_EXP_F32_LN2_HI 0x1.62e430p-1f /* 21 bits: x - n LN2_HI is exact with one fma */
#define VR_EXP_F32_LN2_LO (-0x1.05c610p-29f)
#define VR_EXP_F32_LAST   90.0f /* above, and below, the result is inf and 0 already */
#define VR_EXP_F32_FIRST  (-110.0f)

/* (log((1+s)/(1-s)) - 2s) / s^3 in z = s^2 on [0, .0401], relative error 2^-30.9. */
#define VR_LOG_F32_R0     0x1.555556p-1f
#define VR_LOG_F32_R1     0x1.999a6cp-2f
#define VR_LOG_F32_R2     0x1.242c5ap-2f
#define VR_LOG_F32_R3     0x1.e66d70p-3f
#define VR_LOG_F32_LN2_HI 0x1.62e4p-1f /* 15 bits: k LN2_HI is exact */
#define VR_LOG_F32_LN2_LO 0x1.7f7d1cp-20f

/* e^x. Worst error 1.01 ulp, proved 1.08. vr_lanes_exp (num/lanes_math.h) gives the same bits. */
static inline float vr_exp_f32(float x) {
    x = x > VR_EXP_F32_LAST ? VR_EXP_F32_LAST : x;
    x = x < VR_EXP_F32_FIRST ? VR_EXP_F32_FIRST : x;
    float n =
        (x * VR_EXP_F32_LOG2E + 0x1.8p23f) - 0x1.8p23f; /* nearest whole number, ties to even */
    float r = __builtin_fmaf(-n, VR_EXP_F32_LN2_HI, x);
    r = __builtin_fmaf(-n, VR_EXP_F32_LN2_LO, r);
    float q = __builtin_fmaf(VR_EXP_F32_Q4, r, VR_EXP_F32_Q3);
    q = __builtin_fmaf(q, r, VR_EXP_F32_Q2);
    q = __builtin_fmaf(q, r, VR_EXP_F32_Q1);
    q = __builtin_fmaf(q, r, VR_EXP_F32_Q0);
    float y = 1 + __builtin_fmaf(r * r, q, r);
    if (!(x == x)) return x; /* (int) of a NaN is undefined */
    int whole = (int)n, half = whole >> 1;
    float first = vr_from_bits_f32((uint32_t)(127 + half) << 23);
    float second = vr_from_bits_f32((uint32_t)(127 + whole - half) << 23);
    return y * first * second; /* the first product is exact: one rounding, also of a subnormal */
}

/* k ln2 + log(1 + f) + c for f in [-1/4, 1/2]. */
static inline float vr_log_core_f32(float f, float k, float c) {
    float s = f / (2 + f), z = s * s, h = 0.5f * f * f;
    float p = __builtin_fmaf(VR_LOG_F32_R3, z, VR_LOG_F32_R2);
    p = __builtin_fmaf(p, z, VR_LOG_F32_R1);
    p = __builtin_fmaf(p, z, VR_LOG_F32_R0);
    float low = __builtin_fmaf(k, VR_LOG_F32_LN2_LO, c);
    float t = __builtin_fmaf(s, __builtin_fmaf(p, z, h), low);
    return __builtin_fmaf(k, VR_LOG_F32_LN2_HI, f - (h - t));
}

/* Splits a normal x > 0 into 2^k m with m in [3/4, 3/2). */
static inline float vr_split_f32(float x, float *k) {
    uint32_t shifted = vr_bits_f32(x) - 0x3f400000u; /* 0x3f400000 is 3/4 */
    int32_t exponent = (int32_t)shifted >> 23;
    *k = (float)exponent;
    return vr_from_bits_f32(vr_bits_f32(x) - ((uint32_t)exponent << 23));
}

/* log x. Worst error 0.91 ulp, proved 1.46. */
static inline float vr_log_f32(float x) {
    if (!(x > 0)) return x == 0 ? -__builtin_inff() : __builtin_nanf("");
    if (x == __builtin_inff()) return x;
    float k, up = 0;
    if (x < 0x1p-126f) {
        x *= 0x1p24f;
        up = 24;
    }
    float m = vr_split_f32(x, &k);
    return vr_log_core_f32(m - 1, k - up, 0);
}

/* log(1 + x). Worst error 0.91 ulp, proved 1.46. */
static inline float vr_log1p_f32(float x) {
    if (!(x > -1)) return x == -1 ? -__builtin_inff() : __builtin_nanf("");
    if (x >= -0.25f && x <= 0.5f) return x == 0 ? x : vr_log_core_f32(x, 0, 0);
    if (x == __builtin_inff()) return x;
    float w = 1 + x, c = x >= 1 ? 1 - (w - x) : x - (w - 1), k; /* w + c = 1 + x exactly */
    float m = vr_split_f32(w, &k);
    return vr_log_core_f32(m - 1, k, c / w);
}

/* log(1 + u) for u in [0, 1], without branches: the form that lanes share. */
static inline float vr_log1p_unit_f32(float u) {
    int upper = u > 0.5f;
    return vr_log_core_f32(upper ? (u - 1) * 0.5f : u, upper ? 1.0f : 0.0f, 0);
}

/* log(1 + e^x). Worst error 1.68 ulp, proved 2.45. */
static inline float vr_softplus_f32(float x) {
    float u = vr_exp_f32(-__builtin_fabsf(x));
    return (x > 0 ? x : 0) + vr_log1p_unit_f32(u);
}

/* 1 / (1 + e^-x). Worst error 2.42 ulp, proved 3.01. */
static inline float vr_sigmoid_f32(float x) {
    float u = vr_exp_f32(-__builtin_fabsf(x));
    return (x > 0 ? 1 : u) / (1 + u);
}

/* --- double ---------------------------------------------------------------------------------- */

#define VR_EXP_F64_LOG2E 0x1.71547652b82fep+0
#define VR_F64_LN2_HI    0x1.62e42fefa3800p-1 /* 42 bits: n LN2_HI is exact for |n| < 2^11 */
#define VR_F64_LN2_LO    0x1.ef35793c76730p-45

/* e^x. Worst error 1.00 ulp, proved 1.08. q: relative error 2^-60.2. */
static inline double vr_exp_f64(double x) {
    static const double q[11] = {0x1p-1,
                                 0x1.555555555555bp-3,
                                 0x1.5555555555503p-5,
                                 0x1.111111110ec61p-7,
                                 0x1.6c16c16c303edp-10,
                                 0x1.a01a01b37cdc5p-13,
                                 0x1.a01a0136bd580p-16,
                                 0x1.71ddf0241cc11p-19,
                                 0x1.27e5b3e7c1885p-22,
                                 0x1.af6be250b8519p-26,
                                 0x1.1e3dbbf4ebb9dp-29};
    x = x > 710 ? 710 : x;
    x = x < -746 ? -746 : x;
    if (!(x == x)) return x;
    double n = (x * VR_EXP_F64_LOG2E + 0x1.8p52) - 0x1.8p52;
    double r = __builtin_fma(-n, VR_F64_LN2_HI, x);
    r = __builtin_fma(-n, VR_F64_LN2_LO, r);
    double p = q[10];
    for (int i = 9; i >= 0; i--) p = __builtin_fma(p, r, q[i]);
    double y = 1 + __builtin_fma(r * r, p, r);
    int64_t whole = (int64_t)n, half = whole >> 1;
    double first = vr_from_bits_f64((uint64_t)(1023 + half) << 52);
    double second = vr_from_bits_f64((uint64_t)(1023 + whole - half) << 52);
    return y * first * second;
}

/* k ln2 + log(1 + f) + c for f in [-1/4, 1/2]; the series' relative error is 2^-60.1. */
static inline double vr_log_core_f64(double f, double k, double c) {
    static const double r[8] = {0x1.5555555555555p-1, 0x1.9999999999f30p-2, 0x1.24924923dba6ap-2,
                                0x1.c71c72e2f78d5p-3, 0x1.745cab2727663p-3, 0x1.3b29fcbbce66dp-3,
                                0x1.0e88ea4725d3dp-3, 0x1.16b68338bd78bp-3};
    double s = f / (2 + f), z = s * s, h = 0.5 * f * f, p = r[7];
    for (int i = 6; i >= 0; i--) p = __builtin_fma(p, z, r[i]);
    double low = __builtin_fma(k, VR_F64_LN2_LO, c);
    double t = __builtin_fma(s, __builtin_fma(p, z, h), low);
    return __builtin_fma(k, VR_F64_LN2_HI, f - (h - t));
}

/* Splits a normal x > 0 into 2^k m with m in [3/4, 3/2). */
static inline double vr_split_f64(double x, double *k) {
    uint64_t shifted = vr_bits_f64(x) - 0x3fe8000000000000u;
    int64_t exponent = (int64_t)shifted >> 52;
    *k = (double)exponent;
    return vr_from_bits_f64(vr_bits_f64(x) - ((uint64_t)exponent << 52));
}

/* log x. Worst error 0.88 ulp, proved 1.46. */
static inline double vr_log_f64(double x) {
    if (!(x > 0)) return x == 0 ? -__builtin_inf() : __builtin_nan("");
    if (x == __builtin_inf()) return x;
    double k, up = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p53;
        up = 53;
    }
    double m = vr_split_f64(x, &k);
    return vr_log_core_f64(m - 1, k - up, 0);
}

/* log(1 + x). Worst error 0.88 ulp, proved 1.46. */
static inline double vr_log1p_f64(double x) {
    if (!(x > -1)) return x == -1 ? -__builtin_inf() : __builtin_nan("");
    if (x >= -0.25 && x <= 0.5) return x == 0 ? x : vr_log_core_f64(x, 0, 0);
    if (x == __builtin_inf()) return x;
    double w = 1 + x, c = x >= 1 ? 1 - (w - x) : x - (w - 1), k;
    double m = vr_split_f64(w, &k);
    return vr_log_core_f64(m - 1, k, c / w);
}

/* log(1 + e^x). Worst error 1.70 ulp, proved 2.45. */
static inline double vr_softplus_f64(double x) {
    double u = vr_exp_f64(-__builtin_fabs(x));
    int upper = u > 0.5;
    double log1p = vr_log_core_f64(upper ? (u - 1) * 0.5 : u, upper ? 1.0 : 0.0, 0);
    return (x > 0 ? x : 0) + log1p;
}

/* 1 / (1 + e^-x). Worst error 2.50 ulp, proved 3.01. */
static inline double vr_sigmoid_f64(double x) {
    double u = vr_exp_f64(-__builtin_fabs(x));
    return (x > 0 ? 1 : u) / (1 + u);
}

#endif
