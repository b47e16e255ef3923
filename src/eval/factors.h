/* Tables of factors as files: NPY, f4 or f8, one row a user or an item. */
#ifndef VR_EVAL_FACTORS_H
#define VR_EVAL_FACTORS_H

#include "base/error.h"
#include "num/matrix.h"

/* *rounded (may be NULL) = the file holds f8 values, which were rounded to f4. The caller owns out->values
   (free). Errors: those of vr_npy_read; VR_BAD_DATA for another dtype, a shape that is not rows x factors, or a
   value that is no finite f4 (row and column named). */
vr_status vr_factors_read(const char *path, vr_matrix *out, int *rounded, vr_error *error);

#endif
