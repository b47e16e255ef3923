/* The report as Markdown. */
#include <math.h>
#include <string.h>
#include "report/report.h"

static int is_table(const vr_joined *cell, const char *table) {
    return strcmp(cell->table, table) == 0;
}

static void verdicts(const vr_joined *cell, FILE *out) {
    vr_verdict recall = cell->metrics[VR_RECALL].verdict, ndcg = cell->metrics[VR_NDCG].verdict;
    fputs(vr_verdict_text(recall), out);
    if (ndcg != recall) fprintf(out, " / %s", vr_verdict_text(ndcg));
    if (cell->no_data)
        fputs(": its data cannot be had (see Table 1)", out);
    else if (*cell->why && recall != VR_COPIED)
        fprintf(out, ": %s", cell->why);
}

static void print_cell(const vr_joined *cell, FILE *out) {
    const vr_comparison *recall = &cell->metrics[VR_RECALL], *ndcg = &cell->metrics[VR_NDCG];
    fprintf(out, "| %s | %s | %s | %s / %s | %s / %s", cell->row, vr_dataset_title(cell->dataset),
            cell->reading, recall->printed->text, ndcg->printed->text,
            vr_decimals(recall->ours, 2).text, vr_decimals(ndcg->ours, 2).text);
    if (cell->n_seeds > 1)
        fprintf(out, " (mean of %zu seeds, sd %s / %s)", cell->n_seeds,
                vr_decimals(recall->sd, 2).text, vr_decimals(ndcg->sd, 2).text);
    fprintf(out, " | %s | %s / %s | ", vr_decimals(recall->band, 2).text,
            vr_signed(recall->ours - recall->printed->value).text,
            vr_signed(ndcg->ours - ndcg->printed->value).text);
    verdicts(cell, out);
    fputs(" |\n", out);
}

static void print_table(const vr_report *report, const char *table, FILE *out) {
    fputs("\n| row | data set | reading | printed | ours | band | difference | verdict |\n"
          "|---|---|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < report->join->n_cells; i++) {
        if (is_table(&report->join->cells[i], table)) print_cell(&report->join->cells[i], out);
    }
}

static void print_counts(const vr_report *report, FILE *out) {
    fputs("\n| data set | quantity | printed | counted | verdict |\n|---|---|---|---|---|\n", out);
    for (size_t i = 0; i < report->table1->n_rows; i++) {
        const vr_expected_row *line = &report->table1->rows[i];
        unsigned long long counted = vr_counted(report, line);
        vr_verdict verdict = (double)counted == line->value ? VR_REPRODUCED : VR_NOT_REPRODUCED;
        fprintf(out, "| %s | %s | %s | %s | %s |\n", vr_dataset_title(line->dataset), line->metric,
                vr_with_commas((unsigned long long)line->value).text,
                counted ? vr_with_commas(counted).text : "\u2013",
                vr_verdict_text(counted ? verdict : VR_CANNOT_RUN));
    }
}

/* The reason why a data set is not at hand, once. */
static void print_missing(const vr_report *report, FILE *out) {
    for (size_t i = 0; i < report->sources->count; i++) {
        const vr_source *source = &report->sources->items[i];
        if (source->error.status)
            fprintf(out, "\n%s cannot be had here: %s\n", vr_dataset_title(source->name),
                    source->error.text);
    }
}

static void print_improvements(const vr_report *report, FILE *out) {
    fputs("\n| row | data set | metric | printed | from the printed cells | from our cells |\n"
          "|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < report->join->n_improvements; i++) {
        const vr_improvement_row *row = &report->join->improvements[i];
        fprintf(out, "| %s | %s | %s | %s | %s | %s |\n", row->printed->row,
                vr_dataset_title(row->printed->dataset), row->printed->metric, row->printed->text,
                vr_decimals(row->from_printed, 2).text, vr_decimals(row->from_ours, 2).text);
    }
}

static void print_settings(const vr_report *report, const vr_expected *expected, FILE *out) {
    fputs("\n| data set | setting | printed | used |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < expected->n_rows; i++) {
        const vr_expected_row *line = &expected->rows[i];
        int same;
        const vr_setting *used = vr_used_setting(report, line, &same);
        fprintf(out, "| %s | %s | %s | %s%s |\n", vr_dataset_title(line->dataset), line->metric,
                line->text, used ? used->value : "\u2013", same ? "" : " (differs)");
    }
}

static void print_smoke(const vr_report *report, FILE *out) {
    fputs("\n| row | Recall@20 | NDCG@20 | record |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < report->n_smoke; i++) {
        const vr_digest *item = &report->smoke[i];
        double recall = item->record ? 100 * item->record->recall : (double)NAN;
        double ndcg = item->record ? 100 * item->record->ndcg : (double)NAN;
        fprintf(out, "| %s | %s | %s | %s |\n", item->cell->row, vr_decimals(recall, 2).text,
                vr_decimals(ndcg, 2).text, vr_digest_text(item->state));
    }
}

static void print_growth(const vr_growth *growth, FILE *out) {
    fprintf(out,
            "\nMINE+ on%s. Epochs from timed steps (whole epochs agree within %.0f %%); the memory "
            "model is "
            "within %.0f %% of every measured peak.\n\n| size | users | items | train pairs | "
            "threads | "
            "step (ms) | ranking | epoch | peak (MiB) | model (MiB) "
            "|\n|---|---|---|---|---|---|---|---|"
            "---|---|\n",
            growth->machine, ceil(100 * vr_growth_check(growth)),
            ceil(100 * vr_growth_worst(growth)));
    for (size_t i = 0; i < growth->n_rows; i++) {
        const vr_growth_row *row = &growth->rows[i];
        if (!vr_growth_is_size(row)) continue;
        fprintf(out, "| %s, %s | %.0f | %.0f | %.0f | %.0f | %s | %s | %s | %s | %.0f |\n",
                row->sweep, row->world, row->at[VR_GROWTH_USERS], row->at[VR_GROWTH_ITEMS],
                row->at[VR_GROWTH_TRAIN_PAIRS], row->at[VR_GROWTH_THREADS],
                vr_decimals(row->at[VR_GROWTH_STEP_MS], 1).text,
                vr_seconds_in_words(row->at[VR_GROWTH_RANK_S]).text,
                vr_seconds_in_words(row->at[VR_GROWTH_EPOCH_S]).text,
                vr_decimals(row->at[VR_GROWTH_PEAK_MIB], 0).text, row->at[VR_GROWTH_MODEL_MIB]);
    }
}

void vr_report_markdown(const vr_report *report, FILE *out) {
    fputs("# Tables 1 to 5: printed against reproduced\n\nPairs are Recall@20 / NDCG@20 in "
          "percent. A cell "
          "is reproduced when the difference is at most .37 points\non Gowalla and .15 on Yelp2018 "
          "and "
          "Amazon-Book (or two standard deviations over seeds, if that is more).\nindex.html holds "
          "the "
          "settings, their sources and the learning curve of each run.\n",
          out);
    fputs("\n## The outcome\n", out);
    vr_report_outcome_markdown(report, out);
    vr_report_survive_markdown(report, out);
    fputs("\n## Table 2: losses on matrix factorisation\n", out);
    print_table(report, "2", out);
    fputs("\n## Table 3: comparison with widely used models\n", out);
    print_table(report, "3", out);
    fputs("\n## The lineage: SimpleX's logged runs, with their own settings\n", out);
    print_table(report, "SimpleX", out);
    fputs("\n## Table 2: relative improvements (RI%)\n", out);
    print_improvements(report, out);
    fputs("\n## Table 1: statistics of the data sets\n", out);
    print_counts(report, out);
    print_missing(report, out);
    fputs("\n## Table 4: settings of MINE+\n", out);
    print_settings(report, report->table4, out);
    fputs("\n## Table 5: settings of debiased CCL\n", out);
    print_settings(report, report->table5, out);
    if (report->n_smoke) {
        fputs("\n## Smoke runs on the planted world\n", out);
        print_smoke(report, out);
    }
    fputs("\n## Equal tuning effort\n", out);
    vr_report_search_markdown(report, out);
    fputs("\n## Figures 1 to 3\n", out);
    vr_report_figures_markdown(report, out);
    fputs("\n## Draws, shared draws, no draws\n", out);
    vr_report_modes_markdown(report, out);
    vr_report_planted_markdown(report, out);
    if (report->growth->n_rows) {
        fputs("\n## Growth: what Amazon-Book's size and its multiples take\n", out);
        print_growth(report->growth, out);
    }
    vr_report_claims_markdown(report, out);
}
