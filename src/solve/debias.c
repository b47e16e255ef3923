#include "solve/debias.h"

#include "loss/tau.h"

int vr_debias_per_user(const vr_solve_spec *spec) {
    return vr_solve_given(spec, "tau") && spec->tau_rule == VR_TAU_COUNT;
}

static vr_status weight_of(const vr_solve_spec *spec, uint32_t user, uint32_t n, uint32_t n_items,
                           double *c, vr_error *error) {
    *c = spec->tau_rule == VR_TAU_COUNT ? 1 + spec->tau_value / n : 1 + spec->tau_value;
    return vr_tau_check(spec->tau_rule, spec->tau_value, user, n, n_items, error);
}

vr_status vr_debias_weights(const vr_solve_spec *spec, const vr_csr *train, double *c,
                            vr_error *error) {
    vr_status status = VR_OK;
    for (uint32_t u = 0; !status && u < train->n_rows; u++) {
        const uint32_t n = vr_csr_row_count(train, u);
        c[u] = vr_solve_given(spec, "c") ? spec->c : 1;
        if (vr_solve_given(spec, "tau") && n)
            status = weight_of(spec, u, n, train->n_columns, &c[u], error);
    }
    return status;
}
