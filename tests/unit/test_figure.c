/* The shapes of the figures, on made-up curves: each check has curves that it must accept, must reject and must leave open. */
#include <math.h>
#include <criterion/criterion.h>
#include "study/shape.h"

enum { MOST = 8 };

/* A curve at x = 1, 2, 4, ..., of one seed a point. */
typedef struct made {
    vr_mark marks[MOST];
    size_t n;
} made;

static made curve_of(size_t n, const double *y) {
    made out = {.n = n};
    for (size_t i = 0; i < n; i++) out.marks[i] = (vr_mark){ldexp(1, (int)i), y[i], (double)NAN, 1};
    return out;
}
#define CURVE(...)                                                                                 \
    curve_of(sizeof((double[]){__VA_ARGS__}) / sizeof(double), (const double[]){__VA_ARGS__})

static vr_curve view(const made *curve) {
    return (vr_curve){curve->marks, curve->n};
}

static void expect(const char *what, vr_shape_check check, const made *curve, const made *other,
                   double from, double to, vr_shape_verdict verdict) {
    vr_shape_found found =
        vr_shape_judge(check, view(curve), other ? view(other) : (vr_curve){0}, from, to);
    cr_expect_eq(found.verdict, verdict, "%s: %s (%s), expected %s", what,
                 vr_shape_text(found.verdict), found.text, vr_shape_text(verdict));
    cr_expect_neq(found.text[0], 0, "%s: nothing said", what);
}

Test(figure, a_rise_needs_a_higher_end_and_no_fall) {
    made up = CURVE(10, 12, 14, 14.2), flat = CURVE(14, 14.1, 13.9, 14.2), hill = CURVE(10, 14, 13);
    made wavy = CURVE(10, 12, 11.8, 14); /* a fall within the noise of one seed */
    expect("up", VR_SHAPE_RISES, &up, NULL, 0, 0, VR_SHAPE_HOLDS);
    expect("wavy", VR_SHAPE_RISES, &wavy, NULL, 0, 0, VR_SHAPE_HOLDS);
    expect("flat", VR_SHAPE_RISES, &flat, NULL, 0, 0, VR_SHAPE_UNDECIDED);
    expect("hill", VR_SHAPE_RISES, &hill, NULL, 0, 0, VR_SHAPE_FAILS);
}

Test(figure, a_fall_at_the_end_is_told_from_a_plateau) {
    made falls = CURVE(10, 14, 14.1, 13), plateau = CURVE(10, 14, 14.1, 14), up = CURVE(10, 14, 15);
    expect("falls", VR_SHAPE_FALLS, &falls, NULL, 0, 0, VR_SHAPE_HOLDS);
    expect("plateau", VR_SHAPE_FALLS, &plateau, NULL, 0, 0, VR_SHAPE_UNDECIDED);
    expect("up", VR_SHAPE_FALLS, &up, NULL, 0, 0, VR_SHAPE_FAILS);
}

Test(figure, a_plateau_begins_where_nothing_higher_follows_for_certain) {
    made soon = CURVE(10, 14, 14.1, 14.2), late = CURVE(10, 12, 14, 14.1);
    expect("soon", VR_SHAPE_EARLIER, &soon, &late, 0, 0, VR_SHAPE_HOLDS);
    expect("late", VR_SHAPE_EARLIER, &late, &soon, 0, 0, VR_SHAPE_FAILS);
    expect("together", VR_SHAPE_EARLIER, &late, &late, 0, 0, VR_SHAPE_UNDECIDED);
}

Test(figure, a_minor_impact_is_at_most_half_of_the_other) {
    made small = CURVE(14, 14.2, 14.1), large = CURVE(10, 12, 14), half = CURVE(12, 13, 14);
    expect("small", VR_SHAPE_MINOR, &small, &large, 0, 0, VR_SHAPE_HOLDS);
    expect("large", VR_SHAPE_MINOR, &large, &small, 0, 0, VR_SHAPE_FAILS);
    expect("half", VR_SHAPE_MINOR, &half, &large, 0, 0, VR_SHAPE_UNDECIDED);
    expect("both within noise", VR_SHAPE_MINOR, &small, &small, 0, 0, VR_SHAPE_UNDECIDED);
}

Test(figure, a_peak_lies_between_two_lower_ends) {
    made hill = CURVE(10, 12, 14, 13), up = CURVE(10, 12, 14), down = CURVE(14, 12, 10);
    made shelf = CURVE(10, 14, 13.9), twice = CURVE(10, 14, 12, 13.9, 11);
    expect("hill", VR_SHAPE_PEAK, &hill, NULL, 0, 0, VR_SHAPE_HOLDS);
    expect("up", VR_SHAPE_PEAK, &up, NULL, 0, 0, VR_SHAPE_FAILS);
    expect("down", VR_SHAPE_PEAK, &down, NULL, 0, 0, VR_SHAPE_FAILS);
    expect("shelf", VR_SHAPE_PEAK, &shelf, NULL, 0, 0, VR_SHAPE_UNDECIDED);
    expect("two hills", VR_SHAPE_PEAK, &twice, NULL, 0, 0, VR_SHAPE_FAILS);
}

Test(figure, an_optimum_is_every_point_that_may_be_the_best) {
    made hill = CURVE(10, 12, 14, 13), broad = CURVE(10, 13.9, 14, 13); /* x = 1, 2, 4, 8 */
    expect("at 4", VR_SHAPE_OPTIMUM, &hill, NULL, 3, 5, VR_SHAPE_HOLDS);
    expect("not at 2", VR_SHAPE_OPTIMUM, &hill, NULL, 1.5, 3, VR_SHAPE_FAILS);
    expect("2 or 4", VR_SHAPE_OPTIMUM, &broad, NULL, 3, 5, VR_SHAPE_UNDECIDED);
    expect("2 and 4", VR_SHAPE_OPTIMUM, &broad, NULL, 1.5, 5, VR_SHAPE_HOLDS);
    expect("the end is left out", VR_SHAPE_OPTIMUM, &hill, NULL, 1, 4, VR_SHAPE_FAILS);
}

Test(figure, more_seeds_see_more) {
    made curve = CURVE(14, 14.3, 14); /* .3 points: within the noise of one seed */
    expect("one seed", VR_SHAPE_PEAK, &curve, NULL, 0, 0, VR_SHAPE_UNDECIDED);
    for (size_t i = 0; i < curve.n; i++) curve.marks[i].n_seeds = 5, curve.marks[i].sd = .1;
    expect("five quiet ones", VR_SHAPE_PEAK, &curve, NULL, 0, 0, VR_SHAPE_HOLDS);
    for (size_t i = 0; i < curve.n; i++) curve.marks[i].sd = .5;
    expect("five loud ones", VR_SHAPE_PEAK, &curve, NULL, 0, 0, VR_SHAPE_UNDECIDED);
}

Test(figure, two_seeds_that_agree_by_chance_prove_nothing) {
    vr_mark agreed = {1, 14, 0, 2}, lone = {1, 14, (double)NAN, 1};
    cr_expect_float_eq(vr_mark_error(&agreed), VR_SEED_SD_LEAST / sqrt(2), 1e-15);
    cr_expect_float_eq(vr_mark_error(&lone), VR_SEED_SD, 1e-15);
}

Test(figure, a_missing_point_leaves_the_shape_unjudged) {
    made hill = CURVE(10, 12, 14, 13), whole = hill;
    hill.marks[1].n_seeds = 0;
    for (vr_shape_check check = VR_SHAPE_RISES; check <= VR_SHAPE_OPTIMUM; check++)
        expect("own point", check, &hill, &whole, 1, 9, VR_SHAPE_NOT_RUN);
    expect("the other's point", VR_SHAPE_MINOR, &whole, &hill, 0, 0, VR_SHAPE_NOT_RUN);
}
