/* Where the rows of a CSR matrix's transpose begin: the first half of a counting sort by column. */
#ifndef VR_DATA_TRANSPOSE_H
#define VR_DATA_TRANSPOSE_H

#include <stddef.h>
#include <stdint.h>

/*@ // How many of the first n ids are `id`; how many are below it.
    logic integer Count{L}(uint32_t *ids, integer n, integer id) =
      n <= 0 ? 0 : Count(ids, n - 1, id) + (ids[n - 1] == id ? 1 : 0);
    logic integer Below{L}(uint32_t *ids, integer n, integer id) =
      n <= 0 ? 0 : Below(ids, n - 1, id) + (ids[n - 1] < id ? 1 : 0);
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
    /*@ ghost
      /@ loop invariant 0 <= m <= n;
         loop invariant \forall integer c; Below(ids, m, c + 1) == Below(ids, m, c) + Count(ids, m, c);
         loop invariant \forall integer c; 0 <= Below(ids, m, c) <= m;
         loop invariant Below(ids, m, 0) == 0;
         loop assigns m;
         loop variant n - m; @/
      for (uint64_t m = 0; m < n; m++) ;
    */
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
#endif
