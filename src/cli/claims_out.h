/* What `verify` and `claims` share: the ledger beside the program, and claims as text and JSON. */
#ifndef VR_CLI_CLAIMS_OUT_H
#define VR_CLI_CLAIMS_OUT_H

#include <jansson.h>
#include "claims/claims.h"

/* The folder that holds bench, expected and proofs; ledger NULL: its proofs/claims.tsv. root: 4096 bytes. */
vr_status vr_open_ledger(const char *specs, const char *ledger_path, char *root, vr_ledger *ledger,
                         vr_error *error);

void vr_print_ledger(const vr_ledger *ledger);
json_t *vr_ledger_row_json(const vr_ledger_row *row);
int vr_print_json(json_t *value); /* takes it; an exit code */

/* One claim in full: what the paper says, what is true, what was measured. */
void vr_explain_claim(const vr_claim_result *result);
json_t *vr_claim_result_json(const vr_claim_result *result);

#endif
