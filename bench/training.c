/* Full training steps on Gowalla: draws, gathers, loss, backward, clip, dense Adam; and the same step in
   PyTorch (peers/torch_mf.py), in the same run. */
#include "bench.h"

#include <jansson.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "train/step.h"

enum { STEPS = 10 /* a measured run */, BATCH = 512, NEGATIVES = 800 };

/* init .1: tables in whose state a run spends its time. From the protocol's 1e-4 the clip acts for the first few
   hundred steps, and the norm over both tables is needed then: measured apart. */
static const struct {
    const char *name, *peer, *settings;
} steps[] = {
    {"mine+", "mine+", "loss=mine+ t=.1 lambda=1.2 init=.1"},
    {"ccl", "ccl", "loss=ccl init=.1"},
    {"infonce", "infonce", "loss=infonce t=.2 init=.1"},
    {"bpr", "bpr", "loss=bpr reduction=mean similarity=dot dropout=0 init=.1"},
    {"mse", "mse", "loss=mse similarity=dot dropout=0 init=.1"},
    {"mine+, clip acting", NULL, "loss=mine+ t=.1 lambda=1.2 init=1e-4"},
    {"ccl-debiased, M = 20", NULL, "loss=ccl-debiased tau=count:20 positives=20 init=.1"},
};

typedef struct run {
    vr_trainer trainer;
    uint32_t at;
} run;

static void some_steps(void *context) {
    run *r = context;
    for (int i = 0; i < STEPS; i++) vr_step(&r->trainer, 1, r->at++);
}

void bench_spec(vr_train_spec *spec, const char *settings) {
    char text[256], *save, *item;
    vr_error error = {.text = ""};
    *spec = vr_spec_default();
    snprintf(text, sizeof text, "%s", settings);
    for (item = strtok_r(text, " ", &save); item; item = strtok_r(NULL, " ", &save)) {
        char *equals = strchr(item, '=');
        *equals = 0;
        if (vr_spec_set(spec, item, equals + 1, "bench", &error)) break;
    }
    if (!error.text[0]) vr_spec_check(spec, "bench", &error);
    if (error.text[0]) {
        fprintf(stderr, "bench: %s\n", error.text);
        exit(2);
    }
}

/* Negatives per second, or 0 without memory. */
static double measure_ours(bench_report *report, const vr_dataset *data, size_t which,
                           int threads) {
    char name[64];
    vr_train_spec spec;
    vr_error error;
    run r = {.at = 0};
    bench_spec(&spec, steps[which].settings);
    omp_set_num_threads(threads);
    if (vr_trainer_new(&spec, data, &r.trainer, &error)) return 0;
    vr_epoch_begin(&r.trainer, 1, spec.lr);
    snprintf(name, sizeof name, "step %s", steps[which].name);
    bench_case what = {name, threads, (double)STEPS * BATCH * NEGATIVES, "negatives/s"};
    double seconds = bench_measure(report, &what, some_steps, &r);
    int screened = r.trainer.item_codes != NULL;
    vr_trainer_free(&r.trainer);
    double rate = what.work / seconds, limit = bench_gather_rates[threads > 1];
    bench_case share = {screened ? "  of gather (reads 64-byte codes)" : "  of gather", threads, 0,
                        "x"};
    if (limit > 0)
        bench_add(report, &share, 0, rate / limit,
                  screened ? "may be above 1: most rows are ruled out by 64 bytes of codes, not 256"
                           : steps[which].name);
    return rate;
}

/* The peer's own report of its negatives per second; 0 and a row with the reason when it cannot run. */
static double measure_peer(bench_report *report, const char *loss, int threads) {
    const char *mirror = getenv("VERIREC_MIRROR");
    char command[1024], name[64], reply[4096] = "";
    snprintf(name, sizeof name, "PyTorch %s", loss);
    snprintf(command, sizeof command,
             "bench/peers/torch_mf.py '%s/gowalla/train.txt.gz' --loss %s --batch %d "
             "--negatives %d --threads %d "
             "2>/dev/null",
             mirror ? mirror : ".", loss, BATCH, NEGATIVES, threads);
    FILE *pipe = popen(command, "r");
    size_t n = pipe ? fread(reply, 1, sizeof reply - 1, pipe) : 0;
    if (pipe) pclose(pipe);
    reply[n] = 0;
    json_t *json = json_loads(reply, 0, NULL);
    double rate = json_number_value(json_object_get(json, "negatives_per_second"));
    double seconds = json_number_value(json_object_get(json, "step_seconds"));
    bench_case what = {name, threads, 0, "negatives/s"};
    if (rate > 0)
        bench_add(report, &what, seconds, rate, json_string_value(json_object_get(json, "peer")));
    else
        bench_skip(report, name,
                   "needs python3-torch, python3-numpy and a VERIREC_MIRROR folder with "
                   "gowalla/train.txt.gz");
    json_decref(json);
    return rate;
}

/* Peak memory of the program itself over one whole epoch and its evaluation. */
static void add_memory(bench_report *report) {
    char path[4096];
    struct rusage usage;
    bench_case what = {"peak memory, MINE+ epoch", 1, 0, "MiB"};
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 16);
    path[n > 0 ? n : 0] = 0;
    char *slash = strrchr(path, '/');
    strcpy(slash ? slash + 1 : path, "verirec");
    pid_t child = fork();
    if (child == 0) {
        freopen("/dev/null", "w", stdout);
        freopen("/dev/null", "w", stderr);
        execl(path, path, "train", "--dataset", "gowalla", "--loss", "mine+", "--set", "t=.4",
              "--set", "epochs=1", (char *)NULL);
        _exit(127);
    }
    int status = -1;
    if (child > 0 && wait4(child, &status, 0, &usage) == child && status == 0)
        bench_add(report, &what, 0, (double)usage.ru_maxrss / 1024, "of verirec train on Gowalla");
    else
        bench_skip(report, what.name, "verirec train did not end well");
}

void bench_training(bench_report *report) {
    vr_dataset data;
    vr_error error;
    vr_data_options options = {.offline = 1};
    if (vr_dataset_load("gowalla", &options, &data, &error)) {
        bench_skip(report, "step", error.text);
        return;
    }
    int all = bench_thread_counts[bench_n_thread_counts - 1];
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        double ours = 0, peer = 0;
        for (int t = 0; t < bench_n_thread_counts; t++)
            ours = measure_ours(report, &data, i, bench_thread_counts[t]);
        if (steps[i].peer) peer = measure_peer(report, steps[i].peer, all);
        if (ours > 0 && peer > 0) {
            bench_case what = {"  times PyTorch", all, 0, "x"};
            bench_add(report, &what, 0, ours / peer, steps[i].name);
        }
    }
    omp_set_num_threads(all);
    add_memory(report);
    vr_dataset_free(&data);
}
