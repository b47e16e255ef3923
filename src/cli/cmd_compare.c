/* verirec compare: is one model better than another? Paired tests over the users of two or more of evaluate's per-user
   files. */
#include <argp.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/command.h"
#include "eval/per_user.h"
#include "num/statistics.h"

enum { MARGIN = 1000, FLIPS, SEED, JSON, MOST_FILES = 64, N_METRICS = 2 };
static const char *const metric_name[N_METRICS] = {"recall", "ndcg"};

typedef struct request {
    const char *files[MOST_FILES]; /* the baseline first */
    size_t n_files;
    double margin; /* percentage points; NaN: none */
    uint32_t flips;
    uint64_t seed;
    int json;
    vr_error *error;
} request;

/* One file against the baseline in one metric. */
typedef struct comparison {
    const char *file, *metric;
    vr_paired test;
    double p, p_apart; /* adjusted by Holm over all comparisons of the call */
} comparison;

static const struct argp_option options[] = {
    {"margin", MARGIN, "POINTS", 0,
     "also test whether the two are equal within so many percentage points", 0},
    {"flips", FLIPS, "N", 0,
     "also test by N random sign flips, which suppose symmetry alone (default 10000; 0: do not)",
     0},
    {"seed", SEED, "N", 0, "of the flips (default 2019)", 0},
    {"json", JSON, NULL, 0, "print JSON", 0},
    {0},
};

static error_t take_number(const char *flag, const char *text, double low, double high, int whole,
                           double *out, vr_error *error) {
    char *end;
    *out = strtod(text, &end);
    if (end != text && !*end && *out >= low && *out <= high && (!whole || *out == floor(*out)))
        return 0;
    vr_fail(error, VR_USAGE, "%s: expected a %snumber from %g to %.15g, got \"%s\"", flag,
            whole ? "whole " : "", low, high, text);
    return EINVAL;
}

static error_t parse(int key, char *text, struct argp_state *state) {
    request *r = state->input;
    double number = 0;
    error_t wrong = 0;
    switch (key) {
    case MARGIN: return take_number("--margin", text, 1e-9, 100, 0, &r->margin, r->error);
    case FLIPS:
        wrong = take_number("--flips", text, 0, 1e8, 1, &number, r->error);
        r->flips = (uint32_t)number;
        return wrong;
    case SEED:
        wrong = take_number("--seed", text, 0, 0x1p53, 1, &number, r->error);
        r->seed = (uint64_t)number;
        return wrong;
    case JSON: r->json = 1; return 0;
    case ARGP_KEY_ARG:
        if (r->n_files < MOST_FILES) {
            r->files[r->n_files++] = text;
            return 0;
        }
        vr_fail(r->error, VR_USAGE, "expected at most %d files", MOST_FILES);
        return EINVAL;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static vr_status check_same_users(const request *r, const vr_per_user *rows, size_t other) {
    const vr_per_user *a = &rows[0], *b = &rows[other];
    for (size_t i = 0; i < a->n && i < b->n; i++) {
        if (a->users[i] != b->users[i])
            return vr_fail(r->error, VR_BAD_DATA,
                           "%s:%zu: user %u, but %s has user %u there; both must be of one test "
                           "split",
                           r->files[other], i + 2, b->users[i], r->files[0], a->users[i]);
        if (a->test_items[i] != b->test_items[i])
            return vr_fail(r->error, VR_BAD_DATA,
                           "%s:%zu: user %u has %u test items, but %u in %s; both must be of one "
                           "test split",
                           r->files[other], i + 2, b->users[i], b->test_items[i], a->test_items[i],
                           r->files[0]);
    }
    if (a->n == b->n) return VR_OK;
    return vr_fail(r->error, VR_BAD_DATA,
                   "%s has %zu users, but %s has %zu; both must be of one test split",
                   r->files[other], b->n, r->files[0], a->n);
}

static vr_status compare(const request *r, const vr_per_user *rows, comparison *out) {
    for (size_t i = 1; i < r->n_files; i++) {
        vr_status status = check_same_users(r, rows, i);
        if (status) return status;
        for (size_t m = 0; m < N_METRICS; m++) {
            comparison *one = &out[(i - 1) * N_METRICS + m];
            *one = (comparison){.file = r->files[i], .metric = metric_name[m]};
            if (!vr_paired_test(rows->n, m ? rows[0].ndcg : rows[0].recall,
                                m ? rows[i].ndcg : rows[i].recall, r->margin / 100, r->flips,
                                r->seed, &one->test))
                return vr_fail(r->error, VR_INTERNAL, "no memory for %zu users", rows->n);
        }
    }
    return VR_OK;
}

static vr_status adjust(size_t n, comparison *all, vr_error *error) {
    double *p = malloc(2 * n * sizeof *p), *apart = p ? p + n : NULL;
    for (size_t i = 0; p && i < n; i++) {
        p[i] = all[i].test.p;
        apart[i] = all[i].test.p_apart;
    }
    int ok = p && vr_holm(n, p) && vr_holm(n, apart);
    for (size_t i = 0; ok && i < n; i++) {
        all[i].p = p[i];
        all[i].p_apart = apart[i];
    }
    free(p);
    return ok ? VR_OK : vr_fail(error, VR_INTERNAL, "no memory for %zu comparisons", n);
}

/* At .05 each, adjusted. */
static const char *verdict(const comparison *c) {
    int differs = c->p <= .05, equal = c->p_apart <= .05;
    if (differs && equal)
        return c->test.difference > 0 ? "higher, within the margin" : "lower, within the margin";
    if (differs) return c->test.difference > 0 ? "higher" : "lower";
    return equal ? "equal within the margin" : "undecided";
}

static void print(const request *r, size_t n, const comparison *all) {
    printf("baseline\t%s\t%zu users\n", r->files[0], all->test.n);
    printf("file\tmetric\tbaseline\tthis\tdifference\tlow95\thigh95\teffect\tp_flips\tp_holm\t%"
           "sverdict\n",
           isnan(r->margin) ? "" : "p_apart_holm\t");
    for (size_t i = 0; i < n; i++) {
        const vr_paired *t = &all[i].test;
        printf("%s\t%s\t%.4f\t%.4f\t%+.4f\t%+.4f\t%+.4f\t%+.4f\t", all[i].file, all[i].metric,
               100 * t->mean[0], 100 * t->mean[1], 100 * t->difference, 100 * t->low, 100 * t->high,
               t->effect);
        if (isnan(t->p_flips))
            fputs("-\t", stdout);
        else
            printf("%.3g\t", t->p_flips);
        printf("%.3g\t", all[i].p);
        if (!isnan(r->margin)) printf("%.3g\t", all[i].p_apart);
        puts(verdict(&all[i]));
    }
}

static void put(json_t *object, const char *key, double value) {
    if (!isnan(value)) json_object_set_new(object, key, json_real(value));
}

static void print_json(const request *r, size_t n, const comparison *all) {
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        const vr_paired *t = &all[i].test;
        json_t *one = json_pack("{s:s, s:s, s:s}", "file", all[i].file, "metric", all[i].metric,
                                "verdict", verdict(&all[i]));
        put(one, "baseline", t->mean[0]);
        put(one, "this", t->mean[1]);
        put(one, "difference", t->difference);
        put(one, "low95", t->low);
        put(one, "high95", t->high);
        put(one, "effect", t->effect);
        put(one, "p", t->p);
        put(one, "p_flips", t->p_flips);
        put(one, "p_holm", all[i].p);
        put(one, "p_apart_holm", all[i].p_apart);
        json_array_append_new(list, one);
    }
    json_t *all_of_it = json_pack("{s:s, s:I, s:o}", "baseline", r->files[0], "users",
                                  (json_int_t)all->test.n, "comparisons", list);
    json_dumpf(all_of_it, stdout, JSON_REAL_PRECISION(17));
    puts("");
    json_decref(all_of_it);
}

static vr_status run(const request *r) {
    vr_per_user rows[MOST_FILES] = {{0}};
    size_t n = (r->n_files - 1) * N_METRICS;
    comparison *all = calloc(n, sizeof *all);
    vr_status status = all ? VR_OK : vr_fail(r->error, VR_INTERNAL, "no memory");
    for (size_t i = 0; i < r->n_files && !status; i++)
        status = vr_per_user_read(r->files[i], &rows[i], r->error);
    if (!status) status = compare(r, rows, all);
    if (!status) status = adjust(n, all, r->error);
    if (!status) (r->json ? print_json : print)(r, n, all);
    for (size_t i = 0; i < r->n_files; i++) vr_per_user_free(&rows[i]);
    free(all);
    return status;
}

int vr_cmd_compare(int argc, char **argv) {
    vr_error error = {.status = VR_OK};
    request r = {.margin = (double)NAN, .flips = 10000, .seed = 2019, .error = &error};
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    const struct argp argp = {.options = options,
                              .parser = parse,
                              .args_doc = "BASELINE.tsv OTHER.tsv...",
                              .doc = "Whether models rank better than a baseline: paired tests "
                                     "over users, from the files that "
                                     "`verirec evaluate --per-user` writes for one test split."
                                     "\vEach file is compared with the first in Recall and in "
                                     "NDCG, in percent (--json: as fractions): the means, their "
                                     "difference with its 95 % confidence interval, the effect "
                                     "size (mean over standard deviation of "
                                     "the users' differences), the p of no difference by the "
                                     "paired t test and by random sign "
                                     "flips, and with --margin the p of a difference of at least "
                                     "the margin (two one-sided tests). p_holm "
                                     "and p_apart_holm are adjusted for all comparisons of the "
                                     "call (Holm); the verdicts are theirs at "
                                     ".05. The users of one test split are tested, not the seeds "
                                     "of the training: a difference of "
                                     "one run each may still be the seeds'.",
                              .children = children};
    if (argp_parse(&argp, argc, argv, 0, NULL, &r) && !error.status)
        vr_fail(&error, VR_USAGE, "wrong arguments; `verirec compare --help` lists the flags");
    if (!error.status && r.n_files < 2)
        vr_fail(&error, VR_USAGE,
                "expected a baseline and at least one other file: verirec compare "
                "BASELINE.tsv OTHER.tsv...");
    if (!error.status) run(&r);
    return error.status ? vr_cli_fail(argv[0], &error) : VR_OK;
}
