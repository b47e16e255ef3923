/* Compressed sparse rows of a binary matrix, and what is proved of the loops over them (proofs/README.md). */
#ifndef VR_DATA_CSR_H
#define VR_DATA_CSR_H

#include <stddef.h>
#include <stdint.h>

/* Columns of a row are strictly ascending. */
typedef struct vr_csr {
    uint32_t n_rows, n_columns;
    uint64_t *offsets; /* n_rows + 1; offsets[0] = 0; offsets[n_rows] = number of interactions */
    uint32_t *columns; /* offsets[n_rows] ids, each < n_columns */
} vr_csr;

/*@ predicate Ascending{L}(uint32_t *ids, integer from, integer to) =
      \forall integer i, j; from <= i < j < to ==> ids[i] < ids[j];

    // The rows' bounds: from 0, never falling, a row at most as long as there are columns.
    predicate CsrOffsets{L}(uint64_t *offsets, integer n_rows) =
      offsets[0] == 0 && (\forall integer r, s; 0 <= r <= s <= n_rows ==> offsets[r] <= offsets[s]);

    // The matrix has a 1 at (row, column).
    predicate CsrHas{L}(uint64_t *offsets, uint32_t *columns, integer row, integer column) =
      \exists integer i; offsets[row] <= i < offsets[row + 1] && columns[i] == column;

    predicate CsrReadable{L}(vr_csr *csr) =
      \valid_read(csr) && \valid_read(csr->offsets + (0 .. csr->n_rows)) &&
      CsrOffsets(csr->offsets, csr->n_rows) &&
      \valid_read(csr->columns + (0 .. csr->offsets[csr->n_rows] - 1)) &&
      csr->offsets[csr->n_rows] <= SIZE_MAX / 4;
*/

/*@ requires CsrReadable(csr);
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result == csr->offsets[csr->n_rows];
*/
static inline uint64_t vr_csr_count(const vr_csr *csr) {
    return csr->offsets[csr->n_rows];
}

/*@ requires CsrReadable(csr) && row < csr->n_rows;
    requires csr->offsets[row + 1] - csr->offsets[row] <= csr->n_columns;
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result == csr->offsets[row + 1] - csr->offsets[row];
*/
static inline uint32_t vr_csr_row_count(const vr_csr *csr, uint32_t row) {
    return (uint32_t)(csr->offsets[row + 1] - csr->offsets[row]);
}

/* Is the item one of the row's? By bisection. */
/*@ requires CsrReadable(csr) && row < csr->n_rows;
    requires Ascending(csr->columns, csr->offsets[row], csr->offsets[row + 1]);
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result == 0 || \result == 1;
    ensures \result == 1 <==> CsrHas(csr->offsets, csr->columns, row, column);
*/
static inline int vr_csr_has(const vr_csr *csr, uint32_t row, uint32_t column) {
    uint64_t from = csr->offsets[row], to = csr->offsets[row + 1];
    /*@ loop invariant csr->offsets[row] <= from <= to <= csr->offsets[row + 1];
        loop invariant \forall integer i; csr->offsets[row] <= i < from ==> csr->columns[i] < column;
        loop invariant
          \forall integer i; to <= i < csr->offsets[row + 1] ==> csr->columns[i] > column;
        loop assigns from, to;
        loop variant to - from;
    */
    while (from < to) {
        const uint64_t middle = from + (to - from) / 2;
        if (csr->columns[middle] == column) return 1;
        if (csr->columns[middle] < column)
            from = middle + 1;
        else
            to = middle;
    }
    return 0;
}

#endif
