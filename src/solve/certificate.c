#include "solve/certificate.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "solve/row_sums.h"

enum {
    LANES = VR_SCORE_USERS, /* columns that are done at a time */
    STEPS = 8,              /* of conjugate gradients: each takes what the residual itself takes */
    TABLES = 5              /* of LANES columns that are n long */
};

/* A = sign Y^T Y + shift I: Y is X by items, its transpose by users. */
typedef struct inspection {
    const vr_item_model *model;
    const vr_csr *y, *by_column;
    size_t n, others; /* columns and rows of Y */
} inspection;

static inspection inspection_of(const vr_item_model *m) {
    inspection a = {m, m->x, m->by_item, 0, 0};
    if (m->by_users) {
        a.y = m->by_item;
        a.by_column = m->x;
    }
    a.n = a.y->n_columns;
    a.others = a.y->n_rows;
    return a;
}

/* A thread's room: tables of n x LANES, and one of others x LANES. */
static size_t room_of(const inspection *a) {
    return LANES * (TABLES * a->n + a->others);
}

double vr_certificate_bytes(double n_users, double n_items) {
    return 8. * LANES * (TABLES + 1) * fmax(n_users, n_items);
}

/* --- products with A, LANES columns at a time -------------------------------------------------------- */

static void times_y(const inspection *a, const double *z, double *t) {
    for (uint32_t u = 0; u < a->others; u++) vr_sum_rows_64(a->y, u, z, t + (size_t)u * LANES);
}

/* row = (A z)_i, t = Y z */
static void row_of_product(const inspection *a, uint32_t i, const double *z, const double *t,
                           double *row) {
    const vr_item_model *m = a->model;
    vr_sum_rows_64(a->by_column, i, t, row);
    for (size_t l = 0; l < LANES; l++)
        row[l] = m->sign * row[l] + m->shift * z[(size_t)i * LANES + l];
}

static void times_a(const inspection *a, const double *z, double *t, double *out) {
    times_y(a, z, t);
    for (uint32_t i = 0; i < a->n; i++) row_of_product(a, i, z, t, out + (size_t)i * LANES);
}

/* --- the rows of S ----------------------------------------------------------------------------------- */

/* |A s_i - e_i| of the rows i from `first` on. z: n x LANES, t: others x LANES */
static void row_residuals(const inspection *a, uint32_t first, double *z, double *t,
                          double *norms) {
    const uint32_t left = (uint32_t)a->n - first, lanes = left < LANES ? left : LANES;
    double squares[LANES] = {0};
    memset(z, 0, LANES * a->n * sizeof *z);
    for (uint32_t i = 0; i < a->n; i++)
        for (uint32_t l = 0; l < lanes; l++)
            z[(size_t)i * LANES + l] = vr_symmetric_get(&a->model->s, i, first + l);
    times_y(a, z, t);
    for (uint32_t i = 0; i < a->n; i++) {
        double r[LANES];
        row_of_product(a, i, z, t, r);
        for (uint32_t l = 0; l < lanes; l++) {
            const double off = r[l] - (i == first + l);
            squares[l] += off * off;
        }
    }
    for (uint32_t l = 0; l < lanes; l++)
        norms[first + l] = squares[l] >= 0 ? sqrt(squares[l]) : INFINITY;
}

static double error_of_column(const vr_item_model *m, uint32_t j, const double *norms) {
    double e = m->by_users ? 0 : norms[j] / m->shift;
    for (uint64_t v = m->by_item->offsets[j]; m->by_users && v < m->by_item->offsets[j + 1]; v++)
        e += norms[m->by_item->columns[v]] / (2 * m->shift * sqrt(m->shift));
    return e;
}

static double weights_bound(const vr_item_model *m, uint32_t j, double e) {
    const double low = m->own[j] - e, squares = 1 / (m->shift * low) - 1;
    return low > 0 ? e * (1 + sqrt(squares > 0 ? squares : 0)) / m->own[j] : INFINITY;
}

static void find_weights(const vr_item_model *m, vr_certificate *c) {
    c->weights = m->sign < 0 ? NAN : 0;
    for (uint32_t j = 0; m->sign > 0 && j < m->x->n_columns; j++)
        c->weights = fmax(c->weights, weights_bound(m, j, c->errors[j]));
}

static vr_status no_room(size_t n, vr_error *error) {
    return vr_fail(error, VR_INTERNAL, "no memory to check an inverse of %zu rows", n);
}

vr_status vr_certify(const vr_item_model *model, vr_certificate *out, vr_error *error) {
    const inspection a = inspection_of(model);
    const int threads = omp_get_max_threads();
    const size_t each = room_of(&a);
    double *norms = malloc((a.n + 1) * sizeof *norms),
           *room = aligned_alloc(64, (size_t)threads * each * sizeof *room);
    out->residual = 0;
    if (norms && room) {
#pragma omp parallel for schedule(dynamic) num_threads(threads)
        for (uint32_t first = 0; first < (uint32_t)a.n; first += LANES) {
            double *own = room + (size_t)omp_get_thread_num() * each;
            if (!vr_interrupted) row_residuals(&a, first, own, own + LANES * a.n, norms);
        }
        for (size_t i = 0; i < a.n; i++) out->residual = fmax(out->residual, norms[i]);
        for (uint32_t j = 0; j < model->x->n_columns; j++)
            out->errors[j] = error_of_column(model, j, norms);
        find_weights(model, out);
    }
    const int ready = norms && room;
    free(norms);
    free(room);
    if (!ready) return no_room(a.n, error);
    return vr_interrupted ? vr_fail(error, VR_INTERRUPTED, "interrupted in the check") : VR_OK;
}

/* --- columns of P ------------------------------------------------------------------------------------ */

/* LANES columns of what A t = b is to be solved for, b = e_j or x_j. The tables are n x LANES. */
typedef struct columns {
    const uint32_t *items;
    uint32_t lanes;
    double *r, *y, *p, *ap; /* the residual, the sum of the steps, a step, A times it */
    double *left;           /* of the residual, as the steps have it */
    double *t;              /* others x LANES */
} columns;

static columns columns_of(const inspection *a, const uint32_t *items, uint32_t n, double *room) {
    const size_t each = LANES * a->n;
    return (columns){.items = items,
                     .lanes = n < LANES ? n : LANES,
                     .r = room,
                     .y = room + each,
                     .p = room + 2 * each,
                     .ap = room + 3 * each,
                     .left = room + 4 * each,
                     .t = room + 5 * each};
}

/* The columns of S whose sum it is: the item itself, or its users. */
static const uint32_t *parts_of(const vr_item_model *m, const uint32_t *item, uint64_t *n) {
    *n = m->by_users ? vr_csr_row_count(m->by_item, *item) : 1;
    return m->by_users ? m->by_item->columns + m->by_item->offsets[*item] : item;
}

/* p = S b, and 0 in lanes without an item */
static void solutions(const inspection *a, const columns *c) {
    const vr_symmetric *s = &a->model->s;
    memset(c->p, 0, LANES * a->n * sizeof *c->p);
    for (uint32_t l = 0; l < c->lanes; l++) {
        uint64_t n;
        const uint32_t *parts = parts_of(a->model, &c->items[l], &n);
        for (uint64_t k = 0; k < n; k++)
            for (size_t i = 0; i < a->n; i += s->block) {
                const float *segment = vr_pair_column(s, parts[k], (uint32_t)(i / s->block));
                const size_t length = a->n - i < s->block ? a->n - i : s->block;
                for (size_t x = 0; x < length; x++) c->p[(i + x) * LANES + l] += (double)segment[x];
            }
    }
}

/* r = b - A p */
static void residuals(const inspection *a, const columns *c) {
    times_a(a, c->p, c->t, c->ap);
    for (size_t i = 0; i < LANES * a->n; i++) c->r[i] = -c->ap[i];
    for (uint32_t l = 0; l < c->lanes; l++) {
        uint64_t n;
        const uint32_t *parts = parts_of(a->model, &c->items[l], &n);
        for (uint64_t k = 0; k < n; k++) c->r[(size_t)parts[k] * LANES + l] += 1;
    }
}

static void dots(const double *a, const double *b, size_t n, double *out) {
    for (size_t l = 0; l < LANES; l++) out[l] = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t l = 0; l < LANES; l++) out[l] += a[i * LANES + l] * b[i * LANES + l];
}

/* to += factor from, a factor a lane */
static void add_scaled(double *to, const double *factor, const double *from, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (size_t l = 0; l < LANES; l++) to[i * LANES + l] += factor[l] * from[i * LANES + l];
}

/* One step; a lane with nothing left stands still. rest: <left, left>, before and after. */
static void step(const inspection *a, const columns *c, double *rest) {
    double curve[LANES], size[LANES], back[LANES], next[LANES];
    times_a(a, c->p, c->t, c->ap);
    dots(c->p, c->ap, a->n, curve);
    for (size_t l = 0; l < LANES; l++) {
        size[l] = curve[l] > 0 ? rest[l] / curve[l] : 0;
        back[l] = -size[l];
    }
    add_scaled(c->y, size, c->p, a->n);
    add_scaled(c->left, back, c->ap, a->n);
    dots(c->left, c->left, a->n, next);
    for (size_t i = 0; i < a->n; i++)
        for (size_t l = 0; l < LANES; l++) {
            double *p = &c->p[i * LANES + l];
            *p = c->left[i * LANES + l] + (rest[l] > 0 ? next[l] / rest[l] : 0) * *p;
        }
    memcpy(rest, next, sizeof next);
}

/* y: that many steps of conjugate gradients for A y = r */
static void descend(const inspection *a, const columns *c, int steps) {
    double rest[LANES];
    const size_t bytes = LANES * a->n * sizeof(double);
    memset(c->y, 0, bytes);
    memcpy(c->p, c->r, bytes);
    memcpy(c->left, c->r, bytes);
    dots(c->r, c->r, a->n, rest);
    for (int k = 0; k < steps; k++) step(a, c, rest);
}

/* The bounds e, from r and y: what the steps left is not theirs to say. */
static void errors_of(const inspection *a, const columns *c, double *errors) {
    const vr_item_model *m = a->model;
    double left[LANES], found[LANES];
    double minus[LANES];
    for (size_t l = 0; l < LANES; l++) minus[l] = -1;
    times_a(a, c->y, c->t, c->ap); /* t = Y y, by users X^T y */
    add_scaled(c->r, minus, c->ap, a->n);
    dots(c->r, c->r, a->n, left);
    if (m->by_users)
        dots(c->t, c->t, a->others, found);
    else
        dots(c->y, c->y, a->n, found);
    for (uint32_t l = 0; l < c->lanes; l++) {
        const double e = m->by_users
                             ? (sqrt(found[l]) + sqrt(left[l]) / (2 * sqrt(m->shift))) / m->shift
                             : sqrt(found[l]) + sqrt(left[l]) / m->shift;
        if (e < errors[c->items[l]]) errors[c->items[l]] = e;
    }
}

static void look_at(const inspection *a, const uint32_t *items, uint32_t n, int steps, double *room,
                    double *errors) {
    const columns c = columns_of(a, items, n, room);
    solutions(a, &c);
    residuals(a, &c);
    descend(a, &c, steps);
    errors_of(a, &c, errors);
}

/* The items that are not within the limit. Returns how many. */
static uint32_t poor(const vr_item_model *m, double limit, const double *errors, uint32_t *items) {
    uint32_t n = 0;
    for (uint32_t j = 0; j < m->x->n_columns; j++)
        if (!(weights_bound(m, j, errors[j]) <= limit)) items[n++] = j;
    return n;
}

vr_status vr_certify_closely(const vr_item_model *model, double limit, vr_certificate *certificate,
                             vr_error *error) {
    const inspection a = inspection_of(model);
    const int threads = omp_get_max_threads();
    const size_t each = room_of(&a);
    uint32_t *items = malloc(((size_t)model->x->n_columns + 1) * sizeof *items);
    double *room = aligned_alloc(64, (size_t)threads * each * sizeof *room);
    for (int steps = 0; items && room && steps <= STEPS; steps += STEPS) {
        const uint32_t n = poor(model, limit, certificate->errors, items);
#pragma omp parallel for schedule(dynamic) num_threads(threads)
        for (uint32_t first = 0; first < n; first += LANES) {
            double *own = room + (size_t)omp_get_thread_num() * each;
            if (!vr_interrupted)
                look_at(&a, items + first, n - first, steps, own, certificate->errors);
        }
    }
    find_weights(model, certificate);
    const int ready = items && room;
    free(items);
    free(room);
    if (!ready) return no_room(a.n, error);
    return vr_interrupted ? vr_fail(error, VR_INTERRUPTED, "interrupted in the check") : VR_OK;
}

vr_status vr_certificate_new(uint32_t n_items, vr_certificate *out, vr_error *error) {
    *out = (vr_certificate){.errors = malloc(((size_t)n_items + 1) * sizeof *out->errors)};
    return out->errors ? VR_OK : vr_fail(error, VR_INTERNAL, "no memory for %u items", n_items);
}

void vr_certificate_free(vr_certificate *certificate) {
    free(certificate->errors);
    *certificate = (vr_certificate){0};
}
