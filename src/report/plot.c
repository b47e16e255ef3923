/* A figure as a script for gnuplot: a panel for each swept setting, all with one y axis, a curve for each row with the
   band of one standard deviation over its seeds, for a point with one seed that of SimpleX's runs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "report/gnuplot.h"
#include "report/report.h"

enum { WIDTH = 760, WIDTH_OF_TWO = 1040, HEIGHT = 420, MOST_ROWS = 4 };

/* Okabe and Ito's colours, told apart by colour-blind readers; dash and mark differ too. */
static const struct {
    const char *colour;
    int dash, mark;
} looks[MOST_ROWS] = {{"#0072B2", 1, 7}, {"#D55E00", 2, 5}, {"#009E73", 4, 9}, {"#CC79A7", 5, 13}};

/* Which look: rows in the order in which they first come. */
static int look_of(const vr_figure *figure, const char *row) {
    const char *seen[VR_MOST_SERIES];
    int n = 0;
    for (size_t i = 0; i < figure->n_series; i++) {
        int k = 0;
        while (k < n && strcmp(seen[k], figure->series[i].row) != 0) k++;
        if (k == n) seen[n++] = figure->series[i].row;
        if (!strcmp(figure->series[i].row, row)) return k % MOST_ROWS;
    }
    return 0;
}

static int leads(const vr_figure *figure, size_t i) { /* of its panel */
    for (size_t k = 0; k < i; k++)
        if (!strcmp(figure->series[k].key, figure->series[i].key)) return 0;
    return 1;
}

/* Half of the band: the seeds' standard deviation, or where there is one seed that of SimpleX's runs. */
static double half_band(const vr_mark *mark) {
    return mark->n_seeds > 1 ? mark->sd : VR_SEED_SD;
}

/* A point that is not run is NaN: there the line breaks. */
static void data(const vr_figure *figure, FILE *out) {
    for (size_t i = 0; i < figure->n_series; i++) {
        vr_curve curve = figure->series[i].curve;
        fprintf(out, "$curve%zu << END\n", i);
        for (size_t k = 0; k < curve.n; k++) {
            const vr_mark *mark = &curve.marks[k];
            double half = mark->n_seeds ? half_band(mark) : (double)NAN;
            fprintf(out, "%.9g %.6f %.6f %.6f\n", mark->x, mark->y, mark->y - half, mark->y + half);
        }
        fputs("END\n", out);
    }
}

static void axes(const vr_figure *figure, FILE *out) {
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < figure->study->n_cells; i++) {
        const vr_mark *mark = &figure->marks[i];
        if (!mark->n_seeds) continue;
        low = fmin(low, mark->y - half_band(mark)), high = fmax(high, mark->y + half_band(mark));
    }
    double pad = fmax(.08 * (high - low), .2);
    fprintf(out,
            "set encoding utf8\nset datafile missing \"NaN\"\nset border 3 lc rgb \"#555555\"\n"
            "set tics nomirror out\nset grid ytics lt 1 lc rgb \"#e3e3e3\"\nset logscale x\n"
            "set ylabel \"Recall@20 (%%)\"\nset yrange [%.4f:%.4f]\n"
            "set key tmargin center horizontal samplen 3\nset style fill transparent solid .18\n",
            low - pad, high + pad);
}

/* The values themselves, or powers of ten where they span many. */
static void x_axis(const vr_figure *figure, size_t lead, FILE *out) {
    const vr_series *first = &figure->series[lead];
    double low = INFINITY, high = 0;
    const char *comma = "";
    for (size_t i = lead; i < figure->n_series; i++) {
        const vr_series *series = &figure->series[i];
        if (strcmp(series->key, first->key) != 0) continue;
        low = fmin(low, series->curve.marks[0].x);
        high = fmax(high, series->curve.marks[series->curve.n - 1].x);
    }
    fprintf(out, "set xlabel \"%s\"\nset xrange [%.9g:%.9g]\n", first->label, low / 1.12,
            high * 1.12);
    if (high / low > 300) {
        fputs("set xtics autofreq\nset format x \"%g\"\n", out);
        return;
    }
    fputs("set xtics (", out);
    for (size_t k = 0; k < first->curve.n; k++, comma = ", ")
        fprintf(out, "%s\"%g\" %.9g", comma, first->curve.marks[k].x, first->curve.marks[k].x);
    fputs(")\nset mxtics 1\n", out);
}

/* Where the paper has the optimum of a panel's only curve. */
static void asked_for(const vr_figure *figure, size_t lead, FILE *out) {
    const vr_series *series = &figure->series[lead];
    fputs("unset object\nunset label\n", out);
    for (size_t i = 0; i < figure->n_shapes && figure->n_series == 1; i++) {
        const vr_shape_claim *claim = figure->shapes[i].claim;
        if (claim->check != VR_SHAPE_OPTIMUM || strcmp(claim->key, series->key) != 0) continue;
        fprintf(out,
                "set object rectangle from %.6g, graph 0 to %.6g, graph 1 behind fc rgb "
                "\"#f1ecdc\" fs solid noborder\nset label \"optimum, says the paper\" at %.6g, "
                "graph .96 center tc rgb \"#6b5d2a\" font \",12\"\n",
                claim->from, claim->to, sqrt(claim->from * claim->to));
    }
}

static void curves(const vr_figure *figure, size_t lead, FILE *out) {
    const char *before = "plot ";
    for (size_t i = lead; i < figure->n_series; i++) {
        const vr_series *series = &figure->series[i];
        if (strcmp(series->key, figure->series[lead].key) != 0) continue;
        int look = look_of(figure, series->row);
        const char *colour = looks[look].colour;
        fprintf(out,
                "%s$curve%zu using 1:3:4 with filledcurves fc rgb \"%s\" notitle, "
                "$curve%zu using 1:2:3:4 with yerrorbars lc rgb \"%s\" lw 1.2 pt %d ps 0 "
                "notitle, ",
                before, i, colour, i, colour, looks[look].mark);
        fprintf(out,
                "$curve%zu using 1:2 with linespoints lc rgb \"%s\" lw 2.2 dt %d pt %d ps .8 "
                "title \"%s\"",
                i, colour, looks[look].dash, looks[look].mark, series->row);
        before = ", ";
    }
    fputc('\n', out);
}

static void script(const vr_figure *figure, FILE *out) {
    int n_panels = 0;
    for (size_t i = 0; i < figure->n_series; i++) n_panels += leads(figure, i);
    fprintf(out,
            "set terminal svg size %d,%d noenhanced font \"Arial,Liberation Sans,sans-serif,14\" "
            "background \"#ffffff\"\n",
            n_panels > 1 ? WIDTH_OF_TWO : WIDTH, HEIGHT);
    data(figure, out);
    axes(figure, out);
    if (n_panels > 1) fprintf(out, "set multiplot layout 1,%d\n", n_panels);
    for (size_t i = 0; i < figure->n_series; i++) {
        if (!leads(figure, i)) continue;
        x_axis(figure, i, out);
        asked_for(figure, i, out);
        curves(figure, i, out);
    }
    if (n_panels > 1) fputs("unset multiplot\n", out);
}

vr_status vr_report_plot(const vr_figure *figure, char **svg, size_t *size, vr_error *error) {
    char *text = NULL;
    size_t length = 0;
    *svg = NULL;
    if (!figure->n_run) return vr_fail(error, VR_NO_INPUT, "no point has been run yet");
    FILE *out = open_memstream(&text, &length);
    if (!out) return vr_fail(error, VR_INTERNAL, "no memory for a figure");
    script(figure, out);
    vr_status status = fclose(out) ? vr_fail(error, VR_INTERNAL, "no memory for a figure")
                                   : vr_gnuplot(text, svg, size, error);
    free(text);
    return status;
}
