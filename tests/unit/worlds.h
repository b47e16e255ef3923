/* Small random interactions for the tests of solvers. */
#ifndef VR_TESTS_WORLDS_H
#define VR_TESTS_WORLDS_H

#include <stdlib.h>
#include "data/dataset.h"

static inline double uniform(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) * 0x1p-24;
}

/* Each pair with a probability that falls from `most` at the first item by the share `fall` towards the last. */
static inline vr_csr random_csr(uint32_t n_rows, uint32_t n_columns, double most, double fall,
                                uint32_t seed) {
    vr_csr csr = {n_rows, n_columns, calloc((size_t)n_rows + 1, sizeof *csr.offsets),
                  calloc((size_t)n_rows * n_columns + 1, sizeof *csr.columns)};
    uint64_t at = 0;
    for (uint32_t u = 0; u < n_rows; u++) {
        for (uint32_t i = 0; i < n_columns; i++)
            if (uniform(&seed) < most * (1 - fall * i / n_columns)) csr.columns[at++] = i;
        csr.offsets[u + 1] = at;
    }
    return csr;
}

/* X^T C X, n_items x n_items; c NULL: 1 */
static inline double *gram(const vr_csr *x, const double *c) {
    const size_t n = x->n_columns;
    double *g = calloc(n * n, sizeof *g);
    for (uint32_t u = 0; u < x->n_rows; u++)
        for (uint64_t a = x->offsets[u]; a < x->offsets[u + 1]; a++)
            for (uint64_t b = x->offsets[u]; b < x->offsets[u + 1]; b++)
                g[x->columns[a] * n + x->columns[b]] += c ? c[u] : 1;
    return g;
}

#endif
