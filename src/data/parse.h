/* The text of a split: one line a user, "user item item ...\n", ids from 0. */
#ifndef VR_DATA_PARSE_H
#define VR_DATA_PARSE_H

#include <stddef.h>
#include "base/error.h"
#include "data/dataset.h"

typedef struct vr_split_text {
    const char *path; /* for messages */
    const char *text; /* size bytes and a NUL */
    size_t size;
} vr_split_text;

/* Users of a train split are 0, 1, 2, ... and each has an item. n_items = 0: not known, one more than the largest
   id. VR_BAD_DATA names file:line:column of the first bad byte. */
vr_status vr_parse_train(const vr_split_text *split, uint32_t n_items, vr_csr *out,
                         vr_error *error);

/* Users of a test split are ascending and some of train's; a user may have no item or no line. n_items as above;
   a pair that is in train too is an error. */
vr_status vr_parse_test(const vr_split_text *split, const vr_csr *train, uint32_t n_items,
                        vr_csr *out, vr_error *error);

#endif
