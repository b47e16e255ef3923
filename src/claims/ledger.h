/* The ledger: proofs/claims.tsv, one claim of the paper a line.

   Ten columns separated by one tab: id, place, statement, verdict, condition, correction, check, control, proof,
   evidence. Lines that begin with '#' are comments; "-" stands for nothing. check and control are names of
   claims.def. proof names theorems as FILE:THEOREM, with what of the claim they leave open in parentheses, or says
   "none: WHY"; tests/cli/ledger-proofs.sh looks each up in what Coq has checked. */
#ifndef VR_CLAIMS_LEDGER_H
#define VR_CLAIMS_LEDGER_H

#include "claims/finding.h"

typedef struct vr_ledger_row {
    const char *id, *place, *statement, *verdict_text, *condition, *correction, *check, *control,
        *proof, *evidence; /* in vr_ledger.bytes */
    vr_claim_verdict verdict;
    unsigned line;
} vr_ledger_row;

typedef struct vr_ledger {
    char *bytes;
    vr_ledger_row *rows; /* in the order of the file */
    size_t n_rows;
} vr_ledger;

/* VR_NO_INPUT; VR_BAD_DATA names file:line: a wrong number of columns, an empty field, a verdict that is none, a
   condition or correction that is missing where the verdict needs one, an id twice, and every difference between
   the ledger and claims.def: an id that only one of them has, another check or control. *out is untouched on
   error. */
vr_status vr_ledger_read(const char *path, vr_ledger *out, vr_error *error);
void vr_ledger_free(vr_ledger *ledger);

/* NULL when there is no such id. */
const vr_ledger_row *vr_ledger_find(const vr_ledger *ledger, const char *id);

#endif
