#include "oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BITS = 256, POOL = 1 << 18 };

static mpfr_t pool[POOL];
static size_t used, made;

void oracle_reset(void) {
    used = 0;
}
static num fresh(void) {
    if (used == POOL) abort();
    if (used == made) mpfr_init2(pool[made++], BITS);
    return pool[used++];
}
num num_of(double x) {
    num r = fresh();
    mpfr_set_d(r, x, MPFR_RNDN);
    return r;
}
#define BINARY(name, function)                                                                     \
    num name(num a, num b) {                                                                       \
        num r = fresh();                                                                           \
        function(r, a, b, MPFR_RNDN);                                                              \
        return r;                                                                                  \
    }
#define UNARY(name, function)                                                                      \
    num name(num a) {                                                                              \
        num r = fresh();                                                                           \
        function(r, a, MPFR_RNDN);                                                                 \
        return r;                                                                                  \
    }
BINARY(num_add, mpfr_add)
BINARY(num_sub, mpfr_sub)
BINARY(num_mul, mpfr_mul)
BINARY(num_div, mpfr_div)
BINARY(num_max, mpfr_max)
UNARY(num_exp, mpfr_exp)
UNARY(num_log, mpfr_log)
UNARY(num_log1p, mpfr_log1p)

static long double size_of(num a) {
    return fabsl(mpfr_get_ld(a, MPFR_RNDN));
}
static num count(size_t n) {
    return num_of((double)n);
}
static num neg_of(num a) {
    return num_sub(num_of(0), a);
}

void oracle_case_make(oracle_case *c, const char *loss, const vr_scores_f64 *s,
                      const vr_loss_params *params, int bits) {
    *c = (oracle_case){.loss = loss, .neg_q = s->neg_q, .n = s->n_neg, .m = s->n_pos_samples};
    c->pos = num_of(s->pos);
    for (size_t j = 0; j < c->n; j++) c->neg[j] = num_of(s->neg[j]);
    for (size_t k = 0; k < c->m; k++) c->samples[k] = num_of(s->pos_samples[k]);
    c->t = num_of(params->t);
    c->lambda = num_of(isnan(params->lambda) ? (double)s->n_neg : params->lambda);
    c->tau = num_of(params->tau_plus);
    c->margin = num_of(params->margin);
    c->weight = num_of(params->weight);
    c->n_lanes = bits == 32 ? 16 : 8;
    c->half_ulp = bits == 32 ? 0x1p-24 : 0x1p-53;
}

/* --- sums of exponentials ------------------------------------------------------------------------ */

/* sum_j e^{x_j} = sum e^top; weight_j = e^{x_j} / sum_i e^{x_i}; away_j = |x_j - top|.
   relative: error of the sum in half-ulps: a term's argument x_j = y_j / t takes three roundings (3 away_j),
   exp 2, the adding n / lanes + 4 of one half-ulp each. */
typedef struct exponentials {
    num top, sum, weight[ORACLE_MOST];
    long double away[ORACLE_MOST], relative;
} exponentials;

static void exponentiate(const num *x, size_t n, double n_lanes, exponentials *e) {
    e->top = x[0];
    e->sum = num_of(0);
    for (size_t j = 1; j < n; j++) e->top = num_max(e->top, x[j]);
    for (size_t j = 0; j < n; j++) {
        num d = num_sub(x[j], e->top);
        e->away[j] = size_of(d);
        e->weight[j] = num_exp(d);
        e->sum = num_add(e->sum, e->weight[j]);
    }
    e->relative = (long double)n / n_lanes + 8;
    for (size_t j = 0; j < n; j++) {
        e->weight[j] = num_div(e->weight[j], e->sum);
        if (!mpfr_zero_p(e->weight[j]) && e->away[j] < 2000)
            e->relative += 3 * size_of(e->weight[j]) * e->away[j];
    }
}

static void scaled(const oracle_case *c, const num *y, size_t n, num *out) {
    for (size_t j = 0; j < n; j++) out[j] = num_div(y[j], c->t);
}

/* log(1 + e^u) and s = 1 / (1 + e^-u), with u known to du half-ulps. */
static void against(num u, long double du, exact *value, num *s, long double *ds) {
    int large = mpfr_cmp_d(u, 1e6) > 0; /* e^-u is below 2^-10^6 then */
    num e = large ? u : num_exp(u);
    value->value = large ? u : num_log1p(e);
    *s = large ? num_of(1) : num_div(e, num_add(num_of(1), e));
    num other = large ? num_of(0) : num_div(num_of(1), num_add(num_of(1), e));
    value->condition = size_of(*s) * du + 4 * size_of(value->value);
    *ds = size_of(other) * du + 6; /* relative: d log s / du = 1 - s */
}

static exact times(num x, long double relative) {
    return (exact){x, size_of(x) * relative};
}

/* --- softmax, sampled softmax, InfoNCE ------------------------------------------------------------ */

static void contrast(const oracle_case *c, oracle_result *out) {
    static exponentials e;
    num x[ORACLE_MOST], y = num_div(c->pos, c->t), s;
    long double ds, shift = 0;
    scaled(c, c->neg, c->n, x);
    if (c->neg_q)
        for (size_t j = 0; j < c->n; j++) {
            num log_q = num_log(num_mul(num_of(c->neg_q[j]), count(c->n)));
            x[j] = num_sub(x[j], log_q); /* e^{y_j} / (N q_j) */
            shift = fmaxl(shift, 4 * size_of(log_q) + 4 * logl((long double)c->n));
        }
    exponentiate(x, c->n, c->n_lanes, &e);
    e.relative += shift;
    num log_sum = num_log(e.sum), gap = num_sub(e.top, y), u = num_add(gap, log_sum);
    long double du = e.relative + 2 * size_of(gap) + size_of(log_sum) + 2 * shift;
    against(u, du, &out->value, &s, &ds);
    for (size_t j = 0; j < c->n; j++)
        out->neg[j] = times(num_div(num_mul(s, e.weight[j]), c->t),
                            ds + e.relative + 3 * e.away[j] + shift + 4);
    out->pos = times(neg_of(num_div(s, c->t)), ds + 2);
}

/* --- debiased InfoNCE ------------------------------------------------------------------------------ */

static void contrast_debiased(const oracle_case *c, oracle_result *out) {
    static exponentials ej, ek;
    num x[ORACLE_MOST], z[ORACLE_MOST], one = num_of(1), s;
    long double ds;
    scaled(c, c->neg, c->n, x);
    scaled(c, c->samples, c->m, z);
    exponentiate(x, c->n, c->n_lanes, &ej);
    exponentiate(z, c->m, c->n_lanes, &ek);
    num y = num_div(c->pos, c->t), floor_log = neg_of(num_div(one, c->t));
    num top = num_max(num_max(ej.top, ek.top), floor_log);
    /* all relative to e^top */
    num mean_j = num_div(num_mul(ej.sum, num_exp(num_sub(ej.top, top))), count(c->n));
    num mean_k = num_div(num_mul(ek.sum, num_exp(num_sub(ek.top, top))), count(c->m));
    num rest = num_sub(one, c->tau), part_k = num_mul(c->tau, mean_k);
    num b = num_div(num_sub(mean_j, part_k), rest), floor_f = num_exp(num_sub(floor_log, top));
    num f = num_max(b, floor_f);
    int above = mpfr_greater_p(b, floor_f);
    long double gap = fmaxl(size_of(num_sub(ek.top, ej.top)), 1);
    long double error_b =
        (size_of(mean_j) * (ej.relative + 4) + size_of(part_k) * (ek.relative + 3 * gap + 8)) /
        size_of(rest);
    out->near_kink = size_of(num_sub(b, floor_f)) <= 4 * error_b * c->half_ulp;
    num log_f = above ? num_add(num_log(b), top) : floor_log, log_lambda = num_log(c->lambda);
    num u = num_add(num_sub(log_f, y), log_lambda);
    long double relative_f = mpfr_zero_p(f) ? 0 : error_b / size_of(f);
    long double du = (above || out->near_kink ? relative_f : 0) + size_of(log_f) +
                     2 * size_of(top) + 2 * size_of(y) + size_of(log_lambda) + 8;
    against(u, du, &out->value, &s, &ds);
    num per = above ? num_div(s, num_mul(c->t, num_mul(rest, b))) : num_of(0);
    long double common = ds + 2 * relative_f + 8;
    for (size_t j = 0; j < c->n; j++)
        out->neg[j] = times(num_mul(per, num_mul(mean_j, ej.weight[j])),
                            common + ej.relative + 3 * ej.away[j]);
    for (size_t k = 0; k < c->m; k++)
        out->samples[k] = times(neg_of(num_mul(per, num_mul(part_k, ek.weight[k]))),
                                common + ek.relative + 3 * ek.away[k] + 3 * gap);
    out->pos = times(neg_of(num_div(s, c->t)), ds + 2);
}

/* --- MINE, MINE+ ----------------------------------------------------------------------------------- */

static void mine(const oracle_case *c, num lambda, oracle_result *out) {
    static exponentials e;
    num x[ORACLE_MOST], y = num_div(c->pos, c->t);
    scaled(c, c->neg, c->n, x);
    exponentiate(x, c->n, c->n_lanes, &e);
    num log_sum = num_log(e.sum), linear = num_sub(num_mul(lambda, e.top), y);
    num value = num_add(linear, num_mul(lambda, log_sum));
    out->value = (exact){value, size_of(lambda) * (e.relative + size_of(log_sum)) +
                                    4 * size_of(linear) + size_of(value)};
    for (size_t j = 0; j < c->n; j++)
        out->neg[j] =
            times(num_div(num_mul(lambda, e.weight[j]), c->t), e.relative + 3 * e.away[j] + 4);
    out->pos = times(neg_of(num_div(num_of(1), c->t)), 2);
}

/* --- BPR ------------------------------------------------------------------------------------------- */

static void bpr(const oracle_case *c, oracle_result *out) {
    long double adding = (long double)c->n / c->n_lanes + 10;
    num total = num_of(0), pull = num_of(0);
    long double value_error = 0, pull_error = 0;
    for (size_t j = 0; j < c->n; j++) {
        num d = num_div(num_sub(c->neg[j], c->pos), c->t), s;
        long double ds;
        exact term;
        against(d, 3 * size_of(d), &term, &s, &ds);
        total = num_add(total, term.value);
        value_error += term.condition;
        out->neg[j] = times(num_div(s, c->t), ds + 4);
        pull = num_add(pull, out->neg[j].value);
        pull_error += out->neg[j].condition;
    }
    out->value = (exact){total, value_error + adding * size_of(total)};
    out->pos = (exact){neg_of(pull), pull_error + adding * size_of(pull)};
}

/* --- pointwise losses ------------------------------------------------------------------------------ */

/* (1/n) sum l-(y), each derivative times factor / n. hinge: l- = max(y - margin, 0), else y^2. */
static exact pointwise(const oracle_case *c, const num *y, size_t n, int hinge, num factor,
                       exact *g, int *near_kink) {
    num total = num_of(0), share = num_div(factor, count(n));
    long double error = 0;
    for (size_t j = 0; j < n; j++) {
        num over = num_sub(y[j], c->margin);
        int active = mpfr_sgn(over) > 0;
        num term = !hinge ? num_mul(y[j], y[j]) : active ? over : num_of(0);
        num slope = !hinge ? num_mul(num_of(2), y[j]) : num_of(active);
        /* the margin is rounded to the precision of the scores */
        if (hinge && active) error += 2 * (size_of(y[j]) + size_of(c->margin));
        if (hinge && size_of(over) <= c->half_ulp * size_of(c->margin)) *near_kink = 1;
        total = num_add(total, term);
        g[j] = times(num_mul(share, slope), 4);
    }
    error += size_of(total) * ((long double)n / c->n_lanes + 8);
    return (exact){num_div(total, count(n)), error / (long double)n};
}

static void pointwise_loss(const oracle_case *c, int hinge, int debiased, num lambda,
                           oracle_result *out) {
    num one = num_of(1), miss = num_sub(one, c->pos), tau = debiased ? c->tau : one;
    num positive = num_mul(tau, hinge ? miss : num_mul(miss, miss));
    exact j = pointwise(c, c->neg, c->n, hinge, lambda, out->neg, &out->near_kink);
    num value = num_add(positive, num_mul(lambda, j.value));
    long double condition = 6 * size_of(positive) + size_of(lambda) * j.condition;
    if (debiased) {
        num factor = neg_of(num_mul(lambda, tau));
        exact k = pointwise(c, c->samples, c->m, hinge, factor, out->samples, &out->near_kink);
        value = num_add(value, num_mul(factor, k.value));
        condition += size_of(factor) * (k.condition + 4 * size_of(k.value));
    }
    out->value =
        (exact){value, condition + 2 * size_of(value) + 2 * size_of(lambda) * size_of(j.value)};
    out->pos = times(hinge ? neg_of(tau) : num_mul(num_of(-2), num_mul(tau, miss)), 4);
}

static void mean_difference(const oracle_case *c, oracle_result *out) {
    num total = num_of(0), share = num_div(num_of(1), count(c->n));
    long double sizes = 0;
    for (size_t j = 0; j < c->n; j++) {
        total = num_add(total, c->neg[j]);
        sizes += size_of(c->neg[j]);
        out->neg[j] = times(share, 2);
    }
    num value = num_sub(num_mul(total, share), c->pos);
    long double adding = ((long double)c->n / c->n_lanes + 6) / (long double)c->n;
    out->value = (exact){value, sizes * adding + 4 * size_of(value) + 0x1p-10L * size_of(c->pos)};
    out->pos = times(num_of(-1), 0);
}

int oracle_evaluate(const oracle_case *c, oracle_result *out) {
    const char *name = c->loss;
    out->near_kink = 0;
    if (!strcmp(name, "softmax") || !strcmp(name, "sampled-softmax") || !strcmp(name, "infonce"))
        contrast(c, out);
    else if (!strcmp(name, "infonce-debiased"))
        contrast_debiased(c, out);
    else if (!strcmp(name, "mine"))
        mine(c, num_of(1), out);
    else if (!strcmp(name, "mine+"))
        mine(c, c->lambda, out);
    else if (!strcmp(name, "bpr"))
        bpr(c, out);
    else if (!strcmp(name, "mse"))
        pointwise_loss(c, 0, 0, c->lambda, out);
    else if (!strcmp(name, "ccl"))
        pointwise_loss(c, 1, 0, c->weight, out);
    else if (!strcmp(name, "mse-debiased"))
        pointwise_loss(c, 0, 1, c->lambda, out);
    else if (!strcmp(name, "ccl-debiased"))
        pointwise_loss(c, 1, 1, c->lambda, out);
    else if (!strcmp(name, "mean-difference"))
        mean_difference(c, out);
    else
        return 0;
    return 1;
}
