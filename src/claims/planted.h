/* What the checks of the planted world share: the world, and what a ranking is truly worth there. */
#ifndef VR_CLAIMS_PLANTED_H
#define VR_CLAIMS_PLANTED_H

#include "data/dataset.h"
#include "num/matrix.h"
#include "train/train.h"

vr_status vr_planted_world_load(vr_dataset *world, vr_error *error);

/* In [0, 1]; NaN with *error filled when it cannot be had. */
double vr_planted_gain(const vr_dataset *world, const vr_matrix *users, const vr_matrix *items,
                       vr_similarity similarity, vr_error *error);

/* The gain of what these settings train ("key=value key=value ..."); the result is the caller's when asked for. */
double vr_planted_trained(const vr_dataset *world, const char *settings, vr_train_result *result,
                          vr_error *error);

#endif
