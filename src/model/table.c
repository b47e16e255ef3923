#include "model/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LINE = 64, HUGE_PAGE = 2 << 20 };

size_t vr_floats_bytes(size_t n) {
    size_t bytes = n * sizeof(float), align = bytes < HUGE_PAGE ? LINE : HUGE_PAGE;
    return (bytes / align + 1) * align;
}

float *vr_floats_new(size_t n) {
    size_t bytes = vr_floats_bytes(n), align = bytes <= HUGE_PAGE ? LINE : HUGE_PAGE;
    float *values = aligned_alloc(align, bytes);
    if (!values) return NULL;
    /* rows are gathered at random: few large pages save most of the address look-ups */
    if (align == HUGE_PAGE) madvise(values, bytes, MADV_HUGEPAGE);
    memset(values, 0, bytes);
    return values;
}

vr_status vr_table_new(uint32_t n_rows, uint32_t dim, vr_similarity similarity, vr_table *out,
                       vr_error *error) {
    uint32_t stride = (uint32_t)vr_row_stride(dim);
    size_t n = (size_t)n_rows * stride;
    vr_table table = {.n_rows = n_rows, .dim = dim, .stride = stride};
    table.raw = vr_floats_new(n);
    table.m = vr_floats_new(n);
    table.v = vr_floats_new(n);
    table.unit = similarity == VR_COSINE ? vr_floats_new(n) : table.raw;
    table.inverse_norm = vr_floats_new(n_rows);
    if (!table.raw || !table.m || !table.v || !table.unit || !table.inverse_norm) {
        vr_table_free(&table);
        return vr_fail(error, VR_INTERNAL, "no memory for a table of %u x %u (%.1f MiB)", n_rows,
                       dim, (double)n * 16 / 0x1p20);
    }
    for (uint32_t row = 0; row < n_rows; row++) table.inverse_norm[row] = 1;
    *out = table;
    return VR_OK;
}

void vr_table_free(vr_table *table) {
    if (table->unit != table->raw) free(table->unit);
    free(table->raw);
    free(table->m);
    free(table->v);
    free(table->inverse_norm);
    *table = (vr_table){0};
}

void vr_table_init(vr_table *table, double deviation, uint64_t seed, vr_stream stream) {
    vr_draw_key key = {seed, stream, 0};
#pragma omp parallel for schedule(static)
    for (uint32_t row = 0; row < table->n_rows; row++) {
        float *values = table->raw + (size_t)row * table->stride;
        vr_draw_normal(&key, row, values, table->dim);
        for (uint32_t c = 0; c < table->dim; c++)
            values[c] = (float)(deviation * (double)values[c]);
    }
}

vr_status vr_table_copy(const vr_table *table, const float *padded, vr_matrix *out,
                        vr_error *error) {
    float *values = vr_floats_new((size_t)table->n_rows * table->dim);
    if (!values)
        return vr_fail(error, VR_INTERNAL, "no memory for a copy of %u x %u factors", table->n_rows,
                       table->dim);
    for (uint32_t row = 0; row < table->n_rows; row++)
        memcpy(values + (size_t)row * table->dim, padded + (size_t)row * table->stride,
               table->dim * sizeof(float));
    *out = (vr_matrix){table->n_rows, table->dim, values};
    return VR_OK;
}
