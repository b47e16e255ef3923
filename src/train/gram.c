/* sampling = all for a loss that sees the mean of y^2. With G = sum_j v_j v_j^T over all n items and the pairs' weights
   f_p = dL/d mean / n,

     sum_j y_pj^2 = <u_p, G u_p>,   user p gets 2 f_p G u_p,   item j gets 2 (sum_p f_p u_p u_p^T) v_j:

   two matrices of dim x dim stand for all scores, and none is ever made. pair_factor holds 2 f_p. */
#include "num/vector.h"
#include "train/dense.h"

enum {
    BLOCK = 12 /* rows of the users' matrix that a thread takes: whole blocks of either kernel */
};

/* What a chunk of items adds to G. */
static void chunk_gram(const vr_trainer *t, uint32_t chunk) {
    const vr_dense *d = t->dense;
    size_t stride = t->items.stride, first = (size_t)chunk * VR_CHUNK;
    const vr_product product = vr_second_moment(
        t->items.unit + first * stride, vr_least(VR_CHUNK, t->items.n_rows - (uint32_t)first),
        stride, t->spec->dim, d->grams + chunk * t->spec->dim * stride);
    d->kernels->multiply(&product);
}

/* A row of G: the chunks in order, into the first one's place. */
static void add_grams(const vr_trainer *t, uint32_t row) {
    size_t stride = t->items.stride, size = t->spec->dim * stride;
    float *sum = t->dense->grams + row * stride;
    for (size_t k = 1; k < t->dense->n_chunks; k++)
        for (size_t c = 0; c < stride; c++) sum[c] += sum[k * size + c];
}

/* G u of a tile of pairs; their sums of squares; both times the weight: G u for the user, u for the users' matrix. */
static void tile_users(const vr_trainer *t, uint32_t first) {
    const vr_dense *d = t->dense;
    const vr_vector_f32 *v = vr_vectors_f32();
    size_t stride = t->users.stride;
    uint32_t n = vr_least(d->tile_rows, t->buffers->n_pairs - first);
    const float *rows = t->buffers->user_rows;
    d->kernels->multiply(&(vr_product){.rows = n,
                                       .steps = t->spec->dim,
                                       .width = stride,
                                       .a = rows + first * stride,
                                       .a_row = stride,
                                       .a_step = 1,
                                       .b = d->grams,
                                       .b_step = stride,
                                       .c = d->user_grads + first * stride,
                                       .c_row = stride});
    for (uint32_t p = first; p < first + n; p++) {
        float *gradient = d->user_grads + p * stride, factor = d->pair_factor[p];
        t->kernels->dots(rows + p * stride, d->user_grads, stride, &p, 1, &d->sums[p]);
        v->times(stride, gradient, factor, gradient);
        v->times(stride, rows + p * stride, factor, d->weighted_rows + p * stride);
    }
}

/* Rows of sum_p f_p u_p u_p^T. */
static void block_moment(const vr_trainer *t, uint32_t first) {
    const vr_dense *d = t->dense;
    size_t stride = t->users.stride;
    d->kernels->multiply(&(vr_product){.rows = vr_least(BLOCK, t->spec->dim - first),
                                       .steps = t->buffers->n_pairs,
                                       .width = stride,
                                       .a = d->weighted_rows + first,
                                       .a_row = 1,
                                       .a_step = stride,
                                       .b = t->buffers->user_rows,
                                       .b_step = stride,
                                       .c = d->moment + first * stride,
                                       .c_row = stride});
}

static void chunk_items(const vr_trainer *t, uint32_t chunk) {
    const vr_dense *d = t->dense;
    size_t stride = t->items.stride;
    uint32_t first = chunk * VR_CHUNK, n = vr_least(VR_CHUNK, t->items.n_rows - first);
    d->kernels->multiply(&(vr_product){.rows = n,
                                       .steps = t->spec->dim,
                                       .width = stride,
                                       .a = t->items.unit + first * stride,
                                       .a_row = stride,
                                       .a_step = 1,
                                       .b = d->moment,
                                       .b_step = stride,
                                       .c = t->buffers->item_grads + first * stride,
                                       .c_row = stride});
    vr_exact_bounds(t, first, n);
}

void vr_gram_gradients(vr_trainer *t) {
    vr_dense *d = t->dense;
    uint32_t n_pairs = t->buffers->n_pairs, dim = t->spec->dim;
#pragma omp for schedule(dynamic, 1)
    for (uint32_t chunk = 0; chunk < d->n_chunks; chunk++) chunk_gram(t, chunk);
#pragma omp for schedule(static)
    for (uint32_t row = 0; row < dim; row++) add_grams(t, row);
#pragma omp for schedule(dynamic, 1)
    for (uint32_t p = 0; p < n_pairs; p += d->tile_rows) tile_users(t, p);
#pragma omp for schedule(dynamic, 1)
    for (uint32_t row = 0; row < dim; row += BLOCK) block_moment(t, row);
#pragma omp for schedule(dynamic, 1)
    for (uint32_t chunk = 0; chunk < d->n_chunks; chunk++) chunk_items(t, chunk);
}
