#include "train/train.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "base/progress.h"
#include "base/sha256.h"
#include "data/split.h"
#include "eval/evaluate.h"
#include "eval/hits.h"
#include "train/checkpoint.h"
#include "train/dense.h"

void vr_run_id(const char *engine, const char *data_hash, const char *canonical,
               char id[VR_RUN_ID]) {
    const char *parts[] = {"engine=", engine, "\ndata=", data_hash, "\n", canonical};
    vr_sha256 hash;
    vr_sha256_begin(&hash);
    for (int i = 0; i < 6; i++) vr_sha256_add(&hash, parts[i], strlen(parts[i]));
    vr_sha256_end(&hash, id);
}

static size_t table_bytes(const vr_table *table) {
    return (size_t)table->n_rows * table->stride * sizeof(float);
}

static vr_status state_new(const vr_trainer *t, vr_run_state *state, vr_error *error) {
    *state = vr_schedule_start(t->spec);
    state->epochs = calloc(t->spec->epochs, sizeof *state->epochs);
    state->best_users = vr_floats_new(table_bytes(&t->users) / sizeof(float));
    state->best_items = vr_floats_new(table_bytes(&t->items) / sizeof(float));
    if (!state->epochs || !state->best_users || !state->best_items)
        return vr_fail(error, VR_INTERNAL, "no memory for the best tables");
    return VR_OK;
}

static void state_free(vr_run_state *state) {
    free(state->epochs);
    free(state->best_users);
    free(state->best_items);
}

/* What is ranked after an epoch. Padded rows are rows all the same: the padding adds 0 to every score. */
typedef struct ranking {
    vr_matrix users, items;
    vr_evaluation evaluation;
} ranking;

static void ranking_of(const vr_trainer *t, ranking *out) {
    out->users = (vr_matrix){t->users.n_rows, t->users.stride, t->users.unit};
    out->items = (vr_matrix){t->items.n_rows, t->items.stride, t->items.unit};
    out->evaluation = (vr_evaluation){.users = &out->users,
                                      .items = &out->items,
                                      .similarity = VR_DOT,
                                      .train = &t->dataset->train,
                                      .test = &t->dataset->test,
                                      .k = VR_CUTOFF};
}

static vr_status measure(const vr_trainer *t, vr_epoch *epoch, vr_error *error) {
    ranking own;
    vr_metrics metrics;
    ranking_of(t, &own);
    vr_status status = vr_evaluate(&own.evaluation, NULL, &metrics, error);
    if (status) return status;
    epoch->recall = metrics.recall;
    epoch->ndcg = metrics.ndcg;
    return VR_OK;
}

/* The schedule's state and the tables after an epoch: a best one is kept; after a miss, SimpleX's engine takes the
   kept one back, with Adam's moments as they are. */
static void schedule(vr_trainer *t, vr_run_state *state, const vr_epoch *epoch) {
    if (vr_schedule_next(t->spec, state, epoch)) {
        memcpy(state->best_users, t->users.raw, table_bytes(&t->users));
        memcpy(state->best_items, t->items.raw, table_bytes(&t->items));
    } else if (t->spec->schedule == VR_SCHEDULE_SIMPLEX) {
        memcpy(t->users.raw, state->best_users, table_bytes(&t->users));
        memcpy(t->items.raw, state->best_items, table_bytes(&t->items));
    }
}

/* Before a step: is the run to go on, and with how many threads? */
static vr_status go_on(vr_trainer *t, uint32_t epoch, const vr_train_hooks *hooks,
                       vr_error *error) {
    int threads = hooks && hooks->threads ? hooks->threads(hooks->context) : omp_get_max_threads();
    if (vr_interrupted || !threads)
        return vr_fail(error, VR_INTERRUPTED, "interrupted in epoch %u; %s", epoch,
                       hooks && hooks->checkpoint ? "the same command goes on"
                                                  : "nothing is kept, for want of a checkpoint");
    if (threads == omp_get_max_threads()) return VR_OK;
    omp_set_num_threads(threads); /* of this thread's teams: the ranking's too */
    return vr_trainer_threads(t, (uint32_t)threads, error);
}

static vr_status one_epoch(vr_trainer *t, vr_run_state *state, const vr_train_hooks *hooks,
                           vr_error *error) {
    vr_epoch epoch = {.epoch = state->n_epochs + 1, .lr = state->lr};
    uint32_t n_steps = vr_trainer_steps(t);
    double began = vr_seconds(), loss = 0;
    vr_step_flush(t, 0); /* after a resume or a reload: unit rows of the tables as they are now */
    vr_epoch_begin(t, epoch.epoch, state->lr);
    for (uint32_t s = 0; s < n_steps; s++) {
        vr_status status = go_on(t, epoch.epoch, hooks, error);
        if (status) return status;
        loss += vr_step(t, epoch.epoch, s);
        if (hooks && hooks->on_step) hooks->on_step(hooks->context, epoch.epoch, s + 1, n_steps);
    }
    vr_step_flush(t, n_steps);
    epoch.loss = loss / (double)vr_csr_count(&t->dataset->train);
    if (!isfinite(epoch.loss))
        return vr_fail(error, VR_DIFFERS,
                       "the loss is %g after epoch %u: training diverged; take a smaller lr",
                       epoch.loss, epoch.epoch);
    double trained = vr_seconds();
    vr_status status = measure(t, &epoch, error);
    if (status) return status;
    state->epochs[state->n_epochs++] = epoch;
    schedule(t, state, &epoch);
    if (hooks && hooks->on_epoch)
        hooks->on_epoch(hooks->context, &epoch, trained - began, vr_seconds() - trained);
    return VR_OK;
}

/* Gives the trainer's memory back first: the copies must not need more than training did. */
static vr_status collect(vr_trainer *t, vr_run_state *state, vr_train_result *result,
                         vr_error *error) {
    vr_table users = {.n_rows = t->users.n_rows, .dim = t->users.dim, .stride = t->users.stride};
    vr_table items = {.n_rows = t->items.n_rows, .dim = t->items.dim, .stride = t->items.stride};
    vr_trainer_free(t);
    vr_train_result out = {
        .epochs = state->epochs, .n_epochs = state->n_epochs, .best_epoch = state->best_epoch};
    const vr_epoch *best = &state->epochs[state->best_epoch - 1];
    out.recall = best->recall;
    out.ndcg = best->ndcg;
    vr_status status = vr_table_copy(&users, state->best_users, &out.users, error);
    if (!status) status = vr_table_copy(&items, state->best_items, &out.items, error);
    if (status) {
        free(out.users.values);
        return status;
    }
    state->epochs = NULL; /* now the result's */
    *result = out;
    return VR_OK;
}

static vr_status run(vr_trainer *t, vr_run_state *state, const vr_train_hooks *hooks,
                     vr_train_result *result, vr_error *error) {
    const char *checkpoint = hooks ? hooks->checkpoint : NULL;
    char canonical[VR_CANONICAL], name[VR_RUN_ID];
    vr_spec_canonical(t->spec, canonical, sizeof canonical);
    vr_run_id(VR_ENGINE_VERSION, t->dataset->hash, canonical, name);
    vr_status status =
        checkpoint ? vr_checkpoint_load(checkpoint, name, t, state, error) : VR_NO_INPUT;
    if (status && status != VR_NO_INPUT) return status;
    while (!state->finished && state->n_epochs < t->spec->epochs) {
        status = one_epoch(t, state, hooks, error);
        if (!status && checkpoint) status = vr_checkpoint_save(checkpoint, name, t, state, error);
        if (status) return status;
    }
    if (hooks && hooks->hits) {
        ranking last;
        vr_step_flush(t, 0); /* a run that was killed after its last epoch has no unit rows yet */
        ranking_of(t, &last);
        status = vr_hits_write(&last.evaluation, hooks->hits, error);
        if (status) return status;
    }
    return collect(t, state, result, error);
}

vr_status vr_train(const vr_train_spec *spec, const vr_dataset *dataset,
                   const vr_train_hooks *hooks, vr_train_result *result, vr_error *error) {
    vr_trainer trainer;
    vr_run_state state = {0};
    vr_dataset part = {0};
    int split = spec->holdout > 0;
    vr_status status =
        split ? vr_dataset_holdout(dataset, spec->holdout, spec->seed, &part, error) : VR_OK;
    if (!status) status = vr_trainer_new(spec, split ? &part : dataset, &trainer, error);
    if (!status) {
        status = state_new(&trainer, &state, error);
        if (!status) status = run(&trainer, &state, hooks, result, error);
        state_free(&state);
        vr_trainer_free(&trainer);
    }
    vr_dataset_free(&part);
    return status;
}

/* Measured beside a score whose row is gathered (make bench). Products of tiles: one of 6; where the hinge leaves little
   to do after the score, of 20; a score that is screened instead, one of 3. A squared loss over all items needs no scores, but about 600 of them a pair. */
double vr_train_cost(const vr_train_spec *spec, double n_items) {
    const vr_loss *loss = vr_loss_find(spec->loss);
    double own = 1. + (loss->needs_pos_samples ? spec->positives : 0);
    if (!vr_dense_wanted(spec)) return own + spec->negatives / (vr_screened(spec) ? 3. : 1.);
    if (spec->sampling != VR_SAMPLE_ALL) return own + spec->negatives / 6.;
    if (loss->sees == VR_SEES_SQUARE && spec->dim <= VR_GRAM_MOST) return own + 600;
    return own + n_items / (loss->sees == VR_SEES_HINGE ? 20 : 6);
}

void vr_train_result_free(vr_train_result *result) {
    free(result->epochs);
    free(result->users.values);
    free(result->items.values);
    *result = (vr_train_result){0};
}
