/* Half a sweep of alternating least squares: every row of one side is solved with the other side fixed.

   For target t with its source rows v_j, j in S_t, and G the second moment of the other side:

     (sum_{j in S_t} v_j v_j^T + g_t G + l_t I) w_t = r_t sum_{j in S_t} q_j v_j.

   Eq. 23 has g = alpha0, l_t its regulariser's weight, r = q = 1. The debiased loss divides a user's system by the
   positive weight c_u (1 - alpha0), and puts its square root into the sources of an item's system.

   A target with at least about dim sources is solved as it stands. One with fewer is solved in as many unknowns as it
   has sources: with G = Q diag(e) Q^T, V' the n x dim matrix of the rows Q^T v_j and D = g diag(e) + l I,

     (D + V'^T V')^-1 V'^T = D^-1 V'^T (I + V' D^-1 V'^T)^-1,

   so that n^2 dim / 2 + n^3 / 6 multiply-adds take the place of n dim^2 / 2 + dim^3 / 6. */
#ifndef VR_SOLVE_HALF_STEP_H
#define VR_SOLVE_HALF_STEP_H

#include "data/dataset.h"

typedef struct vr_half_step {
    const char *what;       /* a target: "user" */
    size_t dim, stride;     /* stride = dim rounded up to 16; what is beyond dim is 0 */
    const vr_csr *rows;     /* n_targets x n_sources: S_t */
    const float *sources;   /* n_sources x stride, 64-byte aligned */
    const float *q;         /* n_sources; NULL: all 1 */
    const float *gram;      /* G: stride x stride, 64-byte aligned */
    const float *g, *l, *r; /* n_targets each; l > 0 where there are sources */
    size_t
        block; /* coordinates at a time, a multiple of 16, from what stands in targets: one pass of block
                       Gauss-Seidel (iALS++: Rendle, Krichene, Zhang, Koren 2021); 0: all of them, exactly */
    float *targets; /* n_targets x stride, 64-byte aligned: written */
} vr_half_step;

/* Same bits for any number of threads and vector width. A target without sources becomes 0. VR_DIFFERS: a system that
   is singular or not positive definite in float (target and pivot named); VR_INTERRUPTED; VR_INTERNAL. */
vr_status vr_half_step_solve(const vr_half_step *step, vr_error *error);

/* Bytes that a half-step takes besides its arrays. */
double vr_half_step_bytes(size_t stride, double n_sources, double longest, int threads);

/* gram (stride x stride) = sum of v v^T over n rows, in an order that no thread count changes. VR_INTERNAL. */
vr_status vr_gram(const float *rows, size_t n, size_t stride, float *gram, vr_error *error);

#endif
