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
#include <stdlib.h>
#include "base/progress.h"
#include "eval/evaluate.h"
#include "model/table.h"
#include "solve/debias.h"
#include "solve/ials_problem.h"

enum {
    CUTOFF = 20,
    TILE = 512,        /* users whose loss is one sum */
    PROGRAM = 12 << 20 /* bytes of code, libraries and stacks */
};

/* --- a sweep --------------------------------------------------------------------------------------- */

static vr_half_step step_of(const vr_ials *s, const vr_ials_side *target,
                            const vr_ials_side *source) {
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

static vr_status solve_users(vr_ials *s, vr_error *error) {
    vr_status status =
        vr_gram(s->items.factors, s->dataset->n_items, s->stride, s->items.gram, error);
    vr_half_step step = step_of(s, &s->users, &s->items);
    return status ? status : vr_half_step_solve(&step, error);
}

/* Users of unequal weight: sum_u p_u w w^T = sum v v^T with v = sqrt(p_u) w. */
static void scale_users(vr_ials *s) {
#pragma omp parallel for schedule(static)
    for (uint32_t u = 0; u < s->dataset->n_users; u++) {
        double root = sqrt(s->p[u]);
        for (size_t c = 0; c < s->stride; c++)
            s->scaled[u * s->stride + c] =
                (float)(root * (double)s->users.factors[u * s->stride + c]);
        s->q[u] = (float)(s->c[u] / root);
    }
}

static vr_status solve_items(vr_ials *s, vr_error *error) {
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
static double tile_loss(const vr_ials *s, uint32_t first, uint32_t end) {
    const vr_csr *train = &s->dataset->train;
    double sum = 0;
    for (uint32_t u = first; u < end; u++) {
        const float *w = s->users.factors + u * s->stride;
        sum += s->users.lambda[u] * dot(w, w, s->stride);
        for (uint64_t j = train->offsets[u]; j < train->offsets[u + 1]; j++) {
            double y = dot(w, s->items.factors + train->columns[j] * s->stride, s->stride);
            sum += s->p[u] * y * y - 2 * s->c[u] * y + s->c[u];
        }
    }
    return sum;
}

/* The objective, with the users' Gram matrix of the moment: sum over all pairs of y^2 = <W^T W, H^T H>. */
static vr_status objective(vr_ials *s, double *out, vr_error *error) {
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

static vr_status measure(const vr_ials *s, vr_sweep *sweep, vr_error *error) {
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

static vr_status one_sweep(vr_ials *s, uint32_t number, const vr_solve_hooks *hooks,
                           vr_solution *out, vr_error *error) {
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

static vr_status keep(const vr_ials *s, const float *padded, uint32_t n_rows, const char *file,
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
    vr_ials s;
    vr_status status = vr_ials_new(spec, dataset, &s, error);
    for (uint32_t k = 1; !status && k <= spec->sweeps; k++)
        status = one_sweep(&s, k, hooks, out, error);
    if (!status) status = keep(&s, s.users.factors, dataset->n_users, "users.npy", out, error);
    if (!status) status = keep(&s, s.items.factors, dataset->n_items, "items.npy", out, error);
    vr_ials_free(&s);
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

/* The tables, and the most that one of its steps takes at a time; a row is taken to be no longer than a quarter of the
   other side. On Gowalla within 20 % of what is measured. */
static double memory(const vr_solve_spec *spec, const vr_dataset *dataset, int threads) {
    double stride = (double)vr_row_stride(spec->dim), users = dataset->n_users,
           items = dataset->n_items, most = users > items ? users : items,
           pairs = (double)vr_csr_count(&dataset->train);
    double tables = 4 * stride * (users + items + (vr_debias_per_user(spec) ? users : 0)) +
                    40 * (users + items) + 8 * stride * stride + 4 * pairs + 8 * items;
    double grams = 4 * stride * stride * (most / 1024 + 1),
           half = vr_half_step_bytes((size_t)stride, most, most / 4, threads),
           copies = 4 * spec->dim * (users + items), ranking = 4 * stride * items + 28 * users;
    return PROGRAM + tables + fmax(fmax(grams, half), fmax(copies, ranking));
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
