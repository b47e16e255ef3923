/* What `verirec audit` prints. */
#ifndef VR_CLI_AUDIT_OUT_H
#define VR_CLI_AUDIT_OUT_H

#include "audit/diagnose.h"
#include "audit/similarity.h"

typedef struct vr_audit_result {
    const vr_audit_case *c;
    const vr_diagnosis *diagnosis;
    const vr_scores_check *scores; /* NULL: no embeddings */
    const char *rule;
    double tolerance_ulps; /* NAN: the default */
} vr_audit_result;

int vr_audit_right(const vr_audit_result *result);
void vr_audit_print_text(const vr_audit_result *result);
void vr_audit_print_json(const vr_audit_result *result);

#endif
