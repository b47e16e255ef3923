#include "loss/bound.h"

#include <string.h>
#include "num/elementary.h"

typedef struct terms {
    const vr_scores_f64 *scores;
    const vr_loss_params *params;
    double value, lanes, half_ulp; /* the value's size; lanes of a sum; of 1 */
} terms;

static double size_of(double x) {
    return __builtin_fabs(x);
}

static double largest(const double *x, size_t n) {
    double top = x[0];
    for (size_t i = 1; i < n; i++) top = x[i] > top ? x[i] : top;
    return top;
}

static double log_count(size_t n) {
    return vr_log_f64((double)n);
}

/* Relative error of sum_j e^{x_j/t}. */
static double exponentials(const terms *a, size_t n) {
    return (double)n / a->lanes + 8 + 3 * log_count(n);
}

/* log(1 + e^u) where u is off by `error`. */
static double softplus(const terms *a, double error) {
    return (a->value < 1 ? size_of(a->value) : 1) * error + 5 * size_of(a->value);
}

static double contrast(const terms *a) {
    const vr_scores_f64 *s = a->scores;
    double shift = 0, top = largest(s->neg, s->n_neg);
    for (size_t j = 0; s->neg_q && j < s->n_neg; j++) {
        double log_q = size_of(vr_log_f64(s->neg_q[j] * (double)s->n_neg));
        double this = 4 * log_q + 4 * log_count(s->n_neg);
        shift = this > shift ? this : shift;
    }
    double gap = size_of(top - s->pos) / a->params->t + shift;
    return softplus(a, exponentials(a, s->n_neg) + 2 * gap + log_count(s->n_neg) + 3 * shift);
}

static double mine(const terms *a, double lambda) {
    const vr_scores_f64 *s = a->scores;
    double top = lambda * largest(s->neg, s->n_neg);
    double linear = (4 * size_of(top - s->pos) + 0x1p-10 * size_of(top)) / a->params->t;
    return size_of(lambda) * (exponentials(a, s->n_neg) + log_count(s->n_neg)) + linear +
           size_of(a->value);
}

/* b = (mean_j - tau mean_k) / (1 - tau) cancels: its error grows with mean_j / (mean_j - tau mean_k). Every mean is
   taken relative to e^top. log b is log mean_j + log(1 - r) - log(1 - tau): three logs and two sums, each off by its own
   size, however small log b is. Where the floor is above b for certain, there is no b. */
static double contrast_debiased(const terms *a) {
    const vr_scores_f64 *s = a->scores;
    const vr_loss_params *p = a->params;
    size_t n = s->n_neg, m = s->n_pos_samples;
    double top_j = largest(s->neg, n), top_k = m ? largest(s->pos_samples, m) : top_j;
    double top = top_j > top_k ? top_j : top_k, sum_j = 0, sum_k = 0;
    if (top < -1) top = -1; /* the floor is e^{-1/t} */
    for (size_t j = 0; j < n; j++) sum_j += vr_exp_f64((s->neg[j] - top) / p->t);
    for (size_t k = 0; k < m; k++) sum_k += vr_exp_f64((s->pos_samples[k] - top) / p->t);
    double mean_j = sum_j / (double)n, part_k = m ? p->tau_plus * sum_k / (double)m : 0;
    double gap = size_of(top_k - top_j) / p->t, rest = 1 - p->tau_plus;
    double error = (mean_j * (exponentials(a, n) + 4) +
                    part_k * (exponentials(a, m ? m : 1) + 6 * (gap > 1 ? gap : 1) + 8)) /
                   rest;
    double b = (mean_j - part_k) / rest, low = vr_exp_f64((-1 - top) / p->t);
    double f = b > low ? b : low, lambda = p->lambda == p->lambda ? p->lambda : (double)n;
    if (lambda == 0) return 0; /* log 1 */
    double log_lambda = size_of(vr_log_f64(lambda)), other = 4 * log_lambda + 8;
    if (low - b > 4 * error * a->half_ulp)
        return softplus(a, 1.01 * (1 + size_of(s->pos)) / p->t + other);
    double log_f = vr_log_f64(f), log_rest = vr_log_f64(rest), log_parts = log_count(n);
    if (mean_j > 0) log_parts += size_of(log_f + log_rest - vr_log_f64(mean_j));
    double u = size_of(log_f) + (size_of(top) + size_of(s->pos)) / p->t;
    return softplus(a, error / f + 5 * log_parts - 4 * log_rest + 1.01 * u + other);
}

static double bpr(const terms *a) {
    const vr_scores_f64 *s = a->scores;
    double error = 0;
    for (size_t j = 0; j < s->n_neg; j++) {
        double d = (s->neg[j] - s->pos) / a->params->t;
        error += 3 * size_of(d) * vr_sigmoid_f64(d) + 5 * vr_softplus_f64(d);
    }
    return error + ((double)s->n_neg / a->lanes + 10) * size_of(a->value);
}

/* Of (1/n) sum l-(y); *mean becomes it. hinge: l- = max(y - margin, 0), else y^2. */
static double pointwise(const terms *a, const double *y, size_t n, int hinge, double *mean) {
    double total = 0, error = 0;
    for (size_t j = 0; j < n; j++) {
        double over = y[j] - a->params->margin;
        if (!hinge) total += y[j] * y[j];
        if (!hinge || over <= 0) continue;
        total += over;
        error += 2 * (size_of(y[j]) + size_of(a->params->margin));
    }
    *mean = n ? total / (double)n : 0;
    return n ? (error + total * ((double)n / a->lanes + 8)) / (double)n : 0;
}

static double pointwise_loss(const terms *a, int hinge, int debiased, double lambda) {
    const vr_scores_f64 *s = a->scores;
    double miss = size_of(1 - s->pos), tau = debiased ? a->params->tau_plus : 1, mean_j, mean_k;
    double positive = tau * (hinge ? miss : miss * miss);
    double error = pointwise(a, s->neg, s->n_neg, hinge, &mean_j);
    double total = 6 * positive + lambda * (error + 2 * mean_j);
    if (debiased) {
        error = pointwise(a, s->pos_samples, s->n_pos_samples, hinge, &mean_k);
        total += lambda * tau * (error + 4 * mean_k);
    }
    return total + 2 * size_of(a->value);
}

static double mean_difference(const terms *a) {
    const vr_scores_f64 *s = a->scores;
    double sizes = 0;
    for (size_t j = 0; j < s->n_neg; j++) sizes += size_of(s->neg[j]);
    return sizes * ((double)s->n_neg / a->lanes + 6) / (double)s->n_neg + 4 * size_of(a->value) +
           0x1p-10 * size_of(s->pos);
}

static double half_ulps(const char *name, const terms *a) {
    if (!strcmp(name, "infonce-debiased")) return contrast_debiased(a);
    if (!strcmp(name, "mine")) return mine(a, 1);
    if (!strcmp(name, "mine+")) return mine(a, a->params->lambda);
    if (!strcmp(name, "bpr")) return bpr(a);
    if (!strcmp(name, "mse")) return pointwise_loss(a, 0, 0, a->params->lambda);
    if (!strcmp(name, "ccl")) return pointwise_loss(a, 1, 0, a->params->weight);
    if (!strcmp(name, "mse-debiased")) return pointwise_loss(a, 0, 1, a->params->lambda);
    if (!strcmp(name, "ccl-debiased")) return pointwise_loss(a, 1, 1, a->params->lambda);
    if (!strcmp(name, "mean-difference")) return mean_difference(a);
    return contrast(a); /* softmax, sampled-softmax, infonce */
}

double vr_loss_bound(const vr_loss *loss, const vr_scores_f64 *scores, const vr_loss_params *params,
                     double value, int bits) {
    terms a = {scores, params, value, bits == 32 ? 16 : 8, bits == 32 ? 0x1p-24 : 0x1p-53};
    double least = bits == 32 ? 0x1p-149 : 0x1p-1074; /* what underflow may lose of each term */
    return a.half_ulp * half_ulps(loss->name, &a) + 4 * least * (double)scores->n_neg;
}
