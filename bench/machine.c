/* What the machine can do: arithmetic (sgemm), random rows (gather), bandwidth (stream). */
#include <cblas.h>
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "bench.h"
#include "model/rows.h"
#include "model/table.h"

/* --- sgemm ------------------------------------------------------------------------------------------------------ */

typedef struct product {
    int users, items, dim;      /* the whole product */
    int tile_users, tile_items; /* computed in tiles, each into the same memory */
    const float *user_values, *item_values;
    float *scores;
} product;

static void multiply(void *context) {
    const product *p = context;
    for (int u = 0; u < p->users; u += p->tile_users) {
        const int m = p->users - u < p->tile_users ? p->users - u : p->tile_users;
        for (int i = 0; i < p->items; i += p->tile_items) {
            const int n = p->items - i < p->tile_items ? p->items - i : p->tile_items;
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, p->dim, 1,
                        p->user_values + (size_t)u * (size_t)p->dim, p->dim,
                        p->item_values + (size_t)i * (size_t)p->dim, p->dim, 0, p->scores,
                        p->tile_items);
        }
    }
}

static void measure_product(bench_report *report, const char *name, product p) {
    float *users = bench_random_floats((size_t)p.users * (size_t)p.dim);
    float *items = bench_random_floats((size_t)p.items * (size_t)p.dim);
    p.user_values = users;
    p.item_values = items;
    p.scores = bench_random_floats((size_t)p.tile_users * (size_t)p.tile_items);
    for (int i = 0; i < bench_n_thread_counts; i++) {
        openblas_set_num_threads(bench_thread_counts[i]);
        const bench_case what = {name, bench_thread_counts[i], 2e-9 * p.users * p.items * p.dim,
                                 "GFLOP/s"};
        bench_measure(report, &what, multiply, &p);
    }
    openblas_set_num_threads(1);
    free(users);
    free(items);
    free(p.scores);
}

/* The scores of an evaluation alone, without masks and lists; and a product that reuses far more. */
void bench_sgemm(bench_report *report) {
    measure_product(report, "sgemm, 29858 x 40981 x 64",
                    (product){.users = BENCH_USERS,
                              .items = BENCH_ITEMS,
                              .dim = BENCH_DIM,
                              .tile_users = 768,
                              .tile_items = 2048});
    measure_product(
        report, "sgemm, 3072 x 3072 x 3072",
        (product){
            .users = 3072, .items = 3072, .dim = 3072, .tile_users = 3072, .tile_items = 3072});
}

/* --- three products -------------------------------------------------------------------------------------------- */

enum { PRODUCTS = 64 /* of a measured run */ };

typedef struct products {
    int users, items, threads;
    float *user_values, *item_values; /* for each thread: users x dim, items x dim */
    float *scores, *user_grads, *item_grads;
} products;

static void multiply_three(void *context) {
    const products *p = context;
    const int dim = BENCH_DIM, users = p->users, items = p->items;
#pragma omp parallel for num_threads(p->threads) schedule(dynamic, 1)
    for (int i = 0; i < PRODUCTS; i++) {
        const size_t at = (size_t)omp_get_thread_num(), u = at * (size_t)users * BENCH_DIM,
                     v = at * (size_t)items * BENCH_DIM;
        float *scores = p->scores + at * (size_t)users * (size_t)items;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, users, items, dim, 1,
                    p->user_values + u, dim, p->item_values + v, dim, 0, scores, items);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, users, dim, items, 1, scores, items,
                    p->item_values + v, dim, 0, p->user_grads + u, dim);
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, items, dim, users, 1, scores, items,
                    p->user_values + u, dim, 0, p->item_grads + v, dim);
    }
}

double bench_products(bench_report *report, int users, int items, int threads) {
    const size_t u = (size_t)threads * (size_t)users, v = (size_t)threads * (size_t)items;
    products p = {users,
                  items,
                  threads,
                  bench_random_floats(u * BENCH_DIM),
                  bench_random_floats(v * BENCH_DIM),
                  bench_random_floats(u * (size_t)items),
                  bench_random_floats(u * BENCH_DIM),
                  bench_random_floats(v * BENCH_DIM)};
    char name[64];
    snprintf(name, sizeof name, "sgemm, 3 of %d x %d x %d", users, items, BENCH_DIM);
    const bench_case what = {name, threads, 6e-9 * PRODUCTS * users * items * BENCH_DIM, "GFLOP/s"};
    openblas_set_num_threads(1);
    const double seconds = bench_measure(report, &what, multiply_three, &p);
    free(p.user_values);
    free(p.item_values);
    free(p.scores);
    free(p.user_grads);
    free(p.item_grads);
    return what.work / seconds;
}

/* --- gather ------------------------------------------------------------------------------------------------------ */

enum { DRAWS = 1 << 22, AT_ONCE = 1024 };

typedef struct gather {
    const float *table, *user;
    const uint32_t *rows; /* DRAWS */
    float *scores;        /* DRAWS */
    int threads;
} gather;

/* With the engine's own loop, which fetches rows ahead: a plain one reaches half of it, and would flatter the shares. */
static void score_random_rows(void *context) {
    const gather *g = context;
    const vr_row_kernels *kernels = vr_row_kernels_get();
#pragma omp parallel for num_threads(g->threads) schedule(static)
    for (size_t i = 0; i < DRAWS; i += AT_ONCE)
        kernels->dots(g->user, g->table, BENCH_DIM, g->rows + i, AT_ONCE, g->scores + i);
}

double bench_gather_rates[2];

void bench_gather(bench_report *report) {
    float *table = vr_floats_new((size_t)BENCH_ITEMS * BENCH_DIM),
          *user = bench_random_floats(BENCH_DIM);
    float *scores = bench_random_floats(DRAWS);
    uint32_t *rows = malloc(DRAWS * sizeof *rows);
    unsigned long state = 2;
    for (size_t i = 0; table && i < (size_t)BENCH_ITEMS * BENCH_DIM; i++)
        table[i] = (float)bench_random(&state, 1u << 24) * 0x1p-24f - .5f;
    for (size_t i = 0; rows && i < DRAWS; i++) rows[i] = bench_random(&state, BENCH_ITEMS);
    for (int i = 0; table && rows && i < bench_n_thread_counts; i++) {
        gather g = {table, user, rows, scores, bench_thread_counts[i]};
        const bench_case what = {"gather, 256-byte rows of 10.5 MB", g.threads, 1e-6 * DRAWS,
                                 "M rows/s"};
        bench_gather_rates[i] = DRAWS / bench_measure(report, &what, score_random_rows, &g);
    }
    free(rows);
    free(scores);
    free(user);
    free(table);
}

/* --- stream ------------------------------------------------------------------------------------------------------ */

typedef struct stream {
    const float *values;
    size_t n, repeats;
    int threads;
    float sum;
} stream;

/* Several independent sums, or the additions would be the limit. */
static void read_all(void *context) {
    stream *s = context;
    float total = 0;
#pragma omp parallel for num_threads(s->threads) schedule(static) collapse(2) reduction(+ : total)
    for (size_t again = 0; again < s->repeats; again++) {
        for (size_t block = 0; block < s->n; block += 4096) {
            float sums[128] = {0};
            for (size_t i = block; i < block + 4096; i += 128) {
                for (size_t l = 0; l < 128; l++) sums[l] += s->values[i + l];
            }
            total += sums[0] + sums[127];
        }
    }
    s->sum = total;
}

static void measure_stream(bench_report *report, const char *name, size_t n, size_t repeats) {
    float *values = bench_random_floats(n);
    for (int i = 0; i < bench_n_thread_counts; i++) {
        stream s = {values, n, repeats, bench_thread_counts[i], 0};
        const bench_case what = {name, s.threads, 4e-9 * (double)n * (double)repeats, "GB/s"};
        bench_measure(report, &what, read_all, &s);
    }
    free(values);
}

void bench_stream(bench_report *report) {
    measure_stream(report, "stream, read 8 MiB again and again", 1 << 21, 64);
    measure_stream(report, "stream, read 1 GiB", 1 << 28, 1);
}
