/* The report as one self-contained page. It leads with the table of cells; each leads to its run: settings,
   declared unknowns with their sources, the record, the command and the learning curves. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "report/report.h"
#include "report/style.h"

void vr_escape(const char *text, FILE *out) {
    for (; *text; text++) {
        switch (*text) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        case '"': fputs("&quot;", out); break;
        default: fputc(*text, out);
        }
    }
}

static void chip(vr_verdict verdict, const char *prefix, FILE *out) {
    fprintf(out, "<span class=\"v v%d\">%s%s</span> ", (int)verdict, prefix,
            vr_verdict_text(verdict));
}

/* One verdict when both metrics agree. */
static void verdicts(const vr_joined *cell, FILE *out) {
    vr_verdict recall = cell->metrics[VR_RECALL].verdict, ndcg = cell->metrics[VR_NDCG].verdict;
    if (recall == ndcg) {
        chip(recall, "", out);
        return;
    }
    chip(recall, "Recall ", out);
    chip(ndcg, "NDCG ", out);
}

/* --- the table of cells ---------------------------------------------------------------------------- */

static void metric_columns(const vr_comparison *metric, int m, int single, FILE *out) {
    const char *name = m == VR_RECALL ? "Recall" : "NDCG";
    char row = m == VR_RECALL ? 'r' : 'g'; /* the line of a phone's card */
    fprintf(out, "<td class=\"n %c\" data-l=\"%s\">%s</td>", row, name, metric->printed->text);
    fprintf(out, "<td class=\"n o %c\" data-l=\"ours\">%s", row, vr_decimals(metric->ours, 2).text);
    if (!single) fprintf(out, " <small>\u00b1 %.2f</small>", metric->sd);
    fprintf(out, "</td><td class=\"n d %c\" data-l=\"\u0394\">%s</td>", row,
            vr_signed(metric->ours - metric->printed->value).text);
}

/* repeated: the row's name stands above already, for another data set. */
static void cell_row(const vr_joined *cell, int repeated, FILE *out) {
    fprintf(out, "<tr><th scope=\"row\"%s>", repeated ? " class=\"same\"" : "");
    vr_escape(cell->row, out);
    if (strcmp(cell->reading, "as printed") != 0 && strcmp(cell->table, "SimpleX") != 0) {
        fputs(" <small>", out);
        vr_escape(cell->reading, out);
        fputs("</small>", out);
    }
    fprintf(out, "</th><td class=\"set\">%s</td>", vr_dataset_title(cell->dataset));
    metric_columns(&cell->metrics[VR_RECALL], VR_RECALL, cell->n_seeds < 2, out);
    metric_columns(&cell->metrics[VR_NDCG], VR_NDCG, cell->n_seeds < 2, out);
    fputs("<td class=\"verdict\">", out);
    verdicts(cell, out);
    if (cell->no_data) {
        fputs("<a class=\"why\" href=\"#table1\">its data cannot be had</a>", out);
    } else if (*cell->why && cell->metrics[0].verdict != VR_COPIED) {
        fputs("<span class=\"why\">", out);
        vr_escape(cell->why, out);
        fputs("</span>", out);
    }
    fputs("</td><td class=\"more\">", out);
    if (cell->cell && !cell->cell->not_run)
        fprintf(out, "<a href=\"#%s\">run</a>", cell->cell->name);
    fputs("</td></tr>\n", out);
}

static void cell_rows(const vr_report *report, const char *table, int copied, const char *title,
                      FILE *out) {
    fprintf(out, "<tbody><tr class=\"part\"><th colspan=\"10\">%s</th></tr>\n", title);
    const char *above = "";
    for (size_t i = 0; i < report->join->n_cells; i++) {
        const vr_joined *cell = &report->join->cells[i];
        if (strcmp(cell->table, table) != 0 || (cell->metrics[0].verdict == VR_COPIED) != copied)
            continue;
        cell_row(cell, strcmp(cell->row, above) == 0, out);
        above = cell->row;
    }
    fputs("</tbody>\n", out);
}

static const char cells_head[] =
    "<table class=\"cells\"><thead><tr><th>Row</th><th>Data set</th><th "
    "class=\"n\">Recall@20<br>printed</th>"
    "<th class=\"n\"><br>ours</th><th class=\"n\"><br>\u0394</th><th "
    "class=\"n\">NDCG@20<br>printed</th>"
    "<th class=\"n\"><br>ours</th><th class=\"n\"><br>\u0394</th><th>Verdict</th><th "
    "class=\"more\"></th></tr>"
    "</thead>\n";

static void cell_table(const vr_report *report, FILE *out) {
    fputs(cells_head, out);
    cell_rows(report, "2", 0, "Table 2 \u00b7 losses on matrix factorisation", out);
    cell_rows(report, "3", 0, "Table 3 \u00b7 models on matrix factorisation", out);
    cell_rows(report, "3", 1, "Table 3 \u00b7 starred rows", out);
    fputs("</table>\n", out);
}

static void lineage_table(const vr_report *report, FILE *out) {
    fputs("<h2 id=\"lineage\">The lineage: SimpleX\u2019s logged runs</h2><p>The paper follows the "
          "setting of "
          "SimpleX. With SimpleX\u2019s own settings this engine must give SimpleX\u2019s own "
          "numbers; "
          "only then do differences above say something about the paper.</p>\n",
          out);
    fputs(cells_head, out);
    cell_rows(report, "SimpleX", 0, "logged against ours", out);
    fputs("</table>\n", out);
}

/* --- runs ------------------------------------------------------------------------------------------ */

static void settings_table(const vr_cell *cell, FILE *out) {
    size_t n_open = 0;
    for (size_t i = 0; i < cell->n_settings; i++) n_open += (size_t)cell->settings[i].unknown;
    fprintf(
        out,
        "<details><summary>%zu settings, %zu of them not in the paper</summary><table "
        "class=\"fold\">"
        "<thead><tr><th>Setting</th><th>Value</th><th></th><th>Source</th></tr></thead><tbody>\n",
        cell->n_settings, n_open);
    for (size_t i = 0; i < cell->n_settings; i++) {
        const vr_setting *setting = &cell->settings[i];
        fputs("<tr><th scope=\"row\">", out);
        vr_escape(setting->key, out);
        fputs("</th><td>", out);
        vr_escape(setting->value, out);
        fprintf(out, "</td><td class=\"%s\">%s</td><td class=\"src\">",
                setting->unknown ? "open" : "said",
                setting->unknown ? "declared unknown" : "stated");
        vr_escape(setting->source, out);
        fputs("</td></tr>\n", out);
    }
    fputs("</tbody></table></details>\n", out);
}

static void pace(const vr_report *report, const vr_record *record, FILE *out) {
    const vr_provenance *made = vr_shelf_provenance(report->shelf, record->id);
    if (!made || !made->n_epochs) return;
    double train = 0, all = 0;
    for (uint32_t i = 0; i < made->n_epochs; i++) {
        train += made->epochs[i].train_seconds;
        all += made->epochs[i].train_seconds + made->epochs[i].eval_seconds;
    }
    fprintf(out, "<p class=\"soft\">%.1f s an epoch in training, %.2f h in all, %d thread%s, ",
            train / made->n_epochs, all / 3600, made->threads, made->threads == 1 ? "" : "s");
    vr_escape(made->cpu, out);
    fprintf(out, ", %.10s</p>\n", made->date);
}

void vr_report_record(const vr_report *report, const char *id, FILE *out) {
    char path[4300], *file = NULL;
    size_t n = report->folder ? strlen(report->folder) : 0;
    if (n && vr_shelf_path(report->shelf, id, ".json", path, sizeof path))
        file = realpath(path, NULL);
    if (file && strncmp(file, report->folder, n) == 0 && file[n] == '/')
        fprintf(out, "<a href=\"%s\"><code>%s</code></a>", file + n + 1, id);
    else
        fprintf(out, "<code>%s</code>", id);
    free(file);
}

static void records(const vr_report *report, const vr_joined *joined, FILE *out) {
    fprintf(out, "<p>Record%s", joined->n_seeds > 1 ? "s of the seeds" : "");
    for (size_t i = 0; i < joined->n_seeds; i++) {
        fputs(i ? ", " : " ", out);
        vr_report_record(report, joined->seeds[i]->id, out);
    }
    fputs("</p>\n", out);
}

static void result(const vr_report *report, const vr_joined *joined, FILE *out) {
    const vr_record *record = joined->record;
    double recall_band = joined->metrics[VR_RECALL].band, ndcg_band = joined->metrics[VR_NDCG].band;
    int solved =
        joined->cell->solver != NULL; /* nothing is chosen: the last sweep, or a closed form */
    if (solved)
        fprintf(out,
                record->n_epochs ? "<p>After %u sweeps:" : "<p>In closed form:", record->n_epochs);
    else
        fprintf(out, "<p>Best of %u epochs on the test split: %u, with", record->n_epochs,
                record->best_epoch);
    fprintf(out,
            " Recall@20 <b>%.2f</b> (printed %s) and NDCG@20 <b>%.2f</b> "
            "(printed %s). Within %.2f points",
            100 * record->recall, joined->metrics[VR_RECALL].printed->text, 100 * record->ndcg,
            joined->metrics[VR_NDCG].printed->text, recall_band);
    if (ndcg_band != recall_band) fprintf(out, " of Recall and %.2f of NDCG", ndcg_band);
    fputs(" counts as reproduced", out);
    if (joined->n_seeds > 1) fprintf(out, "; the table has the mean of %zu seeds", joined->n_seeds);
    fputs(".</p>\n", out);
    vr_report_curve(record, joined->metrics[VR_RECALL].printed->value, out);
    pace(report, record, out);
    records(report, joined, out);
}

static void run_card(const vr_report *report, const vr_joined *joined, FILE *out) {
    const char *table = joined->study->table;
    int numbered = strlen(table) == 1;
    fprintf(out, "<article id=\"%s\"><div class=\"head\"><h3>", joined->cell->name);
    vr_escape(joined->row, out);
    fprintf(out, " \u00b7 %s</h3><span class=\"soft\">%s%s, ", vr_dataset_title(joined->dataset),
            numbered ? "Table " : "", numbered ? table : "lineage");
    vr_escape(joined->reading, out);
    fputs("</span>", out);
    verdicts(joined, out);
    fputs("</div>\n", out);
    if (joined->record) {
        result(report, joined, out);
    } else {
        fputs("<p class=\"soft\">", out);
        vr_escape(joined->why, out);
        fputs("</p>\n", out);
    }
    fprintf(out, "<p><code>verirec reproduce --profile full --only %s", joined->cell->name);
    if (joined->n_seeds > 1) fprintf(out, " --seeds %zu", joined->n_seeds);
    fputs("</code></p>\n", out);
    settings_table(joined->cell, out);
    fputs("</article>\n", out);
}

static void runs(const vr_report *report, FILE *out) {
    fputs("<h2 id=\"runs\">Runs</h2>\n", out);
    for (size_t i = 0; i < report->join->n_cells; i++) {
        const vr_joined *joined = &report->join->cells[i];
        if (!joined->cell || joined->cell->not_run) continue;
        if (strcmp(joined->table, joined->study->table) != 0) continue; /* its own table shows it */
        run_card(report, joined, out);
    }
}

/* --- the other tables ------------------------------------------------------------------------------ */

static void improvements(const vr_report *report, FILE *out) {
    size_t same = 0;
    for (size_t i = 0; i < report->join->n_improvements; i++) {
        const vr_improvement_row *row = &report->join->improvements[i];
        same += fabs(row->from_printed - row->printed->value) <= .005 + 1e-9;
    }
    fprintf(
        out,
        "<h2 id=\"ri\">Table 2: relative improvements</h2><p>%zu of the %zu printed percentages "
        "follow from "
        "the printed cells. The last column is the same arithmetic on our cells.</p>\n<div "
        "class=\"wide\">"
        "<table><thead><tr><th>Row</th><th>Data set</th><th>Metric</th><th class=\"n\">Printed</th>"
        "<th class=\"n\">From printed cells</th><th class=\"n\">From our "
        "cells</th></tr></thead><tbody>\n",
        same, report->join->n_improvements);
    for (size_t i = 0; i < report->join->n_improvements; i++) {
        const vr_improvement_row *row = &report->join->improvements[i];
        int average = strcmp(row->printed->metric, "average") == 0;
        fprintf(out,
                "<tr><th scope=\"row\">%.*s</th><td>%s</td><td>%s</td><td class=\"n\">%s</td>"
                "<td class=\"n\">%s</td><td class=\"n o\">%s</td></tr>\n",
                (int)strcspn(row->printed->row, "%") - 3, row->printed->row,
                average ? "" : vr_dataset_title(row->printed->dataset),
                average                                     ? "average"
                : strcmp(row->printed->metric, "recall@20") ? "NDCG"
                                                            : "Recall",
                row->printed->text, vr_decimals(row->from_printed, 2).text,
                vr_decimals(row->from_ours, 2).text);
    }
    fputs("</tbody></table></div>\n", out);
}

static void counts(const vr_report *report, FILE *out) {
    fputs("<h2 id=\"table1\">Table 1: the data sets</h2><div "
          "class=\"wide\"><table><thead><tr><th>Data set</th>"
          "<th>Quantity</th><th class=\"n\">Printed</th><th "
          "class=\"n\">Counted</th><th>Verdict</th></tr></thead>"
          "<tbody>\n",
          out);
    for (size_t i = 0; i < report->table1->n_rows; i++) {
        const vr_expected_row *line = &report->table1->rows[i];
        unsigned long long counted = vr_counted(report, line);
        fprintf(out,
                "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"n\">%s</td><td class=\"n "
                "o\">%s</td><td>",
                vr_dataset_title(line->dataset), line->metric,
                vr_with_commas((unsigned long long)line->value).text,
                counted ? vr_with_commas(counted).text : "\u2013");
        chip(!counted                         ? VR_CANNOT_RUN
             : (double)counted == line->value ? VR_REPRODUCED
                                              : VR_NOT_REPRODUCED,
             "", out);
        fputs("</td></tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
    for (size_t i = 0; i < report->sources->count; i++) {
        const vr_source *source = &report->sources->items[i];
        if (!source->error.status) continue;
        fprintf(out, "<p><b>%s cannot run.</b> ", vr_dataset_title(source->name));
        vr_escape(source->error.text, out);
        fputs("</p>\n", out);
    }
}

static void settings(const vr_report *report, const vr_expected *expected, const char *title,
                     FILE *out) {
    fprintf(out,
            "<h2>%s</h2><div class=\"wide\"><table><thead><tr><th>Data set</th><th>Setting</th>"
            "<th class=\"n\">Printed</th><th class=\"n\">Used</th><th></th></tr></thead><tbody>\n",
            title);
    for (size_t i = 0; i < expected->n_rows; i++) {
        const vr_expected_row *line = &expected->rows[i];
        int same;
        const vr_setting *used = vr_used_setting(report, line, &same);
        fprintf(out,
                "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"n\">%s</td><td class=\"n "
                "o\">%s</td><td>%s"
                "</td></tr>\n",
                vr_dataset_title(line->dataset), line->metric, line->text,
                used ? used->value : "\u2013", same ? "as printed" : "differs");
    }
    fputs("</tbody></table></div>\n", out);
}

static void smoke(const vr_report *report, FILE *out) {
    fputs("<h2 id=\"smoke\">Smoke runs on the planted world</h2><p>Every loss, a few epochs on the "
          "small world that "
          "ships with the program. No result in itself: the records must be the expected ones to "
          "the last "
          "bit.</p><div class=\"wide\"><table><thead><tr><th>Row</th><th class=\"n\">Recall@20</th>"
          "<th class=\"n\">NDCG@20</th><th>Record</th></tr></thead><tbody>\n",
          out);
    for (size_t i = 0; i < report->n_smoke; i++) {
        const vr_digest *item = &report->smoke[i];
        double recall = item->record ? 100 * item->record->recall : (double)NAN;
        double ndcg = item->record ? 100 * item->record->ndcg : (double)NAN;
        fprintf(out,
                "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td><td "
                "class=\"n\">%s</td><td>%s</td></tr>\n",
                item->cell->row, vr_decimals(recall, 2).text, vr_decimals(ndcg, 2).text,
                vr_digest_text(item->state));
    }
    fputs("</tbody></table></div>\n", out);
}

/* --- growth ---------------------------------------------------------------------------------------- */

static void mib(double bytes, FILE *out) {
    fprintf(out, "<td class=\"n\">%s</td>",
            vr_with_commas((unsigned long long)llround(bytes / 0x1p20)).text);
}

static void growth_row(const vr_growth_row *row, FILE *out) {
    static const vr_growth_column counts[] = {VR_GROWTH_USERS, VR_GROWTH_ITEMS,
                                              VR_GROWTH_TRAIN_PAIRS};
    vr_memory m = vr_growth_memory(row);
    fprintf(out, "<tr><th scope=\"row\">%s <small>%s</small></th>", row->sweep, row->world);
    for (int i = 0; i < 3; i++)
        fprintf(out, "<td class=\"n\">%s</td>",
                vr_with_commas((unsigned long long)row->at[counts[i]]).text);
    fprintf(out,
            "<td class=\"n\">%.0f</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n "
            "o\">%s</td><td class=\"n o\">%s</td>",
            row->at[VR_GROWTH_THREADS], vr_decimals(row->at[VR_GROWTH_STEP_MS], 1).text,
            vr_seconds_in_words(row->at[VR_GROWTH_RANK_S]).text,
            vr_seconds_in_words(row->at[VR_GROWTH_EPOCH_S]).text,
            isnan(row->at[VR_GROWTH_PEAK_MIB])
                ? "\u2013"
                : vr_with_commas((unsigned long long)llround(row->at[VR_GROWTH_PEAK_MIB])).text);
    double parts[] = {m.peak, m.data, m.tables, m.pairs, m.step, m.ranking};
    for (int i = 0; i < 6; i++) mib(parts[i], out);
    fputs("</tr>\n", out);
}

static void growth(const vr_report *report, FILE *out) {
    const vr_growth *g = report->growth;
    if (!g->n_rows) return;
    fputs(
        "<h2 id=\"growth\">Growth</h2><p>What an epoch of MINE+ with its ranking takes when a data "
        "set or a setting grows, on",
        out);
    vr_escape(g->machine, out);
    fprintf(
        out,
        ". Steps are timed, not epochs: an epoch is the time of a step times their number, what "
        "the rows that no pair touched still owe, and the ranking of a sample of users times "
        "their share. Two whole epochs agree with that within %.0f %%. The memory is the "
        "model\u2019s that refuses a run and plans runs side by side; it is within %.0f %% of "
        "every measured peak. Worlds are planted; <i>uniform</i> ones have the same size "
        "without a structure.</p>\n",
        ceil(100 * vr_growth_check(g)), ceil(100 * vr_growth_worst(g)));
    fputs("<div class=\"wide\"><table><thead><tr><th>Size</th><th class=\"n\">Users</th><th "
          "class=\"n\">Items</th><th class=\"n\">Train pairs</th><th class=\"n\">Threads</th><th "
          "class=\"n\">Step (ms)</th><th class=\"n\">Ranking</th><th class=\"n\">Epoch</th><th "
          "class=\"n\">Peak (MiB)</th><th class=\"n\">Model</th><th class=\"n\">data</th><th "
          "class=\"n\">tables</th><th class=\"n\">pairs</th><th class=\"n\">step</th><th "
          "class=\"n\">ranking</th></tr></thead><tbody>\n",
          out);
    for (size_t i = 0; i < g->n_rows; i++) {
        if (vr_growth_is_size(&g->rows[i])) growth_row(&g->rows[i], out);
    }
    fputs(
        "</tbody></table></div><p>With s = 4 bytes times d (rounded up to 16): tables take 5 s + 4 "
        "bytes a user and an item (parameters, two moments, unit rows, the best epoch), the step "
        "and the ranking s an item each, the data 16 a user and 4 a pair, the pairs 8 each. The "
        "last line is what fills this machine; its time follows from the two sizes above it: a "
        "step grows with the rows, a ranking with users times items.</p>\n",
        out);
    vr_report_growth_curves(g, out);
}

/* --- the page -------------------------------------------------------------------------------------- */

static void head(const vr_report *report, FILE *out) {
    fputs(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><title>Printed against reproduced: "
        "(Debiased) "
        "Contrastive Learning Loss for Recommendation</title>\n<style>",
        out);
    fputs(vr_page_style, out);
    fputs("</style></head><body>\n<h1>Printed against reproduced</h1>\n<p>Every cell of the tables "
          "of "
          "<i>(Debiased) Contrastive Learning Loss for Recommendation</i>, beside what this "
          "program measures, "
          "in percent.</p>\n<nav><a href=\"#outcome\">Outcome</a><a href=\"#survive\">What "
          "survives</a><a href=\"#cells\">Cells</a><a "
          "href=\"#lineage\">Lineage</a><a "
          "href=\"#ri\">Improvements</a>"
          "<a href=\"#table1\">Tables 1, 4, 5</a><a href=\"#runs\">Runs</a><a "
          "href=\"#search\">Equal tuning</a><a href=\"#figures\">Figures</a><a "
          "href=\"#modes\">Draws</a>",
          out);
    if (report->rankings->n_rows) fputs("<a href=\"#planted\">Planted worlds</a>", out);
    if (report->growth->n_rows) fputs("<a href=\"#growth\">Growth</a>", out);
    if (report->ledger->n_rows) fputs("<a href=\"#claims\">Claims</a>", out);
    fputs("<a href=\"#how\">How to read</a></nav>\n", out);
    vr_report_outcome_html(report, out);
    vr_report_survive_html(report, out);
    fputs("<h2 id=\"cells\">Every cell, every reading</h2><p>Each reading of each row, Recall and "
          "NDCG judged apart; so many numbers are:</p><ul class=\"sum\">",
          out);
    for (int v = 0; v < VR_N_VERDICTS; v++) {
        if (!report->join->counts[v]) continue;
        fprintf(out, "<li><span class=\"v v%d\">%zu %s</span></li>", v, report->join->counts[v],
                vr_verdict_text((vr_verdict)v));
    }
    fputs("</ul><div>\n", out);
}

static void foot(const vr_report *report, FILE *out) {
    fprintf(
        out,
        "<h2 id=\"how\">How to read this</h2><p><b>Reproduced</b>: the difference is at most the "
        "band, .37 "
        "points on Gowalla and .15 on Yelp2018 and Amazon-Book, which is how far laboratories "
        "differ on "
        "Recall@20 for one method on one split; or two standard deviations over seeds, if that is "
        "more. "
        "<b>Better</b> is above the band, <b>not reproduced</b> below it. Nobody gives a band for "
        "NDCG@20; "
        "the same one is used. The lineage has tighter ones.</p><p>Recall@20 is hits over the "
        "number of a "
        "user\u2019s test items; NDCG@20 is binary with the ideal over min(20, test items). All "
        "items are "
        "ranked, the user\u2019s train items left out, ties to the lower id. The epoch is chosen "
        "on the test "
        "split, as the paper\u2019s lineage does: that is part of the protocol, and flatters every "
        "row that is trained by epochs, but for the equal search\u2019s, which never look at test. "
        "iALS and EASE choose nothing.</p>"
        "<p class=\"soft\">verirec %s, engine %s. The numbers as TSV: table1.tsv to table5.tsv, "
        "lineage.tsv, outcome.tsv, survive.tsv, search.tsv, duels.tsv; of the figures: fig1.tsv to "
        "fig3.tsv, shapes.tsv.</p>\n</body></html>\n",
        report->program, VR_ENGINE_VERSION);
}

void vr_report_html(const vr_report *report, FILE *out) {
    head(report, out);
    cell_table(report, out);
    fputs("</div>\n", out);
    lineage_table(report, out);
    improvements(report, out);
    counts(report, out);
    settings(report, report->table4, "Table 4: settings of MINE+", out);
    settings(report, report->table5, "Table 5: settings of debiased CCL", out);
    runs(report, out);
    if (report->n_smoke) smoke(report, out);
    vr_report_search_html(report, out);
    vr_report_figures_html(report, out);
    vr_report_modes_html(report, out);
    vr_report_planted_html(report, out);
    growth(report, out);
    vr_report_claims_html(report, out);
    foot(report, out);
}
