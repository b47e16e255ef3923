/* Whether the given scores are the similarities of the given embeddings, and which usual mistake made them otherwise. */
#ifndef VR_AUDIT_SIMILARITY_H
#define VR_AUDIT_SIMILARITY_H

#include "audit/case.h"

typedef struct vr_similarity_rule {
    const char *name, *text; /* what is wrong with it and how to mend it */
} vr_similarity_rule;

enum { VR_MOST_RULES = 16 };

typedef struct vr_scores_check {
    int right;
    double ulps, excess; /* worst, against the right rule */
    size_t row, column;
    int of_negatives; /* the worst is one of neg.npy */
    double expected, got;
    const vr_similarity_rule *pos[VR_MOST_RULES], *neg[VR_MOST_RULES]; /* what explains each file */
    size_t n_pos, n_neg;
    int pos_right, neg_right;
} vr_scores_check;

/* rule: "dot" or "cosine". The case must have embeddings. */
void vr_audit_check_scores(const vr_audit_case *c, const char *rule, vr_scores_check *out);

#endif
