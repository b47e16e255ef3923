/* c_u = |I| tau_u^+ / |I_u^+|, the weight of a user's train pairs in the debiased loss of section 3.2. */
#ifndef VR_SOLVE_DEBIAS_H
#define VR_SOLVE_DEBIAS_H

#include "data/dataset.h"
#include "solve/spec.h"

/* Whether c_u differs from user to user: tau=count:K. Theorems 1 and 2 need one for all. */
int vr_debias_per_user(const vr_solve_spec *spec);

/* c of n_users: 1 without c and tau, and for a user without items. VR_USAGE: tau_u^+ outside (0, 1) (the first such user
   is named). */
vr_status vr_debias_weights(const vr_solve_spec *spec, const vr_csr *train, double *c,
                            vr_error *error);

#endif
