/* Double kernels of num/vector.h: eight lanes in plain C. They are the reference, not the fast path. */
#include "num/vector.h"

#include <float.h>

#include "num/elementary.h"

enum { LANES = 8 };

static double tree(const double *lanes) {
    double four[4], two[2];
    for (int l = 0; l < 4; l++) four[l] = lanes[l] + lanes[l + 4];
    for (int l = 0; l < 2; l++) two[l] = four[l] + four[l + 2];
    return two[0] + two[1];
}

static double largest(size_t n, const double *x) {
    double top = x[0];
    for (size_t i = 1; i < n; i++) top = x[i] > top ? x[i] : top;
    return top;
}

static double smallest(size_t n, const double *x) {
    double low = x[0];
    for (size_t i = 1; i < n; i++) low = x[i] < low ? x[i] : low;
    return low;
}

static double sum(size_t n, const double *x, double scale) {
    double total[LANES] = {0};
    for (size_t i = 0; i < n; i++) total[i % LANES] += scale * x[i];
    return tree(total);
}

static double squares(size_t n, const double *x, double scale) {
    double total[LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        double a = scale * x[i];
        total[i % LANES] = __builtin_fma(a, a, total[i % LANES]);
    }
    return tree(total);
}

static void times(size_t n, const double *x, double factor, double *out) {
    for (size_t i = 0; i < n; i++) out[i] = factor * x[i];
}

static double hinge(size_t n, const double *x, double margin, double scale, double slope,
                    double *out) {
    double total[LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        int active = x[i] > margin;
        total[i % LANES] += active ? x[i] * scale - margin * scale : 0;
        out[i] = active ? slope : 0;
    }
    return tree(total);
}

/* scale (x - shift) whose intermediate cannot overflow (see vector.lanes.c). */
static inline double affine_of(double x, double shift, double scale) {
    double twice = scale < DBL_MAX / 2 ? 2 * scale : DBL_MAX;
    return twice * (0.5 * x - 0.5 * shift);
}

static double exponential(size_t n, const double *x, double shift, double scale, double *out) {
    double total[LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        out[i] = vr_exp_f64(affine_of(x[i], shift, scale));
        total[i % LANES] += out[i];
    }
    return tree(total);
}

static double softplus(size_t n, const double *x, double shift, double scale, double slope,
                       double *out) {
    double total[LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        double d = affine_of(x[i], shift, scale);
        total[i % LANES] += vr_softplus_f64(d);
        out[i] = slope * vr_sigmoid_f64(d);
    }
    return tree(total);
}

const vr_vector_f64 *vr_vectors_f64(void) {
    static const vr_vector_f64 table = {largest, smallest, sum,         squares,
                                        times,   hinge,    exponential, softplus};
    return &table;
}
