/* The losses and lines that the bounds of section 2.3 are made of. */
#include <math.h>
#include "claims/chain.h"
#include "num/elementary.h"

double vr_chain_info(const vr_case *c, int bits, double *error) {
    return vr_case_loss(c, "infonce", bits, error, NULL);
}
double vr_chain_mine(const vr_case *c, int bits, double *error) {
    return vr_case_loss(c, "mine", bits, error, NULL);
}
double vr_chain_bpr(const vr_case *c, int bits, double *error) {
    return vr_case_loss(c, "bpr", bits, error, NULL);
}

/* Sums of logarithms and their kin in double are off by a few ulps of what is added. */
double vr_chain_log_n(const vr_case *c, double *error) {
    double log = vr_log_f64((double)c->n);
    *error += 0x1p-52 * log;
    return log;
}
double vr_chain_positive(double x) {
    return x > 0 ? x : 0;
}

/* (1/N) sum log(1 + e^{d_j + shift}), the sign of d given. */
double vr_chain_mean_softplus(const vr_case *c, double sign, double shift, double *error) {
    double sum = 0, sizes = 0;
    for (size_t j = 0; j < c->n; j++) {
        double d = sign * (c->neg[j] - c->pos) + shift;
        sum += vr_softplus_f64(d);
        sizes += fabs(d);
    }
    double n = (double)c->n, mean = sum / n;
    /* each term: two roundings of d, 1.7 ulps of its own; then n additions and a division */
    *error += 0x1p-52 * (sizes / n + mean * (2.2 + n / 2));
    return mean;
}

vr_slack vr_chain_drop_log(const vr_case *c, int bits) {
    (void)bits;
    double e = 0, mean = vr_case_mean(c, &e);
    double left = mean + vr_chain_log_n(c, &e);
    return vr_at_least(left, mean, e);
}
/* The links that the paper writes as "approximately": E over the N draws of log(first + sum_j e^{d_j}) against
   log(first + N E e^d), by enumeration of every tuple of draws from a few items. first: 0 of Eq. 11, 1 of Eq. 14. */
void vr_chain_approximation(vr_tally *tally, double sign, int first, uint64_t seed) {
    static const char *const losses[] = {"mine", "infonce"};
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 400; trial++) {
        size_t n_items = trial ? 2 + vr_dice_below(&dice, 2) : 2,
               n = trial ? 1 + vr_dice_below(&dice, 4) : 1;
        double y[3] = {0, 2, 0}, p[3] = {0.5, 0.5, 0}, mean = 0, scale = trial % 2 ? 2 : 20;
        if (trial) vr_dice_distribution(&dice, p, n_items);
        for (size_t i = 0; i < n_items && trial; i++)
            y[i] = vr_to_float(vr_dice_between(&dice, -scale, scale));
        vr_case c = {.n = n, .params = {.t = 1, .lambda = 1}};
        uint32_t tuple[4] = {0};
        double error = 0, mu = 0;
        for (size_t i = 0; i < n_items; i++) mu += p[i] * vr_exp_f64(y[i]);
        do {
            double weight = 1;
            for (size_t j = 0; j < n; j++) {
                c.neg[j] = y[tuple[j]];
                weight *= p[tuple[j]];
            }
            mean += weight * vr_case_loss(&c, losses[first], 64, &error, NULL);
        } while (vr_next_tuple(tuple, n, (uint32_t)n_items));
        double limit = vr_log_f64((double)first + (double)n * mu);
        VR_TALLY(tally, sign * (limit - mean), error + 0x1p-46 * (1 + fabs(limit)),
                 "y_i=0, N=%zu, items with scores (%.4g, %.4g%s) and shares (%.3g, %.3g%s): "
                 "the mean over draws is %.6g, the line after it %.6g",
                 n, y[0], y[1], n_items > 2 ? ", .." : "", p[0], p[1], n_items > 2 ? ", .." : "",
                 mean, limit);
    }
}
