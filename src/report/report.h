/* What a reader gets: one page (HTML), the same as Markdown, and the tables as TSV. */
#ifndef VR_REPORT_REPORT_H
#define VR_REPORT_REPORT_H

#include <stdio.h>
#include "claims/results.h"
#include "study/figure.h"
#include "study/growth.h"
#include "study/join.h"
#include "study/modes.h"
#include "study/planted.h"
#include "study/search.h"
#include "study/digests.h"
#include "train/memory.h"

/* A figure as gnuplot drew it; svg NULL: not drawn, and why. */
typedef struct vr_picture {
    char *svg;
    size_t size;
    char why[1024];
} vr_picture;

typedef struct vr_number {
    char text[32];
} vr_number;

typedef struct vr_report {
    const vr_join *join;
    const vr_study *studies; /* Tables 2 and 3 and the lineage, as joined */
    size_t n_studies;
    const vr_expected *table1, *table4, *table5;
    const vr_expected *peers; /* what SimpleX and BSL logged */
    const vr_digest *smoke;
    size_t n_smoke;
    const vr_mode *modes;
    size_t n_modes;
    const vr_search *searches;
    size_t n_searches;
    const vr_duel *duels;
    size_t n_duels;
    const vr_figure *figures;
    size_t n_figures;
    const vr_picture *pictures; /* of the figures; filled by vr_report_write */
    vr_sources *sources;        /* for the counts of Table 1 */
    const vr_shelf *shelf;
    const vr_growth *growth;
    const vr_tsv *estimates, *rankings; /* no rows: no section */
    const vr_ledger *ledger;            /* no rows: no section */
    const vr_results *verified;         /* the last `verify`, or the committed one */
    const char *program;                /* version */
    const char *folder;                 /* of the page, resolved; set by vr_report_write */
} vr_report;

/* Writes index.html, report.md, the tables, outcome, search, duels, figures (TSV, SVG) and shapes as TSV into the folder,
   each atomically. Without gnuplot there are no pictures, and the page says so. VR_CANNOT_WRITE. */
vr_status vr_report_write(const vr_report *report, const char *folder, vr_error *error);

/* The parts; each prints to a stream in memory. */
void vr_report_html(const vr_report *report, FILE *out);
void vr_report_markdown(const vr_report *report, FILE *out);
void vr_report_cells_tsv(const vr_report *report, const char *table, FILE *out);
void vr_report_counts_tsv(const vr_report *report, FILE *out);
void vr_report_settings_tsv(const vr_report *report, const vr_expected *expected, FILE *out);

/* A record's id, and a link to its file where that lies below the page's folder. */
void vr_report_record(const vr_report *report, const char *id, FILE *out);

/* Recall@20 and loss by epoch, as an inline SVG in the colours of the page. printed: percent, or NaN. */
void vr_report_curve(const vr_record *record, double printed, FILE *out);

/* The three ways to the negatives: what each gives and how long it takes. */
void vr_report_modes_html(const vr_report *report, FILE *out);
void vr_report_modes_markdown(const vr_report *report, FILE *out);
void vr_report_modes_tsv(const vr_report *report, FILE *out);

/* What each loss reaches at equal tuning effort, the leak of choosing by test, and which differences stand. */
void vr_report_search_html(const vr_report *report, FILE *out);
void vr_report_search_markdown(const vr_report *report, FILE *out);
void vr_report_search_tsv(const vr_report *report, FILE *out);
void vr_report_duels_tsv(const vr_report *report, FILE *out);

/* The outcome in one table: each printed cell with what was reached as printed, reproducing and at best. */
void vr_report_outcome_html(const vr_report *report, FILE *out);
void vr_report_outcome_markdown(const vr_report *report, FILE *out);
void vr_report_outcome_tsv(const vr_report *report, FILE *out);

/* "18.37 / 14.93 SimpleX": Recall@20 and NDCG@20 in percent that a public project logged for the row's loss, or a dash. */
vr_number vr_report_logged(const vr_report *report, const char *row, const char *dataset);

/* A sentence of the paper that one loss is better than another or, comparable, as good as it. */
typedef struct vr_better {
    const char *row, *base, *place, *text;
    int comparable;
} vr_better;

/* What is said of these rows; NULL: nothing. */
const vr_better *vr_report_better(const char *row, const char *base);

/* Whether what the paper says of the duel's rows stands in a metric: "stands", "does not stand",
   "not settled...". */
const char *vr_report_stands(const vr_duel *duel, int metric);

/* What survives of the paper's claims, from duels, shapes and ledger. */
void vr_report_survive_html(const vr_report *report, FILE *out);
void vr_report_survive_markdown(const vr_report *report, FILE *out);
void vr_report_survive_tsv(const vr_report *report, FILE *out);

/* Figures 1 to 3 and the verdicts on their shapes. */
void vr_report_figures_html(const vr_report *report, FILE *out);
void vr_report_figures_markdown(const vr_report *report, FILE *out);
void vr_report_figure_tsv(const vr_figure *figure, FILE *out);
void vr_report_shapes_tsv(const vr_report *report, FILE *out);

/* *svg: the figure drawn by gnuplot, freed by the caller. VR_NO_INPUT: nothing is run, or there is no gnuplot. */
vr_status vr_report_plot(const vr_figure *figure, char **svg, size_t *size, vr_error *error);

/* A pair of panels for each quantity that was grown: seconds an epoch, and memory. */
void vr_report_growth_curves(const vr_growth *growth, FILE *out);

/* The debiased losses where the truth is known. */
void vr_report_planted_html(const vr_report *report, FILE *out);
void vr_report_planted_markdown(const vr_report *report, FILE *out);

/* The ledger of the paper's claims. */
void vr_report_claims_html(const vr_report *report, FILE *out);
void vr_report_claims_markdown(const vr_report *report, FILE *out);

/* --- shared by the formats ------------------------------------------------------------------------- */

void vr_escape(const char *text, FILE *out); /* as HTML text or attribute */

vr_number vr_decimals(double value, int decimals); /* an en dash for NaN */
vr_number vr_signed(double value); /* two decimals with a sign; an en dash for NaN */
vr_number vr_with_commas(unsigned long long value);
vr_number vr_seconds_in_words(double seconds);  /* three digits: "4.02 min" */
const char *vr_dataset_title(const char *name); /* "gowalla" is "Gowalla" */

/* Table 1: users, items or interactions of a loaded data set; 0 when it is not here. */
unsigned long long vr_counted(const vr_report *report, const vr_expected_row *line);

/* Tables 4 and 5: the setting that the run of this row uses; NULL when there is none. same: equal values. */
const vr_setting *vr_used_setting(const vr_report *report, const vr_expected_row *line, int *same);

/* Growth: whether a row is a data set of Amazon-Book's size or a multiple; the parts of its memory; the largest
   relative error of the memory model over all rows, and of extrapolated epochs against whole ones. */
int vr_growth_is_size(const vr_growth_row *row);
vr_memory vr_growth_memory(const vr_growth_row *row);
double vr_growth_worst(const vr_growth *growth);
double vr_growth_check(const vr_growth *growth);

#endif
