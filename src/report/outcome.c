/* The outcome in one table: each cell of matrix factorisation that the paper prints, with what was reached as printed, by
   the nearest reading that reaches the printed value, and by settings that validation chose. */
#include <math.h>
#include <string.h>
#include "report/report.h"

typedef struct outcome {
    const vr_joined *printed;     /* the row as printed */
    const vr_joined *reproducing; /* the nearest reading that reaches it, or NULL */
    const vr_joined *highest;     /* the reading with the most Recall, or NULL */
    const vr_joined *best;        /* a reading that validation chose, or NULL */
    const vr_search *search;      /* the winner of the search instead, or NULL */
} outcome;

static int same_cell(const vr_joined *a, const vr_joined *b) {
    return !strcmp(a->table, b->table) && !strcmp(a->row, b->row) &&
           !strcmp(a->dataset, b->dataset);
}

static int reproduced(const vr_joined *cell) {
    for (int m = 0; m < VR_N_METRICS; m++)
        if (cell->metrics[m].verdict != VR_REPRODUCED) return 0;
    return 1;
}

static int chosen_by_validation(const vr_joined *cell) {
    return strncmp(cell->reading, "best", 4) == 0 && cell->record;
}

static double far(const vr_joined *cell) {
    const vr_comparison *recall = &cell->metrics[VR_RECALL];
    return fabs(recall->ours - recall->printed->value);
}

/* Readings of the cell, in the order of its file; those that the program itself chose do not count as the paper's. */
static outcome outcome_of(const vr_report *report, const vr_joined *printed) {
    outcome o = {.printed = printed};
    for (size_t i = 0; i < report->join->n_cells; i++) {
        const vr_joined *cell = &report->join->cells[i];
        if (!same_cell(cell, printed)) continue;
        if (reproduced(cell) && !chosen_by_validation(cell) &&
            (!o.reproducing || (o.reproducing != printed && far(cell) < far(o.reproducing))))
            o.reproducing = cell;
        if (cell->record && !chosen_by_validation(cell) &&
            (!o.highest || cell->metrics[VR_RECALL].ours > o.highest->metrics[VR_RECALL].ours))
            o.highest = cell;
        if (chosen_by_validation(cell) &&
            (!o.best || cell->metrics[VR_RECALL].ours > o.best->metrics[VR_RECALL].ours))
            o.best = cell;
    }
    for (size_t i = 0; i < report->n_searches; i++) {
        const vr_search *s = &report->searches[i];
        if (strcmp(printed->table, "2") == 0 && !strcmp(s->cell->row, printed->row) &&
            !strcmp(s->cell->dataset, printed->dataset) && vr_search_done(s) &&
            (!o.best || s->test[VR_RECALL] > o.best->metrics[VR_RECALL].ours))
            o.search = s;
    }
    return o;
}

/* Whether the cell leads its row: the first reading of what this program trains. */
static int leads(const vr_report *report, size_t i) {
    const vr_joined *cell = &report->join->cells[i];
    int has_own = strcmp(cell->table, "2") == 0 || strcmp(cell->table, "3") == 0;
    if (!has_own || cell->metrics[0].verdict == VR_COPIED ||
        isnan(cell->metrics[0].printed->value) || !cell->cell || cell->cell->not_run ||
        strcmp(cell->study->table, cell->table) != 0)
        return 0;
    for (size_t k = 0; k < i; k++)
        if (same_cell(&report->join->cells[k], cell)) return 0;
    return 1;
}

static const char *verdict(const outcome *o) {
    if (o->printed->no_data) return "cannot run";
    if (!o->printed->record) return "not run";
    if (o->reproducing == o->printed) return "reproduced as printed";
    if (o->reproducing) return "reproduced by another reading";
    double printed = o->printed->metrics[VR_RECALL].printed->value,
           band = o->printed->metrics[VR_RECALL].band;
    double most = o->highest->metrics[VR_RECALL].ours;
    if (o->best) most = fmax(most, o->best->metrics[VR_RECALL].ours);
    if (o->search) most = fmax(most, o->search->test[VR_RECALL]);
    return most > printed + band    ? "passed, not met"
           : most >= printed - band ? "Recall met, NDCG not"
                                    : "not reached";
}

/* Recall and NDCG of what is best. */
static int best_of(const outcome *o, double out[2]) {
    for (int m = 0; m < 2; m++)
        out[m] = o->search ? o->search->test[m] : o->best ? o->best->metrics[m].ours : (double)NAN;
    return o->search || o->best;
}

/* --- formats ----------------------------------------------------------------------------------------- */

static void linked(const vr_joined *cell, FILE *out) {
    fprintf(out, "<a href=\"#%s\">%s / %s</a>", cell->cell->name,
            vr_decimals(cell->metrics[VR_RECALL].ours, 2).text,
            vr_decimals(cell->metrics[VR_NDCG].ours, 2).text);
}

static void row(const outcome *o, int repeated, FILE *out) {
    double best[2];
    const char *said = verdict(o);
    fprintf(out, "<tr><th scope=\"row\"%s>", repeated ? " class=\"same\"" : "");
    vr_escape(o->printed->row, out);
    fprintf(out, "</th><td class=\"set\">%s</td><td class=\"n\">%s / %s</td><td class=\"n o\">",
            vr_dataset_title(o->printed->dataset), o->printed->metrics[VR_RECALL].printed->text,
            o->printed->metrics[VR_NDCG].printed->text);
    if (o->printed->record)
        linked(o->printed, out);
    else
        fputs("\u2013", out);
    fputs("</td><td class=\"n o\">", out);
    const vr_joined *other = o->reproducing ? o->reproducing : o->highest;
    if (other && other != o->printed) {
        linked(other, out);
        fputs("<br><small>", out);
        vr_escape(other->reading, out);
        fputs("</small>", out);
    } else {
        fputs(o->reproducing ? "as printed" : "\u2013", out);
    }
    fputs("</td><td class=\"n o\">", out);
    if (best_of(o, best))
        fprintf(out, "<a href=\"#%s\">%s / %s</a>", o->search ? "search" : o->best->cell->name,
                vr_decimals(best[0], 2).text, vr_decimals(best[1], 2).text);
    else
        fputs("\u2013", out);
    vr_verdict colour = strncmp(said, "reproduced", 10) == 0 ? VR_REPRODUCED
                        : strncmp(said, "passed", 6) == 0    ? VR_BETTER
                        : strcmp(said, "not run") == 0       ? VR_NOT_RUN
                        : strcmp(said, "cannot run") == 0    ? VR_CANNOT_RUN
                                                             : VR_NOT_REPRODUCED;
    fprintf(out, "</td><td class=\"verdict\"><span class=\"v v%d\">%s</span></td></tr>\n",
            (int)colour, said);
}

void vr_report_outcome_html(const vr_report *report, FILE *out) {
    fputs(
        "<h2 id=\"outcome\">The outcome</h2><p>Recall@20 / NDCG@20 in percent. <i>As printed</i>: "
        "the paper\u2019s settings, its gaps filled from SimpleX. <i>Another reading</i>: the "
        "nearest that reaches the printed pair, else the one that comes highest. <i>By "
        "validation</i>: settings chosen on a validation split of train, trained on all of train, "
        "tested once; for the losses those of the equal search below, whose budget is small. A "
        "number leads to its run: settings, sources, record, command and curve.</p>\n"
        "<table class=\"cells\"><thead><tr><th>Row</th><th>Data set</th><th "
        "class=\"n\">Printed</th>"
        "<th class=\"n\">As printed</th><th class=\"n\">Another reading</th>"
        "<th class=\"n\">By validation</th><th>Outcome</th></tr></thead><tbody>\n",
        out);
    const char *above = "";
    for (size_t i = 0; i < report->join->n_cells; i++) {
        if (!leads(report, i)) continue;
        outcome o = outcome_of(report, &report->join->cells[i]);
        row(&o, strcmp(o.printed->row, above) == 0, out);
        above = o.printed->row;
    }
    fputs("</tbody></table>\n", out);
}

void vr_report_outcome_markdown(const vr_report *report, FILE *out) {
    double best[2];
    fputs("\n| row | data set | printed | as printed | another reading | by validation | outcome "
          "|\n|---|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < report->join->n_cells; i++) {
        if (!leads(report, i)) continue;
        outcome o = outcome_of(report, &report->join->cells[i]);
        const vr_comparison *ours = o.printed->metrics;
        best_of(&o, best);
        fprintf(out, "| %s | %s | %s / %s | %s / %s | ", o.printed->row,
                vr_dataset_title(o.printed->dataset), ours[0].printed->text, ours[1].printed->text,
                vr_decimals(ours[0].ours, 2).text, vr_decimals(ours[1].ours, 2).text);
        if (o.reproducing && o.reproducing != o.printed)
            fprintf(out, "%s / %s, %s", vr_decimals(o.reproducing->metrics[0].ours, 2).text,
                    vr_decimals(o.reproducing->metrics[1].ours, 2).text, o.reproducing->reading);
        else
            fputs(o.reproducing ? "as printed" : "\u2013", out);
        fprintf(out, " | %s / %s | %s |\n", vr_decimals(best[0], 2).text,
                vr_decimals(best[1], 2).text, verdict(&o));
    }
}

static void pair_tsv(double recall, double ndcg, FILE *out) {
    if (isnan(recall))
        fputs("\t-\t-", out);
    else
        fprintf(out, "\t%.4f\t%.4f", recall, ndcg);
}

void vr_report_outcome_tsv(const vr_report *report, FILE *out) {
    double best[2], none = (double)NAN;
    fputs("table\trow\tdataset\tprinted_recall@20\tprinted_ndcg@20\tas_printed_recall@20\t"
          "as_printed_ndcg@20\treproducing\treproducing_recall@20\treproducing_ndcg@20\t"
          "best_recall@20\tbest_ndcg@20\toutcome\n",
          out);
    for (size_t i = 0; i < report->join->n_cells; i++) {
        if (!leads(report, i)) continue;
        outcome o = outcome_of(report, &report->join->cells[i]);
        const vr_joined *p = o.printed, *r = o.reproducing;
        best_of(&o, best);
        fprintf(out, "%s\t%s\t%s\t%s\t%s", p->table, p->row, p->dataset,
                p->metrics[0].printed->text, p->metrics[1].printed->text);
        pair_tsv(p->metrics[0].ours, p->metrics[1].ours, out);
        fprintf(out, "\t%s", r ? r->reading : "-");
        pair_tsv(r ? r->metrics[0].ours : none, r ? r->metrics[1].ours : none, out);
        pair_tsv(best[0], best[1], out);
        fprintf(out, "\t%s\n", verdict(&o));
    }
}
