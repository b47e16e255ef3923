/* How far an item model's weights may be from the exact ones: all columns are looked at, in double.

   Of W with scale_j = -1 / P_jj. With A the matrix that S is the inverse of (sign 1, so |A^-1| <= 1 / shift), column j of P
   is P_j + d_j, and since shift (1 + |w_j|^2) <= 1 / P_jj at the minimum of Eq. 24,

       |w~_j - w_j| <= e (1 + |w_j|) / P~_jj,   |w_j|^2 <= 1 / (shift (P~_jj - e)) - 1,   e >= |d_j|

   which is infinite where e reaches P~_jj. Two bounds e, by residuals r_i = A s_i - e_i or r_j = A t_j - x_j, t_j = S x_j:

                       of each row of S                              of a column of P, after steps of descent
       by items   |r_j| / shift                                  |y| + |r_j - A y| / shift
       by users   sum_{u: j in I_u} |r_u| / (2 shift^(3/2))      (|X^T y| + |r_j - A y| / (2 shift^(1/2))) / shift

   (by users d_j = X^T A^-1 r_j / shift and |X^T A^-1| <= 1 / (2 sqrt(shift))). The second holds for any y, since
   A^-1 r = y + A^-1 (r - A y). A residual lies mostly where A is large, and so A^-1 small: a few steps of conjugate
   gradients for A y = r show that. */
#ifndef VR_SOLVE_CERTIFICATE_H
#define VR_SOLVE_CERTIFICATE_H

#include "solve/item_model.h"

typedef struct vr_certificate {
    double residual; /* max_i |r_i| over the rows of S */
    double weights;  /* max_j |w~_j - w_j|: at most this; NaN for sign -1 */
    double *errors;  /* n_items: e */
} vr_certificate;

vr_status vr_certificate_new(uint32_t n_items, vr_certificate *out, vr_error *error);
void vr_certificate_free(vr_certificate *certificate);

/* By the rows of S; in VR_DOUBLE of what is not yet rounded to floats. After vr_item_model_diagonal. VR_INTERNAL,
   VR_INTERRUPTED. */
vr_status vr_certify(const vr_item_model *model, vr_certificate *out, vr_error *error);

/* Looks again, by its own column, at each that is not within `limit`; S in VR_PAIR, sign 1. */
vr_status vr_certify_closely(const vr_item_model *model, double limit, vr_certificate *certificate,
                             vr_error *error);

/* What they take a thread. */
double vr_certificate_bytes(double n_users, double n_items);

#endif
