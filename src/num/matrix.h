/* A dense float32 matrix, row-major, and the two similarities of its rows. */
#ifndef VR_NUM_MATRIX_H
#define VR_NUM_MATRIX_H

#include <stdint.h>

typedef struct vr_matrix {
    uint32_t n_rows, n_columns;
    float *values; /* n_rows x n_columns, row-major; 64-byte aligned when made by this program */
} vr_matrix;

typedef enum vr_similarity {
    VR_DOT,   /* <u, v> */
    VR_COSINE /* <u/|u|, v/|v|>; a zero row has similarity 0 with everything */
} vr_similarity;

#endif
