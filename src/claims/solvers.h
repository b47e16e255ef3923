/* The project's own solvers on a whole data set, for the claims that are measured on one. */
#ifndef VR_CLAIMS_SOLVERS_H
#define VR_CLAIMS_SOLVERS_H

#include "claims/finding.h"
#include "solve/solver.h"

/* planted-small, or what the input names; nothing is fetched. */
vr_status vr_claim_data(const vr_claims_input *in, vr_dataset *data, vr_error *error);

/* settings: "key=value key=value ...". Ranks after the last sweep only. 0 when it failed. */
int vr_claim_solve(const vr_dataset *data, const char *solver, const char *settings,
                   vr_solution *out, vr_error *error);

/* NULL when the solver has no such array. */
const vr_matrix *vr_claim_array(const vr_solution *solution, const char *file);

#endif
