/* A uniform index below a bound from a random word (Lemire 2019, with rejection). */
#ifndef VR_NUM_BOUNDED_H
#define VR_NUM_BOUNDED_H

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

#endif
