#include <stdlib.h>
#include "model/table.h"
#include "model/tiles.h"
#include "solve/half_step.h"

enum { CHUNK = 1024 /* rows whose moment is one chain of sums */ };

vr_status vr_gram(const float *rows, size_t n, size_t stride, float *gram, vr_error *error) {
    size_t size = stride * stride, n_chunks = n ? (n + CHUNK - 1) / CHUNK : 1;
    float *parts = vr_floats_new(n_chunks * size);
    if (!parts)
        return vr_fail(error, VR_INTERNAL, "no memory for %zu matrices of %zu x %zu", n_chunks,
                       stride, stride);
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t k = 0; k < n_chunks; k++) {
        size_t first = k * CHUNK, left = n - first;
        const vr_product product = vr_second_moment(
            rows + first * stride, left < CHUNK ? left : CHUNK, stride, stride, parts + k * size);
        vr_tile_kernels_get()->multiply(&product);
    }
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < size; i++) {
        double sum = 0;
        for (size_t k = 0; k < n_chunks; k++) sum += (double)parts[k * size + i];
        gram[i] = (float)sum;
    }
    free(parts);
    return VR_OK;
}
