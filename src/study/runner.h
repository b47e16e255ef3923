/* Runs a plan: each run that has no record is trained once and recorded, whatever stops in between. */
#ifndef VR_STUDY_RUNNER_H
#define VR_STUDY_RUNNER_H

#include "study/plan.h"

typedef enum vr_event_kind {
    VR_EVENT_START,  /* a run begins (or goes on from its checkpoint) */
    VR_EVENT_STEP,   /* now and then within an epoch */
    VR_EVENT_EPOCH,  /* an epoch is done */
    VR_EVENT_BUSY,   /* another process does this run; it is taken up again later */
    VR_EVENT_DONE,   /* the record is written, or another process wrote it */
    VR_EVENT_FAILED, /* training failed: run->why */
} vr_event_kind;

typedef struct vr_event {
    vr_event_kind kind;
    const vr_run *run;
    size_t index, n_runs; /* of the runs to do, from 0 */
    uint32_t epoch_number;
    uint64_t step, n_steps;
    const vr_epoch *epoch; /* VR_EVENT_EPOCH */
    double train_seconds, eval_seconds;
    double run_left; /* seconds that all its epochs would still take; 0: not known */
} vr_event;

typedef struct vr_runner {
    const char *folder;  /* records, provenance, checkpoints and locks */
    const char *program; /* version, for the provenance */
    void (*on_event)(void *context, const vr_event *event); /* may be NULL */
    void *context;
} vr_runner;

/* Afterwards each run of the plan is DONE, CANNOT or FAILED. VR_INTERRUPTED: the same call goes on later.
   A run whose training fails does not stop the others; the first such failure is the status returned. */
vr_status vr_runner_run(const vr_runner *runner, vr_plan *plan, vr_error *error);

#endif
