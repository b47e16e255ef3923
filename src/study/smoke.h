/* The smoke test: are this build's smoke records the expected ones, to the last bit? */
#ifndef VR_STUDY_SMOKE_H
#define VR_STUDY_SMOKE_H

#include "data/expected.h"
#include "study/plan.h"

typedef enum vr_smoke_state {
    VR_SMOKE_SAME,        /* the record's digest is the expected one */
    VR_SMOKE_DIFFERS,     /* it is another */
    VR_SMOKE_NO_RECORD,   /* the run is not done */
    VR_SMOKE_NOT_EXPECTED /* expected/smoke.tsv has no digest of this row */
} vr_smoke_state;

typedef struct vr_smoke {
    const vr_cell *cell;
    const vr_record *record; /* NULL with VR_SMOKE_NO_RECORD */
    vr_smoke_state state;
} vr_smoke;

const char *vr_smoke_text(vr_smoke_state state);

/* *out: study->n_cells items, freed by the caller. They borrow from study and shelf. */
vr_status vr_smoke_check(const vr_study *study, const vr_expected *expected, const vr_shelf *shelf,
                         vr_sources *sources, vr_smoke **out, vr_error *error);

/* Writes the digests and metrics of finished smoke records as expected/smoke.tsv. */
vr_status vr_smoke_write(const vr_smoke *items, size_t n, const char *path, vr_error *error);

#endif
