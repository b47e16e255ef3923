#include "study/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "study/verdict.h"

static const vr_shape_claim claims[] = {
#define SHAPE(figure, row, key, check, other_row, other_key, from, to, text)                       \
    {figure, row, key, check, other_row, other_key, from, to, text},
#include "study/shapes.def"
#undef SHAPE
};
enum { N_CLAIMS = sizeof claims / sizeof *claims };

/* --- points ---------------------------------------------------------------------------------------- */

static vr_status take_point(const vr_cell *cell, const vr_shelf *shelf, vr_sources *sources,
                            vr_mark *mark, const vr_record **run, vr_error *error) {
    double values[VR_MOST_SEEDS];
    char canonical[VR_CANONICAL];
    vr_run_spec spec = cell->spec;
    const vr_source *source = vr_sources_get(sources, cell->dataset);
    const char *hash = source && !source->error.status ? source->data.hash : NULL;
    *mark = (vr_mark){cell->x, (double)NAN, (double)NAN, 0};
    for (size_t i = 0; i < VR_MOST_SEEDS; i++, ++*vr_run_seed(&spec)) {
        if (vr_run_spec_canonical(&spec, canonical, sizeof canonical) >= sizeof canonical)
            return vr_fail(error, VR_INTERNAL, "run %s: its canonical spec is too long",
                           cell->name);
        const vr_record *record = vr_shelf_find(shelf, cell->dataset, hash, canonical);
        if (!record) continue;
        if (!*run) *run = record;
        values[mark->n_seeds++] = 100 * record->recall;
    }
    if (mark->n_seeds) mark->y = vr_average(values, mark->n_seeds);
    if (mark->n_seeds > 1) mark->sd = vr_deviation(values, mark->n_seeds);
    return VR_OK;
}

static int same_series(const vr_cell *a, const vr_cell *b) {
    return !strcmp(a->row, b->row) && !strcmp(a->x_key, b->x_key) && a->line == b->line;
}

static vr_status cut_series(vr_figure *figure, vr_error *error) {
    const vr_study *study = figure->study;
    for (size_t i = 0; i < study->n_cells; i++) {
        const vr_cell *cell = &study->cells[i];
        if (!cell->x_key)
            return vr_fail(error, VR_USAGE,
                           "%s:%u: row \"%s\" has no sweep; a figure's row is a curve", study->path,
                           cell->line, cell->row);
        vr_series *last = figure->n_series ? &figure->series[figure->n_series - 1] : NULL;
        if (!last || !same_series(last->cells, cell)) {
            if (figure->n_series == VR_MOST_SERIES)
                return vr_fail(error, VR_USAGE, "%s:%u: more than %d curves", study->path,
                               cell->line, VR_MOST_SERIES);
            last = &figure->series[figure->n_series++];
            *last = (vr_series){cell->row, cell->x_key,     cell->x_label, {&figure->marks[i], 0},
                                cell,      &figure->runs[i]};
        }
        last->curve.n++;
    }
    return VR_OK;
}

/* --- claims ---------------------------------------------------------------------------------------- */

static vr_curve curve_of(const vr_figure *figure, const char *row, const char *key) {
    for (size_t i = 0; row && i < figure->n_series; i++) {
        const vr_series *series = &figure->series[i];
        if (!strcmp(series->row, row) && !strcmp(series->key, key)) return series->curve;
    }
    return (vr_curve){NULL, 0};
}

static vr_status judge(vr_figure *figure, const vr_shape_claim *claim, vr_error *error) {
    vr_curve curve = curve_of(figure, claim->row, claim->key);
    vr_curve other = curve_of(figure, claim->other_row, claim->other_key);
    if (!curve.n || (claim->other_row && !other.n)) {
        const char *row = curve.n ? claim->other_row : claim->row;
        const char *key = curve.n ? claim->other_key : claim->key;
        return vr_fail(error, VR_USAGE,
                       "%s: no row \"%s\" with a sweep of %s, of which the paper makes a claim",
                       figure->study->path, row, key);
    }
    figure->shapes[figure->n_shapes++] = (vr_judged_shape){
        claim, vr_shape_judge(claim->check, curve, other, claim->from, claim->to)};
    return VR_OK;
}

vr_status vr_figure_build(const vr_study *study, const vr_shelf *shelf, vr_sources *sources,
                          vr_figure *out, vr_error *error) {
    size_t n = study->n_cells;
    vr_figure figure = {.study = study,
                        .marks = calloc(n + !n, sizeof *figure.marks),
                        .runs = calloc(n + !n, sizeof *figure.runs),
                        .shapes = calloc(N_CLAIMS, sizeof *figure.shapes)};
    vr_status status = VR_OK;
    if (!figure.marks || !figure.runs || !figure.shapes)
        status = vr_fail(error, VR_INTERNAL, "no memory");
    for (size_t i = 0; i < n && !status; i++) {
        vr_mark *mark = &figure.marks[i];
        status = take_point(&study->cells[i], shelf, sources, mark, &figure.runs[i], error);
        if (status) break;
        if (!mark->n_seeds) continue;
        if (!figure.n_run++ || mark->n_seeds < figure.least_seeds)
            figure.least_seeds = mark->n_seeds;
        if (mark->n_seeds > figure.most_seeds) figure.most_seeds = mark->n_seeds;
    }
    if (!status) status = cut_series(&figure, error);
    for (size_t i = 0; i < N_CLAIMS && !status; i++)
        if (!strcmp(claims[i].figure, study->table)) status = judge(&figure, &claims[i], error);
    if (status)
        vr_figure_free(&figure);
    else
        *out = figure;
    return status;
}

void vr_figure_free(vr_figure *figure) {
    free(figure->marks);
    free(figure->runs);
    free(figure->shapes);
    *figure = (vr_figure){0};
}
