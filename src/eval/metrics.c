#include "eval/metrics.h"

#include <math.h>
#include <stdlib.h>

/* log2(n) for n >= 2: the exponent, and atanh's series for the mantissa brought to [1/sqrt2, sqrt2]. Written here
   because the C library's bits differ between machines; below 2 ulp. */
static double log2_of(double n) {
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
    d.ideal[0] = 0;
    for (uint32_t r = 0; r < k; r++) {
        d.at[r] = 1 / log2_of((double)r + 2);
        d.ideal[r + 1] = d.ideal[r] + d.at[r];
    }
    *out = d;
    return VR_OK;
}

void vr_discounts_free(vr_discounts *discounts) {
    free(discounts->at);
    free(discounts->ideal);
    *discounts = (vr_discounts){0, NULL, NULL};
}

void vr_list_hit(vr_list_gain *gain, uint32_t place, const vr_discounts *discounts) {
    gain->dcg += discounts->at[place];
    gain->hits++;
}

vr_user_metrics vr_list_metrics(const vr_list_gain *gain, uint32_t n_test,
                                const vr_discounts *discounts) {
    if (n_test == 0) {
        return (vr_user_metrics){NAN, NAN, 0};
    }
    const uint32_t ideal = n_test < discounts->k ? n_test : discounts->k;
    return (vr_user_metrics){(double)gain->hits / n_test, gain->dcg / discounts->ideal[ideal],
                             gain->hits};
}

vr_status vr_mean_metrics(const vr_user_metrics *per_user, const vr_csr *test, vr_metrics *out,
                          vr_error *error) {
    vr_metrics sum = {0, 0, 0};
    for (uint32_t user = 0; user < test->n_rows; user++) {
        if (vr_csr_row_count(test, user) > 0) {
            sum.recall += per_user[user].recall;
            sum.ndcg += per_user[user].ndcg;
            sum.n_users++;
        }
    }
    if (sum.n_users == 0) {
        return vr_fail(error, VR_BAD_DATA, "no user has a test item: there is nothing to measure");
    }
    *out = (vr_metrics){sum.recall / sum.n_users, sum.ndcg / sum.n_users, sum.n_users};
    return VR_OK;
}
