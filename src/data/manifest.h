/* What a data set must be: the files with their size, SHA-256 and addresses, and the counts of Table 1.

   The manifests are datasets/NAME.cfg, compiled into the program. The environment's VERIREC_DATASETS names a
   folder of further ones; there a NAME.cfg hides the compiled one. */
#ifndef VR_DATA_MANIFEST_H
#define VR_DATA_MANIFEST_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "data/planted.h"

enum { VR_MANIFEST_URLS = 4, VR_MANIFEST_NAMES = 64 };

typedef enum vr_data_kind { VR_DATA_REAL, VR_DATA_PLANTED } vr_data_kind;

typedef struct vr_manifest_file {
    char path[128];  /* below a mirror or the cache, without .gz: "gowalla/train.txt" */
    char sha256[65]; /* of the uncompressed text */
    uint64_t bytes;  /* of the uncompressed text */
    uint64_t interactions;
    uint32_t n_urls;
    char urls[VR_MANIFEST_URLS][256];
} vr_manifest_file;

typedef struct vr_manifest {
    char name[64];
    vr_data_kind kind;
    uint32_t n_users, n_items;
    vr_manifest_file train, test; /* a planted world has no path and no urls */
    vr_planted_spec planted;      /* of a planted world */
    char source[256], licence[256];
} vr_manifest;

/* All names, sorted as datasets.def has them, then those of VERIREC_DATASETS. Valid until `names` goes. */
typedef struct vr_manifest_names {
    size_t count;
    char names[VR_MANIFEST_NAMES][64];
} vr_manifest_names;
void vr_manifest_list(vr_manifest_names *names);

/* VR_USAGE: unknown name (the nearest is named). VR_BAD_DATA: a manifest with an error, file:line. */
vr_status vr_manifest_find(const char *name, vr_manifest *out, vr_error *error);

#endif
