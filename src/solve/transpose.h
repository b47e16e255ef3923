/* to[c * n + r] = from[r * n + c] for n x n numbers, n a multiple of 16: by tiles that stay in the cache. */
#ifndef VR_SOLVE_TRANSPOSE_H
#define VR_SOLVE_TRANSPOSE_H

#include <stddef.h>

#define VR_TRANSPOSE(name, real)                                                                   \
    static inline void name(size_t n, const real *restrict from, real *restrict to) {              \
        for (size_t i = 0; i < n; i += 16)                                                         \
            for (size_t j = 0; j < n; j += 16)                                                     \
                for (size_t r = i; r < i + 16; r++)                                                \
                    for (size_t c = j; c < j + 16; c++) to[c * n + r] = from[r * n + c];           \
    }
VR_TRANSPOSE(vr_transpose_32, float)
VR_TRANSPOSE(vr_transpose_64, double)
#undef VR_TRANSPOSE

#endif
