#include "audit/oracle.h"

#include <math.h>
#include <string.h>

static long double size_of(vr_number a) {
    return fabsl(mpfr_get_ld(a, MPFR_RNDN));
}
/* Each function with an expression has its pool as `o`. */
#define NUM(x)    vr_number_of(o, x)
#define COUNT(n)  vr_number_of(o, (double)(n))
#define ADD(a, b) vr_number_add(o, a, b)
#define SUB(a, b) vr_number_sub(o, a, b)
#define MUL(a, b) vr_number_mul(o, a, b)
#define DIV(a, b) vr_number_div(o, a, b)
#define MAX(a, b) vr_number_max(o, a, b)
#define EXP(a)    vr_number_exp(o, a)
#define LOG(a)    vr_number_log(o, a)
#define LOG1P(a)  vr_number_log1p(o, a)
#define NEG(a)    vr_number_sub(o, vr_number_of(o, 0), a)

static vr_number *numbers_of(vr_numbers *o, const double *x, size_t n) {
    vr_number *out = vr_numbers_room(o, n + 1, sizeof *out);
    for (size_t i = 0; out && i < n; i++) out[i] = NUM(x[i]);
    return out;
}

int vr_oracle_case_make(vr_oracle_case *c, vr_numbers *o, const char *loss, const vr_scores_f64 *s,
                        const vr_loss_params *params, int bits) {
    *c = (vr_oracle_case){.pool = o,
                          .loss = loss,
                          .neg_q = s->neg_q,
                          .n = s->n_neg,
                          .m = s->n_pos_samples,
                          .n_lanes = bits == 32 ? 16 : 8,
                          .half_ulp = bits == 32 ? 0x1p-24 : 0x1p-53};
    c->pos = NUM(s->pos);
    c->neg = numbers_of(o, s->neg, c->n);
    c->samples = numbers_of(o, s->pos_samples, c->m);
    c->t = NUM(params->t);
    c->lambda = NUM(isnan(params->lambda) ? (double)s->n_neg : params->lambda);
    c->tau = NUM(params->tau_plus);
    c->margin = NUM(params->margin);
    c->weight = NUM(params->weight);
    return !vr_numbers_failed(o);
}

/* --- sums of exponentials ------------------------------------------------------------------------ */

/* sum_j e^{x_j} = sum e^top; weight_j = e^{x_j} / sum_i e^{x_i}; away_j = |x_j - top|.
   relative: error of the sum in half-ulps: a term's argument x_j = y_j / t takes three roundings (3 away_j),
   exp 2, the adding n / lanes + 4 of one half-ulp each. */
typedef struct exponentials {
    vr_number top, sum, *weight;
    long double *away, relative;
} exponentials;

static int exponentiate(vr_numbers *o, const vr_number *x, size_t n, double n_lanes,
                        exponentials *e) {
    e->weight = vr_numbers_room(o, n, sizeof *e->weight);
    e->away = vr_numbers_room(o, n, sizeof *e->away);
    if (!e->weight || !e->away) return 0;
    e->top = x[0];
    e->sum = NUM(0);
    for (size_t j = 1; j < n; j++) e->top = MAX(e->top, x[j]);
    for (size_t j = 0; j < n; j++) {
        vr_number d = SUB(x[j], e->top);
        e->away[j] = size_of(d);
        e->weight[j] = EXP(d);
        e->sum = ADD(e->sum, e->weight[j]);
    }
    e->relative = (long double)n / n_lanes + 8;
    for (size_t j = 0; j < n; j++) {
        e->weight[j] = DIV(e->weight[j], e->sum);
        if (!mpfr_zero_p(e->weight[j]) && e->away[j] < 2000)
            e->relative += 3 * size_of(e->weight[j]) * e->away[j];
    }
    return 1;
}

/* e^{y_j / t}; 0: no memory, as with every function below that returns int */
static int exponentiate_scaled(const vr_oracle_case *c, const vr_number *y, size_t n,
                               exponentials *e) {
    vr_numbers *o = c->pool;
    vr_number *x = vr_numbers_room(o, n, sizeof *x);
    for (size_t j = 0; x && j < n; j++) x[j] = DIV(y[j], c->t);
    return x && exponentiate(o, x, n, c->n_lanes, e);
}

/* log(1 + e^u) and s = 1 / (1 + e^-u), with u known to du half-ulps. */
static void against(vr_numbers *o, vr_number u, long double du, vr_exact *value, vr_number *s,
                    long double *ds) {
    int large = mpfr_cmp_d(u, 1e6) > 0; /* e^-u is below 2^-10^6 then */
    vr_number e = large ? u : EXP(u);
    value->value = large ? u : LOG1P(e);
    *s = large ? NUM(1) : DIV(e, ADD(NUM(1), e));
    vr_number other = large ? NUM(0) : DIV(NUM(1), ADD(NUM(1), e));
    value->condition = size_of(*s) * du + 5 * size_of(value->value);
    *ds = size_of(other) * du + 6; /* relative: d log s / du = 1 - s */
}

static vr_exact times(vr_number x, long double relative) {
    return (vr_exact){x, size_of(x) * relative};
}

/* --- softmax, sampled softmax, InfoNCE ------------------------------------------------------------ */

/* x_j = y_j / t - log(N q_j): e^{x_j} = e^{y_j/t} / (N q_j). *shift: what the correction may be off. */
static vr_number *corrected(const vr_oracle_case *c, long double *shift) {
    vr_numbers *o = c->pool;
    vr_number *x = vr_numbers_room(o, c->n, sizeof *x);
    for (size_t j = 0; x && j < c->n; j++) {
        x[j] = DIV(c->neg[j], c->t);
        if (!c->neg_q) continue;
        vr_number log_q = LOG(MUL(NUM(c->neg_q[j]), COUNT(c->n)));
        x[j] = SUB(x[j], log_q);
        *shift = fmaxl(*shift, 4 * size_of(log_q) + 4 * logl((long double)c->n));
    }
    return x;
}

static int contrast(const vr_oracle_case *c, vr_oracle_result *out) {
    vr_numbers *o = c->pool;
    exponentials e;
    long double ds, shift = 0;
    vr_number *x = corrected(c, &shift), y = DIV(c->pos, c->t), s;
    if (!x || !exponentiate(o, x, c->n, c->n_lanes, &e)) return 0;
    e.relative += shift;
    vr_number log_sum = LOG(e.sum), gap = SUB(e.top, y), u = ADD(gap, log_sum);
    long double du = e.relative + 2 * size_of(gap) + size_of(log_sum) + 2 * shift;
    against(o, u, du, &out->value, &s, &ds);
    for (size_t j = 0; j < c->n; j++)
        out->neg[j] =
            times(DIV(MUL(s, e.weight[j]), c->t), ds + e.relative + 3 * e.away[j] + shift + 4);
    out->pos = times(NEG(DIV(s, c->t)), ds + 2);
    return 1;
}

/* --- debiased InfoNCE ------------------------------------------------------------------------------ */

static int contrast_debiased(const vr_oracle_case *c, vr_oracle_result *out) {
    vr_numbers *o = c->pool;
    exponentials ej, ek;
    vr_number one = NUM(1), s;
    long double ds;
    if (!exponentiate_scaled(c, c->neg, c->n, &ej) ||
        !exponentiate_scaled(c, c->samples, c->m, &ek))
        return 0;
    if (mpfr_zero_p(c->lambda)) { /* log 1 */
        vr_exact zero = {c->lambda, 0};
        out->value = out->pos = zero;
        for (size_t j = 0; j < c->n; j++) out->neg[j] = zero;
        for (size_t k = 0; k < c->m; k++) out->samples[k] = zero;
        return 1;
    }
    vr_number y = DIV(c->pos, c->t), floor_log = NEG(DIV(one, c->t));
    vr_number top = MAX(MAX(ej.top, ek.top), floor_log);
    /* all relative to e^top */
    vr_number mean_j = DIV(MUL(ej.sum, EXP(SUB(ej.top, top))), COUNT(c->n));
    vr_number mean_k = DIV(MUL(ek.sum, EXP(SUB(ek.top, top))), COUNT(c->m));
    vr_number rest = SUB(one, c->tau), part_k = MUL(c->tau, mean_k);
    vr_number b = DIV(SUB(mean_j, part_k), rest), floor_f = EXP(SUB(floor_log, top));
    vr_number f = MAX(b, floor_f);
    int above = mpfr_greater_p(b, floor_f);
    long double gap = fmaxl(size_of(SUB(ek.top, ej.top)), 1);
    long double error_b =
        (size_of(mean_j) * (ej.relative + 4) + size_of(part_k) * (ek.relative + 6 * gap + 8)) /
        size_of(rest);
    out->near_kink = size_of(SUB(b, floor_f)) <= 4 * error_b * c->half_ulp;
    vr_number log_f = above ? ADD(LOG(b), top) : floor_log, log_lambda = LOG(c->lambda);
    vr_number u = ADD(SUB(log_f, y), log_lambda);
    long double relative_f = mpfr_zero_p(f) ? 0 : error_b / size_of(f);
    /* log mean_j + log(1 - r) - log(1 - tau): three logs, two sums */
    long double parts = logl((long double)c->n);
    if (!mpfr_zero_p(f) && !mpfr_zero_p(mean_j)) parts += size_of(LOG(DIV(MUL(f, rest), mean_j)));
    long double of_b =
        above || out->near_kink ? relative_f + 5 * parts + 4 * size_of(LOG(rest)) : 0;
    long double du = of_b + (3 * size_of(log_lambda) + 1.01L * size_of(u) + 8);
    against(o, u, du, &out->value, &s, &ds);
    vr_number per = above ? DIV(s, MUL(c->t, MUL(rest, b))) : NUM(0);
    long double common = ds + 2 * relative_f + 8;
    for (size_t j = 0; j < c->n; j++)
        out->neg[j] =
            times(MUL(per, MUL(mean_j, ej.weight[j])), common + ej.relative + 3 * ej.away[j]);
    for (size_t k = 0; k < c->m; k++)
        out->samples[k] = times(NEG(MUL(per, MUL(part_k, ek.weight[k]))),
                                common + ek.relative + 3 * ek.away[k] + 3 * gap);
    out->pos = times(NEG(DIV(s, c->t)), ds + 2);
    return 1;
}

/* --- MINE, MINE+ ----------------------------------------------------------------------------------- */

static int mine(const vr_oracle_case *c, vr_number lambda, vr_oracle_result *out) {
    vr_numbers *o = c->pool;
    exponentials e;
    vr_number y = DIV(c->pos, c->t);
    if (!exponentiate_scaled(c, c->neg, c->n, &e)) return 0;
    vr_number log_sum = LOG(e.sum), top = MUL(lambda, e.top), linear = SUB(top, y);
    vr_number value = ADD(linear, MUL(lambda, log_sum));
    out->value =
        (vr_exact){value, size_of(lambda) * (e.relative + size_of(log_sum)) + 4 * size_of(linear) +
                              0x1p-10L * size_of(top) + size_of(value)};
    for (size_t j = 0; j < c->n; j++)
        out->neg[j] = times(DIV(MUL(lambda, e.weight[j]), c->t), e.relative + 3 * e.away[j] + 4);
    out->pos = times(NEG(DIV(NUM(1), c->t)), 2);
    return 1;
}

/* --- BPR ------------------------------------------------------------------------------------------- */

static int bpr(const vr_oracle_case *c, vr_oracle_result *out) {
    vr_numbers *o = c->pool;
    long double adding = (long double)c->n / c->n_lanes + 10;
    vr_number total = NUM(0), pull = NUM(0);
    long double value_error = 0, pull_error = 0;
    for (size_t j = 0; j < c->n; j++) {
        vr_number d = DIV(SUB(c->neg[j], c->pos), c->t), s;
        long double ds;
        vr_exact term;
        against(o, d, 3 * size_of(d), &term, &s, &ds);
        total = ADD(total, term.value);
        value_error += term.condition;
        out->neg[j] = times(DIV(s, c->t), ds + 4);
        pull = ADD(pull, out->neg[j].value);
        pull_error += out->neg[j].condition;
    }
    out->value = (vr_exact){total, value_error + adding * size_of(total)};
    out->pos = (vr_exact){NEG(pull), pull_error + adding * size_of(pull)};
    return 1;
}

/* --- pointwise losses ------------------------------------------------------------------------------ */

/* (1/n) sum l-(y), each derivative times factor / n. hinge: l- = max(y - margin, 0), else y^2. */
static vr_exact pointwise(const vr_oracle_case *c, const vr_number *y, size_t n, int hinge,
                          vr_number factor, vr_exact *g, int *near_kink) {
    vr_numbers *o = c->pool;
    vr_number total = NUM(0), share = DIV(factor, COUNT(n));
    long double error = 0;
    for (size_t j = 0; j < n; j++) {
        vr_number over = SUB(y[j], c->margin);
        int active = mpfr_sgn(over) > 0;
        vr_number term = !hinge ? MUL(y[j], y[j]) : active ? over : NUM(0);
        vr_number slope = !hinge ? MUL(NUM(2), y[j]) : NUM(active);
        /* the margin is rounded to the precision of the scores */
        if (hinge && active) error += 2 * (size_of(y[j]) + size_of(c->margin));
        if (hinge && size_of(over) <= c->half_ulp * size_of(c->margin)) *near_kink = 1;
        total = ADD(total, term);
        g[j] = times(MUL(share, slope), 4);
    }
    error += size_of(total) * ((long double)n / c->n_lanes + 8);
    return (vr_exact){DIV(total, COUNT(n)), error / (long double)n};
}

static int pointwise_loss(const vr_oracle_case *c, int hinge, int debiased, vr_number lambda,
                          vr_oracle_result *out) {
    vr_numbers *o = c->pool;
    vr_number one = NUM(1), miss = SUB(one, c->pos), tau = debiased ? c->tau : one;
    vr_number positive = MUL(tau, hinge ? miss : MUL(miss, miss));
    vr_exact j = pointwise(c, c->neg, c->n, hinge, lambda, out->neg, &out->near_kink);
    vr_number value = ADD(positive, MUL(lambda, j.value));
    long double condition = 6 * size_of(positive) + size_of(lambda) * j.condition;
    if (debiased) {
        vr_number factor = NEG(MUL(lambda, tau));
        vr_exact k = pointwise(c, c->samples, c->m, hinge, factor, out->samples, &out->near_kink);
        value = ADD(value, MUL(factor, k.value));
        condition += size_of(factor) * (k.condition + 4 * size_of(k.value));
    }
    out->value =
        (vr_exact){value, condition + 2 * size_of(value) + 2 * size_of(lambda) * size_of(j.value)};
    out->pos = times(hinge ? NEG(tau) : MUL(NUM(-2), MUL(tau, miss)), 4);
    return 1;
}

static int mean_difference(const vr_oracle_case *c, vr_oracle_result *out) {
    vr_numbers *o = c->pool;
    vr_number total = NUM(0), share = DIV(NUM(1), COUNT(c->n));
    long double sizes = 0;
    for (size_t j = 0; j < c->n; j++) {
        total = ADD(total, c->neg[j]);
        sizes += size_of(c->neg[j]);
        out->neg[j] = times(share, 2);
    }
    vr_number value = SUB(MUL(total, share), c->pos);
    long double adding = ((long double)c->n / c->n_lanes + 6) / (long double)c->n;
    out->value =
        (vr_exact){value, sizes * adding + 4 * size_of(value) + 0x1p-10L * size_of(c->pos)};
    out->pos = times(NUM(-1), 0);
    return 1;
}

int vr_oracle_evaluate(const vr_oracle_case *c, vr_oracle_result *out) {
    const char *name = c->loss;
    vr_numbers *o = c->pool;
    *out = (vr_oracle_result){.neg = vr_numbers_room(o, c->n, sizeof *out->neg),
                              .samples = vr_numbers_room(o, c->m + 1, sizeof *out->samples)};
    if (vr_numbers_failed(o)) return 0;
    int ok =
        !strcmp(name, "softmax") || !strcmp(name, "sampled-softmax") || !strcmp(name, "infonce")
            ? contrast(c, out)
        : !strcmp(name, "infonce-debiased") ? contrast_debiased(c, out)
        : !strcmp(name, "mine")             ? mine(c, NUM(1), out)
        : !strcmp(name, "mine+")            ? mine(c, c->lambda, out)
        : !strcmp(name, "bpr")              ? bpr(c, out)
        : !strcmp(name, "mse")              ? pointwise_loss(c, 0, 0, c->lambda, out)
        : !strcmp(name, "ccl")              ? pointwise_loss(c, 1, 0, c->weight, out)
        : !strcmp(name, "mse-debiased")     ? pointwise_loss(c, 0, 1, c->lambda, out)
        : !strcmp(name, "ccl-debiased")     ? pointwise_loss(c, 1, 1, c->lambda, out)
        : !strcmp(name, "mean-difference")  ? mean_difference(c, out)
                                            : 0;
    return ok && !vr_numbers_failed(o);
}
