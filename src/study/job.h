/* One run from lock to record. Several jobs of one process may go on at once, each in a thread of its own. */
#ifndef VR_STUDY_JOB_H
#define VR_STUDY_JOB_H

#include <stdatomic.h>
#include "study/plan.h"

typedef enum vr_outcome {
    VR_JOB_DONE,   /* the record is there */
    VR_JOB_BUSY,   /* another process holds the run */
    VR_JOB_FAILED, /* training cannot end well: a result of this run, not of the study */
    VR_JOB_STOPPED /* nothing can be said of the run: interrupted, a full disk, ... */
} vr_outcome;

typedef struct vr_job vr_job;
struct vr_job {
    vr_run *run;
    const char *folder, *program;
    double room;        /* bytes that it may take at most; 0: not known */
    atomic_int threads; /* set by the scheduler at any time; 0: stop */
    /* of the job's own thread */
    vr_provenance provenance;
    vr_status write_status; /* of writing the provenance within the training loop */
    double epoch_started;   /* seconds */
    double epoch_spent;     /* processor seconds of this run's threads when the epoch began */
    int epoch_threads;      /* -1: changed within the epoch */
    vr_error error;
    /* scheduler's: called from the job's thread. epoch: at its end, else NULL */
    void (*report)(vr_job *job, uint32_t epoch_number, double share_of_epoch, double seconds,
                   const vr_epoch *epoch);
    void *scheduler;
};

/* The calling thread's OpenMP teams follow job->threads. The status is VR_OK for VR_JOB_DONE and _BUSY; else
   job->error says why. */
vr_outcome vr_job_run(vr_job *job, vr_status *status);

#endif
