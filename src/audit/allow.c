/* How far a plain, stable code may be off: the default tolerance of `verirec audit`.

   bound.h says what this program's own code is off at most; another code may add its terms one after the other,
   divide before it subtracts, and take the positive's probability from 1, and is right all the same. So, in
   half-ulps u of the foreign precision, with X the largest |score| / t (and |log q| + log N of a proposal),
   S(n) = vr_sum_error(n) and K = S(N) + 12 + 10 X, the error of a sum of exponentials of which each argument may be
   off by 3 X, of its logarithm and of the differences around it:

       softmax, sampled-softmax, infonce, mine    value K + 4 |L|; gradient K relative, and K (1 - s) / t for y_i,
                                                  s the weight of the negatives (1 - p_i cancels)
       mine+                                      the same, the part of the sum times lambda
       infonce-debiased                           the same with K = B + 10 X + 8, B the relative error of
                                                  f = max(b, floor), which grows as b cancels
       bpr                                        value 4 X |gradient| t + 4 |L| + S(N) |L|: no cancellation is
                                                  forgiven, log(1 + e^d) has a stable form everywhere
       mse, ccl, their debiased forms             6 of each square, 2 (|y| + |margin|) of each hinge, S(n) of each mean
       mean-difference                            (S(N) + 6) mean |y_j| + 2 |y_i| + 4 |L|

   On the edge of a maximum (a hinge at its margin, the clamp) either derivative is right. */
#include <math.h>
#include <string.h>
#include "audit/formula.h"

double vr_sum_error(size_t n) {
    double linear = (double)n, root = 64 + 8 * sqrt((double)n);
    return linear < root ? linear : root;
}

typedef struct setting {
    const vr_problem *p;
    const vr_scores_f64 *s;
    vr_row *row;
    double t, x, u,
        tiny; /* x: the largest |score| / t and the like; tiny: what underflow may lose */
} setting;

static double size_of(long double x) {
    return (double)fabsl(x);
}

static double largest_size(const double *x, size_t n) {
    double top = 0;
    for (size_t i = 0; i < n; i++) top = fmax(top, fabs(x[i]));
    return top;
}

static setting setting_of(const vr_problem *p, vr_row *row) {
    const vr_scores_f64 *s = &p->scores;
    double x = fmax(fabs(s->pos), largest_size(s->neg, s->n_neg)), log_q = 0;
    if (p->loss->needs_pos_samples) x = fmax(x, largest_size(s->pos_samples, s->n_pos_samples));
    for (size_t j = 0; s->neg_q && j < s->n_neg; j++)
        log_q = fmax(log_q, fabs(log(s->neg_q[j])) + log((double)s->n_neg));
    double t = p->params.t > 0 ? p->params.t : 1, least = p->bits == 32 ? 0x1p-126 : 0x1p-1022;
    return (setting){
        p, s, row, t, x / t + log_q, p->bits == 32 ? 0x1p-24 : 0x1p-53, 4 * least * fmax(1, 1 / t)};
}

/* allowed = u (relative |x| + absolute) and underflow. */
static void allow(const setting *a, vr_cell *cell, double relative, double absolute) {
    cell->allowed = a->u * (relative * size_of(cell->x) + absolute) + a->tiny;
}

static void allow_all(const setting *a, vr_quantity q, size_t n, double relative) {
    for (size_t i = 0; i < n; i++) allow(a, &a->row->cells[q][i], relative, 0);
}

static void contrast(const setting *a, double lambda, int cancels) {
    vr_cell **cells = a->row->cells;
    double k = vr_sum_error(a->s->n_neg) + 12 + 10 * a->x;
    double other = cancels ? 1 - size_of(cells[VR_GRAD_POS]->x) * a->t : 0;
    allow(a, cells[VR_VALUE], 4, fabs(lambda) * k + 10 * a->x + 8);
    allow(a, cells[VR_GRAD_POS], cancels ? k : 6, (k * fmax(other, 0) + 4 * cancels) / a->t);
    allow_all(a, VR_GRAD_NEG, a->s->n_neg, k + 4);
}

static double mean_exp(const double *y, size_t n, double top, double t) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += exp((y[i] - top) / t);
    return sum / (double)n;
}

static double largest(const double *y, size_t n) {
    double top = y[0];
    for (size_t i = 1; i < n; i++) top = fmax(top, y[i]);
    return top;
}

/* The gradients beyond the clamp, where it is undecided: s e^{y_j/t} / (t (1 - tau) N f), and tau/M of y_k. */
static void clamp_kinks(const setting *a, double s, double f, double top) {
    double rest = 1 - a->p->params.tau_plus, n = (double)a->s->n_neg;
    double m = (double)a->s->n_pos_samples, per = s / (a->t * rest * f);
    for (size_t j = 0; j < a->s->n_neg; j++)
        a->row->cells[VR_GRAD_NEG][j].kink = per * exp((a->s->neg[j] - top) / a->t) / n;
    for (size_t k = 0; k < a->s->n_pos_samples; k++)
        a->row->cells[VR_GRAD_SAMPLES][k].kink =
            per * a->p->params.tau_plus * exp((a->s->pos_samples[k] - top) / a->t) / m;
}

static void contrast_debiased(const setting *a) {
    const vr_scores_f64 *s = a->s;
    vr_cell **cells = a->row->cells;
    size_t n = s->n_neg, m = s->n_pos_samples;
    double lambda = a->p->params.lambda, tau = a->p->params.tau_plus, rest = 1 - tau;
    double x = a->x + 1 / a->t + fabs(log(lambda > 0 ? lambda : (double)n));
    double top = fmax(fmax(largest(s->neg, n), largest(s->pos_samples, m)), -1);
    double mean_j = mean_exp(s->neg, n, top, a->t);
    double part_k = tau * mean_exp(s->pos_samples, m, top, a->t);
    double b = (mean_j - part_k) / rest, floor_f = exp((-1 - top) / a->t);
    double argument = 12 + 10 * x;
    double error_b =
        (mean_j * (vr_sum_error(n) + argument) + part_k * (vr_sum_error(m) + argument)) / rest +
        fabs(b) * (4 + 2 / rest);
    int near = fabs(b - floor_f) <= 2 * a->u * error_b, above = b > floor_f;
    double f = fmax(b, floor_f), of_f = above || near ? error_b / f : 0, k = of_f + argument + 8;
    double weight = size_of(cells[VR_GRAD_POS]->x) * a->t;
    allow(a, cells[VR_VALUE], 4, fmin(weight, 1) * of_f + argument + 8);
    allow(a, cells[VR_GRAD_POS], k, (k * fmax(1 - weight, 0) + 4) / a->t);
    allow_all(a, VR_GRAD_NEG, n, 2 * k + vr_sum_error(n));
    allow_all(a, VR_GRAD_SAMPLES, m, 2 * k + vr_sum_error(m));
    if (near) clamp_kinks(a, weight, f, top);
}

static void bpr(const setting *a) {
    vr_cell **cells = a->row->cells;
    size_t n = a->s->n_neg;
    double adding = vr_sum_error(n), pull = size_of(cells[VR_GRAD_POS]->x);
    double argument = 4 * a->x + 12;
    allow(a, cells[VR_VALUE], adding + 6, 4 * a->x * pull * a->t);
    allow(a, cells[VR_GRAD_POS], adding + argument, 2 * (double)n / a->t);
    for (size_t j = 0; j < n; j++) allow(a, &cells[VR_GRAD_NEG][j], argument, 2 / a->t);
}

/* Of the mean of l-(y); *mean becomes it. A hinge at its margin may have either derivative, 0 or slope. */
static double pointwise(const setting *a, const double *y, size_t n, int hinge, double slope,
                        vr_cell *cells, double *mean) {
    double margin = a->p->params.margin, total = 0, error = 0;
    for (size_t j = 0; j < n; j++) {
        double over = y[j] - margin;
        if (!hinge) total += y[j] * y[j];
        if (!hinge) continue;
        cells[j].kink = fabs(over) <= 2 * a->u * fabs(margin) ? fabs(slope) / (double)n : 0;
        if (over <= 0) continue;
        total += over;
        error += 2 * (fabs(y[j]) + fabs(margin));
    }
    *mean = total / (double)n;
    return error / (double)n + *mean * (vr_sum_error(n) + 8);
}

static void pointwise_loss(const setting *a, int hinge, int debiased, double lambda) {
    const vr_scores_f64 *s = a->s;
    vr_cell **cells = a->row->cells;
    double miss = fabs(1 - s->pos), tau = debiased ? a->p->params.tau_plus : 1, mean = 0;
    double total = pointwise(a, s->neg, s->n_neg, hinge, lambda, cells[VR_GRAD_NEG], &mean);
    total = lambda * (total + 4 * mean) + 6 * tau * (hinge ? miss : miss * miss);
    if (debiased) {
        double part = pointwise(a, s->pos_samples, s->n_pos_samples, hinge, lambda * tau,
                                cells[VR_GRAD_SAMPLES], &mean);
        total += lambda * tau * (part + 6 * mean);
        allow_all(a, VR_GRAD_SAMPLES, s->n_pos_samples, 8);
    }
    allow(a, cells[VR_VALUE], 4, total);
    allow(a, cells[VR_GRAD_POS], 8, 0);
    allow_all(a, VR_GRAD_NEG, s->n_neg, 8);
}

static void mean_difference(const setting *a) {
    const vr_scores_f64 *s = a->s;
    double sizes = 0, n = (double)s->n_neg;
    for (size_t j = 0; j < s->n_neg; j++) sizes += fabs(s->neg[j]) / n;
    allow(a, a->row->cells[VR_VALUE], 4, sizes * (vr_sum_error(s->n_neg) + 6) + 2 * fabs(s->pos));
    allow(a, a->row->cells[VR_GRAD_POS], 2, 0);
    allow_all(a, VR_GRAD_NEG, s->n_neg, 4);
}

static void clear(const vr_problem *p, vr_row *row) {
    const size_t counts[] = {1, 1, p->scores.n_neg, p->scores.n_pos_samples};
    for (int q = 0; q < VR_N_QUANTITIES; q++)
        for (size_t i = 0; i < counts[q]; i++) row->cells[q][i].allowed = row->cells[q][i].kink = 0;
}

void vr_allow(const vr_problem *p, vr_row *row) {
    const char *name = p->loss->name;
    setting a = setting_of(p, row);
    double lambda = p->params.lambda;
    clear(p, row);
    if (!strcmp(name, "infonce-debiased"))
        contrast_debiased(&a);
    else if (!strcmp(name, "mine"))
        contrast(&a, 1, 0);
    else if (!strcmp(name, "mine+"))
        contrast(&a, lambda, 0);
    else if (!strcmp(name, "bpr"))
        bpr(&a);
    else if (!strcmp(name, "mse"))
        pointwise_loss(&a, 0, 0, lambda);
    else if (!strcmp(name, "ccl"))
        pointwise_loss(&a, 1, 0, p->params.weight);
    else if (!strcmp(name, "mse-debiased"))
        pointwise_loss(&a, 0, 1, lambda);
    else if (!strcmp(name, "ccl-debiased"))
        pointwise_loss(&a, 1, 1, lambda);
    else if (!strcmp(name, "mean-difference"))
        mean_difference(&a);
    else
        contrast(&a, 1, 1); /* softmax, sampled-softmax, infonce */
}
