/* The ways to the items that a loss holds against a positive, side by side (bench/modes.cfg): what each gives, and how
   much processor time it takes to a given Recall. The rows of one loss stand together, the paper's way first. */
#ifndef VR_STUDY_MODES_H
#define VR_STUDY_MODES_H

#include "study/plan.h"

/* Recall that every way of a loss is timed to: so much of the best Recall of the first. */
#define VR_MODE_TARGET .99

typedef struct vr_mode {
    const vr_cell *cell;       /* row: the loss; reading: the way */
    const vr_record *record;   /* NULL: not run, and then all below is NaN or 0 */
    const vr_provenance *pace; /* NULL: the record came without its times */
    double epoch_seconds;      /* processor time of training and ranking: the mean of the epochs */
    double target;             /* percent; NaN while the first of the loss has no record */
    uint32_t epochs_to;        /* the first epoch that reached the target; 0: none did */
    double seconds_to;         /* epochs_to times epoch_seconds */
} vr_mode;

/* *out: study->n_cells of them, freed by the caller. They borrow from study and shelf. */
vr_status vr_modes_find(const vr_study *study, const vr_shelf *shelf, vr_sources *sources,
                        vr_mode **out, vr_error *error);

/* Whether this is the first of its loss. */
int vr_mode_leads(const vr_mode *modes, size_t index);

#endif
