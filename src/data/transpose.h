/* The transpose of a CSR matrix: a counting sort by column. */
#ifndef VR_DATA_TRANSPOSE_H
#define VR_DATA_TRANSPOSE_H

#include <stddef.h>
#include <stdint.h>

/*@ // How many of the first n ids are `id`; how many are below it.
    logic integer Count{L}(uint32_t *ids, integer n, integer id) =
      n <= 0 ? 0 : Count(ids, n - 1, id) + (ids[n - 1] == id ? 1 : 0);
    logic integer Below{L}(uint32_t *ids, integer n, integer id) =
      n <= 0 ? 0 : Below(ids, n - 1, id) + (ids[n - 1] < id ? 1 : 0);
    // Where the kth of n interactions goes: behind those of columns before its own and those before it in its own.
    logic integer Place{L}(uint32_t *ids, integer n, integer k) = Below(ids, n, ids[k]) + Count(ids, k, ids[k]);
    predicate Placing{L}(uint32_t *ids, integer n) =
      (\forall integer k; 0 <= k < n ==> 0 <= Place(ids, n, k) < n) &&
      (\forall integer j, k; 0 <= j < k < n ==> Place(ids, n, j) != Place(ids, n, k)) &&
      (\forall integer j, k; 0 <= j < k < n ==> ids[j] <= ids[k] ==> Place(ids, n, j) < Place(ids, n, k));
*/

/* starts[id + 2] = how many of the ids are `id`. */
/*@ requires \valid_read(ids + (0 .. n - 1)) && \valid(starts + (0 .. n_ids + 1));
    requires \separated(ids + (0 .. n - 1), starts + (0 .. n_ids + 1));
    requires \forall integer i; 0 <= i < n ==> ids[i] < n_ids;
    requires \forall integer k; 0 <= k < n_ids + 2 ==> starts[k] == 0;
    terminates \true;
    exits \false;
    assigns starts[0 .. n_ids + 1];
    ensures starts[0] == 0 && starts[1] == 0;
    ensures \forall integer k; 2 <= k < n_ids + 2 ==> starts[k] == Count(ids, n, k - 2);
*/
static inline void vr_count_ids(const uint32_t *ids, uint64_t n, uint32_t n_ids, uint64_t *starts) {
    (void)n_ids; /* for the contract */
    /*@ loop invariant 0 <= i <= n;
        loop invariant starts[0] == 0 && starts[1] == 0;
        loop invariant \forall integer k; 2 <= k < n_ids + 2 ==>
          starts[k] == Count{Pre}(ids, i, k - 2) <= i;
        loop assigns i, starts[0 .. n_ids + 1];
        loop variant n - i;
    */
    for (uint64_t i = 0; i < n; i++) starts[(size_t)ids[i] + 2]++;
}

/* The columns' sections follow each other. */
/*@ ghost
  /@ requires \valid_read(ids + (0 .. n - 1));
     terminates \true;
     exits \false;
     assigns \nothing;
     ensures Below(ids, n, 0) == 0;
     ensures \forall integer c; 0 <= Below(ids, n, c) && Below(ids, n, c) + Count(ids, n, c) <= n;
     ensures \forall integer c, d; d == c + 1 ==> Below(ids, n, c) + Count(ids, n, c) == Below(ids, n, d);
     ensures \forall integer a, b; a < b ==> Below(ids, n, a) + Count(ids, n, a) <= Below(ids, n, b); @/
  void sections(const uint32_t *ids, uint64_t n) {
    /@ loop invariant 0 <= m <= n;
       loop invariant Below(ids, m, 0) == 0;
       loop invariant \forall integer c; 0 <= Below(ids, m, c) && Below(ids, m, c) + Count(ids, m, c) <= m;
       loop invariant \forall integer c, d; d == c + 1 ==> Below(ids, m, c) + Count(ids, m, c) == Below(ids, m, d);
       loop invariant \forall integer a, b; a < b ==> Below(ids, m, a) + Count(ids, m, a) <= Below(ids, m, b);
       loop assigns m;
       loop variant n - m; @/
    for (uint64_t m = 0; m < n; m++) ;
  }
*/

/* starts[id + 1] = how many ids are below `id`. */
/*@ requires \valid_read(ids + (0 .. n - 1)) && \valid(starts + (0 .. n_ids + 1));
    requires \separated(ids + (0 .. n - 1), starts + (0 .. n_ids + 1));
    requires \forall integer i; 0 <= i < n ==> ids[i] < n_ids;
    requires starts[0] == 0 && starts[1] == 0;
    requires \forall integer k; 2 <= k < n_ids + 2 ==> starts[k] == Count(ids, n, k - 2);
    terminates \true;
    exits \false;
    assigns starts[0 .. n_ids + 1];
    ensures starts[0] == 0;
    ensures \forall integer k; 1 <= k < n_ids + 2 ==> starts[k] == Below(ids, n, k - 1);
*/
static inline void vr_add_counts(const uint32_t *ids, uint64_t n, uint32_t n_ids,
                                 uint64_t *starts) {
    (void)ids, (void)n; /* for the contract */
    //@ ghost sections(ids, n);
    /*@ loop invariant 0 <= c <= n_ids;
        loop invariant starts[0] == 0;
        loop invariant \forall integer k; 1 <= k <= c + 1 ==>
          starts[k] == Below{Pre}(ids, n, k - 1);
        loop invariant \forall integer k; c + 2 <= k < n_ids + 2 ==> starts[k] == \at(starts[k], Pre);
        loop assigns c, starts[0 .. n_ids + 1];
        loop variant n_ids - c;
    */
    for (uint32_t c = 0; c < n_ids; c++) {
        //@ assert starts[c + 2] == Count{Pre}(ids, n, c);
        //@ assert Below{Pre}(ids, n, c + 1) == Below{Pre}(ids, n, c) + Count{Pre}(ids, n, c);
        starts[(size_t)c + 2] += starts[(size_t)c + 1];
    }
}

/* Each place is taken once, in the order of column and interaction. */
/*@ ghost
  /@ requires \valid_read(ids + (0 .. n - 1));
     terminates \true;
     exits \false;
     assigns \nothing;
     ensures Placing(ids, n); @/
  void places(const uint32_t *ids, uint64_t n) {
    /@ loop invariant 0 <= m <= n;
       loop invariant \forall integer q, c; 0 <= q <= m ==> 0 <= Count(ids, q, c) <= Count(ids, m, c);
       loop invariant \forall integer j, q; 0 <= j < q <= m ==> Count(ids, j, ids[j]) < Count(ids, q, ids[j]);
       loop assigns m;
       loop variant n - m; @/
    for (uint64_t m = 0; m < n; m++) ;
    sections(ids, n);
    /@ assert \forall integer k; 0 <= k < n ==> Count(ids, k, ids[k]) < Count(ids, n, ids[k]); @/
    /@ assert \forall integer j, k; 0 <= j < k < n ==> ids[j] == ids[k] ==> Place(ids, n, j) < Place(ids, n, k); @/
    /@ assert \forall integer j, k; 0 <= j < n ==> 0 <= k < n ==> ids[j] < ids[k] ==> Place(ids, n, j) < Place(ids, n, k); @/
  }
*/

/* rows[starts[id + 1]++] = row for each id of each row, in order: rows[Place(k)] is the row of interaction k, and starts[id]
   is where column id begins. */
/*@ requires \valid_read(offsets + (0 .. n_rows)) && offsets[0] == 0 && offsets[n_rows] == n;
    requires \forall integer r, s; 0 <= r <= s <= n_rows ==> offsets[r] <= offsets[s];
    requires \valid_read(ids + (0 .. n - 1)) && \valid(starts + (0 .. n_ids)) && \valid(rows + (0 .. n - 1));
    requires \separated(offsets + (0 .. n_rows), ids + (0 .. n - 1), starts + (0 .. n_ids), rows + (0 .. n - 1));
    requires \forall integer i; 0 <= i < n ==> ids[i] < n_ids;
    requires starts[0] == 0;
    requires \forall integer c; 0 <= c < n_ids ==> starts[c + 1] == Below(ids, n, c);
    terminates \true;
    exits \false;
    assigns starts[0 .. n_ids], rows[0 .. n - 1];
    ensures \forall integer c; 0 <= c <= n_ids ==> starts[c] == \old(Below(ids, n, c));
    ensures \forall integer r, k; 0 <= r < n_rows ==> offsets[r] <= k < offsets[r + 1] ==>
      rows[\old(Place(ids, n, k))] == r;
*/
static inline void vr_place_rows(const uint64_t *offsets, uint32_t n_rows, const uint32_t *ids,
                                 uint64_t n, uint32_t n_ids, uint64_t *starts, uint32_t *rows) {
    (void)n, (void)n_ids; /* for the contract */
    //@ ghost sections(ids, n);
    //@ ghost places(ids, n);
    /*@ loop invariant 0 <= row <= n_rows;
        loop invariant starts[0] == 0;
        loop invariant \forall integer c; 0 <= c < n_ids ==>
          starts[c + 1] == \at(Below(ids, n, c), Pre) + \at(Count(ids, offsets[\at(row, Here)], c), Pre);
        loop invariant \forall integer r, k; 0 <= r < row ==> offsets[r] <= k < offsets[r + 1] ==>
          rows[\at(Place(ids, n, k), Pre)] == r;
        loop assigns row, starts[0 .. n_ids], rows[0 .. n - 1];
        loop variant n_rows - row;
    */
    for (uint32_t row = 0; row < n_rows; row++) {
        /*@ loop invariant offsets[row] <= k <= offsets[row + 1];
            loop invariant starts[0] == 0;
            loop invariant \forall integer c; 0 <= c < n_ids ==>
              starts[c + 1] == \at(Below(ids, n, c), Pre) + \at(Count(ids, \at(k, Here), c), Pre);
            loop invariant \forall integer r, j; 0 <= r < row ==> offsets[r] <= j < offsets[r + 1] ==>
              rows[\at(Place(ids, n, j), Pre)] == r;
            loop invariant \forall integer j; offsets[row] <= j < k ==> rows[\at(Place(ids, n, j), Pre)] == row;
            loop assigns k, starts[0 .. n_ids], rows[0 .. n - 1];
            loop variant offsets[row + 1] - k;
        */
        for (uint64_t k = offsets[row]; k < offsets[row + 1]; k++) {
            //@ assert ids[k] == \at(ids[\at(k, Here)], Pre) < n_ids;
            //@ assert starts[ids[k] + 1] == \at(Place(ids, n, \at(k, Here)), Pre);
            /*@ assert \forall integer r, j; 0 <= r < row ==> offsets[r] <= j < offsets[r + 1] ==>
                  0 <= j < k && \at(Place(ids, n, j), Pre) != \at(Place(ids, n, \at(k, Here)), Pre); */
            //@ assert 0 <= starts[ids[k] + 1] < n;
            rows[starts[(size_t)ids[k] + 1]++] = row;
        }
    }
    /*@ assert \forall integer c; 0 <= c < n_ids ==>
          starts[c + 1] == \at(Below(ids, n, c), Pre) + \at(Count(ids, n, c), Pre); */
    /*@ ghost
      /@ loop invariant 0 <= c <= n_ids;
         loop invariant \forall integer d; 1 <= d <= c ==> starts[d] == \at(Below(ids, n, d), Pre);
         loop assigns c;
         loop variant n_ids - c; @/
      for (uint32_t c = 0; c < n_ids; c++) {
        /@ assert starts[c + 1] == \at(Below(ids, n, \at(c, Here)), Pre) + \at(Count(ids, n, \at(c, Here)), Pre); @/
        /@ assert starts[c + 1] == \at(Below(ids, n, \at(c, Here) + 1), Pre); @/
      }
    */
}
#endif
