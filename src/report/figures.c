/* Figures 1 to 3: the picture, what the paper says of its shape with a verdict, the points. */
#include <ctype.h>
#include <math.h>
#include <string.h>
#include "report/report.h"

/* "3 seeds each; the band is ..." */
static void seeds_in_words(const vr_figure *figure, FILE *out) {
    size_t least = figure->least_seeds, most = figure->most_seeds;
    if (most == 1)
        fputs("one seed each; the band is", out);
    else {
        fprintf(out, least == most ? "%zu seeds each" : "%zu to %zu seeds", least, most);
        fputs("; the band is one standard deviation over them", out);
    }
    if (least == 1)
        fprintf(out, "%s the %.2f of SimpleX\u2019s runs", most > 1 ? ", of a single one" : "",
                VR_SEED_SD);
    fputs(".", out);
}

/* "MSE debiased at negatives 50, 100; ..." */
static void not_run(const vr_figure *figure, FILE *out) {
    const char *between = "Not run: ";
    for (size_t s = 0; s < figure->n_series; s++) {
        const vr_series *series = &figure->series[s];
        const char *comma = "";
        for (size_t k = 0; k < series->curve.n; k++) {
            const vr_mark *mark = &series->curve.marks[k];
            if (mark->n_seeds) continue;
            if (!*comma) fprintf(out, "%s%s at %s ", between, series->row, series->key);
            fprintf(out, "%s%g", comma, mark->x);
            comma = ", ", between = "; ";
        }
    }
    if (*between == ';') fputs(".", out);
}

static const char *other_of(const vr_shape_claim *claim) {
    if (!claim->other_row) return "";
    return strcmp(claim->other_row, claim->row) ? claim->other_row : claim->other_key;
}

/* --- the page ---------------------------------------------------------------------------------------- */

/* As the address of an image: the page stays one file. */
static void as_address(const char *svg, size_t size, FILE *out) {
    fputs("data:image/svg+xml,", out);
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)svg[i];
        if (isalnum(c) || strchr("-_.~ /:=,;()", c))
            fputc(c, out);
        else
            fprintf(out, "%%%02X", c);
    }
}

static void picture(const vr_figure *figure, const vr_picture *drawn, FILE *out) {
    if (!drawn->svg) {
        fputs("<p><b>No picture.</b> ", out);
        vr_escape(drawn->why, out);
        fputs("</p>\n", out);
        return;
    }
    fputs("<img class=\"fig\" alt=\"", out);
    vr_escape(figure->study->title, out);
    fputs("\" src=\"", out);
    as_address(drawn->svg, drawn->size, out);
    fputs("\">\n", out);
}

static void shape_row(const vr_judged_shape *shape, FILE *out) {
    static const int looks[VR_N_SHAPE_VERDICTS] = {0, 2, 3, 3}; /* as verdicts of cells */
    const vr_shape_claim *claim = shape->claim;
    fprintf(out, "<tr><th scope=\"row\">%s</th><td>\u201c", claim->row);
    vr_escape(claim->text, out);
    fprintf(out, "\u201d<span class=\"why\">%s", vr_shape_criterion(claim->check));
    if (claim->other_row) fprintf(out, " (%s)", other_of(claim));
    fprintf(out, "</span></td><td>%s</td><td><span class=\"v v%d\">%s</span></td></tr>\n",
            shape->found.text, looks[shape->found.verdict], vr_shape_text(shape->found.verdict));
}

static void figure_html(const vr_figure *figure, const vr_picture *drawn, FILE *out) {
    const char *name = figure->study->table;
    size_t n = figure->study->n_cells;
    fprintf(out, "<article id=\"%s\"><h3>", name);
    vr_escape(figure->study->title, out);
    fputs("</h3>\n", out);
    picture(figure, drawn, out);
    fprintf(out, "<p class=\"soft\">Recall@20 on %s. ",
            vr_dataset_title(figure->study->cells->dataset));
    vr_escape(figure->study->note, out);
    if (figure->n_run) {
        fprintf(out, " %zu of %zu points are run, with ", figure->n_run, n);
        seeds_in_words(figure, out);
        fputs(" ", out);
        not_run(figure, out);
    }
    fprintf(out,
            "</p><div class=\"wide\"><table><thead><tr><th>Curve</th><th>The paper, and what is "
            "asked for</th><th>Measured</th><th>Verdict</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < figure->n_shapes; i++) shape_row(&figure->shapes[i], out);
    fprintf(out,
            "</tbody></table></div><p class=\"soft\">The points: %s.tsv. <code>verirec reproduce "
            "--profile full --figures %s",
            name, name + strcspn(name, "0123456789"));
    if (figure->most_seeds > 1) fprintf(out, " --seeds %zu", figure->most_seeds);
    fputs("</code></p></article>\n", out);
}

void vr_report_figures_html(const vr_report *report, FILE *out) {
    fprintf(
        out,
        "<h2 id=\"figures\">Figures 1 to 3</h2><p>The paper prints curves without their numbers "
        "or settings, and says what their shape is. Each saying is judged from the measured "
        "points: two differ when they are more than two standard errors of their difference "
        "apart. A point\u2019s standard error comes from its seeds, whose deviation counts as %.2f "
        "points at least; where there is one seed, from the %.2f points that lie between those of "
        "SimpleX\u2019s runs. Each point is its best epoch on the test split.</p>\n",
        VR_SEED_SD_LEAST, VR_SEED_SD);
    for (size_t i = 0; i < report->n_figures; i++)
        figure_html(&report->figures[i], &report->pictures[i], out);
}

/* --- the other formats ------------------------------------------------------------------------------- */

void vr_report_figures_markdown(const vr_report *report, FILE *out) {
    for (size_t i = 0; i < report->n_figures; i++) {
        const vr_figure *figure = &report->figures[i];
        const vr_picture *drawn = &report->pictures[i];
        fprintf(out, "\n### %s\n\n%s\n", figure->study->title, figure->study->note);
        if (drawn->svg)
            fprintf(out, "\n![%s](%s.svg)\n", figure->study->title, figure->study->table);
        else
            fprintf(out, "\nNo picture: %s\n", drawn->why);
        if (figure->n_run < figure->study->n_cells && figure->n_run) {
            fputc('\n', out);
            not_run(figure, out);
            fputc('\n', out);
        }
        fputs("\n| curve | the paper | measured | verdict |\n|---|---|---|---|\n", out);
        for (size_t k = 0; k < figure->n_shapes; k++) {
            const vr_judged_shape *shape = &figure->shapes[k];
            fprintf(out, "| %s | \u201c%s\u201d | %s | %s |\n", shape->claim->row,
                    shape->claim->text, shape->found.text, vr_shape_text(shape->found.verdict));
        }
    }
}

static void point_tsv(const vr_figure *figure, const vr_series *series, size_t k, FILE *out) {
    const vr_mark *mark = &series->curve.marks[k];
    const vr_record *run = series->runs[k];
    fprintf(out, "%s\t%s\t%s\t%s\t%.9g", figure->study->table, series->row,
            series->cells[k].dataset, series->key, mark->x);
    if (!mark->n_seeds) {
        fputs("\t-\t-\t0\t-\t-\t-\n", out);
        return;
    }
    fprintf(out, "\t%.4f", mark->y);
    if (mark->n_seeds > 1)
        fprintf(out, "\t%.4f", mark->sd);
    else
        fputs("\t-", out);
    fprintf(out, "\t%zu\t%.4f\t%u\t%s\n", mark->n_seeds, vr_mark_error(mark), run->n_epochs,
            run->id);
}

void vr_report_figure_tsv(const vr_figure *figure, FILE *out) {
    fputs("figure\tcurve\tdataset\tsetting\tx\trecall@20\tsd\tseeds\tstandard_error\tepochs\trun\n",
          out);
    for (size_t s = 0; s < figure->n_series; s++)
        for (size_t k = 0; k < figure->series[s].curve.n; k++)
            point_tsv(figure, &figure->series[s], k, out);
}

void vr_report_shapes_tsv(const vr_report *report, FILE *out) {
    fputs("figure\tcurve\tsetting\tother\tfrom\tto\tcriterion\tclaim\tmeasured\tverdict\n", out);
    for (size_t i = 0; i < report->n_figures; i++) {
        const vr_figure *figure = &report->figures[i];
        for (size_t k = 0; k < figure->n_shapes; k++) {
            const vr_judged_shape *shape = &figure->shapes[k];
            const vr_shape_claim *claim = shape->claim;
            const char *other = claim->other_row ? other_of(claim) : "-";
            fprintf(out, "%s\t%s\t%s\t%s", claim->figure, claim->row, claim->key, other);
            if (claim->check == VR_SHAPE_OPTIMUM)
                fprintf(out, "\t%.4g\t%.4g", claim->from, claim->to);
            else
                fputs("\t-\t-", out);
            fprintf(out, "\t%s\t%s\t%s\t%s\n", vr_shape_criterion(claim->check), claim->text,
                    shape->found.text, vr_shape_text(shape->found.verdict));
        }
    }
}
