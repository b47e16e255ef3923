/* Where a data set's file comes from: a mirror folder, the cache, a mirror URL, the public addresses. */
#ifndef VR_DATA_OBTAIN_H
#define VR_DATA_OBTAIN_H

#include <stddef.h>
#include "data/dataset.h"
#include "data/manifest.h"

typedef struct vr_obtained {
    char place[1024]; /* the file that was read; after a download, the file in the cache */
    char *text;       /* uncompressed, hash checked, with a final NUL; free() */
    size_t size;
} vr_obtained;

/* refetch: a file of the cache with the wrong hash is downloaded again instead of refused. */
vr_status vr_obtain(const vr_manifest_file *file, const vr_data_options *options, int refetch,
                    vr_obtained *out, vr_error *error);

/* The mirror or NULL, and the cache folder, after options and environment. */
const char *vr_data_mirror(const vr_data_options *options);
void vr_data_cache(const vr_data_options *options, char *folder, size_t size);

#endif
