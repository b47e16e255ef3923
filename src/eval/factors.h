/* Tables of factors (f4 or f8, one row a user or an item) and ranked lists (i4 or i8, one row a user) as NPY files. */
#ifndef VR_EVAL_FACTORS_H
#define VR_EVAL_FACTORS_H

#include "base/error.h"
#include "num/matrix.h"

/* *rounded (may be NULL) = the file holds f8 values, which were rounded to f4. The caller owns out->values
   (free). Errors: those of vr_npy_read; VR_BAD_DATA for another dtype, a shape that is not rows x factors, or a
   value that is no finite f4 (row and column named). */
vr_status vr_factors_read(const char *path, vr_matrix *out, int *rounded, vr_error *error);

/* The first *k places of every list, all of them when *k is 0; *k becomes how many. *ids: n_rows x *k, laid out as by
   vr_top_k, owned by the caller; -1 in the file is VR_NO_ITEM. Errors: those of vr_npy_read; VR_BAD_DATA for another
   dtype or shape, lists shorter than *k, or an id that is neither -1 nor that of an item (row and place named). */
vr_status vr_lists_read(const char *path, uint32_t *k, uint32_t **ids, uint32_t *n_rows,
                        vr_error *error);

#endif
