#include "audit/view.h"

#include <math.h>
#include <string.h>

vr_view vr_view_of(const vr_problem *p) {
    size_t n = p->scores.n_neg, m = p->scores.n_pos_samples, room = vr_row_room(n, m);
    vr_view v = {*p, p->room, p->room + room, p->room + 2 * room};
    memcpy(v.neg, p->scores.neg, n * sizeof *v.neg);
    if (m) memcpy(v.pos_samples, p->scores.pos_samples, m * sizeof *v.neg);
    if (p->scores.neg_q) memcpy(v.q, p->scores.neg_q, n * sizeof *v.neg);
    v.p.scores.neg = v.neg;
    v.p.scores.pos_samples = v.pos_samples;
    v.p.scores.neg_q = p->scores.neg_q ? v.q : NULL;
    return v;
}

void vr_view_loss(vr_view *view, const char *name) {
    view->p.loss = vr_loss_find(name);
}

void vr_shift(double *x, size_t n, double by) {
    for (size_t i = 0; i < n; i++) x[i] += by;
}

void vr_scale(double *x, size_t n, double by) {
    for (size_t i = 0; i < n; i++) x[i] *= by;
}

void vr_view_shift(vr_view *v, double by) {
    v->p.scores.pos += by;
    vr_shift(v->neg, v->p.scores.n_neg, by);
    vr_shift(v->pos_samples, v->p.scores.n_pos_samples, by);
}

void vr_view_fold_proposal(vr_view *v) {
    vr_scores_f64 *s = &v->p.scores;
    for (size_t j = 0; s->neg_q && j < s->n_neg; j++)
        v->neg[j] -= v->p.params.t * log((double)s->n_neg * s->neg_q[j]);
    s->neg_q = NULL;
}

void vr_view_evaluate(vr_view *v, vr_row *out) {
    const vr_scores_f64 *s = &v->p.scores;
    size_t n = s->n_neg, m = s->n_pos_samples, room = vr_row_room(n, m);
    vr_gradient_f64 g = {.neg = v->q + room, .pos_samples = v->q + 2 * room};
    memset(g.pos_samples, 0, m * sizeof *g.pos_samples);
    out->cells[VR_VALUE]->x = v->p.loss->f64(s, &v->p.params, &g);
    out->cells[VR_GRAD_POS]->x = g.pos;
    for (size_t j = 0; j < n; j++) out->cells[VR_GRAD_NEG][j].x = g.neg[j];
    for (size_t k = 0; k < m; k++) out->cells[VR_GRAD_SAMPLES][k].x = g.pos_samples[k];
    vr_allow(&v->p, out);
}

void vr_weigh(vr_row *row, vr_quantity q, size_t n, long double by) {
    for (size_t i = 0; i < n; i++) {
        vr_cell *cell = &row->cells[q][i];
        cell->x *= by;
        cell->allowed *= (double)fabsl(by);
        cell->kink *= (double)fabsl(by);
    }
}

void vr_weigh_gradients(vr_row *row, const vr_problem *p, long double by) {
    vr_weigh(row, VR_GRAD_POS, 1, by);
    vr_weigh(row, VR_GRAD_NEG, p->scores.n_neg, by);
    vr_weigh(row, VR_GRAD_SAMPLES, p->scores.n_pos_samples, by);
}

void vr_weigh_all(vr_row *row, const vr_problem *p, long double by) {
    vr_weigh(row, VR_VALUE, 1, by);
    vr_weigh_gradients(row, p, by);
}
