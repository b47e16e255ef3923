/* An experiment file (bench/\*.cfg): the cells of one table and the settings of their runs.

   A cell is (table, row, data set, reading); a reading says how the paper's gaps are filled ("as printed",
   "SimpleX's settings"). A row with a sweep of one key is a curve: each of its values is a cell. Each setting carries its source, and says whether the paper states it (said) or
   leaves it open (unknown). No key that a run depends on may go without. */
#ifndef VR_STUDY_STUDY_H
#define VR_STUDY_STUDY_H

#include <stddef.h>
#include "base/error.h"
#include "study/run_spec.h"

typedef struct vr_setting {
    const char *key, *value, *source;
    int unknown; /* the paper leaves it open */
    int fixed;   /* a choice of the engine, no key of the spec */
} vr_setting;

/* What a search may give a key: from least to most, evenly in the value or in its logarithm. */
typedef enum vr_scale {
    VR_SCALE_LINEAR,
    VR_SCALE_LOG,
    VR_SCALE_WHOLE /* whole numbers, evenly in the logarithm */
} vr_scale;

typedef struct vr_range {
    const char *key, *source;
    const char *prefix; /* of the value: "count:" of tau; "" */
    double least, most;
    vr_scale scale;
} vr_range;

enum { VR_MOST_RANGES = 6, VR_MOST_RUNGS = 4 };

/* How a file's cells are searched (study/search.h); candidates 0: they are not. */
typedef struct vr_search_plan {
    uint32_t candidates, kept, near, seeds;
    uint32_t epochs[VR_MOST_RUNGS], n_rungs;
} vr_search_plan;

enum { VR_MOST_RIVALS = 4, VR_MOST_SEEDS = 16 };

typedef struct vr_cell {
    const char *row, *dataset, *reading;
    char name[96];                     /* of the run: "mine-plus-gowalla"; unique in its file */
    const char *solver;                /* a name of solvers.def, or NULL: it is trained */
    const char *not_run;               /* why nothing is trained for it, or NULL */
    const char *same_table, *same_row; /* the cell of another table whose run this is, or NULL */
    const char *x_key, *x_label;       /* of a point of a curve: what is swept; else NULL */
    double x;
    vr_setting *settings; /* empty when not_run or same_row */
    size_t n_settings;
    vr_run_spec spec;               /* checked */
    double within[2];               /* Recall, NDCG: points that count as reproduced; 0: vr_band */
    vr_range space[VR_MOST_RANGES]; /* what is searched */
    size_t n_space;
    const char *against[VR_MOST_RIVALS]; /* the rows that this one's winner is compared with */
    size_t n_against;
    unsigned line;
} vr_cell;

typedef struct vr_study {
    void *file; /* the parsed file, which holds the texts below */
    char path[4096];
    const char *table;
    const char *title, *note; /* of a figure; NULL where the file gives none */
    const char *
        expected; /* a file name in the folder of printed numbers; NULL: nothing is printed of these */
    vr_cell *cells;
    size_t n_cells;
    vr_setting *quick; /* settings of --profile quick; empty: it has none */
    size_t n_quick;
    vr_search_plan search;
} vr_study;

/* VR_NO_INPUT; VR_USAGE names file:line: syntax, an unknown key, loss, data set or value (nearest match),
   a setting without a source, a run name used twice, a key of the run that nobody set. */
vr_status vr_study_read(const char *path, vr_study *out, vr_error *error);
void vr_study_free(vr_study *study);

/* The cell's spec with those of the study's quick settings whose keys it has. */
vr_status vr_study_quick(const vr_study *study, const vr_cell *cell, vr_run_spec *out,
                         vr_error *error);

/* NULL when the cell has no such setting. */
const vr_setting *vr_cell_setting(const vr_cell *cell, const char *key);

#endif
