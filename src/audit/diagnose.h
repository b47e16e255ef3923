/* The verdict on a case, and which usual mistakes would explain what is wrong. */
#ifndef VR_AUDIT_DIAGNOSE_H
#define VR_AUDIT_DIAGNOSE_H

#include "audit/measure.h"
#include "audit/mistakes.h"

/* An explanation of all that was given: where a mistake is NULL, the right formula. */
typedef struct vr_explanation {
    const vr_mistake *in_value, *in_gradient;
    vr_reduction value, gradient;
    double excess; /* the worst of its deviations */
} vr_explanation;

enum { VR_MOST_EXPLANATIONS = 16 };

typedef struct vr_diagnosis {
    vr_measure exact; /* against the right formula, by the tolerance asked for */
    vr_reduction value, gradient;
    int right;             /* every number, and one reduction */
    int reductions_differ; /* each right, but the value's is not the gradients' */
    int only_inaccurate;   /* wrong by the tolerance asked for, right by the default one */
    vr_explanation explanations[VR_MOST_EXPLANATIONS]; /* best first */
    size_t n_explanations;
} vr_diagnosis;

/* tolerance_ulps: NAN for vr_allow's. VR_INTERNAL: no memory. */
vr_status vr_audit_diagnose(const vr_audit_case *c, double tolerance_ulps, vr_diagnosis *out,
                            vr_error *error);

#endif
