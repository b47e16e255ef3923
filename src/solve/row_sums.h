/* sum (VR_SCORE_USERS lanes) = the sum of the rows of `from` that a row of csr names, in its order; from: n_columns x lanes. */
#ifndef VR_SOLVE_ROW_SUMS_H
#define VR_SOLVE_ROW_SUMS_H

#include "data/dataset.h"
#include "eval/scores.h"

#define VR_SUM_ROWS(name, real)                                                                    \
    static inline void name(const vr_csr *csr, uint32_t row, const real *restrict from,            \
                            real *restrict sum) {                                                  \
        for (size_t l = 0; l < VR_SCORE_USERS; l++) sum[l] = 0;                                    \
        for (uint64_t e = csr->offsets[row]; e < csr->offsets[row + 1]; e++)                       \
            for (size_t l = 0; l < VR_SCORE_USERS; l++)                                            \
                sum[l] += from[(size_t)csr->columns[e] * VR_SCORE_USERS + l];                      \
    }
VR_SUM_ROWS(vr_sum_rows_32, float)
VR_SUM_ROWS(vr_sum_rows_64, double)
#undef VR_SUM_ROWS

#endif
