/* verirec verify: what is true of the paper's equations, theorems and sentences, measured anew. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/progress.h"
#include "base/text.h"
#include "cli/claims_out.h"
#include "cli/command.h"
#include "claims/results.h"

enum { MOST_CLAIMS = 512 };

typedef struct arguments {
    const char *specs, *ledger, *save, *dataset, *mirror, *cache;
    const char *claims[MOST_CLAIMS];
    size_t n_claims;
    int json, list;
} arguments;

static error_t parse(int key, char *value, struct argp_state *state) {
    arguments *given = state->input;
    switch (key) {
    case 'j': given->json = 1; return 0;
    case 'L': given->list = 1; return 0;
    case 's': given->specs = value; return 0;
    case 'l': given->ledger = value; return 0;
    case 'o': given->save = value; return 0;
    case 'd': given->dataset = value; return 0;
    case 'm': given->mirror = value; return 0;
    case 'c': given->cache = value; return 0;
    case ARGP_KEY_ARG:
        if (given->n_claims == MOST_CLAIMS)
            argp_failure(state, VR_USAGE, 0, "more than %d claims", MOST_CLAIMS);
        else
            given->claims[given->n_claims++] = value;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static vr_status unknown(const vr_ledger *ledger, const char *word, vr_error *error) {
    const char *names[MOST_CLAIMS];
    size_t n = ledger->n_rows < MOST_CLAIMS ? ledger->n_rows : MOST_CLAIMS;
    for (size_t i = 0; i < n; i++) names[i] = ledger->rows[i].id;
    const char *nearest = vr_nearest(word, names, n);
    if (nearest)
        return vr_fail(error, VR_USAGE, "unknown claim \"%s\"; did you mean \"%s\"?", word,
                       nearest);
    return vr_fail(error, VR_USAGE, "unknown claim \"%s\"; `verirec claims` lists them", word);
}

/* The rows that were asked for, or all. */
static vr_status choose(const arguments *given, const vr_ledger *ledger, const vr_ledger_row **rows,
                        size_t *n, vr_error *error) {
    *n = given->n_claims ? given->n_claims : ledger->n_rows;
    for (size_t i = 0; i < *n; i++) {
        rows[i] = given->n_claims ? vr_ledger_find(ledger, given->claims[i]) : &ledger->rows[i];
        if (!rows[i]) return unknown(ledger, given->claims[i], error);
    }
    return VR_OK;
}

/* --- output ---------------------------------------------------------------------------------------- */

static void print_line(const vr_claim_result *r) {
    const vr_tally *support = vr_finding_support(&r->check);
    printf("%-24s %-24s", r->row->id, r->row->verdict_text);
    if (support)
        printf("%8llu %9.2g %9.2g  %s", (unsigned long long)support->n_cases,
               support->nearest + 0.0, support->tolerance,
               r->control_rejected ? "rejected" : "accepted");
    putchar('\n');
    if (r->measured != r->row->verdict)
        printf("  DIFFERS: the ledger says \"%s\", measured is \"%s\"%s%s\n", r->row->verdict_text,
               vr_claim_verdict_text(r->measured), *vr_counterexample(r) ? ": " : "",
               vr_counterexample(r));
    if (!r->control_rejected)
        printf("  DIFFERS: the control %s was not rejected: the check would accept anything\n",
               r->row->control);
}

static void print_summary(const vr_claim_result *results, size_t n) {
    size_t count[VR_N_CLAIM_VERDICTS] = {0}, wrong = 0;
    unsigned long long cases = 0;
    for (size_t i = 0; i < n; i++) {
        const vr_finding *f = &results[i].check;
        count[results[i].row->verdict]++;
        wrong += !results[i].ok;
        cases += f->printed.n_cases + f->conditioned.n_cases + f->corrected.n_cases;
    }
    printf("%zu claims: %zu hold, %zu under a condition, %zu errata, %zu not verifiable here; %llu "
           "cases; ",
           n, count[VR_CLAIM_HOLDS], count[VR_CLAIM_CONDITION], count[VR_CLAIM_ERRATUM],
           count[VR_CLAIM_NOT_HERE], cases);
    if (wrong)
        printf("%zu not as the ledger says\n", wrong);
    else
        puts("all as the ledger says");
}

static int print(const arguments *given, const vr_claim_result *results, size_t n) {
    int ok = 1;
    json_t *list = given->json ? json_array() : NULL;
    if (!given->json && !given->n_claims)
        printf("%-24s %-24s%8s %9s %9s  control\n", "claim", "verdict", "cases", "slack",
               "tolerance");
    for (size_t i = 0; i < n; i++) {
        ok &= results[i].ok;
        if (given->json)
            json_array_append_new(list, vr_claim_result_json(&results[i]));
        else if (given->n_claims)
            vr_explain_claim(&results[i]);
        else
            print_line(&results[i]);
    }
    if (given->json) {
        int code = vr_print_json(json_pack("{s:o, s:b}", "claims", list, "as_ledger", ok));
        return code ? code : ok ? VR_OK : VR_DIFFERS;
    }
    if (!given->n_claims) print_summary(results, n);
    return ok ? VR_OK : VR_DIFFERS;
}

/* --- running --------------------------------------------------------------------------------------- */

static void on_done(void *context, size_t n_done) {
    vr_progress_update(context, n_done);
}

static vr_status measure(const arguments *given, const char *root, const vr_ledger_row *const *rows,
                         size_t n, vr_claim_result *results, vr_error *error) {
    char folder[4200];
    vr_claims_input input;
    vr_progress progress;
    snprintf(folder, sizeof folder, "%s/expected", root);
    vr_status status = vr_claims_input_read(folder, &input, error);
    if (status) return status;
    input.dataset = given->dataset;
    input.data = (vr_data_options){.mirror = given->mirror, .cache = given->cache};
    vr_progress_begin(&progress, "verify", "claims", n);
    status = vr_claims_run(&input, rows, n, on_done, &progress, results, error);
    vr_progress_end(&progress);
    vr_claims_input_free(&input);
    return status;
}

static int verify(const arguments *given, const char *root, const vr_ledger *ledger,
                  vr_error *error) {
    size_t n = 0, most = ledger->n_rows + given->n_claims;
    const vr_ledger_row **rows = calloc(most, sizeof *rows);
    vr_claim_result *results = calloc(most, sizeof *results);
    int code = VR_INTERNAL;
    vr_status status = rows && results ? choose(given, ledger, rows, &n, error)
                                       : vr_fail(error, VR_INTERNAL, "no memory for the claims");
    if (!status) status = measure(given, root, rows, n, results, error);
    if (!status && given->save) status = vr_results_write(given->save, results, n, error);
    code = status ? vr_cli_fail("verify", error) : print(given, results, n);
    free(rows);
    free(results);
    return code;
}

int vr_cmd_verify(int argc, char **argv) {
    static const struct argp_option options[] = {
        {"list", 'L', NULL, 0, "the claims, nothing run", 0},
        {"json", 'j', NULL, 0, "all that was measured, as JSON", 0},
        {"save", 'o', "FILE", 0, "write what was measured as TSV", 0},
        {"ledger", 'l', "FILE", 0, "another ledger than proofs/claims.tsv", 0},
        {"specs", 's', "DIR", 0, "folder that holds expected and proofs", 0},
        {"dataset", 'd', "NAME", 0,
         "data set for the claims whose names end in -data (default: planted-small)", 0},
        {"mirror", 'm', "DIR-or-URL", 0,
         "where the data set is looked for first (default: VERIREC_MIRROR)", 0},
        {"cache", 'c', "DIR", 0, "where fetched files are kept (default: VERIREC_CACHE)", 0},
        {0}};
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[CLAIM...]",
        .doc = "Measures every claim of the ledger and its negative control, and compares with its "
               "verdict: exit 1 when one differs. With claims named: explains them, with the "
               "smallest counterexample.",
        .children = children};
    arguments given = {0};
    char root[4096];
    vr_ledger ledger;
    vr_error error = {.status = VR_OK};
    int code = VR_OK;
    if (argp_parse(&argp, argc, argv, 0, NULL, &given)) return VR_USAGE;
    if (vr_open_ledger(given.specs, given.ledger, root, &ledger, &error))
        return vr_cli_fail("verify", &error);
    if (given.list)
        vr_print_ledger(&ledger);
    else
        code = verify(&given, root, &ledger, &error);
    vr_ledger_free(&ledger);
    return code;
}
