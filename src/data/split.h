/* A validation split: what a choice of settings may be made on, so that test is looked at once. */
#ifndef VR_DATA_SPLIT_H
#define VR_DATA_SPLIT_H

#include "data/dataset.h"

/* *out: of each user's n train items, floor(share n) drawn ones are its test split and the others its train split; the
   test split of *in is not read. The name and the hash are those of *in, which share and seed, 0 < share < 1, stand
   beside in a run's spec. A function of its arguments. VR_INTERNAL. */
vr_status vr_dataset_holdout(const vr_dataset *in, double share, uint64_t seed, vr_dataset *out,
                             vr_error *error);

#endif
