/* A whole evaluation at Gowalla's size: random factors, 27 train and 7 test items for each user. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include "bench.h"
#include "eval/evaluate.h"

static vr_csr random_rows(uint32_t per_user, unsigned step) {
    vr_csr csr = {BENCH_USERS, BENCH_ITEMS, calloc(BENCH_USERS + 1, sizeof(uint64_t)),
                  calloc((size_t)BENCH_USERS * per_user, sizeof(uint32_t))};
    unsigned long state = step;
    for (uint32_t user = 0; csr.offsets && csr.columns && user < BENCH_USERS; user++) {
        uint32_t item = 0;
        for (uint32_t i = 0; i < per_user; i++) {
            item += 1 + bench_random(&state, step);
            csr.columns[(size_t)user * per_user + i] = item;
        }
        csr.offsets[user + 1] = (uint64_t)(user + 1) * per_user;
    }
    return csr;
}

static void evaluate(void *context) {
    vr_metrics mean;
    vr_error error;
    if (vr_evaluate(context, NULL, &mean, &error) != VR_OK) {
        fprintf(stderr, "bench: %s\n", error.text);
        exit(2);
    }
}

void bench_evaluation(bench_report *report) {
    vr_matrix users = {BENCH_USERS, BENCH_DIM,
                       bench_random_floats((size_t)BENCH_USERS * BENCH_DIM)};
    vr_matrix items = {BENCH_ITEMS, BENCH_DIM,
                       bench_random_floats((size_t)BENCH_ITEMS * BENCH_DIM)};
    vr_csr train = random_rows(27, BENCH_ITEMS / 28), test = random_rows(7, BENCH_ITEMS / 8);
    const int before = omp_get_max_threads();
    for (int i = 0; train.columns && test.columns && i < bench_n_thread_counts; i++) {
        vr_evaluation e = {&users, &items, VR_COSINE, &train, &test, 20};
        omp_set_num_threads(bench_thread_counts[i]);
        const bench_case what = {"evaluation, 29858 x 40981 x 64", bench_thread_counts[i],
                                 2e-9 * BENCH_USERS * BENCH_ITEMS * BENCH_DIM, "GFLOP/s"};
        bench_measure(report, &what, evaluate, &e);
    }
    omp_set_num_threads(before);
    vr_csr_free(&train);
    vr_csr_free(&test);
    free(users.values);
    free(items.values);
}
