/* Eigenvalues and eigenvectors of a symmetric matrix: Householder's tridiagonal form, then QL steps with implicit
   shifts (tred2 and tql2 of EISPACK: Wilkinson and Reinsch 1971). Plain double arithmetic in one order: the same bits
   wherever IEEE-754 holds.

   A + E = V^T diag(values) V with |E| and |V^T V - I| of a small multiple of n 2^-53, relative to |A| in the
   first case; the tests measure both. */
#ifndef VR_NUM_EIGEN_H
#define VR_NUM_EIGEN_H

#include <stddef.h>

/* vectors: n x n; the symmetric matrix in (both triangles), its eigenvectors out, one a row. values: n, ascending, the
   rows in their order. work: n. Finite entries whose squares neither overflow nor vanish. Returns 0 when a value has not converged after many steps (no finite matrix does that). */
int vr_eigen(size_t n, double *vectors, double *values, double *work);

#endif
