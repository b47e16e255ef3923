#include <math.h>
#include <omp.h>
#include <string.h>
#include "num/draws.h"
#include "train/dense.h"

void vr_drop_out(const vr_trainer *t, uint32_t epoch, uint32_t position, const float *unit,
                 float *row, float *factors) {
    size_t dim = t->spec->dim;
    vr_draw_key key = {t->spec->seed, VR_STREAM_DROPOUT, epoch};
    uint32_t threshold = (uint32_t)(t->spec->dropout * 0x1p32);
    float keep = (float)(1 / (1 - t->spec->dropout));
    uint32_t words[64];
    for (size_t first = 0; first < dim; first += 64, position += 0x9E3779B9u) {
        size_t n = dim - first < 64 ? dim - first : 64;
        vr_draw_words(&key, position, words, 64);
        for (size_t c = 0; c < n; c++) {
            factors[first + c] = words[c] >= threshold ? keep : 0;
            row[first + c] = unit[first + c] * factors[first + c];
        }
    }
}

void vr_draw_negatives(const vr_trainer *t, uint32_t epoch, uint32_t position, uint32_t *ids) {
    const vr_csr *train = &t->dataset->train;
    uint32_t n = t->spec->negatives;
    vr_draw_key key = {t->spec->seed, VR_STREAM_NEGATIVES, epoch};
    if (t->spec->sampling == VR_SAMPLE_UNIFORM)
        vr_draw_below(&key, position, train->n_columns, ids, n);
    else {
        vr_draw_below(&key, position, (uint32_t)vr_csr_count(train), ids, n);
        for (uint32_t j = 0; j < n; j++) ids[j] = train->columns[ids[j]];
    }
}

uint32_t vr_draw_positives(const vr_trainer *t, uint32_t epoch, uint32_t position, uint32_t user,
                           uint32_t *ids) {
    const vr_csr *train = &t->dataset->train;
    if (!t->loss->needs_pos_samples) return 0;
    uint32_t m = t->spec->positives;
    vr_draw_key key = {t->spec->seed, VR_STREAM_POSITIVES, epoch};
    vr_draw_below(&key, position, vr_csr_row_count(train, user), ids, m);
    for (uint32_t k = 0; k < m; k++) ids[k] = train->columns[train->offsets[user] + ids[k]];
    return m;
}

double vr_pair_loss(const vr_trainer *t, uint32_t user, const vr_scores_f32 *scores,
                    vr_gradient_f32 *gradient) {
    vr_loss_params params = vr_user_params(t, user);
    double loss = t->loss->f32(scores, &params, gradient);
    if (t->spec->positive == VR_POSITIVE_HINGE && scores->pos > 1) {
        loss += (double)scores->pos - 1;
        gradient->pos = 0;
    }
    return loss;
}

/* scores: of ids[0] the positive, of N sampled items, of M positive samples; their gradients likewise. */
static double pair_loss(const vr_trainer *t, uint32_t user, const uint32_t *ids,
                        const float *scores, uint32_t n_scores, float *gradient) {
    uint32_t n = t->spec->negatives;
    vr_scores_f32 in = {.pos = scores[0],
                        .neg = scores + 1,
                        .n_neg = n,
                        .pos_samples = scores + 1 + n,
                        .n_pos_samples = n_scores - 1 - n};
    vr_gradient_f32 out = {.pos = 0, .neg = gradient + 1, .pos_samples = gradient + 1 + n};
    if (t->proposal) {
        float *q = t->buffers->proposals + (size_t)omp_get_thread_num() * n;
        for (uint32_t j = 0; j < n; j++) q[j] = t->proposal[ids[1 + j]];
        in.neg_q = q;
    }
    double loss = vr_pair_loss(t, user, &in, &out);
    gradient[0] = out.pos;
    return loss;
}

/* --- scores that a hinge loss need not know -------------------------------------------------------- */

int vr_screened(const vr_train_spec *spec) {
    const vr_loss *loss = vr_loss_find(spec->loss);
    return loss && loss->sees == VR_SEES_HINGE && spec->similarity == VR_COSINE &&
           !vr_dense_wanted(spec);
}

/* One pair's scored items: n drawn ones, of which the places 1 .. 1 + N are the sampled. */
typedef struct list {
    const float *row; /* the pair's user row */
    const uint32_t *drawn;
    uint32_t n;
    float *scores;  /* n of them */
    uint32_t *ids;  /* the kept ones: those whose gradient may not be 0 */
    float *weights; /* of the kept ones: first scores, then weights */
} list;

static void score_all(const vr_trainer *t, const list *l) {
    t->kernels->dots(l->row, t->items.unit, t->items.stride, l->drawn, l->n, l->scores);
}

/* The same for a hinge loss, but the sampled items that cannot score above the margin get the margin for a score: to the
   loss that is the same to the last bit (loss.h: VR_SEES_HINGE). Returns how many items were kept for their exact
   score, at places[0 ..), or 0 when nothing can be said of this user row. */
static uint32_t score_above_margin(const vr_trainer *t, const list *l, uint32_t *places) {
    size_t stride = t->items.stride;
    uint32_t n_sampled = t->spec->negatives, kept = 1;
    float margin = (float)t->spec->params.margin;
    int8_t user[4096] __attribute__((aligned(64)));
    int32_t most;
    vr_code_sums sums = t->screen->user(l->row, stride, user);
    if (!vr_screen_most(&sums, stride, margin, &most)) return 0;
    places[0] = 0;
    kept += t->screen->keep(user, t->item_codes, vr_code_stride(stride), l->drawn + 1, n_sampled,
                            most, places + 1);
    for (uint32_t k = 1; k < kept; k++) places[k]++;
    for (uint32_t k = 1 + n_sampled; k < l->n; k++) places[kept++] = k;
    for (uint32_t k = 0; k < kept; k++) l->ids[k] = l->drawn[places[k]];
    t->kernels->dots(l->row, t->items.unit, stride, l->ids, kept, l->weights);
    for (uint32_t j = 1; j <= n_sampled; j++) l->scores[j] = margin;
    for (uint32_t k = 0; k < kept; k++) l->scores[places[k]] = l->weights[k];
    return kept;
}

/* A tile's screening goes on while it proves itself: where most items are kept it costs more than it saves. */
typedef struct screening {
    uint32_t screened, kept; /* items so far; screened is 0 before the first pair */
} screening;

static int worth_it(const vr_trainer *t, const screening *s) {
    return t->item_codes && !t->naive && 2 * s->kept <= s->screened;
}

/* Forward and the user's side of backward for pair p of the batch whose first pair is at epoch position `start`. */
static void forward(vr_trainer *t, uint32_t epoch, uint32_t start, uint32_t p, screening *so_far) {
    vr_step_buffers *b = t->buffers;
    size_t stride = t->users.stride, room = (b->entries + 63) / 64 * 64,
           thread = (size_t)omp_get_thread_num();
    uint32_t pair = t->order[start + p], user = b->slots[b->slot_of_pair[p]].user,
             *drawn = b->drawn + thread * room;
    float *scores = b->scores + thread * room, *score_grads = b->score_grads + thread * room;
    const float *unit = t->users.unit + user * stride;
    float *row = b->user_rows + p * stride, *gradient = b->user_grads + p * stride;
    float mean = t->spec->reduction == VR_REDUCE_MEAN ? 1 / (float)t->spec->negatives : 1;
    float factors[4096];

    int dropout = t->spec->dropout > 0;
    if (dropout)
        vr_drop_out(t, epoch, start + p, unit, row, factors);
    else
        memcpy(row, unit, stride * sizeof *row);
    uint32_t group = start + p / t->spec->sharing * t->spec->sharing;
    uint32_t n = 1 + t->spec->negatives;
    drawn[0] = t->dataset->train.columns[pair];
    /* what lies anywhere in memory is asked for before the draws, which take longer than it does to come */
    for (size_t c = 0; c < stride; c += 16)
        __builtin_prefetch(t->items.unit + drawn[0] * stride + c);
    vr_draw_negatives(t, epoch, group, drawn + 1);
    n += vr_draw_positives(t, epoch, start + p, user, drawn + n);
    uint32_t *ids = b->ids + (size_t)p * b->entries, *places = b->places + thread * room;
    float *weights = b->weights + (size_t)p * b->entries;
    const list l = {row, drawn, n, scores, ids, weights};
    uint32_t kept = worth_it(t, so_far) ? score_above_margin(t, &l, places) : 0;
    if (!kept) score_all(t, &l);
    b->losses[p] = pair_loss(t, user, drawn, scores, n, score_grads) * (double)mean;
    /* CCL's inactive negatives have weight 0 and cost nothing from here on */
    const uint32_t *of = drawn;
    const float *grads = score_grads;
    if (kept) {
        so_far->screened += n;
        so_far->kept += kept;
        for (uint32_t k = 0; k < kept; k++) weights[k] = score_grads[places[k]];
        of = ids;
        grads = weights;
        n = kept;
    }
    b->counts[p] = t->kernels->keep_active(of, grads, n, mean / (float)b->n_pairs, ids, weights);
    memset(gradient, 0, stride * sizeof *gradient);
    t->kernels->accumulate(t->items.unit, stride, ids, weights, b->counts[p], gradient);
    if (dropout)
        for (size_t c = 0; c < t->spec->dim; c++) gradient[c] *= factors[c];
}

void vr_tile_forward(vr_trainer *t, uint32_t epoch, uint32_t start, uint32_t tile) {
    vr_step_buffers *b = t->buffers;
    screening so_far = {0};
    for (uint32_t p = tile * b->tile_pairs; p < vr_tile_end(b, tile); p++)
        __builtin_prefetch(t->dataset->train.columns + t->order[start + p]);
    for (uint32_t p = tile * b->tile_pairs; p < vr_tile_end(b, tile); p++)
        forward(t, epoch, start, p, &so_far);
    vr_tile_sort(t, tile);
}
