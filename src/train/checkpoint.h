/* The state of a training run between two epochs, in one file that is written atomically: after any kill
   the same command goes on from the last finished epoch and ends in the same bytes. */
#ifndef VR_TRAIN_CHECKPOINT_H
#define VR_TRAIN_CHECKPOINT_H

#include "train/schedule.h"
#include "train/step.h"

/* name: what the run is (64 hex digits); a file of another run is refused. */
vr_status vr_checkpoint_save(const char *path, const char *name, const vr_trainer *trainer,
                             const vr_run_state *state, vr_error *error);

/* VR_NO_INPUT when there is no such file (start afresh); VR_BAD_DATA when it is damaged or another run's:
   then trainer and state hold no run any more. */
vr_status vr_checkpoint_load(const char *path, const char *name, vr_trainer *trainer,
                             vr_run_state *state, vr_error *error);

#endif
