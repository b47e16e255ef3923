#include "cli/output.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/file.h"
#include "base/npy.h"

vr_status vr_save_folder(const char *folder, vr_error *error) {
    vr_status status = folder ? vr_make_folders(folder, error) : VR_OK;
    if (!status && folder && access(folder, W_OK) != 0)
        status = vr_fail(error, VR_CANNOT_WRITE,
                         "--save %s: the folder is not writable; choose another", folder);
    return status;
}

vr_status vr_save_matrix(const char *folder, const char *file, const vr_matrix *matrix,
                         vr_error *error) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    vr_npy array = {.type = VR_NPY_F4,
                    .n_dims = 2,
                    .shape = {matrix->n_rows, matrix->n_columns},
                    .values = matrix->values};
    return vr_npy_write(path, &array, error);
}

vr_status vr_save_result(const char *folder, const char *json, vr_error *error) {
    char path[4096];
    snprintf(path, sizeof path, "%s/result.json", folder);
    return vr_file_write(path, json, strlen(json), error);
}
