#include "solve/product.h"

#include "num/isa.h"

extern vr_multiply64 vr_multiply64_avx2, vr_multiply64_avx512;

vr_multiply64 *vr_multiply64_get(void) {
    return vr_isa() == VR_ISA_AVX512 ? vr_multiply64_avx512 : vr_multiply64_avx2;
}
