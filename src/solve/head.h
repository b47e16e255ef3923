/* A data set's head: its most popular items. */
#ifndef VR_SOLVE_HEAD_H
#define VR_SOLVE_HEAD_H

#include "data/dataset.h"

/* *out: the n items with the most train interactions (of equals the lower ids), numbered anew in their old order, all
   users; ids, may be NULL: n old numbers. Name and hash are those of *in. VR_INTERNAL. */
vr_status vr_dataset_head(const vr_dataset *in, uint32_t n, vr_dataset *out, uint32_t *ids,
                          vr_error *error);

#endif
