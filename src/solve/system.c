#include "solve/system.h"

#include "num/isa.h"

extern const vr_system_kernels vr_system_kernels_avx2, vr_system_kernels_avx512;

const vr_system_kernels *vr_system_kernels_get(void) {
    return vr_isa() == VR_ISA_AVX512 ? &vr_system_kernels_avx512 : &vr_system_kernels_avx2;
}
