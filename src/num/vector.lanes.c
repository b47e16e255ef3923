/* Float kernels of num/vector.h, written once in lanes.

   scale (x - shift) is computed as (x/2 - shift/2) (2 scale): the halves are exact and cannot overflow,
   so the result overflows only when its true value does. */
#include "num/vector.h"

#include <float.h>

#include "num/lanes_math.h"

/* The last block is filled up with a harmless value, and keep() zeroes what its filled lanes
   would add to a sum. */
static inline size_t whole_blocks(size_t n) {
    return n & ~(size_t)(VR_LANES - 1);
}

static inline vr_lanes keep(size_t n, vr_lanes a) {
    return vr_lanes_select(vr_lanes_first(n), a, vr_lanes_zero());
}

static float largest(size_t n, const float *x) {
    vr_lanes fill = vr_lanes_set1(x[0]), top = fill;
    size_t i = 0, whole = whole_blocks(n);
    for (; i < whole; i += VR_LANES) top = vr_lanes_max(top, vr_lanes_loadu(x + i));
    if (i < n) top = vr_lanes_max(top, vr_lanes_load_n(x + i, n - i, fill));
    return vr_lanes_largest(top);
}

static float smallest(size_t n, const float *x) {
    vr_lanes fill = vr_lanes_set1(x[0]), low = fill;
    size_t i = 0, whole = whole_blocks(n);
    for (; i < whole; i += VR_LANES) low = vr_lanes_min(low, vr_lanes_loadu(x + i));
    if (i < n) low = vr_lanes_min(low, vr_lanes_load_n(x + i, n - i, fill));
    return vr_lanes_smallest(low);
}

static float sum(size_t n, const float *x, float scale) {
    vr_lanes s = vr_lanes_set1(scale), zero = vr_lanes_zero(), total = zero;
    size_t i = 0, whole = whole_blocks(n);
    for (; i < whole; i += VR_LANES)
        total = vr_lanes_add(total, vr_lanes_mul(s, vr_lanes_loadu(x + i)));
    if (i < n) total = vr_lanes_add(total, vr_lanes_mul(s, vr_lanes_load_n(x + i, n - i, zero)));
    return vr_lanes_sum(total);
}

static float squares(size_t n, const float *x, float scale) {
    vr_lanes s = vr_lanes_set1(scale), zero = vr_lanes_zero(), total = zero;
    size_t i = 0, whole = whole_blocks(n);
    for (; i < whole; i += VR_LANES) {
        vr_lanes a = vr_lanes_mul(s, vr_lanes_loadu(x + i));
        total = vr_lanes_fma(a, a, total);
    }
    if (i < n) {
        vr_lanes a = vr_lanes_mul(s, vr_lanes_load_n(x + i, n - i, zero));
        total = vr_lanes_fma(a, a, total);
    }
    return vr_lanes_sum(total);
}

static void times(size_t n, const float *x, float factor, float *out) {
    vr_lanes f = vr_lanes_set1(factor);
    size_t i = 0, whole = whole_blocks(n);
    for (; i < whole; i += VR_LANES)
        vr_lanes_storeu(out + i, vr_lanes_mul(f, vr_lanes_loadu(x + i)));
    if (i < n)
        vr_lanes_store_n(out + i, n - i,
                         vr_lanes_mul(f, vr_lanes_load_n(x + i, n - i, vr_lanes_zero())));
}

static float hinge(size_t n, const float *x, float margin, float scale, float slope, float *out) {
    vr_lanes zero = vr_lanes_zero(), total = zero, f = vr_lanes_set1(slope);
    vr_lanes m = vr_lanes_set1(margin), s = vr_lanes_set1(scale),
             ms = vr_lanes_set1(margin * scale);
    size_t i = 0, whole = whole_blocks(n);
    for (; i < whole; i += VR_LANES) {
        vr_lanes a = vr_lanes_loadu(x + i);
        vr_lanes_mask active = vr_lanes_gt(a, m);
        vr_lanes over = vr_lanes_sub(vr_lanes_mul(a, s), ms);
        total = vr_lanes_add(total, vr_lanes_select(active, over, zero));
        vr_lanes_storeu(out + i, vr_lanes_select(active, f, zero));
    }
    if (i < n) {
        vr_lanes a = vr_lanes_load_n(x + i, n - i, m); /* filled lanes are not above the margin */
        vr_lanes_mask active = vr_lanes_gt(a, m);
        vr_lanes over = vr_lanes_sub(vr_lanes_mul(a, s), ms);
        total = vr_lanes_add(total, vr_lanes_select(active, over, zero));
        vr_lanes_store_n(out + i, n - i, vr_lanes_select(active, f, zero));
    }
    return vr_lanes_sum(total);
}

/* exp and softplus: scale (x - shift) as said above. */
typedef struct affine {
    vr_lanes half, minus_half_shift, twice_scale;
} affine;

static inline affine affine_make(float shift, float scale) {
    float twice = scale < FLT_MAX / 2 ? 2 * scale : FLT_MAX;
    return (affine){vr_lanes_set1(0.5f), vr_lanes_set1(-0.5f * shift), vr_lanes_set1(twice)};
}

static inline vr_lanes affine_of(affine map, vr_lanes x) {
    return vr_lanes_mul(map.twice_scale, vr_lanes_fma(x, map.half, map.minus_half_shift));
}

static float exponential(size_t n, const float *x, float shift, float scale, float *out) {
    affine map = affine_make(shift, scale);
    vr_lanes total = vr_lanes_zero();
    size_t i = 0, whole = whole_blocks(n);
    for (; i < whole; i += VR_LANES) {
        vr_lanes e = vr_lanes_exp(affine_of(map, vr_lanes_loadu(x + i)));
        vr_lanes_storeu(out + i, e);
        total = vr_lanes_add(total, e);
    }
    if (i < n) {
        vr_lanes a = vr_lanes_load_n(x + i, n - i, vr_lanes_set1(shift));
        vr_lanes e = vr_lanes_exp(affine_of(map, a));
        vr_lanes_store_n(out + i, n - i, e);
        total = vr_lanes_add(total, keep(n - i, e));
    }
    return vr_lanes_sum(total);
}

static float softplus(size_t n, const float *x, float shift, float scale, float slope, float *out) {
    affine map = affine_make(shift, scale);
    vr_lanes f = vr_lanes_set1(slope), total = vr_lanes_zero(), sigmoid;
    size_t i = 0, whole = whole_blocks(n);
    for (; i < whole; i += VR_LANES) {
        vr_lanes value = vr_lanes_softplus(affine_of(map, vr_lanes_loadu(x + i)), &sigmoid);
        vr_lanes_storeu(out + i, vr_lanes_mul(f, sigmoid));
        total = vr_lanes_add(total, value);
    }
    if (i < n) {
        vr_lanes a = vr_lanes_load_n(x + i, n - i, vr_lanes_set1(shift));
        vr_lanes value = vr_lanes_softplus(affine_of(map, a), &sigmoid);
        vr_lanes_store_n(out + i, n - i, vr_lanes_mul(f, sigmoid));
        total = vr_lanes_add(total, keep(n - i, value));
    }
    return vr_lanes_sum(total);
}

const vr_vector_f32 VR_ISA_NAME(vr_vector_f32) = {largest, smallest, sum,         squares,
                                                  times,   hinge,    exponential, softplus};
