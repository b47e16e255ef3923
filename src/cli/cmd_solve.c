/* verirec solve: one run of a closed-form or alternating solver from the command line. */
#include <argp.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "base/progress.h"
#include "base/setting.h"
#include "cli/command.h"
#include "cli/model_options.h"
#include "cli/output.h"
#include "solve/solver.h"
#include "train/train.h"

enum { OPT_TRAIN = 256, OPT_TEST, OPT_LAST, OPT_MEMORY };

typedef struct arguments {
    const char *solver, *train, *test, *memory;
    int last_only;
    vr_model_options model;
} arguments;

static const struct argp_option options[] = {
    {"train", OPT_TRAIN, "FILE", 0,
     "instead of --dataset: train interactions, a line for each user: USER ITEM...", 0},
    {"test", OPT_TEST, "FILE", 0, "and test interactions", 0},
    {"last-only", OPT_LAST, NULL, 0, "rank after the last sweep only, not after each", 0},
    {"memory", OPT_MEMORY, "GIB", 0,
     "refuse what needs more than so many GiB, before it starts (default: what is free)", 0},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
    arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &a->model; return 0;
    case OPT_TRAIN: a->train = value; return 0;
    case OPT_TEST: a->test = value; return 0;
    case OPT_LAST: a->last_only = 1; return 0;
    case OPT_MEMORY: a->memory = value; return 0;
    case ARGP_KEY_ARG:
        if (a->solver) {
            argp_failure(state, VR_USAGE, 0, "unexpected argument \"%s\"", value);
            return EINVAL;
        }
        a->solver = value;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static vr_status check_arguments(const arguments *a, vr_error *error) {
    if (!a->solver)
        return vr_fail(error, VR_USAGE,
                       "no solver named, as in `verirec solve ials`; `verirec solvers` lists them");
    if (a->model.dataset && (a->train || a->test))
        return vr_fail(error, VR_USAGE,
                       "--dataset brings its own splits; leave out --train and --test");
    if (!a->model.dataset && !a->train && !a->test)
        return vr_fail(error, VR_USAGE,
                       "--dataset NAME is missing; `verirec data list` shows the names");
    if (!a->model.dataset && !(a->train && a->test))
        return vr_fail(error, VR_USAGE, "%s FILE is missing", a->train ? "--test" : "--train");
    return VR_OK;
}

static vr_status set_key(void *spec, const char *key, const char *value, vr_error *error) {
    return vr_solve_spec_set(spec, key, value, "--set", error);
}

static vr_status make_spec(const arguments *a, vr_solve_spec *spec, vr_error *error) {
    vr_status status = vr_solve_spec_start(a->solver, NULL, spec, error);
    if (!status) status = vr_apply_settings(&a->model, "dim=64", set_key, spec, error);
    return status ? status : vr_solve_spec_check(spec, "--set", error);
}

/* --- output --------------------------------------------------------------------------------------- */

typedef struct watch {
    vr_progress progress;
    uint32_t sweep;
    const char *what;
} watch;

static void on_progress(void *context, uint32_t sweep, const char *what, uint64_t done,
                        uint64_t total) {
    watch *w = context;
    if (w->sweep != sweep || w->what != what) {
        vr_progress_end(&w->progress);
        vr_progress_begin(&w->progress, what, "steps", total);
    }
    w->sweep = sweep;
    w->what = what;
    vr_progress_update(&w->progress, done);
}

static void on_sweep(void *context, const vr_sweep *sweep, double solve_seconds,
                     double eval_seconds) {
    watch *w = context;
    vr_progress_end(&w->progress);
    w->sweep = 0;
    fprintf(stderr, "sweep %u: objective %.8g, ", sweep->sweep, sweep->objective);
    if (sweep->has_residuals)
        fprintf(stderr, "residuals %.3g primal, %.3g dual, ", sweep->primal, sweep->dual);
    if (isfinite(sweep->recall))
        fprintf(stderr, "Recall@20 %.4f %%, NDCG@20 %.4f %%, ", 100 * sweep->recall,
                100 * sweep->ndcg);
    fprintf(stderr, "%.2f s + %.2f s\n", solve_seconds, eval_seconds);
}

static json_t *real(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *sweeps_json(const vr_solution *solution) {
    json_t *list = json_array();
    for (uint32_t k = 0; k < solution->n_sweeps; k++) {
        const vr_sweep *sweep = &solution->sweeps[k];
        json_t *one = json_pack("{s:i, s:o, s:o, s:o}", "sweep", (int)sweep->sweep, "objective",
                                real(sweep->objective), "recall@20", real(sweep->recall), "ndcg@20",
                                real(sweep->ndcg));
        if (sweep->has_residuals) {
            json_object_set_new(one, "primal_residual", real(sweep->primal));
            json_object_set_new(one, "dual_residual", real(sweep->dual));
        }
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *figures_json(const vr_solution *solution) {
    json_t *figures = json_object();
    for (uint32_t i = 0; i < solution->n_figures; i++)
        json_object_set_new(figures, solution->figures[i].name, real(solution->figures[i].value));
    return figures;
}

static json_t *result_json(const vr_solve_spec *spec, const vr_dataset *dataset,
                           const vr_solution *solution) {
    char canonical[2048], name[VR_RUN_ID];
    vr_solve_canonical(spec, canonical, sizeof canonical);
    vr_run_id(VR_ENGINE_VERSION, dataset->hash, canonical, name);
    json_t *settings = json_object();
    for (size_t i = 0; i < vr_n_solve_keys; i++) {
        char value[64];
        if (!vr_solve_key_used(spec, &vr_solve_keys[i])) continue;
        vr_solve_spec_value(spec, &vr_solve_keys[i], value, sizeof value);
        json_object_set_new(settings, vr_solve_keys[i].name, json_string(value));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "run", name, "solver",
                     spec->solver, "dataset", dataset->name, "data_sha256", dataset->hash,
                     "measured_on", vr_solve_given(spec, "holdout") ? "validation" : "test",
                     "recall@20", real(solution->recall), "ndcg@20", real(solution->ndcg), "spec",
                     settings, "figures", figures_json(solution), "sweeps", sweeps_json(solution));
}

static vr_status save(const char *folder, const vr_solution *solution, const char *json,
                      vr_error *error) {
    vr_status status = VR_OK;
    for (uint32_t i = 0; !status && i < solution->n_arrays; i++)
        status =
            vr_save_matrix(folder, solution->arrays[i].file, &solution->arrays[i].matrix, error);
    return status ? status : vr_save_result(folder, json, error);
}

static vr_status finish(const arguments *a, const vr_solve_spec *spec, const vr_dataset *dataset,
                        const vr_solution *solution, vr_error *error) {
    json_t *object = result_json(spec, dataset, solution);
    char *text = json_dumps(object, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    json_decref(object);
    if (!text) return vr_fail(error, VR_INTERNAL, "no memory for the result");
    if (a->model.json)
        puts(text);
    else
        printf("%s on %s: Recall@20 %.4f %%, NDCG@20 %.4f %%%s\n", spec->solver, dataset->name,
               100 * solution->recall, 100 * solution->ndcg,
               vr_solve_given(spec, "holdout") ? " of the validation split" : "");
    vr_status status = a->model.save ? save(a->model.save, solution, text, error) : VR_OK;
    free(text);
    return status;
}

/* Bytes that may be taken: what is free, and no more than --memory. */
static vr_status find_room(const arguments *a, double *room, vr_error *error) {
    const vr_number_range range = {.001, 1e6, 0};
    double limit;
    *room = vr_memory_available();
    if (!a->memory) return VR_OK;
    vr_status status = vr_setting_number("memory", a->memory, &range, "--memory", &limit, error);
    if (!status && (*room <= 0 || limit * 0x1p30 < *room)) *room = limit * 0x1p30;
    return status;
}

static vr_status solve(const arguments *a, const vr_solve_spec *spec, double room,
                       vr_error *error) {
    vr_dataset dataset;
    vr_solution solution;
    watch w = {.sweep = 0};
    vr_solve_hooks hooks = {
        .on_sweep = on_sweep, .on_progress = on_progress, .last_only = a->last_only, .context = &w};
    vr_status status = a->model.dataset
                           ? vr_dataset_load(a->model.dataset, &a->model.data, &dataset, error)
                           : vr_interactions_read(a->train, a->test, &dataset, error);
    if (status) return status;
    hooks.room = room;
    status = vr_save_folder(a->model.save, error);
    if (!status) status = vr_solve(spec, &dataset, &hooks, &solution, error);
    vr_progress_end(&w.progress);
    if (!status) {
        status = finish(a, spec, &dataset, &solution, error);
        vr_solution_free(&solution);
    }
    vr_dataset_free(&dataset);
    return status;
}

/* --- the command ---------------------------------------------------------------------------------- */

/* "ials dim=64 alpha0=0.1": the solver's keys with their defaults. */
static void describe(FILE *file, const vr_solver *solver) {
    vr_solve_spec spec = solver->defaults;
    snprintf(spec.solver, sizeof spec.solver, "%s", solver->name);
    fprintf(file, "%s: %s (%s)\n", solver->name, solver->title, solver->equation);
    for (size_t i = 0; i < vr_n_solve_keys; i++) {
        const vr_solve_key *key = &vr_solve_keys[i];
        char value[64] = "not given";
        if (!vr_solver_has(solver, key->name)) continue;
        if (!key->optional) vr_solve_spec_value(&spec, key, value, sizeof value);
        fprintf(file, "  %s = %s\n      %s\n", key->name, value, key->doc);
    }
}

/* The keys of --set, after the options. argp frees the text. */
static char *help(int key, const char *text, void *input) {
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC) return (char *)(size_t)text;
    char *out = NULL;
    size_t size;
    FILE *file = open_memstream(&out, &size);
    if (!file) return (char *)(size_t)text;
    fputs("Keys of --set for each solver, and what stands where none is given:\n", file);
    for (size_t i = 0; i < vr_n_solvers; i++) describe(file, vr_solvers[i]);
    fputs("\nExample, and the same Recall@20 and NDCG@20 from the saved factors:\n"
          "  verirec solve ials --dataset planted-small --set dim=16 --save model\n"
          "  verirec evaluate --dataset planted-small --users model/users.npy --items "
          "model/items.npy\n",
          file);
    fclose(file);
    return out;
}

int vr_cmd_solve(int argc, char **argv) {
    arguments a = {0};
    vr_error error;
    vr_solve_spec spec;
    double room;
    struct argp_child children[] = {
        {&vr_model_argp, 0, NULL, 0}, {&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {.options = options,
                        .parser = parse,
                        .args_doc = "SOLVER",
                        .doc =
                            "Solve for a model's factors or weights in closed form or by turns.\v ",
                        .children = children,
                        .help_filter = help};
    if (argp_parse(&argp, argc, argv, 0, NULL, &a)) return VR_USAGE;
    vr_status status = check_arguments(&a, &error);
    if (!status) status = make_spec(&a, &spec, &error);
    if (!status) status = find_room(&a, &room, &error);
    if (!status) status = solve(&a, &spec, room, &error);
    return status ? vr_cli_fail("solve", &error) : VR_OK;
}
