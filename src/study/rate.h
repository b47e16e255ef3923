/* How fast this machine trains, when no earlier run says so. */
#ifndef VR_STUDY_RATE_H
#define VR_STUDY_RATE_H

/* Scored items a second: one epoch of MINE+ with N = 800 over few pairs, but tables as large as Gowalla's,
   so that they do not fit a cache that the real ones do not fit. A few seconds. 0 when it fails. */
double vr_timed_rate(void);

#endif
