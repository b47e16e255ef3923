/* What the commands that make a model write with --save. */
#ifndef VR_CLI_OUTPUT_H
#define VR_CLI_OUTPUT_H

#include "base/error.h"
#include "num/matrix.h"

/* Makes the folder of --save, or says why it will not do: found out before the work, not after. NULL: nothing. */
vr_status vr_save_folder(const char *folder, vr_error *error);

/* FOLDER/FILE: an f4 array. */
vr_status vr_save_matrix(const char *folder, const char *file, const vr_matrix *matrix,
                         vr_error *error);

/* FOLDER/result.json. */
vr_status vr_save_result(const char *folder, const char *json, vr_error *error);

#endif
