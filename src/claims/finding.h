/* What the check of a claim measures.

   A statement over many cases is "slack >= 0" in each of them: a >= b has the slack a - b, a = b has -|a - b|.
   Computed slacks are off by rounding, so each comes with a tolerance that is derived where it is computed: a case
   is violated when its slack is below -tolerance, or is no number. */
#ifndef VR_CLAIMS_FINDING_H
#define VR_CLAIMS_FINDING_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "data/dataset.h"
#include "data/expected.h"

enum { VR_CASE_TEXT = 192 };

typedef struct vr_tally {
    uint64_t n_cases, n_violated;
    double least;             /* the least slack */
    double tolerance;         /* of the case that is nearest to being violated, */
    double nearest;           /* its slack */
    char where[VR_CASE_TEXT]; /* and what it is */
    char counterexample
        [VR_CASE_TEXT]; /* the first violated case: generators begin with the smallest ones */
} vr_tally;

/* Bits of what vr_tally_add says of the case: worth describing, because it is now the nearest or the first violated. */
enum { VR_CASE_NEAREST = 1, VR_CASE_VIOLATED = 2 };

int vr_tally_add(vr_tally *tally, double slack, double tolerance);
void vr_tally_describe(vr_tally *tally, int what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* One case, described by format only where that is worth it. */
#define VR_TALLY(tally, slack, tolerance, ...)                                                     \
    do {                                                                                           \
        int vr_what = vr_tally_add(tally, slack, tolerance);                                       \
        if (vr_what) vr_tally_describe(tally, vr_what, __VA_ARGS__);                               \
    } while (0)

/* a >= b and a = b, to a relative tolerance (of 1 + |a| + |b|). */
#define VR_AT_LEAST(tally, a, b, relative, ...)                                                    \
    VR_TALLY(tally, (a) - (b), vr_allowed(a, b, relative), __VA_ARGS__)
#define VR_EQUAL(tally, a, b, relative, ...)                                                       \
    VR_TALLY(tally, -__builtin_fabs((a) - (b)), vr_allowed(a, b, relative), __VA_ARGS__)
static inline double vr_allowed(double a, double b, double relative) {
    return relative * (1 + __builtin_fabs(a) + __builtin_fabs(b));
}

static inline int vr_tally_clean(const vr_tally *tally) {
    return tally->n_cases > 0 && tally->n_violated == 0;
}

/* The verdicts of the ledger. */
typedef enum vr_claim_verdict {
    VR_CLAIM_HOLDS,
    VR_CLAIM_CONDITION, /* holds under a condition */
    VR_CLAIM_ERRATUM,
    VR_CLAIM_NOT_HERE,  /* not verifiable here */
    VR_CLAIM_UNDECIDED, /* no verdict of the ledger: what was measured fits none */
    VR_N_CLAIM_VERDICTS = VR_CLAIM_UNDECIDED
} vr_claim_verdict;
const char *vr_claim_verdict_text(vr_claim_verdict verdict);

/* A control fills `printed` alone, with a statement that is false on purpose: the same machinery must reject it. */
typedef struct vr_finding {
    vr_tally printed; /* the statement as it is printed, wherever the paper says that it holds */
    vr_tally conditioned; /* the same, where the ledger's condition holds */
    vr_tally corrected;   /* the ledger's corrected statement */
    char note[512];       /* further measured facts, in words */
    uint64_t seed;        /* of the check's own draws */
    vr_error error;       /* status not 0: the check could not be made */
} vr_finding;

/* holds: `printed` is clean. Else it has a violated case, and what else is clean decides: `conditioned` (holds under
   a condition) or `corrected` (erratum). Nothing measured: not verifiable here. */
vr_claim_verdict vr_finding_verdict(const vr_finding *finding);

/* Of the tallies, the one that says why the verdict stands; NULL when nothing was measured. */
const vr_tally *vr_finding_support(const vr_finding *finding);

void vr_finding_note(vr_finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3))); /* appends */

/* What a check may read. */
typedef struct vr_claims_input {
    vr_expected tables[6]; /* [1] to [5]: the printed tables */
    const char *dataset;   /* for the claims that are measured on one; NULL: planted-small */
    vr_data_options data;  /* where it is looked for */
} vr_claims_input;

typedef void vr_check(const vr_claims_input *input, vr_finding *finding);

#endif
