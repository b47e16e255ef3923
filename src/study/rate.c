#include "study/rate.h"

#include <omp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "train/train.h"

enum { N_USERS = 30000, N_ITEMS = 40000, N_PAIRS = 24576, MOST_SIDE_BY_SIDE = 16, TRIALS = 3 };

/* n pairs (u, u + 1), one for each of the first n users. */
static int make_split(uint32_t n, vr_csr *out) {
    *out = (vr_csr){N_USERS, N_ITEMS, malloc((N_USERS + 1) * sizeof *out->offsets),
                    malloc(n * sizeof *out->columns)};
    if (!out->offsets || !out->columns) return 0;
    for (uint32_t u = 0; u <= N_USERS; u++) out->offsets[u] = u < n ? u : n;
    for (uint32_t u = 0; u < n; u++) out->columns[u] = u + 1;
    return 1;
}

static int make_spec(vr_train_spec *spec) {
    static const char *const settings[][2] = {
        {"loss", "mine+"}, {"t", "0.4"}, {"epochs", "1"}, {"init", "0.1"} /* no clip, as mostly */};
    *spec = vr_spec_default();
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (vr_spec_set(spec, settings[i][0], settings[i][1], "rate", NULL)) return 0;
    }
    return vr_spec_check(spec, "rate", NULL) == VR_OK;
}

typedef struct trial {
    const vr_dataset *data;
    const vr_train_spec *spec;
    int threads;
    double seconds; /* of the epoch, without making the tables; 0: it failed */
} trial;

static void on_epoch(void *context, const vr_epoch *epoch, double train_seconds,
                     double eval_seconds) {
    trial *one = context;
    (void)epoch, (void)eval_seconds;
    one->seconds = train_seconds;
}

static void *train_one(void *context) {
    trial *one = context;
    vr_train_hooks hooks = {.on_epoch = on_epoch, .context = one};
    vr_train_result result = {0};
    omp_set_num_threads(one->threads); /* of this thread's own teams */
    if (vr_train(one->spec, one->data, &hooks, &result, NULL)) one->seconds = 0;
    vr_train_result_free(&result);
    return NULL;
}

/* The mean of the runs' seconds; 0 when one of them failed. */
static double time_all(const trial *what, int n) {
    trial trials[MOST_SIDE_BY_SIDE];
    pthread_t workers[MOST_SIDE_BY_SIDE];
    int started = 0, failed = 0;
    double sum = 0;
    while (started < n) {
        trials[started] = *what;
        if (pthread_create(&workers[started], NULL, train_one, &trials[started])) break;
        started++;
    }
    for (int i = 0; i < started; i++) {
        pthread_join(workers[i], NULL);
        failed |= !(trials[i].seconds > 0);
        sum += trials[i].seconds;
    }
    return failed || started < n ? 0 : sum / n;
}

double vr_timed_rate(int threads, int side_by_side) {
    vr_dataset data = {.name = "rate", .n_users = N_USERS, .n_items = N_ITEMS};
    vr_train_spec spec;
    double seconds = 0;
    int ready = make_split(N_PAIRS, &data.train) & make_split(1, &data.test);
    memset(data.hash, '0', sizeof data.hash - 1);
    if (data.test.columns) data.test.columns[0] = 0;
    if (ready && make_spec(&spec)) {
        trial what = {.data = &data, .spec = &spec, .threads = threads};
        seconds =
            time_all(&what, side_by_side < MOST_SIDE_BY_SIDE ? side_by_side : MOST_SIDE_BY_SIDE);
    }
    vr_dataset_free(&data);
    return seconds > 0 ? N_PAIRS * (1.0 + spec.negatives) / seconds : 0;
}
