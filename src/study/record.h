/* Run records: what a run gave, as a pure function of (canonical spec, data hash, engine version).

   A record is named by the SHA-256 of those three and holds nothing else: no time, host, path or thread
   count. Those stand in the provenance file beside it, which is rewritten after each epoch. */
#ifndef VR_STUDY_RECORD_H
#define VR_STUDY_RECORD_H

#include <stdint.h>
#include "base/error.h"
#include "train/train.h"

typedef struct vr_record {
    char id[VR_RUN_ID];
    char
        digest[VR_RUN_ID]; /* SHA-256 of the record's other members; makes a changed record known */
    char engine[16], dataset[64], data_hash[65];
    char canonical[VR_CANONICAL]; /* of the spec: "key=value\n"... */
    uint32_t best_epoch, n_epochs;
    double recall, ndcg; /* fractions */
    vr_epoch *epochs;
} vr_record;

/* Fills id and digest, writes FOLDER/ID.json atomically. VR_CANNOT_WRITE. */
vr_status vr_record_write(vr_record *record, const char *folder, vr_error *error);

/* VR_NO_INPUT; VR_BAD_DATA when it is no record, when its content does not hash to its digest, or its spec,
   data and engine not to the name of the file. *out is untouched on error. */
vr_status vr_record_read(const char *path, vr_record *out, vr_error *error);
void vr_record_free(vr_record *record);

/* Where, when and how fast: one FOLDER/ID.provenance.json a run. */
typedef struct vr_pace {
    uint32_t epoch;
    double train_seconds, eval_seconds;
    double core_seconds; /* processor time of both, of all threads; 0: not measured */
    int threads;         /* 0: as many as the provenance says; -1: they changed within the epoch */
} vr_pace;

typedef struct vr_provenance {
    char id[VR_RUN_ID];
    char name[128], cpu[128], compiler[64], program[32],
        date[32]; /* date: of the first epoch, UTC */
    int threads;
    double scores; /* scored items in one epoch */
    uint32_t n_epochs;
    vr_pace *epochs; /* ascending, each epoch once */
} vr_provenance;

/* This machine, this build, now; no epochs. */
vr_provenance vr_provenance_here(const char *id, const char *name, const char *program);

/* Adds the epoch, or replaces it. VR_INTERNAL. */
vr_status vr_provenance_add(vr_provenance *provenance, const vr_pace *pace, vr_error *error);
vr_status vr_provenance_write(const vr_provenance *provenance, const char *folder, vr_error *error);
vr_status vr_provenance_read(const char *path, vr_provenance *out, vr_error *error);
void vr_provenance_free(vr_provenance *provenance);

#endif
