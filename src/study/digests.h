/* Are this build's records the expected ones, to the last bit? expected/smoke.tsv has the digests of the smoke runs,
   expected/own.tsv those of the full runs that this project made. */
#ifndef VR_STUDY_DIGESTS_H
#define VR_STUDY_DIGESTS_H

#include "data/expected.h"
#include "study/plan.h"

typedef enum vr_digest_state {
    VR_DIGEST_SAME,         /* the record's digest is the expected one */
    VR_DIGEST_DIFFERS,      /* it is another */
    VR_DIGEST_NO_RECORD,    /* the run is not done */
    VR_DIGEST_NOT_EXPECTED, /* the file has no digest of this run */
    VR_DIGEST_NO_DATA /* whether there is a record cannot be told: its name has the hash of data that is not here */
} vr_digest_state;

typedef struct vr_digest {
    const char *table, *row; /* as the file has them; row: the run's name, of a smoke run its row */
    const vr_cell *cell;
    const vr_record *record; /* NULL with VR_DIGEST_NO_RECORD and VR_DIGEST_NO_DATA */
    vr_digest_state state;
} vr_digest;

const char *vr_digest_text(vr_digest_state state);

/* *out: study->n_cells items, freed by the caller. They borrow from study and shelf. */
vr_status vr_digests_check(const vr_study *study, const vr_expected *expected,
                           const vr_shelf *shelf, vr_sources *sources, vr_digest **out,
                           vr_error *error);

/* Writes the digests and metrics of those that have a record, and what `before` had of those without data; head: the
   comment on top. */
vr_status vr_digests_write(const vr_digest *items, size_t n, const vr_expected *before,
                           const char *head, const char *path, vr_error *error);

#endif
