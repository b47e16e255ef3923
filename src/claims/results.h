/* What `verirec verify` measured, as a file: one claim a line, a head line with the columns' names, comments with '#'.
   The same bytes on every machine, so the committed one (reports/evidence/verify.tsv) is compared with a new one. */
#ifndef VR_CLAIMS_RESULTS_H
#define VR_CLAIMS_RESULTS_H

#include "claims/claims.h"

/* VR_CANNOT_WRITE. */
vr_status vr_results_write(const char *path, const vr_claim_result *results, size_t n_results,
                           vr_error *error);

/* One line, as it was read. */
typedef struct vr_verified {
    const char *id, *verdict, *as_ledger, *cases, *slack, *tolerance, *where, *counterexample,
        *control, *note; /* "-" for nothing */
} vr_verified;

typedef struct vr_results {
    char *bytes;
    vr_verified *rows;
    size_t n_rows;
} vr_results;

/* A missing file is no rows. VR_BAD_DATA names file:line. *out is untouched on error. */
vr_status vr_results_read(const char *path, vr_results *out, vr_error *error);
void vr_results_free(vr_results *results);
const vr_verified *vr_results_find(const vr_results *results, const char *id);

/* The first violated case of the statement as printed; "" when there is none. */
const char *vr_counterexample(const vr_claim_result *result);

#endif
