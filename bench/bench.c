/* bench [--runs N] [--out FILE.tsv] [NAME...]: runs the benchmarks and prints a row for each measurement. */
#include "bench.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "num/isa.h"

static const struct {
    const char *name, *what;
    bench_run *run;
} benches[] = {
    {"sgemm", "OpenBLAS single-precision products: the machine's arithmetic limit", bench_sgemm},
    {"gather", "dot products with random 256-byte rows of a table: its latency limit",
     bench_gather},
    {"stream", "sequential reading: its bandwidth limit", bench_stream},
    {"evaluation", "full ranking of all items for all users, top 20, Recall and NDCG",
     bench_evaluation},
    {"training", "a full training step on Gowalla beside PyTorch's, batch 512, N = 800, d = 64",
     bench_training},
    {"dense", "epochs with shared draws, and steps over all items, beside sgemm's for their shapes",
     bench_dense},
    {"solving", "sweeps of iALS on Gowalla, and the kernel of its normal equations", bench_solving},
    {"parse", "a data set from gzip to train and test rows", bench_parse},
};
enum { N_BENCHES = sizeof benches / sizeof *benches, MOST_RUNS = 99 };

struct bench_report {
    FILE *tsv;
    int runs;
};

int bench_thread_counts[2] = {1, 1}, bench_n_thread_counts = 1;

static int ascending(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

double bench_measure(bench_report *report, const bench_case *what, bench_body *body,
                     void *context) {
    double seconds[MOST_RUNS];
    body(context);
    for (int i = 0; i < report->runs; i++) {
        const double start = omp_get_wtime();
        body(context);
        seconds[i] = omp_get_wtime() - start;
    }
    qsort(seconds, (size_t)report->runs, sizeof *seconds, ascending);
    const double least = seconds[0], most = seconds[report->runs - 1];
    const double median = (seconds[(report->runs - 1) / 2] + seconds[report->runs / 2]) / 2;
    printf("%-34s %7d %10.4f %10.4f %10.4f %10.4g %s\n", what->name, what->threads, median, least,
           most, what->work / median, what->unit);
    fflush(stdout);
    fprintf(report->tsv, "%s\t%d\t%d\t%.6f\t%.6f\t%.6f\t%.6g\t%s\t\n", what->name, what->threads,
            report->runs, median, least, most, what->work / median, what->unit);
    return median;
}

void bench_add(bench_report *report, const bench_case *what, double seconds, double rate,
               const char *note) {
    if (seconds > 0)
        printf("%-34s %7d %10.4f %21s %10.4g %s\n", what->name, what->threads, seconds, "", rate,
               what->unit);
    else
        printf("%-34s %7d %32s %10.4g %s\n", what->name, what->threads, "", rate, what->unit);
    fprintf(report->tsv, "%s\t%d\t1\t%.6f\t\t\t%.6g\t%s\t%s\n", what->name, what->threads, seconds,
            rate, what->unit, note);
}

void bench_skip(bench_report *report, const char *name, const char *reason) {
    printf("%-34s not run: %s\n", name, reason);
    fprintf(report->tsv, "%s\t\t\t\t\t\t\t\t%s\n", name, reason);
}

unsigned bench_random(unsigned long *state, unsigned below) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((*state >> 32) * below >> 32);
}

float *bench_random_floats(size_t n) {
    float *values = aligned_alloc(64, (n * sizeof(float) / 64 + 1) * 64);
    unsigned long state = 1;
    if (!values) {
        fprintf(stderr, "bench: no memory for %zu numbers\n", n);
        exit(2);
    }
    for (size_t i = 0; i < n; i++)
        values[i] = (float)bench_random(&state, 1u << 24) * 0x1p-24f - .5f;
    return values;
}

/* The processor, and how busy it was already: a loaded machine shows in every row. */
static void print_machine(FILE *out) {
    char line[256], name[256] = "unknown processor";
    double load = 0;
    FILE *info = fopen("/proc/cpuinfo", "r");
    while (info && fgets(line, sizeof line, info)) {
        if (sscanf(line, "model name : %255[^\n]", name) == 1) break;
    }
    if (info) fclose(info);
    if (getloadavg(&load, 1) != 1) load = -1;
    fprintf(out, "# %s, %d threads, kernels for %s, load before %.2f\n", name,
            omp_get_max_threads(), vr_isa() == VR_ISA_AVX512 ? "AVX-512" : "AVX2", load);
}

static int usage(void) {
    fprintf(stderr, "usage: bench [--runs 1..%d] [--out FILE.tsv] [NAME...]\n", MOST_RUNS);
    for (size_t i = 0; i < N_BENCHES; i++)
        fprintf(stderr, "  %-12s %s\n", benches[i].name, benches[i].what);
    return 64;
}

static int is_wanted(const char *name, char **names, int n) {
    for (int i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) return 1;
    }
    return n == 0;
}

static int run_all(bench_report *report, char **names, int n) {
    bench_thread_counts[1] = omp_get_max_threads();
    bench_n_thread_counts = bench_thread_counts[1] > 1 ? 2 : 1;
    print_machine(stdout);
    print_machine(report->tsv);
    printf("%-34s %7s %10s %10s %10s %10s\n", "benchmark", "threads", "median s", "least s",
           "most s", "rate");
    fprintf(report->tsv, "benchmark\tthreads\truns\tmedian_s\tmin_s\tmax_s\trate\tunit\tnote\n");
    for (size_t i = 0; i < N_BENCHES; i++) {
        if (is_wanted(benches[i].name, names, n)) benches[i].run(report);
    }
    return fclose(report->tsv) == 0 ? 0 : 74;
}

int main(int argc, char **argv) {
    bench_report report = {NULL, 7};
    const char *out = "/dev/null";
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at += 2) {
        if (at + 1 < argc && strcmp(argv[at], "--runs") == 0) {
            report.runs = atoi(argv[at + 1]);
        } else if (at + 1 < argc && strcmp(argv[at], "--out") == 0) {
            out = argv[at + 1];
        } else {
            return usage();
        }
    }
    for (int i = at; i < argc; i++) {
        int known = 0;
        for (size_t b = 0; b < N_BENCHES; b++) known |= strcmp(argv[i], benches[b].name) == 0;
        if (!known) return usage();
    }
    if (report.runs < 1 || report.runs > MOST_RUNS) return usage();
    report.tsv = fopen(out, "w");
    if (!report.tsv) {
        perror(out);
        return 74;
    }
    return run_all(&report, argv + at, argc - at);
}
