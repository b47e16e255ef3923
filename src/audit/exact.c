/* The right loss of a row, in 256 bits, with what src/loss promises of its own code. */
#include "audit/formula.h"
#include "audit/oracle.h"
#include "loss/bound.h"

const char *const vr_quantity_names[VR_N_QUANTITIES] = {"value", "grad_pos", "grad_neg",
                                                        "grad_pos_samples"};

static void put(const vr_exact *from, double half_ulp, double least, vr_cell *to) {
    *to = (vr_cell){.x = mpfr_get_ld(from->value, MPFR_RNDN),
                    .bound = (double)from->condition * half_ulp + 4 * least};
}

int vr_formula_exact(const void *self, const vr_problem *p, vr_row *out) {
    vr_numbers *pool = (vr_numbers *)self;
    vr_oracle_case c;
    vr_oracle_result r;
    double least = p->bits == 32 ? 0x1p-149 : 0x1p-1074;
    if (p->params.t > 0 && p->params.t < 1) least /= p->params.t;
    vr_numbers_reset(pool);
    if (!vr_oracle_case_make(&c, pool, p->loss->name, &p->scores, &p->params, p->bits) ||
        !vr_oracle_evaluate(&c, &r))
        return -1;
    put(&r.value, c.half_ulp, least, out->cells[VR_VALUE]);
    put(&r.pos, c.half_ulp, least, out->cells[VR_GRAD_POS]);
    for (size_t j = 0; j < c.n; j++) put(&r.neg[j], c.half_ulp, least, &out->cells[VR_GRAD_NEG][j]);
    for (size_t k = 0; k < c.m && p->loss->needs_pos_samples; k++)
        put(&r.samples[k], c.half_ulp, least, &out->cells[VR_GRAD_SAMPLES][k]);
    double value = (double)out->cells[VR_VALUE]->x;
    out->cells[VR_VALUE]->bound = vr_loss_bound(p->loss, &p->scores, &p->params, value, p->bits);
    out->may_overflow = 0;
    vr_allow(p, out);
    return 1;
}
