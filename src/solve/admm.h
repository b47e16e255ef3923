/* The alternating direction method of multipliers (Eq. 29 to 31) in its scaled form:

       minimise f(x) + g(z)  subject to  A x + B z = c

       x <- argmin_x f(x) + |A x + B z - c + u|^2 rho / 2
       z <- argmin_z g(z) + |A x + B z - c + u|^2 rho / 2
       u <- u + A x + B z - c

   which is Eq. 31 with y = rho u. rho may be a diagonal matrix: it is the problem's own, inside its two argmin and in its
   dual residual. For convex f and g with a saddle point the residuals r = A x + B z - c and s = A^T rho B (z+ - z) go to 0; for
   the bilinear constraint of Eq. 33 nothing of the kind is proved, so both are told after each step. */
#ifndef VR_SOLVE_ADMM_H
#define VR_SOLVE_ADMM_H

#include <stddef.h>
#include "base/error.h"

typedef struct vr_admm {
    size_t n_z, n_rows;  /* lengths of z, and of u and the constraint; x is the context's own */
    double *z, *u;       /* the caller's */
    double *old_z, *gap; /* room: n_z, n_rows */
    void *context;
    /* the two argmin, given u; they write x (in the context) and z */
    vr_status (*solve_x)(void *context, const double *z, const double *u, vr_error *error);
    void (*solve_z)(void *context, const double *u, double *z);
    void (*constraint)(void *context, const double *z, double *gap);     /* A x + B z - c */
    double (*dual)(void *context, const double *old_z, const double *z); /* |s| */
} vr_admm;

typedef struct vr_admm_residuals {
    double primal, dual; /* |r|, |s|, Euclidean */
} vr_admm_residuals;

vr_status vr_admm_step(vr_admm *admm, vr_admm_residuals *out, vr_error *error);

#endif
