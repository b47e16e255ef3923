#include "eval/metrics.h"

#include <math.h>
#include <stdlib.h>

/* log2(n) for n >= 2: the exponent, and atanh's series for the mantissa brought to [1/sqrt2, sqrt2]. Written here
   because the C library's bits differ between machines; below 2 ulp. */
double vr_log2(double n) {
    int exponent;
    double mantissa = frexp(n, &exponent);
    if (mantissa < 0.70710678118654752) {
        mantissa *= 2;
        exponent--;
    }
    const double z = (mantissa - 1) / (mantissa + 1), square = z * z; /* |z| < .1716 */
    double sum = 0;
    for (int i = 25; i >= 1; i -= 2) { /* the first omitted term is below 2^-68 */
        sum = fma(sum, square, 1.0 / i);
    }
    return exponent + 2.8853900817779268 * z * sum; /* 2 / ln 2 */
}

vr_status vr_discounts_make(uint32_t k, vr_discounts *out, vr_error *error) {
    vr_discounts d = {k, malloc(sizeof(double) * ((size_t)k + 1)),
                      malloc(sizeof(double) * ((size_t)k + 1))};
    if (!d.at || !d.ideal) {
        vr_discounts_free(&d);
        return vr_fail(error, VR_INTERNAL, "no memory for lists of length %u", k);
    }
    vr_discounts_fill(d);
    *out = d;
    return VR_OK;
}

void vr_discounts_free(vr_discounts *discounts) {
    free(discounts->at);
    free(discounts->ideal);
    *discounts = (vr_discounts){0, NULL, NULL};
}

vr_user_metrics vr_list_metrics(vr_list_gain gain, uint32_t n_test, const vr_discounts *discounts) {
    return n_test ? vr_gain_metrics(gain, n_test, discounts) : (vr_user_metrics){NAN, NAN, 0};
}

vr_status vr_mean_metrics(const vr_user_metrics *per_user, const vr_csr *test, vr_metrics *out,
                          vr_error *error) {
    const vr_metrics means = vr_means(per_user, test);
    if (means.n_users == 0) {
        return vr_fail(error, VR_BAD_DATA, "no user has a test item: there is nothing to measure");
    }
    *out = means;
    return VR_OK;
}
