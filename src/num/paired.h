/* The arithmetic of num/statistics.c beside Student's t itself: moments, the test's numbers, sign flips, Holm's
   adjustment; with what is proved of it over the real numbers (proofs/README.md). */
#ifndef VR_NUM_PAIRED_H
#define VR_NUM_PAIRED_H

#include "num/statistics.h"

#ifdef __FRAMAC__
#include "roots.h"
#include "sums.h"
#endif

/*@ // sum (d_i - c)^2
    logic real deviations{L}(real c, integer n, double *d) =
      n <= 0 ? 0.0 : deviations(c, n - 1, d) + mul(d[n - 1] - c, d[n - 1] - c);

    // sum of d_i where bit i % 32 of word i / 32 is set, of -d_i elsewhere
    logic real signed_sum{L}(uint32_t *words, integer n, double *d) =
      n <= 0 ? 0.0 : signed_sum(words, n - 1, d) +
        ((((words[(n - 1) / 32] >> ((n - 1) % 32)) & 1) != 0) ? d[n - 1] : -d[n - 1]);

    lemma quotient_positive: \forall real a, b; 0.0 < a ==> 0.0 < b ==> 0.0 < a / b;
    lemma product_not_less: \forall real a, b; 1.0 <= a ==> 0.0 <= b ==> b <= a * b;

    // The tail of Student's t falls to p at q or just beside it: between two numbers at most 1e-15 or 2^-200 of their size
    // apart, of which the first has a larger tail (or is 0), the second none larger (or is 2^1000).
    logic real doubled(integer n) = n <= 0 ? 1.0 : 2.0 * doubled(n - 1);
    predicate Bracket(real p, real df, real low, real high) =
      0.0 <= low < high && (low == 0.0 || p < student_tail(low, df)) &&
      (student_tail(high, df) <= p || high == doubled(1000));
    predicate Quantile(real p, real df, real q) =
      \exists real low, high; Bracket(p, df, low, high) && low <= q <= high &&
        (high - low <= 1e-15 * high || (high - low) * doubled(200) <= \max(1.0, low));

    // Holm 1979: the largest, up to place i of the ascending order, of (m - j) p_j, which is at most 1
    logic real holm{L}(double **order, integer m, integer i) =
      i < 0 ? 0.0 : \max(holm(order, m, i - 1), \min(1.0, (m - i) * *order[i]));
*/

/*@ requires 1 <= n && \valid_read(x + (0 .. n - 1));
    terminates \true; exits \false; assigns \nothing;
    ensures \result == Mean(n, x); */
static inline double vr_mean_of(size_t n, const double *x) {
    double sum = 0;
    /*@ loop invariant 0 <= i <= n && sum == Sum(i, x);
        loop assigns i, sum;
        loop variant n - i; */
    for (size_t i = 0; i < n; i++) sum += x[i];
    return sum / (double)n;
}

/* The standard deviation of d, whose mean is given. */
/*@ requires 2 <= n && \valid_read(d + (0 .. n - 1));
    terminates \true; exits \false; assigns \nothing;
    ensures \result == \sqrt(deviations(mean, n, d) / (n - 1)); */
static inline double vr_deviation(size_t n, const double *d, double mean) {
    double squares = 0;
    /*@ loop invariant 0 <= i <= n && 0.0 <= squares == deviations(mean, i, d);
        loop assigns i, squares;
        loop variant n - i; */
    for (size_t i = 0; i < n; i++) squares += (d[i] - mean) * (d[i] - mean);
    return __builtin_sqrt(squares / (double)(n - 1));
}

/* d = b - a */
/*@ requires \valid(d + (0 .. n - 1)) && \valid_read(a + (0 .. n - 1)) && \valid_read(b + (0 .. n - 1));
    requires \separated(d + (0 .. n - 1), a + (0 .. n - 1)) && \separated(d + (0 .. n - 1), b + (0 .. n - 1));
    terminates \true; exits \false; assigns d[0 .. n - 1];
    ensures \forall integer i; 0 <= i < n ==> d[i] == b[i] - a[i];
    ensures Sum(n, d) == Sum(n, b) - Sum(n, a); */
static inline void vr_differences(size_t n, const double *a, const double *b, double *d) {
    /*@ loop invariant 0 <= i <= n;
        loop invariant \forall integer j; 0 <= j < i ==> d[j] == b[j] - a[j];
        loop assigns i, d[0 .. n - 1];
        loop variant n - i; */
    for (size_t i = 0; i < n; i++) d[i] = b[i] - a[i];
    /*@ ghost
      /@ loop invariant 0 <= m <= n && Sum(m, d) == Sum(m, b) - Sum(m, a);
         loop assigns m;
         loop variant n - m; @/
      for (size_t m = 0; m < n; m++) ;
    */
}

/* |sum of the differences, their signs the words' bits|; n / 32 + 1 words. */
/*@ requires \valid_read(d + (0 .. n - 1)) && \valid_read(words + (0 .. n / 32));
    terminates \true; exits \false; assigns \nothing;
    ensures \result == \abs(signed_sum(words, n, d)); */
static inline double vr_flipped_size(size_t n, const double *d, const uint32_t *words) {
    double sum = 0;
    /*@ loop invariant 0 <= i <= n;
        loop invariant sum == signed_sum(words, i, d);
        loop assigns i, sum;
        loop variant n - i; */
    for (size_t i = 0; i < n; i++) sum += words[i / 32] >> (i % 32) & 1 ? d[i] : -d[i];
    return __builtin_fabs(sum);
}

/* The p of `flips` random flips of which `extreme` reach the observed sum. */
/*@ requires extreme <= flips;
    terminates \true; exits \false; assigns \nothing;
    ensures \result == (1.0 + extreme) / (1.0 + flips);
    ensures 0.0 < \result <= 1.0; */
static inline double vr_flips_share(uint32_t extreme, uint32_t flips) {
    return (1. + extreme) / (1. + flips);
}

/* q with tail(q) = p, 0 < p < 1/2. */
/*@ requires 0.0 < df;
    terminates \true; exits \false; assigns \nothing; ensures Quantile(p, df, \result); */
static inline double vr_student_quantile(double p, double df) {
    double low = 0, high = 1;
    /*@ loop invariant 0 <= i <= 1000 && high == doubled(i) && 0.0 <= low < high;
        loop invariant high - low <= \max(1.0, low);
        loop invariant low == 0.0 || p < student_tail(low, df);
        loop assigns i, low, high;
        loop variant 1000 - i; */
    for (int i = 0; i < 1000 && vr_student_tail(high, df) > p; i++) {
        low = high;
        high *= 2;
    }
    /*@ loop invariant 0 <= i <= 200 && Bracket(p, df, low, high);
        loop invariant (high - low) * doubled(i) <= \max(1.0, low);
        loop assigns i, low, high;
        loop variant 200 - i; */
    for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
        const double middle = .5 * (low + high);
        //@ assert middle - low == high - middle == .5 * (high - low) && doubled(i + 1) == 2.0 * doubled(i);
        //@ assert (middle - low) * doubled(i + 1) == (high - low) * doubled(i);
        if (vr_student_tail(middle, df) > p)
            low = middle;
        else
            high = middle;
    }
    return .5 * (low + high);
}

/* What the moments say by Student's t. Without any spread the tests are sure. */
/*@ requires \valid(out) && 2 <= out->n && 0.0 <= out->sd;
    terminates \true; exits \false;
    assigns out->low, out->high, out->effect, out->p;
    ensures out->low == out->difference - (out->high - out->difference);
    ensures out->difference == 0.0 ==> out->effect == 0.0;
    behavior spread:
      assumes 0.0 < out->sd;
      ensures \exists real q; Quantile(1.0 / 40.0, out->n - 1.0, q) &&
        out->high == out->difference + q * (out->sd / \sqrt(out->n));
      ensures out->effect == out->difference / out->sd;
      ensures out->p == 2.0 * student_tail(\abs(out->difference) / (out->sd / \sqrt(out->n)), out->n - 1.0);
    behavior none:
      assumes out->sd == 0.0;
      ensures out->low == out->high == out->difference;
      ensures out->p == (out->difference == 0.0 ? 1.0 : 0.0);
    complete behaviors; */
static inline void vr_infer(vr_paired *out) {
    double df = (double)(out->n - 1), error = out->sd / __builtin_sqrt((double)out->n);
    double quantile = vr_student_quantile(1. / 40, df), far = error > 0 ? quantile * error : 0,
           size = __builtin_fabs(out->difference);
    //@ assert 0.0 < out->sd ==> 0.0 < error;
    //@ assert Quantile(1.0 / 40.0, out->n - 1.0, quantile);
    out->low = out->difference - far;
    out->high = out->difference + far;
    out->effect = size > 0 ? out->difference / out->sd : 0;
    //@ assert 0.0 < out->sd ==> out->high == out->difference + quantile * (out->sd / \sqrt(out->n));
    out->p = error > 0 ? 2 * vr_student_tail(size / error, df) : size > 0 ? 0 : 1;
}

/* The p of a difference of at least the margin. */
/*@ requires \valid_read(of) && 2 <= of->n && 0.0 <= of->sd && 0.0 < margin;
    terminates \true; exits \false; assigns \nothing;
    ensures 0.0 < of->sd ==> \result ==
      student_tail((margin - \abs(of->difference)) / (of->sd / \sqrt(of->n)), of->n - 1.0);
    ensures of->sd == 0.0 ==> \result == (\abs(of->difference) < margin ? 0.0 : 1.0); */
static inline double vr_apart(double margin, const vr_paired *of) {
    double df = (double)(of->n - 1), error = of->sd / __builtin_sqrt((double)of->n),
           size = __builtin_fabs(of->difference);
    //@ assert 0.0 < of->sd ==> 0.0 < error;
    if (error > 0) return vr_student_tail((margin - size) / error, df);
    return size < margin ? 0 : 1;
}

/* Holm's adjustment of the m values that `order` points to, the smallest first. */
/*@ requires \valid_read(order + (0 .. m - 1));
    requires \forall integer i; 0 <= i < m ==> \valid(order[i]) && 0.0 <= *order[i] <= 1.0;
    requires \forall integer i, j; 0 <= i < j < m ==> order[i] != order[j];
    terminates \true; exits \false; assigns *(order[0 .. m - 1]);
    ensures \forall integer i; 0 <= i < m ==> *order[i] == holm{Pre}(order, m, i);
    ensures \forall integer i; 0 <= i < m ==> \old(*order[i]) <= *order[i] <= 1.0;
    ensures \forall integer i, j; 0 <= i <= j < m ==> *order[i] <= *order[j]; */
static inline void vr_holm_adjust(size_t m, double **order) {
    double most = 0;
    /*@ loop invariant 0 <= i <= m && 0.0 <= most <= 1.0;
        loop invariant most == holm{Pre}(order, m, i - 1);
        loop invariant \forall integer j; 0 <= j < i ==> *order[j] == holm{Pre}(order, m, j);
        loop invariant \forall integer j; 0 <= j < i ==> \at(*order[j], Pre) <= *order[j] <= most;
        loop invariant \forall integer j, k; 0 <= j <= k < i ==> *order[j] <= *order[k];
        loop invariant \forall integer j; i <= j < m ==> *order[j] == \at(*order[j], Pre);
        loop assigns i, most, *(order[0 .. m - 1]);
        loop variant m - i; */
    for (size_t i = 0; i < m; i++) {
        const double left = (double)(m - i), product = left * *order[i],
                     adjusted = product < 1 ? product : 1;
        //@ assert 1.0 <= left;
        //@ assert product == (m - i) * \at(*order[\at(i, Here)], Pre);
        //@ assert 0.0 <= *order[i] && *order[i] <= left * *order[i];
        most = adjusted > most ? adjusted : most;
        *order[i] = most;
    }
}

#endif
