/* What a run is, made by training or by a solver: the one place that tells the two apart. */
#ifndef VR_STUDY_RUN_SPEC_H
#define VR_STUDY_RUN_SPEC_H

#include "data/dataset.h"
#include "solve/spec.h"
#include "train/train.h"

typedef struct vr_run_spec {
    int solved; /* nonzero: `solve` counts, else `train` */
    vr_train_spec train;
    vr_solve_spec solve;
} vr_run_spec;

/* The defaults of the solver, or (NULL) of training. The functions below are those of train/spec.h or solve/spec.h. */
vr_status vr_run_spec_start(const char *solver, const char *where, vr_run_spec *out,
                            vr_error *error);
vr_status vr_run_spec_set(vr_run_spec *spec, const char *key, const char *value, const char *where,
                          vr_error *error);
vr_status vr_run_spec_check(vr_run_spec *spec, const char *where, vr_error *error);
size_t vr_run_spec_canonical(const vr_run_spec *spec, char *text, size_t size);

int vr_run_spec_has(const vr_run_spec *spec, const char *key);

/* Key i of those that the run's result depends on, from 0; NULL after the last. *doc explains it. */
const char *vr_run_spec_key(const vr_run_spec *spec, size_t i, const char **doc);

/* At most so many epochs, or sweeps. */
uint32_t vr_run_epochs(const vr_run_spec *spec);
uint64_t *vr_run_seed(vr_run_spec *spec);

/* One epoch's (or sweep's) time in that of a scored item of training: an estimate. */
double vr_run_scores(const vr_run_spec *spec, const vr_dataset *data);

/* Bytes besides the data, and VR_USAGE when they are more than room (0: not known). */
double vr_run_memory(const vr_run_spec *spec, const vr_dataset *data, int threads);
vr_status vr_run_memory_check(const vr_run_spec *spec, const vr_dataset *data, int threads,
                              double room, vr_error *error);

/* A sweep is an epoch whose loss is the objective and whose rate is NaN; the result is that of the last one. A solver
   leaves no checkpoint: a stopped run begins anew. */
vr_status vr_run_make(const vr_run_spec *spec, const vr_dataset *data, const vr_train_hooks *hooks,
                      vr_train_result *result, vr_error *error);

#endif
