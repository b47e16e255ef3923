/* Which runs a set of cells needs, in which order, and what each will take. */
#ifndef VR_STUDY_PLAN_H
#define VR_STUDY_PLAN_H

#include "data/dataset.h"
#include "study/shelf.h"
#include "study/study.h"

/* Data sets, each loaded at most once; a failure is kept too. */
typedef struct vr_source {
    char name[64];
    vr_dataset data; /* meaningful when error.status is VR_OK, and as an outline */
    vr_error error;
    int outline; /* the data could not be had: data has the manifest's counts, for estimates */
} vr_source;

enum { VR_MOST_SOURCES = 16 };
typedef struct vr_sources {
    vr_data_options options;
    int outlines; /* of what is not at hand: for a dry run */
    vr_source items[VR_MOST_SOURCES];
    size_t count;
} vr_sources;

/* Loads the data set on the first call. NULL only when there are more than VR_MOST_SOURCES. */
const vr_source *vr_sources_get(vr_sources *sources, const char *name);
void vr_sources_free(vr_sources *sources);

typedef enum vr_plan_state {
    VR_RUN_DONE,   /* a record exists */
    VR_RUN_TO_DO,  /* the data set is here */
    VR_RUN_CANNOT, /* the data set cannot be had: why */
    VR_RUN_FAILED  /* training ended with an error: why */
} vr_plan_state;

typedef struct vr_run {
    char id[VR_RUN_ID]; /* empty while the data set is not here */
    char name[128], dataset[64];
    char canonical[VR_CANONICAL];
    vr_run_spec spec;
    vr_plan_state state;
    char why[1024];
    const vr_dataset *data; /* in vr_sources; NULL when it cannot be had */
    double scores;          /* scored items in one epoch: what training time is proportional to */
    size_t first;           /* place in the order in which runs were asked for */
} vr_run;

typedef struct vr_plan {
    vr_run *runs;
    size_t n_runs;
} vr_plan;

/* Adds the run unless one with the same data set and canonical spec is there already. */
vr_status vr_plan_add(vr_plan *plan, const char *name, const char *dataset, const vr_run_spec *spec,
                      vr_error *error);

/* Loads data sets, finds finished records, orders the runs: smallest data set first. A data set that cannot
   be had is a state of its runs, except for an unknown name or bytes that are not the manifest's, which
   are errors. */
vr_status vr_plan_settle(vr_plan *plan, vr_sources *sources, const vr_shelf *shelf,
                         vr_error *error);
void vr_plan_free(vr_plan *plan);

/* Scored items a second on this machine, from the epochs of earlier runs with this CPU and so many threads; 0 when
   there is none worth believing (an epoch of at least 2e7 scores). */
double vr_measured_rate(const vr_shelf *shelf, int threads);

/* Seconds that all epochs of the run take at the rate. */
double vr_run_seconds(const vr_run *run, double rate);

#endif
