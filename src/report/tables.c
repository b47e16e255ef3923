/* The tables as TSV: every cell, always. */
#include <math.h>
#include <string.h>
#include "report/report.h"

static void number(FILE *out, double value, int decimals) {
    if (isnan(value))
        fputs("\t-", out);
    else
        fprintf(out, "\t%.*f", decimals, value);
}

/* A message may hold anything; a cell may not hold a tab or a line end. */
static void text(FILE *out, const char *value) {
    fputc('\t', out);
    if (!*value) fputc('-', out);
    for (; *value; value++) fputc(*value == '\t' || *value == '\n' ? ' ' : *value, out);
}

static void print_metric(const vr_joined *cell, int m, FILE *out) {
    const vr_comparison *metric = &cell->metrics[m];
    fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s", cell->table, cell->row, cell->dataset,
            vr_metric_names[m], cell->reading, metric->printed->text);
    number(out, metric->ours, 4);
    number(out, metric->ours - metric->printed->value, 4);
    number(out, cell->record ? metric->band : (double)NAN, 2);
    text(out, vr_verdict_text(metric->verdict));
    fprintf(out, "\t%zu", cell->n_seeds);
    number(out, cell->n_seeds > 1 ? metric->sd : (double)NAN, 4);
    text(out, cell->record ? cell->record->id : "");
    text(out, cell->why);
    fputc('\n', out);
}

static void print_improvement(const vr_improvement_row *row, FILE *out) {
    fprintf(out, "2\t%s\t%s\t%s\tfrom our cells\t%s", row->printed->row, row->printed->dataset,
            row->printed->metric, row->printed->text);
    number(out, row->from_ours, 4);
    number(out, row->from_ours - row->printed->value, 4);
    fputs("\t-\t-\t-\t-\t-\t-\n", out);
    fprintf(out, "2\t%s\t%s\t%s\tfrom the printed cells\t%s", row->printed->row,
            row->printed->dataset, row->printed->metric, row->printed->text);
    number(out, row->from_printed, 4);
    number(out, row->from_printed - row->printed->value, 4);
    fputs("\t-\t-\t-\t-\t-\t-\n", out);
}

void vr_report_cells_tsv(const vr_report *report, const char *table, FILE *out) {
    fputs("table\trow\tdataset\tmetric\treading\tprinted\tours\tdelta\tband\tverdict\tseeds\tsd\tru"
          "n\t"
          "why\n",
          out);
    for (size_t i = 0; i < report->join->n_cells; i++) {
        const vr_joined *cell = &report->join->cells[i];
        if (strcmp(cell->table, table) != 0) continue;
        for (int m = 0; m < VR_N_METRICS; m++) print_metric(cell, m, out);
    }
    for (size_t i = 0; i < report->join->n_improvements && !strcmp(table, "2"); i++) {
        print_improvement(&report->join->improvements[i], out);
    }
}

void vr_report_counts_tsv(const vr_report *report, FILE *out) {
    fputs("table\tdataset\tquantity\tprinted\tcounted\tverdict\twhy\n", out);
    for (size_t i = 0; i < report->table1->n_rows; i++) {
        const vr_expected_row *line = &report->table1->rows[i];
        const vr_source *source = vr_sources_get(report->sources, line->dataset);
        unsigned long long counted = vr_counted(report, line);
        fprintf(out, "1\t%s\t%s\t%s", line->dataset, line->metric, line->text);
        if (counted) {
            int same = (double)counted == line->value;
            fprintf(out, "\t%llu\t%s\t-\n", counted,
                    vr_verdict_text(same ? VR_REPRODUCED : VR_NOT_REPRODUCED));
        } else {
            fprintf(out, "\t-\t%s", vr_verdict_text(VR_CANNOT_RUN));
            text(out, source ? source->error.text : "");
            fputc('\n', out);
        }
    }
}

void vr_report_settings_tsv(const vr_report *report, const vr_expected *expected, FILE *out) {
    fputs("table\trow\tdataset\tsetting\tprinted\tused\tverdict\tsource\n", out);
    for (size_t i = 0; i < expected->n_rows; i++) {
        const vr_expected_row *line = &expected->rows[i];
        int same;
        const vr_setting *used = vr_used_setting(report, line, &same);
        fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", line->table, line->row, line->dataset,
                line->metric, line->text, used ? used->value : "-",
                same ? "used as printed" : "not used", used ? used->source : "-");
    }
}
