#include "solve/admm.h"

#include <math.h>
#include <string.h>

vr_status vr_admm_step(vr_admm *admm, vr_admm_residuals *out, vr_error *error) {
    memcpy(admm->old_z, admm->z, admm->n_z * sizeof *admm->z);
    vr_status status = admm->solve_x(admm->context, admm->z, admm->u, error);
    if (status) return status;
    admm->solve_z(admm->context, admm->u, admm->z);
    admm->constraint(admm->context, admm->z, admm->gap);
    double squares = 0;
    for (size_t i = 0; i < admm->n_rows; i++) {
        admm->u[i] += admm->gap[i];
        squares += admm->gap[i] * admm->gap[i];
    }
    *out = (vr_admm_residuals){sqrt(squares), admm->dual(admm->context, admm->old_z, admm->z)};
    return VR_OK;
}
