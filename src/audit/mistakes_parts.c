/* Mistakes with means, weights and the debiasing. */
#include <math.h>
#include <string.h>
#include "audit/mistakes.h"
#include "audit/view.h"

#define N(p) ((double)(p)->scores.n_neg)
#define M(p) ((double)(p)->scores.n_pos_samples)

static int is(const vr_problem *p, const char *loss) {
    return strcmp(p->loss->name, loss) == 0;
}

/* --- L = positive + negatives - samples, each times a weight ----------------------------------------- */

typedef struct parts {
    long double positive, negatives, samples;
} parts;

static long double mean_part(const vr_problem *p, const double *y, size_t n, int hinge) {
    long double sum = 0;
    for (size_t i = 0; i < n; i++) {
        long double over = (long double)y[i] - p->params.margin;
        sum += !hinge ? (long double)y[i] * y[i] : over > 0 ? over : 0;
    }
    return n ? sum / (long double)n : 0;
}

static parts parts_of(const vr_problem *p) {
    const vr_scores_f64 *s = &p->scores;
    int hinge = is(p, "ccl") || is(p, "ccl-debiased"), debiased = p->loss->needs_pos_samples;
    if (is(p, "mean-difference")) {
        long double sum = 0;
        for (size_t j = 0; j < s->n_neg; j++) sum += s->neg[j];
        return (parts){-s->pos, sum / N(p), 0};
    }
    long double tau = debiased ? p->params.tau_plus : 1, miss = 1 - (long double)s->pos;
    long double lambda = is(p, "ccl") ? p->params.weight : p->params.lambda;
    parts a = {tau * (hinge ? miss : miss * miss), lambda * mean_part(p, s->neg, s->n_neg, hinge),
               0};
    if (debiased) a.samples = lambda * tau * mean_part(p, s->pos_samples, s->n_pos_samples, hinge);
    return a;
}

static int pieces(const vr_problem *p, parts w, vr_row *out) {
    vr_view v = vr_view_of(p);
    parts a = parts_of(p);
    if (!isfinite(w.positive) || !isfinite(w.negatives) || !isfinite(w.samples)) return 0;
    vr_view_evaluate(&v, out);
    vr_weigh(out, VR_VALUE, 1, fmaxl(1, fmaxl(w.positive, fmaxl(w.negatives, w.samples))));
    out->cells[VR_VALUE]->x =
        w.positive * a.positive + w.negatives * a.negatives - w.samples * a.samples;
    vr_weigh(out, VR_GRAD_POS, 1, w.positive);
    vr_weigh(out, VR_GRAD_NEG, p->scores.n_neg, w.negatives);
    vr_weigh(out, VR_GRAD_SAMPLES, p->scores.n_pos_samples, w.samples);
    return 1;
}

/* Negatives' and samples' exponentials times a factor. */
static int factors(const vr_problem *p, double negatives, double samples, vr_row *out) {
    vr_view v = vr_view_of(p);
    vr_shift(v.neg, p->scores.n_neg, p->params.t * log(negatives));
    vr_shift(v.pos_samples, p->scores.n_pos_samples, p->params.t * log(samples));
    vr_view_evaluate(&v, out);
    return 1;
}

static int exponential(const vr_problem *p) {
    return is(p, "infonce-debiased") || is(p, "sampled-softmax");
}

int vr_mistake_sum_for_mean(const vr_problem *p, vr_row *out) {
    return exponential(p) ? factors(p, N(p), 1, out) : pieces(p, (parts){1, N(p), 1}, out);
}
int vr_mistake_sum_for_mean_samples(const vr_problem *p, vr_row *out) {
    return exponential(p) ? factors(p, 1, M(p), out) : pieces(p, (parts){1, 1, M(p)}, out);
}
int vr_mistake_sums_for_means(const vr_problem *p, vr_row *out) {
    return exponential(p) ? factors(p, N(p), M(p), out) : pieces(p, (parts){1, N(p), M(p)}, out);
}
int vr_mistake_counts_swapped(const vr_problem *p, vr_row *out) {
    double n = N(p), m = M(p);
    return exponential(p) ? factors(p, n / m, m / n, out)
                          : pieces(p, (parts){1, n / m, m / n}, out);
}

int vr_mistake_samples_swapped(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    vr_scores_f64 *s = &v.p.scores;
    s->neg = p->scores.pos_samples;
    s->n_neg = p->scores.n_pos_samples;
    s->pos_samples = p->scores.neg;
    s->n_pos_samples = p->scores.n_neg;
    if (is(p, "infonce-debiased") && p->params.lambda == N(p)) v.p.params.lambda = M(p);
    vr_view_evaluate(&v, out);
    size_t room = vr_row_room(p->scores.n_neg, p->scores.n_pos_samples);
    for (size_t i = 0; i < room; i++) {
        vr_cell keep = out->cells[VR_GRAD_NEG][i];
        out->cells[VR_GRAD_NEG][i] = out->cells[VR_GRAD_SAMPLES][i];
        out->cells[VR_GRAD_SAMPLES][i] = keep;
    }
    return 1;
}

/* --- tau_plus --------------------------------------------------------------------------------------- */

static int with_params(const vr_problem *p, const char *loss, vr_loss_params params, vr_row *out) {
    vr_view v = vr_view_of(p);
    vr_view_loss(&v, loss);
    v.p.params = params;
    vr_view_evaluate(&v, out);
    return 1;
}

int vr_mistake_debiasing_missing(const vr_problem *p, vr_row *out) {
    vr_loss_params q = p->params;
    if (is(p, "infonce-debiased")) {
        q.tau_plus = 0;
        return with_params(p, p->loss->name, q, out);
    }
    q.weight = q.lambda;
    with_params(p, is(p, "mse-debiased") ? "mse" : "ccl", q, out);
    vr_weigh(out, VR_GRAD_SAMPLES, p->scores.n_pos_samples, 0);
    return 1;
}

int vr_mistake_samples_ignored(const vr_problem *p, vr_row *out) {
    if (!is(p, "infonce-debiased")) return pieces(p, (parts){1, 1, 0}, out);
    vr_view v = vr_view_of(p);
    v.p.params.tau_plus = 0;
    vr_shift(v.neg, p->scores.n_neg, -p->params.t * log1p(-p->params.tau_plus));
    vr_view_evaluate(&v, out);
    return 1;
}

int vr_mistake_tau_forgotten(const vr_problem *p, vr_row *out) {
    double tau = p->params.tau_plus;
    return exponential(p) ? factors(p, 1, 1 / tau, out)
                          : pieces(p, (parts){1 / (long double)tau, 1, 1 / (long double)tau}, out);
}
int vr_mistake_tau_of_positive(const vr_problem *p, vr_row *out) {
    return pieces(p, (parts){1 / (long double)p->params.tau_plus, 1, 1}, out);
}
int vr_mistake_tau_of_samples(const vr_problem *p, vr_row *out) {
    return pieces(p, (parts){1, 1, 1 / (long double)p->params.tau_plus}, out);
}
int vr_mistake_tau_minus(const vr_problem *p, vr_row *out) {
    return factors(p, 1 - p->params.tau_plus, 1 - p->params.tau_plus, out);
}

/* --- the clamp -------------------------------------------------------------------------------------- */

/* Scores less 2: e^{-1/t} there is what e^{1/t} is here, and nothing else sees a common shift. */
int vr_mistake_clamp_at_maximum(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    vr_view_shift(&v, -2);
    vr_view_evaluate(&v, out);
    return 1;
}

static long double mean_exp(const double *y, size_t n, double top, double t) {
    long double sum = 0;
    for (size_t i = 0; i < n; i++) sum += expl(((long double)y[i] - top) / t);
    return sum / (long double)n;
}

/* The gradient of the samples when per = dL/db, b relative to e^{top/t}. */
static void pass(const vr_problem *p, long double per, double top, double allowed, vr_row *out) {
    const vr_scores_f64 *s = &p->scores;
    long double t = p->params.t, tau = p->params.tau_plus;
    vr_cell *neg = out->cells[VR_GRAD_NEG], *samples = out->cells[VR_GRAD_SAMPLES];
    per /= t * (1 - tau);
    for (size_t j = 0; j < s->n_neg; j++) {
        neg[j] = (vr_cell){.x = per * expl((s->neg[j] - (long double)top) / t) / N(p)};
        neg[j].allowed = allowed * (double)fabsl(neg[j].x);
    }
    for (size_t k = 0; k < s->n_pos_samples; k++) {
        samples[k] =
            (vr_cell){.x = -per * tau * expl((s->pos_samples[k] - (long double)top) / t) / M(p)};
        samples[k].allowed = allowed * (double)fabsl(samples[k].x);
    }
}

typedef struct bracket {
    double top;
    long double b, floor; /* relative to e^{top/t} */
    double relative;      /* what an evaluation may be off */
} bracket;

static bracket bracket_of(const vr_problem *p, const vr_row *out) {
    const vr_scores_f64 *s = &p->scores;
    double t = p->params.t, tau = p->params.tau_plus, top = s->pos;
    for (size_t j = 0; j < s->n_neg; j++) top = fmax(top, s->neg[j]);
    for (size_t k = 0; k < s->n_pos_samples; k++) top = fmax(top, s->pos_samples[k]);
    top = fmax(top, -1);
    long double mean_j = mean_exp(s->neg, s->n_neg, top, t);
    long double part_k = tau * mean_exp(s->pos_samples, s->n_pos_samples, top, t);
    bracket a = {top, (mean_j - part_k) / (1 - tau), expl((-1 - (long double)top) / t), 0};
    double u = p->bits == 32 ? 0x1p-24 : 0x1p-53;
    double argument = 40 + 10 * (fabs(top) + 1) / t + vr_sum_error(s->n_neg + s->n_pos_samples);
    (void)out;
    a.relative = u * argument * (double)((mean_j + part_k) / ((1 - tau) * fabsl(a.b)));
    return a;
}

/* L = log(1 + lambda f e^{-y_i/t}) with f = b where b > least, else least. */
static int clamped_otherwise(const vr_problem *p, int clamp, vr_row *out) {
    vr_view v = vr_view_of(p);
    vr_view_evaluate(&v, out);
    bracket a = bracket_of(p, out);
    if (a.b > a.floor) return 1;
    long double factor =
        p->params.lambda * expl(((long double)a.top - p->scores.pos) / p->params.t);
    long double f = clamp && a.b < 0 ? 0 : a.b, x = factor * f, slope = factor / (1 + x);
    vr_cell *value = out->cells[VR_VALUE], *pos = out->cells[VR_GRAD_POS];
    double relative = fmin(a.relative * 4, .01);
    *value = (vr_cell){.x = x > -1 ? log1pl(x) : (long double)NAN,
                       .allowed = relative * (double)fabsl(x / (1 + x)) + value->allowed};
    *pos = (vr_cell){.x = -slope * f / p->params.t,
                     .allowed = relative * (double)fabsl(slope * f / p->params.t) + pos->allowed};
    pass(p, clamp && a.b < 0 ? 0 : slope, a.top, relative, out);
    out->may_overflow = x <= -1;
    return 1;
}

int vr_mistake_clamp_missing(const vr_problem *p, vr_row *out) {
    return clamped_otherwise(p, 0, out);
}
int vr_mistake_clamp_at_zero(const vr_problem *p, vr_row *out) {
    return clamped_otherwise(p, 1, out);
}

/* dL/df at the floor, handed on to the samples as if f were b. */
int vr_mistake_through_clamp(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    vr_view_evaluate(&v, out);
    bracket a = bracket_of(p, out);
    if (a.b > a.floor) return 1;
    long double s = -out->cells[VR_GRAD_POS]->x * p->params.t;
    double u = p->bits == 32 ? 0x1p-24 : 0x1p-53;
    pass(p, s / a.floor, a.top, u * (60 + 20 * (fabs(a.top) + 1) / p->params.t), out);
    return 1;
}

/* --- lambda and w ------------------------------------------------------------------------------------ */

int vr_mistake_lambda_forgotten(const vr_problem *p, vr_row *out) {
    vr_loss_params q = p->params;
    q.lambda = 1;
    return with_params(p, p->loss->name, q, out);
}
int vr_mistake_lambda_is_n(const vr_problem *p, vr_row *out) {
    vr_loss_params q = p->params;
    q.lambda = N(p);
    return with_params(p, p->loss->name, q, out);
}
int vr_mistake_weight_forgotten(const vr_problem *p, vr_row *out) {
    vr_loss_params q = p->params;
    q.weight = 1;
    return with_params(p, p->loss->name, q, out);
}

int vr_mistake_lambda_inside_log(const vr_problem *p, vr_row *out) {
    if (!(p->params.lambda > 0)) return 0;
    with_params(p, "mine", p->params, out);
    out->cells[VR_VALUE]->x += log(p->params.lambda);
    return 1;
}

/* The positive's part times lambda; the negatives' with it as well, or not. */
static int lambda_moved(const vr_problem *p, int both, vr_row *out) {
    long double lambda = p->params.lambda, others = both ? 1 : 1 / lambda;
    if (!is(p, "mine+")) return pieces(p, (parts){lambda, others, others}, out);
    with_params(p, "mine", p->params, out);
    if (both) {
        vr_weigh_all(out, p, lambda);
        return 1;
    }
    out->cells[VR_VALUE]->x -= (lambda - 1) * p->scores.pos / p->params.t;
    out->cells[VR_VALUE]->allowed *= fmax(1, p->params.lambda);
    vr_weigh(out, VR_GRAD_POS, 1, lambda);
    return 1;
}

int vr_mistake_lambda_on_positive(const vr_problem *p, vr_row *out) {
    return lambda_moved(p, 0, out);
}
int vr_mistake_lambda_on_all(const vr_problem *p, vr_row *out) {
    return lambda_moved(p, 1, out);
}
int vr_mistake_lambda_not_samples(const vr_problem *p, vr_row *out) {
    return pieces(p, (parts){1, 1, 1 / (long double)p->params.lambda}, out);
}

/* --- hinges ------------------------------------------------------------------------------------------- */

int vr_mistake_margin_forgotten(const vr_problem *p, vr_row *out) {
    vr_loss_params q = p->params;
    q.margin = 0;
    return with_params(p, p->loss->name, q, out);
}

/* A margin below every score, which is added to the value again. */
int vr_mistake_hinge_missing(const vr_problem *p, vr_row *out) {
    const vr_scores_f64 *s = &p->scores;
    vr_loss_params q = p->params;
    double low = q.margin;
    for (size_t j = 0; j < s->n_neg; j++) low = fmin(low, s->neg[j]);
    for (size_t k = 0; k < s->n_pos_samples; k++) low = fmin(low, s->pos_samples[k]);
    q.margin = low - 1;
    with_params(p, p->loss->name, q, out);
    long double lambda = is(p, "ccl") ? q.weight : q.lambda,
                more = (long double)q.margin - p->params.margin;
    if (p->loss->needs_pos_samples) lambda *= 1 - (long double)q.tau_plus;
    out->cells[VR_VALUE]->x += lambda * more;
    return 1;
}

int vr_mistake_positive_clipped(const vr_problem *p, vr_row *out) {
    return pieces(p, (parts){p->scores.pos > 1 ? 0 : 1, 1, 1}, out);
}
