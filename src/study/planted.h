/* The debiased losses on planted worlds: reports/evidence/planted-estimate.tsv and planted-ranking.tsv, which
   `make planted` writes (bench/planted). A line that begins with '#' is a comment, a head line names the columns. */
#ifndef VR_STUDY_PLANTED_H
#define VR_STUDY_PLANTED_H

#include "base/tsv.h"

/* What both tables begin with; the rest are numbers but for VR_PLANTED_POSITIVES and VR_PLANTED_CHOSEN, one place. */
enum {
    VR_PLANTED_AXIS,
    VR_PLANTED_WORLD,
    VR_PLANTED_TRUE_TAU,
    VR_PLANTED_LOSS,
    VR_PLANTED_TAU_BY,
    VR_PLANTED_N,
    VR_PLANTED_M,
    VR_PLANTED_POSITIVES, /* estimates: what the M items are drawn of */
    VR_PLANTED_CHOSEN = VR_PLANTED_POSITIVES,
    VR_PLANTED_OFF, /* estimates: percent of the mean truth */
    VR_PLANTED_ERROR,
    VR_PLANTED_FLOOR,
    VR_PLANTED_RECALL = VR_PLANTED_OFF, /* rankings: percent */
    VR_PLANTED_NDCG,
    VR_PLANTED_GAIN,
    VR_PLANTED_GAIN_SD,
    VR_PLANTED_SEEDS
};

typedef enum vr_planted_kind { VR_PLANTED_ESTIMATES, VR_PLANTED_RANKINGS } vr_planted_kind;

/* A missing file is no rows. VR_BAD_DATA names file:line: another head, another number of columns, a number that is
   none. *out is untouched on error, else vr_tsv_free's. */
vr_status vr_planted_read(const char *path, vr_planted_kind kind, vr_tsv *out, vr_error *error);

#endif
