/* The ids of one row: sorting them, and what must not be among them. */
#ifndef VR_DATA_ROW_H
#define VR_DATA_ROW_H

#include "data/csr.h"

/*@ // How many of the first n ids are `id`.
    logic integer Is(integer a, integer b) = a == b ? 1 : 0;
    logic integer Times{L}(uint32_t *ids, integer n, integer id) =
      n <= 0 ? 0 : Times(ids, n - 1, id) + Is(ids[n - 1], id);

    // No id is less than the one `gap` places before it, but for the pairs that place `but` is in.
    predicate InSteps{L}(uint32_t *ids, integer n, integer gap, integer but) =
      \forall integer i; gap <= i < n && i != but && i - gap != but ==> ids[i - gap] <= ids[i];

    predicate NeverFalls{L}(uint32_t *ids, integer n) =
      \forall integer i, j; 0 <= i <= j < n ==> ids[i] <= ids[j];
*/

/*@ requires at < n && \valid(row + (0 .. n - 1));
    terminates \true;
    exits \false;
    assigns row[at];
    ensures row[at] == id;
    ensures \forall integer v; Times(row, n, v) == \old(Times(row, n, v)) + Is(id, v) - Is(\old(row[at]), v);
*/
static inline void vr_row_put(uint32_t *row, size_t n, size_t at, uint32_t id) {
    (void)n; /* for the contract */
    row[at] = id;
    /*@ ghost
      /@ loop invariant 0 <= m <= n;
         loop invariant \forall integer v; Times(row, m, v) == \at(Times(row, \at(m, Here), v), Pre) +
           (m <= at ? 0 : Is(id, v) - Is(\at(row[at], Pre), v));
         loop assigns m;
         loop variant n - m; @/
      for (size_t m = 0; m < n; m++) ;
    */
}

/* One pass of Shell's sort: each id moves by steps of `gap` down to where no larger one is before it. */
/*@ requires 1 <= gap && n <= SIZE_MAX / 4 && \valid(row + (0 .. n - 1));
    terminates \true;
    exits \false;
    assigns row[0 .. n - 1];
    ensures InSteps(row, n, gap, -1);
    ensures \forall integer v; Times(row, n, v) == \old(Times(row, n, v));
*/
static inline void vr_row_pass(uint32_t *row, size_t n, size_t gap) {
    /*@ loop invariant gap <= i;
        loop invariant i <= n || i == gap;
        loop invariant InSteps(row, i <= n ? i : n, gap, -1);
        loop invariant \forall integer v; Times(row, n, v) == \at(Times(row, n, v), Pre);
        loop assigns i, row[0 .. n - 1];
        loop variant n - i;
    */
    for (size_t i = gap; i < n; i++) {
        const uint32_t id = row[i];
        size_t j = i;
        /*@ loop invariant 0 <= j <= i;
            loop invariant j == i || j + gap <= i;
            loop invariant InSteps(row, i + 1, gap, j);
            loop invariant j + gap <= i ==> id < row[j + gap];
            loop invariant gap <= j && j + gap <= i ==> row[j - gap] <= row[j + gap];
            loop invariant \forall integer v;
              Times(row, n, v) == \at(Times(row, n, v), Pre) + Is(row[j], v) - Is(id, v);
            loop assigns j, row[0 .. n - 1];
            loop variant j;
        */
        for (; j >= gap && row[j - gap] > id; j -= gap) vr_row_put(row, n, j, row[j - gap]);
        vr_row_put(row, n, j, id);
    }
}

/* Shell's sort with Ciura's gaps: rows are short, and most of them nearly sorted or tiny. */
/*@ requires n <= SIZE_MAX / 4 && \valid(row + (0 .. n - 1));
    terminates \true;
    exits \false;
    assigns row[0 .. n - 1];
    ensures NeverFalls(row, n);
    ensures \forall integer v; Times(row, n, v) == \old(Times(row, n, v));
*/
static inline void vr_row_sort(uint32_t *row, size_t n) {
    const size_t gaps[] = {8858, 3937, 1750, 701, 301, 132, 57, 23, 10, 4};
    enum { GAPS = sizeof gaps / sizeof *gaps };
    /*@ loop invariant 0 <= g <= GAPS;
        loop invariant \forall integer v; Times(row, n, v) == \at(Times(row, n, v), Pre);
        loop assigns g, row[0 .. n - 1];
        loop variant GAPS - g;
    */
    for (size_t g = 0; g < GAPS; g++) vr_row_pass(row, n, gaps[g]);
    vr_row_pass(row, n, 1);
    /*@ ghost
      /@ loop invariant 0 <= m <= n;
         loop invariant NeverFalls(row, m);
         loop assigns m;
         loop variant n - m; @/
      for (size_t m = 0; m < n; m++) {
          /@ assert m > 0 ==> row[m - 1] <= row[m]; @/
      }
    */
}

/* The first place from 1 on whose id is the one before it, or n: then the row's ids ascend. */
/*@ requires \valid_read(row + (0 .. n - 1)) && n <= SIZE_MAX / 4;
    requires NeverFalls(row, n);
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures 0 <= \result <= n;
    ensures Ascending(row, 0, \result);
    ensures \result < n ==> 1 <= \result && row[\result] == row[\result - 1];
*/
static inline size_t vr_row_repeated(const uint32_t *row, size_t n) {
    if (n == 0) return 0;
    size_t i = 1;
    /*@ loop invariant 1 <= i <= n;
        loop invariant Ascending(row, 0, i);
        loop assigns i;
        loop variant n - i;
    */
    while (i < n && row[i] != row[i - 1]) i++;
    return i;
}

/* The first place whose id stands in that row of `csr` too, or n. */
/*@ requires \valid_read(ids + (0 .. n - 1));
    requires CsrReadable(csr) && row < csr->n_rows;
    requires Ascending(csr->columns, csr->offsets[row], csr->offsets[row + 1]);
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures 0 <= \result <= n;
    ensures \forall integer i; 0 <= i < \result ==> !CsrHas(csr->offsets, csr->columns, row, ids[i]);
    ensures \result < n ==> CsrHas(csr->offsets, csr->columns, row, ids[\result]);
*/
static inline size_t vr_row_shared(const uint32_t *ids, size_t n, const vr_csr *csr, uint32_t row) {
    size_t i = 0;
    /*@ loop invariant 0 <= i <= n;
        loop invariant
          \forall integer k; 0 <= k < i ==> !CsrHas(csr->offsets, csr->columns, row, ids[k]);
        loop assigns i;
        loop variant n - i;
    */
    while (i < n && !vr_csr_has(csr, row, ids[i])) i++;
    return i;
}

#endif
