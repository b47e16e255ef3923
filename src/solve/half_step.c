#include "solve/half_step.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "model/table.h"
#include "model/tiles.h"

enum { CHUNK = 1024 /* rows whose moment is one chain of sums */ };

/* --- the Gram matrix ------------------------------------------------------------------------------ */

static void chunk_gram(const float *rows, size_t n, size_t stride, float *gram) {
    vr_tile_kernels_get()->multiply(&(vr_product){.rows = stride,
                                                  .steps = n,
                                                  .width = stride,
                                                  .a = rows,
                                                  .a_row = 1,
                                                  .a_step = stride,
                                                  .b = rows,
                                                  .b_step = stride,
                                                  .c = gram,
                                                  .c_row = stride});
}

vr_status vr_gram(const float *rows, size_t n, size_t stride, float *gram, vr_error *error) {
    size_t size = stride * stride, n_chunks = n ? (n + CHUNK - 1) / CHUNK : 1;
    float *parts = vr_floats_new(n_chunks * size);
    if (!parts)
        return vr_fail(error, VR_INTERNAL, "no memory for %zu matrices of %zu x %zu", n_chunks,
                       stride, stride);
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t k = 0; k < n_chunks; k++) {
        size_t first = k * CHUNK, left = n - first;
        chunk_gram(rows + first * stride, left < CHUNK ? left : CHUNK, stride, parts + k * size);
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

/* --- one system ----------------------------------------------------------------------------------- */

typedef struct room {
    float *matrix, *rhs, *gathered; /* stride x stride, stride, longest x stride */
    int failed;
    uint32_t target;
    double pivot;
} room;

static void gather(const vr_half_step *s, uint32_t target, room *at) {
    uint64_t first = s->rows->offsets[target], n = s->rows->offsets[target + 1] - first;
    const uint32_t *ids = s->rows->columns + first;
    memset(at->rhs, 0, s->stride * sizeof *at->rhs);
    for (uint64_t j = 0; j < n; j++) {
        const float *row = s->sources + ids[j] * s->stride;
        float weight = s->r[target] * (s->q ? s->q[ids[j]] : 1);
        memcpy(at->gathered + j * s->stride, row, s->stride * sizeof *row);
        for (size_t c = 0; c < s->stride; c++) at->rhs[c] = fmaf(weight, row[c], at->rhs[c]);
    }
}

static void accumulate(const vr_half_step *s, uint32_t target, room *at) {
    size_t stride = s->stride;
    for (size_t i = 0; i < stride * stride; i++) at->matrix[i] = s->g[target] * s->gram[i];
    for (size_t c = 0; c < stride; c++) at->matrix[c * stride + c] += s->l[target];
    vr_tile_kernels_get()->multiply(&(vr_product){.rows = s->dim,
                                                  .steps = vr_csr_row_count(s->rows, target),
                                                  .width = stride,
                                                  .a = at->gathered,
                                                  .a_row = 1,
                                                  .a_step = stride,
                                                  .b = at->gathered,
                                                  .b_step = stride,
                                                  .c = at->matrix,
                                                  .c_row = stride,
                                                  .add = 1});
}

/* A = R^T R by rows, then both triangles; 0 and *pivot when A is not positive definite. */
static int solve_system(size_t n, size_t stride, float *a, float *x, double *pivot) {
    for (size_t i = 0; i < n; i++) {
        float *row = a + i * stride;
        *pivot = (double)row[i];
        if (!(row[i] > 0)) return 0;
        float scale = 1 / sqrtf(row[i]);
        for (size_t c = i; c < n; c++) row[c] *= scale;
        for (size_t j = i + 1; j < n; j++)
            for (size_t c = j; c < n; c++)
                a[j * stride + c] = fmaf(-row[j], row[c], a[j * stride + c]);
    }
    for (size_t i = 0; i < n; i++) {
        x[i] /= a[i * stride + i];
        for (size_t c = i + 1; c < n; c++) x[c] = fmaf(-x[i], a[i * stride + c], x[c]);
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t c = i + 1; c < n; c++) x[i] = fmaf(-a[i * stride + c], x[c], x[i]);
        x[i] /= a[i * stride + i];
    }
    return 1;
}

static void solve_target(const vr_half_step *s, uint32_t target, room *at) {
    float *out = s->targets + target * s->stride;
    if (!vr_csr_row_count(s->rows, target)) {
        memset(out, 0, s->stride * sizeof *out);
        return;
    }
    gather(s, target, at);
    accumulate(s, target, at);
    double pivot;
    if (!solve_system(s->dim, s->stride, at->matrix, at->rhs, &pivot) && !at->failed) {
        at->failed = 1;
        at->target = target;
        at->pivot = pivot;
    }
    memcpy(out, at->rhs, s->stride * sizeof *out);
}

/* --- all targets ---------------------------------------------------------------------------------- */

static size_t longest_row(const vr_csr *rows) {
    size_t most = 1;
    for (uint32_t t = 0; t < rows->n_rows; t++)
        if (vr_csr_row_count(rows, t) > most) most = vr_csr_row_count(rows, t);
    return most;
}

static int room_new(const vr_half_step *s, size_t longest, room *out) {
    *out = (room){.matrix = vr_floats_new(s->stride * s->stride),
                  .rhs = vr_floats_new(s->stride),
                  .gathered = vr_floats_new(longest * s->stride)};
    return out->matrix && out->rhs && out->gathered;
}

static void room_free(room *at) {
    free(at->matrix);
    free(at->rhs);
    free(at->gathered);
}

vr_status vr_half_step_solve(const vr_half_step *s, vr_error *error) {
    size_t longest = longest_row(s->rows);
    int ready = 1;
    room worst = {.failed = 0};
#pragma omp parallel
    {
        room mine;
        int mine_ready = room_new(s, longest, &mine);
#pragma omp critical
        ready &= mine_ready;
#pragma omp barrier
#pragma omp for schedule(dynamic, 16)
        for (uint32_t i = 0; i < s->rows->n_rows; i++)
            if (ready && !vr_interrupted) solve_target(s, s->order ? s->order[i] : i, &mine);
#pragma omp critical
        if (mine.failed && (!worst.failed || mine.target < worst.target)) worst = mine;
        room_free(&mine);
    }
    if (!ready) return vr_fail(error, VR_INTERNAL, "no memory for a half-step");
    if (vr_interrupted) return vr_fail(error, VR_INTERRUPTED, "interrupted in a half-step");
    if (worst.failed)
        return vr_fail(error, VR_DIFFERS,
                       "row %u: a pivot of its normal equations is %g, they are not positive "
                       "definite in float; take a larger lambda",
                       worst.target, worst.pivot);
    return VR_OK;
}
