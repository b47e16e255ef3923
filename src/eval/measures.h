/* One user's gain by the measures of eval/conventions.h, and from a file of hits (eval/hits.h); with what is proved of it
   over the real numbers (proofs/README.md). */
#ifndef VR_EVAL_MEASURES_H
#define VR_EVAL_MEASURES_H

#include "eval/gain.h"

typedef struct vr_user_measures {
    double recall_capped, ndcg_of_hits, ndcg_of_k, precision, hit_rate;
} vr_user_measures;

/*@ // of the first n places, by bit r for the place r, from 0
    logic integer marked{L}(integer bits, integer n) =
      n <= 0 ? 0 : marked(bits, n - 1) + (((bits >> (n - 1)) & 1) != 0 ? 1 : 0);
    logic real marked_dcg{L}(integer bits, integer n) =
      n <= 0 ? 0.0 : marked_dcg(bits, n - 1) + (((bits >> (n - 1)) & 1) != 0 ? discount(n - 1) : 0.0);

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

/* What the places earn whose bits are set. */
/*@ requires Discounts(d) && d->k <= 32;
    terminates \true; exits \false; assigns \nothing;
    ensures \result.hits == marked(bits, d->k) && \result.dcg == marked_dcg(bits, d->k);
    ensures \result.hits <= d->k; */
static inline vr_list_gain vr_marked_gain(uint32_t bits, const vr_discounts *d) {
    vr_list_gain gain = {0, 0};
    /*@ loop invariant 0 <= place <= d->k && 0 <= gain.hits <= place;
        loop invariant gain.hits == marked(bits, place) && gain.dcg == marked_dcg(bits, place);
        loop assigns place, gain;
        loop variant d->k - place; */
    for (uint32_t place = 0; place < d->k; place++)
        if (bits >> place & 1) gain = vr_list_hit(gain, place, d);
    return gain;
}

#endif
