#include "audit/diagnose.h"

#include <math.h>
#include <stdlib.h>

/* A mistake is computed in double: what its own roundings may add where the foreign code is as good. */
static const double slack = 2;

typedef struct search {
    const vr_audit_case *c;
    vr_measure exact, *mistakes; /* by the default tolerance; one for each mistake */
    vr_diagnosis *out;
} search;

/* --- reductions ------------------------------------------------------------------------------------ */

/* The deviation of a quantity: a single row has no reduction. */
static const vr_deviation *deviation(const search *s, const vr_measure *m, int q, vr_reduction r) {
    return &m->deviations[q][s->c->n_rows == 1 || (q != VR_VALUE && r == VR_SUM) ? VR_ROWS : r];
}

static double excess_of(const search *s, const vr_measure *m, int q, vr_reduction r) {
    const vr_deviation *t = deviation(s, m, q, r);
    return t->measured && !(t->excess <= 1e300) ? (double)INFINITY : t->measured ? t->excess : 0;
}

static double worst_gradient(const search *s, const vr_measure *m, vr_reduction r) {
    double worst = 0;
    for (int q = VR_GRAD_POS; q < VR_N_QUANTITIES; q++) worst = fmax(worst, excess_of(s, m, q, r));
    return worst;
}

static int any_gradient(const vr_audit_case *c) {
    return c->got[VR_GRAD_POS] || c->got[VR_GRAD_NEG] || c->got[VR_GRAD_SAMPLES];
}

/* Whether these go together: the gradients of the mean are those of the sum over B. */
static int consistent(const vr_audit_case *c, vr_reduction value, vr_reduction gradient) {
    if (c->n_rows == 1 || value == VR_ROWS || !any_gradient(c)) return 1;
    return (value == VR_MEAN) == (gradient == VR_MEAN);
}

/* The reductions under which a measure is nearest; where both will do, one that goes with the value. */
static void choose(const search *s, const vr_measure *m, vr_reduction *value,
                   vr_reduction *gradient) {
    *value = VR_ROWS;
    *gradient = VR_ROWS;
    if (s->c->n_rows == 1) return;
    if (s->c->n_values == 1)
        *value = excess_of(s, m, VR_VALUE, VR_MEAN) <= excess_of(s, m, VR_VALUE, VR_SUM) ? VR_MEAN
                                                                                         : VR_SUM;
    double rows = worst_gradient(s, m, VR_ROWS), mean = worst_gradient(s, m, VR_MEAN);
    int either = (rows <= 1 && mean <= 1) || rows == mean;
    if (either ? *value == VR_MEAN : mean < rows) *gradient = VR_MEAN;
}

/* --- one mistake ------------------------------------------------------------------------------------ */

/* Which quantities are wrong and explained by the mistake, and how: *used are their bits. The others must be right by
   the right formula, and where the mistake is alone by the mistake's too. */
static int explains(const search *s, const vr_measure *m, vr_reduction value, vr_reduction gradient,
                    int alone, unsigned *used, double *excess) {
    *used = 0;
    *excess = 0;
    for (int q = 0; q < VR_N_QUANTITIES; q++) {
        vr_reduction r = q == VR_VALUE ? value : gradient;
        if (!s->c->got[q]) continue;
        double this = excess_of(s, m, q, r) / slack;
        int right = excess_of(s, &s->exact, q, r) <= 1;
        if (!(this <= 1) && (alone || !right)) return 0;
        if (right) continue;
        *used |= 1u << q;
        *excess = fmax(*excess, this);
    }
    return *used != 0;
}

static void keep(vr_diagnosis *out, vr_explanation e) {
    size_t at = out->n_explanations;
    while (at > 0 && out->explanations[at - 1].excess > e.excess) at--;
    if (at == VR_MOST_EXPLANATIONS) return;
    if (out->n_explanations < VR_MOST_EXPLANATIONS) out->n_explanations++;
    for (size_t i = out->n_explanations - 1; i > at; i--)
        out->explanations[i] = out->explanations[i - 1];
    out->explanations[at] = e;
}

/* Reductions that go together first. */
static int try_reductions(const search *s, const vr_mistake *mistake, const vr_measure *m,
                          int together, int alone) {
    for (vr_reduction value = VR_ROWS; value < VR_N_REDUCTIONS; value++)
        for (vr_reduction gradient = VR_ROWS; gradient < VR_N_REDUCTIONS; gradient += VR_MEAN) {
            int rows = s->c->n_values == s->c->n_rows;
            unsigned used;
            double excess;
            if (rows != (value == VR_ROWS) || (s->c->n_rows == 1 && gradient != VR_ROWS)) continue;
            if (consistent(s->c, value, gradient) != together) continue;
            if (!explains(s, m, value, gradient, alone, &used, &excess)) continue;
            const vr_mistake *in_value = used & 1u << VR_VALUE ? mistake : NULL;
            const vr_mistake *in_gradient = used & ~(1u << VR_VALUE) ? mistake : NULL;
            keep(s->out, (vr_explanation){in_value, in_gradient, value, gradient, excess});
            return 1;
        }
    return 0;
}

/* --- two mistakes, one in the value and one in the gradients ------------------------------------------ */

static int explains_value(const search *s, size_t i, vr_reduction value) {
    return s->mistakes[i].applies && excess_of(s, &s->mistakes[i], VR_VALUE, value) <= slack;
}

static int explains_gradients(const search *s, size_t i, vr_reduction gradient) {
    for (int q = VR_GRAD_POS; q < VR_N_QUANTITIES; q++)
        if (s->c->got[q] && excess_of(s, &s->exact, q, gradient) > 1 &&
            !(excess_of(s, &s->mistakes[i], q, gradient) <= slack))
            return 0;
    return s->mistakes[i].applies;
}

static void try_pairs(const search *s, vr_reduction value, vr_reduction gradient) {
    for (size_t i = 0; i < vr_n_mistakes; i++) {
        if (!explains_value(s, i, value)) continue;
        for (size_t j = 0; j < vr_n_mistakes; j++)
            if (explains_gradients(s, j, gradient)) {
                keep(s->out,
                     (vr_explanation){&vr_mistakes[i], &vr_mistakes[j], value, gradient, 1});
                break;
            }
    }
}

static void try_all_pairs(const search *s) {
    if (!any_gradient(s->c)) return;
    if (s->c->n_values == s->c->n_rows) {
        try_pairs(s, VR_ROWS, VR_ROWS);
        if (!s->out->n_explanations && s->c->n_rows > 1) try_pairs(s, VR_ROWS, VR_MEAN);
        return;
    }
    try_pairs(s, VR_MEAN, VR_MEAN);
    if (!s->out->n_explanations) try_pairs(s, VR_SUM, VR_ROWS);
}

static vr_status measure_mistakes(search *s, vr_error *error) {
    vr_status status = VR_OK;
    for (size_t i = 0; i < vr_n_mistakes && !status; i++) {
        vr_yardstick y = {vr_formula_mistaken, &vr_mistakes[i], (double)NAN, 0};
        if (vr_mistake_concerns(&vr_mistakes[i], s->c->loss))
            status = vr_audit_measure(s->c, &y, &s->mistakes[i], error);
    }
    return status;
}

static vr_status find(search *s, vr_error *error) {
    s->mistakes = calloc(vr_n_mistakes, sizeof *s->mistakes);
    if (!s->mistakes) return vr_fail(error, VR_INTERNAL, "no memory for the mistakes");
    vr_status status = measure_mistakes(s, error);
    for (int way = 0; way < 4 && !status && !s->out->n_explanations; way++)
        for (size_t i = 0; i < vr_n_mistakes; i++)
            if (s->mistakes[i].applies)
                try_reductions(s, &vr_mistakes[i], &s->mistakes[i], way / 2 == 0, way % 2 == 0);
    if (!status && !s->out->n_explanations) try_all_pairs(s);
    free(s->mistakes);
    return status;
}

/* --- the verdict ---------------------------------------------------------------------------------- */

static int all_right(const search *s, const vr_measure *m, vr_reduction value,
                     vr_reduction gradient) {
    return excess_of(s, m, VR_VALUE, value) <= 1 && worst_gradient(s, m, gradient) <= 1;
}

static vr_status measure_exact(const vr_audit_case *c, double tolerance, vr_measure *out,
                               vr_error *error) {
    vr_numbers *pool = vr_numbers_new();
    if (!pool) return vr_fail(error, VR_INTERNAL, "no memory for 256-bit numbers");
    vr_yardstick y = {vr_formula_exact, pool, tolerance, 1};
    vr_status status = vr_audit_measure(c, &y, out, error);
    vr_numbers_free(pool);
    return status;
}

vr_status vr_audit_diagnose(const vr_audit_case *c, double tolerance, vr_diagnosis *out,
                            vr_error *error) {
    search s = {.c = c, .out = out};
    *out = (vr_diagnosis){0};
    vr_status status = measure_exact(c, tolerance, &out->exact, error);
    if (status) return status;
    s.exact = out->exact;
    if (!isnan(tolerance)) status = measure_exact(c, (double)NAN, &s.exact, error);
    if (status) return status;
    choose(&s, &s.exact, &out->value, &out->gradient);
    int together = consistent(c, out->value, out->gradient);
    int fits = all_right(&s, &s.exact, out->value, out->gradient);
    out->right = together && all_right(&s, &out->exact, out->value, out->gradient);
    out->reductions_differ = fits && !together;
    out->only_inaccurate = fits && together && !out->right;
    return fits ? VR_OK : find(&s, error);
}
