/* Low-rank EDLAE (Eq. 32) by ADMM (Eq. 33 to 35): with B = U V^T - dMat(diag(U V^T)), minimise over U, V (n_items x rank)

       ||X - X B||^2 + ||Lambda^(1/2) B||^2,   Lambda = lambda I + p / (1 - p) diag(G),   G = X^T X

   by turns for U, V and b = diag(U V^T), with the scaled multiplier g and Omega = Lambda + omega I:

       R   = G dMat(1 + b) + Omega dMat(b - g)
       U   = M^-1 R V (V^T V)^-1
       V^T = (U^T M U)^-1 U^T R
       b   = (diag(G U V^T) - diag(G) + Omega (diag(U V^T) + g)) / (diag(G) - Lambda' + Omega)
       g  += diag(U V^T) - b

   Those are the minimisers over U, V and b of

       ||X - X A + X dMat(b)||^2 + ||Lambda'^(1/2) A||^2 - ||Lambda'^(1/2) dMat(b)||^2
           + ||Omega^(1/2) (A - dMat(b - g))||^2,       A = U V^T,   M = G + Lambda' + Omega,

   whose last term weighs all of A. Where b = diag(A), that is the objective with Lambda' + Omega off the diagonal. So Eq. 35 as
   printed (Lambda' = Lambda) solves Eq. 32 with Lambda + Omega; the corrected updates have Lambda' = Lambda - Omega, and
   so M = G + Lambda and the denominator diag(G) - Lambda + 2 Omega.

   Everything is double, G only as X^T (X .); what is dense is M^-1 in half its room. Same bits for any thread count. */
#ifndef VR_SOLVE_LOW_RANK_H
#define VR_SOLVE_LOW_RANK_H

#include "solve/admm.h"
#include "solve/symmetric.h"

typedef struct vr_low_rank_spec {
    uint32_t rank;
    double lambda, dropout, omega;
    int printed; /* Eq. 35 as printed */
    double init; /* V starts as N(0, (init / sqrt(rank))^2) */
    uint64_t seed;
} vr_low_rank_spec;

typedef struct vr_low_rank {
    vr_low_rank_spec spec;
    const vr_csr *x;
    vr_csr by_item;
    size_t stride, rows;    /* rank rounded up to 8; items rounded up to whole blocks of M^-1 */
    vr_symmetric inverse;   /* M^-1 */
    double *counts;         /* diag(G), n_items */
    double *lambda, *omega; /* n_items: Lambda, Omega */
    double *u, *v, *gu;     /* rows x stride: U, V, G U; the padding is 0 */
    double *work, *more;    /* rows x stride */
    double *xu;             /* n_users x stride: X U */
    double *small, *factor; /* stride x stride */
    double *b, *g, *old_b, *gap, *diagonal; /* n_items; diagonal: diag(U V^T) */
    vr_admm admm;
} vr_low_rank;

double vr_low_rank_bytes(double n_users, double n_items, double pairs, double rank);

/* Inverts M. VR_DIFFERS: M is not positive definite; VR_INTERRUPTED; VR_INTERNAL. *out is to be freed in any case. */
vr_status vr_low_rank_new(const vr_low_rank_spec *spec, const vr_csr *x,
                          const vr_solve_hooks *hooks, vr_low_rank *out, vr_error *error);
void vr_low_rank_free(vr_low_rank *model);

/* One turn. VR_DIFFERS: V^T V or U^T M U is singular to working precision. */
vr_status vr_low_rank_step(vr_low_rank *model, vr_admm_residuals *out, vr_error *error);

/* Eq. 32 at U and V. */
double vr_low_rank_objective(vr_low_rank *model);

#endif
