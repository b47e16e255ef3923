#include "solve/item_model.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

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

#define SUM_OF_ROWS(name, real)                                                                    \
    static inline void name(const vr_csr *csr, uint32_t row, const real *restrict from,            \
                            real *restrict sum) {                                                  \
        for (size_t l = 0; l < LANES; l++) sum[l] = 0;                                             \
        for (uint64_t e = csr->offsets[row]; e < csr->offsets[row + 1]; e++)                       \
            for (size_t l = 0; l < LANES; l++)                                                     \
                sum[l] += from[(size_t)csr->columns[e] * LANES + l];                               \
    }
SUM_OF_ROWS(sum_rows_32, float)
SUM_OF_ROWS(sum_rows_64, double)

/* z (n_items x LANES) -> rows of out: z R - z dMat(d); t: n_users x LANES */
static void times_r(const vr_item_model *m, const float *z, float *t, uint32_t lanes, float *out) {
    const uint32_t n = m->s.n;
    for (uint32_t u = 0; u < m->x->n_rows; u++) {
        float *sum = t + (size_t)u * LANES;
        sum_rows_32(m->x, u, z, sum);
        for (size_t l = 0; l < LANES; l++) sum[l] *= (float)m->c[u];
    }
    for (uint32_t j = 0; j < n; j++) {
        float sum[LANES];
        sum_rows_32(m->by_item, j, t, sum);
        for (uint32_t l = 0; l < lanes; l++)
            out[(size_t)l * n + j] = sum[l] - z[(size_t)j * LANES + l] * m->d[j];
    }
}

static size_t lanes_room(const vr_item_model *m) {
    return (size_t)LANES * ((size_t)m->s.n_blocks * m->s.block + m->x->n_rows);
}

/* --- scores ---------------------------------------------------------------------------------------- */

static void score(const void *context, const uint32_t *who, uint32_t n, float *scores, void *room) {
    const vr_item_model *m = context;
    float *z = room, *t = z + (size_t)LANES * m->s.n_blocks * m->s.block;
    if (m->c) memset(z, 0, (size_t)LANES * m->s.n_blocks * m->s.block * sizeof *z);
    for (uint32_t l = 0; l < n; l++) {
        const uint32_t *items = m->x->columns + m->x->offsets[who[l]],
                       count = vr_csr_row_count(m->x, who[l]);
        if (m->c)
            lane_row(&m->s, items, count, l, z);
        else
            scaled_row(m, items, count, scores + (size_t)l * m->s.n);
    }
    if (m->c) times_r(m, z, t, n, scores);
}

vr_status vr_item_model_measure(const vr_item_model *model, const vr_csr *test, uint32_t k,
                                vr_metrics *out, vr_error *error) {
    const vr_score_source source = {score, model->c ? lanes_room(model) * sizeof(float) : 0, model};
    return vr_evaluate_scores(&source, model->x, test, k, NULL, out, error);
}

vr_status vr_item_model_diagonal(vr_item_model *model, vr_error *error) {
    const vr_csr *x = model->x, *by_item = model->by_item;
    model->d = malloc(((size_t)model->s.n + 1) * sizeof *model->d);
    if (!model->d) return vr_fail(error, VR_INTERNAL, "no memory for %u items", model->s.n);
#pragma omp parallel for schedule(dynamic, 64)
    for (uint32_t j = 0; j < model->s.n; j++) {
        double sum = 0;
        for (uint64_t e = by_item->offsets[j]; e < by_item->offsets[j + 1]; e++) {
            const uint32_t user = by_item->columns[e];
            double own = 0;
            for (uint64_t i = x->offsets[user]; i < x->offsets[user + 1]; i++)
                own += vr_symmetric_get(&model->s, j, x->columns[i]);
            sum += model->c[user] * own;
        }
        model->d[j] = (float)(sum / vr_symmetric_get(&model->s, j, j));
    }
    return VR_OK;
}

/* LANES rows of W from `first` on. */
static void weight_rows(const vr_item_model *m, uint32_t first, float *room, float *weights) {
    const uint32_t left = m->s.n - first, n = left < LANES ? left : LANES;
    float *z = room, *t = z + (size_t)LANES * m->s.n_blocks * m->s.block;
    if (m->c) memset(z, 0, (size_t)LANES * m->s.n_blocks * m->s.block * sizeof *z);
    for (uint32_t l = 0; l < n; l++) {
        const uint32_t item = first + l;
        if (m->c)
            lane_row(&m->s, &item, 1, l, z);
        else
            scaled_row(m, &item, 1, weights + (size_t)item * m->s.n);
    }
    if (m->c) times_r(m, z, t, n, weights + (size_t)first * m->s.n);
    for (uint32_t l = 0; l < n; l++) weights[(size_t)(first + l) * m->s.n + first + l] = 0;
}

vr_status vr_item_model_weights(const vr_item_model *model, float *weights, vr_error *error) {
    const int threads = omp_get_max_threads();
    const size_t each = (lanes_room(model) + 15) / 16 * 16;
    float *room = aligned_alloc(64, (size_t)threads * each * sizeof *room);
    if (!room) return vr_fail(error, VR_INTERNAL, "no memory for the weights");
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (uint32_t first = 0; first < model->s.n; first += LANES)
        weight_rows(model, first, room + (size_t)omp_get_thread_num() * each, weights);
    free(room);
    return VR_OK;
}

/* --- the residual ---------------------------------------------------------------------------------- */

/* Columns `first` and on of S; z: n_items x LANES, t: n_users x LANES */
static vr_inverse_check check_lanes(const vr_item_model *m, double sign, double shift,
                                    uint32_t first, double *z, double *t) {
    const uint32_t n = m->s.n, lanes = n - first < LANES ? n - first : LANES;
    double squares[LANES] = {0}, weights[LANES] = {0};
    vr_inverse_check worst = {0, 0};
    memset(z, 0, (size_t)LANES * n * sizeof *z);
    for (uint32_t l = 0; l < lanes; l++)
        for (uint32_t i = 0; i < n; i++)
            z[(size_t)i * LANES + l] =
                (double)vr_pair_segment(&m->s, first + l, i / m->s.block)[i % m->s.block];
    for (uint32_t u = 0; u < m->x->n_rows; u++) sum_rows_64(m->x, u, z, t + (size_t)u * LANES);
    for (uint32_t i = 0; i < n; i++) {
        double r[LANES];
        sum_rows_64(m->by_item, i, t, r);
        for (uint32_t l = 0; l < lanes; l++) {
            const double s = z[(size_t)i * LANES + l];
            const double left = sign * r[l] + shift * s - (i == first + l);
            squares[l] += left * left;
            if (i != first + l) weights[l] += s * s;
        }
    }
    for (uint32_t l = 0; l < lanes; l++) {
        const double own = z[(size_t)(first + l) * LANES + l], e = sqrt(squares[l]) / shift;
        const double r = isnan(squares[l]) ? INFINITY : sqrt(squares[l]);
        const double bound = own > e ? e * (1 + sqrt(weights[l]) / own) / (own - e) : INFINITY;
        worst.residual = !(r <= worst.residual) ? r : worst.residual;
        worst.weights = bound > worst.weights ? bound : worst.weights;
    }
    return worst;
}

vr_status vr_item_model_check(const vr_item_model *model, double sign, double shift,
                              vr_inverse_check *out, vr_error *error) {
    const int threads = omp_get_max_threads();
    const size_t n = model->s.n, each = LANES * (n + model->x->n_rows);
    double *room = aligned_alloc(64, (size_t)threads * each * sizeof *room);
    double residual = 0, weights = 0;
    if (!room) return vr_fail(error, VR_INTERNAL, "no memory to check an inverse of %zu rows", n);
#pragma omp parallel for schedule(dynamic) num_threads(threads) reduction(max : residual, weights)
    for (uint32_t first = 0; first < (uint32_t)n; first += LANES) {
        if (vr_interrupted) continue;
        double *own = room + (size_t)omp_get_thread_num() * each;
        const vr_inverse_check c = check_lanes(model, sign, shift, first, own, own + LANES * n);
        residual = c.residual > residual ? c.residual : residual;
        weights = c.weights > weights ? c.weights : weights;
    }
    free(room);
    if (vr_interrupted) return vr_fail(error, VR_INTERRUPTED, "interrupted in the check");
    *out = (vr_inverse_check){residual, sign < 0 ? NAN : weights};
    return VR_OK;
}

double vr_item_model_bytes(double n_users, double n_items) {
    return LANES * 8 * (n_users + n_items) /* check */ + LANES * 4 * n_items /* scores */;
}
