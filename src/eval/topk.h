/* The k best of a stream of (score, item) pairs that arrives in ascending item order: a heap whose root is the
   worst kept one. Score descending, then item ascending; so a newcomer with the root's score stays out. */
#ifndef VR_EVAL_TOPK_H
#define VR_EVAL_TOPK_H

#include "eval/ranked.h"

/*@ // Pair (s, i) ranks below pair (t, j); the same of two entries.
    predicate Below(real s, integer i, real t, integer j) = s < t || (s == t && i > j);
    predicate Worse{L}(vr_ranked_item *h, integer a, integer b) =
      Below(h[a].score, h[a].item, h[b].score, h[b].item);

    // No entry ranks below its parent, but for the children of entry `but`.
    predicate Child(integer c, integer p) = c == 2 * p + 1 || c == 2 * p + 2;
    predicate HeapBut{L}(vr_ranked_item *h, integer n, integer but) =
      \forall integer p, c; 0 <= p && p != but && c < n && Child(c, p) ==> !Worse(h, c, p);
    predicate Heap{L}(vr_ranked_item *h, integer n) = HeapBut(h, n, -1);

    // None of the first n ranks below (s, i).
    predicate NoneBelow{L}(vr_ranked_item *h, integer n, real s, integer i) =
      \forall integer a; 0 <= a < n ==> !Below(h[a].score, h[a].item, s, i);

    // How often (s, i) stands among the first n.
    logic integer Same(real s, integer i, real t, integer j) = s == t && i == j ? 1 : 0;
    logic integer Occurs{L}(vr_ranked_item *h, integer n, real s, integer i) =
      n <= 0 ? 0 : Occurs(h, n - 1, s, i) + Same(h[n - 1].score, h[n - 1].item, s, i);
*/

/*@ terminates \true; exits \false; assigns \nothing;
    ensures \result == 0 || \result == 1;
    ensures \result == 1 <==> Below(a.score, a.item, b.score, b.item); */
static inline int vr_ranks_below(vr_ranked_item a, vr_ranked_item b) {
    return a.score < b.score || (a.score == b.score && a.item > b.item);
}

/*@ requires at < n && \valid(heap + (0 .. n - 1));
    terminates \true; exits \false; assigns heap[at];
    ensures heap[at].score == pair.score && heap[at].item == pair.item;
    ensures \forall integer a; 0 <= a < n && a != at ==>
      heap[a].score == \old(heap[a].score) && heap[a].item == \old(heap[a].item);
    ensures \forall real s, integer i; Occurs(heap, n, s, i) == \old(Occurs(heap, n, s, i)) +
      Same(pair.score, pair.item, s, i) - Same(\old(heap[at].score), \old(heap[at].item), s, i);
    ensures \forall real s, integer i; \old(NoneBelow(heap, n, s, i)) ==>
      !Below(pair.score, pair.item, s, i) ==> NoneBelow(heap, n, s, i); */
static inline void vr_topk_put(vr_ranked_item *heap, uint32_t n, uint32_t at, vr_ranked_item pair) {
    (void)n; /* for the contract */
    heap[at] = pair;
    /*@ ghost
      /@ loop invariant 0 <= m <= n;
         loop invariant \forall real s, integer i; Occurs(heap, m, s, i) == \at(Occurs(heap, \at(m, Here), s, i), Pre) +
           (m <= at ? 0 : Same(pair.score, pair.item, s, i) -
                          Same(\at(heap[at].score, Pre), \at(heap[at].item, Pre), s, i));
         loop assigns m;
         loop variant n - m; @/
      for (uint32_t m = 0; m < n; m++) ;
    */
}

/* A copy of the whole entry: through a parameter it would go by its fields. */
/*@ requires at < n && from < n && at != from && \valid(heap + (0 .. n - 1));
    terminates \true; exits \false; assigns heap[at];
    ensures heap[at].score == \old(heap[from].score) && heap[at].item == \old(heap[from].item);
    ensures \forall integer a; 0 <= a < n && a != at ==>
      heap[a].score == \old(heap[a].score) && heap[a].item == \old(heap[a].item);
    ensures \forall real s, integer i; Occurs(heap, n, s, i) == \old(Occurs(heap, n, s, i)) +
      Same(heap[from].score, heap[from].item, s, i) - Same(\old(heap[at].score), \old(heap[at].item), s, i);
    ensures \forall real s, integer i; \old(NoneBelow(heap, n, s, i)) ==>
      !Below(heap[from].score, heap[from].item, s, i) ==> NoneBelow(heap, n, s, i); */
static inline void vr_topk_move(vr_ranked_item *heap, uint32_t n, uint32_t at, uint32_t from) {
    (void)n; /* for the contract */
    heap[at] = heap[from];
    /*@ ghost
      /@ loop invariant 0 <= m <= n;
         loop invariant \forall real s, integer i; Occurs(heap, m, s, i) == \at(Occurs(heap, \at(m, Here), s, i), Pre) +
           (m <= at ? 0 : Same(heap[from].score, heap[from].item, s, i) -
                          Same(\at(heap[at].score, Pre), \at(heap[at].item, Pre), s, i));
         loop assigns m;
         loop variant n - m; @/
      for (uint32_t m = 0; m < n; m++) ;
    */
}

/*@ requires n <= INT32_MAX && 2 * at + 1 < n && \valid_read(heap + (0 .. n - 1));
    terminates \true; exits \false; assigns \nothing;
    ensures at < \result < n && Child(\result, at);
    ensures \forall integer c; c < n && Child(c, at) ==> !Worse(heap, c, \result); */
static inline uint32_t vr_topk_worse_child(const vr_ranked_item *heap, uint32_t n, uint32_t at) {
    const uint32_t child = 2 * at + 1;
    return child + 1 < n && vr_ranks_below(heap[child + 1], heap[child]) ? child + 1 : child;
}

/*@ requires 0 < at;
    terminates \true; exits \false; assigns \nothing;
    ensures 0 <= \result < at && Child(at, \result);
    ensures \forall integer p; Child(at, p) ==> p == \result; */
static inline uint32_t vr_topk_parent(uint32_t at) {
    return (at - 1) / 2;
}

/* Lets the root sink to its place among n. */
/*@ requires 1 <= n <= INT32_MAX && \valid(heap + (0 .. n - 1));
    requires HeapBut(heap, n, 0);
    terminates \true; exits \false; assigns heap[0 .. n - 1];
    ensures Heap(heap, n);
    ensures \forall real s, integer i; Occurs(heap, n, s, i) == \old(Occurs(heap, n, s, i));
    ensures \forall real s, integer i; \old(NoneBelow(heap, n, s, i)) ==> NoneBelow(heap, n, s, i); */
static inline void vr_topk_sink(vr_ranked_item *heap, uint32_t n) {
    const vr_ranked_item moved = heap[0];
    uint32_t at = 0;
    /*@ loop invariant 0 <= at < n;
        loop invariant HeapBut(heap, n, at);
        loop invariant \forall integer p; 0 <= p && Child(at, p) ==>
          Below(heap[p].score, heap[p].item, moved.score, moved.item);
        loop invariant \forall integer p, c; 0 <= p && Child(at, p) && c < n && Child(c, at) ==>
          !Worse(heap, c, p);
        loop invariant \forall real s, integer i;
          Occurs(heap, n, s, i) == \at(Occurs(heap, n, s, i), Pre) +
            Same(heap[at].score, heap[at].item, s, i) - Same(moved.score, moved.item, s, i);
        loop invariant \forall real s, integer i; \at(NoneBelow(heap, n, s, i), Pre) ==>
          NoneBelow(heap, n, s, i) && !Below(moved.score, moved.item, s, i);
        loop assigns at, heap[0 .. n - 1];
        loop variant n - at; */
    while (2 * at + 1 < n) {
        const uint32_t child = vr_topk_worse_child(heap, n, at);
        if (!vr_ranks_below(heap[child], moved)) break;
        vr_topk_move(heap, n, at, child);
        at = child;
    }
    //@ assert \forall integer c; c < n && Child(c, at) ==> !Below(heap[c].score, heap[c].item, moved.score, moved.item);
    vr_topk_put(heap, n, at, moved);
}

/* Adds a pair to the n < k kept ones. */
/*@ requires n < INT32_MAX && \valid(heap + (0 .. n));
    requires Heap(heap, n);
    terminates \true; exits \false; assigns heap[0 .. n];
    ensures Heap(heap, n + 1);
    ensures \forall real s, integer i; Occurs(heap, n + 1, s, i) ==
      \old(Occurs(heap, n, s, i)) + Same(pair.score, pair.item, s, i); */
static inline void vr_topk_add(vr_ranked_item *heap, uint32_t n, vr_ranked_item pair) {
    uint32_t at = n;
    /*@ loop invariant 0 <= at <= n;
        loop invariant at == n ==> Heap(heap, n);
        loop invariant at < n ==> Heap(heap, n + 1);
        loop invariant at < n ==> Below(pair.score, pair.item, heap[at].score, heap[at].item);
        loop invariant \forall real s, integer i;
          Occurs(heap, n + 1, s, i) == \at(Occurs(heap, n, s, i), Pre) +
            Same(heap[at].score, heap[at].item, s, i);
        loop assigns at, heap[0 .. n];
        loop variant at; */
    while (at > 0) {
        const uint32_t up = vr_topk_parent(at);
        if (!vr_ranks_below(pair, heap[up])) break;
        vr_topk_move(heap, n + 1, at, up);
        at = up;
    }
    //@ assert \forall integer p; 0 <= p && Child(at, p) ==> !Below(pair.score, pair.item, heap[p].score, heap[p].item);
    //@ assert \forall integer c; c <= n && Child(c, at) ==> !Below(heap[c].score, heap[c].item, pair.score, pair.item);
    //@ assert \forall integer p, c; 0 <= p && c <= n && Child(c, p) && p != at && c != at ==> !Worse(heap, c, p);
    vr_topk_put(heap, n + 1, at, pair);
    //@ assert \forall integer p; 0 <= p && Child(at, p) ==> !Worse(heap, at, p);
    //@ assert \forall integer c; c <= n && Child(c, at) ==> !Worse(heap, c, at);
    //@ assert \forall integer p, c; 0 <= p && c <= n && Child(c, p) && p != at && c != at ==> !Worse(heap, c, p);
}

/*@ requires 1 <= n <= INT32_MAX && \valid_read(heap + (0 .. n - 1));
    requires Heap(heap, n);
    terminates \true; exits \false; assigns \nothing;
    ensures NoneBelow(heap, n, \result.score, \result.item);
    ensures \result.score == heap[0].score && \result.item == heap[0].item; */
static inline vr_ranked_item vr_topk_worst(const vr_ranked_item *heap, uint32_t n) {
    (void)n; /* for the contract */
    /*@ ghost
      /@ loop invariant 1 <= a <= n;
         loop invariant NoneBelow(heap, a, heap[0].score, heap[0].item);
         loop assigns a;
         loop variant n - a; @/
      for (uint32_t a = 1; a < n; a++) {
          /@ assert Child(a, (a - 1) / 2) && 0 <= (a - 1) / 2 < a; @/
          /@ assert !Worse(heap, a, (a - 1) / 2); @/
      }
    */
    return heap[0];
}

/* Offers a pair to the n <= k kept ones, whose items come before it. Returns how many are kept now: with the one that is
   left out when there were k, they are those before and the pair, and none of them ranks below it. */
/*@ requires n <= k && 1 <= k < INT32_MAX && \valid(heap + (0 .. k - 1));
    requires Heap(heap, n);
    requires \forall integer a; 0 <= a < n ==> heap[a].item < pair.item;
    terminates \true; exits \false; assigns heap[0 .. k - 1];
    ensures \result == (n < k ? n + 1 : k);
    ensures Heap(heap, \result);
    ensures n < k ==> \forall real s, integer i; Occurs(heap, n + 1, s, i) ==
      \old(Occurs(heap, n, s, i)) + Same(pair.score, pair.item, s, i);
    ensures n == k ==> \exists real s, integer i; NoneBelow(heap, k, s, i) &&
      \forall real t, integer j; Occurs(heap, k, t, j) + Same(s, i, t, j) ==
        \old(Occurs(heap, k, t, j)) + Same(pair.score, pair.item, t, j); */
static inline uint32_t vr_topk_offer(vr_ranked_item *heap, uint32_t n, uint32_t k,
                                     vr_ranked_item pair) {
    if (n < k) {
        vr_topk_add(heap, n, pair);
        return n + 1;
    }
    const vr_ranked_item worst = vr_topk_worst(heap, n);
    if (pair.score > worst.score) {
        vr_topk_put(heap, n, 0, pair);
        vr_topk_sink(heap, n);
        /*@ assert NoneBelow(heap, k, worst.score, worst.item) &&
              \forall real t, integer j; Occurs(heap, k, t, j) + Same(worst.score, worst.item, t, j) ==
                \at(Occurs(heap, k, t, j), Pre) + Same(pair.score, pair.item, t, j); */
    } else {
        //@ assert NoneBelow(heap, k, pair.score, pair.item);
    }
    return n;
}

/* Moves the worst of last + 1 behind the others. */
/*@ requires 1 <= last < INT32_MAX && \valid(heap + (0 .. last));
    requires Heap(heap, last + 1);
    terminates \true; exits \false; assigns heap[0 .. last];
    ensures Heap(heap, last);
    ensures NoneBelow(heap, last, heap[last].score, heap[last].item);
    ensures heap[last].score == \old(heap[0].score) && heap[last].item == \old(heap[0].item);
    ensures \forall real s, integer i; \old(NoneBelow(heap, last + 1, s, i)) ==> NoneBelow(heap, last, s, i);
    ensures \forall real s, integer i; Occurs(heap, last + 1, s, i) == \old(Occurs(heap, last + 1, s, i)); */
static inline void vr_topk_retire(vr_ranked_item *heap, uint32_t last) {
    const vr_ranked_item worst = vr_topk_worst(heap, last + 1);
    vr_topk_put(heap, last + 1, 0, heap[last]);
    //@ assert NoneBelow(heap, last + 1, worst.score, worst.item);
    vr_topk_put(heap, last + 1, last, worst);
    //@ assert NoneBelow(heap, last, worst.score, worst.item);
    //@ ghost Swapped: ;
    vr_topk_sink(heap, last);
    /*@ assert heap[last].score == \at(heap[last].score, Swapped) &&
          heap[last].item == \at(heap[last].item, Swapped); */
}

/* Orders the heap best first. */
/*@ requires n <= INT32_MAX && \valid(heap + (0 .. n - 1));
    requires Heap(heap, n);
    terminates \true; exits \false; assigns heap[0 .. n - 1];
    ensures \forall integer b; 0 <= b < n ==> NoneBelow(heap, b, heap[b].score, heap[b].item);
    ensures \forall real s, integer i; Occurs(heap, n, s, i) == \old(Occurs(heap, n, s, i)); */
static inline void vr_topk_sort(vr_ranked_item *heap, uint32_t n) {
    /*@ loop invariant 0 <= left <= n;
        loop invariant Heap(heap, left);
        loop invariant \forall integer b; left <= b < n ==> NoneBelow(heap, b, heap[b].score, heap[b].item);
        loop invariant \forall real s, integer i; Occurs(heap, n, s, i) == \at(Occurs(heap, n, s, i), Pre);
        loop assigns left, heap[0 .. n - 1];
        loop variant left; */
    for (uint32_t left = n; left > 1; left--) {
        //@ ghost Before: ;
        vr_topk_retire(heap, left - 1);
        /*@ assert \forall integer a; left <= a < n ==> heap[a].score == \at(heap[a].score, Before) &&
              heap[a].item == \at(heap[a].item, Before); */
        /*@ assert \forall integer b; left <= b < n ==>
              NoneBelow(heap, left - 1, heap[b].score, heap[b].item); */
        /*@ assert \forall integer b; left <= b < n ==>
              !Below(heap[left - 1].score, heap[left - 1].item, heap[b].score, heap[b].item); */
        /*@ assert \forall integer b; left <= b < n ==> NoneBelow(heap, b, heap[b].score, heap[b].item); */
        /*@ ghost
          /@ loop invariant left <= m <= n;
             loop invariant \forall real s, integer i;
               Occurs(heap, m, s, i) == \at(Occurs(heap, \at(m, Here), s, i), Before);
             loop assigns m;
             loop variant n - m; @/
          for (uint32_t m = left; m < n; m++) ;
        */
    }
}

#endif
