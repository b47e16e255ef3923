/* All finished records of a folder, each verified, and the pace of the runs. */
#ifndef VR_STUDY_SHELF_H
#define VR_STUDY_SHELF_H

#include <stddef.h>
#include "study/record.h"

typedef struct vr_shelf {
    char folder[4096];
    vr_record *records;
    size_t n_records;
    vr_provenance *provenances;
    size_t n_provenances;
    const struct vr_shelf *next; /* where look-ups go on; borrowed; NULL at first */
} vr_shelf;

/* A missing folder is empty. VR_BAD_DATA for a record that was changed or renamed: never used, never
   repaired. */
vr_status vr_shelf_read(const char *folder, vr_shelf *out, vr_error *error);
void vr_shelf_free(vr_shelf *shelf);

/* The first on this shelf and its next ones. data_hash NULL: any (when the data set is not at hand). NULL when
   there is none. */
const vr_record *vr_shelf_find(const vr_shelf *shelf, const char *dataset, const char *data_hash,
                               const char *canonical);
const vr_provenance *vr_shelf_provenance(const vr_shelf *shelf, const char *id);

/* The file beside the record of that id, "FOLDER/ID" and the ending. 0 when no shelf has such a record. */
int vr_shelf_path(const vr_shelf *shelf, const char *id, const char *ending, char *path,
                  size_t size);

#endif
