/* What one user's ranked list earns, Recall@k and NDCG@k, and their means over the users; with what is proved of them
   over the real numbers (proofs/README.md). */
#ifndef VR_EVAL_GAIN_H
#define VR_EVAL_GAIN_H

#include "eval/evaluate.h"
#include "eval/ranked.h"

typedef struct vr_discounts {
    uint32_t k;
    double *at;    /* at[r] = 1/log2(r + 2) is the gain at place r, from 0 */
    double *ideal; /* ideal[n], n = 0 .. k: the sum of the first n, in order */
} vr_discounts;

/* What a list has earned so far. Hits are reported in rank order, so DCG has one order of summation. */
typedef struct vr_list_gain {
    double dcg;
    uint32_t hits;
} vr_list_gain;

/*@ axiomatic Log2 { logic real Log2(real x); }

    // The gain at place r, from 0; that of n hits at the first n places.
    logic real discount(integer r) = 1.0 / Log2(r + 2.0);
    logic real ideal_dcg(integer n) = n <= 0 ? 0.0 : ideal_dcg(n - 1) + discount(n - 1);

    predicate Discounts{L}(vr_discounts *d) =
      \valid_read(d) && \valid_read(d->at + (0 .. d->k - 1)) && \valid_read(d->ideal + (0 .. d->k)) &&
      (\forall integer r; 0 <= r < d->k ==> d->at[r] == discount(r)) &&
      (\forall integer n; 0 <= n <= d->k ==> d->ideal[n] == ideal_dcg(n));
    predicate Falling(integer k) = \forall integer r, s; 0 <= r <= s < k ==> 0.0 < discount(s) <= discount(r);

    // How often the id is among ids[from .. to - 1].
    logic integer Times{L}(uint32_t *ids, integer from, integer to, integer id) =
      to <= from ? 0 : Times(ids, from, to - 1, id) + (ids[to - 1] == id ? 1 : 0);
    logic integer Hit{L}(vr_csr *test, integer user, integer item) =
      Times(test->columns, test->offsets[user], test->offsets[user + 1], item);

    // Of the first n places: how many hold a test item, and sum of 1/log2(r + 2) over those.
    logic integer hits{L}(vr_csr *test, integer user, vr_ranked_item *list, integer n) =
      n <= 0 ? 0 : hits(test, user, list, n - 1) + Hit(test, user, list[n - 1].item);
    logic real dcg{L}(vr_csr *test, integer user, vr_ranked_item *list, integer n) =
      n <= 0 ? 0.0 : dcg(test, user, list, n - 1) +
        (Hit(test, user, list[n - 1].item) == 1 ? discount(n - 1) : 0.0);

    // Over the first n users, those with test items.
    logic integer tested{L}(uint64_t *offsets, integer n) =
      n <= 0 ? 0 : tested(offsets, n - 1) + (offsets[n - 1] < offsets[n] ? 1 : 0);
    logic real sum_recall{L}(vr_user_metrics *rows, uint64_t *offsets, integer n) =
      n <= 0 ? 0.0 : sum_recall(rows, offsets, n - 1) + (offsets[n - 1] < offsets[n] ? rows[n - 1].recall : 0.0);
    logic real sum_ndcg{L}(vr_user_metrics *rows, uint64_t *offsets, integer n) =
      n <= 0 ? 0.0 : sum_ndcg(rows, offsets, n - 1) + (offsets[n - 1] < offsets[n] ? rows[n - 1].ndcg : 0.0);
*/

/* log2(x); the same bits on every machine, below 2 ulp. */
/*@ requires 2 <= x; terminates \true; exits \false; assigns \nothing; ensures \result == Log2(x); */
double vr_log2(double x);

/*@ requires d.k < UINT32_MAX && \valid(d.at + (0 .. d.k - 1)) && \valid(d.ideal + (0 .. d.k));
    requires \separated(d.at + (0 .. d.k - 1), d.ideal + (0 .. d.k));
    terminates \true; exits \false; assigns d.at[0 .. d.k - 1], d.ideal[0 .. d.k];
    ensures \forall integer r; 0 <= r < d.k ==> d.at[r] == discount(r);
    ensures \forall integer n; 0 <= n <= d.k ==> d.ideal[n] == ideal_dcg(n); */
static inline void vr_discounts_fill(vr_discounts d) {
    d.ideal[0] = 0;
    /*@ loop invariant 0 <= r <= d.k;
        loop invariant \forall integer s; 0 <= s < r ==> d.at[s] == discount(s);
        loop invariant \forall integer n; 0 <= n <= r ==> d.ideal[n] == ideal_dcg(n);
        loop assigns r, d.at[0 .. d.k - 1], d.ideal[0 .. d.k];
        loop variant d.k - r; */
    for (uint32_t r = 0; r < d.k; r++) {
        d.at[r] = 1 / vr_log2((double)r + 2);
        d.ideal[r + 1] = d.ideal[r] + d.at[r];
    }
}

/* The list with one hit more, at this place. */
/*@ requires \valid_read(d) && \valid_read(d->at + (0 .. d->k - 1)) && place < d->k;
    requires gain.hits < UINT32_MAX;
    terminates \true; exits \false; assigns \nothing;
    ensures \result.dcg == gain.dcg + d->at[place] && \result.hits == gain.hits + 1; */
static inline vr_list_gain vr_list_hit(vr_list_gain gain, uint32_t place, const vr_discounts *d) {
    return (vr_list_gain){gain.dcg + d->at[place], gain.hits + 1};
}

/*@ requires CsrReadable(test) && user < test->n_rows;
    requires Ascending(test->columns, test->offsets[user], test->offsets[user + 1]);
    terminates \true; exits \false; assigns \nothing;
    ensures \result == Hit(test, user, item);
    ensures \result == 0 || \result == 1; */
static inline int vr_is_hit(const vr_csr *test, uint32_t user, uint32_t item) {
    const int has = vr_csr_has(test, user, item);
    /*@ ghost
      /@ loop invariant test->offsets[user] <= m <= test->offsets[user + 1];
         loop invariant (\forall integer i; test->offsets[user] <= i < m ==> test->columns[i] != item) ==>
           Times(test->columns, test->offsets[user], m, item) == 0;
         loop invariant (\exists integer i; test->offsets[user] <= i < m && test->columns[i] == item) ==>
           Times(test->columns, test->offsets[user], m, item) == 1;
         loop assigns m;
         loop variant test->offsets[user + 1] - m; @/
      for (uint64_t m = test->offsets[user]; m < test->offsets[user + 1]; m++) ;
    */
    return has;
}

/* What the user's list of n <= k items earns. */
/*@ requires CsrReadable(test) && user < test->n_rows && Discounts(d) && n <= d->k;
    requires Ascending(test->columns, test->offsets[user], test->offsets[user + 1]);
    requires \valid_read(list + (0 .. n - 1));
    terminates \true; exits \false; assigns \nothing;
    ensures \result.hits == hits(test, user, list, n) && \result.dcg == dcg(test, user, list, n);
    ensures \result.hits <= n;
    ensures Falling(d->k) ==> 0.0 <= \result.dcg <= ideal_dcg(\result.hits); */
static inline vr_list_gain vr_list_earns(const vr_csr *test, uint32_t user,
                                         const vr_ranked_item *list, uint32_t n,
                                         const vr_discounts *d) {
    vr_list_gain gain = {0, 0};
    /*@ loop invariant 0 <= place <= n && 0 <= gain.hits <= place;
        loop invariant gain.hits == hits(test, user, list, place);
        loop invariant gain.dcg == dcg(test, user, list, place);
        loop invariant Falling(d->k) ==> 0.0 <= gain.dcg <= ideal_dcg(gain.hits);
        loop assigns place, gain;
        loop variant n - place; */
    for (uint32_t place = 0; place < n; place++)
        if (vr_is_hit(test, user, list[place].item)) gain = vr_list_hit(gain, place, d);
    return gain;
}

/* For a user with n_test > 0 test items. */
/*@ requires Discounts(d) && 0 < d->k && 0 < n_test;
    terminates \true; exits \false; assigns \nothing;
    ensures \result.hits == gain.hits && \result.recall == gain.hits / (real)n_test;
    ensures \result.ndcg == gain.dcg / ideal_dcg(n_test < d->k ? n_test : d->k);
    ensures gain.hits <= n_test ==> 0.0 <= \result.recall <= 1.0;
    ensures Falling(d->k) ==> gain.hits <= n_test && gain.hits <= d->k ==>
      0.0 <= gain.dcg <= ideal_dcg(gain.hits) ==> 0.0 <= \result.ndcg <= 1.0; */
static inline vr_user_metrics vr_gain_metrics(vr_list_gain gain, uint32_t n_test,
                                              const vr_discounts *d) {
    const uint32_t ideal = n_test < d->k ? n_test : d->k;
    /*@ ghost
      /@ loop invariant 1 <= m <= ideal;
         loop invariant Falling(d->k) ==> 0.0 < ideal_dcg(m);
         loop invariant Falling(d->k) ==> \forall integer n; 0 <= n <= m ==> ideal_dcg(n) <= ideal_dcg(m);
         loop assigns m;
         loop variant ideal - m; @/
      for (uint32_t m = 1; m < ideal; m++) ;
    */
    //@ assert d->ideal[ideal] == ideal_dcg(ideal);
    return (vr_user_metrics){(double)gain.hits / n_test, gain.dcg / d->ideal[ideal], gain.hits};
}

/* The means over the users with test items, summed in user order; n_users is 0 when there are none. */
/*@ requires CsrReadable(test) && \valid_read(per_user + (0 .. test->n_rows - 1));
    requires \forall integer u; 0 <= u < test->n_rows ==> test->offsets[u + 1] - test->offsets[u] <= test->n_columns;
    terminates \true; exits \false; assigns \nothing;
    ensures \result.n_users == tested(test->offsets, test->n_rows);
    ensures 0 < \result.n_users ==>
      \result.recall == sum_recall(per_user, test->offsets, test->n_rows) / \result.n_users &&
      \result.ndcg == sum_ndcg(per_user, test->offsets, test->n_rows) / \result.n_users; */
static inline vr_metrics vr_means(const vr_user_metrics *per_user, const vr_csr *test) {
    vr_metrics sum = {0, 0, 0};
    /*@ loop invariant 0 <= user <= test->n_rows && 0 <= sum.n_users <= user;
        loop invariant sum.n_users == tested(test->offsets, user);
        loop invariant sum.recall == sum_recall(per_user, test->offsets, user);
        loop invariant sum.ndcg == sum_ndcg(per_user, test->offsets, user);
        loop assigns user, sum;
        loop variant test->n_rows - user; */
    for (uint32_t user = 0; user < test->n_rows; user++) {
        if (vr_csr_row_count(test, user) > 0) {
            sum.recall += per_user[user].recall;
            sum.ndcg += per_user[user].ndcg;
            sum.n_users++;
        }
    }
    if (sum.n_users == 0) return sum;
    return (vr_metrics){sum.recall / sum.n_users, sum.ndcg / sum.n_users, sum.n_users};
}

#endif
