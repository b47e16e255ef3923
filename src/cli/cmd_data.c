/* verirec data list|fetch|verify|info|write: the data sets, where they are, and Table 1 from the data. */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/progress.h"
#include "base/text.h"
#include "cli/command.h"
#include "data/manifest.h"
#include "data/obtain.h"
#include "data/planted.h"

enum { MOST_NAMES = 64 };

typedef struct options {
    vr_data_options data;
    const char *action, *out;
    const char *names[MOST_NAMES];
    int n_names, json;
} options;

typedef int action_one(const options *o, const char *name, json_t *rows);

/* Errors go to stderr at once, so that the other names still have their turn. */
static int failed(const vr_error *error) {
    return vr_cli_fail("data", error);
}

/* "1,234,567" */
static const char *grouped(char text[32], uint64_t value) {
    char digits[32];
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value), at = 0;
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0) text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}

/* --- list ------------------------------------------------------------------------------------------ */

static json_t *describe(const vr_manifest *m) {
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:s}", "name", m->name, "kind",
                     m->kind == VR_DATA_REAL ? "real" : "planted", "users", (json_int_t)m->n_users,
                     "items", (json_int_t)m->n_items, "train", (json_int_t)m->train.interactions,
                     "test", (json_int_t)m->test.interactions, "source", m->source, "licence",
                     m->licence);
}

static int list_one(const options *o, const char *name, json_t *rows) {
    vr_manifest m;
    vr_error error;
    char a[32], b[32], c[32], d[32];
    if (vr_manifest_find(name, &m, &error)) return failed(&error);
    if (o->json) {
        json_array_append_new(rows, describe(&m));
        return VR_OK;
    }
    printf("%-20s %-8s %8s users %8s items %10s train %9s test\n", m.name,
           m.kind == VR_DATA_REAL ? "real" : "planted", grouped(a, m.n_users),
           grouped(b, m.n_items), grouped(c, m.train.interactions),
           grouped(d, m.test.interactions));
    return VR_OK;
}

/* --- fetch and verify ------------------------------------------------------------------------------ */

static void report(const options *o, json_t *rows, const char *name, const char *key,
                   const char *place) {
    if (o->json) {
        json_array_append_new(rows, json_pack("{s:s, s:s}", "name", name, key, place));
    } else {
        printf("%s: %s\n", name, place);
    }
}

static int fetch_one(const options *o, const char *name, json_t *rows) {
    vr_manifest m;
    vr_error error;
    if (vr_manifest_find(name, &m, &error)) return failed(&error);
    if (m.kind == VR_DATA_PLANTED) {
        report(o, rows, name, "place", "generated when it is used, nothing to fetch");
        return VR_OK;
    }
    const vr_manifest_file *files[] = {&m.train, &m.test};
    int code = VR_OK;
    for (int i = 0; i < 2; i++) {
        vr_obtained got;
        if (vr_obtain(files[i], &o->data, 1, &got, &error)) {
            if (!code)
                code = failed(&error);
            else
                failed(&error);
            if (error.status != VR_BAD_DATA) break; /* the other file would meet the same */
            continue;
        }
        free(got.text);
        report(o, rows, files[i]->path, "place", got.place);
    }
    return code;
}

/* From the mirror and the cache alone: sizes, hashes, every line, the counts. */
static int verify_one(const options *o, const char *name, json_t *rows) {
    vr_data_options offline = o->data;
    vr_dataset data;
    vr_error error;
    char text[96];
    offline.offline = 1;
    if (vr_dataset_load(name, &offline, &data, &error)) return failed(&error);
    snprintf(text, sizeof text, "ok %s", data.hash);
    report(o, rows, name, o->json ? "hash" : "", o->json ? data.hash : text);
    vr_dataset_free(&data);
    return VR_OK;
}

/* --- info: Table 1 --------------------------------------------------------------------------------- */

static double mean_tau_plus(const vr_dataset *data) {
    double sum = 0;
    for (uint32_t u = 0; u < data->n_users; u++) sum += vr_planted_tau_plus(data->truth, u);
    return sum / data->n_users;
}

static uint32_t used_items(const vr_csr *csr) {
    vr_csr t;
    vr_error error;
    uint32_t used = 0;
    if (vr_csr_transpose(csr, &t, &error)) return 0;
    for (uint32_t i = 0; i < t.n_rows; i++) used += vr_csr_row_count(&t, i) > 0;
    vr_csr_free(&t);
    return used;
}

static json_t *info_json(const vr_dataset *data) {
    uint64_t train = vr_csr_count(&data->train), test = vr_csr_count(&data->test);
    json_t *row =
        json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:f, s:I, s:I, s:s}", "name", data->name, "users",
                  (json_int_t)data->n_users, "items", (json_int_t)data->n_items, "interactions",
                  (json_int_t)(train + test), "train", (json_int_t)train, "test", (json_int_t)test,
                  "density", (double)(train + test) / ((double)data->n_users * data->n_items),
                  "train_items", (json_int_t)used_items(&data->train), "test_items",
                  (json_int_t)used_items(&data->test), "hash", data->hash);
    if (data->truth) json_object_set_new(row, "mean_tau_plus", json_real(mean_tau_plus(data)));
    return row;
}

static void info_head(void) {
    puts("| Dataset | User # | Item # | Interaction # | Train | Test | Density |\n"
         "|---|---:|---:|---:|---:|---:|---:|");
}

static void info_row(const vr_dataset *data) {
    char a[32], b[32], c[32], d[32], e[32];
    uint64_t train = vr_csr_count(&data->train), test = vr_csr_count(&data->test);
    printf("| %s | %s | %s | %s | %s | %s | %.3f %% |\n", data->name, grouped(a, data->n_users),
           grouped(b, data->n_items), grouped(c, train + test), grouped(d, train), grouped(e, test),
           100 * (double)(train + test) / ((double)data->n_users * data->n_items));
}

static int info_one(const options *o, const char *name, json_t *rows) {
    vr_dataset data;
    vr_error error;
    double start = vr_seconds();
    if (vr_dataset_load(name, &o->data, &data, &error)) return failed(&error);
    double seconds = vr_seconds() - start;
    if (o->json) {
        json_array_append_new(rows, info_json(&data));
    } else {
        if (json_array_size(rows) == 0) info_head();
        json_array_append_new(rows, json_null()); /* the head stands above the first row only */
        info_row(&data);
    }
    fprintf(stderr, "%s: %s in %.3f s\n", name,
            data.truth ? "generated and hashed" : "read, hashed and parsed", seconds);
    vr_dataset_free(&data);
    return VR_OK;
}

/* --- write ----------------------------------------------------------------------------------------- */

static vr_status write_split(const char *folder, const char *name, const char *split,
                             const vr_csr *csr, vr_error *error) {
    char path[4096], *text;
    size_t size;
    vr_status status = vr_csr_text(csr, &text, &size, error);
    if (status) return status;
    snprintf(path, sizeof path, "%s/%s/%s.txt", folder, name, split);
    status = vr_file_write(path, text, size, error);
    free(text);
    return status;
}

static int write_one(const options *o, const char *name, json_t *rows) {
    char place[4096];
    vr_dataset data;
    vr_error error;
    if (vr_dataset_load(name, &o->data, &data, &error)) return failed(&error);
    vr_status status = write_split(o->out, name, "train", &data.train, &error);
    if (!status) status = write_split(o->out, name, "test", &data.test, &error);
    vr_dataset_free(&data);
    if (status) return failed(&error);
    snprintf(place, sizeof place, "%s/%s", o->out, name);
    report(o, rows, name, "place", place);
    return VR_OK;
}

/* --- the command ----------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    action_one *run;
    int all; /* nonzero: no NAME means every data set */
} actions[] = {
    {"list", list_one, 1}, {"fetch", fetch_one, 0}, {"verify", verify_one, 0},
    {"info", info_one, 0}, {"write", write_one, 0},
};
enum { N_ACTIONS = sizeof actions / sizeof *actions };

static error_t parse(int key, char *argument, struct argp_state *state) {
    options *o = state->input;
    switch (key) {
    case 'm': o->data.mirror = argument; return 0;
    case 'c': o->data.cache = argument; return 0;
    case 'o': o->out = argument; return 0;
    case 'O': o->data.offline = 1; return 0;
    case 'j': o->json = 1; return 0;
    case ARGP_KEY_ARG:
        if (!o->action)
            o->action = argument;
        else if (o->n_names < MOST_NAMES)
            o->names[o->n_names++] = argument;
        else
            return E2BIG;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* A name that is none is said before anything is done. */
static int check_names(const options *o) {
    vr_manifest m;
    vr_error error;
    int code = VR_OK;
    for (int i = 0; i < o->n_names; i++)
        if (vr_manifest_find(o->names[i], &m, &error)) code = failed(&error);
    return code;
}

static int run_action(const options *o, size_t action) {
    int code = check_names(o);
    if (code) return code;
    json_t *rows = json_array();
    for (int i = 0; i < o->n_names && !vr_interrupted; i++) {
        int one = actions[action].run(o, o->names[i], rows);
        if (!code) code = one;
    }
    if (o->json) {
        json_t *all = json_pack("{s:o}", "datasets", rows);
        json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
        putchar('\n');
        json_decref(all);
    } else {
        json_decref(rows);
    }
    return vr_interrupted ? VR_INTERRUPTED : code;
}

static int usage(const char *text, const char *hint) {
    vr_error error;
    vr_fail(&error, VR_USAGE, "%s%s", text, hint);
    return failed(&error);
}

int vr_cmd_data(int argc, char **argv) {
    static const struct argp_option known[] = {
        {"mirror", 'm', "DIR|URL", 0, "where files are looked for first (default: VERIREC_MIRROR)",
         0},
        {"cache", 'c', "DIR", 0, "where fetched files are kept (default: VERIREC_CACHE)", 0},
        {"offline", 'O', NULL, 0, "never use the network", 0},
        {"out", 'o', "DIR", 0, "folder for `write`", 0},
        {"json", 'j', NULL, 0, "print JSON", 0},
        {0},
    };
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {
        known,
        parse,
        "list\nfetch NAME...\nverify NAME...\ninfo NAME...\nwrite --out DIR NAME...",
        "The data sets: what there is, getting it, checking every byte, Table 1, text files.",
        children,
        NULL,
        NULL};
    options o = {0};
    vr_manifest_names all;
    const char *names[N_ACTIONS];
    char hint[256];
    if (argp_parse(&argp, argc, argv, 0, NULL, &o)) return usage("too many names", "");
    for (size_t i = 0; i < N_ACTIONS; i++) names[i] = actions[i].name;
    if (!o.action) return usage("expected one of list, fetch, verify, info, write", "");
    size_t action = 0;
    while (action < N_ACTIONS && strcmp(names[action], o.action) != 0) action++;
    if (action == N_ACTIONS) {
        char text[128];
        snprintf(text, sizeof text, "unknown action \"%.64s\"", o.action);
        return usage(text, vr_did_you_mean(hint, sizeof hint, o.action, names, N_ACTIONS));
    }
    if (actions[action].run == write_one && !o.out)
        return usage("write needs a folder: --out DIR", "");
    vr_manifest_list(&all);
    if (!o.n_names && !actions[action].all) {
        return usage("expected the NAME of a data set; `verirec data list` shows them", "");
    }
    if (!o.n_names) {
        for (size_t i = 0; i < all.count; i++) o.names[i] = all.names[i];
        o.n_names = (int)all.count;
    }
    return run_action(&o, action);
}
