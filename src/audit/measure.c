#include "audit/measure.h"

#include <math.h>
#include <stdlib.h>

double vr_ulp(long double x, int bits) {
    int digits = bits == 32 ? 24 : 53, least = bits == 32 ? -149 : -1074;
    int exponent = x != 0 && isfinite(x) ? ilogbl(x) - digits + 1 : least;
    return ldexp(1, exponent < least ? least : exponent);
}

/* A sum that loses nothing to its own roundings (Neumaier). */
typedef struct kept_sum {
    long double sum, rest;
} kept_sum;

static void add(kept_sum *s, long double x) {
    long double t = s->sum + x;
    s->rest += fabsl(s->sum) >= fabsl(x) ? (s->sum - t) + x : (x - t) + s->sum;
    s->sum = t;
}

typedef struct total {
    kept_sum x;
    double allowed, bound, sizes;
    int may_overflow;
} total;

typedef struct measurer {
    const vr_audit_case *c;
    const vr_yardstick *yardstick;
    vr_measure *out;
    vr_row row;
    double *room, *ulps[VR_N_QUANTITIES][VR_N_REDUCTIONS]; /* of the entries seen so far */
    total total;                                           /* of the rows' values */
} measurer;

/* --- one number ---------------------------------------------------------------------------------- */

/* |got - expected|; infinite for what is not finite and should be. */
static double distance(double got, const vr_cell *cell, int may_overflow, int bits) {
    long double most = bits == 32 ? 0x1.fffffep127L : 0x1.fffffffffffffp1023L;
    if (!isfinite(cell->x)) return may_overflow || (double)cell->x == got ? 0 : (double)INFINITY;
    if (!isfinite(got)) {
        int beyond = isinf(got) && (got > 0 ? cell->x : -cell->x) + cell->allowed >= most;
        return may_overflow || beyond ? 0 : (double)INFINITY;
    }
    double error = (double)fabsl((long double)got - cell->x);
    return error <= cell->kink * 1.01 ? 0 : error;
}

static double over(double error, double allowed) {
    return error == 0 ? 0 : error / allowed;
}

typedef struct place {
    size_t row, column;
    int may_overflow;
    double
        lost; /* what automatic differentiation leaves of this entry when the sum is infinite; NaN: it is not */
} place;

static void note(measurer *m, vr_quantity q, vr_reduction r, double got, const vr_cell *cell,
                 place at) {
    vr_deviation *t = &m->out->deviations[q][r];
    int is_lost = fabs(got - at.lost) <= 0x1p-20 * fabs(at.lost); /* no comparison holds with NaN */
    double error = is_lost ? 0 : distance(got, cell, at.may_overflow, m->c->bits);
    double ulp = vr_ulp(cell->x, m->c->bits), ulps = error / ulp;
    double tolerance = m->yardstick->tolerance_ulps;
    double excess = isnan(tolerance) ? over(error, cell->allowed) : over(ulps, tolerance);
    if (!t->measured || excess > t->excess || (excess == t->excess && ulps > t->ulps)) {
        t->excess = excess;
        t->row = at.row;
        t->column = at.column;
        t->expected = cell->x;
        t->got = got;
        t->allowed = isnan(tolerance) ? cell->allowed / ulp : tolerance;
    }
    t->measured = 1;
    t->ulps = fmax(t->ulps, ulps);
    t->bound = fmax(t->bound, over(error, cell->bound));
    if (m->ulps[q][r]) m->ulps[q][r][t->n] = ulps;
    t->n_wrong += excess > 1;
    t->n++;
}

/* The same of the mean over the batch: a division more. */
static vr_cell divided(const vr_cell *cell, size_t n, double u) {
    double by = (double)n;
    return (vr_cell){cell->x / by, cell->allowed / by + 2 * u * (double)fabsl(cell->x / by),
                     cell->bound / by + 2 * u * (double)fabsl(cell->x / by), cell->kink / by};
}

/* --- one row, and the whole ------------------------------------------------------------------------ */

static double half_ulp(const vr_audit_case *c) {
    return c->bits == 32 ? 0x1p-24 : 0x1p-53;
}

/* Where the code's value overflowed, 1 / infinity times a finite exponential is 0: that is the gradient of every score
   whose own exponential is finite, and the positive's is left with its -1/t. */
static double lost_gradient(const measurer *m, size_t b, int q, double t) {
    const vr_audit_case *c = m->c;
    double value = c->got[VR_VALUE] ? c->got[VR_VALUE][c->n_values == c->n_rows ? b : 0] : 0;
    if (!m->row.may_overflow || isfinite(value)) return (double)NAN;
    return q == VR_GRAD_POS ? -1 / t : 0;
}

static void note_gradients(measurer *m, size_t b, double t) {
    const vr_audit_case *c = m->c;
    for (int q = VR_GRAD_POS; q < VR_N_QUANTITIES; q++) {
        size_t n = c->columns[q];
        double lost = lost_gradient(m, b, q, t);
        for (size_t j = 0; c->got[q] && j < n; j++) {
            const vr_cell *cell = &m->row.cells[q][j];
            double got = c->got[q][b * n + j];
            place at = {b, j, m->row.may_overflow, lost};
            note(m, (vr_quantity)q, VR_ROWS, got, cell, at);
            if (c->n_rows == 1) continue;
            at.lost = lost / (double)c->n_rows;
            vr_cell mean = divided(cell, c->n_rows, half_ulp(c));
            note(m, (vr_quantity)q, VR_MEAN, got, &mean, at);
        }
    }
}

static void note_value(measurer *m, size_t b) {
    const vr_cell *cell = m->row.cells[VR_VALUE];
    if (m->c->n_values == m->c->n_rows)
        note(m, VR_VALUE, VR_ROWS, m->c->got[VR_VALUE][b], cell,
             (place){b, 0, m->row.may_overflow, (double)NAN});
    add(&m->total.x, cell->x);
    m->total.allowed += cell->allowed;
    m->total.bound += cell->bound;
    m->total.sizes += (double)fabsl(cell->x);
    m->total.may_overflow |= m->row.may_overflow;
}

static void note_total(measurer *m) {
    const vr_audit_case *c = m->c;
    if (c->n_values == c->n_rows) return;
    double adding = vr_sum_error(c->n_rows) * half_ulp(c) * m->total.sizes;
    vr_cell sum = {m->total.x.sum + m->total.x.rest, m->total.allowed + adding,
                   m->total.bound + adding, 0};
    vr_cell mean = divided(&sum, c->n_rows, half_ulp(c));
    place at = {0, 0, m->total.may_overflow, (double)NAN};
    note(m, VR_VALUE, VR_SUM, *c->got[VR_VALUE], &sum, at);
    note(m, VR_VALUE, VR_MEAN, *c->got[VR_VALUE], &mean, at);
}

static vr_status note_rows(measurer *m, vr_error *error) {
    m->out->applies = 1;
    for (size_t b = 0; b < m->c->n_rows; b++) {
        vr_problem p = vr_audit_problem(m->c, b);
        p.room = m->room;
        m->row.may_overflow = 0;
        int done = m->yardstick->formula(m->yardstick->self, &p, &m->row);
        if (done < 0) return vr_fail(error, VR_INTERNAL, "no memory for row %zu", b);
        if (!done) {
            m->out->applies = 0;
            return VR_OK;
        }
        note_value(m, b);
        note_gradients(m, b, p.params.t);
    }
    note_total(m);
    return VR_OK;
}

/* --- medians, memory ------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void set_medians(measurer *m) {
    for (int q = 0; q < VR_N_QUANTITIES; q++)
        for (int r = 0; r < VR_N_REDUCTIONS; r++) {
            vr_deviation *t = &m->out->deviations[q][r];
            double *x = m->ulps[q][r];
            if (!x || !t->n) continue;
            qsort(x, t->n, sizeof *x, ascending);
            t->median = x[(t->n - 1) / 2];
        }
}

static int make_room(measurer *m) {
    const vr_audit_case *c = m->c;
    size_t room = vr_row_room(c->n_neg, c->n_pos_samples);
    int ok = (m->room = calloc(5 * room, sizeof *m->room)) != NULL;
    for (int q = 0; q < VR_N_QUANTITIES; q++) {
        size_t cells = q == VR_VALUE || q == VR_GRAD_POS ? 1 : room;
        ok &= (m->row.cells[q] = calloc(cells, sizeof *m->row.cells[q])) != NULL;
        for (int r = 0; r < VR_N_REDUCTIONS && m->yardstick->medians && c->got[q]; r++) {
            if (q != VR_VALUE && r == VR_SUM) continue; /* never asked for */
            ok &= (m->ulps[q][r] = malloc(c->n_rows * c->columns[q] * sizeof(double))) != NULL;
        }
    }
    return ok;
}

static void free_room(measurer *m) {
    free(m->room);
    for (int q = 0; q < VR_N_QUANTITIES; q++) {
        free(m->row.cells[q]);
        for (int r = 0; r < VR_N_REDUCTIONS; r++) free(m->ulps[q][r]);
    }
}

vr_status vr_audit_measure(const vr_audit_case *c, const vr_yardstick *yardstick, vr_measure *out,
                           vr_error *error) {
    measurer m = {.c = c, .yardstick = yardstick, .out = out};
    *out = (vr_measure){0};
    vr_status status = make_room(&m) ? note_rows(&m, error)
                                     : vr_fail(error, VR_INTERNAL, "no memory for %zu scores",
                                               c->n_neg + c->n_pos_samples);
    if (!status) set_medians(&m);
    free_room(&m);
    return status;
}
