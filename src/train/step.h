/* One mini-batch step: draws, scores, loss, backward, clip, dense Adam. The hot part of the project.

   The order of every sum is fixed by the batch, never by the threads:
     users    a user's pairs in batch order
     items    in buckets of 64, each item's (pair, weight) triples in order of (pair, position)
     norm     per row, then per bucket, then buckets in order, then users in order
   so the tables after a step are the same bits for any thread count.

   Pairs that share a draw, and sampling = all, meet their items in dense products of tiles instead of gathers (dense.h).
   The clip's bound is then taken from these items' gradients, which are known before it.

   A hinge loss of cosines need not know the scores below its margin, which are most: a screen by codes of a byte an entry
   rules them out (model/screen.h, hinge.c). Every bit is that of the step without it.

   Dense Adam. Every parameter moves at every step, also rows that no pair touched (by their momentum and by
   the regulariser). Item rows are few against the draws of a batch: all are stepped in place. User rows are
   many: a row's missed steps are applied, in registers, when a pair next needs the row, or by vr_step_flush.
   Both give the bits of the naive full-table update.

   Clip. The norm over both whole tables is needed only when it may exceed the limit: a bound from the
   weights decides first (and lets an item's update follow its gradient while both are in cache), then the
   exact norm of the touched rows, with what the others can add at most, and only then are all rows brought up
   to date and summed. */
#ifndef VR_TRAIN_STEP_H
#define VR_TRAIN_STEP_H

#include "data/dataset.h"
#include "model/rows.h"
#include "model/screen.h"
#include "model/table.h"
#include "train/spec.h"

typedef struct vr_step_buffers vr_step_buffers;
typedef struct vr_dense vr_dense;

typedef struct vr_trainer {
    const vr_train_spec *spec;
    const vr_dataset *dataset;
    const vr_loss *loss;
    const vr_row_kernels *kernels;
    vr_table users, items;
    const vr_screen_kernels *screen;
    uint8_t *
        item_codes; /* of the items' unit rows, for a hinge loss of cosines (screen.h), else NULL */
    uint64_t adam_steps; /* t: steps taken since the start */
    double lr;           /* of this epoch */
    uint32_t
        *pair_users; /* user of each train pair, in CSR order; its item is train.columns[pair] */
    uint32_t *order; /* this epoch's permutation of the train pairs */
    float *proposal; /* q_j of each item for sampled-softmax (Eq. 2), else NULL */
    vr_adam_step *steps;     /* of this epoch: steps[s] for its step s */
    uint32_t *user_step;     /* first step of this epoch that the user row has not seen yet */
    double regularizer_norm; /* upper bound of regularization |P| throughout this epoch */
    int naive; /* nonzero: no bound and no laziness, the reference that the tests compare with */
    vr_step_buffers *buffers;
    vr_dense *dense; /* for steps by dense products (sharing, sampling = all), else NULL */
} vr_trainer;

/* Allocates and draws the initial tables. spec and dataset must outlive the trainer. */
vr_status vr_trainer_new(const vr_train_spec *spec, const vr_dataset *dataset, vr_trainer *out,
                         vr_error *error);
void vr_trainer_free(vr_trainer *trainer);

/* From the next step on, this many threads. VR_INTERNAL without memory; the trainer is as before then. */
vr_status vr_trainer_threads(vr_trainer *trainer, uint32_t threads, vr_error *error);

uint32_t vr_trainer_steps(const vr_trainer *trainer); /* steps an epoch; the last may be short */

/* Shuffles the pairs and tabulates the epoch's Adam steps with rate lr. epoch counts from 1. */
void vr_epoch_begin(vr_trainer *trainer, uint32_t epoch, double lr);

/* Step s of the epoch; returns the sum of the losses of its pairs. */
double vr_step(vr_trainer *trainer, uint32_t epoch, uint32_t s);

/* Brings every user row up to step s of the epoch (call with vr_trainer_steps at its end), and the unit rows
   of both tables. */
void vr_step_flush(vr_trainer *trainer, uint32_t s);

#endif
