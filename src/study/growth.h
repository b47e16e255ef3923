/* What growth costs on one machine: reports/evidence/growth.tsv, which `make growth` measures.

   A head line names the columns; lines that begin with '#' are comments, the first of which names the machine. */
#ifndef VR_STUDY_GROWTH_H
#define VR_STUDY_GROWTH_H

#include <stddef.h>
#include "base/error.h"

/* The numbers of a line, in the order of the columns. */
typedef enum vr_growth_column {
    VR_GROWTH_USERS,
    VR_GROWTH_ITEMS,
    VR_GROWTH_TRAIN_PAIRS,
    VR_GROWTH_TEST_PAIRS,
    VR_GROWTH_DIM,
    VR_GROWTH_NEGATIVES,
    VR_GROWTH_BATCH,
    VR_GROWTH_THREADS,
    VR_GROWTH_STEPS_TIMED,
    VR_GROWTH_STEP_MS,
    VR_GROWTH_TRAIN_S,
    VR_GROWTH_RANK_S,
    VR_GROWTH_EPOCH_S,
    VR_GROWTH_PEAK_MIB,  /* measured */
    VR_GROWTH_MODEL_MIB, /* train/memory.h */
    VR_GROWTH_MODEL_OVER_PEAK,
    VR_GROWTH_NUMBERS
} vr_growth_column;

typedef struct vr_growth_row {
    char sweep[40], world[40];
    double at[VR_GROWTH_NUMBERS]; /* NaN: empty */
} vr_growth_row;

typedef struct vr_growth {
    char machine[256]; /* "" when there is no file */
    vr_growth_row *rows;
    size_t n_rows;
} vr_growth;

/* A missing file is no rows. VR_BAD_DATA names file:line. *out is untouched on error. */
vr_status vr_growth_read(const char *path, vr_growth *out, vr_error *error);
void vr_growth_free(vr_growth *growth);

#endif
