#include "solve/ials_problem.h"

#include <math.h>
#include <stdlib.h>
#include "model/table.h"
#include "num/draws.h"
#include "num/elementary.h"
#include "solve/debias.h"

/* x^nu, x > 0; libm's pow changes bits between machines. */
static double power(double x, double nu) {
    if (nu == 0) return 1;
    if (nu == 1) return x;
    if (nu == .5) return sqrt(x);
    return vr_exp_f64(nu * vr_log_f64(x));
}

/* p_u and r_u. */
static vr_status make_weights(vr_ials *s, vr_error *error) {
    const vr_solve_spec *spec = s->spec;
    int debiased = vr_solve_given(spec, "c") || vr_solve_given(spec, "tau");
    vr_status status = vr_debias_weights(spec, &s->dataset->train, s->c, error);
    for (uint32_t u = 0; u < s->dataset->n_users; u++)
        s->p[u] = debiased ? s->c[u] * (1 - spec->alpha0) : 1;
    return status;
}

static int side_new(vr_ials_side *at, const vr_csr *rows, size_t stride) {
    size_t n = rows->n_rows;
    *at = (vr_ials_side){.rows = rows,
                         .factors = vr_floats_new(n * stride),
                         .g = vr_floats_new(n),
                         .l = vr_floats_new(n),
                         .r = vr_floats_new(n),
                         .lambda = calloc(n + 1, sizeof *at->lambda),
                         .gram = vr_floats_new(stride * stride)};
    return at->factors && at->g && at->l && at->r && at->lambda && at->gram;
}

static void side_free(vr_ials_side *at) {
    void *all[] = {at->factors, at->g, at->l, at->r, at->lambda, at->gram};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

/* A user's system divided by p_u, an item's by the p that all users share (or by 1, its sources scaled). */
static void make_systems(const vr_ials *s, vr_ials_side *at, uint32_t n_others, int of_users) {
    const vr_solve_spec *spec = s->spec;
    for (uint32_t t = 0; t < at->rows->n_rows; t++) {
        double n = vr_csr_row_count(at->rows, t), frequency = n + spec->alpha0 * n_others;
        double p = of_users ? s->p[t] : s->scaled ? 1 : s->p[0];
        double r = of_users ? s->c[t] : s->scaled ? 1 : s->c[0];
        at->lambda[t] = n > 0 ? spec->lambda * power(frequency, spec->nu) : 0;
        at->g[t] = (float)(spec->alpha0 / p);
        at->l[t] = (float)(at->lambda[t] / p);
        at->r[t] = (float)(r / p);
    }
}

/* N(0, (init / sqrt(dim))^2), as the public implementation has it. */
static void init_items(vr_ials *s) {
    const vr_solve_spec *spec = s->spec;
    vr_draw_key key = {spec->seed, VR_STREAM_INIT_ITEMS, 0};
    double deviation = spec->init / sqrt(spec->dim);
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < s->dataset->n_items; i++) {
        float *row = s->items.factors + i * s->stride;
        vr_draw_normal(&key, i, row, spec->dim);
        for (uint32_t c = 0; c < spec->dim; c++) row[c] = (float)(deviation * (double)row[c]);
    }
}

void vr_ials_free(vr_ials *s) {
    side_free(&s->users);
    side_free(&s->items);
    vr_csr_free(&s->by_item);
    free(s->p);
    free(s->c);
    free(s->scaled);
    free(s->q);
}

vr_status vr_ials_new(const vr_solve_spec *spec, const vr_dataset *dataset, vr_ials *s,
                      vr_error *error) {
    size_t n_users = dataset->n_users;
    *s = (vr_ials){.spec = spec, .dataset = dataset, .stride = vr_row_stride(spec->dim)};
    vr_status status = vr_csr_transpose(&dataset->train, &s->by_item, error);
    if (status) return status;
    s->p = calloc(n_users + 1, sizeof *s->p);
    s->c = calloc(n_users + 1, sizeof *s->c);
    int ready = side_new(&s->users, &dataset->train, s->stride) &
                side_new(&s->items, &s->by_item, s->stride);
    if (vr_debias_per_user(spec)) {
        s->scaled = vr_floats_new(n_users * s->stride);
        s->q = vr_floats_new(n_users);
        ready &= s->scaled && s->q;
    }
    if (!ready || !s->p || !s->c)
        return vr_fail(error, VR_INTERNAL, "no memory for factors of dim = %u", spec->dim);
    status = make_weights(s, error);
    if (status) return status;
    make_systems(s, &s->users, dataset->n_items, 1);
    make_systems(s, &s->items, dataset->n_users, 0);
    init_items(s);
    return VR_OK;
}
