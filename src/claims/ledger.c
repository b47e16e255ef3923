#include "claims/ledger.h"

#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/text.h"
#include "claims/claims.h"

enum { N_COLUMNS = 10 };

static const char *const columns[N_COLUMNS] = {"id",        "place",      "statement", "verdict",
                                               "condition", "correction", "check",     "control",
                                               "proof",     "evidence"};

const vr_ledger_row *vr_ledger_find(const vr_ledger *ledger, const char *id) {
    for (size_t i = 0; i < ledger->n_rows; i++)
        if (strcmp(ledger->rows[i].id, id) == 0) return &ledger->rows[i];
    return NULL;
}

/* --- one line ---------------------------------------------------------------------------------- */

static vr_status cut(const char *path, char *text, vr_ledger_row *row, vr_error *error) {
    const char *fields[N_COLUMNS];
    size_t n = vr_cut_tabs(text, fields, N_COLUMNS);
    if (n != N_COLUMNS)
        return vr_fail(error, VR_BAD_DATA,
                       "%s:%u: expected 10 columns separated by tabs, found %zu", path, row->line,
                       n);
    for (size_t i = 0; i < N_COLUMNS; i++)
        if (!*fields[i] || strchr(fields[i], '\r'))
            return vr_fail(error, VR_BAD_DATA, "%s:%u: %s is %s; write - for nothing", path,
                           row->line, columns[i], *fields[i] ? "ended by CR" : "empty");
    const char **into[N_COLUMNS] = {
        &row->id,         &row->place, &row->statement, &row->verdict_text, &row->condition,
        &row->correction, &row->check, &row->control,   &row->proof,        &row->evidence};
    for (size_t i = 0; i < N_COLUMNS; i++) *into[i] = fields[i];
    return VR_OK;
}

static int is_blank(const char *field) {
    return strcmp(field, "-") == 0;
}

static vr_status check_verdict(const char *path, vr_ledger_row *row, vr_error *error) {
    const char *names[VR_N_CLAIM_VERDICTS];
    char hint[160];
    int found = 0;
    for (int v = 0; v < VR_N_CLAIM_VERDICTS; v++) {
        names[v] = vr_claim_verdict_text((vr_claim_verdict)v);
        if (strcmp(names[v], row->verdict_text) != 0) continue;
        row->verdict = (vr_claim_verdict)v;
        found = 1;
    }
    if (!found)
        return vr_fail(
            error, VR_BAD_DATA, "%s:%u: \"%s\" is no verdict%s", path, row->line, row->verdict_text,
            vr_did_you_mean(hint, sizeof hint, row->verdict_text, names, VR_N_CLAIM_VERDICTS));
    if ((row->verdict == VR_CLAIM_CONDITION || row->verdict == VR_CLAIM_NOT_HERE) &&
        is_blank(row->condition))
        return vr_fail(error, VR_BAD_DATA, "%s:%u: %s needs its condition (or why not)", path,
                       row->line, row->id);
    if (row->verdict == VR_CLAIM_ERRATUM && is_blank(row->correction))
        return vr_fail(error, VR_BAD_DATA, "%s:%u: %s is an erratum without a correction", path,
                       row->line, row->id);
    return VR_OK;
}

/* The line says what claims.def says. */
static vr_status check_code(const char *path, const vr_ledger_row *row, vr_error *error) {
    const vr_claim *claim = vr_claim_find(row->id);
    if (!claim)
        return vr_fail(error, VR_BAD_DATA, "%s:%u: claims.def has no claim \"%s\"", path, row->line,
                       row->id);
    if (strcmp(claim->check_name, row->check) != 0 ||
        strcmp(claim->control_name, row->control) != 0)
        return vr_fail(
            error, VR_BAD_DATA,
            "%s:%u: %s is checked by %s with the control %s in claims.def, by %s with %s "
            "here",
            path, row->line, row->id, claim->check_name, claim->control_name, row->check,
            row->control);
    return VR_OK;
}

static vr_status parse_line(const char *path, char *text, const vr_ledger *ledger,
                            vr_ledger_row *row, vr_error *error) {
    vr_status status = cut(path, text, row, error);
    if (!status) status = check_verdict(path, row, error);
    if (!status) status = check_code(path, row, error);
    const vr_ledger_row *twin = status ? NULL : vr_ledger_find(ledger, row->id);
    if (twin)
        return vr_fail(error, VR_BAD_DATA, "%s:%u: %s stands in line %u already", path, row->line,
                       row->id, twin->line);
    return status;
}

/* --- the file ---------------------------------------------------------------------------------- */

static vr_status parse(const char *path, vr_ledger *out, vr_error *error) {
    unsigned line = 0;
    for (char *at = out->bytes, *next; *at; at = next) {
        size_t length = strcspn(at, "\n");
        line++;
        if (!at[length])
            return vr_fail(error, VR_BAD_DATA,
                           "%s:%u: the last line has no line end; is the file cut?", path, line);
        at[length] = 0;
        next = at + length + 1;
        if (*at == '#') continue;
        vr_ledger_row row = {.line = line};
        vr_status status = parse_line(path, at, out, &row, error);
        if (status) return status;
        out->rows[out->n_rows++] = row;
    }
    for (size_t i = 0; i < vr_n_claims; i++)
        if (!vr_ledger_find(out, vr_claims[i].id))
            return vr_fail(error, VR_BAD_DATA, "%s: no line for \"%s\" of claims.def", path,
                           vr_claims[i].id);
    return VR_OK;
}

vr_status vr_ledger_read(const char *path, vr_ledger *out, vr_error *error) {
    vr_ledger ledger = {0};
    size_t size, n_lines = 1;
    vr_status status = vr_file_read(path, &ledger.bytes, &size, error);
    if (status) return status;
    if (strlen(ledger.bytes) != size) {
        status = vr_fail(error, VR_BAD_DATA, "%s: a NUL byte; expected text", path);
    } else {
        for (const char *at = ledger.bytes; *at; at++) n_lines += *at == '\n';
        ledger.rows = calloc(n_lines, sizeof *ledger.rows);
        status = ledger.rows ? parse(path, &ledger, error)
                             : vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    }
    if (status)
        vr_ledger_free(&ledger);
    else
        *out = ledger;
    return status;
}

void vr_ledger_free(vr_ledger *ledger) {
    free(ledger->rows);
    free(ledger->bytes);
    *ledger = (vr_ledger){0};
}
