/* Of a counting sort. */
#ifndef VR_TRAIN_COUNTING_H
#define VR_TRAIN_COUNTING_H

#include <stddef.h>
#include <stdint.h>
#include "model/triple.h"

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

/*@ // How many of the first n items are in the bucket.
    logic integer CountIn{L}(uint32_t *ids, integer n, integer bucket) =
      n <= 0 ? 0 : CountIn(ids, n - 1, bucket) + (ids[n - 1] / 64 == bucket ? 1 : 0);
    logic integer PlaceIn{L}(uint32_t *ids, uint32_t *next, integer j) =
      next[ids[j] / 64] + CountIn(ids, j, ids[j] / 64);
*/

/* No two items of the list go to the same place, when no bucket's items reach into the next bucket. */
/*@ ghost
  /@ requires \valid_read(ids + (0 .. n - 1)) && \valid_read(next + (0 .. n_buckets - 1));
     requires \forall integer j; 0 <= j < n ==> ids[j] / 64 < n_buckets;
     requires \forall integer a, b; 0 <= a < b < n_buckets ==> next[a] + CountIn(ids, n, a) <= next[b];
     terminates \true;
     exits \false;
     assigns \nothing;
     ensures \forall integer q, b; 0 <= q <= n ==> 0 <= CountIn(ids, q, b) <= CountIn(ids, n, b);
     ensures \forall integer j; 0 <= j < n ==> CountIn(ids, j, ids[j] / 64) < CountIn(ids, n, ids[j] / 64);
     ensures \forall integer j, k; 0 <= j < k < n ==> PlaceIn(ids, next, j) != PlaceIn(ids, next, k); @/
  void places_in(const uint32_t *ids, uint32_t n, const uint32_t *next, uint32_t n_buckets) {
    /@ loop invariant 0 <= m <= n;
       loop invariant \forall integer q, b; 0 <= q <= m ==> 0 <= CountIn(ids, q, b) <= CountIn(ids, m, b);
       loop invariant \forall integer j, q; 0 <= j < q <= m ==> CountIn(ids, j, ids[j] / 64) < CountIn(ids, q, ids[j] / 64);
       loop assigns m;
       loop variant n - m; @/
    for (uint32_t m = 0; m < n; m++) ;
    /@ assert \forall integer j, k; 0 <= j < k < n ==> ids[j] / 64 == ids[k] / 64 ==> PlaceIn(ids, next, j) < PlaceIn(ids, next, k); @/
    /@ assert \forall integer j, k; 0 <= j < n ==> 0 <= k < n ==> ids[j] / 64 < ids[k] / 64 ==> PlaceIn(ids, next, j) < PlaceIn(ids, next, k); @/
  }
*/

/* The items of one pair go to their buckets; next[bucket] is where the bucket's next triple goes. */
/*@ requires \valid_read(ids + (0 .. n - 1)) && \valid_read(weights + (0 .. n - 1));
    requires \valid(next + (0 .. n_buckets - 1)) && \valid(triples + (0 .. room - 1));
    requires \separated(ids + (0 .. n - 1), weights + (0 .. n - 1), next + (0 .. n_buckets - 1), triples + (0 .. room - 1));
    requires pair <= UINT32_MAX / 64 && room <= UINT32_MAX;
    requires \forall integer j; 0 <= j < n ==> ids[j] / 64 < n_buckets;
    requires \forall integer b; 0 <= b < n_buckets ==> next[b] + CountIn(ids, n, b) <= room;
    requires \forall integer a, b; 0 <= a < b < n_buckets ==> next[a] + CountIn(ids, n, a) <= next[b];
    terminates \true;
    exits \false;
    assigns next[0 .. n_buckets - 1], triples[0 .. room - 1];
    ensures \forall integer b; 0 <= b < n_buckets ==> next[b] == \old(next[b] + CountIn(ids, n, b));
    ensures \forall integer j; 0 <= j < n ==>
      triples[\old(PlaceIn(ids, next, j))].pair_and_item == pair * 64 + \old(ids[j]) % 64 &&
      triples[\old(PlaceIn(ids, next, j))].weight == \old(weights[j]);
    ensures \forall integer i; 0 <= i < room ==>
      (\forall integer j; 0 <= j < n ==> i != \old(PlaceIn(ids, next, j))) ==>
      triples[i].pair_and_item == \old(triples[i].pair_and_item) && triples[i].weight == \old(triples[i].weight);
*/
static inline void vr_place_pair(const uint32_t *ids, const float *weights, uint32_t n,
                                 uint32_t pair, uint32_t n_buckets, uint32_t *restrict next,
                                 size_t room, vr_triple *restrict triples) {
    (void)n_buckets, (void)room; /* for the contract */
    //@ ghost places_in(ids, n, next, n_buckets);
    /*@ loop invariant 0 <= j <= n;
        loop invariant \forall integer b; 0 <= b < n_buckets ==>
          next[b] == \at(next[b], Pre) + \at(CountIn(ids, \at(j, Here), b), Pre);
        loop invariant \forall integer i; 0 <= i < j ==>
          triples[\at(PlaceIn(ids, next, i), Pre)].pair_and_item == pair * 64 + \at(ids[i], Pre) % 64 &&
          triples[\at(PlaceIn(ids, next, i), Pre)].weight == \at(weights[i], Pre);
        loop invariant \forall integer i; 0 <= i < room ==>
          (\forall integer k; 0 <= k < j ==> i != \at(PlaceIn(ids, next, k), Pre)) ==>
          triples[i].pair_and_item == \at(triples[i].pair_and_item, Pre) && triples[i].weight == \at(triples[i].weight, Pre);
        loop assigns j, next[0 .. n_buckets - 1], triples[0 .. room - 1];
        loop variant n - j;
    */
    for (uint32_t j = 0; j < n; j++) {
        //@ assert ids[j] == \at(ids[\at(j, Here)], Pre) && weights[j] == \at(weights[\at(j, Here)], Pre);
        //@ assert next[ids[j] / 64] == \at(PlaceIn(ids, next, \at(j, Here)), Pre) < room;
        vr_triple_put(&triples[next[ids[j] / VR_BUCKET]++], pair, ids[j], weights[j]);
    }
}

#endif
