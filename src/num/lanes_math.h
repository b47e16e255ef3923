/* exp, softplus and sigmoid of sixteen floats: lane by lane the same bits as num/elementary.h. */
#ifndef VR_NUM_LANES_MATH_H
#define VR_NUM_LANES_MATH_H

#include "num/elementary.h"
#include "num/lanes.h"

static inline vr_lanes vr_lanes_exp(vr_lanes x) {
    x = vr_lanes_min(vr_lanes_set1(VR_EXP_F32_LAST), x); /* this order of operands keeps a NaN */
    x = vr_lanes_max(vr_lanes_set1(VR_EXP_F32_FIRST), x);
    vr_lanes n = vr_lanes_round(vr_lanes_mul(x, vr_lanes_set1(VR_EXP_F32_LOG2E)));
    vr_lanes r = vr_lanes_fnma(n, vr_lanes_set1(VR_EXP_F32_LN2_HI), x);
    r = vr_lanes_fnma(n, vr_lanes_set1(VR_EXP_F32_LN2_LO), r);
    vr_lanes q = vr_lanes_fma(vr_lanes_set1(VR_EXP_F32_Q4), r, vr_lanes_set1(VR_EXP_F32_Q3));
    q = vr_lanes_fma(q, r, vr_lanes_set1(VR_EXP_F32_Q2));
    q = vr_lanes_fma(q, r, vr_lanes_set1(VR_EXP_F32_Q1));
    q = vr_lanes_fma(q, r, vr_lanes_set1(VR_EXP_F32_Q0));
    vr_lanes y = vr_lanes_add(vr_lanes_set1(1), vr_lanes_fma(vr_lanes_mul(r, r), q, r));
    return vr_lanes_scale2(y, n);
}

/* log(1 + u) for u in [0, 1]. */
static inline vr_lanes vr_lanes_log1p_unit(vr_lanes u) {
    vr_lanes one = vr_lanes_set1(1), half = vr_lanes_set1(0.5f);
    vr_lanes_mask upper = vr_lanes_gt(u, half);
    vr_lanes f = vr_lanes_select(upper, vr_lanes_mul(vr_lanes_sub(u, one), half), u);
    vr_lanes k = vr_lanes_select(upper, one, vr_lanes_zero());
    vr_lanes s = vr_lanes_div(f, vr_lanes_add(vr_lanes_set1(2), f)), z = vr_lanes_mul(s, s);
    vr_lanes h = vr_lanes_mul(vr_lanes_mul(half, f), f);
    vr_lanes p = vr_lanes_fma(vr_lanes_set1(VR_LOG_F32_R3), z, vr_lanes_set1(VR_LOG_F32_R2));
    p = vr_lanes_fma(p, z, vr_lanes_set1(VR_LOG_F32_R1));
    p = vr_lanes_fma(p, z, vr_lanes_set1(VR_LOG_F32_R0));
    vr_lanes low = vr_lanes_mul(k, vr_lanes_set1(VR_LOG_F32_LN2_LO));
    vr_lanes t = vr_lanes_fma(s, vr_lanes_fma(p, z, h), low);
    vr_lanes rest = vr_lanes_sub(f, vr_lanes_sub(h, t));
    return vr_lanes_fma(k, vr_lanes_set1(VR_LOG_F32_LN2_HI), rest);
}

/* log(1 + e^x); *sigmoid = 1 / (1 + e^-x), which shares the exponential. */
static inline vr_lanes vr_lanes_softplus(vr_lanes x, vr_lanes *sigmoid) {
    vr_lanes zero = vr_lanes_zero(), one = vr_lanes_set1(1);
    vr_lanes u = vr_lanes_exp(vr_lanes_sub(zero, vr_lanes_abs(x)));
    vr_lanes top = vr_lanes_select(vr_lanes_gt(x, zero), one, u);
    *sigmoid = vr_lanes_div(top, vr_lanes_add(one, u));
    return vr_lanes_add(vr_lanes_max(x, zero), vr_lanes_log1p_unit(u));
}

#endif
