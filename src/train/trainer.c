#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "loss/tau.h"
#include "train/dense.h"
#include "train/memory.h"

#define BETA1 .9
#define BETA2 .999
/* |m| / sqrt(v) never exceeds (1 - b1) / sqrt((1 - b2)(1 - b1^2 / b2)) = 7.27 (Cauchy-Schwarz), and the bias
   corrections sqrt(1 - b2^t) / (1 - b1^t) only lower it: no step moves an entry by more than 7.27 lr. */
#define LARGEST_MOVE 7.4

uint32_t vr_trainer_steps(const vr_trainer *trainer) {
    uint64_t pairs = vr_csr_count(&trainer->dataset->train);
    return (uint32_t)((pairs + trainer->spec->batch - 1) / trainer->spec->batch);
}

/* Places for the scored items of one pair. */
static uint32_t pair_entries(const vr_trainer *t) {
    return VR_SPARE + 1 + (vr_dense_wanted(t->spec) ? 0 : t->spec->negatives) +
           (t->loss->needs_pos_samples ? t->spec->positives : 0);
}

static void buffers_free(vr_step_buffers *b) {
    if (!b) return;
    void *all[] = {b->user_rows,      b->user_grads,   b->ids,           b->counts,
                   b->weights,        b->losses,       b->slots,         b->slot_pairs,
                   b->slot_of_pair,   b->slot_of_user, b->stamp_of_user, b->slot_grads,
                   b->slot_norm2,     b->tile_first,   b->tile_bounds,   b->triples,
                   b->bucket_inverse, b->bucket_norm2, b->item_grads,    b->row_sums,
                   b->proposals,      b->scores,       b->score_grads,   b->bucket_grads,
                   b->drawn,          b->places};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
    free(b);
}

/* The arrays with a row a thread, for b->threads; 0 when one could not be had. */
static int threads_fill(vr_step_buffers *b, const vr_trainer *t) {
    size_t room = (b->entries + 63) / 64 * 64 * (size_t)b->threads;
    size_t kept = vr_dense_wanted(t->spec) ? t->spec->batch : (size_t)b->threads * b->tile_pairs;
    b->ids = calloc(kept * b->entries, sizeof *b->ids);
    b->weights = vr_floats_new(kept * b->entries);
    b->scores = vr_floats_new(room);
    b->score_grads = vr_floats_new(room);
    b->proposals = vr_floats_new(t->proposal ? room : 0);
    b->bucket_grads = vr_floats_new((size_t)b->threads * 2 * VR_BUCKET * t->items.stride);
    b->drawn = calloc(room, sizeof *b->drawn);
    b->places = calloc(room, sizeof *b->places);
    b->room_threads = b->threads;
    return b->ids && b->weights && b->scores && b->score_grads && b->proposals && b->bucket_grads &&
           b->drawn && b->places;
}

static void threads_free(vr_step_buffers *b) {
    void *all[] = {b->ids,       b->weights,      b->scores, b->score_grads,
                   b->proposals, b->bucket_grads, b->drawn,  b->places};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

vr_status vr_trainer_threads(vr_trainer *t, uint32_t threads, vr_error *error) {
    vr_status status = vr_dense_threads(t, threads, error);
    if (status) return status;
    vr_step_buffers more = *t->buffers;
    more.threads = threads;
    if (threads > more.room_threads) {
        if (!threads_fill(&more, t)) {
            threads_free(&more);
            return vr_fail(error, VR_INTERNAL, "no memory for %u threads", threads);
        }
        threads_free(t->buffers);
    }
    *t->buffers = more;
    return VR_OK;
}

/* Every array of the buffers; 0 when one could not be had. */
static int buffers_fill(vr_step_buffers *b, const vr_trainer *t) {
    size_t batch = t->spec->batch, stride = t->items.stride,
           tiles = (batch + b->tile_pairs - 1) / b->tile_pairs;
    size_t n_rows = t->users.n_rows;
    b->user_rows = vr_floats_new(batch * stride);
    b->user_grads = vr_floats_new(batch * stride);
    b->counts = calloc(batch, sizeof *b->counts);
    b->losses = calloc(batch, sizeof *b->losses);
    b->slots = calloc(batch, sizeof *b->slots);
    b->slot_pairs = calloc(batch, sizeof *b->slot_pairs);
    b->slot_of_pair = calloc(batch, sizeof *b->slot_of_pair);
    b->slot_of_user = calloc(n_rows, sizeof *b->slot_of_user);
    b->stamp_of_user = calloc(n_rows, sizeof *b->stamp_of_user);
    b->slot_grads = vr_floats_new(batch * stride);
    b->slot_norm2 = vr_floats_new(batch);
    b->tile_first = calloc(tiles * ((size_t)b->n_buckets + 1), sizeof *b->tile_first);
    b->tile_bounds = vr_floats_new(tiles * b->n_buckets);
    b->triples = calloc(tiles * b->tile_pairs * b->entries, sizeof *b->triples);
    b->bucket_inverse = vr_floats_new(b->n_buckets);
    b->bucket_norm2 = calloc(b->n_buckets, sizeof *b->bucket_norm2);
    b->item_grads = vr_floats_new((size_t)b->n_buckets * VR_BUCKET * stride);
    b->row_sums = calloc(n_rows / VR_ROWS + 1, sizeof *b->row_sums);
    return b->user_rows && b->user_grads && b->counts && b->losses && b->slots && b->slot_pairs &&
           b->slot_of_pair && b->slot_of_user && b->stamp_of_user && b->slot_grads &&
           b->slot_norm2 && b->tile_first && b->tile_bounds && b->triples && b->bucket_inverse &&
           b->bucket_norm2 && b->item_grads && b->row_sums && threads_fill(b, t);
}

/* --- is there room ------------------------------------------------------------------------------- */

/* Settings that no machine, or not this one, has room for are refused before anything is allocated: the
   kernel grants more memory than there is and ends the process when it is used. Whether so much is free now is
   for the caller to ask (memory.h), who knows what else is to run. */
static vr_status check_room(const vr_trainer *t, vr_error *error) {
    const vr_train_spec *spec = t->spec;
    double entries = pair_entries(t), most = UINT32_MAX;
    if (spec->batch * entries > most)
        return vr_fail(error, VR_USAGE,
                       "batch = %u with %.0f scored items a pair: a step has at most 2^32 - 1 of "
                       "them, so take a smaller batch or fewer negatives",
                       spec->batch, entries);
    vr_extent extent = vr_extent_of(t->dataset);
    double machine = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    return vr_memory_check(spec, &extent, omp_get_max_threads(), machine, error);
}

static vr_status make_codes(vr_trainer *t, vr_error *error) {
    size_t bytes = t->items.n_rows * vr_code_stride(t->items.stride);
    if (!vr_screened(t->spec)) return VR_OK;
    t->item_codes = (uint8_t *)vr_floats_new(bytes / sizeof(float));
    return t->item_codes ? VR_OK
                         : vr_fail(error, VR_INTERNAL, "no memory for %u items", t->items.n_rows);
}

/* q_j of the sampling, which sampled-softmax divides by: uniform, or an item's share of the interactions. */
static vr_status make_proposal(vr_trainer *t, vr_error *error) {
    const vr_csr *train = &t->dataset->train;
    uint64_t pairs = vr_csr_count(train);
    if (strcmp(t->spec->loss, "sampled-softmax") != 0) return VR_OK;
    t->proposal = vr_floats_new(train->n_columns);
    if (!t->proposal)
        return vr_fail(error, VR_INTERNAL, "no memory for %u items", train->n_columns);
    if (t->spec->sampling == VR_SAMPLE_UNIFORM)
        for (uint32_t i = 0; i < train->n_columns; i++)
            t->proposal[i] = 1 / (float)train->n_columns;
    else {
        for (uint64_t p = 0; p < pairs; p++) t->proposal[train->columns[p]]++;
        for (uint32_t i = 0; i < train->n_columns; i++) t->proposal[i] /= (float)pairs;
    }
    return VR_OK;
}

static vr_status trainer_arrays(vr_trainer *t, vr_error *error) {
    const vr_csr *train = &t->dataset->train;
    uint64_t pairs = vr_csr_count(train);
    t->pair_users = calloc(pairs, sizeof *t->pair_users);
    t->order = calloc(pairs, sizeof *t->order);
    t->steps = calloc(vr_trainer_steps(t), sizeof *t->steps);
    t->user_step = calloc(train->n_rows, sizeof *t->user_step);
    t->buffers = calloc(1, sizeof *t->buffers);
    if (!t->pair_users || !t->order || !t->steps || !t->user_step || !t->buffers)
        return vr_fail(error, VR_INTERNAL, "no memory for %llu train pairs",
                       (unsigned long long)pairs);
    for (uint32_t u = 0; u < train->n_rows; u++)
        for (uint64_t p = train->offsets[u]; p < train->offsets[u + 1]; p++) t->pair_users[p] = u;
    t->buffers->threads = (uint32_t)omp_get_max_threads();
    t->buffers->entries = pair_entries(t);
    t->buffers->tile_pairs = vr_dense_wanted(t->spec) ? VR_DENSE_TILE : VR_TILE;
    t->buffers->n_buckets = (train->n_columns + VR_BUCKET - 1) / VR_BUCKET;
    if (!buffers_fill(t->buffers, t))
        return vr_fail(error, VR_INTERNAL,
                       "no memory for a step of batch = %u x negatives = %u; take a smaller batch",
                       t->spec->batch, t->spec->negatives);
    return VR_OK;
}

/* tau_u^+ must be a probability for every user, or the debiased losses mean nothing (Eq. 5). */
double vr_tau_plus_of(const vr_trainer *t, uint32_t user) {
    return vr_tau_plus(t->spec->tau_rule, t->spec->tau_value,
                       vr_csr_row_count(&t->dataset->train, user), t->dataset->n_items);
}

vr_loss_params vr_user_params(const vr_trainer *t, uint32_t user) {
    vr_loss_params params = t->spec->params;
    if ((t->loss->required | t->loss->optional) & VR_PARAM_TAU_PLUS)
        params.tau_plus = vr_tau_plus_of(t, user);
    return params;
}

static vr_status check_tau(const vr_trainer *t, vr_error *error) {
    if (!((t->loss->required | t->loss->optional) & VR_PARAM_TAU_PLUS)) return VR_OK;
    vr_status status = VR_OK;
    for (uint32_t u = 0; !status && u < t->dataset->n_users; u++) {
        const uint32_t n = vr_csr_row_count(&t->dataset->train, u);
        if (n)
            status = vr_tau_check(t->spec->tau_rule, t->spec->tau_value, u, n, t->dataset->n_items,
                                  error);
    }
    return status;
}

vr_status vr_trainer_new(const vr_train_spec *spec, const vr_dataset *dataset, vr_trainer *out,
                         vr_error *error) {
    vr_trainer t = {.spec = spec,
                    .dataset = dataset,
                    .loss = vr_loss_find(spec->loss),
                    .kernels = vr_row_kernels_get(),
                    .screen = vr_screen_kernels_get()};
    vr_similarity similarity = (vr_similarity)spec->similarity;
    vr_status status = check_tau(&t, error);
    if (!status) status = check_room(&t, error);
    if (!status) status = vr_table_new(dataset->n_users, spec->dim, similarity, &t.users, error);
    if (!status) status = vr_table_new(dataset->n_items, spec->dim, similarity, &t.items, error);
    if (!status) status = make_codes(&t, error);
    if (!status) status = make_proposal(&t, error);
    if (!status) status = trainer_arrays(&t, error);
    if (!status) status = vr_dense_new(&t, error);
    if (status) {
        vr_trainer_free(&t);
        return status;
    }
    vr_table_init(&t.users, spec->init, spec->seed, VR_STREAM_INIT_USERS);
    vr_table_init(&t.items, spec->init, spec->seed, VR_STREAM_INIT_ITEMS);
    *out = t;
    vr_step_flush(out, 0);
    return VR_OK;
}

void vr_trainer_free(vr_trainer *t) {
    vr_table_free(&t->users);
    vr_table_free(&t->items);
    free(t->item_codes);
    free(t->pair_users);
    free(t->order);
    free(t->proposal);
    free(t->steps);
    free(t->user_step);
    buffers_free(t->buffers);
    vr_dense_free(t->dense);
    *t = (vr_trainer){0};
}

static double largest_entry(const vr_table *table) {
    double most = 0;
    for (size_t i = 0; i < (size_t)table->n_rows * table->stride; i++) {
        double entry = fabs((double)table->raw[i]);
        if (entry > most) most = entry;
    }
    return most;
}

void vr_epoch_begin(vr_trainer *t, uint32_t epoch, double lr) {
    uint32_t n_steps = vr_trainer_steps(t);
    vr_draw_key key = {t->spec->seed, VR_STREAM_SHUFFLE, epoch};
    vr_draw_permutation(&key, t->order, (uint32_t)vr_csr_count(&t->dataset->train));
    t->lr = lr;
    for (uint32_t s = 0; s < n_steps; s++) {
        double step = (double)(t->adam_steps + s + 1);
        /* powers by exp and log would differ between C libraries; beta^t is a product of squares instead */
        double power1 = 1, power2 = 1, square1 = BETA1, square2 = BETA2;
        for (uint64_t n = (uint64_t)step; n; n >>= 1, square1 *= square1, square2 *= square2)
            if (n & 1) {
                power1 *= square1;
                power2 *= square2;
            }
        t->steps[s] = (vr_adam_step){(float)(lr / (1 - power1)), (float)(1 / sqrt(1 - power2)), 1};
    }
    memset(t->user_step, 0, t->users.n_rows * sizeof *t->user_step);
    double entries = ((double)t->users.n_rows + t->items.n_rows) * t->spec->dim;
    double entry = fmax(largest_entry(&t->users), largest_entry(&t->items));
    t->regularizer_norm =
        t->spec->regularization * sqrt(entries) * (entry + LARGEST_MOVE * lr * n_steps);
}
