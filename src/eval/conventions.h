/* The other ways in which people measure the same ranking: which of them gives a number that somebody reported?

   This program's own: train items left out, Recall = hits / |T_u|, NDCG with the ideal over min(k, |T_u|), means over
   the users with test items (eval/evaluate.h). Each other way departs from it in one point or several. */
#ifndef VR_EVAL_CONVENTIONS_H
#define VR_EVAL_CONVENTIONS_H

#include "eval/evaluate.h"

/* MEASURE(identifier, what it is): one user's gain; T_u are the test items. */
#define VR_MEASURES                                                                                \
    MEASURE(RECALL, "Recall = hits / |T_u|")                                                       \
    MEASURE(NDCG, "NDCG, ideal over min(k, |T_u|)")                                                \
    MEASURE(RECALL_CAPPED, "Recall = hits / min(k, |T_u|)")                                        \
    MEASURE(NDCG_OF_HITS, "NDCG, ideal over the hits alone (NGCF)")                                \
    MEASURE(NDCG_OF_K, "NDCG, ideal over all k places")                                            \
    MEASURE(PRECISION, "Precision = hits / k")                                                     \
    MEASURE(HIT_RATE, "hit rate: share of users with a hit")                                       \
    MEASURE(RECALL_POOLED, "Recall of all users together: all hits / all test items")

typedef enum vr_measure {
#define MEASURE(identifier, text) VR_MEASURE_##identifier,
    VR_MEASURES
#undef MEASURE
        VR_N_MEASURES
} vr_measure;

extern const char *const vr_measure_text[VR_N_MEASURES];

typedef struct vr_convention {
    vr_measure measure;
    uint32_t k;
    vr_similarity similarity;
    int unmasked;   /* train items are ranked too */
    int all_users;  /* users without test items count, with 0 */
    int departures; /* points in which it is not the evaluation's own Recall or NDCG */
    double value;   /* fraction */
} vr_convention;

/* All of them, fewest departures first: freed by the caller. lists (may be NULL): ranked lists that somebody made, laid out
   as by vr_top_k, in the place of the factors; then only k and shorter lists are tried, and no other ranking.
   Errors as vr_evaluate and vr_evaluate_lists. */
vr_status vr_conventions_measure(const vr_evaluation *evaluation, const uint32_t *lists,
                                 vr_convention **out, size_t *n, vr_error *error);

#endif
