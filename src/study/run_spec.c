#include "study/run_spec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "solve/solver.h"
#include "train/memory.h"

/* Multiply-adds of a solver, and of a ranking, in the time of one scored item of training at d = 64: measured. */
#define WORK_A_SCORE    550
#define RANKING_A_SCORE 1950

vr_status vr_run_spec_start(const char *solver, const char *where, vr_run_spec *out,
                            vr_error *error) {
    *out = (vr_run_spec){.solved = solver != NULL, .train = vr_spec_default()};
    return solver ? vr_solve_spec_start(solver, where, &out->solve, error) : VR_OK;
}

vr_status vr_run_spec_set(vr_run_spec *spec, const char *key, const char *value, const char *where,
                          vr_error *error) {
    return spec->solved ? vr_solve_spec_set(&spec->solve, key, value, where, error)
                        : vr_spec_set(&spec->train, key, value, where, error);
}

vr_status vr_run_spec_check(vr_run_spec *spec, const char *where, vr_error *error) {
    return spec->solved ? vr_solve_spec_check(&spec->solve, where, error)
                        : vr_spec_check(&spec->train, where, error);
}

size_t vr_run_spec_canonical(const vr_run_spec *spec, char *text, size_t size) {
    return spec->solved ? vr_solve_canonical(&spec->solve, text, size)
                        : vr_spec_canonical(&spec->train, text, size);
}

int vr_run_spec_has(const vr_run_spec *spec, const char *key) {
    if (spec->solved) return vr_solver_has(vr_solver_find(spec->solve.solver), key);
    for (size_t i = 0; i < vr_n_spec_keys; i++)
        if (strcmp(vr_spec_keys[i].name, key) == 0) return 1;
    return 0;
}

const char *vr_run_spec_key(const vr_run_spec *spec, size_t i, const char **doc) {
    size_t n = spec->solved ? vr_n_solve_keys : vr_n_spec_keys, left = i;
    for (size_t k = 0; k < n; k++) {
        int used = spec->solved ? vr_solve_key_used(&spec->solve, &vr_solve_keys[k])
                                : vr_spec_key_used(&spec->train, &vr_spec_keys[k]);
        if (!used || left--) continue;
        *doc = spec->solved ? vr_solve_keys[k].doc : vr_spec_keys[k].doc;
        return spec->solved ? vr_solve_keys[k].name : vr_spec_keys[k].name;
    }
    return NULL;
}

uint32_t vr_run_epochs(const vr_run_spec *spec) {
    return spec->solved ? vr_solver_find(spec->solve.solver)->sweeps(&spec->solve)
                        : spec->train.epochs;
}

uint64_t *vr_run_seed(vr_run_spec *spec) {
    return spec->solved ? &spec->solve.seed : &spec->train.seed;
}

double vr_run_scores(const vr_run_spec *spec, const vr_dataset *data) {
    if (!spec->solved)
        return (double)vr_csr_count(&data->train) * vr_train_cost(&spec->train, data->n_items);
    return vr_solver_find(spec->solve.solver)->work(&spec->solve, data) / WORK_A_SCORE +
           (double)data->n_users * data->n_items * 64 / RANKING_A_SCORE;
}

double vr_run_memory(const vr_run_spec *spec, const vr_dataset *data, int threads) {
    vr_extent extent = vr_extent_of(data);
    return spec->solved ? vr_solver_find(spec->solve.solver)->memory(&spec->solve, data, threads)
                        : vr_memory_needed(&spec->train, &extent, threads).run;
}

vr_status vr_run_memory_check(const vr_run_spec *spec, const vr_dataset *data, int threads,
                              double room, vr_error *error) {
    vr_extent extent = vr_extent_of(data);
    return spec->solved ? vr_solve_memory_check(&spec->solve, data, threads, room, error)
                        : vr_memory_check(&spec->train, &extent, threads, room, error);
}

/* --- a solver's run as a training's ----------------------------------------------------------------- */

static vr_epoch epoch_of(const vr_sweep *sweep) {
    return (vr_epoch){.epoch = sweep->sweep,
                      .loss = sweep->objective,
                      .recall = sweep->recall,
                      .ndcg = sweep->ndcg,
                      .lr = (double)NAN};
}

static void on_sweep(void *context, const vr_sweep *sweep, double solve_seconds,
                     double eval_seconds) {
    const vr_train_hooks *hooks = context;
    vr_epoch epoch = epoch_of(sweep);
    if (hooks->on_epoch) hooks->on_epoch(hooks->context, &epoch, solve_seconds, eval_seconds);
}

static void on_progress(void *context, uint32_t sweep, const char *what, uint64_t done,
                        uint64_t total) {
    const vr_train_hooks *hooks = context;
    (void)what;
    if (hooks->on_step && total) hooks->on_step(hooks->context, sweep, done, total);
}

static int threads_now(void *context) {
    const vr_train_hooks *hooks = context;
    return hooks->threads(hooks->context);
}

static vr_status solve(const vr_solve_spec *spec, const vr_dataset *data,
                       const vr_train_hooks *hooks, vr_train_result *result, vr_error *error) {
    vr_train_hooks none = {0};
    const vr_train_hooks *told = hooks ? hooks : &none;
    vr_solve_hooks own = {.on_sweep = on_sweep,
                          .on_progress = on_progress,
                          .threads = told->threads ? threads_now : NULL,
                          .context = (void *)(size_t)told};
    vr_solution solution;
    vr_status status = vr_solve(spec, data, &own, &solution, error);
    if (status) return status;
    vr_train_result out = {.epochs =
                               calloc(solution.n_sweeps + !solution.n_sweeps, sizeof(vr_epoch)),
                           .n_epochs = solution.n_sweeps,
                           .best_epoch = solution.n_sweeps,
                           .recall = solution.recall,
                           .ndcg = solution.ndcg};
    for (uint32_t k = 0; out.epochs && k < solution.n_sweeps; k++)
        out.epochs[k] = epoch_of(&solution.sweeps[k]);
    vr_solution_free(&solution);
    if (!out.epochs) return vr_fail(error, VR_INTERNAL, "no memory for a run's sweeps");
    *result = out;
    return VR_OK;
}

vr_status vr_run_make(const vr_run_spec *spec, const vr_dataset *data, const vr_train_hooks *hooks,
                      vr_train_result *result, vr_error *error) {
    return spec->solved ? solve(&spec->solve, data, hooks, result, error)
                        : vr_train(&spec->train, data, hooks, result, error);
}
