/* verirec evaluate: Recall@k and NDCG@k of anybody's factors or ranked lists on any split. */
#include <argp.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/npy.h"
#include "cli/command.h"
#include "cli/explain.h"
#include "data/dataset.h"
#include "eval/evaluate.h"
#include "eval/factors.h"

typedef struct request {
    const char *train, *test, *dataset, *users, *items, *lists, *per_user, *top;
    vr_data_options data;
    vr_similarity similarity;
    uint32_t k;           /* 0: not said */
    vr_reported reported; /* text NULL: nothing to explain */
    int json;
} request;

/* What is measured; a zeroed one may be released. */
typedef struct subject {
    vr_dataset dataset; /* only train and test when they come from files */
    vr_matrix users, items;
    uint32_t *lists; /* in the place of the factors: users x k */
} subject;

enum {
    TRAIN = 1000,
    TEST,
    DATASET,
    USERS,
    ITEMS,
    LISTS,
    EXPLAIN,
    SCORES,
    K,
    PER_USER,
    TOP,
    JSON,
    MIRROR,
    CACHE
};

static const struct argp_option options[] = {
    {"train", TRAIN, "FILE", 0, "train interactions, a line for each user: USER ITEM...", 1},
    {"test", TEST, "FILE", 0, "test interactions", 1},
    {"dataset", DATASET, "NAME", 0, "both splits of a known data set instead", 1},
    {"users", USERS, "U.npy", 0, "user factors, one row a user, f4 or f8", 2},
    {"items", ITEMS, "V.npy", 0, "item factors, one row an item", 2},
    {"lists", LISTS, "L.npy", 0,
     "ranked lists instead of factors: item ids, best first, one row a user, i4 or i8, -1 where a "
     "list ends",
     2},
    {"scores", SCORES, "dot|cosine", 0, "similarity of two rows (default dot)", 3},
    {"k", K, "N", 0, "length of the list (default 20; with --lists theirs)", 3},
    {"per-user", PER_USER, "OUT.tsv", 0, "write user, hits, recall, ndcg, test_items", 4},
    {"top", TOP, "OUT.npy", 0, "write the lists: users x k item ids, i4, -1 where none is left", 4},
    {"explain", EXPLAIN, "X", 0,
     "say which other ways to measure the ranking give the reported number X, such as 16.93 or "
     ".1693; "
     "exit 1 when none does",
     4},
    {"json", JSON, NULL, 0, "print JSON", 4},
    {"mirror", MIRROR, "DIR-or-URL", 0,
     "where data sets are looked for first (default: VERIREC_MIRROR)", 5},
    {"cache", CACHE, "DIR", 0, "where fetched data sets are kept (default: VERIREC_CACHE)", 5},
    {0},
};

static vr_status parse_k(const char *text, uint32_t *k, vr_error *error) {
    char *end;
    errno = 0;
    const long value = strtol(text, &end, 10);
    if (errno || end == text || *end || value < 1 || value > INT32_MAX) {
        return vr_fail(error, VR_USAGE, "--k: expected a whole number from 1 to %d, got \"%s\"",
                       INT32_MAX, text);
    }
    *k = (uint32_t)value;
    return VR_OK;
}

static vr_status parse_similarity(const char *text, vr_similarity *similarity, vr_error *error) {
    if (strcmp(text, "dot") != 0 && strcmp(text, "cosine") != 0) {
        return vr_fail(error, VR_USAGE, "--scores: expected dot or cosine, got \"%s\"", text);
    }
    *similarity = *text == 'd' ? VR_DOT : VR_COSINE;
    return VR_OK;
}

typedef struct parsing {
    request *request;
    vr_error *error; /* .status: what went wrong */
} parsing;

/* The flags whose value is kept as it stands; NULL for others. */
static const char **text_flag(request *r, int key) {
    switch (key) {
    case TRAIN: return &r->train;
    case TEST: return &r->test;
    case DATASET: return &r->dataset;
    case USERS: return &r->users;
    case ITEMS: return &r->items;
    case LISTS: return &r->lists;
    case PER_USER: return &r->per_user;
    case TOP: return &r->top;
    case MIRROR: return &r->data.mirror;
    case CACHE: return &r->data.cache;
    default: return NULL;
    }
}

static error_t parse(int key, char *text, struct argp_state *state) {
    parsing *p = state->input;
    const char **kept = text_flag(p->request, key);
    if (kept) {
        *kept = text;
        return 0;
    }
    switch (key) {
    case SCORES: return parse_similarity(text, &p->request->similarity, p->error) ? EINVAL : 0;
    case K: return parse_k(text, &p->request->k, p->error) ? EINVAL : 0;
    case EXPLAIN: return vr_reported_read(text, &p->request->reported, p->error) ? EINVAL : 0;
    case JSON: p->request->json = 1; return 0;
    case ARGP_KEY_ARG:
        vr_fail(p->error, VR_USAGE, "unexpected argument \"%s\"; every file has a flag", text);
        return EINVAL;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* Which flags belong together. */
static vr_status check(const request *r, vr_error *error) {
    if (r->dataset && (r->train || r->test)) {
        return vr_fail(error, VR_USAGE,
                       "--dataset brings its own splits; leave out --train and --test");
    }
    if (r->lists && (r->users || r->items || r->top)) {
        return vr_fail(error, VR_USAGE,
                       "--lists are ranked already; leave out --users, --items and --top");
    }
    const char *missing = !r->dataset && !r->train && !r->test ? "--train and --test, or --dataset"
                          : !r->dataset && !r->train           ? "--train"
                          : !r->dataset && !r->test            ? "--test"
                          : r->lists                           ? NULL
                          : !r->users                          ? "--users and --items, or --lists"
                          : !r->items                          ? "--items"
                                                               : NULL;
    return missing ? vr_fail(error, VR_USAGE,
                             "missing: %s; `verirec evaluate --help` lists the flags", missing)
                   : VR_OK;
}

static vr_status read_factors(const char *path, vr_matrix *out, vr_error *error) {
    int rounded = 0;
    vr_status status = vr_factors_read(path, out, &rounded, error);
    if (status == VR_OK && rounded) {
        fprintf(stderr, "verirec evaluate: %s: f8 values rounded to f4\n", path);
    }
    return status;
}

static vr_status check_rows(const char *path, const char *what, uint32_t rows, uint32_t wanted,
                            const char *source, vr_error *error) {
    return rows == wanted ? VR_OK
                          : vr_fail(error, VR_BAD_DATA, "%s has %u rows, but %s has %u %s", path,
                                    rows, source, wanted, what);
}

/* Files name only the items that somebody met: a table may have more, and they are ranked too. */
static vr_status widen(const request *r, subject *s, vr_error *error) {
    const uint32_t named = s->dataset.n_items;
    if (s->items.n_rows < named) {
        return vr_fail(error, VR_BAD_DATA, "%s has %u rows, but %s and %s name item %u", r->items,
                       s->items.n_rows, r->train, r->test, named - 1);
    }
    if (s->items.n_rows > named) {
        fprintf(stderr, "verirec evaluate: %s: items %u to %u are in neither split; ranked too\n",
                r->lists ? r->lists : r->items, named, s->items.n_rows - 1);
    }
    s->dataset.n_items = s->dataset.train.n_columns = s->dataset.test.n_columns = s->items.n_rows;
    return VR_OK;
}

static vr_status read_splits(const request *r, subject *s, vr_error *error) {
    vr_status status = r->dataset ? vr_dataset_load(r->dataset, &r->data, &s->dataset, error)
                                  : vr_interactions_read(r->train, r->test, &s->dataset, error);
    const char *source = r->dataset ? r->dataset : r->train;
    if (status) return status;
    if (r->lists && s->items.n_rows < s->dataset.n_items) s->items.n_rows = s->dataset.n_items;
    status = check_rows(r->lists ? r->lists : r->users, "users", s->users.n_rows,
                        s->dataset.n_users, source, error);
    if (status) return status;
    return r->dataset ? check_rows(r->lists ? r->lists : r->items, "items", s->items.n_rows,
                                   s->dataset.n_items, source, error)
                      : widen(r, s, error);
}

/* Of the model behind the lists only the numbers of users and items are known. */
static vr_status read_lists(request *r, subject *s, vr_error *error) {
    vr_status status = vr_lists_read(r->lists, &r->k, &s->lists, &s->users.n_rows, error);
    for (size_t i = 0; !status && i < (size_t)s->users.n_rows * r->k; i++) {
        if (s->lists[i] != VR_NO_ITEM && s->lists[i] >= s->items.n_rows)
            s->items.n_rows = s->lists[i] + 1;
    }
    return status ? status : read_splits(r, s, error);
}

static vr_status read_subject(request *r, subject *s, vr_error *error) {
    if (r->lists) return read_lists(r, s, error);
    if (!r->k) r->k = 20;
    vr_status status = read_factors(r->users, &s->users, error);
    if (status == VR_OK) status = read_factors(r->items, &s->items, error);
    if (status == VR_OK && s->users.n_columns != s->items.n_columns) {
        return vr_fail(error, VR_BAD_DATA,
                       "%s has %u factors, %s has %u: they are not of one model", r->users,
                       s->users.n_columns, r->items, s->items.n_columns);
    }
    return status == VR_OK ? read_splits(r, s, error) : status;
}

static vr_status write_per_user(const char *path, const vr_user_metrics *rows, const vr_csr *test,
                                vr_error *error) {
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (!memory) return vr_fail(error, VR_INTERNAL, "no memory for %s", path);
    fprintf(memory, "user\thits\trecall\tndcg\ttest_items\n");
    for (uint32_t user = 0; user < test->n_rows; user++) {
        const uint32_t n_test = vr_csr_row_count(test, user);
        if (n_test == 0) continue;
        fprintf(memory, "%u\t%u\t%.17g\t%.17g\t%u\n", user, rows[user].hits, rows[user].recall,
                rows[user].ndcg, n_test);
    }
    vr_status status = fclose(memory) == 0 ? vr_file_write(path, text, size, error)
                                           : vr_fail(error, VR_INTERNAL, "no memory for %s", path);
    free(text);
    return status;
}

static vr_status write_top(const char *path, const vr_evaluation *e, vr_error *error) {
    vr_npy lists = {.type = VR_NPY_I4, .n_dims = 2, .shape = {e->users->n_rows, e->k}};
    uint32_t *ids = malloc(vr_npy_count(&lists) * sizeof *ids);
    vr_status status = ids ? vr_top_k(e, ids, error)
                           : vr_fail(error, VR_INTERNAL, "no memory for %u lists of %u items",
                                     e->users->n_rows, e->k);
    lists.values = ids; /* VR_NO_ITEM has the bits of -1 */
    if (status == VR_OK) status = vr_npy_write(path, &lists, error);
    free(ids);
    return status;
}

static void print_result(const request *r, const vr_metrics *mean) {
    printf("recall@%u\t%.6f\nndcg@%u\t%.6f\nusers\t%u\n", r->k, mean->recall, r->k, mean->ndcg,
           mean->n_users);
}

static void print_json(const request *r, const vr_metrics *mean, json_t *explained) {
    char recall[32], ndcg[32];
    snprintf(recall, sizeof recall, "recall@%u", r->k);
    snprintf(ndcg, sizeof ndcg, "ndcg@%u", r->k);
    json_t *json = json_pack("{s:f, s:f, s:I, s:I}", recall, mean->recall, ndcg, mean->ndcg,
                             "users", (json_int_t)mean->n_users, "k", (json_int_t)r->k);
    if (r->reported.text) json_object_set(json, "explained_by", explained);
    json_dumpf(json, stdout, JSON_REAL_PRECISION(17));
    printf("\n");
    json_decref(json);
}

/* The result, and what explains a reported one. */
static vr_status say(const request *r, const vr_evaluation *e, const uint32_t *lists,
                     const vr_metrics *mean, vr_error *error) {
    json_t *explained = r->json ? json_array() : NULL;
    vr_status status = VR_OK;
    if (!r->json) print_result(r, mean);
    if (r->reported.text) status = vr_explain(e, lists, &r->reported, explained, error);
    if (r->json && (!status || status == VR_DIFFERS)) print_json(r, mean, explained);
    json_decref(explained);
    return status;
}

/* What is wrong with a list is said with its file. */
static vr_status measure(const request *r, const vr_evaluation *e, const uint32_t *lists,
                         vr_user_metrics *rows, vr_metrics *mean, vr_error *error) {
    vr_error why = {.status = VR_OK};
    if (!lists) return vr_evaluate(e, rows, mean, error);
    vr_status status = vr_evaluate_lists(lists, e->k, e->train, e->test, rows, mean, &why);
    return status ? vr_fail(error, status, "%s: %s", r->lists, why.text) : VR_OK;
}

/* Said before the ranking: an output that cannot be written, or would replace an input or the other output. */
static vr_status check_outputs(const request *r, vr_error *error) {
    const char *const inputs[] = {r->train, r->test, r->users, r->items, r->lists};
    const char *const outputs[] = {r->per_user, r->top}, *const flags[] = {"--per-user", "--top"};
    vr_status status = VR_OK;
    if (r->per_user && r->top && vr_same_file(r->per_user, r->top))
        return vr_fail(error, VR_USAGE, "--per-user and --top both name %s; give each its own file",
                       r->top);
    for (size_t o = 0; o < 2 && !status; o++) {
        if (!outputs[o]) continue;
        for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
            if (inputs[i] && vr_same_file(inputs[i], outputs[o]))
                return vr_fail(error, VR_USAGE, "%s %s would replace an input; name another file",
                               flags[o], outputs[o]);
        status = vr_file_check(outputs[o], error);
    }
    return status;
}

static vr_status evaluate(const request *r, subject *s, vr_error *error) {
    const vr_evaluation e = {&s->users,         &s->items,        r->similarity,
                             &s->dataset.train, &s->dataset.test, r->k};
    vr_metrics mean;
    vr_user_metrics *rows = malloc(s->users.n_rows * sizeof *rows);
    vr_status status = rows ? measure(r, &e, s->lists, rows, &mean, error)
                            : vr_fail(error, VR_INTERNAL, "no memory for the users' metrics");
    if (status == VR_OK && r->per_user) {
        status = write_per_user(r->per_user, rows, &s->dataset.test, error);
    }
    if (status == VR_OK && r->top) status = write_top(r->top, &e, error);
    if (status == VR_OK) status = say(r, &e, s->lists, &mean, error);
    free(rows);
    return status;
}

int vr_cmd_evaluate(int argc, char **argv) {
    request r = {.similarity = VR_DOT};
    vr_error error = {.status = VR_OK};
    parsing p = {&r, &error};
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    const struct argp argp = {options,
                              parse,
                              NULL,
                              "Recall@k and NDCG@k over all items, train items left out, ties to "
                              "the lower item id; means over the "
                              "users with test items.",
                              children,
                              NULL,
                              NULL};
    subject s = {0};
    if (argp_parse(&argp, argc, argv, 0, NULL, &p) && error.status == VR_OK) {
        vr_fail(&error, VR_USAGE, "wrong arguments; `verirec evaluate --help` lists the flags");
    }
    if (error.status == VR_OK && check(&r, &error) == VR_OK &&
        read_subject(&r, &s, &error) == VR_OK && check_outputs(&r, &error) == VR_OK) {
        evaluate(&r, &s, &error);
    }
    vr_dataset_free(&s.dataset);
    free(s.users.values);
    free(s.items.values);
    free(s.lists);
    return error.status == VR_OK ? VR_OK : vr_cli_fail("evaluate", &error);
}
