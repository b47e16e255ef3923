/* How far what a foreign code gave is from a formula, under each way of reducing a batch. */
#ifndef VR_AUDIT_MEASURE_H
#define VR_AUDIT_MEASURE_H

#include "audit/case.h"

typedef enum vr_reduction {
    VR_ROWS, /* a value for each row; gradients of each row's own value, or of the sum */
    VR_SUM,  /* one value: the sum; its gradients are those of VR_ROWS */
    VR_MEAN, /* the mean over the batch: gradients are divided by B */
    VR_N_REDUCTIONS
} vr_reduction;

/* One quantity under one reduction. */
typedef struct vr_deviation {
    int measured;
    double excess; /* the worst |error| over what is allowed: right up to 1 */
    double ulps, median,
        bound; /* worst and median in ulps of the expected number, worst over the derived bound */
    size_t row, column; /* of the worst excess */
    long double expected;
    double got, allowed; /* there; allowed in ulps */
    size_t n_wrong, n;
} vr_deviation;

typedef struct vr_measure {
    int applies; /* 0: the mistake does not apply to this case */
    vr_deviation deviations[VR_N_QUANTITIES][VR_N_REDUCTIONS];
} vr_measure;

typedef struct vr_yardstick {
    vr_formula *formula;
    const void *self;
    double tolerance_ulps; /* NAN: what vr_allow says */
    int medians;
} vr_yardstick;

/* VR_INTERNAL: no memory. */
vr_status vr_audit_measure(const vr_audit_case *c, const vr_yardstick *yardstick, vr_measure *out,
                           vr_error *error);

double vr_ulp(long double x, int bits);

#endif
