/* Of a counting sort. */
#ifndef VR_TRAIN_COUNTING_H
#define VR_TRAIN_COUNTING_H

#include <stdint.h>

/*@ logic integer SumOf{L}(uint32_t *counts, integer n) =
      n <= 0 ? 0 : SumOf(counts, n - 1) + counts[n - 1];
*/

/* The counts of n buckets become the places where the buckets begin. */
/*@ requires \valid(counts + (0 .. n - 1));
    requires \forall integer m; 0 <= m <= n ==> SumOf(counts, m) <= UINT32_MAX;
    terminates \true;
    exits \false;
    assigns counts[0 .. n - 1];
    ensures \forall integer b; 0 <= b < n ==> counts[b] == \at(SumOf(counts, b), Pre);
*/
static inline void vr_counts_to_starts(uint32_t *counts, uint32_t n) {
    uint32_t start = 0;
    /*@ loop invariant 0 <= bucket <= n;
        loop invariant start == \at(SumOf(counts, \at(bucket, Here)), Pre);
        loop invariant \forall integer b; 0 <= b < bucket ==> counts[b] == \at(SumOf(counts, b), Pre);
        loop invariant \forall integer b; bucket <= b < n ==> counts[b] == \at(counts[b], Pre);
        loop assigns bucket, start, counts[0 .. n - 1];
        loop variant n - bucket;
    */
    for (uint32_t bucket = 0; bucket < n; bucket++) {
        uint32_t count = counts[bucket];
        counts[bucket] = start;
        //@ assert start + count == \at(SumOf(counts, \at(bucket, Here) + 1), Pre);
        start += count;
    }
}

#endif
