/* What a text says of a curve's shape, as a test of the measured points.

   A point is the mean of its seeds' Recall@20. Its standard error is the seeds' standard deviation (with one seed that of
   SimpleX's runs, VR_SEED_SD) over the root of their number. Two points differ when they are more than two standard
   errors of their difference apart. A shape holds, or fails, when the points say so beyond that; else it is undecided. */
#ifndef VR_STUDY_SHAPE_H
#define VR_STUDY_SHAPE_H

#include <stddef.h>

/* Points of Recall@20 between two seeds of one run: the largest and the smallest standard deviation of the lineage's runs. Two or
   three seeds do not show a smaller one. */
#define VR_SEED_SD       .13
#define VR_SEED_SD_LEAST .05

typedef struct vr_mark {
    double x, y, sd; /* y: percent; sd: of its seeds, NaN for one seed */
    size_t n_seeds;  /* 0: not run */
} vr_mark;

typedef struct vr_curve {
    const vr_mark *marks; /* ascending in x */
    size_t n;
} vr_curve;

typedef enum vr_shape_check {
    VR_SHAPE_RISES, /* the last point is above the first, and none is below one to its left */
    VR_SHAPE_FALLS, /* the last point is below the highest */
    VR_SHAPE_EARLIER, /* the first point that is not below the highest comes at a smaller x than the other curve's */
    VR_SHAPE_MINOR, /* the range of y is at most half the other curve's */
    VR_SHAPE_PEAK, /* both ends are below a point between them, to which the curve rises and from which it falls */
    VR_SHAPE_OPTIMUM /* every point that is not below the highest has from <= x < to */
} vr_shape_check;

typedef enum vr_shape_verdict {
    VR_SHAPE_HOLDS,
    VR_SHAPE_FAILS,
    VR_SHAPE_UNDECIDED,
    VR_SHAPE_NOT_RUN, /* a point is missing */
    VR_N_SHAPE_VERDICTS
} vr_shape_verdict;

typedef struct vr_shape_found {
    vr_shape_verdict verdict;
    char text[240]; /* what was measured */
} vr_shape_found;

const char *vr_shape_text(vr_shape_verdict verdict);  /* "holds" */
const char *vr_shape_criterion(vr_shape_check check); /* the comment above, for the reader */

/* Standard error of a run point. */
double vr_mark_error(const vr_mark *mark);

/* other: for EARLIER and MINOR; from, to: for OPTIMUM. */
vr_shape_found vr_shape_judge(vr_shape_check check, vr_curve curve, vr_curve other, double from,
                              double to);

#endif
