/* A uniform index below a bound from a random word (Lemire 2019, with rejection). */
#ifndef VR_NUM_BOUNDED_H
#define VR_NUM_BOUNDED_H

#include <stddef.h>
#include <stdint.h>

/*@ // A word is kept when the lower half of word * bound is not below the threshold.
    predicate Kept(integer word, integer bound, integer threshold) =
      (word * bound) % 0x100000000 >= threshold;

    lemma difference: \forall integer b, x, y; (x - y) * b == x * b - y * b;
    lemma first_word:
      \forall integer b, from, first, w; b > 0 ==> (first - 1) * b < from <= first * b ==>
        (from <= w * b <==> first <= w);
    lemma last_word:
      \forall integer b, from, first, share, w; b > 0 ==> (first - 1) * b < from <= first * b ==>
        ((w - share) * b < from <==> w < first + share);

    // Why the draw is uniform: the kept words that give one index are those whose products lie in an interval of length
    // 2^32 - threshold = share * bound, and the products of exactly `share` words lie in such an interval.
    lemma each_index_has_its_share:
      \forall integer b, from, first, share, w; b > 0 ==> (first - 1) * b < from <= first * b ==>
        (from <= w * b < from + share * b <==> first <= w < first + share);
    lemma kept_words_of_an_index:
      \forall integer product, threshold, index; product >= 0 && 0 <= threshold < 0x100000000 ==>
        (product % 0x100000000 >= threshold && product / 0x100000000 == index <==>
         index * 0x100000000 + threshold <= product < (index + 1) * 0x100000000);
    lemma remainder: \forall integer a, b; a >= 0 && b > 0 ==> a == (a / b) * b + a % b;
*/

/* 2^32 mod bound: how many words are too many for each index to have equally many. */
/*@ requires bound >= 1;
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result < bound;
    // the share of each index: how often the bound goes into 2^32
    ensures 0x100000000 - \result == ((0x100000000 - bound) / bound + 1) * bound;
*/
static inline uint32_t vr_bounded_threshold(uint32_t bound) {
    const uint32_t least = UINT32_MAX - bound + 1; /* 2^32 - bound */
    //@ assert 0x100000000 == least + bound == (least / bound + 1) * bound + least % bound;
    return least % bound;
}

/*@ requires bound >= 1;
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result == (word * bound) / 0x100000000;
    ensures \result < bound;
*/
static inline uint32_t vr_bounded_index(uint32_t word, uint32_t bound) {
    return (uint32_t)((uint64_t)word * bound / 0x100000000u);
}

/*@ requires bound >= 1;
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result == 0 || \result == 1;
    ensures \result == 1 <==> Kept(word, bound, threshold);
*/
static inline int vr_bounded_keeps(uint32_t word, uint32_t bound, uint32_t threshold) {
    return (uint64_t)word * bound % 0x100000000u >= threshold;
}

/* The index of a word of 64 bits, given by its halves: the bias stays below bound / 2^64. */
/*@ requires bound >= 1;
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result == ((high * 0x100000000 + low) * bound) / 0x10000000000000000;
    ensures \result < bound;
*/
static inline uint32_t vr_bounded_wide_index(uint32_t high, uint32_t low, uint32_t bound) {
    const uint64_t carry = (uint64_t)low * bound / 0x100000000u;
    return (uint32_t)(((uint64_t)high * bound + carry) / 0x100000000u);
}

/* The first kept of n words, or n. */
/*@ requires bound >= 1 && \valid_read(words + (0 .. n - 1));
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result <= n;
    ensures \result < n ==> Kept(words[\result], bound, threshold);
    ensures \forall integer a; 0 <= a < \result ==> !Kept(words[a], bound, threshold);
*/
static inline uint32_t vr_bounded_first(const uint32_t *words, uint32_t n, uint32_t bound,
                                        uint32_t threshold) {
    uint32_t w = 0;
    /*@ loop invariant 0 <= w <= n;
        loop invariant \forall integer a; 0 <= a < w ==> !Kept(words[a], bound, threshold);
        loop assigns w;
        loop variant n - w; */
    while (w < n && !vr_bounded_keeps(words[w], bound, threshold)) w++;
    return w;
}

/* Makes words[from .. n - 1] indices, up to the first word that is not kept: returns its place, or n. */
/*@ requires bound >= 1 && from <= n && \valid(words + (0 .. n - 1));
    terminates \true;
    exits \false;
    assigns words[from .. n - 1];
    ensures from <= \result <= n;
    ensures \forall integer a; from <= a < \result ==> words[a] < bound &&
      words[a] == (\old(words[a]) * bound) / 0x100000000 && Kept(\old(words[a]), bound, threshold);
    ensures \forall integer a; \result <= a < n ==> words[a] == \old(words[a]);
    ensures \result < n ==> !Kept(words[\result], bound, threshold);
*/
static inline size_t vr_bounded_some(uint32_t *words, size_t from, size_t n, uint32_t bound,
                                     uint32_t threshold) {
    size_t i = from;
    /*@ loop invariant from <= i <= n;
        loop invariant \forall integer a; from <= a < i ==> words[a] < bound &&
          words[a] == (\at(words[a], Pre) * bound) / 0x100000000 &&
          Kept(\at(words[a], Pre), bound, threshold);
        loop invariant \forall integer a; i <= a < n ==> words[a] == \at(words[a], Pre);
        loop assigns i, words[from .. n - 1];
        loop variant n - i; */
    for (; i < n && vr_bounded_keeps(words[i], bound, threshold); i++)
        words[i] = vr_bounded_index(words[i], bound);
    return i;
}

#endif
