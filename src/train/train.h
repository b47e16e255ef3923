/* Mini-batch training of matrix factorisation with any loss of losses.def. */
#ifndef VR_TRAIN_TRAIN_H
#define VR_TRAIN_TRAIN_H

#include "base/error.h"
#include "data/dataset.h"
#include "num/matrix.h"
#include "train/spec.h"

/* Names the numbers this code computes. Bumped by hand when they change; the smoke hash test notices
   when that was forgotten. Part of every run's name. */
#define VR_ENGINE_VERSION "1"

enum { VR_CUTOFF = 20 }; /* Recall@20 and NDCG@20 */

typedef struct vr_epoch {
    uint32_t epoch;      /* from 1 */
    double loss;         /* mean loss over the epoch's pairs, without the regulariser */
    double recall, ndcg; /* @20 on the test split (or the held-out part of train), fractions */
    double lr;           /* rate used in this epoch */
} vr_epoch;

typedef struct vr_train_result {
    vr_epoch *epochs;
    uint32_t n_epochs;
    uint32_t
        best_epoch; /* the epoch with the best Recall@20, or the last: its tables and metrics are the result */
    double recall, ndcg;
    vr_matrix users, items; /* raw factors of the best epoch */
} vr_train_result;

typedef struct vr_train_hooks {
    const char *checkpoint; /* file to resume from and save to after each epoch; NULL: none */
    const char *hits; /* file for the hits of the last epoch's tables (eval/hits.h); NULL: none */
    /* after each epoch; seconds are wall time of training and of evaluation; may be NULL */
    void (*on_epoch)(void *context, const vr_epoch *epoch, double train_seconds,
                     double eval_seconds);
    /* now and then within an epoch: step of n_steps; may be NULL */
    void (*on_step)(void *context, uint32_t epoch, uint64_t step, uint64_t n_steps);
    /* asked before each step: how many threads from now on; 0: stop, as an interruption does. NULL: as many as
       OpenMP says at the start. No answer changes a bit of the result. */
    int (*threads)(void *context);
    void *context;
} vr_train_hooks;

/* The name of a run: SHA-256 (hex) of "engine=...\ndata=...\n" and the canonical spec. */
enum { VR_RUN_ID = 65 };
void vr_run_id(const char *engine, const char *data_hash, const char *canonical,
               char id[VR_RUN_ID]);

/* Same bits for any thread count, and after any kill and resume from the checkpoint.
   VR_INTERRUPTED: the last finished epoch is in the checkpoint. The checkpoint is removed by the caller. */
vr_status vr_train(const vr_train_spec *spec, const vr_dataset *dataset,
                   const vr_train_hooks *hooks, vr_train_result *result, vr_error *error);
void vr_train_result_free(vr_train_result *result);

/* The time of a train pair in that of one scored item of a pairwise step: an estimate. */
double vr_train_cost(const vr_train_spec *spec, double n_items);

#endif
