#include "data/planted_kernel.h"
#include "num/lanes_math.h"

static inline vr_lanes probability(vr_lanes logit) {
    logit = vr_lanes_min(vr_lanes_set1(VR_PLANTED_MOST), logit);
    logit = vr_lanes_max(vr_lanes_set1(-VR_PLANTED_MOST), logit);
    vr_lanes one = vr_lanes_set1(1);
    return vr_lanes_div(one, vr_lanes_add(one, vr_lanes_exp(vr_lanes_sub(vr_lanes_zero(), logit))));
}

void VR_ISA_NAME(vr_planted_tiles)(const float *user, uint32_t rank, float shift,
                                   const float *items, const float *bias, size_t n_tiles,
                                   float *pi) {
    vr_lanes base = vr_lanes_set1(shift);
    for (size_t t = 0; t < n_tiles; t++, bias += VR_PLANTED_TILE, pi += VR_PLANTED_TILE) {
        vr_lanes low = vr_lanes_add(vr_lanes_loadu(bias), base);
        vr_lanes high = vr_lanes_add(vr_lanes_loadu(bias + VR_LANES), base);
        for (uint32_t r = 0; r < rank; r++, items += VR_PLANTED_TILE) {
            vr_lanes factor = vr_lanes_set1(user[r]);
            low = vr_lanes_fma(factor, vr_lanes_loadu(items), low);
            high = vr_lanes_fma(factor, vr_lanes_loadu(items + VR_LANES), high);
        }
        vr_lanes_storeu(pi, probability(low));
        vr_lanes_storeu(pi + VR_LANES, probability(high));
    }
}
