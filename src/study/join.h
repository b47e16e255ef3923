/* Printed numbers and our records, cell by cell, each with its verdict. */
#ifndef VR_STUDY_JOIN_H
#define VR_STUDY_JOIN_H

#include "data/expected.h"
#include "study/plan.h"
#include "study/verdict.h"

enum { VR_RECALL, VR_NDCG, VR_N_METRICS };
extern const char *const vr_metric_names[VR_N_METRICS]; /* "recall@20", "ndcg@20" */

typedef struct vr_comparison {
    const vr_expected_row *printed;
    double ours, sd; /* percent: mean and standard deviation over the seeds; NaN without a record */
    double band;     /* points: what the verdict allows, 2 sd where that is more */
    vr_verdict verdict;
} vr_comparison;

typedef struct vr_joined {
    const char *table, *row, *dataset, *reading;
    const vr_study *study; /* of cell; NULL with it */
    const vr_cell *cell;   /* whose settings these are; NULL for a copied row */
    vr_comparison metrics[VR_N_METRICS];
    size_t n_seeds;
    const vr_record *seeds[VR_MOST_SEEDS]; /* n_seeds of them, by seed */
    const vr_record *record;               /* the first; NULL: none */
    const vr_record *quick;                /* of --profile quick */
    int no_data;                           /* cannot run: the data set cannot be had */
    char why[1100]; /* of not run and cannot run; of a run that its cap cut off */
} vr_joined;

/* Relative improvement: printed, recomputed from the printed cells, and from ours (NaN: a cell is missing). */
typedef struct vr_improvement_row {
    const vr_expected_row *printed;
    double from_printed, from_ours;
} vr_improvement_row;

typedef struct vr_join {
    vr_joined *cells; /* in the order in which the paper prints them */
    size_t n_cells;
    vr_improvement_row *improvements;
    size_t n_improvements;
    size_t counts[VR_N_VERDICTS]; /* of the metrics of cells read "as printed" */
} vr_join;

typedef struct vr_join_input {
    const vr_study *studies; /* n of each, in parallel */
    const vr_expected *expected;
    size_t n;
    const vr_shelf *shelf;
    vr_sources *sources;
    const vr_plan *plan; /* for the reasons of failed runs; may be NULL */
} vr_join_input;

/* Errors: VR_USAGE when a printed row has no entry in its study, or same_as names none. The result borrows
   from all inputs. */
vr_status vr_join_build(const vr_join_input *input, vr_join *out, vr_error *error);
void vr_join_free(vr_join *join);

const vr_joined *vr_join_find(const vr_join *join, const char *table, const char *row,
                              const char *dataset);

/* RI% of one printed line of Table 2 recomputed from the printed cells ("CCL RI%", or its average). */
double vr_printed_improvement(const vr_expected *table2, const vr_expected_row *line);

#endif
