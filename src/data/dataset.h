/* A data set: users x items, the observed interactions of train and test, and where they come from. */
#ifndef VR_DATA_DATASET_H
#define VR_DATA_DATASET_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "data/csr.h"

typedef struct vr_planted_truth vr_planted_truth; /* data/planted.h; NULL for a real data set */

typedef struct vr_dataset {
    char name[64];
    uint32_t n_users, n_items;
    vr_csr train, test; /* n_users x n_items each */
    char hash[65];      /* SHA-256 (hex) that stands for the data in a run record's name */
    vr_planted_truth
        *truth; /* the probabilities behind a planted world, owned; NULL for real data */
} vr_dataset;

typedef struct vr_data_options {
    const char *mirror; /* folder or URL tried first; NULL: environment VERIREC_MIRROR, else none */
    const char *cache; /* folder of fetched files; NULL: VERIREC_CACHE, else the XDG cache folder */
    int offline;       /* nonzero: never touch the network (mirror folders and the cache only) */
} vr_data_options;

/* Obtains (mirror, cache, download), checks the SHA-256 of every file against the manifest, parses.
   Errors: VR_USAGE unknown name (nearest match named); VR_NO_INPUT / VR_NETWORK not obtainable;
   VR_BAD_DATA wrong hash or file:line:column of the first bad byte. *out is untouched on error. */
vr_status vr_dataset_load(const char *name, const vr_data_options *options, vr_dataset *out,
                          vr_error *error);
void vr_dataset_free(vr_dataset *dataset);

/* Anybody's two files of lines "user item item ..." (plain or gzip), without a manifest: n_users is the number of
   train lines, n_items one more than the largest item id. Errors as above. */
vr_status vr_interactions_read(const char *train_path, const char *test_path, vr_dataset *out,
                               vr_error *error);

/* *out = transpose of *in (n_columns x n_rows); owned by the caller, vr_csr_free. */
vr_status vr_csr_transpose(const vr_csr *in, vr_csr *out, vr_error *error);
void vr_csr_free(vr_csr *csr);

/* The rows as a split's text, "user item item ...\n"; free(*text). */
vr_status vr_csr_text(const vr_csr *csr, char **text, size_t *size, vr_error *error);

#endif
