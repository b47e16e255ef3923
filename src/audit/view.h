/* A problem that may be changed, and its right evaluation in double: what the mistakes are made of. */
#ifndef VR_AUDIT_VIEW_H
#define VR_AUDIT_VIEW_H

#include "audit/formula.h"

typedef struct vr_view {
    vr_problem p; /* scores point to the arrays below; neg_q as well where there is one */
    double *neg, *pos_samples, *q; /* copies with room for one more */
} vr_view;

vr_view vr_view_of(const vr_problem *problem);
void vr_view_loss(vr_view *view, const char *name);

/* x_i += by, x_i *= by */
void vr_shift(double *x, size_t n, double by);
void vr_scale(double *x, size_t n, double by);
void vr_view_shift(vr_view *view, double by); /* every score */

/* x_j = y_j - t log(N q_j) stand for the scores: e^{x_j/t} = e^{y_j/t} / (N q_j) without a proposal. */
void vr_view_fold_proposal(vr_view *view);

/* Value, gradient with respect to the view's scores, and what is allowed. */
void vr_view_evaluate(vr_view *view, vr_row *out);

/* Multiplies: x, what is allowed, and the kink. */
void vr_weigh(vr_row *row, vr_quantity q, size_t n, long double by);
void vr_weigh_gradients(vr_row *row, const vr_problem *p, long double by);
void vr_weigh_all(vr_row *row, const vr_problem *p, long double by);

#endif
