#include "solve/low_rank.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "num/draws.h"
#include "solve/product.h"

/* --- products -------------------------------------------------------------------------------------- */

static double *rows_new(size_t rows, size_t stride) {
    const size_t bytes = (rows * stride * sizeof(double) / 64 + 1) * 64;
    double *room = aligned_alloc(64, bytes);
    if (room) memset(room, 0, bytes);
    return room;
}

/* to (csr rows x stride) = csr times from */
static void sparse_times(const vr_csr *csr, const double *from, size_t stride, double *to) {
#pragma omp parallel for schedule(dynamic, 64)
    for (uint32_t row = 0; row < csr->n_rows; row++) {
        double *restrict sum = to + row * stride;
        memset(sum, 0, stride * sizeof *sum);
        for (uint64_t e = csr->offsets[row]; e < csr->offsets[row + 1]; e++) {
            const double *restrict one = from + csr->columns[e] * stride;
            for (size_t c = 0; c < stride; c++) sum[c] += one[c];
        }
    }
}

/* out = a^T b (stride x stride), both n x stride: one chain of fma for each element, in the order of the rows */
static void small_product(const double *a, const double *b, size_t n, size_t stride, double *out) {
#pragma omp parallel for schedule(static)
    for (size_t r = 0; r < stride; r += 8)
        vr_multiply64_get()(&(vr_product64){.rows = 8,
                                            .steps = n,
                                            .width = stride,
                                            .a = a + r,
                                            .a_row = 1,
                                            .a_step = stride,
                                            .b = b,
                                            .b_step = stride,
                                            .c = out + r * stride,
                                            .c_row = stride});
}

static double dot(const double *a, const double *b, size_t n) {
    double sum = 0;
    for (size_t c = 0; c < n; c++) sum += a[c] * b[c];
    return sum;
}

/* --- small systems --------------------------------------------------------------------------------- */

/* a (k x k of stride) <- L with L L^T = a, below the diagonal. Nonzero where a is singular to working precision. */
static int cholesky(double *a, size_t k, size_t stride) {
    for (size_t j = 0; j < k; j++) {
        double *row = a + j * stride;
        const double floor = 16 * DBL_EPSILON * fabs(row[j]);
        const double pivot = row[j] - dot(row, row, j);
        if (!(pivot > floor)) return 1;
        row[j] = sqrt(pivot);
        for (size_t i = j + 1; i < k; i++)
            a[i * stride + j] = (a[i * stride + j] - dot(a + i * stride, row, j)) / row[j];
    }
    return 0;
}

/* x <- (L L^T)^-1 x */
static void solve_row(const double *l, size_t k, size_t stride, double *x) {
    for (size_t j = 0; j < k; j++) x[j] = (x[j] - dot(l + j * stride, x, j)) / l[j * stride + j];
    for (size_t j = k; j-- > 0;) {
        x[j] /= l[j * stride + j];
        for (size_t i = 0; i < j; i++) x[i] -= l[j * stride + i] * x[j];
    }
}

/* rows <- rows small^-1, small symmetric. */
static vr_status solve_small(vr_low_rank *m, double *rows, const char *what, vr_error *error) {
    const size_t n = m->x->n_columns, k = m->spec.rank;
    if (cholesky(m->small, k, m->stride))
        return vr_fail(
            error, VR_DIFFERS,
            "rank = %u: %s is singular, so U and V of Eq. 35 are not determined; expected a rank "
            "that the data can fill: take a smaller one",
            m->spec.rank, what);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < n; i++) solve_row(m->small, k, m->stride, rows + i * m->stride);
    return VR_OK;
}

/* --- a turn ---------------------------------------------------------------------------------------- */

/* to = G from: the users' rows are left in xu. */
static void times_gram(vr_low_rank *m, const double *from, double *to) {
    sparse_times(m->x, from, m->stride, m->xu);
    sparse_times(&m->by_item, m->xu, m->stride, to);
}

/* U = M^-1 (G dMat(1 + b) V + Omega dMat(b - g) V) (V^T V)^-1 */
static vr_status solve_u(vr_low_rank *m, const double *b, const double *g, vr_error *error) {
    const size_t n = m->x->n_columns, stride = m->stride;
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < stride; c++)
            m->work[i * stride + c] = (1 + b[i]) * m->v[i * stride + c];
    times_gram(m, m->work, m->more);
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < stride; c++)
            m->more[i * stride + c] += m->omega[i] * (b[i] - g[i]) * m->v[i * stride + c];
    vr_symmetric_times(&m->inverse, m->more, stride, m->u);
    small_product(m->v, m->v, n, stride, m->small);
    return solve_small(m, m->u, "V^T V", error);
}

/* V = R^T U (U^T M U)^-1; leaves X U and G U */
static vr_status solve_v(vr_low_rank *m, const double *b, const double *g, vr_error *error) {
    const size_t n = m->x->n_columns, stride = m->stride;
    times_gram(m, m->u, m->gu);
    for (size_t i = 0; i < n; i++) {
        const double ridge = m->spec.printed ? m->lambda[i] + m->omega[i] : m->lambda[i];
        for (size_t c = 0; c < stride; c++) {
            const double u = m->u[i * stride + c], gu = m->gu[i * stride + c];
            m->work[i * stride + c] = gu + ridge * u; /* M U */
            m->v[i * stride + c] = (1 + b[i]) * gu + m->omega[i] * (b[i] - g[i]) * u;
        }
    }
    small_product(m->u, m->work, n, stride, m->small);
    return solve_small(m, m->v, "U^T M U", error);
}

static void find_diagonal(vr_low_rank *m) {
    for (size_t i = 0; i < m->x->n_columns; i++)
        m->diagonal[i] = dot(m->u + i * m->stride, m->v + i * m->stride, m->stride);
}

static vr_status solve_x(void *context, const double *b, const double *g, vr_error *error) {
    vr_low_rank *m = context;
    vr_status status = solve_u(m, b, g, error);
    if (!status) status = solve_v(m, b, g, error);
    find_diagonal(m);
    return status;
}

static void solve_z(void *context, const double *g, double *b) {
    const vr_low_rank *m = context;
    for (size_t i = 0; i < m->x->n_columns; i++) {
        const double guv = dot(m->gu + i * m->stride, m->v + i * m->stride, m->stride);
        const double omega = m->omega[i], lambda = m->lambda[i] - (m->spec.printed ? 0 : omega);
        b[i] = (guv - m->counts[i] + omega * (m->diagonal[i] + g[i])) /
               (m->counts[i] - lambda + omega);
    }
}

static void constraint(void *context, const double *b, double *gap) {
    const vr_low_rank *m = context;
    for (size_t i = 0; i < m->x->n_columns; i++) gap[i] = m->diagonal[i] - b[i];
}

static double dual(void *context, const double *old_b, const double *b) {
    const vr_low_rank *m = context;
    double squares = 0;
    for (size_t i = 0; i < m->x->n_columns; i++) {
        const double s = m->omega[i] * (b[i] - old_b[i]);
        squares += s * s;
    }
    return sqrt(squares);
}

vr_status vr_low_rank_step(vr_low_rank *model, vr_admm_residuals *out, vr_error *error) {
    model->admm.context = model; /* which may have been moved */
    return vr_admm_step(&model->admm, out, error);
}

/* With d = diag(U V^T):  ||X dMat(1 + d) - X U V^T||^2 + ||Lambda^(1/2) U V^T||^2 - ||Lambda^(1/2) dMat(d)||^2 */
double vr_low_rank_objective(vr_low_rank *m) {
    const size_t n = m->x->n_columns, stride = m->stride;
    double sum = 0;
    times_gram(m, m->u, m->gu);
    find_diagonal(m);
    for (size_t i = 0; i < n; i++) {
        const double d = m->diagonal[i];
        sum += (1 + d) * (1 + d) * m->counts[i] - m->lambda[i] * d * d -
               2 * (1 + d) * dot(m->gu + i * stride, m->v + i * stride, stride);
        for (size_t c = 0; c < stride; c++)
            m->work[i * stride + c] = m->gu[i * stride + c] + m->lambda[i] * m->u[i * stride + c];
    }
    small_product(m->u, m->work, n, stride, m->small); /* U^T (G + Lambda) U */
    small_product(m->v, m->v, n, stride, m->factor);
    for (size_t r = 0; r < stride; r++)
        sum += dot(m->small + r * stride, m->factor + r * stride, stride);
    return sum;
}

/* --- beginning and end ----------------------------------------------------------------------------- */

double vr_low_rank_bytes(double n_users, double n_items, double pairs, double rank) {
    const double stride = 8 * ceil(rank / 8), inverse = vr_symmetric_work_bytes(n_items, VR_DOUBLE);
    const double rows = 8 * stride * (5 * (n_items + VR_BLOCK_MOST) + n_users);
    return vr_symmetric_bytes(n_items) + (inverse > rows ? inverse : rows) + 16 * stride * stride +
           4 * pairs + 8 * n_users + 80 * n_items;
}

static vr_status invert(vr_low_rank *m, const vr_solve_hooks *hooks, vr_error *error) {
    const uint32_t n = m->x->n_columns;
    uint32_t pivot = n;
    vr_status status = vr_symmetric_new(n, VR_DOUBLE, &m->inverse, error);
    if (status) return status;
    for (uint32_t i = 0; i < n; i++)
        m->gap[i] = m->spec.printed ? m->lambda[i] + m->omega[i] : m->lambda[i];
    vr_symmetric_gram(&m->inverse, m->x, &m->by_item, 1, m->gap);
    status = vr_symmetric_invert(&m->inverse, hooks, &pivot, error);
    if (status != VR_BAD_DATA) return status;
    return vr_fail(
        error, VR_DIFFERS,
        "lambda = %g: X^T X + Lambda is not positive definite to working precision (item %u), so "
        "the update of U in Eq. 35 has no inverse to take; take a larger lambda",
        m->spec.lambda, pivot);
}

static int allocate(vr_low_rank *m) {
    const size_t n = (size_t)m->x->n_columns + 1, k = m->stride;
    double **lines[] = {&m->counts, &m->lambda, &m->omega, &m->b,
                        &m->g,      &m->old_b,  &m->gap,   &m->diagonal};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!(*lines[i] = calloc(n, sizeof **lines[i]))) return 0;
    return (m->small = rows_new(k, k)) && (m->factor = rows_new(k, k));
}

/* After the inverse, whose room is free then. */
static int allocate_rows(vr_low_rank *m) {
    double **tables[] = {&m->u, &m->v, &m->gu, &m->work, &m->more};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (!(*tables[i] = rows_new(m->rows, m->stride))) return 0;
    return (m->xu = rows_new(m->x->n_rows, m->stride)) != NULL;
}

static void set_weights(vr_low_rank *m) {
    const vr_low_rank_spec *spec = &m->spec;
    for (uint32_t i = 0; i < m->x->n_columns; i++) {
        m->counts[i] = vr_csr_row_count(&m->by_item, i);
        m->lambda[i] = spec->lambda + spec->dropout / (1 - spec->dropout) * m->counts[i];
        m->omega[i] = m->lambda[i] + spec->omega;
    }
}

static void start_v(vr_low_rank *m) {
    const vr_draw_key key = {m->spec.seed, VR_STREAM_INIT_ITEMS, 0};
    const double deviation = m->spec.init / sqrt(m->spec.rank);
    float *drawn = (float *)m->work;
    for (uint32_t i = 0; i < m->x->n_columns; i++) {
        vr_draw_normal(&key, i, drawn, m->spec.rank);
        for (uint32_t c = 0; c < m->spec.rank; c++)
            m->v[i * m->stride + c] = deviation * (double)drawn[c];
    }
    memset(m->work, 0, m->stride * sizeof *m->work);
}

vr_status vr_low_rank_new(const vr_low_rank_spec *spec, const vr_csr *x,
                          const vr_solve_hooks *hooks, vr_low_rank *m, vr_error *error) {
    *m = (vr_low_rank){.spec = *spec, .x = x, .stride = (spec->rank + (size_t)7) / 8 * 8};
    vr_status status = vr_csr_transpose(x, &m->by_item, error);
    if (!status && !allocate(m)) status = vr_fail(error, VR_INTERNAL, "no memory for EDLAE");
    if (status) return status;
    set_weights(m);
    status = invert(m, hooks, error);
    if (status) return status;
    m->rows = (size_t)m->inverse.n_blocks * m->inverse.block;
    if (!allocate_rows(m))
        return vr_fail(error, VR_INTERNAL, "no memory for %u factors of %u items", spec->rank,
                       x->n_columns);
    start_v(m);
    m->admm = (vr_admm){.n_z = x->n_columns,
                        .n_rows = x->n_columns,
                        .z = m->b,
                        .u = m->g,
                        .old_z = m->old_b,
                        .gap = m->gap,
                        .solve_x = solve_x,
                        .solve_z = solve_z,
                        .constraint = constraint,
                        .dual = dual};
    return VR_OK;
}

void vr_low_rank_free(vr_low_rank *m) {
    double *all[] = {m->counts, m->lambda,   m->omega, m->b,     m->g,  m->old_b,
                     m->gap,    m->diagonal, m->u,     m->v,     m->gu, m->work,
                     m->more,   m->xu,       m->small, m->factor};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
    vr_symmetric_free(&m->inverse);
    vr_csr_free(&m->by_item);
    *m = (vr_low_rank){0};
}
