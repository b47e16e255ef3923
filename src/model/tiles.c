#include "model/tiles.h"

#include "num/isa.h"

extern const vr_tile_kernels vr_tile_kernels_avx2, vr_tile_kernels_avx512;

const vr_tile_kernels *vr_tile_kernels_get(void) {
    return vr_isa() == VR_ISA_AVX512 ? &vr_tile_kernels_avx512 : &vr_tile_kernels_avx2;
}
