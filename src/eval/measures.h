/* One user's gain by the measures of eval/conventions.h, and from a file of hits (eval/hits.h); with what is proved of it
   over the real numbers (proofs/README.md). */
#ifndef VR_EVAL_MEASURES_H
#define VR_EVAL_MEASURES_H

#include "eval/gain.h"

typedef struct vr_user_measures {
    double recall_capped, ndcg_of_hits, ndcg_of_k, precision, hit_rate;
} vr_user_measures;

/*@ // Bit r of a number that is not negative, and how many numbers r bits hold.
    logic integer Bit(integer bits, integer r) = r <= 0 ? bits % 2 : Bit(bits / 2, r - 1);
    logic integer two_to(integer r) = r <= 0 ? 1 : 2 * two_to(r - 1);

    // What the first n places earn that bit r marks, for the place r, from 0.
    logic integer marked(integer bits, integer n) = n <= 0 ? 0 : marked(bits, n - 1) + Bit(bits, n - 1);
    logic real marked_dcg(integer bits, integer n) =
      n <= 0 ? 0.0 : marked_dcg(bits, n - 1) + (Bit(bits, n - 1) == 1 ? discount(n - 1) : 0.0);

    lemma part: \forall real a, b; 0.0 <= a <= b && 0.0 < b ==> 0.0 <= a / b <= 1.0;
*/

/* For a user with n_test > 0 test items. */
/*@ requires Discounts(d) && 0 < d->k && 0 < n_test && gain.hits <= d->k;
    terminates \true; exits \false; assigns \nothing;
    ensures \result.recall_capped == gain.hits / (real)(n_test < d->k ? n_test : d->k);
    ensures \result.ndcg_of_hits == (0 < gain.hits ? gain.dcg / ideal_dcg(gain.hits) : 0.0);
    ensures \result.ndcg_of_k == gain.dcg / ideal_dcg(d->k);
    ensures \result.precision == gain.hits / (real)d->k;
    ensures \result.hit_rate == (0 < gain.hits ? 1.0 : 0.0);
    ensures 0.0 <= \result.precision <= 1.0;
    ensures gain.hits <= n_test ==> 0.0 <= \result.recall_capped <= 1.0;
    ensures Falling(d->k) ==> 0.0 <= gain.dcg <= ideal_dcg(gain.hits) ==>
      0.0 <= \result.ndcg_of_hits <= 1.0 && 0.0 <= \result.ndcg_of_k <= 1.0; */
static inline vr_user_measures vr_gain_measures(vr_list_gain gain, uint32_t n_test,
                                                const vr_discounts *d) {
    const uint32_t most = n_test < d->k ? n_test : d->k;
    /*@ ghost
      /@ loop invariant 1 <= m <= d->k;
         loop invariant Falling(d->k) ==> \forall integer n; 0 < n <= m ==> 0.0 < ideal_dcg(n) <= ideal_dcg(m);
         loop assigns m;
         loop variant d->k - m; @/
      for (uint32_t m = 1; m < d->k; m++) ;
    */
    //@ assert d->ideal[d->k] == ideal_dcg(d->k) && d->ideal[gain.hits] == ideal_dcg(gain.hits);
    //@ assert 0.0 <= (real)gain.hits <= (real)d->k && 0.0 < (real)d->k;
    //@ assert gain.hits <= n_test ==> 0.0 <= (real)gain.hits <= (real)most;
    //@ assert 0.0 < (real)most;
    /*@ assert Falling(d->k) ==> 0.0 <= gain.dcg <= ideal_dcg(gain.hits) ==> 0 < gain.hits ==>
          0.0 < ideal_dcg(gain.hits) <= ideal_dcg(d->k); */
    /*@ assert Falling(d->k) ==> 0.0 <= gain.dcg <= ideal_dcg(gain.hits) ==>
          gain.dcg <= ideal_dcg(d->k) && 0.0 < ideal_dcg(d->k); */
    return (vr_user_measures){
        .recall_capped = (double)gain.hits / most,
        .ndcg_of_hits = gain.hits ? gain.dcg / d->ideal[gain.hits] : 0,
        .ndcg_of_k = gain.dcg / d->ideal[d->k],
        .precision = (double)gain.hits / d->k,
        .hit_rate = gain.hits > 0,
    };
}

/* A list as bits: bit r is set where place r is a hit. */
/*@ requires CsrReadable(test) && user < test->n_rows && n <= 32;
    requires Ascending(test->columns, test->offsets[user], test->offsets[user + 1]);
    requires \valid_read(list + (0 .. n - 1));
    terminates \true; exits \false; assigns \nothing;
    ensures \forall integer r; 0 <= r < n ==> Bit(\result, r) == Hit(test, user, list[r].item);
    ensures marked(\result, n) == hits(test, user, list, n) && marked_dcg(\result, n) == dcg(test, user, list, n); */
static inline uint32_t vr_mark(const vr_csr *test, uint32_t user, const vr_ranked_item *list,
                               uint32_t n) {
    uint32_t bits = 0, place = n;
    //@ assert two_to(8) == 256 && two_to(16) == 0x10000 && two_to(24) == 0x1000000 && two_to(32) == 0x100000000;
    /*@ ghost
      /@ loop invariant n <= m <= 32 && two_to(n) <= two_to(m);
         loop assigns m;
         loop variant 32 - m; @/
      for (uint32_t m = n; m < 32; m++) ;
    */
    /*@ loop invariant 0 <= place <= n && 0 <= bits < two_to(n - place) <= 0x100000000;
        loop invariant \forall integer r; 0 <= r < n - place ==> Bit(bits, r) == Hit(test, user, list[place + r].item);
        loop assigns place, bits;
        loop variant place; */
    while (place > 0) {
        place--;
        const uint32_t hit = (uint32_t)vr_is_hit(test, user, list[place].item);
        //@ assert (2 * bits + hit) / 2 == bits && (2 * bits + hit) % 2 == hit;
        bits = 2 * bits + hit;
    }
    /*@ ghost
      /@ loop invariant 0 <= m <= n;
         loop invariant marked(bits, m) == hits(test, user, list, m);
         loop invariant marked_dcg(bits, m) == dcg(test, user, list, m);
         loop assigns m;
         loop variant n - m; @/
      for (uint32_t m = 0; m < n; m++) ;
    */
    return bits;
}

/* What the places earn whose bits are set. */
/*@ requires Discounts(d) && d->k <= 32;
    terminates \true; exits \false; assigns \nothing;
    ensures \result.hits == marked(bits, d->k) && \result.dcg == marked_dcg(bits, d->k);
    ensures \result.hits <= d->k; */
static inline vr_list_gain vr_marked_gain(uint32_t bits, const vr_discounts *d) {
    vr_list_gain gain = {0, 0};
    uint32_t rest = bits;
    /*@ loop invariant 0 <= place <= d->k && 0 <= gain.hits <= place;
        loop invariant \forall integer r; 0 <= r ==> Bit(rest, r) == Bit(bits, place + r);
        loop invariant gain.hits == marked(bits, place) && gain.dcg == marked_dcg(bits, place);
        loop assigns place, rest, gain;
        loop variant d->k - place; */
    for (uint32_t place = 0; place < d->k; place++) {
        //@ assert Bit(rest, 0) == Bit(bits, place);
        //@ assert \forall integer r; 0 <= r ==> Bit(rest / 2, r) == Bit(rest, r + 1);
        if (rest % 2) gain = vr_list_hit(gain, place, d);
        rest /= 2;
    }
    return gain;
}

#endif
