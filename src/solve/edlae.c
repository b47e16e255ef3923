/* The solver of low-rank EDLAE (solve/low_rank.h). With W = U V^T - dMat(diag(U V^T)) and a user's train items left out of
   the ranking, the scores are those of the factors X U and V. Its debiased form for one c_u (section 3.2 with Eq. 32's
   W) is || cX - XW ||^2 + c (1 - c) ||X||^2 + ...: V is multiplied by c. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/progress.h"
#include "eval/evaluate.h"
#include "model/table.h"
#include "solve/head.h"
#include "solve/low_rank.h"
#include "solve/solver.h"

enum { CUTOFF = 20 };

/* The rows as floats, times factor; padding left out. */
static vr_status rounded(const double *from, size_t rows, size_t stride, uint32_t rank,
                         double factor, vr_matrix *out, vr_error *error) {
    float *values = vr_floats_new(rows * rank);
    if (!values) return vr_fail(error, VR_INTERNAL, "no memory for %zu rows of factors", rows);
    for (size_t i = 0; i < rows; i++)
        for (uint32_t c = 0; c < rank; c++)
            values[i * rank + c] = (float)(factor * from[i * stride + c]);
    *out = (vr_matrix){(uint32_t)rows, rank, values};
    return VR_OK;
}

static vr_status measure(const vr_low_rank *m, double c, const vr_csr *test, vr_sweep *sweep,
                         vr_error *error) {
    vr_matrix users = {0, 0, NULL}, items = {0, 0, NULL};
    vr_metrics metrics = {0, 0, 0};
    const uint32_t rank = m->spec.rank;
    vr_status status = rounded(m->xu, m->x->n_rows, m->stride, rank, 1, &users, error);
    if (!status) status = rounded(m->v, m->x->n_columns, m->stride, rank, c, &items, error);
    const vr_evaluation evaluation = {&users, &items, VR_DOT, m->x, test, CUTOFF};
    if (!status) status = vr_evaluate(&evaluation, NULL, &metrics, error);
    free(users.values);
    free(items.values);
    sweep->recall = metrics.recall;
    sweep->ndcg = metrics.ndcg;
    return status;
}

static vr_status one_sweep(vr_low_rank *m, double c, const vr_csr *test, uint32_t number, int ranks,
                           const vr_solve_hooks *hooks, vr_solution *out, vr_error *error) {
    vr_admm_residuals residuals = {0, 0};
    vr_sweep sweep = {.sweep = number, .recall = NAN, .ndcg = NAN, .has_residuals = 1};
    const double began = vr_seconds();
    vr_status status = vr_solve_go_on(hooks, error);
    if (!status) status = vr_low_rank_step(m, &residuals, error);
    if (status) return status;
    sweep.objective = vr_low_rank_objective(m);
    sweep.primal = residuals.primal;
    sweep.dual = residuals.dual;
    const double solved = vr_seconds();
    if (ranks) status = measure(m, c, test, &sweep, error);
    if (status) return status;
    return vr_solution_add(out, &sweep, solved - began, vr_seconds() - solved, hooks, error);
}

static vr_status keep(const double *from, size_t rows, const vr_low_rank *m, double factor,
                      const char *file, vr_solution *out, vr_error *error) {
    vr_solution_array *array = &out->arrays[out->n_arrays];
    array->file = file;
    vr_status status = rounded(from, rows, m->stride, m->spec.rank, factor, &array->matrix, error);
    if (!status) out->n_arrays++;
    return status;
}

static vr_status solve(const vr_solve_spec *spec, const vr_dataset *dataset,
                       const vr_solve_hooks *hooks, vr_solution *out, vr_error *error) {
    const vr_low_rank_spec problem = {spec->rank,         spec->lambda, spec->dropout, spec->rho,
                                      spec->printed != 0, spec->init,   spec->seed};
    const vr_csr *x = &dataset->train;
    vr_low_rank m;
    vr_status status = vr_low_rank_new(&problem, x, hooks, &m, error);
    for (uint32_t k = 1; !status && k <= spec->sweeps; k++) {
        const int ranks = !(hooks && hooks->last_only) || k == spec->sweeps;
        status = one_sweep(&m, spec->c, &dataset->test, k, ranks, hooks, out, error);
    }
    if (!status) status = keep(m.xu, x->n_rows, &m, 1, "users.npy", out, error);
    if (!status) status = keep(m.v, x->n_columns, &m, spec->c, "items.npy", out, error);
    if (!status) status = keep(m.u, x->n_columns, &m, 1, "encoder.npy", out, error);
    vr_low_rank_free(&m);
    return status;
}

static vr_status run(const vr_solve_spec *spec, const vr_dataset *dataset,
                     const vr_solve_hooks *hooks, vr_solution *out, vr_error *error) {
    const int part = spec->items && spec->items < dataset->n_items;
    vr_dataset head = {0};
    vr_status status = part ? vr_dataset_head(dataset, spec->items, &head, NULL, error) : VR_OK;
    const vr_dataset *used = part ? &head : dataset;
    if (!status && spec->rank > used->n_items)
        status = vr_fail(
            error, VR_USAGE,
            "rank = %u, but there are %u items; expected rank <= items: U V^T is items x items "
            "(Eq. 32), and of a higher rank V^T V would be singular",
            spec->rank, used->n_items);
    if (!status) status = solve(spec, used, hooks, out, error);
    if (part) vr_dataset_free(&head);
    return status;
}

/* --- the solver ------------------------------------------------------------------------------------ */

static double memory(const vr_solve_spec *spec, const vr_dataset *dataset, int threads) {
    (void)threads;
    const int part = spec->items && spec->items < dataset->n_items;
    const double n = part ? spec->items : dataset->n_items, users = dataset->n_users,
                 pairs = (double)vr_csr_count(&dataset->train);
    return vr_low_rank_bytes(users, n, pairs, spec->rank) + 8. * spec->rank * (users + 2 * n) +
           (part ? 4 * pairs + 8 * users : 0);
}

static void in_words(const vr_solve_spec *spec, const vr_dataset *dataset, int threads, char *text,
                     size_t size) {
    (void)spec, (void)dataset, (void)threads;
    snprintf(
        text, size,
        "the inverse of X^T X + Lambda is held in 4 bytes x items x items; items=N takes the N "
        "most popular items");
}

static double work(const vr_solve_spec *spec, const vr_dataset *dataset) {
    const double n = spec->items && spec->items < dataset->n_items ? spec->items : dataset->n_items;
    return n * n * spec->rank + n * n * n / 2 / spec->sweeps;
}

static uint32_t sweeps(const vr_solve_spec *spec) {
    return spec->sweeps;
}

const vr_solver vr_solver_edlae = {
    .name = "edlae",
    .title = "low-rank linear item model by ADMM, as printed or corrected",
    .equation = "Eq. 32 to 35",
    .keys = "rank lambda dropout rho printed c items sweeps init seed holdout",
    .defaults = {.rank = 64,
                 .lambda = 100,
                 .dropout = .2,
                 .rho = 100,
                 .c = 1,
                 .sweeps = 20,
                 .init = 1,
                 .seed = 2019},
    .memory = memory,
    .in_words = in_words,
    .work = work,
    .sweeps = sweeps,
    .run = run};
