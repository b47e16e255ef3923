/* verirec train: one training run from the command line. */
#include <argp.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "base/file.h"
#include "base/memory.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/model_options.h"
#include "cli/output.h"
#include "cli/spec_file.h"
#include "train/memory.h"
#include "train/train.h"

enum { OPT_LOSS = 256, OPT_SPEC, OPT_CHECKPOINT };

typedef struct arguments {
    const char *loss, *spec, *checkpoint;
    vr_model_options model;
} arguments;

static const struct argp_option options[] = {
    {"loss", OPT_LOSS, "NAME", 0, "a name of `verirec losses`", 0},
    {"spec", OPT_SPEC, "FILE", 0,
     "settings as lines `lr = 1e-3;` or `loss = \"mse\";`; --loss and --set count more", 0},
    {"checkpoint", OPT_CHECKPOINT, "FILE", 0, "save the state after each epoch, and go on from it",
     0},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
    arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &a->model; return 0;
    case OPT_LOSS: a->loss = value; return 0;
    case OPT_SPEC: a->spec = value; return 0;
    case OPT_CHECKPOINT: a->checkpoint = value; return 0;
    case ARGP_KEY_ARG:
        argp_failure(state, VR_USAGE, 0, "unexpected argument \"%s\"", value);
        return EINVAL;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* --- the spec ------------------------------------------------------------------------------------- */

static vr_status set_key(void *spec, const char *key, const char *value, vr_error *error) {
    return vr_spec_set(spec, key, value, "--set", error);
}

static vr_status make_spec(const arguments *a, vr_train_spec *spec, vr_error *error) {
    *spec = vr_spec_default();
    *spec->loss = 0; /* no run of a loss that nobody named */
    vr_status status = a->spec ? vr_spec_file_read(a->spec, spec, error) : VR_OK;
    if (!status && a->loss) status = vr_spec_set(spec, "loss", a->loss, "--loss", error);
    if (!status) status = vr_apply_settings(&a->model, "lr=1e-4", set_key, spec, error);
    if (!status && !*spec->loss)
        status = vr_fail(error, VR_USAGE,
                         "%s%s names no loss: give --loss NAME; `verirec losses` lists them",
                         a->spec ? "--spec " : "the command", a->spec ? a->spec : "");
    if (!status) status = vr_spec_check(spec, a->spec ? a->spec : "--set", error);
    return status;
}

/* --- output --------------------------------------------------------------------------------------- */

typedef struct watch {
    vr_progress progress;
    uint32_t epoch;
} watch;

static void on_step(void *context, uint32_t epoch, uint64_t step, uint64_t n_steps) {
    watch *w = context;
    if (w->epoch != epoch) vr_progress_begin(&w->progress, "epoch", "steps", n_steps);
    w->epoch = epoch;
    vr_progress_update(&w->progress, step);
}

static void on_epoch(void *context, const vr_epoch *epoch, double train_seconds,
                     double eval_seconds) {
    watch *w = context;
    vr_progress_end(&w->progress);
    w->epoch = 0;
    fprintf(stderr,
            "epoch %u: loss %.6f, Recall@20 %.4f %%, NDCG@20 %.4f %%, lr %.3g, %.2f s + %.2f s\n",
            epoch->epoch, epoch->loss, 100 * epoch->recall, 100 * epoch->ndcg, epoch->lr,
            train_seconds, eval_seconds);
}

static json_t *result_json(const vr_train_spec *spec, const vr_dataset *dataset,
                           const vr_train_result *result) {
    char canonical[VR_CANONICAL], name[VR_RUN_ID];
    vr_spec_canonical(spec, canonical, sizeof canonical);
    vr_run_id(VR_ENGINE_VERSION, dataset->hash, canonical, name);
    json_t *settings = json_object(), *epochs = json_array();
    for (size_t i = 0; i < vr_n_spec_keys; i++) {
        char value[64];
        if (!vr_spec_key_used(spec, &vr_spec_keys[i])) continue;
        vr_spec_value(spec, &vr_spec_keys[i], value, sizeof value);
        json_object_set_new(settings, vr_spec_keys[i].name, json_string(value));
    }
    for (uint32_t e = 0; e < result->n_epochs; e++) {
        const vr_epoch *epoch = &result->epochs[e];
        json_array_append_new(epochs,
                              json_pack("{s:i, s:f, s:f, s:f, s:f}", "epoch", (int)epoch->epoch,
                                        "loss", epoch->loss, "recall@20", epoch->recall, "ndcg@20",
                                        epoch->ndcg, "lr", epoch->lr));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:f, s:f, s:i, s:o, s:o}", "run", name, "dataset",
                     dataset->name, "data_sha256", dataset->hash, "measured_on",
                     spec->holdout > 0 ? "validation" : "test", "recall@20", result->recall,
                     "ndcg@20", result->ndcg, "best_epoch", (int)result->best_epoch, "spec",
                     settings, "epochs", epochs);
}

static vr_status save(const char *folder, const vr_train_result *result, const char *json,
                      vr_error *error) {
    vr_status status = vr_save_matrix(folder, "users.npy", &result->users, error);
    if (!status) status = vr_save_matrix(folder, "items.npy", &result->items, error);
    return status ? status : vr_save_result(folder, json, error);
}

static vr_status finish(const arguments *a, const vr_train_spec *spec, const vr_dataset *dataset,
                        const vr_train_result *result, vr_error *error) {
    json_t *object = result_json(spec, dataset, result);
    char *text = json_dumps(object, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    json_decref(object);
    if (!text) return vr_fail(error, VR_INTERNAL, "no memory for the result");
    if (a->model.json)
        puts(text);
    else
        printf("%s on %s: Recall@20 %.4f %%, NDCG@20 %.4f %%%s (epoch %u of %u)\n", spec->loss,
               dataset->name, 100 * result->recall, 100 * result->ndcg,
               spec->holdout > 0 ? " of the validation split" : "", result->best_epoch,
               result->n_epochs);
    vr_status status = a->model.save ? save(a->model.save, result, text, error) : VR_OK;
    free(text);
    return status;
}

/* What cannot be written is found out before hours of training, not after. */
static vr_status check_output(const arguments *a, vr_error *error) {
    vr_status status = vr_save_folder(a->model.save, error);
    return status || !a->checkpoint ? status : vr_file_check(a->checkpoint, error);
}

static vr_status train(const arguments *a, const vr_train_spec *spec, vr_error *error) {
    vr_dataset dataset;
    vr_train_result result;
    watch w = {.epoch = 0};
    vr_train_hooks hooks = {
        .checkpoint = a->checkpoint, .on_epoch = on_epoch, .on_step = on_step, .context = &w};
    vr_status status = vr_dataset_load(a->model.dataset, &a->model.data, &dataset, error);
    if (status) return status;
    vr_extent extent = vr_extent_of(&dataset);
    status = vr_memory_check(spec, &extent, omp_get_max_threads(), vr_memory_available(), error);
    if (!status) status = check_output(a, error);
    if (!status) status = vr_train(spec, &dataset, &hooks, &result, error);
    vr_progress_end(&w.progress);
    if (!status) {
        status = finish(a, spec, &dataset, &result, error);
        vr_train_result_free(&result);
    }
    vr_dataset_free(&dataset);
    return status;
}

/* The keys of --set with their defaults, after the options. argp frees the text. */
static char *help(int key, const char *text, void *input) {
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC) return (char *)(size_t)text;
    char *out = NULL;
    size_t size;
    FILE *file = open_memstream(&out, &size);
    if (!file) return (char *)(size_t)text;
    fputs("Keys of --set, and what stands where none is given:\n", file);
    vr_train_spec spec = vr_spec_default();
    for (size_t i = 0; i < vr_n_spec_keys; i++) {
        const vr_spec_key *one = &vr_spec_keys[i];
        char value[64] = "of the loss";
        if (!one->param || !strcmp(one->name, "tau")) {
            vr_spec_value(&spec, one, value, sizeof value);
        }
        fprintf(file, "  %s%s%s\n      %s%s%s\n", one->name, i ? " = " : "", i ? value : "",
                one->doc, one->names ? ": " : "", one->names ? one->names : "");
    }
    fputs("\nExample, and the same Recall@20 and NDCG@20 from the saved tables:\n"
          "  verirec train --dataset planted-small --loss mse --save model\n"
          "  verirec evaluate --dataset planted-small --scores cosine \\\n"
          "    --users model/users.npy --items model/items.npy\n",
          file);
    fclose(file);
    return out;
}

int vr_cmd_train(int argc, char **argv) {
    arguments a = {0};
    vr_error error;
    vr_train_spec spec;
    struct argp_child children[] = {
        {&vr_model_argp, 0, NULL, 0}, {&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {.options = options,
                        .parser = parse,
                        .doc = "Train matrix factorisation with a loss.\v ",
                        .children = children,
                        .help_filter = help};
    if (argp_parse(&argp, argc, argv, 0, NULL, &a)) return VR_USAGE;
    vr_status status = VR_OK;
    if (!a.model.dataset)
        status = vr_fail(&error, VR_USAGE,
                         "--dataset NAME is missing; `verirec data list` shows the names");
    if (!status) status = make_spec(&a, &spec, &error);
    if (!status) status = train(&a, &spec, &error);
    return status ? vr_cli_fail("train", &error) : VR_OK;
}
