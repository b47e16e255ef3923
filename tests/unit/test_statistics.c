/* Student's t against closed forms, the paired tests against a textbook's data and full enumeration, Holm by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>
#include "num/draws.h"
#include "num/paired.h"

static const double pi = 3.14159265358979323846;

/* P(T > t) for t > 0, without cancellation. */
static double tail_1(double t) {
    return atan(1 / t) / pi;
}
static double tail_2(double t) {
    double root = sqrt(2 + t * t);
    return 1 / (root * (root + t));
}

static void expect_close(double got, double wanted, const char *what, double t) {
    cr_expect(fabs(got - wanted) <= 1e-10 * wanted, "%s at %g: got %.17g, expected %.17g", what, t,
              got, wanted);
}

Test(statistics, the_tail_of_t_is_that_of_the_closed_forms) {
    for (double t = 1e-3; t < 1e4; t *= 1.7) {
        expect_close(vr_student_tail(t, 1), tail_1(t), "one degree", t);
        expect_close(vr_student_tail(t, 2), tail_2(t), "two degrees", t);
        expect_close(vr_student_tail(-t, 2), 1 - tail_2(t), "two degrees, below 0", -t);
    }
    cr_expect_eq(vr_student_tail(0, 7), .5);
    /* towards the normal law: the first term of the expansion in 1/df is (t^3 + t) phi(t) / (4 df) */
    for (double t = .5; t < 6; t += .5) {
        double df = 29857, normal = .5 * erfc(t / sqrt(2));
        double term = (t * t * t + t) * exp(-t * t / 2) / sqrt(2 * pi) / (4 * df);
        double next =
            t * t * t * t / (4 * df) * term + 1e-9 * normal; /* the second term is below */
        cr_expect_float_eq(vr_student_tail(t, df), normal + term, next);
        cr_expect_gt(fabs(vr_student_tail(t, df) - normal),
                     .5 * term); /* the check sees the difference */
    }
}

Test(statistics, the_quantile_inverts_the_tail) {
    for (double df = 1; df < 1e5; df *= 7)
        for (double p = .4; p > 1e-7; p /= 9)
            cr_expect_float_eq(vr_student_tail(vr_student_quantile(p, df), df), p,
                               1e-11 * p + 1e-14);
}

/* Cushny and Peebles 1905, by which Student 1908 shows the test: hours of sleep gained by ten patients. */
static const double a[10] = {.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2};
static const double b[10] = {1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4};

/* The p of all 2^10 sign patterns. */
static double enumerated(void) {
    double sum = 0;
    int extreme = 0;
    for (int i = 0; i < 10; i++) sum += b[i] - a[i];
    for (int signs = 0; signs < 1024; signs++) {
        double flipped = 0;
        for (int i = 0; i < 10; i++) flipped += (signs >> i & 1 ? 1 : -1) * (b[i] - a[i]);
        extreme += fabs(flipped) >= fabs(sum) * (1 - 1e-12);
    }
    return extreme / 1024.;
}

Test(statistics, the_paired_test_gives_students_own_result) {
    vr_paired t;
    cr_assert(vr_paired_test(10, a, b, (double)NAN, 0, 1, &t));
    cr_expect_float_eq(t.difference, 1.58, 1e-14);
    cr_expect_float_eq(t.sd, sqrt(13.616 / 9), 1e-14);
    cr_expect_float_eq(t.p, .00283289,
                       5e-9); /* R: t.test(extra ~ group, data = sleep, paired = TRUE) */
    cr_expect_float_eq(t.low, .7001142, 5e-8);
    cr_expect_float_eq(t.high, 2.4598858, 5e-8);
    cr_expect(isnan(t.p_flips) && isnan(t.p_apart));
}

Test(statistics, random_flips_approach_all_flips_with_the_same_bits_on_any_threads) {
    enum { FLIPS = 200000 };
    vr_paired t, again;
    double exact = enumerated(), sd = sqrt(exact * (1 - exact) / FLIPS);
    int threads = omp_get_max_threads();
    cr_assert(vr_paired_test(10, a, b, (double)NAN, FLIPS, 2019, &t));
    cr_expect_float_eq(t.p_flips, exact, 5 * sd);
    omp_set_num_threads(threads == 3 ? 2 : 3);
    cr_assert(vr_paired_test(10, a, b, (double)NAN, FLIPS, 2019, &again));
    omp_set_num_threads(threads);
    cr_expect_eq(t.p_flips, again.p_flips);
    cr_assert(vr_paired_test(10, a, b, (double)NAN, FLIPS, 2020, &again));
    cr_expect_neq(t.p_flips, again.p_flips);
}

Test(statistics, equivalence_is_shown_by_a_wide_margin_only) {
    vr_paired t;
    cr_assert(vr_paired_test(10, a, b, 3, 0, 1, &t));
    /* (3 - 1.58) / (1.22995 / sqrt 10) = 3.6509 */
    cr_expect_float_eq(t.p_apart, vr_student_tail((3 - t.difference) / (t.sd / sqrt(10)), 9),
                       1e-15);
    cr_expect_lt(t.p_apart, .01);
    cr_assert(vr_paired_test(10, a, b, 1, 0, 1, &t));
    cr_expect_gt(t.p_apart, .5);
    cr_assert(vr_paired_test(10, a, a, 1e-9, 100, 1, &t)); /* no spread at all */
    cr_expect(t.p == 1 && t.p_flips == 1 && t.p_apart == 0 && t.effect == 0 && t.low == 0);
}

Test(statistics, without_a_difference_one_in_twenty_is_rejected) {
    enum { WORLDS = 2000, N = 12 };
    const vr_draw_key key = {7, VR_STREAM_TEST, 0};
    int rejected = 0, shifted = 0;
    for (uint32_t world = 0; world < WORLDS; world++) {
        float normal[2 * N];
        double x[N], y[N], z[N];
        vr_draw_normal(&key, world, normal, 2 * N);
        for (int i = 0; i < N; i++) {
            x[i] = (double)normal[i];
            y[i] = (double)normal[N + i];
            z[i] = y[i] + 1;
        }
        vr_paired t;
        vr_paired_test(N, x, y, (double)NAN, 0, 1, &t);
        rejected += t.p <= .05;
        vr_paired_test(N, x, z, (double)NAN, 0, 1, &t);
        shifted += t.p <= .05;
    }
    cr_expect_float_eq(rejected, .05 * WORLDS, 4 * sqrt(.05 * .95 * WORLDS));
    cr_expect_gt(shifted, WORLDS / 2); /* control: a difference is found */
}

Test(statistics, holm_by_hand) {
    double p[] = {.01, .04, (double)NAN, .03, .005}, one[] = {.7, .9};
    cr_assert(vr_holm(5, p));
    cr_expect_float_eq(p[4], .02, 1e-15);
    cr_expect_float_eq(p[0], .03, 1e-15);
    cr_expect_float_eq(p[3], .06, 1e-15);
    cr_expect_float_eq(p[1], .06, 1e-15);
    cr_expect(isnan(p[2]));
    cr_assert(vr_holm(2, one));
    cr_expect_eq(one[0], 1);
    cr_expect_eq(one[1], 1);
}
