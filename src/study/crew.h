/* How the runs of a study share the cores and the memory: side by side, threads within a run, or both.

   A run on t threads takes a + b / t seconds a score; a and b follow from two measured rates. n runs under way
   share the cores evenly, so that at the end of a study the last ones get all of them. No run starts while it
   and those under way would need more memory than there is. A record does not depend on any of this. */
#ifndef VR_STUDY_CREW_H
#define VR_STUDY_CREW_H

#include "study/plan.h"

typedef struct vr_crew {
    int threads; /* in all */
    int jobs;    /* runs side by side, at most */
    double one;  /* scores a second of a run on one thread, each core busy with such a run */
    double all;  /* of one run on all threads */
    double room; /* bytes that the runs may take together, besides the data; 0: not known */
} vr_crew;

/* This machine with rates as they mostly are: all threads of one run do 94 % of what runs side by side do. */
vr_crew vr_crew_here(void);

/* Times both rates. A few seconds; 0 when it fails. */
int vr_crew_time(vr_crew *crew);

/* Threads of the run at `place` (from 0) of n under way. */
int vr_crew_share(const vr_crew *crew, size_t n, size_t place);

/* Scores a second of that run; more runs than threads take turns on them. */
double vr_crew_rate(const vr_crew *crew, size_t n, size_t place);
double vr_crew_need(const vr_crew *crew,
                    const vr_run *run); /* bytes that the run takes for itself */

/* Seconds until all runs to do are done, each with all its epochs; *memory (may be NULL): the most bytes that runs
   side by side take. */
double vr_crew_seconds(const vr_crew *crew, const vr_plan *plan, double *memory);

/* Sets jobs to what finishes the plan first; of equals (within 1 %) the fewest. */
void vr_crew_choose(vr_crew *crew, const vr_plan *plan);

#endif
