#include "num/statistics.h"

#include <math.h>
#include <stdlib.h>
#include "num/draws.h"

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

double vr_student_quantile(double p, double df) {
    double low = 0, high = 1;
    while (vr_student_tail(high, df) > p) high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
        double middle = .5 * (low + high);
        if (vr_student_tail(middle, df) > p)
            low = middle;
        else
            high = middle;
    }
    return .5 * (low + high);
}

/* |sum of the differences with the signs of the draw at `position`|; words: room for n / 32 + 1. */
static double flipped(size_t n, const double *d, const vr_draw_key *key, uint32_t position,
                      uint32_t *words) {
    double sum = 0;
    vr_draw_words(key, position, words, n / 32 + 1);
    for (size_t i = 0; i < n; i++) sum += words[i / 32] >> (i % 32) & 1 ? d[i] : -d[i];
    return fabs(sum);
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
        for (uint32_t i = 0; i < flips; i++)
            extreme += words && flipped(n, d, &key, i, words) >= limit;
        free(words);
    }
    return failed ? (double)NAN : (1. + extreme) / (1. + flips);
}

static void moments(size_t n, const double *a, const double *b, double *d, vr_paired *out) {
    double sum[2] = {0, 0}, squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum[0] += a[i];
        sum[1] += b[i];
        d[i] = b[i] - a[i];
        out->difference += d[i];
    }
    out->mean[0] = sum[0] / (double)n;
    out->mean[1] = sum[1] / (double)n;
    out->difference /= (double)n;
    for (size_t i = 0; i < n; i++) squares += (d[i] - out->difference) * (d[i] - out->difference);
    out->sd = sqrt(squares / (double)(n - 1));
}

/* Without any spread the tests are sure. */
static void infer(double margin, vr_paired *out) {
    double df = (double)(out->n - 1), error = out->sd / sqrt((double)out->n);
    double far = error > 0 ? vr_student_quantile(.025, df) * error : 0,
           size = fabs(out->difference);
    out->low = out->difference - far;
    out->high = out->difference + far;
    out->effect = size > 0 ? out->difference / out->sd : 0;
    out->p = error > 0 ? 2 * vr_student_tail(size / error, df) : size > 0 ? 0 : 1;
    out->p_apart = isnan(margin)   ? margin
                   : error > 0     ? vr_student_tail((margin - size) / error, df)
                   : size < margin ? 0
                                   : 1;
}

int vr_paired_test(size_t n, const double *a, const double *b, double margin, uint32_t flips,
                   uint64_t seed, vr_paired *out) {
    double *d = malloc(n * sizeof *d);
    if (!d) return 0;
    *out = (vr_paired){.n = n, .p_flips = (double)NAN};
    moments(n, a, b, d, out);
    infer(margin, out);
    if (flips) out->p_flips = flips_p(n, d, out->difference * (double)n, flips, seed);
    free(d);
    return !flips || !isnan(out->p_flips);
}

static int smaller(const void *left, const void *right) {
    double a = **(double *const *)left, b = **(double *const *)right;
    return (a > b) - (a < b);
}

int vr_holm(size_t n, double *p) {
    double **order = malloc((n + 1) * sizeof *order), most = 0;
    size_t m = 0;
    if (!order) return 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i])) order[m++] = &p[i];
    qsort(order, m, sizeof *order, smaller);
    for (size_t i = 0; i < m; i++) {
        double adjusted = fmin(1, (double)(m - i) * *order[i]);
        most = fmax(most, adjusted);
        *order[i] = most;
    }
    free(order);
    return 1;
}
