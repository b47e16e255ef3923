#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "data/split.h"
#include "solve/solver.h"

#define SOLVER(id) extern const vr_solver vr_solver_##id;
#include "solve/solvers.def"
#undef SOLVER

const vr_solver *const vr_solvers[] = {
#define SOLVER(id) &vr_solver_##id,
#include "solve/solvers.def"
#undef SOLVER
};
const size_t vr_n_solvers = sizeof vr_solvers / sizeof *vr_solvers;

const vr_solver *vr_solver_find(const char *name) {
    for (size_t i = 0; i < vr_n_solvers; i++)
        if (strcmp(vr_solvers[i]->name, name) == 0) return vr_solvers[i];
    return NULL;
}

int vr_solver_has(const vr_solver *solver, const char *key) {
    size_t length = strlen(key);
    for (const char *at = solver->keys; *at; at += *at == ' ') {
        size_t n = strcspn(at, " ");
        if (n == length && memcmp(at, key, n) == 0) return 1;
        at += n;
    }
    return 0;
}

vr_status vr_solve_memory_check(const vr_solve_spec *spec, const vr_dataset *dataset, int threads,
                                double room, vr_error *error) {
    const vr_solver *solver = vr_solver_find(spec->solver);
    double need = solver->memory(spec, dataset, threads);
    if (room <= 0 || need <= room) return VR_OK;
    char words[512] = "";
    if (solver->in_words) solver->in_words(spec, dataset, threads, words, sizeof words);
    return vr_fail(
        error, VR_USAGE,
        "%s of %s (%u users, %u items) needs %.1f GiB, %.1f GiB may be taken%s%s; take a "
        "smaller data set or a machine with more memory",
        solver->name, dataset->name, dataset->n_users, dataset->n_items, need / 0x1p30,
        room / 0x1p30, *words ? ": " : "", words);
}

vr_status vr_solve(const vr_solve_spec *spec, const vr_dataset *dataset,
                   const vr_solve_hooks *hooks, vr_solution *out, vr_error *error) {
    const vr_solver *solver = vr_solver_find(spec->solver);
    int split = vr_solve_given(spec, "holdout");
    vr_dataset part;
    vr_solution solution = {0};
    vr_status status =
        vr_solve_memory_check(spec, dataset, omp_get_max_threads(), hooks ? hooks->room : 0, error);
    if (!status && split)
        status = vr_dataset_holdout(dataset, spec->holdout, spec->seed, &part, error);
    if (status) return status;
    status = solver->run(spec, split ? &part : dataset, hooks, &solution, error);
    if (split) vr_dataset_free(&part);
    if (status)
        vr_solution_free(&solution);
    else
        *out = solution;
    return status;
}

void vr_solution_free(vr_solution *solution) {
    for (uint32_t i = 0; i < solution->n_arrays; i++) free(solution->arrays[i].matrix.values);
    free(solution->sweeps);
    *solution = (vr_solution){0};
}

vr_status vr_solve_go_on(const vr_solve_hooks *hooks, vr_error *error) {
    int threads = hooks && hooks->threads ? hooks->threads(hooks->context) : omp_get_max_threads();
    if (vr_interrupted || !threads)
        return vr_fail(error, VR_INTERRUPTED, "interrupted; nothing of this run is kept");
    if (threads != omp_get_max_threads()) omp_set_num_threads(threads);
    return VR_OK;
}

vr_status vr_solution_add(vr_solution *out, const vr_sweep *sweep, double solve_seconds,
                          double eval_seconds, const vr_solve_hooks *hooks, vr_error *error) {
    vr_sweep *sweeps = realloc(out->sweeps, ((size_t)out->n_sweeps + 1) * sizeof *sweeps);
    if (!sweeps) return vr_fail(error, VR_INTERNAL, "no memory for sweep %u", sweep->sweep);
    sweeps[out->n_sweeps++] = *sweep;
    out->sweeps = sweeps;
    out->recall = sweep->recall;
    out->ndcg = sweep->ndcg;
    if (hooks && hooks->on_sweep)
        hooks->on_sweep(hooks->context, sweep, solve_seconds, eval_seconds);
    return VR_OK;
}

void vr_solution_figure(vr_solution *out, const char *name, double value) {
    out->figures[out->n_figures++] = (vr_solution_number){name, value};
}
