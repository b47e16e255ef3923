#include "num/statistics.h"

#include <math.h>
#include <stdlib.h>
#include "num/draws.h"
#include "num/paired.h"

/* Continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method; x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b) {
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1), value;
    d = 1 / (fabs(d) < tiny ? tiny : d);
    value = d;
    for (int m = 1; m < 10000; m++) {
        for (int odd = 0; odd < 2; odd++) {
            double k = m, step = odd ? -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
                                     : k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k));
            d = 1 + step * d;
            c = 1 + step / c;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = fabs(c) < tiny ? tiny : c;
            value *= c * d;
        }
        if (fabs(c * d - 1) < 1e-15) break;
    }
    return value;
}

/* I_x(a, b), with y = 1 - x given apart: near 1 it would cancel. */
static double incomplete_beta(double x, double y, double a, double b) {
    if (x <= 0) return 0;
    if (y <= 0) return 1;
    double front = exp(a * log(x) + b * log(y) + lgamma(a + b) - lgamma(a) - lgamma(b));
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(x, a, b) / a;
    return 1 - front * beta_fraction(y, b, a) / b;
}

double vr_student_tail(double t, double df) {
    double square = t * t,
           half = .5 * incomplete_beta(df / (df + square), square / (df + square), .5 * df, .5);
    return t > 0 ? half : 1 - half;
}

/* NaN without memory. */
static double flips_p(size_t n, const double *d, double observed, uint32_t flips, uint64_t seed) {
    const vr_draw_key key = {seed, VR_STREAM_FLIPS, 0};
    uint32_t extreme = 0, failed = 0;
    double limit = fabs(observed) * (1 - 1e-12); /* the order of a sum is not a difference */
#pragma omp parallel reduction(+ : extreme, failed)
    {
        uint32_t *words = malloc((n / 32 + 1) * sizeof *words);
        failed += !words;
#pragma omp for
        for (uint32_t i = 0; i < flips; i++) {
            if (words) vr_draw_words(&key, i, words, n / 32 + 1);
            extreme += words && vr_flipped_size(n, d, words) >= limit;
        }
        free(words);
    }
    return failed ? (double)NAN : vr_flips_share(extreme, flips);
}

static void moments(size_t n, const double *a, const double *b, double *d, vr_paired *out) {
    vr_differences(n, a, b, d);
    out->mean[0] = vr_mean_of(n, a);
    out->mean[1] = vr_mean_of(n, b);
    out->difference = vr_mean_of(n, d);
    out->sd = vr_deviation(n, d, out->difference);
}

int vr_paired_test(size_t n, const double *a, const double *b, double margin, uint32_t flips,
                   uint64_t seed, vr_paired *out) {
    double *d = malloc(n * sizeof *d);
    if (!d) return 0;
    *out = (vr_paired){.n = n, .p_flips = (double)NAN};
    moments(n, a, b, d, out);
    vr_infer(out);
    out->p_apart = isnan(margin) ? margin : vr_apart(margin, out);
    if (flips) out->p_flips = flips_p(n, d, out->difference * (double)n, flips, seed);
    free(d);
    return !flips || !isnan(out->p_flips);
}

static int smaller(const void *left, const void *right) {
    double a = **(double *const *)left, b = **(double *const *)right;
    return (a > b) - (a < b);
}

int vr_holm(size_t n, double *p) {
    double **order = malloc((n + 1) * sizeof *order);
    size_t m = 0;
    if (!order) return 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i])) order[m++] = &p[i];
    qsort(order, m, sizeof *order, smaller);
    vr_holm_adjust(m, order);
    free(order);
    return 1;
}
