/* The words of a position and the indices that they draw, one after the other; with what is proved of them
   (proofs/README.md). */
#ifndef VR_NUM_REDRAW_H
#define VR_NUM_REDRAW_H

#include "num/bounded.h"
#include "num/draws_kernel.h"

enum { VR_REDRAWS = 4 }; /* groups of an index's own words to draw again from */

/*@ logic integer WordOf{L}(vr_draw_key *key, integer position, integer i) =
      Word(key->seed, key->stream, key->epoch, position, i);
    // The streams' upper half holds the redraws of the lower, 256 words for each index.
    logic integer WordAgain{L}(vr_draw_key *key, integer position, integer i) =
      Word(key->seed, key->stream | 0x80000000, key->epoch, position, i);
    predicate NoneKept{L}(vr_draw_key *key, integer position, integer from, integer to, integer bound, integer threshold) =
      \forall integer i; from <= i < to ==> !Kept(WordAgain(key, position, i), bound, threshold);
    // By the first of the 256 that is kept; where none is (a chance below 2^-256), by one that is not.
    predicate Redrawn{L}(vr_draw_key *key, integer position, integer index, integer bound, integer threshold, integer drawn) =
      \exists integer i; 256 * index <= i < 256 * index + 256 &&
        drawn == (WordAgain(key, position, i) * bound) / 0x100000000 &&
        (Kept(WordAgain(key, position, i), bound, threshold)
           ? NoneKept(key, position, 256 * index, i, bound, threshold)
           : NoneKept(key, position, 256 * index, 256 * index + 256, bound, threshold));
    predicate Drawn{L}(vr_draw_key *key, integer position, integer index, integer bound, integer threshold, integer drawn) =
      Kept(WordOf(key, position, index), bound, threshold)
        ? drawn == (WordOf(key, position, index) * bound) / 0x100000000
        : Redrawn(key, position, index, bound, threshold, drawn);
*/

/*@ requires \valid_read(key) && \valid(out + (0 .. n - 1)) && n <= 0x400000000;
    requires \separated(key, out + (0 .. n - 1));
    terminates \true; exits \false; assigns out[0 .. n - 1];
    ensures \forall integer a; 0 <= a < n ==> out[a] == WordOf(key, position, a); */
static inline void vr_words(const vr_draw_key *key, uint32_t position, uint32_t *out, size_t n) {
    uint32_t rest[VR_DRAW_GROUP];
    size_t i = 0;
    /*@ loop invariant 0 <= i <= n && i % 64 == 0;
        loop invariant \forall integer a; 0 <= a < i ==> out[a] == WordOf(key, position, a);
        loop assigns i, out[0 .. n - 1];
        loop variant n - i; */
    for (; n - i >= VR_DRAW_GROUP; i += VR_DRAW_GROUP) {
        //@ assert 4 * (i / 4) == i;
        //@ assert \separated(key, out + i + (0 .. 63));
        vr_draw_some(key, position, (uint32_t)(i / 4), out + i);
        //@ assert \forall integer a; 0 <= a < 64 ==> (out + i)[a] == WordOf(key, position, 4 * (i / 4) + a);
        /*@ ghost
          /@ loop invariant 0 <= m <= 64 && \forall integer a; i <= a < i + m ==> out[a] == WordOf(key, position, a);
             loop assigns m;
             loop variant 64 - m; @/
          for (size_t m = 0; m < 64; m++) {
              /@ assert out[i + m] == WordOf(key, position, i + m); @/ ;
          }
        */
    }
    if (i == n) return;
    vr_draw_some(key, position, (uint32_t)(i / 4), rest);
    /*@ loop invariant 0 <= a <= n - i;
        loop invariant \forall integer b; 0 <= b < i + a ==> out[b] == WordOf(key, position, b);
        loop assigns a, out[i .. n - 1];
        loop variant n - i - a; */
    for (size_t a = 0; a < n - i; a++) out[i + a] = rest[a];
}

/* A word whose product falls into the short interval would favour some ids: draw again, by its own counter. */
/*@ requires \valid_read(key) && bound >= 1 && index < 0x4000000;
    terminates \true; exits \false; assigns \nothing;
    ensures Redrawn(key, position, index, bound, threshold, \result);
    ensures \result < bound; */
static inline uint32_t vr_redraw(const vr_draw_key *key, uint32_t position, uint32_t index,
                                 uint32_t bound, uint32_t threshold) {
    const vr_draw_key again = {key->seed, key->stream | 0x80000000u, key->epoch};
    uint32_t words[VR_DRAW_GROUP], w = 0;
    /*@ loop invariant 0 <= group <= VR_REDRAWS;
        loop invariant NoneKept(key, position, 256 * index, 256 * index + 64 * group, bound, threshold);
        loop invariant 0 < group ==> words[0] == WordAgain(key, position, 256 * index + 64 * (group - 1));
        loop assigns group, w, words[0 .. VR_DRAW_GROUP - 1];
        loop variant VR_REDRAWS - group; */
    for (uint32_t group = 0; group < VR_REDRAWS; group++) {
        vr_draw_some(&again, position, index * 64 + group * (VR_DRAW_GROUP / 4), words);
        w = vr_bounded_first(words, VR_DRAW_GROUP, bound, threshold);
        /*@ assert \forall integer a; 0 <= a < 64 ==>
              words[a] == WordAgain(key, position, 256 * index + 64 * group + a); */
        /*@ assert \forall integer a; 256 * index + 64 * group <= a < 256 * index + 64 * group + w ==>
              words[a - (256 * index + 64 * group)] == WordAgain(key, position, a) &&
              !Kept(words[a - (256 * index + 64 * group)], bound, threshold); */
        //@ assert NoneKept(key, position, 256 * index, 256 * index + 64 * group + w, bound, threshold);
        if (w < VR_DRAW_GROUP) return vr_bounded_index(words[w], bound);
    }
    return vr_bounded_index(words[0], bound);
}

/*@ requires \valid_read(key) && bound >= 1 && \valid(out + (0 .. n - 1)) && n <= 0x4000000;
    requires \separated(key, out + (0 .. n - 1));
    terminates \true; exits \false; assigns out[0 .. n - 1];
    ensures \forall integer a; 0 <= a < n ==> out[a] < bound &&
      Drawn{Pre}(key, position, a, bound, threshold, out[a]); */
static inline void vr_indices(const vr_draw_key *key, uint32_t position, uint32_t bound,
                              uint32_t threshold, uint32_t *out, size_t n) {
    vr_words(key, position, out, n);
    size_t i = vr_bounded_some(out, 0, n, bound, threshold);
    /*@ loop invariant 0 <= i <= n;
        loop invariant \forall integer a; 0 <= a < i ==> out[a] < bound &&
          Drawn{Pre}(key, position, a, bound, threshold, out[a]);
        loop invariant \forall integer a; i <= a < n ==> out[a] == WordOf{Pre}(key, position, a);
        loop invariant i < n ==> !Kept(WordOf{Pre}(key, position, i), bound, threshold);
        loop assigns i, out[0 .. n - 1];
        loop variant n - i; */
    while (i < n) {
        const uint32_t drawn = vr_redraw(key, position, (uint32_t)i, bound, threshold);
        //@ assert \forall integer a; WordAgain(key, position, a) == WordAgain{Pre}(key, position, a);
        //@ assert Redrawn{Pre}(key, position, i, bound, threshold, drawn);
        out[i] = drawn;
        const size_t next = vr_bounded_some(out, i + 1, n, bound, threshold);
        /*@ assert \forall integer a; i < a < next ==> out[a] < bound &&
              Drawn{Pre}(key, position, a, bound, threshold, out[a]); */
        /*@ assert \forall integer a; 0 <= a <= i ==> out[a] < bound &&
              Drawn{Pre}(key, position, a, bound, threshold, out[a]); */
        i = next;
    }
}

#endif
