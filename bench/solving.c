/* iALS on Gowalla: sweeps, and the kernel of one system. The rate of a sweep is that of what the mathematics asks for
   when every row is solved in d unknowns: n d (d + 1) for its normal equations, d^3 / 3 for their Cholesky factor. Rows
   with few pairs are solved in fewer unknowns, so it may come out above what the machine can multiply. */
#include "bench.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/table.h"
#include "solve/half_step.h"
#include "solve/system.h"

typedef struct side {
    vr_half_step step;
    vr_csr rows;
    float *factors, *gram, *numbers;
} side;

/* g = .03, l by nu = 1 and lambda = .001, r = 1. */
static int side_new(side *at, size_t dim, const char *what) {
    size_t n = at->rows.n_rows;
    at->factors = vr_floats_new(n * dim);
    at->gram = vr_floats_new(dim * dim);
    at->numbers = vr_floats_new(3 * n);
    if (!at->factors || !at->gram || !at->numbers) return 0;
    for (uint32_t t = 0; t < n; t++) {
        float count = (float)vr_csr_row_count(&at->rows, t);
        at->numbers[t] = .03f;
        at->numbers[n + t] = .001f * (count + .03f * (float)at->rows.n_columns);
        at->numbers[2 * n + t] = 1;
    }
    at->step = (vr_half_step){.what = what,
                              .dim = dim,
                              .stride = dim,
                              .rows = &at->rows,
                              .g = at->numbers,
                              .l = at->numbers + n,
                              .r = at->numbers + 2 * n,
                              .targets = at->factors};
    return 1;
}

static void side_free(side *at) {
    free(at->factors);
    free(at->gram);
    free(at->numbers);
}

static void half(side *target, side *source) {
    vr_error error;
    size_t stride = target->step.stride;
    if (vr_gram(source->factors, source->rows.n_rows, stride, source->gram, &error)) abort();
    target->step.sources = source->factors;
    target->step.gram = source->gram;
    if (vr_half_step_solve(&target->step, &error)) abort();
}

static void sweep(void *context) {
    side *users = context, *items = users + 1;
    half(items, users);
    half(users, items);
}

static double flops(const side *at, double d) {
    return (double)vr_csr_count(&at->rows) * d * (d + 1) + at->rows.n_rows * d * d * d / 3;
}

static void bench_sweep(bench_report *report, const vr_dataset *data, const vr_csr *by_item,
                        size_t dim) {
    side sides[2] = {{.rows = data->train}, {.rows = *by_item}};
    if (side_new(&sides[0], dim, "user") & side_new(&sides[1], dim, "item")) {
        float *start = bench_random_floats(sides[1].rows.n_rows * dim);
        memcpy(sides[1].factors, start, sides[1].rows.n_rows * dim * sizeof *start);
        free(start);
        half(&sides[0], &sides[1]);
        for (int i = 0; i < bench_n_thread_counts; i++) {
            char name[64];
            snprintf(name, sizeof name, "iALS sweep, d = %zu", dim);
            omp_set_num_threads(bench_thread_counts[i]);
            const bench_case what = {
                name, bench_thread_counts[i],
                1e-9 * (flops(&sides[0], (double)dim) + flops(&sides[1], (double)dim)), "GFLOP/s"};
            bench_measure(report, &what, sweep, sides);
        }
    }
    side_free(&sides[0]);
    side_free(&sides[1]);
}

/* --- one system ------------------------------------------------------------------------------------- */

enum { M = 256, N = 256, TIMES = 200 };

static void systems(void *context) {
    vr_system *s = context;
    float pivot;
    for (int i = 0; i < TIMES; i++) {
        for (size_t c = 0; c < M; c++) s->x[c] = 1;
        vr_system_kernels_get()->solve(s, &pivot);
    }
}

static void bench_system(bench_report *report) {
    float *rows = bench_random_floats(N * M);
    vr_system s = {.m = M,
                   .n = N,
                   .rows = rows,
                   .row_stride = M,
                   .l = 1,
                   .factor = vr_floats_new(M * M),
                   .inverse = vr_floats_new(M * VR_SYSTEM_BLOCK),
                   .x = vr_floats_new(M)};
    const double d = M;
    const bench_case what = {"normal equations, 256 x 256", 1,
                             1e-9 * TIMES * (N * d * (d + 1) + d * d * d / 3), "GFLOP/s"};
    if (s.factor && s.inverse && s.x) bench_measure(report, &what, systems, &s);
    free(rows);
    free(s.factor);
    free(s.inverse);
    free(s.x);
}

void bench_solving(bench_report *report) {
    vr_dataset data;
    vr_csr by_item;
    vr_error error;
    const int before = omp_get_max_threads();
    bench_system(report);
    if (vr_dataset_load("gowalla", &(vr_data_options){.offline = 1}, &data, &error)) {
        bench_skip(report, "iALS sweep", error.text);
        return;
    }
    if (!vr_csr_transpose(&data.train, &by_item, &error)) {
        for (size_t dim = 64; dim <= 256; dim *= 2) bench_sweep(report, &data, &by_item, dim);
        vr_csr_free(&by_item);
    }
    omp_set_num_threads(before);
    vr_dataset_free(&data);
}
