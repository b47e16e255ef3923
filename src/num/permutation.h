/* Fisher and Yates' random permutation; with the proof that it is one (proofs/README.md). */
#ifndef VR_NUM_PERMUTATION_H
#define VR_NUM_PERMUTATION_H

#include "num/bounded.h"
#include "num/draws_kernel.h"

/*@ // Each of 0 .. n - 1 once: n different numbers below n.
    predicate Permutation{L}(uint32_t *order, integer n) =
      (\forall integer a; 0 <= a < n ==> order[a] < n) &&
      (\forall integer a, b; 0 <= a < b < n ==> order[a] != order[b]);
*/

/*@ requires a < n && b < n && \valid(order + (0 .. n - 1));
    terminates \true; exits \false; assigns order[a], order[b];
    ensures order[a] == \old(order[b]) && order[b] == \old(order[a]);
    ensures \old(Permutation(order, n)) ==> Permutation(order, n); */
static inline void vr_exchange(uint32_t *order, uint32_t n, uint32_t a, uint32_t b) {
    (void)n; /* for the contract */
    const uint32_t held = order[a];
    order[a] = order[b];
    order[b] = held;
}

/* Places 0, 1, ... take one of the numbers that are left, by 64 bits of the key's words each. */
/*@ requires \valid(order + (0 .. n - 1)) && \valid_read(key);
    terminates \true; exits \false; assigns order[0 .. n - 1];
    ensures Permutation(order, n); */
static inline void vr_permute(const vr_draw_key *key, uint32_t *order, uint32_t n) {
    uint32_t words[VR_DRAW_GROUP];
    /*@ loop invariant 0 <= i <= n;
        loop invariant \forall integer a; 0 <= a < i ==> order[a] == a;
        loop assigns i, order[0 .. n - 1];
        loop variant n - i; */
    for (uint32_t i = 0; i < n; i++) order[i] = i;
    /*@ loop invariant 0 <= i <= n && (0 < n ==> i < n);
        loop invariant Permutation(order, n);
        loop assigns i, order[0 .. n - 1], words[0 .. VR_DRAW_GROUP - 1];
        loop variant n - i; */
    for (uint32_t i = 0; i + 1 < n; i++) {
        const uint32_t pair = i % (VR_DRAW_GROUP / 2) * 2;
        if (pair == 0) vr_draw_some(key, 0, i / 2, words);
        const uint32_t ahead = vr_bounded_wide_index(words[pair + 1], words[pair], n - i);
        vr_exchange(order, n, i, i + ahead);
    }
}

#endif
