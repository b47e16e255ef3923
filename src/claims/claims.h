/* The claims of the paper as code: claims.def has one line a claim with its check and its negative control. */
#ifndef VR_CLAIMS_CLAIMS_H
#define VR_CLAIMS_CLAIMS_H

#include "claims/ledger.h"

typedef struct vr_claim {
    const char *id, *check_name, *control_name; /* "-": none */
    vr_check *check, *control;                  /* NULL: none */
} vr_claim;

extern const vr_claim vr_claims[]; /* in the order of claims.def */
extern const size_t vr_n_claims;
const vr_claim *vr_claim_find(const char *id); /* NULL when unknown */

typedef struct vr_claim_result {
    const vr_ledger_row *row;
    vr_finding check, control;
    vr_claim_verdict measured;
    int control_rejected; /* or there is none */
    double seconds;       /* of this claim's thread */
    int ok;               /* what was measured is what the ledger says */
} vr_claim_result;

/* Runs the check and the control of each row; results: n_rows to fill, in their order. Same results for any thread
   count. on_done (may be NULL) is told how many are done, by one thread at a time. VR_INTERRUPTED. */
vr_status vr_claims_run(const vr_claims_input *input, const vr_ledger_row *const *rows,
                        size_t n_rows, void (*on_done)(void *context, size_t n_done), void *context,
                        vr_claim_result *results, vr_error *error);

/* The printed tables: FOLDER/table1.tsv to table5.tsv. Errors as vr_expected_read. */
vr_status vr_claims_input_read(const char *folder, vr_claims_input *out, vr_error *error);
void vr_claims_input_free(vr_claims_input *input);

#endif
