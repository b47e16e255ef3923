#include "claims/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/text.h"

enum { N_COLUMNS = 10 };
static const char head[] =
    "id\tverdict\tas_ledger\tcases\tslack\ttolerance\twhere\tcounterexample\t"
    "control\tnote";

const char *vr_counterexample(const vr_claim_result *result) {
    return result->check.printed.counterexample;
}

/* A field is never empty and holds neither tab nor line end. */
static void field(FILE *out, const char *text) {
    fputc('\t', out);
    if (!*text) fputc('-', out);
    for (; *text; text++) fputc(*text == '\t' || *text == '\n' ? ' ' : *text, out);
}

static void print_row(const vr_claim_result *r, FILE *out) {
    const vr_tally *support = vr_finding_support(&r->check);
    char cases[32] = "", slack[32] = "", tolerance[32] = "";
    if (support) {
        snprintf(cases, sizeof cases, "%llu", (unsigned long long)support->n_cases);
        snprintf(slack, sizeof slack, "%.3g", support->nearest + 0.0); /* no -0 */
        snprintf(tolerance, sizeof tolerance, "%.3g", support->tolerance);
    }
    fputs(r->row->id, out);
    field(out, vr_claim_verdict_text(r->measured));
    field(out, r->ok ? "yes" : "no");
    field(out, cases);
    field(out, slack);
    field(out, tolerance);
    field(out, support ? support->where : "");
    field(out, vr_counterexample(r));
    field(out, r->control.printed.counterexample);
    field(out, r->check.note);
    fputc('\n', out);
}

vr_status vr_results_write(const char *path, const vr_claim_result *results, size_t n_results,
                           vr_error *error) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    fprintf(out,
            "# Measured by `verirec verify`: the case nearest to being violated, and the first "
            "violated case of "
            "the statement as printed and of the control.\n%s\n",
            head);
    for (size_t i = 0; i < n_results; i++) print_row(&results[i], out);
    vr_status status = fclose(out) ? vr_fail(error, VR_INTERNAL, "%s: no memory", path)
                                   : vr_file_write(path, text, size, error);
    free(text);
    return status;
}

static vr_status parse(const char *path, vr_results *out, vr_error *error) {
    unsigned line = 0;
    int has_head = 0;
    for (char *at = out->bytes, *next; *at; at = next) {
        const char *fields[N_COLUMNS];
        size_t length = strcspn(at, "\n");
        next = at + length + (at[length] == '\n');
        at[length] = 0;
        line++;
        if (*at == '#') continue;
        if (!has_head && strcmp(at, head) != 0)
            return vr_fail(error, VR_BAD_DATA,
                           "%s:%u: expected the head \"%s\"; `make verify` writes the file anew",
                           path, line, head);
        if (!has_head++) continue;
        size_t n = vr_cut_tabs(at, fields, N_COLUMNS);
        if (n != N_COLUMNS)
            return vr_fail(
                error, VR_BAD_DATA,
                "%s:%u: expected %d columns, found %zu; `make verify` writes the file anew", path,
                line, N_COLUMNS, n);
        out->rows[out->n_rows++] =
            (vr_verified){fields[0], fields[1], fields[2], fields[3], fields[4],
                          fields[5], fields[6], fields[7], fields[8], fields[9]};
    }
    return VR_OK;
}

vr_status vr_results_read(const char *path, vr_results *out, vr_error *error) {
    vr_results results = {0};
    size_t size, n_lines = 1;
    vr_status status = VR_OK;
    if (vr_file_exists(path)) {
        status = vr_file_read(path, &results.bytes, &size, error);
        if (status) return status;
        for (const char *at = results.bytes; *at; at++) n_lines += *at == '\n';
        results.rows = calloc(n_lines, sizeof *results.rows);
        status = results.rows ? parse(path, &results, error)
                              : vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    }
    if (status)
        vr_results_free(&results);
    else
        *out = results;
    return status;
}

void vr_results_free(vr_results *results) {
    free(results->rows);
    free(results->bytes);
    *results = (vr_results){0};
}

const vr_verified *vr_results_find(const vr_results *results, const char *id) {
    for (size_t i = 0; i < results->n_rows; i++)
        if (strcmp(results->rows[i].id, id) == 0) return &results->rows[i];
    return NULL;
}
