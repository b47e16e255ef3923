#include "train/dense.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* --- room ----------------------------------------------------------------------------------------- */

typedef struct shape {
    size_t stride, list, tile_rows, scores_stride, n_lists, n_chunks, n_buckets, own;
    size_t n_sums, grams; /* of exact.c; chunks of gram.c, or 0 */
} shape;

static shape shape_of(const vr_train_spec *spec, uint32_t n_items) {
    int exact = spec->sampling == VR_SAMPLE_ALL,
        gram =
            exact && spec->dim <= VR_GRAM_MOST && vr_loss_find(spec->loss)->sees == VR_SEES_SQUARE;
    shape s = {.stride = vr_row_stride(spec->dim),
               .list = exact ? VR_CHUNK : spec->negatives,
               .tile_rows = VR_DENSE_ROWS,
               .n_chunks = exact ? (n_items + VR_CHUNK - 1) / VR_CHUNK : 0,
               .n_lists = exact ? 0 : (spec->batch + spec->sharing - 1) / spec->sharing,
               .n_buckets = (n_items + VR_BUCKET - 1) / VR_BUCKET,
               .own = 1 + (size_t)spec->positives};
    s.scores_stride = (s.list + VR_PANEL - 1) / VR_PANEL * VR_PANEL + 16;
    s.n_sums = gram ? 1 : s.n_chunks;
    s.grams = gram ? s.n_chunks : 0;
    while (s.tile_rows > 6 && s.tile_rows * s.scores_stride > VR_DENSE_FLOATS) s.tile_rows -= 6;
    return s;
}

int vr_dense_wanted(const vr_train_spec *spec) {
    return spec->sampling == VR_SAMPLE_ALL || spec->sharing >= VR_SHARED_LEAST;
}

/* As room_new and fill make them, but for the small ones. */
double vr_dense_bytes(const vr_train_spec *spec, double n_items, int threads) {
    if (!vr_dense_wanted(spec)) return 0;
    shape s = shape_of(spec, n_items < UINT32_MAX ? (uint32_t)n_items : UINT32_MAX);
    double row = 4. * (double)s.stride, rows = (double)s.n_lists * (double)s.list,
           partial = (double)s.n_sums * spec->batch, lists = s.n_lists ? 2 : 1;
    double of_thread =
        lists * (double)s.list * row + (double)s.tile_rows * (4. * (double)s.scores_stride + row);
    if (s.grams) partial += spec->batch + (double)(s.grams + 1) * spec->dim;
    return threads * of_thread + rows * (row + 8 + sizeof(vr_triple)) + partial * (row + 8);
}

static int room_new(vr_dense_room *room, const shape *s) {
    *room = (vr_dense_room){
        .rows = vr_floats_new(s->n_lists ? s->list * s->stride : 0),
        .panels = vr_floats_new((s->scores_stride - 16) * s->stride),
        .scores = vr_floats_new(s->tile_rows * s->scores_stride),
        .gradient = vr_floats_new(s->scores_stride),
        .proposals = vr_floats_new(s->scores_stride),
        .factors = vr_floats_new(s->tile_rows * s->stride),
        .positives = calloc(2 * s->own, sizeof(double)),
    };
    return room->rows && room->panels && room->scores && room->gradient && room->proposals &&
           room->factors && room->positives;
}

static int fill(vr_dense *d, const shape *s, const vr_trainer *t) {
    size_t rows = s->n_lists * s->list, partial = s->n_sums * t->spec->batch;
    d->bucket_bound = calloc(s->n_buckets, sizeof *d->bucket_bound);
    d->ids = calloc(rows + 1, sizeof *d->ids);
    d->item_grads = vr_floats_new(rows * s->stride);
    d->row_norms = vr_floats_new(rows);
    d->triples = calloc(rows + 1, sizeof *d->triples);
    d->bucket_first = calloc(s->n_buckets + 1, sizeof *d->bucket_first);
    d->tops = vr_floats_new(partial);
    d->sums = vr_floats_new(partial);
    d->user_grads = vr_floats_new(partial * s->stride);
    if (s->grams) {
        d->grams = vr_floats_new(s->grams * t->spec->dim * s->stride);
        d->weighted_rows = vr_floats_new(t->spec->batch * s->stride);
        d->moment = vr_floats_new(t->spec->dim * s->stride);
        if (!d->grams || !d->weighted_rows || !d->moment) return 0;
    }
    d->pair_top = vr_floats_new(t->spec->batch);
    d->pair_factor = vr_floats_new(t->spec->batch);
    return d->bucket_bound && d->ids && d->item_grads && d->row_norms && d->triples &&
           d->bucket_first && d->tops && d->sums && d->user_grads && d->pair_top && d->pair_factor;
}

vr_status vr_dense_new(vr_trainer *t, vr_error *error) {
    shape s = shape_of(t->spec, t->dataset->n_items);
    t->dense = NULL;
    if (!vr_dense_wanted(t->spec)) return VR_OK;
    if (s.n_lists * s.list >= UINT32_MAX / VR_BUCKET)
        return vr_fail(error, VR_USAGE,
                       "batch = %u, sharing = %u and negatives = %u: a step has at most %u drawn "
                       "items, so take a smaller batch or fewer negatives",
                       t->spec->batch, t->spec->sharing, t->spec->negatives,
                       UINT32_MAX / VR_BUCKET);
    vr_dense *d = calloc(1, sizeof *d);
    if (d) {
        *d = (vr_dense){.kernels = vr_tile_kernels_get(),
                        .list = (uint32_t)s.list,
                        .tile_rows = (uint32_t)s.tile_rows,
                        .scores_stride = s.scores_stride,
                        .n_chunks = (uint32_t)s.n_chunks,
                        .n_sums = (uint32_t)s.n_sums};
    }
    t->dense = d;
    if (d && fill(d, &s, t)) return vr_dense_threads(t, t->buffers->threads, error);
    return vr_fail(error, VR_INTERNAL,
                   "no memory for draws of batch = %u x negatives = %u; take a smaller batch",
                   t->spec->batch, t->spec->negatives);
}

static void room_free(vr_dense_room *r) {
    void *all[] = {r->rows,      r->panels,  r->scores,   r->gradient,
                   r->proposals, r->factors, r->positives};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
}

vr_status vr_dense_threads(vr_trainer *t, uint32_t threads, vr_error *error) {
    vr_dense *d = t->dense;
    if (!d || threads <= d->n_rooms) return VR_OK;
    shape s = shape_of(t->spec, t->dataset->n_items);
    vr_dense_room *more = realloc(d->rooms, threads * sizeof *more);
    if (more) d->rooms = more;
    for (; more && d->n_rooms < threads; d->n_rooms++)
        if (!room_new(&more[d->n_rooms], &s)) {
            room_free(&more[d->n_rooms]);
            more = NULL;
        }
    return more ? VR_OK
                : vr_fail(error, VR_INTERNAL,
                          "no memory for tiles of %zu x %zu scores of %u threads", s.tile_rows,
                          s.scores_stride, threads);
}

void vr_dense_free(vr_dense *d) {
    if (!d) return;
    for (uint32_t i = 0; i < d->n_rooms; i++) room_free(&d->rooms[i]);
    void *all[] = {d->rooms,    d->bucket_bound, d->ids,   d->item_grads,    d->row_norms,
                   d->triples,  d->bucket_first, d->tops,  d->sums,          d->user_grads,
                   d->pair_top, d->pair_factor,  d->grams, d->weighted_rows, d->moment};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
    free(d);
}

/* --- a pair --------------------------------------------------------------------------------------- */

uint32_t vr_dense_pair(vr_trainer *t, uint32_t epoch, uint32_t position, uint32_t p,
                       float *factors) {
    vr_step_buffers *b = t->buffers;
    size_t stride = t->users.stride;
    uint32_t pair = t->order[position], user = t->pair_users[pair],
             *ids = b->ids + (size_t)p * b->entries;
    const float *unit = t->users.unit + user * stride;
    float *row = b->user_rows + p * stride;
    memcpy(row, unit, stride * sizeof *row);
    for (size_t c = 0; c < stride; c++) factors[c] = 1;
    if (t->spec->dropout > 0) vr_drop_out(t, epoch, position, unit, row, factors);
    ids[0] = t->dataset->train.columns[pair];
    uint32_t n = 1 + vr_draw_positives(t, epoch, position, user, ids + 1);
    t->kernels->dots(row, t->items.unit, stride, ids, n, b->weights + (size_t)p * b->entries);
    return n;
}

void vr_dense_own(vr_trainer *t, uint32_t p, const float *gradient, uint32_t n, float scale) {
    vr_step_buffers *b = t->buffers;
    size_t stride = t->users.stride;
    uint32_t *ids = b->ids + (size_t)p * b->entries,
             *drawn = b->drawn + (size_t)omp_get_thread_num() * ((b->entries + 63) / 64 * 64);
    float *weights = b->weights + (size_t)p * b->entries, *sum = b->user_grads + p * stride;
    memcpy(drawn, ids, n * sizeof *drawn);
    b->counts[p] = t->kernels->keep_active(drawn, gradient, n, scale, ids, weights);
    memset(sum, 0, stride * sizeof *sum);
    t->kernels->accumulate(t->items.unit, stride, ids, weights, b->counts[p], sum);
}

void vr_dense_dropped(vr_trainer *t, uint32_t p, const float *factors) {
    float *gradient = t->buffers->user_grads + p * (size_t)t->users.stride;
    if (t->spec->dropout > 0)
        for (size_t c = 0; c < t->spec->dim; c++) gradient[c] *= factors[c];
}

/* --- a tile --------------------------------------------------------------------------------------- */

void vr_dense_pack(const vr_trainer *t, vr_dense_room *room, const float *rows, uint32_t n) {
    size_t stride = t->items.stride, dim = t->spec->dim;
    for (size_t j = 0; j < n; j += VR_PANEL)
        t->dense->kernels->pack(rows + j * stride, stride, n - j < VR_PANEL ? n - j : VR_PANEL, dim,
                                room->panels + j * dim);
}

void vr_dense_scores(const vr_trainer *t, vr_dense_room *room, const vr_dense_tile *tile) {
    size_t stride = t->users.stride, dim = t->spec->dim;
    for (size_t j = 0; j < tile->n_items; j += VR_PANEL)
        t->dense->kernels->multiply(
            &(vr_product){.rows = tile->n_pairs,
                          .steps = dim,
                          .width = VR_PANEL,
                          .a = t->buffers->user_rows + tile->first_pair * stride,
                          .a_row = stride,
                          .a_step = 1,
                          .b = room->panels + j * dim,
                          .b_step = VR_PANEL,
                          .c = room->scores + j,
                          .c_row = t->dense->scores_stride});
}

/* Few weights that are not 0: each costs two rows, and the others nothing. The same order as the products. */
static int backward_sparse(const vr_trainer *t, const vr_dense_room *room,
                           const vr_dense_tile *tile) {
    const vr_dense *d = t->dense;
    size_t stride = t->users.stride, active = 0, all = (size_t)tile->n_pairs * tile->n_items;
    for (uint32_t r = 0; r < tile->n_pairs; r++)
        active += d->kernels->active(room->scores + r * d->scores_stride, tile->n_items);
    if (active > all / 8) return 0;
    if (!tile->add_users)
        memset(tile->user_grads, 0, tile->n_pairs * stride * sizeof *tile->user_grads);
    if (!tile->add_items)
        memset(tile->item_grads, 0, tile->n_items * stride * sizeof *tile->item_grads);
    for (uint32_t r = 0; r < tile->n_pairs; r++)
        d->kernels->add_active(
            &(vr_active_row){.weights = room->scores + r * d->scores_stride,
                             .n = tile->n_items,
                             .stride = stride,
                             .items = tile->items,
                             .user = t->buffers->user_rows + (tile->first_pair + r) * stride,
                             .user_gradient = tile->user_grads + r * stride,
                             .item_gradients = tile->item_grads});
    return 1;
}

void vr_dense_backward(const vr_trainer *t, vr_dense_room *room, const vr_dense_tile *tile) {
    const vr_dense *d = t->dense;
    size_t stride = t->users.stride;
    if (t->loss->sees == VR_SEES_HINGE && backward_sparse(t, room, tile)) return;
    vr_product users = {.rows = tile->n_pairs,
                        .steps = tile->n_items,
                        .width = stride,
                        .a = room->scores,
                        .a_row = d->scores_stride,
                        .a_step = 1,
                        .b = tile->items,
                        .b_step = stride,
                        .c = tile->user_grads,
                        .c_row = stride,
                        .add = tile->add_users};
    vr_product items = {.rows = tile->n_items,
                        .steps = tile->n_pairs,
                        .width = stride,
                        .a = room->scores,
                        .a_row = 1,
                        .a_step = d->scores_stride,
                        .b = t->buffers->user_rows + tile->first_pair * stride,
                        .b_step = stride,
                        .c = tile->item_grads,
                        .c_row = stride,
                        .add = tile->add_items};
    d->kernels->multiply(&users);
    d->kernels->multiply(&items);
}

/* --- the step ------------------------------------------------------------------------------------- */

void vr_dense_forward(vr_trainer *t, uint32_t epoch, uint32_t start) {
    const vr_step_buffers *b = t->buffers;
    if (t->spec->sampling == VR_SAMPLE_ALL)
        vr_exact_forward(t, epoch, start);
    else
        vr_shared_forward(t, epoch, start);
#pragma omp for schedule(dynamic, 1)
    for (uint32_t tile = 0; tile < b->n_tiles; tile++) {
        vr_tile_begin(t, tile);
        for (uint32_t p = tile * b->tile_pairs; p < vr_tile_end(b, tile); p++) vr_pair_count(t, p);
        vr_tile_place(t, tile);
    }
}

void vr_dense_gradient(const vr_trainer *t, uint32_t bucket, float *gradients) {
    const vr_dense *d = t->dense;
    size_t stride = t->items.stride, size = VR_BUCKET * stride;
    const float *all = t->buffers->item_grads + bucket * size;
    if (t->spec->sampling == VR_SAMPLE_ALL) {
        if (gradients != all) memcpy(gradients, all, size * sizeof *gradients);
        return;
    }
    uint32_t first = d->bucket_first[bucket];
    memset(gradients, 0, size * sizeof *gradients);
    t->kernels->scatter(d->triples + first, d->bucket_first[bucket + 1] - first, d->item_grads,
                        stride, gradients);
}
