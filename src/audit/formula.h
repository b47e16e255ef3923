/* A formula is what some code computes for one row: the right loss in 256 bits (exact.c), or one with a usual mistake in
   it (mistakes.def). Both say how far an honest evaluation in the foreign precision may be off (allow.c). */
#ifndef VR_AUDIT_FORMULA_H
#define VR_AUDIT_FORMULA_H

#include "audit/numbers.h"
#include "loss/loss.h"

/* What a foreign code gives; the names of its files. */
typedef enum vr_quantity {
    VR_VALUE,
    VR_GRAD_POS,
    VR_GRAD_NEG,
    VR_GRAD_SAMPLES,
    VR_N_QUANTITIES
} vr_quantity;
extern const char *const vr_quantity_names[VR_N_QUANTITIES];

/* One number of a formula. x has 64 bits: 2^-12 ulp of a double. */
typedef struct vr_cell {
    long double x;
    double allowed; /* how far a plain, stable code in the foreign precision may be off */
    double bound;   /* what src/loss promises (bound.h; the oracle's condition for gradients) */
    double kink;    /* the jump of a derivative that rounding decides; 0 elsewhere */
} vr_cell;

/* One row's cells: 1, 1, N and M of them, each array with room for vr_row_room(N, M). */
typedef struct vr_row {
    vr_cell *cells[VR_N_QUANTITIES];
    int may_overflow; /* the mistake is that numbers leave the range: they need not be finite */
} vr_row;

typedef struct vr_problem {
    const vr_loss *loss;
    vr_scores_f64 scores;
    vr_loss_params params;
    int bits;     /* 32 or 64: the foreign precision */
    double *room; /* 5 x vr_row_room doubles for the formula's own use */
} vr_problem;

static inline size_t vr_row_room(size_t n_neg, size_t n_pos_samples) {
    return n_neg + n_pos_samples + 2;
}

/* 1; 0: the mistake does not apply to this problem; -1: no memory. */
typedef int vr_formula(const void *self, const vr_problem *problem, vr_row *out);

/* The right loss; self is a vr_numbers. */
vr_formula vr_formula_exact;

/* Fills allowed and kink of every cell from the problem and the cells' x. */
void vr_allow(const vr_problem *problem, vr_row *row);

/* Relative error of a sum of n terms of one sign added in any order, in half-ulps: n at most, and for long sums what
   rounding errors that do not conspire reach (Higham and Mary 2019: a few times the root of n). */
double vr_sum_error(size_t n);

#endif
