#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"

vr_number vr_decimals(double value, int decimals) {
    vr_number number;
    snprintf(number.text, sizeof number.text, "%.*f", decimals, value);
    if (isnan(value)) snprintf(number.text, sizeof number.text, "\u2013");
    return number;
}

vr_number vr_signed(double value) {
    vr_number number;
    double rounded = round(fabs(value) * 100) / 100;
    const char *sign = rounded == 0 ? "\u00b1" : value < 0 ? "\u2212" : "+";
    snprintf(number.text, sizeof number.text, "%s%.2f", sign, rounded);
    if (isnan(value)) snprintf(number.text, sizeof number.text, "\u2013");
    return number;
}

vr_number vr_with_commas(unsigned long long value) {
    vr_number number = {""};
    char digits[32];
    int n = snprintf(digits, sizeof digits, "%llu", value), at = 0;
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0) number.text[at++] = ',';
        number.text[at++] = digits[i];
    }
    number.text[at] = 0;
    return number;
}

const char *vr_dataset_title(const char *name) {
    static const char *const titles[][2] = {{"gowalla", "Gowalla"},
                                            {"yelp2018", "Yelp2018"},
                                            {"amazon-book", "Amazon-Book"},
                                            {"planted-small", "planted world"},
                                            {"all", "all"}};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        if (strcmp(titles[i][0], name) == 0) return titles[i][1];
    }
    return name;
}

unsigned long long vr_counted(const vr_report *report, const vr_expected_row *line) {
    const vr_source *source = vr_sources_get(report->sources, line->dataset);
    if (!source || source->error.status) return 0;
    if (strcmp(line->metric, "users") == 0) return source->data.n_users;
    if (strcmp(line->metric, "items") == 0) return source->data.n_items;
    return vr_csr_count(&source->data.train) + vr_csr_count(&source->data.test);
}

const vr_setting *vr_used_setting(const vr_report *report, const vr_expected_row *line, int *same) {
    *same = 0;
    for (size_t s = 0; s < report->n_studies; s++) {
        const vr_study *study = &report->studies[s];
        for (size_t i = 0; strcmp(study->table, "2") == 0 && i < study->n_cells; i++) {
            const vr_cell *cell = &study->cells[i];
            if (strcmp(cell->row, line->row) != 0 || strcmp(cell->dataset, line->dataset) != 0) {
                continue;
            }
            const vr_setting *setting = vr_cell_setting(cell, line->metric);
            *same = setting && strtod(setting->value, NULL) == line->value;
            return setting;
        }
    }
    return NULL;
}

/* --- files ----------------------------------------------------------------------------------------- */

typedef enum page {
    INDEX,
    MARKDOWN,
    TABLE1,
    TABLE2,
    TABLE3,
    TABLE4,
    TABLE5,
    LINEAGE,
    MODES,
    SEARCH,
    DUELS,
    OUTCOME,
    SURVIVE,
    SHAPES,
    FIGURE1,
    FIGURE2,
    FIGURE3,
    N_PAGES
} page;

static const char *const names[N_PAGES] = {
    "index.html",  "report.md",   "table1.tsv", "table2.tsv", "table3.tsv", "table4.tsv",
    "table5.tsv",  "lineage.tsv", "modes.tsv",  "search.tsv", "duels.tsv",  "outcome.tsv",
    "survive.tsv", "shapes.tsv",  "fig1.tsv",   "fig2.tsv",   "fig3.tsv"};

static void print(const vr_report *report, page which, FILE *out) {
    switch (which) {
    case INDEX: vr_report_html(report, out); break;
    case MARKDOWN: vr_report_markdown(report, out); break;
    case TABLE1: vr_report_counts_tsv(report, out); break;
    case TABLE2: vr_report_cells_tsv(report, "2", out); break;
    case TABLE3: vr_report_cells_tsv(report, "3", out); break;
    case TABLE4: vr_report_settings_tsv(report, report->table4, out); break;
    case TABLE5: vr_report_settings_tsv(report, report->table5, out); break;
    case LINEAGE: vr_report_cells_tsv(report, "SimpleX", out); break;
    case SEARCH: vr_report_search_tsv(report, out); break;
    case DUELS: vr_report_duels_tsv(report, out); break;
    case OUTCOME: vr_report_outcome_tsv(report, out); break;
    case SURVIVE: vr_report_survive_tsv(report, out); break;
    case MODES: vr_report_modes_tsv(report, out); break;
    case SHAPES: vr_report_shapes_tsv(report, out); break;
    default: vr_report_figure_tsv(&report->figures[which - FIGURE1], out); break;
    }
}

static vr_status write_page(const vr_report *report, page which, const char *folder,
                            vr_error *error) {
    char path[4300], *text = NULL;
    size_t size = 0;
    snprintf(path, sizeof path, "%s/%s", folder, names[which]);
    FILE *out = open_memstream(&text, &size);
    if (!out) return vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    print(report, which, out);
    vr_status status = fclose(out) ? vr_fail(error, VR_INTERNAL, "%s: no memory", path)
                                   : vr_file_write(path, text, size, error);
    free(text);
    return status;
}

/* A picture of earlier numbers does not stay where none could be drawn. */
static vr_status write_picture(const vr_figure *figure, const char *folder, vr_picture *out,
                               vr_error *error) {
    char path[4300];
    vr_error why = {.status = VR_OK};
    snprintf(path, sizeof path, "%s/%s.svg", folder, figure->study->table);
    if (vr_report_plot(figure, &out->svg, &out->size, &why) == VR_OK)
        return vr_file_write(path, out->svg, out->size, error);
    snprintf(out->why, sizeof out->why, "%s", why.text);
    remove(path);
    return VR_OK;
}

vr_status vr_report_write(const vr_report *report, const char *folder, vr_error *error) {
    vr_status status = VR_OK;
    vr_picture pictures[VR_N_FIGURES] = {{0}};
    vr_report drawn = *report;
    drawn.pictures = pictures;
    for (size_t i = 0; i < report->n_figures && !status; i++)
        status = write_picture(&report->figures[i], folder, &pictures[i], error);
    char *resolved = realpath(folder, NULL);
    drawn.folder = resolved;
    for (int i = N_PAGES - 1; i >= 0 && !status; i--) { /* the page that leads to the others last */
        status = write_page(&drawn, (page)i, folder, error);
    }
    for (size_t i = 0; i < report->n_figures; i++) free(pictures[i].svg);
    free(resolved);
    return status;
}
