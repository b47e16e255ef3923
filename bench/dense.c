/* Training by dense products on Gowalla: whole epochs where pairs share draws, steps where every item counts. The rate is
   that of the three products that the mathematics asks for (scores, users' and items' gradients), so that the rest
   (draws, losses, a second look at the scores, clip, dense Adam) shows as what is missing to sgemm. */
#include "bench.h"

#include <omp.h>
#include <stdio.h>
#include "train/step.h"

static const struct {
    const char *name, *settings;
    int users, items; /* of sgemm's products */
    uint32_t steps;   /* 0: a whole epoch */
} cases[] = {
    {"epoch mine+, sharing 256", "loss=mine+ t=.1 lambda=1.2 init=.1 sharing=256 batch=4096", 256,
     800, 0},
    {"epoch mine+, sharing 256, N 3200",
     "loss=mine+ t=.1 lambda=1.2 init=.1 sharing=256 batch=4096 negatives=3200", 256, 3200, 0},
    {"epoch mine+, sharing 256, batch 512",
     "loss=mine+ t=.1 lambda=1.2 init=.1 sharing=256 batch=512", 256, 800, 0},
    {"step mine+, all items", "loss=mine+ t=.1 lambda=1.2 init=.1 sampling=all", 512, 1024, 10},
    {"step mse, all items", "loss=mse similarity=dot dropout=0 init=.1 sampling=all", 512, 1024,
     10},
    {"step ccl, all items", "loss=ccl init=.1 sampling=all", 512, 1024, 10},
};

typedef struct run {
    vr_trainer trainer;
    uint32_t epoch, at, steps;
} run;

static void one_epoch(run *r) {
    vr_trainer *t = &r->trainer;
    vr_epoch_begin(t, ++r->epoch, t->spec->lr);
    for (uint32_t s = 0; s < vr_trainer_steps(t); s++) vr_step(t, r->epoch, s);
    vr_step_flush(t, vr_trainer_steps(t));
}

static void go(void *context) {
    run *r = context;
    if (!r->steps) {
        one_epoch(r);
        return;
    }
    for (uint32_t i = 0; i < r->steps; i++) vr_step(&r->trainer, r->epoch, r->at++);
}

/* GFLOP/s of the products, or 0 without memory. */
static double measure(bench_report *report, const vr_dataset *data, size_t which, int threads) {
    vr_train_spec spec;
    vr_error error;
    run r = {.steps = cases[which].steps};
    bench_spec(&spec, cases[which].settings);
    omp_set_num_threads(threads);
    if (vr_trainer_new(&spec, data, &r.trainer, &error)) return 0;
    if (r.steps) vr_epoch_begin(&r.trainer, ++r.epoch, spec.lr);
    const double pairs = r.steps ? r.steps * spec.batch : (double)vr_csr_count(&data->train),
                 list = spec.sampling == VR_SAMPLE_ALL ? data->n_items : spec.negatives;
    const bench_case what = {cases[which].name, threads, 6e-9 * pairs * list * spec.dim, "GFLOP/s"};
    const double seconds = bench_measure(report, &what, go, &r);
    vr_trainer_free(&r.trainer);
    return what.work / seconds;
}

void bench_dense(bench_report *report) {
    vr_dataset data;
    vr_error error;
    vr_data_options options = {.offline = 1};
    if (vr_dataset_load("gowalla", &options, &data, &error)) {
        bench_skip(report, "epoch", error.text);
        return;
    }
    const int before = omp_get_max_threads();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int k = 0; k < bench_n_thread_counts; k++) {
            const int threads = bench_thread_counts[k];
            const double limit = bench_products(report, cases[i].users, cases[i].items, threads);
            const double ours = measure(report, &data, i, threads);
            const bench_case what = {"  of sgemm", threads, 0, "x"};
            if (ours > 0) bench_add(report, &what, 0, ours / limit, cases[i].name);
        }
    omp_set_num_threads(before);
    vr_dataset_free(&data);
}
