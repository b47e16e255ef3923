/* What the debiased losses estimate, and what their rankings are worth, where the truth is known: planted worlds. */
#ifndef BENCH_PLANTED_H
#define BENCH_PLANTED_H

#include <stdio.h>
#include "data/dataset.h"
#include "loss/tau.h"

typedef struct world {
    const char *name;
    vr_dataset data;
    double tau_plus; /* the true one: mean over the users */
    double
        alpha; /* tau_u^+ = (1 + alpha) |I_u^+| / |I| is the true one, |I_u^+| of the train split */
} world;

/* How a loss comes by tau_u^+. */
typedef enum by_kind { NONE, TRUTH, BY_COUNT, BY_SCALE } by_kind;
typedef struct tau_by {
    by_kind kind; /* NONE: 0, which is the biased loss */
    double value; /* K or alpha */
} tau_by;
/* tau_u^+ of a user by it. */
double tau_of(const world *w, uint32_t user, const tau_by *by);
const char *tau_text(const tau_by *by, char text[32]);

__attribute__((noreturn)) void stop(const char *what);

void estimate_table(world *worlds, size_t n, FILE *out);
void ranking_table(world *worlds, size_t n, FILE *out);

#endif
