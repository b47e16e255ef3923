/* The usual mistakes, one line of mistakes.def each: a formula that computes what the mistaken code computes. */
#ifndef VR_AUDIT_MISTAKES_H
#define VR_AUDIT_MISTAKES_H

#include "audit/formula.h"

/* One row of a problem with a mistake in it; 0 when it does not apply. */
typedef int vr_mistake_formula(const vr_problem *problem, vr_row *out);

typedef struct vr_mistake {
    const char *name;   /* e.g. "temperature-twice" */
    const char *losses; /* their names, a space between */
    const char *text;   /* what is wrong and how to mend it */
    vr_mistake_formula *formula;
} vr_mistake;

extern const vr_mistake vr_mistakes[]; /* in the order of mistakes.def */
extern const size_t vr_n_mistakes;

int vr_mistake_concerns(const vr_mistake *mistake, const vr_loss *loss);

/* self is a vr_mistake. */
vr_formula vr_formula_mistaken;

#define MISTAKE(id, name, losses, text) vr_mistake_formula vr_mistake_##id;
#include "audit/mistakes.def"
#undef MISTAKE

#endif
