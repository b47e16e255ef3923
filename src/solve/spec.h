/* What a solver's run is: every quantity that its result depends on, besides the data and the code.

   The keys are those of `verirec solve --set`. vr_solve_keys is the one table behind parsing, conditions, help
   text and the canonical form whose SHA-256 names a run; each solver says which of them it has. */
#ifndef VR_SOLVE_SPEC_H
#define VR_SOLVE_SPEC_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "loss/tau.h"

typedef struct vr_solve_spec {
    char solver[32]; /* a name of solvers.def */
    uint64_t given;  /* bit i: vr_solve_keys[i] was set by the caller */
    double alpha0, lambda, nu, c, alpha, rho, dropout, init, holdout;
    uint32_t tau_rule; /* vr_tau_rule (loss/tau.h) */
    double tau_value;  /* K or alpha */
    uint32_t dim, rank, block, sweeps, side, bits, items, printed;
    uint64_t seed;
} vr_solve_spec;

/* One row a key. */
typedef struct vr_solve_key {
    const char *name, *doc;
    int kind;           /* how the value is read: see spec.c */
    size_t offset;      /* of the field in vr_solve_spec */
    double least, most; /* of a number */
    unsigned open;      /* 1: least itself is out; 2: most itself is */
    const char *reason; /* why the range is what it is, for the message; may be NULL */
    int optional;       /* without a default: used when given only */
} vr_solve_key;
extern const vr_solve_key vr_solve_keys[];
extern const size_t vr_n_solve_keys;

/* The solver's defaults. where may be NULL. VR_USAGE for an unknown solver (nearest match). */
vr_status vr_solve_spec_start(const char *solver, const char *where, vr_solve_spec *out,
                              vr_error *error);

/* spec.key = value, both text. where names the place for the message. VR_USAGE: the solver has no such key (nearest
   match), or the value breaks the key's condition (parameter, condition and reason named). */
vr_status vr_solve_spec_set(vr_solve_spec *spec, const char *key, const char *value,
                            const char *where, vr_error *error);

/* Checks keys against each other, after all are set. VR_USAGE. */
vr_status vr_solve_spec_check(const vr_solve_spec *spec, const char *where, vr_error *error);

int vr_solve_given(const vr_solve_spec *spec, const char *key);
/* Whether the solver has the key, and, for an optional one, whether it was given. */
int vr_solve_key_used(const vr_solve_spec *spec, const vr_solve_key *key);
void vr_solve_spec_value(const vr_solve_spec *spec, const vr_solve_key *key, char *text,
                         size_t size);

/* "solver=NAME\n", then "key=value\n" for each used key in the table's order. Returns the length as snprintf does. */
size_t vr_solve_canonical(const vr_solve_spec *spec, char *text, size_t size);

#endif
