/* Micro-benchmarks: a program apart from verirec, and the only one that links OpenBLAS, which is here a
   measure of the machine. A new one is a function in a file of this folder and a line in bench.c. */
#ifndef VR_BENCH_BENCH_H
#define VR_BENCH_BENCH_H

#include <stddef.h>

typedef struct bench_report bench_report; /* where rows go */

/* What one run of `body` does, for the rate: work / seconds in `unit` (per second). */
typedef struct bench_case {
    const char *name;
    int threads;
    double work;
    const char *unit;
} bench_case;

typedef void bench_body(void *context);

/* One run to warm up, then the number of runs asked for; adds a row with median, least and most. Returns the
   median in seconds. */
double bench_measure(bench_report *report, const bench_case *what, bench_body *body, void *context);

/* A row for a figure that was measured elsewhere (a peer's own report), or derived (a ratio; seconds 0). */
void bench_add(bench_report *report, const bench_case *what, double seconds, double rate,
               const char *note);

/* A row for a benchmark that this machine or folder cannot run, with the reason. */
void bench_skip(bench_report *report, const char *name, const char *reason);

/* 1, then all that OpenMP would use; n_thread_counts is 1 on a single core. */
extern int bench_thread_counts[2], bench_n_thread_counts;

/* Random 256-byte rows a second with so many threads; 0 before bench_gather has run (machine.c). */
extern double bench_gather_rates[2];

/* Uniform in [-1/2, 1/2), 64-byte aligned, always the same numbers; ends the program without memory. */
float *bench_random_floats(size_t n);
unsigned bench_random(unsigned long *state, unsigned below);

typedef void bench_run(bench_report *report);
bench_run bench_sgemm, bench_gather, bench_stream; /* machine.c */
bench_run bench_evaluation;                        /* evaluation.c */
bench_run bench_parse;                             /* parse.c */
bench_run bench_training;                          /* training.c */
bench_run bench_dense;                             /* dense.c */
bench_run bench_solving;                           /* solving.c */

/* The products of users x items x BENCH_DIM in both directions and their scores, as sgemm does them, each thread its
   own ones (machine.c). GFLOP/s. */
double bench_products(bench_report *report, int users, int items, int threads);

/* A spec from "key=value ..."; ends the program when it is wrong (training.c). */
struct vr_train_spec;
void bench_spec(struct vr_train_spec *spec, const char *settings);

/* The shapes that the benchmarks share: Gowalla's. */
enum { BENCH_USERS = 29858, BENCH_ITEMS = 40981, BENCH_DIM = 64 };

#endif
