/* A symmetric matrix in half its room, and its inverse in place.

   The lower triangle lies in square blocks, one slot of 8 block^2 bytes a block; rows past n are those of the unit
   matrix. A slot holds one of

       VR_SINGLE   block^2 floats, the second half of the slot unused
       VR_DOUBLE   block^2 doubles
       VR_PAIR     block^2 floats and then their transpose: every row of the full matrix can be read forwards

   so that a matrix takes 4 n^2 bytes in any format, those of one full matrix of floats, and a finished inverse
   becomes that in its own place.

   The inverse is the block sweep (Gauss-Jordan elimination of a symmetric matrix): for each block column K, with
   C = A(:,K) and D = A(K,K)^-1,

       A(I,J) <- A(I,J) - C(I) D C(J)^T,   A(I,K) <- C(I) D,   A(K,K) <- -D

   and after all of them A is minus its inverse. It does the n^3 multiply-adds / 2 of Cholesky, triangular inverse and
   product in one kind of step, a product of blocks; the pivots D are the inverses of Cholesky's Schur complements, inverted
   in double, so it fails exactly where Cholesky does. Each element is one chain of fma whose order depends on the block
   size alone: the same bits for any thread count and vector width. */
#ifndef VR_SOLVE_SYMMETRIC_H
#define VR_SOLVE_SYMMETRIC_H

#include "data/dataset.h"
#include "solve/solver.h"

typedef enum vr_format { VR_SINGLE, VR_DOUBLE, VR_PAIR } vr_format;

typedef struct vr_symmetric {
    uint32_t n, block, n_blocks; /* block: a multiple of 64, at most VR_BLOCK_MOST */
    vr_format format;
    void *slots; /* n_blocks (n_blocks + 1) / 2, row by row of the lower triangle */
} vr_symmetric;

enum { VR_BLOCK_MOST = 512 };

/* Bytes of the matrix; of what inverting it takes besides. */
double vr_symmetric_bytes(double n);
double vr_symmetric_work_bytes(double n, vr_format format);

/* The zero matrix. VR_INTERNAL without memory. */
vr_status vr_symmetric_new(uint32_t n, vr_format format, vr_symmetric *out, vr_error *error);
void vr_symmetric_free(vr_symmetric *matrix);

/* matrix = sign X^T X + diag(diagonal): x n_users x n, by_item its transpose. Counts are exact. */
void vr_symmetric_gram(vr_symmetric *matrix, const vr_csr *x, const vr_csr *by_item, double sign,
                       const double *diagonal);

double vr_symmetric_get(const vr_symmetric *matrix, uint32_t row, uint32_t column);

/* matrix <- matrix^-1, VR_SINGLE or VR_DOUBLE. VR_BAD_DATA when it is not positive definite to working precision
   (*pivot is then the row; else n); VR_INTERNAL; VR_INTERRUPTED. After an error the matrix is of no use. */
vr_status vr_symmetric_invert(vr_symmetric *matrix, const vr_solve_hooks *hooks, uint32_t *pivot,
                              vr_error *error);

/* To VR_PAIR, in place; VR_DOUBLE is rounded. VR_INTERNAL without memory. */
vr_status vr_symmetric_pair(vr_symmetric *matrix, vr_error *error);

/* In VR_PAIR: elements [b block, (b + 1) block) of a row. */
const float *vr_pair_segment(const vr_symmetric *matrix, uint32_t row, uint32_t b);
/* The same of a column: not the row where rounding has left a diagonal block unsymmetric. */
const float *vr_pair_column(const vr_symmetric *matrix, uint32_t column, uint32_t b);

/* out = matrix in, both n_blocks block rows x width, row-major, 64-byte aligned, width a multiple of 8; VR_DOUBLE. */
void vr_symmetric_times(const vr_symmetric *matrix, const double *in, size_t width, double *out);

#endif
