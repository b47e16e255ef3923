/* Mistakes with the sum, the logarithm and the temperature. */
#include <math.h>
#include <string.h>
#include "audit/mistakes.h"
#include "audit/view.h"

#define N(p) ((double)(p)->scores.n_neg)
#define M(p) ((double)(p)->scores.n_pos_samples)

static int is(const vr_problem *p, const char *loss) {
    return strcmp(p->loss->name, loss) == 0;
}

/* --- the positive and the sum ----------------------------------------------------------------------- */

/* L = log(1 + e^u) becomes u, its weight s = 1 - e^-L becomes 1. */
static int debiased_without_positive(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    vr_view_evaluate(&v, out);
    vr_cell *value = out->cells[VR_VALUE];
    double l = (double)value->x, s = -expm1(-l);
    if (!(s > 0)) return 0;
    vr_weigh_all(out, p, 1 / s);
    value->x = l + log(s);
    return 1;
}

int vr_mistake_positive_left_out(const vr_problem *p, vr_row *out) {
    if (is(p, "infonce-debiased")) return debiased_without_positive(p, out);
    vr_view v = vr_view_of(p);
    vr_view_fold_proposal(&v);
    vr_view_loss(&v, "mine");
    vr_view_evaluate(&v, out);
    return 1;
}

/* One negative more; what it gets, the positive gets. */
int vr_mistake_positive_put_in(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    size_t n = p->scores.n_neg;
    if (p->scores.neg_q) return 0;
    v.neg[n] = p->scores.pos;
    v.p.scores.n_neg = n + 1;
    vr_view_evaluate(&v, out);
    const vr_cell *more = &out->cells[VR_GRAD_NEG][n];
    vr_cell *pos = out->cells[VR_GRAD_POS];
    pos->x += more->x;
    pos->allowed += more->allowed;
    pos->kink += more->kink;
    return 1;
}

int vr_mistake_mean_for_sum(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    if (p->scores.neg_q) return 0; /* has a mean */
    if (!is(p, "bpr")) vr_shift(v.neg, p->scores.n_neg, -p->params.t * log(N(p)));
    vr_view_evaluate(&v, out);
    if (is(p, "bpr")) vr_weigh_all(out, p, 1 / (long double)N(p));
    return 1;
}

int vr_mistake_log_sum_swapped(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    vr_view_fold_proposal(&v);
    vr_view_loss(&v, is(p, "bpr") ? "infonce" : is(p, "mine") ? "mean-difference" : "bpr");
    vr_view_evaluate(&v, out);
    if (is(p, "mine")) vr_weigh_all(out, p, N(p) / p->params.t);
    return 1;
}

int vr_mistake_log_mean_swapped(const vr_problem *p, vr_row *out) {
    int done = vr_mistake_log_sum_swapped(p, out);
    vr_weigh_all(out, p, 1 / (long double)N(p));
    return done;
}

int vr_mistake_proposal_forgotten(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    if (!p->scores.neg_q) return 0;
    v.p.scores.neg_q = NULL;
    vr_view_evaluate(&v, out);
    return 1;
}

int vr_mistake_proposal_left_out(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    if (!p->scores.neg_q) return 0;
    v.p.scores.neg_q = NULL;
    vr_shift(v.neg, p->scores.n_neg, -p->params.t * log(N(p)));
    vr_view_evaluate(&v, out);
    return 1;
}

int vr_mistake_proposal_multiplied(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    if (!p->scores.neg_q) return 0;
    for (size_t j = 0; j < p->scores.n_neg; j++) v.q[j] = 1 / v.q[j];
    vr_view_evaluate(&v, out);
    return 1;
}

/* --- the temperature -------------------------------------------------------------------------------- */

/* Scores times `pos` and `others` before the loss, which the gradient has by the chain rule. */
static int scaled(const vr_problem *p, double pos, double others, vr_row *out) {
    vr_view v = vr_view_of(p);
    size_t n = p->scores.n_neg, m = p->scores.n_pos_samples;
    v.p.scores.pos *= pos;
    vr_scale(v.neg, n, others);
    vr_scale(v.pos_samples, m, others);
    vr_view_evaluate(&v, out);
    vr_weigh(out, VR_GRAD_POS, 1, pos);
    vr_weigh(out, VR_GRAD_NEG, n, others);
    vr_weigh(out, VR_GRAD_SAMPLES, m, others);
    return 1;
}

int vr_mistake_temperature_twice(const vr_problem *p, vr_row *out) {
    return scaled(p, 1 / p->params.t, 1 / p->params.t, out);
}
int vr_mistake_temperature_missing(const vr_problem *p, vr_row *out) {
    return scaled(p, p->params.t, p->params.t, out);
}
int vr_mistake_temperature_multiplied(const vr_problem *p, vr_row *out) {
    return scaled(p, p->params.t * p->params.t, p->params.t * p->params.t, out);
}
int vr_mistake_temperature_negatives_only(const vr_problem *p, vr_row *out) {
    return scaled(p, p->params.t, 1, out);
}
int vr_mistake_temperature_positive_only(const vr_problem *p, vr_row *out) {
    return scaled(p, 1, p->params.t, out);
}

/* --- factors ---------------------------------------------------------------------------------------- */

static int weighed(const vr_problem *p, long double value, long double gradient, vr_row *out) {
    vr_view v = vr_view_of(p);
    vr_view_evaluate(&v, out);
    vr_weigh(out, VR_VALUE, 1, value);
    vr_weigh_gradients(out, p, gradient);
    return 1;
}

int vr_mistake_gradient_lacks_t(const vr_problem *p, vr_row *out) {
    return weighed(p, 1, p->params.t, out);
}
int vr_mistake_gradient_t_twice(const vr_problem *p, vr_row *out) {
    return weighed(p, 1, 1 / (long double)p->params.t, out);
}
int vr_mistake_times_t(const vr_problem *p, vr_row *out) {
    return weighed(p, p->params.t, p->params.t, out);
}
int vr_mistake_gradient_halved(const vr_problem *p, vr_row *out) {
    return weighed(p, 1, .5L, out);
}
int vr_mistake_halved(const vr_problem *p, vr_row *out) {
    return weighed(p, .5L, .5L, out);
}
int vr_mistake_sign_flipped(const vr_problem *p, vr_row *out) {
    return weighed(p, -1, -1, out);
}

static int detached(const vr_problem *p, vr_quantity q, size_t n, vr_row *out) {
    vr_view v = vr_view_of(p);
    vr_view_evaluate(&v, out);
    vr_weigh(out, q, n, 0);
    return 1;
}

int vr_mistake_positive_detached(const vr_problem *p, vr_row *out) {
    return detached(p, VR_GRAD_POS, 1, out);
}
int vr_mistake_negatives_detached(const vr_problem *p, vr_row *out) {
    return detached(p, VR_GRAD_NEG, p->scores.n_neg, out);
}
int vr_mistake_samples_detached(const vr_problem *p, vr_row *out) {
    return detached(p, VR_GRAD_SAMPLES, p->scores.n_pos_samples, out);
}

/* --- the logarithm ---------------------------------------------------------------------------------- */

static const long double log2_e = 1.442695040888963407359924681001892137L;

int vr_mistake_log_base_2(const vr_problem *p, vr_row *out) {
    return weighed(p, log2_e, log2_e, out);
}

/* L = log(sum) - y_i / t with another logarithm. */
int vr_mistake_log_base_2_of_sum(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    vr_cell *value = out->cells[VR_VALUE], *pos = out->cells[VR_GRAD_POS];
    long double x = (long double)p->scores.pos / p->params.t, slope = 1 / (long double)p->params.t;
    vr_view_evaluate(&v, out);
    value->x += x;
    pos->x += slope;
    vr_weigh_all(out, p, log2_e);
    value->x -= x;
    pos->x -= slope;
    return 1;
}

/* Whether e^{y/t}, e^{d/t} or their sum may leave the range of the precision: infinite, or nothing but 0. */
static int leaves_range(const vr_problem *p) {
    const vr_scores_f64 *s = &p->scores;
    double most = p->bits == 32 ? 88 : 709, least = p->bits == 32 ? -87 : -708, t = p->params.t;
    double high = s->pos, low = s->neg[0], top_j = s->neg[0];
    for (size_t j = 0; j < s->n_neg; j++) {
        top_j = fmax(top_j, s->neg[j]);
        low = fmin(low, s->neg[j]);
    }
    high = fmax(high, top_j);
    for (size_t k = 0; k < s->n_pos_samples; k++) high = fmax(high, s->pos_samples[k]);
    double room = log((double)s->n_neg) + (s->neg_q ? 40 : 0) + log(fmax(1, p->params.lambda));
    return high / t > most - room || fabs(top_j - s->pos) / t > most - room ||
           fabs(low - s->pos) / t > most - room || top_j / t < least || s->pos / t < least;
}

/* The right result where all stays in range, but off by roundings of 1 + e^d. */
int vr_mistake_no_max_shift(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    vr_view_evaluate(&v, out);
    double u = p->bits == 32 ? 0x1p-24 : 0x1p-53;
    out->cells[VR_VALUE]->allowed += 4 * u * N(p);
    out->may_overflow = leaves_range(p);
    return 1;
}

int vr_mistake_softplus_threshold(const vr_problem *p, vr_row *out) {
    vr_view v = vr_view_of(p);
    long double pull = 0, slope = 1 / (long double)p->params.t;
    vr_view_evaluate(&v, out);
    for (size_t j = 0; j < p->scores.n_neg; j++) {
        double d = (p->scores.neg[j] - p->scores.pos) / p->params.t;
        vr_cell *g = &out->cells[VR_GRAD_NEG][j];
        if (d > 20) {
            out->cells[VR_VALUE]->x -= log1p(exp(-d));
            g->x = slope;
        }
        pull += g->x;
    }
    out->cells[VR_GRAD_POS]->x = -pull;
    return 1;
}
