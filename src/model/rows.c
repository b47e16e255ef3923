#include "model/rows.h"

#include "num/isa.h"

extern const vr_row_kernels vr_row_kernels_avx2, vr_row_kernels_avx512;

const vr_row_kernels *vr_row_kernels_get(void) {
    return vr_isa() == VR_ISA_AVX512 ? &vr_row_kernels_avx512 : &vr_row_kernels_avx2;
}
