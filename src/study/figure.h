/* A figure: curves of Recall@20 against one setting (bench/fig?.cfg), and what the paper says of their shapes
   (shapes.def), judged. */
#ifndef VR_STUDY_FIGURE_H
#define VR_STUDY_FIGURE_H

#include "study/plan.h"
#include "study/shape.h"

enum { VR_N_FIGURES = 3, VR_MOST_SERIES = 8 };

/* The points of one row, in the order of the file. */
typedef struct vr_series {
    const char *row, *key, *label; /* label: of the swept key */
    vr_curve curve;
    const vr_cell *cells;         /* curve.n of them */
    const vr_record *const *runs; /* of each, that of the first seed with a record; NULL: not run */
} vr_series;

/* One claim of the paper, of one curve. */
typedef struct vr_shape_claim {
    const char *figure, *row, *key;
    vr_shape_check check;
    const char *other_row, *other_key; /* the curve that it is compared with, or NULL */
    double from, to;
    const char *text; /* as the paper has it */
} vr_shape_claim;

typedef struct vr_judged_shape {
    const vr_shape_claim *claim;
    vr_shape_found found;
} vr_judged_shape;

typedef struct vr_figure {
    const vr_study *study;
    vr_mark *marks; /* of study->cells */
    const vr_record **runs;
    vr_series series[VR_MOST_SERIES];
    size_t n_series;
    vr_judged_shape *shapes;
    size_t n_shapes;
    size_t n_run;                   /* points with a record */
    size_t least_seeds, most_seeds; /* of such a point */
} vr_figure;

/* *out borrows from study and shelf. VR_USAGE: the study's curves are not those that shapes.def speaks of, or are too many. */
vr_status vr_figure_build(const vr_study *study, const vr_shelf *shelf, vr_sources *sources,
                          vr_figure *out, vr_error *error);
void vr_figure_free(vr_figure *figure);

#endif
