/* A linear item model in the room of one symmetric matrix S (solve/symmetric.h, VR_PAIR), W with diagonal 0:

     one c for all   W_ij = S_ij scale_j
     one c a user    W = S R - S dMat(d),  R = X^T C X,  d = diag(S R) / diag(S): W itself is never stored

   The scores of user u are the row x_u W. A score is a chain of float additions in the order of the user's items,
   the same bits for any thread count. */
#ifndef VR_SOLVE_ITEM_MODEL_H
#define VR_SOLVE_ITEM_MODEL_H

#include "eval/scores.h"
#include "solve/symmetric.h"

typedef struct vr_item_model {
    const vr_csr *x, *by_item; /* the train split and its transpose */
    vr_symmetric s;
    float *scale;    /* n */
    const double *c; /* n_users, or NULL: one for all */
    float *d;        /* n: d of above where c is given */
} vr_item_model;

/* d from S and c; model->d is allocated. VR_INTERNAL. */
vr_status vr_item_model_diagonal(vr_item_model *model, vr_error *error);

/* Recall and NDCG at k of the ranking by X W. */
vr_status vr_item_model_measure(const vr_item_model *model, const vr_csr *test, uint32_t k,
                                vr_metrics *out, vr_error *error);

/* Rows of W, n x n, row-major; diagonal exactly 0. weights: n n_items floats. VR_INTERNAL. */
vr_status vr_item_model_weights(const vr_item_model *model, float *weights, vr_error *error);

/* How far S is from the inverse of A = sign X^T X + shift I, and, for sign 1, W from the one of the exact inverse, for all columns:
   residual = max_j |A s_j - e_j|, and, from s~_j - s_j = A^-1 (A s~_j - e_j) and |A^-1| <= 1 / shift,

       |w~_j - w_j| <= e (1 + |w~_j|) / (s~_jj - e),   e = |A s~_j - e_j| / shift

   in Euclidean norms, W being the W of scale_j = -1 / S_jj. Infinite where e reaches s~_jj; NaN for sign -1. */
typedef struct vr_inverse_check {
    double residual, weights;
} vr_inverse_check;
vr_status vr_item_model_check(const vr_item_model *model, double sign, double shift,
                              vr_inverse_check *out, vr_error *error);

/* What measure and check take a thread. */
double vr_item_model_bytes(double n_users, double n_items);

#endif
