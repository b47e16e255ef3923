/* How fast this machine trains, when no earlier run says so. */
#ifndef VR_STUDY_RATE_H
#define VR_STUDY_RATE_H

/* Scored items a second of one run on `threads` threads while `side_by_side` such runs go on at once (at most 16
   of them are timed): one epoch of MINE+ with N = 800 over few pairs, but tables as large as Gowalla's, so that
   they do not fit a cache that the real ones do not fit. The best of three trials, about two seconds. 0 when it fails. */
double vr_timed_rate(int threads, int side_by_side);

#endif
