/* Where a run stands between two epochs, and how the schedule takes it past one. */
#ifndef VR_TRAIN_SCHEDULE_H
#define VR_TRAIN_SCHEDULE_H

#include "train/spec.h"
#include "train/train.h"

/* The schedule's state, and the best tables so far. All but the tables follows from the epochs' Recall@20. */
typedef struct vr_run_state {
    double lr, best_recall; /* best_recall: -1 before the first epoch */
    uint32_t misses, best_epoch, n_epochs;
    uint32_t finished;              /* the schedule has ended the run */
    vr_epoch *epochs;               /* spec->epochs entries, n_epochs used */
    float *best_users, *best_items; /* raw tables of the best epoch, n_rows x stride */
} vr_run_state;

/* Before the first epoch; no epochs and no tables. */
vr_run_state vr_schedule_start(const vr_train_spec *spec);

/* Takes lr, misses, the best epoch and `finished` past an epoch. Returns nonzero when that epoch is the best so
   far; what that means for the tables is the caller's part. */
int vr_schedule_next(const vr_train_spec *spec, vr_run_state *state, const vr_epoch *epoch);

#endif
