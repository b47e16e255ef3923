/* Runs a plan: each run that has no record is trained once and recorded, whatever stops in between.

   Runs go side by side as the crew says, each in a thread of this process with an OpenMP team of its own: the data
   is there once, a signal reaches all, and nothing outlives the process. Cores that no waiting run can use go to
   the runs under way, from their next step on. */
#ifndef VR_STUDY_RUNNER_H
#define VR_STUDY_RUNNER_H

#include "study/crew.h"

typedef enum vr_event_kind {
    VR_EVENT_START,  /* a run begins (or goes on from its checkpoint) */
    VR_EVENT_STEP,   /* now and then within an epoch */
    VR_EVENT_EPOCH,  /* an epoch is done */
    VR_EVENT_BUSY,   /* another process does this run; it is taken up again later */
    VR_EVENT_DONE,   /* the record is written, or another process wrote it */
    VR_EVENT_FAILED, /* training failed: run->why */
} vr_event_kind;

/* A run under way. */
typedef struct vr_activity {
    const vr_run *run;
    uint32_t epoch; /* from 1 */
    double share;   /* of that epoch that is done */
    int threads;
    double speed; /* scores a second; 0: not known yet */
} vr_activity;

typedef struct vr_event {
    vr_event_kind kind;
    const vr_run *run;
    size_t index, n_runs;  /* of the runs to do, from 0 */
    const vr_epoch *epoch; /* VR_EVENT_EPOCH, with its seconds */
    double seconds;
    const vr_activity *active;
    size_t n_active;
    double left; /* seconds that all runs would still take with all their epochs; 0: not known */
} vr_event;

typedef struct vr_runner {
    const char *folder;  /* records, provenance, checkpoints and locks */
    const char *program; /* version, for the provenance */
    void (*on_event)(void *context, const vr_event *event); /* one at a time; may be NULL */
    void *context;
    vr_crew crew; /* what this machine has and how many runs go side by side */
} vr_runner;

/* Afterwards each run of the plan is DONE, CANNOT or FAILED. VR_INTERRUPTED: the same call goes on later.
   A run whose training fails does not stop the others; the first such failure is the status returned. Anything
   else that goes wrong stops all, and is returned. */
vr_status vr_runner_run(const vr_runner *runner, vr_plan *plan, vr_error *error);

#endif
