#include "cli/claims_out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "cli/reproduction.h"
#include "claims/results.h"

vr_status vr_open_ledger(const char *specs, const char *ledger_path, char *root, vr_ledger *ledger,
                         vr_error *error) {
    char path[4200];
    vr_status status = vr_find_root(specs, root, 4096, error);
    if (status) return status;
    snprintf(path, sizeof path, "%s/proofs/claims.tsv", root);
    return vr_ledger_read(ledger_path ? ledger_path : path, ledger, error);
}

void vr_print_ledger(const vr_ledger *ledger) {
    for (size_t i = 0; i < ledger->n_rows; i++) {
        const vr_ledger_row *row = &ledger->rows[i];
        printf("%-24s %-24s %s\n", row->id, row->verdict_text, row->place);
    }
}

static json_t *text_or_null(const char *text) {
    return !*text || !strcmp(text, "-") ? json_null() : json_string(text);
}

json_t *vr_ledger_row_json(const vr_ledger_row *row) {
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "id", row->id, "place",
                     row->place, "statement", row->statement, "verdict", row->verdict_text,
                     "condition", text_or_null(row->condition), "correction",
                     text_or_null(row->correction), "check", text_or_null(row->check), "control",
                     text_or_null(row->control), "proof", text_or_null(row->proof), "evidence",
                     text_or_null(row->evidence));
}

int vr_print_json(json_t *value) {
    int failed =
        !value ||
        json_dumpf(value, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(value);
    return failed ? VR_INTERNAL : VR_OK;
}

/* --- one claim ------------------------------------------------------------------------------------- */

/* "  label   text", wrapped at 100 columns. */
static void paragraph(const char *label, const char *text) {
    enum { INDENT = 18, WIDTH = 100 };
    int at = INDENT;
    if (!*text || !strcmp(text, "-")) return;
    printf("  %-*s", INDENT - 2, label);
    while (*text) {
        int word = (int)strcspn(text, " ");
        if (at > INDENT && at + 1 + word > WIDTH)
            at = INDENT + printf("\n%*s%.*s", INDENT, "", word, text) - 1 - INDENT;
        else
            at += printf("%s%.*s", at > INDENT ? " " : "", word, text);
        text += word;
        text += *text == ' ';
    }
    putchar('\n');
}

static void tally_line(const char *what, const vr_tally *tally) {
    char text[512];
    if (!tally->n_cases) return;
    if (tally->n_violated)
        snprintf(text, sizeof text, "%s: fails in %llu of %llu cases", what,
                 (unsigned long long)tally->n_violated, (unsigned long long)tally->n_cases);
    else if (tally->tolerance > 0)
        snprintf(text, sizeof text,
                 "%s: %llu cases; nearest to violated: slack %.3g, tolerance %.3g, at %s", what,
                 (unsigned long long)tally->n_cases, tally->nearest + 0.0, tally->tolerance,
                 tally->where);
    else
        snprintf(text, sizeof text, "%s: %llu cases; least slack %.3g, at %s", what,
                 (unsigned long long)tally->n_cases, tally->nearest + 0.0, tally->where);
    paragraph("measured", text);
}

void vr_explain_claim(const vr_claim_result *r) {
    const vr_ledger_row *row = r->row;
    printf("%s: %s\n", row->id, row->verdict_text);
    paragraph("place", row->place);
    paragraph("statement", row->statement);
    paragraph(row->verdict == VR_CLAIM_NOT_HERE ? "why not" : "condition", row->condition);
    paragraph("correction", row->correction);
    tally_line("as printed", &r->check.printed);
    tally_line("under the condition", &r->check.conditioned);
    tally_line("as corrected", &r->check.corrected);
    paragraph("counterexample", vr_counterexample(r));
    paragraph("also", r->check.note);
    paragraph("control", r->control.printed.n_cases
                             ? r->control_rejected ? "rejected, as it must be:" : "NOT rejected"
                             : "");
    paragraph("", r->control.printed.counterexample);
    paragraph("proof", row->proof);
    paragraph("evidence", row->evidence);
    if (r->measured != row->verdict)
        printf("  DIFFERS: measured is \"%s\"\n", vr_claim_verdict_text(r->measured));
}

static json_t *number(double x) {
    return isfinite(x) ? json_real(x + 0.0) : json_null();
}

static json_t *tally_json(const vr_tally *tally) {
    if (!tally->n_cases) return json_null();
    return json_pack("{s:I, s:I, s:o, s:o, s:s, s:o}", "cases", (json_int_t)tally->n_cases,
                     "violated", (json_int_t)tally->n_violated, "slack", number(tally->nearest),
                     "tolerance", number(tally->tolerance), "where", tally->where, "counterexample",
                     text_or_null(tally->counterexample));
}

json_t *vr_claim_result_json(const vr_claim_result *r) {
    json_t *claim = vr_ledger_row_json(r->row);
    json_object_set_new(claim, "measured", json_string(vr_claim_verdict_text(r->measured)));
    json_object_set_new(claim, "as_ledger", json_boolean(r->ok));
    json_object_set_new(claim, "control_rejected",
                        strcmp(r->row->control, "-") ? json_boolean(r->control_rejected)
                                                     : json_null());
    json_object_set_new(claim, "printed", tally_json(&r->check.printed));
    json_object_set_new(claim, "conditioned", tally_json(&r->check.conditioned));
    json_object_set_new(claim, "corrected", tally_json(&r->check.corrected));
    json_object_set_new(claim, "control_counterexample",
                        text_or_null(r->control.printed.counterexample));
    json_object_set_new(claim, "note", text_or_null(r->check.note));
    return claim;
}
