/* growth [--out FILE.tsv] [SWEEP...]: time and memory of training against what a study may grow in: interactions,
   users, items, factors, negatives, threads; and a data set of Amazon-Book's size, ten times it, and what would
   fill this machine.

   Each point is a process of its own, so that its peak memory is its own. It times some steps, not an epoch:
       epoch = shuffle + steps x step + users x steps x missed + ranking
   where missed is one dense Adam step of a user row that no pair touched (such steps are done later, many at a
   time), and the ranking is that of a sample of users. The sweep "check" holds whole epochs against this. */
#include <malloc.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/file.h"
#include "base/memory.h"
#include "base/progress.h"
#include "data/planted.h"
#include "eval/evaluate.h"
#include "num/draws.h"
#include "train/memory.h"
#include "train/step.h"
#include "train/train.h"

typedef struct point {
    const char *sweep;
    double users, items, interactions;
    unsigned dim, negatives;
    int threads; /* 0: all */
    int uniform; /* items drawn with equal chance: the planted generator takes users x items draws */
    int whole;   /* epochs, timed as a whole */
} point;

static const point points[] = {
    {"interactions", 2e4, 4e4, 1e5, 64, 800, 0, 0, 0},
    {"interactions", 2e4, 4e4, 3e5, 64, 800, 0, 0, 0},
    {"interactions", 2e4, 4e4, 1e6, 64, 800, 0, 0, 0},
    {"interactions", 2e4, 4e4, 3e6, 64, 800, 0, 0, 0},
    {"interactions", 2e4, 4e4, 1e7, 64, 800, 0, 0, 0},
    {"interactions", 2e4, 4e4, 3e7, 64, 800, 0, 0, 0},
    {"users", 1e4, 4e4, 1e6, 64, 800, 0, 0, 0},
    {"users", 2e4, 4e4, 1e6, 64, 800, 0, 0, 0},
    {"users", 5e4, 4e4, 1e6, 64, 800, 0, 0, 0},
    {"users", 1e5, 4e4, 1e6, 64, 800, 0, 0, 0},
    {"users", 2e5, 4e4, 1e6, 64, 800, 0, 0, 0},
    {"items", 2e4, 2.5e3, 1e6, 64, 800, 0, 0, 0},
    {"items", 2e4, 1e4, 1e6, 64, 800, 0, 0, 0},
    {"items", 2e4, 4e4, 1e6, 64, 800, 0, 0, 0},
    {"items", 2e4, 1.6e5, 1e6, 64, 800, 0, 0, 0},
    {"items", 2e4, 6.4e5, 1e6, 64, 800, 0, 0, 0},
    {"dim", 3e4, 4e4, 1e6, 16, 800, 0, 0, 0},
    {"dim", 3e4, 4e4, 1e6, 32, 800, 0, 0, 0},
    {"dim", 3e4, 4e4, 1e6, 64, 800, 0, 0, 0},
    {"dim", 3e4, 4e4, 1e6, 128, 800, 0, 0, 0},
    {"dim", 3e4, 4e4, 1e6, 256, 800, 0, 0, 0},
    {"dim", 3e4, 4e4, 1e6, 512, 800, 0, 0, 0},
    {"negatives", 3e4, 4e4, 1e6, 64, 1, 0, 0, 0},
    {"negatives", 3e4, 4e4, 1e6, 64, 10, 0, 0, 0},
    {"negatives", 3e4, 4e4, 1e6, 64, 100, 0, 0, 0},
    {"negatives", 3e4, 4e4, 1e6, 64, 400, 0, 0, 0},
    {"negatives", 3e4, 4e4, 1e6, 64, 800, 0, 0, 0},
    {"negatives", 3e4, 4e4, 1e6, 64, 1600, 0, 0, 0},
    {"negatives", 3e4, 4e4, 1e6, 64, 3200, 0, 0, 0},
    {"threads", 3e4, 4e4, 1e6, 64, 800, 1, 0, 0},
    {"threads", 3e4, 4e4, 1e6, 64, 800, 2, 0, 0},
    {"threads", 3e4, 4e4, 1e6, 64, 800, 4, 0, 0},
    {"threads", 3e4, 4e4, 1e6, 64, 800, 8, 0, 0},
    {"threads", 3e4, 4e4, 1e6, 64, 800, 16, 0, 0},
    {"threads", 3e4, 4e4, 1e6, 64, 800, 32, 0, 0},
    {"check", 3e4, 4e4, 1e6, 64, 100, 0, 0, 0},
    {"check", 3e4, 4e4, 1e6, 64, 100, 0, 0, 1},
    {"check", 52643, 91599, 2984108, 64, 100, 0, 0, 0},
    {"check", 52643, 91599, 2984108, 64, 100, 0, 0, 1},
    {"amazon-book", 52643, 91599, 2984108, 64, 800, 1, 0, 0},
    {"amazon-book", 52643, 91599, 2984108, 64, 800, 0, 0, 0},
    {"amazon-book-x10", 526430, 915990, 29841080, 64, 800, 1, 1, 0},
    {"amazon-book-x10", 526430, 915990, 29841080, 64, 800, 0, 1, 0},
};
enum { N_POINTS = sizeof points / sizeof *points, WARM_STEPS = 4, MOST_STEPS = 4096 };

static const char columns[] =
    "sweep\tworld\tusers\titems\ttrain_pairs\ttest_pairs\tdim\tnegatives\tbatch\tthreads\t"
    "steps_timed\tstep_ms\ttrain_s\trank_s\tepoch_s\tpeak_mib\tmodel_mib\tmodel_over_peak\n";

__attribute__((noreturn)) static void stop(const char *what) {
    fprintf(stderr, "growth: %s\n", what);
    exit(2);
}

/* --- worlds ---------------------------------------------------------------------------------------- */

static void planted(const point *p, vr_dataset *data) {
    vr_error error = {.text = ""};
    vr_planted_spec spec = {.n_users = (uint32_t)p->users,
                            .n_items = (uint32_t)p->items,
                            .interactions = (uint64_t)p->interactions,
                            .seed = 20240,
                            .rank = 16,
                            .scale = 3,
                            .skew = 1.5,
                            .activity = .8,
                            .breadth = p->interactions / p->users > p->items / 12 ? 1 : 2};
    if (vr_planted_generate(&spec, data, &error)) stop(error.text);
    vr_planted_free(data->truth); /* a real data set has none */
    data->truth = NULL;
}

/* Each user has as many items as the next, one at random from each of as many stretches of the catalogue. */
static void fill_uniform(vr_csr *csr, uint32_t n_users, uint32_t n_items, uint32_t n,
                         uint32_t stream) {
    vr_draw_key key = {20240, VR_STREAM_TEST + stream, 0};
    *csr = (vr_csr){n_users, n_items, malloc(((size_t)n_users + 1) * sizeof *csr->offsets),
                    malloc((size_t)n_users * n * sizeof *csr->columns)};
    uint32_t *draws = malloc(n * sizeof *draws), stretch = n_items / n;
    if (!csr->offsets || !csr->columns || !draws) stop("no memory for a world");
    csr->offsets[0] = 0;
    for (uint32_t u = 0; u < n_users; u++) {
        vr_draw_words(&key, u, draws, n);
        csr->offsets[u + 1] = csr->offsets[u] + n;
        for (uint32_t i = 0; i < n; i++)
            csr->columns[csr->offsets[u] + i] =
                i * stretch + (uint32_t)(((uint64_t)draws[i] * stretch) >> 32);
    }
    free(draws);
}

static void make_world(const point *p, vr_dataset *data) {
    *data = (vr_dataset){.n_users = (uint32_t)p->users, .n_items = (uint32_t)p->items};
    strcpy(data->name, "growth");
    memset(data->hash, '0', sizeof data->hash - 1);
    if (!p->uniform) {
        planted(p, data);
        return;
    }
    uint32_t mean = (uint32_t)(p->interactions / p->users), test = mean / 5;
    fill_uniform(&data->train, data->n_users, data->n_items, mean - test, 1);
    fill_uniform(&data->test, data->n_users, data->n_items, test, 2);
}

/* --- one point ------------------------------------------------------------------------------------- */

typedef struct timing {
    unsigned steps;
    double step, train, rank; /* seconds: of a step; of an epoch */
} timing;

/* The peak from now on. */
static void forget_peak(void) {
    malloc_trim(0);
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (!file || fputs("5", file) < 0 || fclose(file)) stop("/proc/self/clear_refs: cannot write");
}

static double peak_bytes(void) {
    char line[256];
    double kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "VmHWM: %lf", &kib) == 1) break;
    }
    if (file) fclose(file);
    return 1024 * kib;
}

static void set(vr_train_spec *spec, const char *key, const char *value) {
    vr_error error = {.text = ""};
    if (vr_spec_set(spec, key, value, "growth", &error)) stop(error.text);
}

/* init .1: tables in whose state a run spends its time (see training.c). */
static vr_train_spec make_spec(const point *p) {
    vr_error error = {.text = ""};
    vr_train_spec spec = vr_spec_default();
    set(&spec, "loss", "mine+");
    set(&spec, "t", "0.1");
    set(&spec, "lambda", "1.2");
    set(&spec, "init", "0.1");
    spec.dim = p->dim;
    spec.negatives = p->negatives;
    spec.epochs = 1;
    if (vr_spec_check(&spec, "growth", &error)) stop(error.text);
    return spec;
}

static void evaluate(const vr_trainer *t, const vr_csr *test) {
    vr_error error = {.text = ""};
    vr_metrics metrics;
    vr_matrix users = {t->users.n_rows, t->users.stride, t->users.unit};
    vr_matrix items = {t->items.n_rows, t->items.stride, t->items.unit};
    vr_evaluation evaluation = {&users, &items, VR_DOT, &t->dataset->train, test, 20};
    if (vr_evaluate(&evaluation, NULL, &metrics, &error)) stop(error.text);
}

/* Seconds of ranking for all users, from the first ones: about 5e10 multiply-adds of them. */
static double time_ranking(const vr_trainer *t) {
    const vr_csr *test = &t->dataset->test;
    double of_user = (double)t->items.n_rows * t->items.stride;
    uint32_t n = (uint32_t)fmin(test->n_rows, fmax(960, 5e10 / of_user));
    vr_csr sample = *test;
    sample.offsets = malloc((test->n_rows + 1ul) * sizeof *sample.offsets);
    if (!sample.offsets) stop("no memory for a sample");
    for (uint32_t u = 0; u <= test->n_rows; u++) sample.offsets[u] = test->offsets[u < n ? u : n];
    double seconds = INFINITY;
    for (int i = 0; i < 2; i++) { /* the better of two */
        double start = vr_seconds();
        evaluate(t, &sample);
        seconds = fmin(seconds, (vr_seconds() - start) * test->n_rows / n);
    }
    free(sample.offsets);
    return seconds;
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* Steps of this epoch that the user rows have gone through, summed over the rows. */
static double caught_up(const vr_trainer *t) {
    double sum = 0;
    for (uint32_t u = 0; u < t->users.n_rows; u++) sum += t->user_step[u];
    return sum;
}

/* Seconds of one dense step of one row that no pair touched, from step s on; the better of two. */
static double time_missed(vr_trainer *t, uint32_t s, uint32_t n_steps) {
    uint32_t more = (uint32_t)fmin((n_steps - s) / 2, fmax(8, 2e7 / t->users.n_rows));
    double least = more ? INFINITY : 0;
    for (int i = 0; more && i < 2; i++, s += more) {
        double start = vr_seconds();
        vr_step_flush(t, s + more);
        least = fmin(least, (vr_seconds() - start) / ((double)more * t->users.n_rows));
    }
    return least;
}

static timing time_parts(const vr_train_spec *spec, const vr_dataset *data) {
    vr_error error = {.text = ""};
    vr_trainer t;
    timing out = {0};
    if (vr_trainer_new(spec, data, &t, &error)) stop(error.text);
    float *best[] = {vr_floats_new((size_t)t.users.n_rows * t.users.stride),
                     vr_floats_new((size_t)t.items.n_rows * t.items.stride)};
    if (!best[0] || !best[1]) stop("no memory for the best tables");
    uint32_t n_steps = vr_trainer_steps(&t), s = 0;
    double start = vr_seconds();
    vr_epoch_begin(&t, 1, spec->lr);
    double shuffle = vr_seconds() - start;
    while (s < WARM_STEPS && s < n_steps / 2) vr_step(&t, 1, s++);
    double seconds[MOST_STEPS], before = caught_up(&t), began = vr_seconds();
    while (s < n_steps && out.steps < MOST_STEPS &&
           (vr_seconds() - began < 1.5 || out.steps < 16)) {
        start = vr_seconds();
        vr_step(&t, 1, s++);
        seconds[out.steps++] = vr_seconds() - start;
    }
    double done = (caught_up(&t) - before) / out.steps;
    qsort(seconds, out.steps, sizeof *seconds, ascending);
    out.step =
        seconds[out.steps / 4]; /* the lower quartile: other work disturbs some, and only slows */
    vr_step_flush(&t, s);       /* every row as of step s; then some more that nothing touched */
    double missed = time_missed(&t, s, n_steps);
    /* each step made up for some missed ones already; in the whole epoch every row goes through every step */
    double step = out.step - missed * fmax(0, done - spec->batch);
    out.train = shuffle + n_steps * (step + missed * t.users.n_rows);
    out.rank = time_ranking(&t);
    vr_trainer_free(&t);
    free(best[0]);
    free(best[1]);
    return out;
}

static void on_epoch(void *context, const vr_epoch *epoch, double train_seconds,
                     double eval_seconds) {
    timing *out = context;
    (void)epoch;
    out->train = train_seconds;
    out->rank = eval_seconds;
}

static timing time_whole(const vr_train_spec *spec, const vr_dataset *data) {
    vr_error error = {.text = ""};
    timing out = {0};
    vr_train_result result;
    vr_train_hooks hooks = {.on_epoch = on_epoch, .context = &out};
    if (vr_train(spec, data, &hooks, &result, &error)) stop(error.text);
    vr_train_result_free(&result);
    out.steps = (unsigned)((vr_csr_count(&data->train) + spec->batch - 1) / spec->batch);
    out.step = out.train / out.steps;
    return out;
}

static int run_point(const point *p) {
    vr_dataset data;
    vr_train_spec spec = make_spec(p);
    if (p->threads) omp_set_num_threads(p->threads);
    int threads = omp_get_max_threads();
    make_world(p, &data);
    vr_extent extent = vr_extent_of(&data);
    vr_memory model = vr_memory_needed(&spec, &extent, threads);
    forget_peak();
    timing took = p->whole ? time_whole(&spec, &data) : time_parts(&spec, &data);
    double peak = peak_bytes();
    printf("%s\t%s%s\t%u\t%u\t%.0f\t%.0f\t%u\t%u\t%u\t%d\t%u\t%.4f\t%.3f\t%.3f\t%.3f\t%.1f\t%.1f\t%"
           ".3f\n",
           p->sweep, p->uniform ? "uniform" : "planted", p->whole ? ", whole epoch" : "",
           data.n_users, data.n_items, extent.train_pairs, extent.test_pairs, spec.dim,
           spec.negatives, spec.batch, threads, took.steps, 1e3 * took.step, took.train, took.rank,
           took.train + took.rank, peak / 0x1p20, model.peak / 0x1p20, model.peak / peak);
    vr_dataset_free(&data);
    return fflush(stdout) ? 74 : 0;
}

/* --- the end of the machine ------------------------------------------------------------------------ */

/* Of a row on so many threads: seconds of training a step, and of the ranking; 0 when there is none. */
static int find_size(const char *text, const char *sweep, int threads, double *step, double *rank) {
    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        double pairs, train;
        unsigned batch;
        int of_row;
        char name[64];
        line += *line == '\n';
        if (sscanf(line,
                   "%63[^\t]\t%*[^\t]\t%*u\t%*u\t%lf\t%*f\t%*u\t%*u\t%u\t%d\t%*u\t%*f\t%lf\t%lf",
                   name, &pairs, &batch, &of_row, &train, rank) == 6 &&
            !strcmp(name, sweep) && of_row == threads) {
            *step = train / ceil(pairs / batch);
            return 1;
        }
    }
    return 0;
}

/* How many times Amazon-Book fills the memory, by the model. The time is extrapolated from both measured sizes:
   a step has a part for its pairs and a part for every row, a ranking is users times items. */
static void add_end(const char *text, double memory, FILE *out) {
    point p = {.dim = 64, .negatives = 800};
    vr_train_spec spec = make_spec(&p);
    double low = 1, high = 1e5, step1, step10, rank1, rank10;
    int threads = omp_get_max_threads();
    vr_extent e = {0};
    while (high / low > 1.0001) {
        double times = sqrt(low * high);
        e = (vr_extent){52643 * times, 91599 * times, 2389648 * times, 597438 * times};
        *(vr_memory_needed(&spec, &e, threads).peak > memory ? &high : &low) = times;
    }
    double times = floor(low);
    e = (vr_extent){52643 * times, 91599 * times, 2389648 * times, 597438 * times};
    fprintf(out, "amazon-book-x%.0f\textrapolated\t%.0f\t%.0f\t%.0f\t%.0f\t%u\t%u\t%u\t%d\t0\t",
            times, e.n_users, e.n_items, e.train_pairs, e.test_pairs, spec.dim, spec.negatives,
            spec.batch, threads);
    if (find_size(text, "amazon-book", threads, &step1, &rank1) &&
        find_size(text, "amazon-book-x10", threads, &step10, &rank10)) {
        double step = step1 + (step10 - step1) * (times - 1) / 9;
        double train = step * ceil(e.train_pairs / spec.batch), rank = rank10 * times * times / 100;
        fprintf(out, "%.4f\t%.3f\t%.3f\t%.3f", 1e3 * step, train, rank, train + rank);
    } else {
        fputs("\t\t\t", out);
    }
    fprintf(out, "\t\t%.1f\t\n", vr_memory_needed(&spec, &e, threads).peak / 0x1p20);
}

/* --- all points ------------------------------------------------------------------------------------ */

static int is_wanted(const char *sweep, char **names, int n) {
    for (int i = 0; i < n; i++) {
        if (strcmp(names[i], sweep) == 0) return 1;
    }
    return n == 0;
}

static void add_point(size_t index, FILE *out) {
    char command[4300], self[4096], line[1024];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0) stop("/proc/self/exe: cannot read");
    self[n] = 0;
    snprintf(command, sizeof command, "'%s' --point %zu", self, index);
    FILE *pipe = popen(command, "r");
    if (!pipe || !fgets(line, sizeof line, pipe) || pclose(pipe)) stop("a point did not end well");
    fputs(line, out);
    fputs(line, stdout);
    fflush(stdout);
}

/* The rows of an earlier file that are not measured anew. */
static void keep_rows(const char *path, char **names, int n, FILE *out) {
    char line[1024], sweep[64];
    FILE *file = n ? fopen(path, "r") : NULL;
    while (file && fgets(line, sizeof line, file)) {
        snprintf(sweep, sizeof sweep, "%.*s", (int)strcspn(line, "\t"), line);
        if (*line == '#' || !strcmp(sweep, "sweep") || strstr(line, "\textrapolated\t") ||
            is_wanted(sweep, names, n)) {
            continue;
        }
        fputs(line, out);
    }
    if (file) fclose(file);
}

static double machine_memory(void) {
    return (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
}

static void print_head(FILE *out) {
    char line[256], name[256] = "unknown processor";
    FILE *info = fopen("/proc/cpuinfo", "r");
    while (info && fgets(line, sizeof line, info)) {
        if (sscanf(line, "model name : %255[^\n]", name) == 1) break;
    }
    if (info) fclose(info);
    fprintf(out, "# %s, %d threads, %.1f GiB\n", name, omp_get_max_threads(),
            machine_memory() / 0x1p30);
    fputs(
        "# MINE+ in full training steps; epoch_s extrapolated from steps_timed steps and a sample "
        "of users, but for whole epochs\n",
        out);
    fputs(columns, out);
}

static int run_all(const char *path, char **names, int n) {
    vr_error error = {.text = ""};
    char *text = NULL;
    size_t size;
    int all = omp_get_max_threads();
    FILE *out = open_memstream(&text, &size);
    if (!out) stop("no memory");
    print_head(out);
    fputs(columns, stdout);
    keep_rows(path, names, n, out);
    for (size_t i = 0; i < N_POINTS; i++) {
        if (is_wanted(points[i].sweep, names, n) && points[i].threads <= all) add_point(i, out);
    }
    fflush(out);
    add_end(text, machine_memory(), out);
    if (fclose(out)) stop("no memory");
    if (vr_file_write(path, text, size, &error)) stop(error.text);
    free(text);
    return 0;
}

int main(int argc, char **argv) {
    const char *path = "/dev/stdout";
    int at = 1;
    if (argc == 3 && strcmp(argv[1], "--point") == 0) {
        size_t index = strtoul(argv[2], NULL, 10);
        return index < N_POINTS ? run_point(&points[index]) : 64;
    }
    if (argc > 2 && strcmp(argv[1], "--out") == 0) path = argv[2], at = 3;
    for (int i = at; i < argc; i++) {
        int known = 0;
        for (size_t k = 0; k < N_POINTS; k++) known |= strcmp(argv[i], points[k].sweep) == 0;
        if (known) continue;
        fputs(
            "usage: growth [--out FILE.tsv] [interactions|users|items|dim|negatives|threads|check|"
            "amazon-book|amazon-book-x10]...\n",
            stderr);
        return 64;
    }
    return run_all(path, argv + at, argc - at);
}
