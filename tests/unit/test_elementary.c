/* The functions of num/elementary.h against MPFR. The bounds are read from the header's own comments. */
#include <criterion/criterion.h>
#include <math.h>
#include <mpfr.h>
#include <stdio.h>
#include <string.h>
#include "num/elementary.h"

typedef struct function {
    const char *name;
    float (*f32)(float);
    double (*f64)(double);
    double first, last; /* where it is sampled; the rest is an exact limit */
} function;

static const function functions[] = {
    {"exp", vr_exp_f32, vr_exp_f64, -760, 720},
    {"log", vr_log_f32, vr_log_f64, 0, INFINITY},
    {"log1p", vr_log1p_f32, vr_log1p_f64, -1, INFINITY},
    {"softplus", vr_softplus_f32, vr_softplus_f64, -760, INFINITY},
    {"sigmoid", vr_sigmoid_f32, vr_sigmoid_f64, -760, INFINITY},
};
enum { N_FUNCTIONS = sizeof functions / sizeof *functions, EXP = 0, LOG, LOG1P, SOFTPLUS, SIGMOID };

/* The bound that the comment above `vr_NAME_f32(` or `_f64(` states. */
static double stated_bound(const char *name, int bits) {
    char line[256], wanted[64];
    double bound = NAN, last = NAN;
    FILE *file = fopen("src/num/elementary.h", "r");
    cr_assert(file, "run from the repository's root");
    snprintf(wanted, sizeof wanted, " vr_%s_f%d(", name, bits);
    while (isnan(bound) && fgets(line, sizeof line, file)) {
        const char *claim = strstr(line, "Worst error ");
        if (claim) last = atof(claim + strlen("Worst error "));
        if (strstr(line, wanted) && strstr(line, "static inline")) bound = last;
    }
    fclose(file);
    return bound;
}

static void reference(int which, double x, mpfr_t y) {
    mpfr_t a;
    mpfr_init2(a, 160);
    mpfr_set_d(a, x, MPFR_RNDN);
    if (which == EXP) mpfr_exp(y, a, MPFR_RNDN);
    if (which == LOG) mpfr_log(y, a, MPFR_RNDN);
    if (which == LOG1P) mpfr_log1p(y, a, MPFR_RNDN);
    if (which == SOFTPLUS && x > 1e6) mpfr_set(y, a, MPFR_RNDN);
    if (which == SOFTPLUS && x <= 1e6) {
        mpfr_exp(y, a, MPFR_RNDN);
        mpfr_log1p(y, y, MPFR_RNDN);
    }
    if (which == SIGMOID) {
        mpfr_neg(a, a, MPFR_RNDN);
        mpfr_exp(a, a, MPFR_RNDN);
        mpfr_add_ui(a, a, 1, MPFR_RNDN);
        mpfr_ui_div(y, 1, a, MPFR_RNDN);
    }
    mpfr_clear(a);
}

/* |got - y| in ulps of y's binade; p digits, least exponent `least` of a subnormal's last place. */
static double ulps(double got, const mpfr_t y, int p, int least, double most) {
    double rounded = mpfr_get_d(y, MPFR_RNDN);
    if (isinf(got) || fabs(rounded) > most)
        return fabs(rounded) >= most && isinf(got) ? 0 : INFINITY;
    long exponent = mpfr_zero_p(y) ? least : mpfr_get_exp(y) - p;
    if (exponent < least) exponent = least;
    mpfr_t d;
    mpfr_init2(d, 160);
    mpfr_sub_d(d, y, got, MPFR_RNDN);
    mpfr_mul_2si(d, d, -exponent, MPFR_RNDN);
    double result = fabs(mpfr_get_d(d, MPFR_RNDN));
    mpfr_clear(d);
    return result;
}

static double worst_f32(int which, float (*f)(float), uint32_t stride) {
    double worst = 0;
    mpfr_t y;
    mpfr_init2(y, 160);
    for (uint64_t bits = 0; bits < UINT64_C(1) << 32; bits += stride) {
        float x = vr_from_bits_f32((uint32_t)bits);
        if (!(x > functions[which].first && x < functions[which].last)) continue;
        reference(which, (double)x, y);
        worst = fmax(worst, ulps((double)f(x), y, 24, -149, 0x1.ffffffp127));
    }
    mpfr_clear(y);
    return worst;
}

static uint64_t state = 1;
static uint64_t draw(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state ^ state >> 29;
}

/* Half of the samples lie near the origin, where the functions bend; the rest is all over the range. */
static double sample(int which, uint32_t i) {
    double unit = (double)(draw() >> 11) * 0x1p-53;
    if (i % 2 && which == LOG) return 0.5 + 2 * unit;
    if (i % 2 && which == LOG1P) return -1 + 4 * unit;
    if (i % 2) return 60 * unit - 30;
    if (which == LOG || which == LOG1P) return ldexp(0.5 + unit, (int)(draw() % 2090) - 1070);
    return functions[which].first + (720 - functions[which].first) * unit;
}

static double worst_f64(int which, double (*f)(double), uint32_t n) {
    double worst = 0;
    mpfr_t y;
    mpfr_init2(y, 160);
    for (uint32_t i = 0; i < n; i++) {
        double x = sample(which, i);
        if (!(x > functions[which].first && x < functions[which].last)) continue;
        reference(which, x, y);
        worst = fmax(worst, ulps(f(x), y, 53, -1074, 0x1.fffffffffffffp1023));
    }
    mpfr_clear(y);
    return worst;
}

Test(elementary, float_functions_keep_their_stated_bounds) {
    for (int k = 0; k < N_FUNCTIONS; k++) {
        double bound = stated_bound(functions[k].name, 32);
        double worst = worst_f32(k, functions[k].f32, 65521);
        cr_expect(worst <= bound, "%s_f32: stated %g ulp, seen %g", functions[k].name, bound,
                  worst);
        cr_expect(worst > 0.4 * bound, "%s_f32: the bound %g is slack (%g)", functions[k].name,
                  bound, worst);
    }
}

Test(elementary, double_functions_keep_their_stated_bounds) {
    for (int k = 0; k < N_FUNCTIONS; k++) {
        double bound = stated_bound(functions[k].name, 64);
        double worst = worst_f64(k, functions[k].f64, 60000);
        cr_expect(worst <= bound, "%s_f64: stated %g ulp, seen %g", functions[k].name, bound,
                  worst);
        cr_expect(worst > 0.4 * bound, "%s_f64: the bound %g is slack (%g)", functions[k].name,
                  bound, worst);
    }
}

static float naive_softplus(float x) {
    return vr_log_f32(1 + vr_exp_f32(x));
}
static float shifted_exp(float x) {
    return vr_exp_f32(x * (1 + 0x1p-22f));
}

Test(elementary, negative_control_naive_forms_break_the_bounds) {
    cr_expect(worst_f32(SOFTPLUS, naive_softplus, 1048573) > 100);
    cr_expect(worst_f32(EXP, shifted_exp, 1048573) > 2 * stated_bound("exp", 32));
}

Test(elementary, limits) {
    for (int k = 0; k < N_FUNCTIONS; k++) {
        cr_expect(isnan(functions[k].f32(NAN)) && isnan(functions[k].f64(NAN)));
        cr_expect(functions[k].f32(INFINITY) == (k == SIGMOID ? 1 : INFINITY));
        cr_expect(functions[k].f64(INFINITY) == (k == SIGMOID ? 1 : (double)INFINITY));
    }
    cr_expect(vr_exp_f32(-INFINITY) == 0 && vr_exp_f64(-INFINITY) == 0);
    cr_expect(vr_exp_f32(-1e30f) == 0 && vr_exp_f64(-1e300) == 0);
    cr_expect(vr_exp_f32(0) == 1 && vr_exp_f64(0) == 1);
    cr_expect(vr_exp_f32(-103.9f) == 0x1p-149f && vr_exp_f64(-745.1) == 0x1p-1074);
    cr_expect(vr_log_f32(0) == -INFINITY && vr_log_f64(-0.0) == -INFINITY);
    cr_expect(vr_log_f32(1) == 0 && vr_log_f64(1) == 0);
    cr_expect(isnan(vr_log_f32(-1)) && isnan(vr_log_f64(-1e-300)));
    cr_expect(vr_log1p_f32(-1) == -INFINITY && isnan(vr_log1p_f64(-1.5)));
    cr_expect(vr_log1p_f64(1e-300) == 1e-300 && signbit(vr_log1p_f64(-0.0)));
    cr_expect(vr_softplus_f32(-INFINITY) == 0 && vr_sigmoid_f64(-INFINITY) == 0);
    cr_expect(vr_softplus_f32(1e30f) == 1e30f && vr_softplus_f64(1e300) == 1e300);
}

/* In even steps of the bits, so that every binade of the normal numbers is met. */
Test(elementary, split_gives_back_the_number_and_a_mantissa_from_three_quarters) {
    for (uint32_t bits = 0x00800000u; bits < 0x7f800000u; bits += 9973u) {
        float x = vr_from_bits_f32(bits), k, m = vr_split_f32(x, &k);
        cr_assert(m >= 0.75f && m < 1.5f && k == truncf(k) && ldexpf(m, (int)k) == x, "%a",
                  (double)x);
    }
    for (uint64_t bits = 0x0010000000000000u; bits < 0x7ff0000000000000u; bits += 9007199254741u) {
        double x = vr_from_bits_f64(bits), k, m = vr_split_f64(x, &k);
        cr_assert(m >= 0.75 && m < 1.5 && k == trunc(k) && ldexp(m, (int)k) == x, "%a", x);
    }
}

/* The ends of the range, and both sides of 3/4 and of 3/2, where the exponent changes. */
Test(elementary, split_at_the_edges) {
    float k32;
    cr_assert(vr_split_f32(0.75f, &k32) == 0.75f && k32 == 0);
    cr_assert(vr_split_f32(0x1.7ffffep-1f, &k32) == 0x1.7ffffep+0f && k32 == -1);
    cr_assert(vr_split_f32(0x1.7ffffep+0f, &k32) == 0x1.7ffffep+0f && k32 == 0);
    cr_assert(vr_split_f32(1.5f, &k32) == 0.75f && k32 == 1);
    cr_assert(vr_split_f32(0x1p-126f, &k32) == 1 && k32 == -126);
    double k64;
    cr_assert(vr_split_f64(0.75, &k64) == 0.75 && k64 == 0);
    cr_assert(vr_split_f64(0x1.7ffffffffffffp-1, &k64) == 0x1.7ffffffffffffp+0 && k64 == -1);
    cr_assert(vr_split_f64(0x1.7ffffffffffffp+0, &k64) == 0x1.7ffffffffffffp+0 && k64 == 0);
    cr_assert(vr_split_f64(1.5, &k64) == 0.75 && k64 == 1);
    cr_assert(vr_split_f64(0x1p-1022, &k64) == 1 && k64 == -1022);
}

/* gcc 12 and -O3: two neighbouring values rounded to float and widened again were joined into a vector without the
   rounding. The Makefile turns that pass off. */
static uint64_t lottery = 17;
static double rounded(double low, double high) {
    lottery = lottery * 6364136223846793005u + 1442695040888963407u;
    return (double)(float)(low + (high - low) * (double)(lottery >> 40) * 0x1p-24);
}

typedef struct neighbours {
    double a[3], b[21];
} neighbours;

__attribute__((noinline)) static void fill_neighbours(neighbours *at, double range) {
    for (size_t i = 0; i < 3; i++) at->a[i] = rounded(-range, range);
    for (size_t i = 0; i < 21; i++) at->b[i] = rounded(-range, range);
}

Test(elementary, a_rounding_to_float_is_never_left_out) {
    static neighbours at;
    for (int trial = 0; trial < 20; trial++) {
        fill_neighbours(&at, trial % 2 ? 1.3 : 700.1);
        for (size_t i = 0; i < 24; i++) {
            double x = i < 3 ? at.a[i] : at.b[i - 3];
            volatile float once = (float)x;
            cr_assert_eq(x, (double)once, "%zu: %a is no float", i, x);
        }
    }
}
