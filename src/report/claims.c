/* The ledger as a readable section: errata first, then what needs a condition, what holds, and what cannot be verified
   here; each claim with its truth, what was measured, its counterexample and its proofs. */
#include <string.h>
#include "report/report.h"

static const struct {
    vr_claim_verdict verdict;
    int chip; /* class of report/style.c */
    const char *title;
} groups[] = {{VR_CLAIM_ERRATUM, 2, "Errata"},
              {VR_CLAIM_CONDITION, 1, "True under a condition"},
              {VR_CLAIM_HOLDS, 0, "True as printed"},
              {VR_CLAIM_NOT_HERE, 3, "Not verifiable here"}};
enum { N_GROUPS = sizeof groups / sizeof *groups };

static size_t count(const vr_ledger *ledger, vr_claim_verdict verdict) {
    size_t n = 0;
    for (size_t i = 0; i < ledger->n_rows; i++) n += ledger->rows[i].verdict == verdict;
    return n;
}

static int is_text(const char *text) {
    return text && *text && strcmp(text, "-") != 0;
}

/* What the verdict adds to the statement. */
static const char *truth(const vr_ledger_row *row) {
    return is_text(row->correction)  ? row->correction
           : is_text(row->condition) ? row->condition
                                     : "";
}

static void entry(const char *name, const char *text, FILE *out) {
    if (!is_text(text)) return;
    fprintf(out, "<dt>%s</dt><dd>", name);
    vr_escape(text, out);
    fputs("</dd>", out);
}

/* What `verirec verify` measured. */
static void measured(const vr_ledger_row *row, const vr_verified *got, FILE *out) {
    fputs("<details><summary>how it was checked</summary><dl>", out);
    if (got && is_text(got->cases)) {
        fprintf(
            out,
            "<dt>cases</dt><dd>%s; the nearest to being violated has slack %s with tolerance %s: ",
            got->cases, got->slack, got->tolerance);
        vr_escape(got->where, out);
        fputs("</dd>", out);
    }
    if (got) entry("also", got->note, out);
    if (got) entry("control, rejected", got->control, out);
    entry("proof", row->proof, out);
    entry("evidence", row->evidence, out);
    fprintf(out, "<dt>again</dt><dd><code>verirec verify %s</code></dd></dl></details>", row->id);
}

static void claim_row(const vr_ledger_row *row, const vr_verified *got, FILE *out) {
    fprintf(out, "<tr id=\"claim-%s\"><th scope=\"row\">", row->id);
    vr_escape(row->place, out);
    fprintf(out, "<br><small>%s</small></th><td>", row->id);
    vr_escape(row->statement, out);
    fputs("</td><td>", out);
    vr_escape(truth(row), out);
    if (got && is_text(got->counterexample)) {
        fputs("<span class=\"why\">Counterexample: ", out);
        vr_escape(got->counterexample, out);
        fputs("</span>", out);
    }
    if (got && strcmp(got->as_ledger, "yes") != 0)
        fprintf(out, "<p><span class=\"v v2\">measured: %s</span></p>", got->verdict);
    if (row->verdict != VR_CLAIM_NOT_HERE) measured(row, got, out);
    fputs("</td></tr>\n", out);
}

void vr_report_claims_html(const vr_report *report, FILE *out) {
    const vr_ledger *ledger = report->ledger;
    if (!ledger->n_rows) return;
    fputs("<h2 id=\"claims\">The paper\u2019s claims</h2><p>Every numbered equation, theorem and "
          "bound, the tables\u2019 "
          "arithmetic and the sentences about them. Each is measured by <code>make verify</code> "
          "on random, "
          "enumerated and searched cases, beside a statement that is false on purpose and must be "
          "rejected.</p>"
          "<ul class=\"sum\">",
          out);
    for (int g = 0; g < N_GROUPS; g++)
        fprintf(out, "<li><span class=\"v v%d\">%zu %s</span></li>", groups[g].chip,
                count(ledger, groups[g].verdict), vr_claim_verdict_text(groups[g].verdict));
    fputs("</ul>\n", out);
    for (int g = 0; g < N_GROUPS; g++) {
        fprintf(out,
                "<h3>%s</h3><table class=\"claims\"><thead><tr><th>Place</th><th>The "
                "paper</th><th>%s</th></tr></thead><tbody>\n",
                groups[g].title, groups[g].verdict == VR_CLAIM_NOT_HERE ? "Why not" : "True is");
        for (size_t i = 0; i < ledger->n_rows; i++)
            if (ledger->rows[i].verdict == groups[g].verdict)
                claim_row(&ledger->rows[i], vr_results_find(report->verified, ledger->rows[i].id),
                          out);
        fputs("</tbody></table>\n", out);
    }
}

/* A cell of a Markdown table. */
static void cell(const char *text, FILE *out) {
    fputs("| ", out);
    for (; *text; text++) {
        if (*text == '|') fputc('\\', out);
        fputc(*text, out);
    }
    fputc(' ', out);
}

void vr_report_claims_markdown(const vr_report *report, FILE *out) {
    const vr_ledger *ledger = report->ledger;
    if (!ledger->n_rows) return;
    fputs("\n## The paper's claims\n\n| claim | place | statement | verdict | true is | "
          "counterexample |\n"
          "|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < ledger->n_rows; i++) {
        const vr_ledger_row *row = &ledger->rows[i];
        const vr_verified *got = vr_results_find(report->verified, row->id);
        cell(row->id, out);
        cell(row->place, out);
        cell(row->statement, out);
        cell(row->verdict_text, out);
        cell(truth(row), out);
        cell(got && is_text(got->counterexample) ? got->counterexample : "", out);
        fputs("|\n", out);
    }
}
