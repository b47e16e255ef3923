/* A linear item model W, with diagonal 0, in the room of one symmetric matrix S (solve/symmetric.h, VR_PAIR). W itself is
   never stored. With P = (sign G + shift I)^-1, G = X^T X, and R = X^T C X,

     one c for all   W_ij = P_ij scale_j
     one c a user    W = P R - P dMat(d),  d = diag(P R) / diag(P)

   and the scores of user u are the row x_u W. P is held from the side that has fewer rows:

     by items   S = P
     by users   S = K^-1, K = sign X X^T + shift I:  P = (I - sign X^T S X) / shift, and x_u P = s_u X

   (the last since s_u (sign X X^T) = e_u - shift s_u). A score is a chain of float additions in the order of the user's
   items, or of the item's users: the same bits for any thread count. */
#ifndef VR_SOLVE_ITEM_MODEL_H
#define VR_SOLVE_ITEM_MODEL_H

#include "eval/scores.h"
#include "solve/symmetric.h"

typedef struct vr_item_model {
    const vr_csr *x, *by_item; /* the train split and its transpose */
    int by_users;
    double sign, shift;
    vr_symmetric s;
    double *own;     /* n_items: diag(P) */
    float *scale;    /* n_items */
    const double *c; /* n_users, or NULL: one for all */
    float *d;        /* n_items, where c is given */
} vr_item_model;

/* Fills own, and d where c is given, from S; both have their room. */
void vr_item_model_diagonal(vr_item_model *model);

/* Recall and NDCG at k of the ranking by X W. */
vr_status vr_item_model_measure(const vr_item_model *model, const vr_csr *test, uint32_t k,
                                vr_metrics *out, vr_error *error);

/* Rows of W, n_items x n_items, row-major; diagonal exactly 0. VR_INTERNAL. */
vr_status vr_item_model_weights(const vr_item_model *model, float *weights, vr_error *error);

/* What measure takes a thread. */
double vr_item_model_bytes(double n_users, double n_items);

#endif
