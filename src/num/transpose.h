/* An 8 x 8 block of floats turned over; for files that are compiled for each vector width. */
#ifndef VR_NUM_TRANSPOSE_H
#define VR_NUM_TRANSPOSE_H

#include <immintrin.h>
#include <stddef.h>

/* to[c * to_stride + j] = from[j * from_stride + c] for j, c < 8: pairs of columns, then fours, then eights */
static inline __attribute__((always_inline)) void
vr_transpose_8(const float *from, size_t from_stride, float *to, size_t to_stride) {
    __m256 row[8], two[8], four[8];
    for (size_t j = 0; j < 8; j++) row[j] = _mm256_loadu_ps(from + j * from_stride);
    for (size_t j = 0; j < 8; j += 2) {
        two[j] = _mm256_unpacklo_ps(row[j], row[j + 1]);
        two[j + 1] = _mm256_unpackhi_ps(row[j], row[j + 1]);
    }
    for (size_t j = 0; j < 8; j += 4)
        for (size_t k = 0; k < 2; k++) {
            four[j + 2 * k] = _mm256_shuffle_ps(two[j + k], two[j + k + 2], 0x44);
            four[j + 2 * k + 1] = _mm256_shuffle_ps(two[j + k], two[j + k + 2], 0xEE);
        }
    for (size_t c = 0; c < 4; c++) {
        _mm256_storeu_ps(to + c * to_stride, _mm256_permute2f128_ps(four[c], four[c + 4], 0x20));
        _mm256_storeu_ps(to + (c + 4) * to_stride,
                         _mm256_permute2f128_ps(four[c], four[c + 4], 0x31));
    }
}

#endif
