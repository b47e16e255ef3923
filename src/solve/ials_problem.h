/* What iALS solves: the systems of both sides. For the files of this solver only; ials.c has the mathematics. */
#ifndef VR_SOLVE_IALS_PROBLEM_H
#define VR_SOLVE_IALS_PROBLEM_H

#include "solve/half_step.h"
#include "solve/solver.h"

/* One side: users or items. */
typedef struct vr_ials_side {
    const vr_csr *rows; /* its train pairs by row */
    float *factors;     /* n x stride */
    float *g, *l, *r;   /* n: as half_step.h has them */
    double *lambda;     /* n: weight of its regulariser */
    float *gram;        /* of the factors */
} vr_ials_side;

typedef struct vr_ials {
    const vr_solve_spec *spec;
    const vr_dataset *dataset;
    vr_csr by_item;
    vr_ials_side users, items;
    double *p, *c; /* n_users: p_u, and r_u = c_u */
    float *scaled; /* n_users x stride: rows times sqrt(p_u); NULL where p is one for all */
    float *q;      /* n_users: r_u / sqrt(p_u); likewise */
    size_t stride;
} vr_ials;

/* The spec's problem on the train split, with drawn items and users of 0. VR_USAGE: tau gives a user no probability;
   VR_INTERNAL. *out is to be freed in any case. */
vr_status vr_ials_new(const vr_solve_spec *spec, const vr_dataset *dataset, vr_ials *out,
                      vr_error *error);
void vr_ials_free(vr_ials *at);

#endif
