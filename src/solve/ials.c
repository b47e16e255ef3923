/* iALS (Eq. 23) and its debiased form (section 3.2). For S the train pairs, y_ui = <w_u, h_i>:

     Eq. 23     sum_S (y_ui - 1)^2 + alpha0 sum_{all u,i} y_ui^2 + lambda R(W, H)
     debiased   sum_u c_u sum_{i in I_u} [(y_ui - 1)^2 - alpha0 y_ui^2] + alpha0 sum_{all} y_ui^2 + lambda R(W, H)
     R          sum_u (|I_u| + alpha0 |I|)^nu |w_u|^2 + sum_i (|U_i| + alpha0 |U|)^nu |h_i|^2

   Both are sum_S (p_u y_ui^2 - 2 r_u y_ui + r_u) + alpha0 sum y^2 + lambda R with p = r = 1, and p = c_u (1 - alpha0),
   r = c_u. Given H, the minimiser is the solution of

     (p_u H_S H_S^T + alpha0 H H^T + lambda_u I) w_u = r_u H_S 1,

   and likewise for items with the pairs' own p_u and r_u (the paper prints sqrt(c_u) on the right; it is c_u). A
   sweep solves the items and then the users, after one first half-step for the users, so that the users always
   fit the items that they are ranked with: the order of the authors' public implementation. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "base/progress.h"
#include "eval/evaluate.h"
#include "model/table.h"
#include "num/draws.h"
#include "num/elementary.h"
#include "solve/half_step.h"
#include "solve/solver.h"

enum { CUTOFF = 20, TILE = 512 /* users whose loss is one sum */ };

/* One side: users or items. */
typedef struct side {
    const vr_csr *rows; /* its train pairs by row */
    float *factors;     /* n x stride */
    float *g, *l, *r;   /* n: as half_step.h has them */
    double *lambda;     /* n: weight of its regulariser */
    float *gram;        /* of the factors */
} side;

typedef struct ials {
    const vr_solve_spec *spec;
    const vr_dataset *dataset;
    vr_csr by_item;
    side users, items;
    double *p, *pr; /* n_users: p_u and r_u */
    float *scaled,
        *q; /* users' rows times sqrt(p_u), r_u / sqrt(p_u); NULL where p is one for all */
    size_t stride;
} ials;

/* --- the problem ----------------------------------------------------------------------------------- */

static int is_debiased(const vr_solve_spec *spec) {
    return vr_solve_given(spec, "c") || vr_solve_given(spec, "tau");
}

static int is_per_user(const vr_solve_spec *spec) {
    return vr_solve_given(spec, "tau") && spec->tau_rule == VR_TAU_COUNT;
}

/* x^nu, x > 0; libm's pow changes bits between machines. */
static double power(double x, double nu) {
    if (nu == 0) return 1;
    if (nu == 1) return x;
    if (nu == .5) return sqrt(x);
    return vr_exp_f64(nu * vr_log_f64(x));
}

/* c_u = |I| tau_u^+ / |I_u^+|, for a user with items. VR_USAGE: tau_u^+ is no probability. */
static vr_status weight_of(const ials *s, uint32_t user, double *c, vr_error *error) {
    const vr_solve_spec *spec = s->spec;
    uint32_t n = vr_csr_row_count(&s->dataset->train, user), n_items = s->dataset->n_items;
    *c = spec->c;
    if (!vr_solve_given(spec, "tau") || !n) return VR_OK;
    double tau = spec->tau_rule == VR_TAU_COUNT ? vr_tau_count(n, spec->tau_value, n_items)
                                                : vr_tau_scale(n, spec->tau_value, n_items);
    *c = spec->tau_rule == VR_TAU_COUNT ? tau * n_items / n : 1 + spec->tau_value;
    if (tau > 0 && tau < 1) return VR_OK;
    return vr_fail(
        error, VR_USAGE,
        "tau: user %u with %u of %u items gets tau_u^+ = %g; expected 0 < tau_u^+ < 1, it is "
        "the share of items that the user would like (Eq. 5); choose a smaller K or alpha",
        user, n, n_items, tau);
}

static vr_status make_weights(ials *s, vr_error *error) {
    double alpha0 = s->spec->alpha0;
    for (uint32_t u = 0; u < s->dataset->n_users; u++) {
        double c = 1;
        vr_status status = is_debiased(s->spec) ? weight_of(s, u, &c, error) : VR_OK;
        if (status) return status;
        s->p[u] = is_debiased(s->spec) ? c * (1 - alpha0) : 1;
        s->pr[u] = c;
    }
    return VR_OK;
}

static int side_new(side *at, const vr_csr *rows, size_t stride) {
    size_t n = rows->n_rows;
    *at = (side){.rows = rows,
                 .factors = vr_floats_new(n * stride),
                 .g = vr_floats_new(n),
                 .l = vr_floats_new(n),
                 .r = vr_floats_new(n),
                 .lambda = calloc(n + 1, sizeof *at->lambda),
                 .gram = vr_floats_new(stride * stride)};
    return at->factors && at->g && at->l && at->r && at->lambda && at->gram;
}

static void side_free(side *at) {
    void *all[] = {at->factors, at->g, at->l, at->r, at->lambda, at->gram};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

/* A user's system divided by p_u, an item's by the p that all users share (or by 1, its sources scaled). */
static void make_systems(const ials *s, side *at, uint32_t n_others, int of_users) {
    const vr_solve_spec *spec = s->spec;
    for (uint32_t t = 0; t < at->rows->n_rows; t++) {
        double n = vr_csr_row_count(at->rows, t), frequency = n + spec->alpha0 * n_others;
        double p = of_users ? s->p[t] : s->scaled ? 1 : s->p[0];
        double r = of_users ? s->pr[t] : s->scaled ? 1 : s->pr[0];
        at->lambda[t] = n > 0 ? spec->lambda * power(frequency, spec->nu) : 0;
        at->g[t] = (float)(spec->alpha0 / p);
        at->l[t] = (float)(at->lambda[t] / p);
        at->r[t] = (float)(r / p);
    }
}

/* N(0, (init / sqrt(dim))^2), as the public implementation has it. */
static void init_items(ials *s) {
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

static void ials_free(ials *s) {
    side_free(&s->users);
    side_free(&s->items);
    vr_csr_free(&s->by_item);
    free(s->p);
    free(s->pr);
    free(s->scaled);
    free(s->q);
}

static vr_status ials_new(const vr_solve_spec *spec, const vr_dataset *dataset, ials *s,
                          vr_error *error) {
    size_t n_users = dataset->n_users;
    *s = (ials){.spec = spec, .dataset = dataset, .stride = (spec->dim + 15) / 16 * 16};
    vr_status status = vr_csr_transpose(&dataset->train, &s->by_item, error);
    if (status) return status;
    s->p = calloc(n_users + 1, sizeof *s->p);
    s->pr = calloc(n_users + 1, sizeof *s->pr);
    int ready = side_new(&s->users, &dataset->train, s->stride) &
                side_new(&s->items, &s->by_item, s->stride);
    if (is_per_user(spec)) {
        s->scaled = vr_floats_new(n_users * s->stride);
        s->q = vr_floats_new(n_users);
        ready &= s->scaled && s->q;
    }
    if (!ready || !s->p || !s->pr)
        return vr_fail(error, VR_INTERNAL, "no memory for factors of dim = %u", spec->dim);
    status = make_weights(s, error);
    if (status) return status;
    make_systems(s, &s->users, dataset->n_items, 1);
    make_systems(s, &s->items, dataset->n_users, 0);
    init_items(s);
    return VR_OK;
}

/* --- a sweep --------------------------------------------------------------------------------------- */

static vr_half_step step_of(const ials *s, const side *target, const side *source) {
    return (vr_half_step){.what = target == &s->users ? "user" : "item",
                          .dim = s->spec->dim,
                          .stride = s->stride,
                          .rows = target->rows,
                          .sources = source->factors,
                          .gram = source->gram,
                          .g = target->g,
                          .l = target->l,
                          .r = target->r,
                          .block = s->spec->block,
                          .targets = target->factors};
}

static vr_status solve_users(ials *s, vr_error *error) {
    vr_status status =
        vr_gram(s->items.factors, s->dataset->n_items, s->stride, s->items.gram, error);
    vr_half_step step = step_of(s, &s->users, &s->items);
    return status ? status : vr_half_step_solve(&step, error);
}

/* Users of unequal weight: sum_u p_u w w^T = sum v v^T with v = sqrt(p_u) w. */
static void scale_users(ials *s) {
#pragma omp parallel for schedule(static)
    for (uint32_t u = 0; u < s->dataset->n_users; u++) {
        double root = sqrt(s->p[u]);
        for (size_t c = 0; c < s->stride; c++)
            s->scaled[u * s->stride + c] =
                (float)(root * (double)s->users.factors[u * s->stride + c]);
        s->q[u] = (float)(s->pr[u] / root);
    }
}

static vr_status solve_items(ials *s, vr_error *error) {
    vr_status status =
        vr_gram(s->users.factors, s->dataset->n_users, s->stride, s->users.gram, error);
    vr_half_step step = step_of(s, &s->items, &s->users);
    if (s->scaled) {
        scale_users(s);
        step.sources = s->scaled;
        step.q = s->q;
    }
    return status ? status : vr_half_step_solve(&step, error);
}

/* <a, b> over n, a multiple of 8: eight sums in double. */
static double dot(const float *a, const float *b, size_t n) {
    double sums[8] = {0};
    for (size_t c = 0; c < n; c += 8)
        for (size_t k = 0; k < 8; k++) sums[k] += (double)a[c + k] * (double)b[c + k];
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) +
           ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

/* sum_S (p y^2 - 2 r y + r) + the users' regulariser, over a tile of users. */
static double tile_loss(const ials *s, uint32_t first, uint32_t end) {
    const vr_csr *train = &s->dataset->train;
    double sum = 0;
    for (uint32_t u = first; u < end; u++) {
        const float *w = s->users.factors + u * s->stride;
        sum += s->users.lambda[u] * dot(w, w, s->stride);
        for (uint64_t j = train->offsets[u]; j < train->offsets[u + 1]; j++) {
            double y = dot(w, s->items.factors + train->columns[j] * s->stride, s->stride);
            sum += s->p[u] * y * y - 2 * s->pr[u] * y + s->pr[u];
        }
    }
    return sum;
}

/* The objective, with the users' Gram matrix of the moment: sum over all pairs of y^2 = <W^T W, H^T H>. */
static vr_status objective(ials *s, double *out, vr_error *error) {
    uint32_t n = s->dataset->n_users, n_tiles = (n + TILE - 1) / TILE;
    double *parts = calloc((size_t)n_tiles + 1, sizeof *parts), sum = 0;
    vr_status status = vr_gram(s->users.factors, n, s->stride, s->users.gram, error);
    if (!parts) status = vr_fail(error, VR_INTERNAL, "no memory for %u tiles", n_tiles);
    if (!status) {
#pragma omp parallel for schedule(dynamic, 1)
        for (uint32_t k = 0; k < n_tiles; k++)
            parts[k] = tile_loss(s, k * TILE, (k + 1) * TILE < n ? (k + 1) * TILE : n);
        for (uint32_t k = 0; k < n_tiles; k++) sum += parts[k];
        for (uint32_t i = 0; i < s->dataset->n_items; i++) {
            const float *h = s->items.factors + i * s->stride;
            sum += s->items.lambda[i] * dot(h, h, s->stride);
        }
        *out = sum + s->spec->alpha0 * dot(s->users.gram, s->items.gram, s->stride * s->stride);
    }
    free(parts);
    return status;
}

static vr_status measure(const ials *s, vr_sweep *sweep, vr_error *error) {
    uint32_t columns = (uint32_t)s->stride; /* the padding adds 0 to every score */
    vr_matrix users = {s->dataset->n_users, columns, s->users.factors};
    vr_matrix items = {s->dataset->n_items, columns, s->items.factors};
    vr_evaluation evaluation = {.users = &users,
                                .items = &items,
                                .similarity = VR_DOT,
                                .train = &s->dataset->train,
                                .test = &s->dataset->test,
                                .k = CUTOFF};
    vr_metrics metrics;
    vr_status status = vr_evaluate(&evaluation, NULL, &metrics, error);
    if (status) return status;
    sweep->recall = metrics.recall;
    sweep->ndcg = metrics.ndcg;
    return VR_OK;
}

static vr_status one_sweep(ials *s, uint32_t number, const vr_solve_hooks *hooks, vr_solution *out,
                           vr_error *error) {
    vr_sweep sweep = {.sweep = number, .recall = NAN, .ndcg = NAN};
    int ranks = !(hooks && hooks->last_only) || number == s->spec->sweeps;
    double began = vr_seconds();
    vr_status status = vr_solve_go_on(hooks, error);
    if (!status && number == 1) status = solve_users(s, error);
    if (!status) status = solve_items(s, error);
    if (!status) status = solve_users(s, error);
    if (!status) status = objective(s, &sweep.objective, error);
    double solved = vr_seconds();
    if (!status && ranks) status = measure(s, &sweep, error);
    if (status) return status;
    return vr_solution_add(out, &sweep, solved - began, vr_seconds() - solved, hooks, error);
}

static vr_status keep(const ials *s, const float *padded, uint32_t n_rows, const char *file,
                      vr_solution *out, vr_error *error) {
    vr_table shape = {.n_rows = n_rows, .dim = s->spec->dim, .stride = (uint32_t)s->stride};
    vr_solution_array *array = &out->arrays[out->n_arrays];
    array->file = file;
    vr_status status = vr_table_copy(&shape, padded, &array->matrix, error);
    if (!status) out->n_arrays++;
    return status;
}

static vr_status run(const vr_solve_spec *spec, const vr_dataset *dataset,
                     const vr_solve_hooks *hooks, vr_solution *out, vr_error *error) {
    ials s;
    vr_status status = ials_new(spec, dataset, &s, error);
    for (uint32_t k = 1; !status && k <= spec->sweeps; k++)
        status = one_sweep(&s, k, hooks, out, error);
    if (!status) status = keep(&s, s.users.factors, dataset->n_users, "users.npy", out, error);
    if (!status) status = keep(&s, s.items.factors, dataset->n_items, "items.npy", out, error);
    ials_free(&s);
    return status;
}

/* --- the solver ------------------------------------------------------------------------------------ */

static vr_status check(const vr_solve_spec *spec, const char *where, vr_error *error) {
    if (vr_solve_given(spec, "c") && vr_solve_given(spec, "tau"))
        return vr_fail(error, VR_USAGE,
                       "%s: both c and tau; c is one c_u for all users, tau a rule for each: give "
                       "one of them",
                       where);
    if (spec->block % 16)
        return vr_fail(
            error, VR_USAGE,
            "%s: block = %u; expected a multiple of 16, the width of a kernel's block, or "
            "0 for all coordinates at once",
            where, spec->block);
    return VR_OK;
}

static double memory(const vr_solve_spec *spec, const vr_dataset *dataset, int threads) {
    double stride = (spec->dim + 15) / 16 * 16, users = dataset->n_users, items = dataset->n_items,
           most = users > items ? users : items, pairs = (double)vr_csr_count(&dataset->train);
    double tables = 4 * stride * (users + items + (is_per_user(spec) ? users : 0)) +
                    40 * (users + items) + 8 * stride * stride;
    double grams = 4 * stride * stride * (most / 1024 + 1);
    double copies = 4 * spec->dim * (users + items), ranking = 4 * stride * items;
    return tables + grams + copies + ranking + 4 * pairs + 8 * items +
           vr_half_step_bytes((size_t)stride, most, most / 4, threads);
}

static double work(const vr_solve_spec *spec, const vr_dataset *dataset) {
    double d = spec->dim, rows = (double)dataset->n_users + dataset->n_items,
           pairs = (double)vr_csr_count(&dataset->train);
    return pairs * d * d + rows * (d * d / 2 + d * d * d / 6);
}

static uint32_t sweeps(const vr_solve_spec *spec) {
    return spec->sweeps;
}

const vr_solver vr_solver_ials = {.name = "ials",
                                  .title = "implicit alternating least squares, biased or debiased",
                                  .equation = "Eq. 23, Theorem 1",
                                  .keys =
                                      "dim alpha0 lambda nu c tau block sweeps init seed holdout",
                                  .defaults = {.alpha0 = .1,
                                               .lambda = .003,
                                               .nu = 1,
                                               .c = 1,
                                               .init = .1,
                                               .tau_rule = VR_TAU_COUNT,
                                               .tau_value = 20,
                                               .dim = 64,
                                               .block = 0,
                                               .sweeps = 16,
                                               .seed = 2019},
                                  .check = check,
                                  .memory = memory,
                                  .work = work,
                                  .sweeps = sweeps,
                                  .run = run};
