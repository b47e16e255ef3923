/* One line on stderr, rewritten in place: what is done, how fast, how long still. Silent unless
   stderr is a terminal; plain under NO_COLOR. */
#ifndef VR_BASE_PROGRESS_H
#define VR_BASE_PROGRESS_H

#include <stdint.h>

typedef struct vr_progress {
    const char *label, *unit; /* borrowed */
    uint64_t total;           /* 0: unknown */
    double started, shown;    /* seconds of the monotonic clock */
    int active, color;
} vr_progress;

double vr_seconds(void); /* the monotonic clock */

void vr_progress_begin(vr_progress *progress, const char *label, const char *unit, uint64_t total);
void vr_progress_update(vr_progress *progress, uint64_t done); /* at most ten lines a second */
void vr_progress_end(vr_progress *progress);                   /* clears the line */

#endif
