#include "num/vector.h"

#include "num/isa.h"

const vr_vector_f32 *vr_vectors_f32(void) {
    return vr_isa() == VR_ISA_AVX512 ? &vr_vector_f32_avx512 : &vr_vector_f32_avx2;
}
