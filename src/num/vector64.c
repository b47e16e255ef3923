/* Double kernels of num/vector.h: eight lanes in plain C. They are the reference, not the fast path. */
#include "num/vector64.h"

#include "num/elementary.h"
#include "num/vector.h"

enum { LANES = 8 };

/*@ logic real Lanes{L}(double *x) = x[0] + x[1] + x[2] + x[3] + x[4] + x[5] + x[6] + x[7]; */

/*@ requires \valid_read(lanes + (0 .. 7));
    terminates \true; exits \false; assigns \nothing;
    ensures \result == Lanes(lanes); */
static double tree(const double *lanes) {
    double four[4], two[2];
    /*@ loop invariant 0 <= l <= 4;
        loop invariant \forall integer k; 0 <= k < l ==> four[k] == lanes[k] + lanes[k + 4];
        loop assigns l, four[0 .. 3];
        loop variant 4 - l; */
    for (int l = 0; l < 4; l++) four[l] = lanes[l] + lanes[l + 4];
    /*@ loop invariant 0 <= l <= 2;
        loop invariant \forall integer k; 0 <= k < l ==> two[k] == four[k] + four[k + 2];
        loop assigns l, two[0 .. 1];
        loop variant 2 - l; */
    for (int l = 0; l < 2; l++) two[l] = four[l] + four[l + 2];
    return two[0] + two[1];
}

/*@ requires \valid(total + (0 .. 7));
    terminates \true; exits \false; assigns total[0 .. 7];
    ensures Lanes(total) == \old(Lanes(total)) + a; */
static inline void add(double *total, size_t i, double a) {
    size_t l = i % LANES;
    total[l] += a;
    /*@ assert l == 0 || l == 1 || l == 2 || l == 3 || l == 4 || l == 5 || l == 6 || l == 7; */
}

/*@ requires \valid(total + (0 .. 7));
    terminates \true; exits \false; assigns total[0 .. 7];
    ensures Lanes(total) == \old(Lanes(total)) + a * a; */
static inline void add_square(double *total, size_t i, double a) {
    size_t l = i % LANES;
    total[l] = __builtin_fma(a, a, total[l]);
    /*@ assert l == 0 || l == 1 || l == 2 || l == 3 || l == 4 || l == 5 || l == 6 || l == 7; */
}

double vr_vector_largest_f64(size_t n, const double *x) {
    double top = x[0];
    /*@ loop invariant 1 <= i <= n;
        loop invariant top == Largest(i, x);
        loop invariant \forall integer j; 0 <= j < i ==> x[j] <= top;
        loop assigns i, top;
        loop variant n - i; */
    for (size_t i = 1; i < n; i++) top = x[i] > top ? x[i] : top;
    return top;
}

double vr_vector_smallest_f64(size_t n, const double *x) {
    double low = x[0];
    /*@ loop invariant 1 <= i <= n;
        loop invariant \forall integer j; 0 <= j < i ==> low <= x[j];
        loop invariant \exists integer j; 0 <= j < i && low == x[j];
        loop assigns i, low;
        loop variant n - i; */
    for (size_t i = 1; i < n; i++) low = x[i] < low ? x[i] : low;
    return low;
}

double vr_vector_sum_f64(size_t n, const double *x, double scale) {
    double total[LANES] = {0};
    /*@ loop invariant 0 <= i <= n;
        loop invariant Lanes(&total[0]) == mul(scale, \at(Sum(\at(i, Here), x), Pre));
        loop assigns i, total[0 .. 7];
        loop variant n - i; */
    for (size_t i = 0; i < n; i++) {
        /*@ assert \at(Sum(\at(i, Here) + 1, x), Pre) == \at(Sum(\at(i, Here), x), Pre) + x[i]; */
        /*@ assert mul(scale, \at(Sum(\at(i, Here) + 1, x), Pre)) ==
              mul(scale, \at(Sum(\at(i, Here), x), Pre)) + scale * x[i]; */
        add(total, i, scale * x[i]);
    }
    return tree(total);
}

double vr_vector_squares_f64(size_t n, const double *x, double scale) {
    double total[LANES] = {0};
    /*@ loop invariant 0 <= i <= n;
        loop invariant Lanes(&total[0]) == mul(scale * scale, \at(sum_squares(\at(i, Here), x), Pre));
        loop assigns i, total[0 .. 7];
        loop variant n - i; */
    for (size_t i = 0; i < n; i++) {
        /*@ assert \at(sum_squares(\at(i, Here) + 1, x), Pre) ==
              \at(sum_squares(\at(i, Here), x), Pre) + mul(x[i], x[i]); */
        /*@ assert mul(scale * scale, \at(sum_squares(\at(i, Here) + 1, x), Pre)) ==
              mul(scale * scale, \at(sum_squares(\at(i, Here), x), Pre)) + (scale * x[i]) * (scale * x[i]); */
        add_square(total, i, scale * x[i]);
    }
    return tree(total);
}

void vr_vector_times_f64(size_t n, const double *x, double factor, double *out) {
    /*@ loop invariant 0 <= i <= n;
        loop invariant \forall integer j; 0 <= j < i ==> out[j] == mul(factor, \at(x[j], Pre));
        loop invariant \forall integer j; i <= j < n ==> x[j] == \at(x[j], Pre);
        loop assigns i, out[0 .. n - 1];
        loop variant n - i; */
    for (size_t i = 0; i < n; i++) {
        /*@ assert factor * x[i] == mul(factor, x[i]); */
        out[i] = factor * x[i];
    }
}

double vr_vector_hinge_f64(size_t n, const double *x, double margin, double scale, double slope,
                           double *out) {
    double total[LANES] = {0};
    /*@ loop invariant 0 <= i <= n;
        loop invariant Lanes(&total[0]) == mul(scale, \at(sum_hinge(margin, \at(i, Here), x), Pre));
        loop invariant
          \forall integer j; 0 <= j < i ==> out[j] == (\at(x[j], Pre) > margin ? slope : 0.0);
        loop invariant \forall integer j; i <= j < n ==> x[j] == \at(x[j], Pre);
        loop assigns i, total[0 .. 7], out[0 .. n - 1];
        loop variant n - i; */
    for (size_t i = 0; i < n; i++) {
        int active = x[i] > margin;
        double over = active ? x[i] * scale - margin * scale : 0;
        /*@ assert s6: x[i] > margin ==> relu(x[i] - margin) == x[i] - margin; */
        /*@ assert s7: x[i] <= margin ==> relu(x[i] - margin) == 0.0; */
        /*@ assert s8: x[i] > margin ==> over == mul(scale, x[i] - margin); */
        /*@ assert s9: x[i] <= margin ==> over == 0.0; */
        /*@ assert sa: x[i] > margin ==> over == mul(scale, relu(x[i] - margin)); */
        /*@ assert sb: x[i] <= margin ==> over == mul(scale, 0.0); */
        /*@ assert s0: over == mul(scale, relu(x[i] - margin)); */
        /*@ assert s1: \at(sum_hinge(margin, \at(i, Here) + 1, x), Pre) ==
              \at(sum_hinge(margin, \at(i, Here), x), Pre) + relu(x[i] - margin); */
        /*@ assert s2: mul(scale, \at(sum_hinge(margin, \at(i, Here) + 1, x), Pre)) ==
              mul(scale, \at(sum_hinge(margin, \at(i, Here), x), Pre)) + over; */
        add(total, i, over);
        /*@ assert s3: \forall integer j; i < j < n ==> x[j] == \at(x[j], Pre); */
        /*@ assert s4: \forall integer j; 0 <= j < i ==> out[j] == \at(out[j], LoopCurrent); */
        out[i] = active ? slope : 0;
        /*@ assert t1: out[i] == (\at(x[\at(i, Here)], Pre) > margin ? slope : 0.0); */
        /*@ assert t2: \forall integer j; 0 <= j < i ==> out[j] == \at(out[j], LoopCurrent); */
    }
    return tree(total);
}

/* scale (x - shift) whose intermediate cannot overflow (see vector.lanes.c). */
/*@ requires 2.0 * scale <= DBL_MAX;
    terminates \true; exits \false; assigns \nothing;
    ensures \result == mul(scale, x - shift); */
static inline double affine_of(double x, double shift, double scale) {
    double twice = scale < DBL_MAX / 2 ? 2 * scale : DBL_MAX;
    return twice * (0.5 * x - 0.5 * shift);
}

double vr_vector_exp_f64(size_t n, const double *x, double shift, double scale, double *out) {
    double total[LANES] = {0};
    /*@ loop invariant 0 <= i <= n;
        loop invariant Lanes(&total[0]) == \at(sum_exp(shift, scale, \at(i, Here), x), Pre);
        loop invariant
          \forall integer j; 0 <= j < i ==> out[j] == Exp(mul(scale, \at(x[j], Pre) - shift));
        loop invariant \forall integer j; i <= j < n ==> x[j] == \at(x[j], Pre);
        loop assigns i, total[0 .. 7], out[0 .. n - 1];
        loop variant n - i; */
    for (size_t i = 0; i < n; i++) {
        double e = vr_exp_f64(affine_of(x[i], shift, scale));
        /*@ assert e1: e == Exp(mul(scale, \at(x[\at(i, Here)], Pre) - shift)); */
        /*@ assert e2: \at(sum_exp(shift, scale, \at(i, Here) + 1, x), Pre) ==
                     \at(sum_exp(shift, scale, \at(i, Here), x), Pre) + e; */
        add(total, i, e);
        /*@ assert a1: \forall integer j; i < j < n ==> x[j] == \at(x[j], Pre); */
        /*@ assert a2: \forall integer j; 0 <= j < i ==> out[j] == \at(out[j], LoopCurrent); */
        out[i] = e;
    }
    return tree(total);
}

double vr_vector_softplus_f64(size_t n, const double *x, double shift, double scale, double slope,
                              double *out) {
    double total[LANES] = {0};
    /*@ loop invariant 0 <= i <= n;
        loop invariant Lanes(&total[0]) == \at(sum_softplus(shift, scale, \at(i, Here), x), Pre);
        loop invariant \forall integer j;
          0 <= j < i ==> out[j] == mul(slope, sigmoid(mul(scale, \at(x[j], Pre) - shift)));
        loop invariant \forall integer j; i <= j < n ==> x[j] == \at(x[j], Pre);
        loop assigns i, total[0 .. 7], out[0 .. n - 1];
        loop variant n - i; */
    for (size_t i = 0; i < n; i++) {
        double d = affine_of(x[i], shift, scale), l = vr_softplus_f64(d);
        /*@ assert s1: d == mul(scale, \at(x[\at(i, Here)], Pre) - shift); */
        /*@ assert s2: \at(sum_softplus(shift, scale, \at(i, Here) + 1, x), Pre) ==
                     \at(sum_softplus(shift, scale, \at(i, Here), x), Pre) + l; */
        add(total, i, l);
        /*@ assert s3: \forall integer j; i < j < n ==> x[j] == \at(x[j], Pre); */
        /*@ assert s4: \forall integer j; 0 <= j < i ==> out[j] == \at(out[j], LoopCurrent); */
        double s = slope * vr_sigmoid_f64(d);
        /*@ assert s5: s == mul(slope, sigmoid(d)); */
        out[i] = s;
        /*@ assert t1: out[i] == mul(slope, sigmoid(mul(scale, \at(x[\at(i, Here)], Pre) - shift))); */
        /*@ assert t2: \forall integer j; 0 <= j < i ==> out[j] == \at(out[j], LoopCurrent); */
    }
    return tree(total);
}

#ifndef __FRAMAC__
const vr_vector_f64 *vr_vectors_f64(void) {
    static const vr_vector_f64 table = {
        vr_vector_largest_f64, vr_vector_smallest_f64, vr_vector_sum_f64, vr_vector_squares_f64,
        vr_vector_times_f64,   vr_vector_hinge_f64,    vr_vector_exp_f64, vr_vector_softplus_f64};
    return &table;
}
#endif
