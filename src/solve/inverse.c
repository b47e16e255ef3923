#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "model/table.h"
#include "model/tiles.h"
#include "solve/product.h"
#include "solve/symmetric.h"
#include "solve/transpose.h"

#define INTERRUPTED SIZE_MAX

/* The t-th block of the lower triangle, row by row. */
static void triangle_place(size_t t, size_t *row, size_t *column) {
    size_t i = (size_t)((sqrt(8 * (double)t + 1) - 1) / 2);
    while (i * (i + 1) / 2 > t) i--;
    while ((i + 1) * (i + 2) / 2 <= t) i++;
    *row = i;
    *column = t - i * (i + 1) / 2;
}

/* Sweeps row p of a, whose lower triangle counts. */
static void sweep_row(double *restrict a, double *restrict line, size_t n, size_t p) {
    const double factor = 1 / a[p * n + p];
    for (size_t j = 0; j < n; j++) line[j] = j < p ? a[p * n + j] : a[j * n + p];
    line[p] = 0;
    for (size_t i = 0; i < n; i++) {
        const double f = line[i] * factor;
        for (size_t j = 0; j <= i; j++) a[i * n + j] -= f * line[j];
    }
    for (size_t j = 0; j < n; j++) *(j < p ? &a[p * n + j] : &a[j * n + p]) = line[j] * factor;
    a[p * n + p] = -factor;
}

/* a <- a^-1 (n x n, symmetric). Returns n, or the first row whose pivot is not above its floor. */
static size_t sweep_pivot(double *a, double *line, const double *floors, size_t n) {
    for (size_t p = 0; p < n; p++) {
        if (!(a[p * n + p] > floors[p])) return p;
        sweep_row(a, line, n, p);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = -a[i * n + j];
    return n;
}

#define REAL      float
#define WIDTH     64
#define PRODUCT   vr_product
#define MULTIPLY  vr_tile_kernels_get()->multiply
#define TRANSPOSE vr_transpose_32
#define NAME(x)   x##_single
#include "solve/sweep.h"
#undef REAL
#undef WIDTH
#undef PRODUCT
#undef MULTIPLY
#undef TRANSPOSE
#undef NAME

#define REAL      double
#define WIDTH     32
#define PRODUCT   vr_product64
#define MULTIPLY  vr_multiply64_get()
#define TRANSPOSE vr_transpose_64
#define NAME(x)   x##_double
#include "solve/sweep.h"

/* Below epsilon times the element that it started from, nothing of a pivot is left but rounding. */
static void find_floors(const vr_symmetric *m, double *floors) {
    const double epsilon = m->format == VR_SINGLE ? FLT_EPSILON : DBL_EPSILON;
    for (uint32_t i = 0; i < m->n_blocks * m->block; i++)
        floors[i] = epsilon * fabs(vr_symmetric_get(m, i, i));
}

vr_status vr_symmetric_invert(vr_symmetric *matrix, const vr_solve_hooks *hooks, uint32_t *pivot,
                              vr_error *error) {
    const size_t block = matrix->block, rows = block * matrix->n_blocks;
    const size_t reals = (3 * matrix->n_blocks + 1) * block * block;
    float *work = vr_floats_new(matrix->format == VR_SINGLE ? reals : 2 * reals);
    double *small = malloc((block * (block + 1) + rows) * sizeof *small);
    size_t good = 0;
    vr_status status = vr_solve_go_on(hooks, error);
    *pivot = matrix->n;
    if (!status && (!work || !small))
        status = vr_fail(error, VR_INTERNAL, "no memory to invert a matrix of %u rows", matrix->n);
    if (!status) {
        double *floors = small + block * (block + 1);
        find_floors(matrix, floors);
        good = matrix->format == VR_SINGLE
                   ? sweep_all_single(matrix, floors, work, small, hooks, error)
                   : sweep_all_double(matrix, floors, (double *)(void *)work, small, hooks, error);
        if (good == INTERRUPTED)
            status = VR_INTERRUPTED;
        else if (good < rows) {
            *pivot = (uint32_t)good;
            status =
                vr_fail(error, VR_BAD_DATA, "the matrix is not positive definite: row %zu", good);
        }
    }
    free(work);
    free(small);
    return status;
}
