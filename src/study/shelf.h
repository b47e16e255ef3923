/* All finished records of some folders, each verified, and the pace of runs on this machine. */
#ifndef VR_STUDY_SHELF_H
#define VR_STUDY_SHELF_H

#include <stddef.h>
#include "study/record.h"

typedef struct vr_shelf {
    vr_record *records;
    size_t n_records;
    vr_provenance *provenances;
    size_t n_provenances;
} vr_shelf;

/* Reads the folders in order; a missing folder is empty; of two records with one id the first stays.
   VR_BAD_DATA for a record that was changed or renamed: never used, never repaired. */
vr_status vr_shelf_read(const char *const *folders, size_t n_folders, vr_shelf *out,
                        vr_error *error);
void vr_shelf_free(vr_shelf *shelf);

/* data_hash NULL: any (when the data set is not at hand). NULL when there is no such record. */
const vr_record *vr_shelf_find(const vr_shelf *shelf, const char *dataset, const char *data_hash,
                               const char *canonical);
const vr_provenance *vr_shelf_provenance(const vr_shelf *shelf, const char *id);

#endif
