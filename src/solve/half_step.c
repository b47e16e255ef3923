#include "solve/half_step.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "model/table.h"
#include "model/tiles.h"
#include "num/eigen.h"
#include "solve/system.h"

enum {
    TILE = 32,          /* targets that a thread takes at a time */
    WORTH_TURNING = 256 /* targets with few sources from which on the turned coordinates pay */
};

/* What all targets share: the step, and the sources in the coordinates of G's eigenvectors. */
typedef struct shared {
    const vr_half_step *step;
    const vr_system_kernels *kernels;
    uint32_t *order; /* the targets, longest first, so that no long one is left for the end */
    size_t longest;
    size_t few; /* targets with at most so many sources are solved in turned coordinates; 0: none */
    float *turned;    /* n_sources x stride: Q^T v */
    float *to, *back; /* stride x stride: row v times `to` is turned, times `back` is as it was */
    float *values;    /* stride: G's eigenvalues */
} shared;

/* A thread's own arrays; a system has at most stride unknowns. */
typedef struct room {
    float *factor, *inverse, *x; /* stride x stride, stride x 16, stride */
    float *gathered, *weights;   /* longest x stride, longest */
    float *columns, *scales;     /* stride x stride, stride */
    float *tile, *turned_tile;   /* TILE x stride */
    int failed;
    uint32_t target;
    float pivot;
} room;

static size_t round_up(size_t n) {
    return (n + VR_SYSTEM_BLOCK - 1) / VR_SYSTEM_BLOCK * VR_SYSTEM_BLOCK;
}

static void note_failure(room *at, uint32_t target, float pivot) {
    if (at->failed && at->target < target) return;
    at->failed = 1;
    at->target = target;
    at->pivot = pivot;
}

/* The target's sources side by side, and their weights on the right side. */
static size_t gather(const shared *s, const float *sources, uint32_t target, room *at) {
    const vr_half_step *step = s->step;
    size_t n = vr_csr_row_count(step->rows, target);
    const uint32_t *ids = step->rows->columns + step->rows->offsets[target];
    for (size_t j = 0; j < n; j++) {
        memcpy(at->gathered + j * step->stride, sources + ids[j] * step->stride,
               step->stride * sizeof *sources);
        at->weights[j] = step->r[target] * (step->q ? step->q[ids[j]] : 1);
    }
    return n;
}

static void solve_system(const shared *s, const vr_system *system, uint32_t target, room *at) {
    float pivot;
    if (s->kernels->solve(system, &pivot) < system->m) note_failure(at, target, pivot);
}

/* --- in as many unknowns as dimensions -------------------------------------------------------------- */

/* The m coordinates from `first` on, of the n rows that are gathered. */
static vr_system system_of(const vr_half_step *step, uint32_t target, size_t first, size_t m,
                           size_t n, const room *at) {
    return (vr_system){.m = m,
                       .n = n,
                       .rows = at->gathered + first,
                       .row_stride = step->stride,
                       .gram = step->gram + first * step->stride + first,
                       .gram_stride = step->stride,
                       .g = step->g[target],
                       .l = step->l[target],
                       .factor = at->factor,
                       .inverse = at->inverse,
                       .x = at->x};
}

static void solve_whole(const shared *s, uint32_t target, room *at) {
    const vr_half_step *step = s->step;
    size_t stride = step->stride, n = gather(s, step->sources, target, at);
    memset(at->x, 0, stride * sizeof *at->x);
    s->kernels->combine(at->gathered, stride, n, at->weights, stride, at->x);
    const vr_system system = system_of(step, target, 0, stride, n, at);
    solve_system(s, &system, target, at);
    memcpy(step->targets + target * stride, at->x, stride * sizeof *at->x);
}

/* --- in as many as sources --------------------------------------------------------------------------- */

/* (I + V' D^-1 V'^T) z = r q, then D^-1 V'^T z, in turned coordinates. */
static void solve_few(const shared *s, uint32_t target, room *at, float *out) {
    const vr_half_step *step = s->step;
    size_t stride = step->stride, n = gather(s, s->turned, target, at), m = round_up(n);
    for (size_t c = 0; c < stride; c++)
        at->scales[c] = 1 / sqrtf(fmaf(step->g[target], s->values[c], step->l[target]));
    s->kernels->transpose(at->gathered, stride, n, stride, at->columns, m);
    s->kernels->scale_rows(at->columns, m, at->scales, stride);
    memset(at->x, 0, m * sizeof *at->x);
    memcpy(at->x, at->weights, n * sizeof *at->x);
    vr_system system = {.m = m,
                        .n = stride,
                        .rows = at->columns,
                        .row_stride = m,
                        .l = 1,
                        .factor = at->factor,
                        .inverse = at->inverse,
                        .x = at->x};
    solve_system(s, &system, target, at);
    memset(out, 0, stride * sizeof *out);
    s->kernels->combine(at->gathered, stride, n, at->x, stride, out);
    for (size_t c = 0; c < stride; c++) out[c] *= at->scales[c] * at->scales[c];
}

static void multiply(const float *rows, size_t n, const float *matrix, size_t stride, float *out) {
    vr_tile_kernels_get()->multiply(&(vr_product){.rows = n,
                                                  .steps = stride,
                                                  .width = stride,
                                                  .a = rows,
                                                  .a_row = stride,
                                                  .a_step = 1,
                                                  .b = matrix,
                                                  .b_step = stride,
                                                  .c = out,
                                                  .c_row = stride});
}

/* The tile's rows in turned coordinates, one for each of the n targets, back to where they belong. */
static void turn_back(const shared *s, const uint32_t *targets, size_t n, room *at) {
    size_t stride = s->step->stride;
    multiply(at->turned_tile, n, s->back, stride, at->tile);
    for (size_t k = 0; k < n; k++)
        memcpy(s->step->targets + targets[k] * stride, at->tile + k * stride,
               stride * sizeof *at->tile);
}

/* --- a block of coordinates at a time ---------------------------------------------------------------- */

/* weights become r q - <v, w>, what is left to explain; each block's step is subtracted from it. */
static void solve_blocks(const shared *s, uint32_t target, room *at) {
    const vr_half_step *step = s->step;
    size_t stride = step->stride, n = gather(s, step->sources, target, at);
    float *w = step->targets + target * stride;
    memset(at->columns, 0, n * sizeof *at->columns);
    s->kernels->dots(at->gathered, stride, n, w, stride, at->columns);
    for (size_t j = 0; j < n; j++) at->weights[j] -= at->columns[j];
    for (size_t first = 0; first < stride; first += step->block) {
        size_t m = stride - first < step->block ? stride - first : step->block;
        for (size_t c = 0; c < stride; c++) at->scales[c] = -step->g[target] * w[c];
        for (size_t c = 0; c < m; c++) at->x[c] = -step->l[target] * w[first + c];
        s->kernels->combine(at->gathered + first, stride, n, at->weights, m, at->x);
        s->kernels->combine(step->gram + first, stride, stride, at->scales, m, at->x);
        const vr_system system = system_of(step, target, first, m, n, at);
        solve_system(s, &system, target, at);
        for (size_t c = 0; c < m; c++) {
            w[first + c] += at->x[c];
            at->x[c] = -at->x[c];
        }
        s->kernels->dots(at->gathered + first, stride, n, at->x, m, at->weights);
    }
}

/* --- all targets ------------------------------------------------------------------------------------- */

static void solve_tile(const shared *s, size_t first, size_t end, room *at) {
    const vr_half_step *step = s->step;
    uint32_t few[TILE];
    size_t n_few = 0;
    for (size_t i = first; i < end; i++) {
        uint32_t target = s->order[i];
        size_t n = vr_csr_row_count(step->rows, target);
        if (!n)
            memset(step->targets + target * step->stride, 0, step->stride * sizeof(float));
        else if (step->block)
            solve_blocks(s, target, at);
        else if (n > s->few)
            solve_whole(s, target, at);
        else {
            few[n_few] = target;
            solve_few(s, target, at, at->turned_tile + n_few++ * step->stride);
        }
    }
    if (n_few) turn_back(s, few, n_few, at);
}

static void room_free(room *at) {
    void *all[] = {at->factor,  at->inverse, at->x,    at->gathered,   at->weights,
                   at->columns, at->scales,  at->tile, at->turned_tile};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

/* `columns` also holds a score a source. */
static int room_new(size_t stride, size_t longest, room *out) {
    size_t square = stride * stride;
    *out = (room){.factor = vr_floats_new(square),
                  .inverse = vr_floats_new(stride * VR_SYSTEM_BLOCK),
                  .x = vr_floats_new(stride),
                  .gathered = vr_floats_new(longest * stride),
                  .weights = vr_floats_new(longest),
                  .columns = vr_floats_new(square > longest ? square : longest),
                  .scales = vr_floats_new(stride),
                  .tile = vr_floats_new(TILE * stride),
                  .turned_tile = vr_floats_new(TILE * stride)};
    return out->factor && out->inverse && out->x && out->gathered && out->weights && out->columns &&
           out->scales && out->tile && out->turned_tile;
}

/* --- what they share --------------------------------------------------------------------------------- */

/* Equal lengths by number: a counting sort. */
static vr_status make_order(shared *s, vr_error *error) {
    const vr_csr *rows = s->step->rows;
    size_t n = rows->n_rows;
    for (uint32_t t = 0; t < n; t++)
        if (vr_csr_row_count(rows, t) > s->longest) s->longest = vr_csr_row_count(rows, t);
    uint32_t *starts = calloc(s->longest + 2, sizeof *starts);
    s->order = calloc(n + 1, sizeof *s->order);
    for (uint32_t t = 0; starts && t < n; t++) starts[s->longest - vr_csr_row_count(rows, t) + 1]++;
    for (size_t k = 0; starts && k <= s->longest; k++) starts[k + 1] += starts[k];
    for (uint32_t t = 0; starts && s->order && t < n; t++)
        s->order[starts[s->longest - vr_csr_row_count(rows, t)]++] = t;
    vr_status status =
        starts && s->order ? VR_OK : vr_fail(error, VR_INTERNAL, "no memory for %zu rows", n);
    free(starts);
    return status;
}

/* --- turned coordinates ------------------------------------------------------------------------------ */

/* Eigenvectors of G's first dim rows and columns, in double; the padding stays 0. */
static int make_turn(shared *s) {
    size_t dim = s->step->dim, stride = s->step->stride;
    double *vectors = malloc(dim * dim * sizeof *vectors), *values = malloc(dim * sizeof *values),
           *work = malloc(dim * sizeof *work);
    int ready = vectors && values && work;
    for (size_t i = 0; ready && i < dim * dim; i++)
        vectors[i] = (double)s->step->gram[i / dim * stride + i % dim];
    ready = ready && vr_eigen(dim, vectors, values, work);
    for (size_t k = 0; ready && k < dim; k++) {
        s->values[k] = values[k] > 0 ? (float)values[k] : 0;
        for (size_t c = 0; c < dim; c++)
            s->to[c * stride + k] = s->back[k * stride + c] = (float)vectors[k * dim + c];
    }
    free(vectors);
    free(values);
    free(work);
    return ready;
}

/* s->few: how many sources are few; all that its targets need then. */
static vr_status turn(shared *s, vr_error *error) {
    const vr_half_step *step = s->step;
    size_t stride = step->stride, n_sources = step->rows->n_columns, n_few = 0;
    size_t few = stride > VR_SYSTEM_BLOCK && !step->block ? stride - VR_SYSTEM_BLOCK : 0;
    for (uint32_t t = 0; t < step->rows->n_rows; t++) {
        size_t n = vr_csr_row_count(step->rows, t);
        n_few += n && n <= few;
    }
    if (n_few < WORTH_TURNING) return VR_OK;
    s->turned = vr_floats_new(n_sources * stride);
    s->to = vr_floats_new(stride * stride);
    s->back = vr_floats_new(stride * stride);
    s->values = vr_floats_new(stride);
    if (!s->turned || !s->to || !s->back || !s->values || !make_turn(s))
        return vr_fail(error, VR_INTERNAL, "no memory for %zu turned rows of %zu", n_sources,
                       stride);
#pragma omp parallel for schedule(static)
    for (size_t first = 0; first < n_sources; first += TILE)
        multiply(step->sources + first * stride,
                 n_sources - first < TILE ? n_sources - first : TILE, s->to, stride,
                 s->turned + first * stride);
    s->few = few;
    return VR_OK;
}

static void shared_free(shared *s) {
    free(s->order);
    free(s->turned);
    free(s->to);
    free(s->back);
    free(s->values);
}

static vr_status solve_all(const shared *s, vr_error *error) {
    size_t n_targets = s->step->rows->n_rows;
    int ready = 1;
    room worst = {.failed = 0};
#pragma omp parallel
    {
        room mine;
        int mine_ready = room_new(s->step->stride, s->longest, &mine);
#pragma omp critical
        ready &= mine_ready;
#pragma omp barrier
#pragma omp for schedule(dynamic, 1)
        for (size_t first = 0; first < n_targets; first += TILE)
            if (ready && !vr_interrupted)
                solve_tile(s, first, n_targets - first < TILE ? n_targets : first + TILE, &mine);
#pragma omp critical
        if (mine.failed && (!worst.failed || mine.target < worst.target)) worst = mine;
        room_free(&mine);
    }
    if (!ready) return vr_fail(error, VR_INTERNAL, "no memory for a half-step");
    if (vr_interrupted)
        return vr_fail(error, VR_INTERRUPTED, "interrupted; nothing of this run is kept");
    if (!worst.failed) return VR_OK;
    return vr_fail(
        error, VR_DIFFERS,
        "%s %u: a pivot of its normal equations is %g, so they are not positive definite "
        "in float and have no minimum; take a larger lambda",
        s->step->what, worst.target, (double)worst.pivot);
}

vr_status vr_half_step_solve(const vr_half_step *step, vr_error *error) {
    shared s = {.step = step, .kernels = vr_system_kernels_get(), .longest = 1};
    vr_status status = make_order(&s, error);
    if (!status) status = turn(&s, error);
    if (!status) status = solve_all(&s, error);
    shared_free(&s);
    return status;
}

double vr_half_step_bytes(size_t stride, double n_sources, double longest, int threads) {
    double d = (double)stride, own = 2 * d * d + (longest + 2 * TILE + 20) * d + 2 * longest;
    return 4 * (threads * own + n_sources * d + 2 * d * d) + 16 * d * d;
}
