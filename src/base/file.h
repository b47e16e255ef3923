/* Whole files, in and out. A file that this program writes is either complete or not there: the
   bytes go to a temporary file in the same folder, are synced, and are then renamed over the old
   one. */
#ifndef VR_BASE_FILE_H
#define VR_BASE_FILE_H

#include <stddef.h>
#include "base/error.h"

typedef struct vr_part {
    const void *bytes;
    size_t size;
} vr_part;

/* Writes the parts one after the other, atomically; the folder of path is made when it is missing.
   A path that exists and is no regular file (a pipe, /dev/stdout) is written in place.
   VR_CANNOT_WRITE. */
vr_status vr_file_write_parts(const char *path, const vr_part *parts, size_t n_parts,
                              vr_error *error);
vr_status vr_file_write(const char *path, const void *bytes, size_t size, vr_error *error);

/* VR_OK where nothing known beforehand keeps vr_file_write from writing path, so that it is found out before the work;
   makes the folder. VR_CANNOT_WRITE. */
vr_status vr_file_check(const char *path, vr_error *error);

/* *bytes = the whole file and a final NUL that *size does not count; freed by the caller.
 * VR_NO_INPUT. */
vr_status vr_file_read(const char *path, char **bytes, size_t *size, vr_error *error);

/* mkdir -p. VR_CANNOT_WRITE. */
vr_status vr_make_folders(const char *path, vr_error *error);

int vr_file_exists(const char *path);

/* Whether both name one file, be it there or not. */
int vr_same_file(const char *a, const char *b);

#endif
