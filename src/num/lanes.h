/* Sixteen floats at once: one AVX-512 register (VR_AVX512) or two AVX2 registers.

   Every operation is the IEEE-754 one on each lane (no rsqrt or rcp approximation) and horizontal
   sums use one fixed tree, so a kernel written with vr_lanes gives the same bits in both builds. A
   file NAME.lanes.c is compiled twice; its exported names carry VR_ISA (VR_ISA_NAME). An array is
   walked in blocks of 16: lane l takes elements l, l + 16, ...; load_n and store_n handle the last
   block in the same lanes.

   Same bits, but for the payload of a NaN. min and max are `a < b ? a : b` and `a > b ? a : b`: the second operand when one is NaN. */
#ifndef VR_NUM_LANES_H
#define VR_NUM_LANES_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define VR_LANES 16

/* vr_thing -> vr_thing_avx2 or vr_thing_avx512 in a file that is compiled for each. */
#define VR_ISA_JOIN(name, isa)   name##_##isa
#define VR_ISA_EXPAND(name, isa) VR_ISA_JOIN(name, isa)
#define VR_ISA_NAME(name)        VR_ISA_EXPAND(name, VR_ISA)

#ifdef VR_AVX512

typedef __m512 vr_lanes;
typedef __mmask16 vr_lanes_mask;

#define VR_LANES_1(name, op)                                                                       \
    static inline vr_lanes vr_lanes_##name(vr_lanes a) {                                           \
        return _mm512_##op##_ps(a);                                                                \
    }
#define VR_LANES_2(name, op)                                                                       \
    static inline vr_lanes vr_lanes_##name(vr_lanes a, vr_lanes b) {                               \
        return _mm512_##op##_ps(a, b);                                                             \
    }
#define VR_LANES_3(name, op)                                                                       \
    static inline vr_lanes vr_lanes_##name(vr_lanes a, vr_lanes b, vr_lanes c) {                   \
        return _mm512_##op##_ps(a, b, c);                                                          \
    }

static inline vr_lanes vr_lanes_set1(float value) {
    return _mm512_set1_ps(value);
}
static inline vr_lanes vr_lanes_zero(void) {
    return _mm512_setzero_ps();
}
static inline vr_lanes vr_lanes_load(const float *aligned64) {
    return _mm512_load_ps(aligned64);
}
static inline vr_lanes vr_lanes_loadu(const float *from) {
    return _mm512_loadu_ps(from);
}
static inline void vr_lanes_store(float *aligned64, vr_lanes a) {
    _mm512_store_ps(aligned64, a);
}
static inline void vr_lanes_storeu(float *to, vr_lanes a) {
    _mm512_storeu_ps(to, a);
}
/* true in lanes 0 .. n - 1, n <= 15 */
static inline vr_lanes_mask vr_lanes_first(size_t n) {
    return (vr_lanes_mask)((1u << n) - 1);
}
static inline vr_lanes vr_lanes_load_n(const float *from, size_t n, vr_lanes fill) {
    return _mm512_mask_loadu_ps(fill, vr_lanes_first(n), from);
}
static inline void vr_lanes_store_n(float *to, size_t n, vr_lanes a) {
    _mm512_mask_storeu_ps(to, vr_lanes_first(n), a);
}
static inline vr_lanes_mask vr_lanes_gt(vr_lanes a, vr_lanes b) {
    return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ);
}
static inline vr_lanes_mask vr_lanes_not_le(vr_lanes a, vr_lanes b) { /* true for NaN */
    return _mm512_cmp_ps_mask(a, b, _CMP_NLE_UQ);
}
static inline vr_lanes vr_lanes_select(vr_lanes_mask mask, vr_lanes yes, vr_lanes no) {
    return _mm512_mask_blend_ps(mask, no, yes);
}
static inline unsigned vr_lanes_mask_bits(vr_lanes_mask mask) {
    return mask;
}
static inline vr_lanes vr_lanes_round(vr_lanes a) {
    return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
static inline vr_lanes vr_lanes_abs(vr_lanes a) {
    return _mm512_abs_ps(a);
}
/* a * 2^n, rounded once, for |a| in [1/2, 2) and a whole n in [-250, 250] */
static inline vr_lanes vr_lanes_scale2(vr_lanes a, vr_lanes n) {
    return _mm512_scalef_ps(a, n);
}
static inline __m256 vr_lanes_half(vr_lanes a, int high) {
    return high ? _mm512_extractf32x8_ps(a, 1) : _mm512_castps512_ps256(a);
}
static inline vr_lanes vr_lanes_or(vr_lanes a, vr_lanes b) { /* of the bits */
    return _mm512_or_ps(a, b);
}
static inline int vr_lanes_no_bit(vr_lanes a) { /* +0 in every lane */
    __m512i bits = _mm512_castps_si512(a);
    return _mm512_test_epi32_mask(bits, bits) == 0;
}

#else

typedef struct vr_lanes {
    __m256 low, high; /* lanes 0..7, lanes 8..15 */
} vr_lanes;
typedef vr_lanes vr_lanes_mask; /* all bits of a lane set: true */

#define VR_LANES_1(name, op)                                                                       \
    static inline vr_lanes vr_lanes_##name(vr_lanes a) {                                           \
        return (vr_lanes){_mm256_##op##_ps(a.low), _mm256_##op##_ps(a.high)};                      \
    }
#define VR_LANES_2(name, op)                                                                       \
    static inline vr_lanes vr_lanes_##name(vr_lanes a, vr_lanes b) {                               \
        return (vr_lanes){_mm256_##op##_ps(a.low, b.low), _mm256_##op##_ps(a.high, b.high)};       \
    }
#define VR_LANES_3(name, op)                                                                       \
    static inline vr_lanes vr_lanes_##name(vr_lanes a, vr_lanes b, vr_lanes c) {                   \
        return (vr_lanes){_mm256_##op##_ps(a.low, b.low, c.low),                                   \
                          _mm256_##op##_ps(a.high, b.high, c.high)};                               \
    }

static inline vr_lanes vr_lanes_set1(float value) {
    return (vr_lanes){_mm256_set1_ps(value), _mm256_set1_ps(value)};
}
static inline vr_lanes vr_lanes_zero(void) {
    return (vr_lanes){_mm256_setzero_ps(), _mm256_setzero_ps()};
}
static inline vr_lanes vr_lanes_load(const float *aligned64) {
    return (vr_lanes){_mm256_load_ps(aligned64), _mm256_load_ps(aligned64 + 8)};
}
static inline vr_lanes vr_lanes_loadu(const float *from) {
    return (vr_lanes){_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)};
}
static inline void vr_lanes_store(float *aligned64, vr_lanes a) {
    _mm256_store_ps(aligned64, a.low);
    _mm256_store_ps(aligned64 + 8, a.high);
}
static inline void vr_lanes_storeu(float *to, vr_lanes a) {
    _mm256_storeu_ps(to, a.low);
    _mm256_storeu_ps(to + 8, a.high);
}
static inline __m256i vr_lanes_first8(int n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
static inline vr_lanes_mask vr_lanes_first(size_t n) {
    return (vr_lanes){_mm256_castsi256_ps(vr_lanes_first8((int)n)),
                      _mm256_castsi256_ps(vr_lanes_first8((int)n - 8))};
}
static inline vr_lanes vr_lanes_load_n(const float *from, size_t n, vr_lanes fill) {
    __m256i low = vr_lanes_first8((int)n), high = vr_lanes_first8((int)n - 8);
    __m256 a = _mm256_maskload_ps(from, low), b = _mm256_maskload_ps(from + 8, high);
    return (vr_lanes){_mm256_blendv_ps(fill.low, a, _mm256_castsi256_ps(low)),
                      _mm256_blendv_ps(fill.high, b, _mm256_castsi256_ps(high))};
}
static inline void vr_lanes_store_n(float *to, size_t n, vr_lanes a) {
    _mm256_maskstore_ps(to, vr_lanes_first8((int)n), a.low);
    _mm256_maskstore_ps(to + 8, vr_lanes_first8((int)n - 8), a.high);
}
static inline vr_lanes_mask vr_lanes_gt(vr_lanes a, vr_lanes b) {
    return (vr_lanes){_mm256_cmp_ps(a.low, b.low, _CMP_GT_OQ),
                      _mm256_cmp_ps(a.high, b.high, _CMP_GT_OQ)};
}
static inline vr_lanes_mask vr_lanes_not_le(vr_lanes a, vr_lanes b) { /* true for NaN */
    return (vr_lanes){_mm256_cmp_ps(a.low, b.low, _CMP_NLE_UQ),
                      _mm256_cmp_ps(a.high, b.high, _CMP_NLE_UQ)};
}
static inline vr_lanes vr_lanes_select(vr_lanes_mask mask, vr_lanes yes, vr_lanes no) {
    return (vr_lanes){_mm256_blendv_ps(no.low, yes.low, mask.low),
                      _mm256_blendv_ps(no.high, yes.high, mask.high)};
}
static inline unsigned vr_lanes_mask_bits(vr_lanes_mask mask) {
    return (unsigned)_mm256_movemask_ps(mask.low) | (unsigned)_mm256_movemask_ps(mask.high) << 8;
}
static inline vr_lanes vr_lanes_round(vr_lanes a) {
    return (vr_lanes){_mm256_round_ps(a.low, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC),
                      _mm256_round_ps(a.high, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}
static inline vr_lanes vr_lanes_abs(vr_lanes a) {
    __m256 sign = _mm256_set1_ps(-0.f);
    return (vr_lanes){_mm256_andnot_ps(sign, a.low), _mm256_andnot_ps(sign, a.high)};
}
/* As scalef for |a| in [1/2, 2) and a whole n in [-250, 250]: two multiplications by powers
   of two, the first of them exact, so there is one rounding. */
static inline __m256 vr_lanes_scale8(__m256 a, __m256 n) {
    __m256i whole = _mm256_cvtps_epi32(n), half = _mm256_srai_epi32(whole, 1);
    __m256i rest = _mm256_sub_epi32(whole, half), bias = _mm256_set1_epi32(127);
    __m256 first = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(half, bias), 23));
    __m256 second = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(rest, bias), 23));
    return _mm256_mul_ps(_mm256_mul_ps(a, first), second);
}
static inline vr_lanes vr_lanes_scale2(vr_lanes a, vr_lanes n) {
    return (vr_lanes){vr_lanes_scale8(a.low, n.low), vr_lanes_scale8(a.high, n.high)};
}
static inline __m256 vr_lanes_half(vr_lanes a, int high) {
    return high ? a.high : a.low;
}
static inline vr_lanes vr_lanes_or(vr_lanes a, vr_lanes b) { /* of the bits */
    return (vr_lanes){_mm256_or_ps(a.low, b.low), _mm256_or_ps(a.high, b.high)};
}
static inline int vr_lanes_no_bit(vr_lanes a) { /* +0 in every lane */
    __m256i bits = _mm256_castps_si256(_mm256_or_ps(a.low, a.high));
    return _mm256_testz_si256(bits, bits);
}

#endif

/* clang-format off */
VR_LANES_1(sqrt, sqrt)
VR_LANES_2(add, add)
VR_LANES_2(sub, sub)
VR_LANES_2(mul, mul)
VR_LANES_2(div, div)
VR_LANES_2(min, min)
VR_LANES_2(max, max)
VR_LANES_3(fma, fmadd)   /* a * b + c, one rounding */
VR_LANES_3(fnma, fnmadd) /* c - a * b, one rounding */
/* clang-format on */
#undef VR_LANES_1
#undef VR_LANES_2
#undef VR_LANES_3

/* The fixed tree: l + (l + 8), then + 4, + 2, + 1. */
static inline float vr_lanes_sum(vr_lanes a) {
    __m256 eight = _mm256_add_ps(vr_lanes_half(a, 0), vr_lanes_half(a, 1));
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}
static inline float vr_lanes_largest(vr_lanes a) {
    __m256 eight = _mm256_max_ps(vr_lanes_half(a, 0), vr_lanes_half(a, 1));
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}
static inline float vr_lanes_smallest(vr_lanes a) {
    __m256 eight = _mm256_min_ps(vr_lanes_half(a, 0), vr_lanes_half(a, 1));
    __m128 four = _mm_min_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_min_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_min_ss(two, _mm_movehdup_ps(two)));
}

#endif
