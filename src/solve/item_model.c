#include "solve/item_model.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "solve/row_sums.h"

#define LANES ((size_t)VR_SCORE_USERS) /* rows that are done at a time */

/* --- sums of rows of S ----------------------------------------------------------------------------- */

/* sum (block elements of block b) = the rows' sum, in their order. */
static void add_segments(const vr_symmetric *s, const uint32_t *rows, uint64_t n, uint32_t b,
                         float *restrict sum) {
    memset(sum, 0, s->block * sizeof *sum);
    for (uint64_t r = 0; r < n; r++) {
        const float *restrict row = vr_pair_segment(s, rows[r], b);
        for (uint32_t x = 0; x < s->block; x++) sum[x] += row[x];
    }
}

static uint32_t segment_length(const vr_symmetric *s, uint32_t b) {
    const uint32_t left = s->n - b * s->block;
    return left < s->block ? left : s->block;
}

/* out[j] = scale_j sum_{i in rows} S_ij */
static void scaled_row(const vr_item_model *m, const uint32_t *rows, uint64_t n, float *out) {
    float sum[VR_BLOCK_MOST];
    for (uint32_t b = 0; b < m->s.n_blocks; b++) {
        const uint32_t first = b * m->s.block, length = segment_length(&m->s, b);
        add_segments(&m->s, rows, n, b, sum);
        for (uint32_t x = 0; x < length; x++) out[first + x] = sum[x] * m->scale[first + x];
    }
}

/* lanes[j * LANES + lane] = sum_{i in rows} S_ij */
static void lane_row(const vr_symmetric *s, const uint32_t *rows, uint64_t n, uint32_t lane,
                     float *lanes) {
    float sum[VR_BLOCK_MOST];
    for (uint32_t b = 0; b < s->n_blocks; b++) {
        float *to = lanes + (size_t)b * s->block * LANES + lane;
        const uint32_t length = segment_length(s, b);
        add_segments(s, rows, n, b, sum);
        for (uint32_t x = 0; x < length; x++) to[x * LANES] = sum[x];
    }
}

/* --- products with X, LANES columns at a time ------------------------------------------------------ */

/* z (n_items x LANES) -> rows of out: z R - z dMat(d); t: n_users x LANES */
static void times_r(const vr_item_model *m, const float *z, float *t, uint32_t lanes, float *out) {
    const uint32_t n = m->x->n_columns;
    for (uint32_t u = 0; u < m->x->n_rows; u++) {
        float *sum = t + (size_t)u * LANES;
        vr_sum_rows_32(m->x, u, z, sum);
        for (size_t l = 0; l < LANES; l++) sum[l] *= (float)m->c[u];
    }
    for (uint32_t j = 0; j < n; j++) {
        float sum[LANES];
        vr_sum_rows_32(m->by_item, j, t, sum);
        for (uint32_t l = 0; l < lanes; l++)
            out[(size_t)l * n + j] = sum[l] - z[(size_t)j * LANES + l] * m->d[j];
    }
}

/* --- rows of P, LANES at a time -------------------------------------------------------------------- */

/* A thread's room: z (n_items x LANES) and t (n_users x LANES), each by whole blocks. */
typedef struct lane_room {
    float *z, *t;
} lane_room;

static size_t padded(size_t n) {
    return (n / VR_BLOCK_MOST + 1) * VR_BLOCK_MOST * LANES;
}

static size_t room_floats(const vr_item_model *m) {
    return padded(m->x->n_columns) + padded(m->x->n_rows);
}

static lane_room room_of(const vr_item_model *m, float *room) {
    return (lane_room){room, room + padded(m->x->n_columns)};
}

/* By users, from rows of S in t: z = sum_u t_u X_u. */
static void times_x(const vr_item_model *m, lane_room room) {
    for (uint32_t j = 0; j < m->x->n_columns; j++)
        vr_sum_rows_32(m->by_item, j, room.t, room.z + j * LANES);
}

/* z = the rows x_u P of n users. Lanes without a user keep what they had. */
static void rows_of_users(const vr_item_model *m, const uint32_t *who, uint32_t n, lane_room room) {
    for (uint32_t l = 0; l < n; l++)
        if (m->by_users)
            lane_row(&m->s, &who[l], 1, l, room.t);
        else
            lane_row(&m->s, m->x->columns + m->x->offsets[who[l]], vr_csr_row_count(m->x, who[l]),
                     l, room.z);
    if (m->by_users) times_x(m, room);
}

/* z = n rows of P from `first` on. */
static void rows_of_items(const vr_item_model *m, uint32_t first, uint32_t n, lane_room room) {
    for (uint32_t l = 0; l < n; l++) {
        const uint32_t item = first + l;
        if (m->by_users)
            lane_row(&m->s, m->by_item->columns + m->by_item->offsets[item],
                     vr_csr_row_count(m->by_item, item), l, room.t);
        else
            lane_row(&m->s, &item, 1, l, room.z);
    }
    if (!m->by_users) return;
    times_x(m, room);
    for (uint32_t j = 0; j < m->x->n_columns; j++)
        for (uint32_t l = 0; l < n; l++) {
            float *z = &room.z[j * LANES + l];
            *z = (float)(((j == first + l) - m->sign * (double)*z) / m->shift);
        }
}

/* Rows of P in z -> rows of W. */
static void finish_rows(const vr_item_model *m, uint32_t n, lane_room room, float *out) {
    if (m->c) {
        times_r(m, room.z, room.t, n, out);
        return;
    }
    for (uint32_t j = 0; j < m->x->n_columns; j++)
        for (uint32_t l = 0; l < n; l++)
            out[(size_t)l * m->x->n_columns + j] = room.z[j * LANES + l] * m->scale[j];
}

/* --- scores ---------------------------------------------------------------------------------------- */

static void score(const void *context, const uint32_t *who, uint32_t n, float *scores, void *room) {
    const vr_item_model *m = context;
    if (m->by_users || m->c) {
        rows_of_users(m, who, n, room_of(m, room));
        finish_rows(m, n, room_of(m, room), scores);
        return;
    }
    for (uint32_t l = 0; l < n; l++)
        scaled_row(m, m->x->columns + m->x->offsets[who[l]], vr_csr_row_count(m->x, who[l]),
                   scores + (size_t)l * m->x->n_columns);
}

vr_status vr_item_model_measure(const vr_item_model *model, const vr_csr *test, uint32_t k,
                                vr_metrics *out, vr_error *error) {
    const vr_score_source source = {score, room_floats(model) * sizeof(float), model};
    return vr_evaluate_scores(&source, model->x, test, k, NULL, out, error);
}

/* LANES rows of W from `first` on. */
static void weight_rows(const vr_item_model *m, uint32_t first, float *room, float *weights) {
    const uint32_t n_items = m->x->n_columns, left = n_items - first,
                   n = left < LANES ? left : (uint32_t)LANES;
    rows_of_items(m, first, n, room_of(m, room));
    finish_rows(m, n, room_of(m, room), weights + (size_t)first * n_items);
    for (uint32_t l = 0; l < n; l++) weights[(size_t)(first + l) * n_items + first + l] = 0;
}

vr_status vr_item_model_weights(const vr_item_model *model, float *weights, vr_error *error) {
    const int threads = omp_get_max_threads();
    const size_t each = room_floats(model), bytes = (size_t)threads * each * sizeof(float);
    float *room = aligned_alloc(64, bytes);
    if (!room) return vr_fail(error, VR_INTERNAL, "no memory for the weights");
    memset(room, 0, bytes);
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (uint32_t first = 0; first < model->x->n_columns; first += (uint32_t)LANES)
        weight_rows(model, first, room + (size_t)omp_get_thread_num() * each, weights);
    free(room);
    return VR_OK;
}

/* --- the diagonal ---------------------------------------------------------------------------------- */

/* sum_{u, v in U_j} c_u S_uv, by users */
static double double_sum(const vr_item_model *m, uint32_t j, const double *c) {
    const uint32_t *users = m->by_item->columns + m->by_item->offsets[j];
    const uint32_t n = vr_csr_row_count(m->by_item, j);
    double sum = 0;
    for (uint32_t a = 0; a < n; a++) {
        double row = 0;
        for (uint32_t b = 0; b < n; b++) row += vr_symmetric_get(&m->s, users[a], users[b]);
        sum += (c ? c[users[a]] : 1) * row;
    }
    return sum;
}

/* diag(P R)_j = sum_{u: j in I_u} c_u (x_u P)_j */
static double weighted_sum(const vr_item_model *m, uint32_t j) {
    const vr_csr *x = m->x, *by_item = m->by_item;
    double sum = 0;
    if (m->by_users) return double_sum(m, j, m->c);
    for (uint64_t e = by_item->offsets[j]; e < by_item->offsets[j + 1]; e++) {
        const uint32_t user = by_item->columns[e];
        double own = 0;
        for (uint64_t i = x->offsets[user]; i < x->offsets[user + 1]; i++)
            own += vr_symmetric_get(&m->s, j, x->columns[i]);
        sum += m->c[user] * own;
    }
    return sum;
}

void vr_item_model_diagonal(vr_item_model *model) {
#pragma omp parallel for schedule(dynamic, 64)
    for (uint32_t j = 0; j < model->x->n_columns; j++) {
        model->own[j] = model->by_users
                            ? (1 - model->sign * double_sum(model, j, NULL)) / model->shift
                            : vr_symmetric_get(&model->s, j, j);
        if (model->c) model->d[j] = (float)(weighted_sum(model, j) / model->own[j]);
    }
}

double vr_item_model_bytes(double n_users, double n_items) {
    return 4. * LANES * (2 * n_items + n_users); /* of rows, and the scores */
}
