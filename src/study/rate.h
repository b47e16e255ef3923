/* How fast this machine trains, when no earlier run says so. */
#ifndef VR_STUDY_RATE_H
#define VR_STUDY_RATE_H

#include "study/plan.h"

/* Scored items a second: one epoch of MINE+ with N = 800 on the planted world, a few seconds. 0 where that
   cannot be had. */
double vr_timed_rate(vr_sources *sources);

#endif
