/* A factor table with its optimiser state: what training holds of the users, and of the items. */
#ifndef VR_MODEL_TABLE_H
#define VR_MODEL_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "num/draws.h"
#include "num/matrix.h"

/* Floats from one row to the next, for rows of dim. */
static inline size_t vr_row_stride(size_t dim) {
    return (dim + 15) / 16 * 16;
}

/* n_rows x stride each, row-major, 64-byte aligned; stride = vr_row_stride(dim), the rest 0. */
typedef struct vr_table {
    uint32_t n_rows, dim, stride;
    float *raw;          /* the parameters */
    float *m, *v;        /* Adam's moments */
    float *unit;         /* raw / |raw|; the same memory as raw for the dot product */
    float *inverse_norm; /* n_rows; all 1 for the dot product */
} vr_table;

/* A zeroed table. VR_INTERNAL without memory (says how much was asked for). */
vr_status vr_table_new(uint32_t n_rows, uint32_t dim, vr_similarity similarity, vr_table *out,
                       vr_error *error);
void vr_table_free(vr_table *table);

/* raw ~ N(0, deviation^2), independent of the thread count. */
void vr_table_init(vr_table *table, double deviation, uint64_t seed, vr_stream stream);

/* *out = padded rows without their padding; owned by the caller (free(out->values)). */
vr_status vr_table_copy(const vr_table *table, const float *padded, vr_matrix *out,
                        vr_error *error);

/* n zeroed floats, 64-byte aligned; free(). NULL without memory. */
float *vr_floats_new(size_t n);
size_t vr_floats_bytes(size_t n); /* what that takes */

#endif
