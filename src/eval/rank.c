/* Full ranking: items are packed once into panels, users in tiles of fixed size; a tile meets every panel in
   ascending item order. What a tile does depends on nothing but its users. */
#include "eval/rank.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "eval/topk.h"
#include "num/isa.h"

/* 8 groups of 64 factors are 24 KiB: they stay in the first-level cache beside a panel of 8 KiB. */
enum { GROUPS = 8, TILE = GROUPS * VR_RANK_USERS, NONE = -1 };

typedef struct ranking {
    const vr_evaluation *evaluation;
    const uint32_t *who;
    uint32_t n_who, n_panels, capacity; /* capacity = min(k, n_items) */
    float *panels;                      /* n_panels x dim x VR_RANK_ITEMS; padded with zeros */
    vr_rank_kernel *kernel;
    vr_rank_sink *sink;
    void *context;
} ranking;

/* One thread's room. */
typedef struct tile {
    float *users;          /* GROUPS x dim x VR_RANK_USERS */
    vr_ranked_item *heaps; /* TILE x capacity */
    uint32_t kept[TILE];   /* pairs in each heap */
    float thresholds
        [TILE]; /* the root's score; NaN, which lets everything in, until the heap is full */
    const uint32_t *masked[TILE], *masked_end[TILE]; /* train items not yet passed */
    int nan_row;                                     /* of the first NaN score met, else NONE */
    uint32_t nan_item;
} tile;

typedef struct nan_place {
    int found;
    uint32_t user, item;
} nan_place;

static float *alloc_floats(size_t n) {
    return aligned_alloc(64, (n * sizeof(float) / 64 + 1) * 64);
}

/* Writes the row as a column of a panel. Cosine divides by the norm, which is summed in factor order in double:
   no float overflows or vanishes there. A zero row stays zero. */
static void pack_row(const vr_matrix *matrix, uint32_t row, vr_similarity similarity, float *out,
                     size_t stride) {
    const size_t dim = matrix->n_columns;
    const float *values = matrix->values + row * dim;
    double norm = 1;
    if (similarity == VR_COSINE) {
        double squares = 0;
        for (size_t c = 0; c < dim; c++) {
            squares = fma((double)values[c], (double)values[c], squares);
        }
        norm = squares == 0 ? 1 : sqrt(squares);
    }
    for (size_t c = 0; c < dim; c++) {
        out[c * stride] = (float)((double)values[c] / norm);
    }
}

static void pack_panel(const ranking *r, uint32_t panel) {
    const vr_matrix *items = r->evaluation->items;
    const size_t size = (size_t)items->n_columns * VR_RANK_ITEMS;
    float *out = r->panels + panel * size;
    memset(out, 0, size * sizeof(float));
    for (uint32_t j = 0; j < VR_RANK_ITEMS && panel * VR_RANK_ITEMS + j < items->n_rows; j++) {
        pack_row(items, panel * VR_RANK_ITEMS + j, r->evaluation->similarity, out + j,
                 VR_RANK_ITEMS);
    }
}

static void start_tile(const ranking *r, tile *t, const uint32_t *who, uint32_t n) {
    const vr_csr *train = r->evaluation->train;
    const size_t dim = r->evaluation->users->n_columns;
    memset(t->users, 0, TILE * dim * sizeof(float));
    t->nan_row = NONE;
    for (uint32_t row = 0; row < n; row++) {
        float *group = t->users + row / VR_RANK_USERS * dim * VR_RANK_USERS;
        pack_row(r->evaluation->users, who[row], r->evaluation->similarity,
                 group + row % VR_RANK_USERS, VR_RANK_USERS);
        t->kept[row] = 0;
        t->masked[row] = train->columns + train->offsets[who[row]];
        t->masked_end[row] = train->columns + train->offsets[who[row] + 1];
    }
    for (uint32_t row = 0; row < TILE; row++) {
        t->thresholds[row] = row < n ? NAN : INFINITY;
    }
}

/* Offers one surviving score to its user's list. Items arrive in ascending order, so the mask is a merge. */
static void admit(tile *t, uint32_t capacity, uint32_t row, vr_ranked_item pair) {
    if (isnan(pair.score)) {
        if (t->nan_row == NONE) {
            t->nan_row = (int)row;
            t->nan_item = pair.item;
        }
        return;
    }
    while (t->masked[row] < t->masked_end[row] && *t->masked[row] < pair.item) {
        t->masked[row]++;
    }
    if (t->masked[row] < t->masked_end[row] && *t->masked[row] == pair.item) {
        return;
    }
    vr_ranked_item *heap = t->heaps + (size_t)row * capacity;
    t->kept[row] = vr_topk_offer(heap, t->kept[row], capacity, pair);
    if (t->kept[row] == capacity) {
        t->thresholds[row] = heap[0].score;
    }
}

/* One panel against all groups of the tile. */
static void meet_panel(const ranking *r, tile *t, uint32_t n, uint32_t panel) {
    const size_t dim = r->evaluation->users->n_columns;
    const uint32_t first = panel * VR_RANK_ITEMS;
    const uint32_t here = r->evaluation->items->n_rows - first;
    const uint32_t real = here >= VR_RANK_ITEMS ? UINT32_MAX : (1u << here) - 1;
    vr_rank_block block;
    for (uint32_t base = 0; base < n; base += VR_RANK_USERS) {
        const uint32_t users = n - base >= VR_RANK_USERS ? UINT32_MAX : (1u << (n - base)) - 1;
        uint32_t rows = r->kernel(t->users + base * dim, r->panels + panel * dim * VR_RANK_ITEMS,
                                  dim, t->thresholds + base, &block) &
                        users;
        for (; rows; rows &= rows - 1) {
            const uint32_t row = (uint32_t)__builtin_ctz(rows);
            for (uint32_t left = block.survivors[row] & real; left; left &= left - 1) {
                const uint32_t j = (uint32_t)__builtin_ctz(left);
                admit(t, r->capacity, base + row,
                      (vr_ranked_item){block.scores[row][j], first + j});
            }
        }
    }
}

/* A tile with a NaN stops at the end of that panel: the place named depends on neither threads nor kernel. */
static nan_place rank_tile(const ranking *r, tile *t, uint32_t index) {
    const uint32_t *who = r->who + (size_t)index * TILE;
    const uint32_t left = r->n_who - index * TILE;
    const uint32_t n = left < TILE ? left : TILE;
    start_tile(r, t, who, n);
    for (uint32_t panel = 0; panel < r->n_panels && t->nan_row == NONE; panel++) {
        meet_panel(r, t, n, panel);
    }
    if (t->nan_row != NONE) {
        return (nan_place){1, who[t->nan_row], t->nan_item};
    }
    for (uint32_t row = 0; row < n; row++) {
        vr_ranked_item *heap = t->heaps + (size_t)row * r->capacity;
        vr_topk_sort(heap, t->kept[row]);
        r->sink(r->context, who[row], heap, t->kept[row]);
    }
    return (nan_place){0, 0, 0};
}

static vr_status check_shapes(const vr_evaluation *e, vr_error *error) {
    if (e->k == 0) {
        return vr_fail(error, VR_USAGE, "k = 0: a list has at least one place; give k >= 1");
    }
    if (e->users->n_columns != e->items->n_columns) {
        return vr_fail(error, VR_BAD_DATA,
                       "users have %u factors, items have %u: both tables must come from one model",
                       e->users->n_columns, e->items->n_columns);
    }
    if (e->users->n_rows != e->train->n_rows) {
        return vr_fail(error, VR_BAD_DATA, "the user table has %u rows, the data have %u users",
                       e->users->n_rows, e->train->n_rows);
    }
    if (e->items->n_rows != e->train->n_columns) {
        return vr_fail(error, VR_BAD_DATA, "the item table has %u rows, the data have %u items",
                       e->items->n_rows, e->train->n_columns);
    }
    return VR_OK;
}

static void free_tiles(tile *tiles, int n) {
    for (int i = 0; tiles && i < n; i++) {
        free(tiles[i].users);
        free(tiles[i].heaps);
    }
    free(tiles);
}

/* NULL when there is no memory. */
static tile *make_tiles(const ranking *r, int n) {
    tile *tiles = calloc((size_t)n, sizeof *tiles);
    for (int i = 0; tiles && i < n; i++) {
        tiles[i].users = alloc_floats((size_t)TILE * r->evaluation->users->n_columns);
        tiles[i].heaps = malloc(((size_t)TILE * r->capacity + 1) * sizeof(vr_ranked_item));
        if (!tiles[i].users || !tiles[i].heaps) {
            free_tiles(tiles, n);
            return NULL;
        }
    }
    return tiles;
}

static void rank_all(const ranking *r, tile *tiles, int threads, nan_place *nans,
                     uint32_t n_tiles) {
#pragma omp parallel num_threads(threads)
    {
#pragma omp for schedule(static)
        for (uint32_t panel = 0; panel < r->n_panels; panel++) {
            pack_panel(r, panel);
        }
#pragma omp for schedule(dynamic)
        for (uint32_t i = 0; i < n_tiles; i++) {
            if (!vr_interrupted) {
                nans[i] = rank_tile(r, &tiles[omp_get_thread_num()], i);
            }
        }
    }
}

static vr_status verdict(const nan_place *nans, uint32_t n_tiles, vr_error *error) {
    if (vr_interrupted) {
        return vr_fail(error, VR_INTERRUPTED, "ranking interrupted");
    }
    for (uint32_t i = 0; i < n_tiles; i++) {
        if (nans[i].found) {
            return vr_fail(error, VR_BAD_DATA,
                           "the score of user %u and item %u is not a number: look for NaN or "
                           "infinity in these two rows",
                           nans[i].user, nans[i].item);
        }
    }
    return VR_OK;
}

vr_status vr_rank(const vr_evaluation *evaluation, const uint32_t *who, uint32_t n_who,
                  vr_rank_kernel *kernel, vr_rank_sink *sink, void *context, vr_error *error) {
    vr_status status = check_shapes(evaluation, error);
    if (status != VR_OK) {
        return status;
    }
    const uint32_t n_items = evaluation->items->n_rows;
    ranking r = {
        .evaluation = evaluation, .who = who, .n_who = n_who, .sink = sink, .context = context};
    r.kernel = kernel                      ? kernel
               : vr_isa() == VR_ISA_AVX512 ? vr_rank_kernel_avx512
                                           : vr_rank_kernel_avx2;
    r.n_panels = n_items / VR_RANK_ITEMS + (n_items % VR_RANK_ITEMS != 0);
    r.capacity = evaluation->k < n_items ? evaluation->k : n_items;
    const uint32_t n_tiles = n_who / TILE + (n_who % TILE != 0);
    const uint32_t most = (uint32_t)omp_get_max_threads();
    const int threads = (int)(n_tiles < most ? n_tiles : most) + (n_tiles == 0);
    r.panels = alloc_floats((size_t)r.n_panels * VR_RANK_ITEMS * evaluation->items->n_columns);
    tile *tiles = make_tiles(&r, threads);
    nan_place *nans = calloc((size_t)n_tiles + 1, sizeof *nans);
    if (r.panels && tiles && nans) {
        rank_all(&r, tiles, threads, nans, n_tiles);
        status = verdict(nans, n_tiles, error);
    } else {
        status = vr_fail(error, VR_INTERNAL, "no memory for ranking %u items with k = %u", n_items,
                         evaluation->k);
    }
    free(nans);
    free_tiles(tiles, threads);
    free(r.panels);
    return status;
}
