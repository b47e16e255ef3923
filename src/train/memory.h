/* The memory of a training run, counted before anything is allocated: the one estimate that refuses a run, that
   decides how many runs go side by side, and that the benchmarks hold against what was measured. */
#ifndef VR_TRAIN_MEMORY_H
#define VR_TRAIN_MEMORY_H

#include "data/dataset.h"
#include "train/spec.h"

typedef struct vr_extent {
    double n_users, n_items, train_pairs, test_pairs;
} vr_extent;

vr_extent vr_extent_of(const vr_dataset *dataset);

/* Bytes. With s = 4 (dim rounded up to 16), the terms that grow are
     data    16 a user + 4 a pair of train and test
     tables  (s + 4) a row of users and items: parameters, two moments, the best epoch's and (cosine) unit rows;
             s / 4 an item for a hinge loss of cosines: codes
     pairs   8 a train pair, 12 a step of an epoch, 44 a user
     step    s an item, 16 a scored item of a batch, 3 s a pair of a batch
     ranking s an item (as panels) */
typedef struct vr_memory {
    double program; /* code, libraries, stacks */
    double data;    /* both splits; runs side by side share them */
    double tables, pairs, step, ranking;
    double run;  /* the four: what each run takes for itself */
    double peak; /* all */
} vr_memory;

vr_memory vr_memory_needed(const vr_train_spec *spec, const vr_extent *extent, int threads);

/* VR_USAGE when the run, whose data is loaded already, needs more than `room` bytes; room 0: not known. */
vr_status vr_memory_check(const vr_train_spec *spec, const vr_extent *extent, int threads,
                          double room, vr_error *error);

#endif
