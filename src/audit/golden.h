/* Golden vectors: cases of every loss with the exact value and gradients, by which another project can test itself. */
#ifndef VR_AUDIT_GOLDEN_H
#define VR_AUDIT_GOLDEN_H

#include "base/error.h"

/* Writes FOLDER/LOSS/CASE/ as `verirec audit --case` reads it (case.h): scores and parameters that floats hold, value and
   gradients of 256 bits rounded to double; QUANTITY_bound_f64.npy and QUANTITY_bound_f32.npy, how far src/loss is off at
   most in either precision; and FOLDER/index.json. The same bytes always. VR_CANNOT_WRITE, VR_INTERNAL. */
vr_status vr_golden_write(const char *folder, vr_error *error);

#endif
