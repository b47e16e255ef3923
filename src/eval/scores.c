#include "eval/scores.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include "eval/metrics.h"
#include "eval/topk.h"

typedef struct scoring {
    const vr_score_source *source;
    const vr_csr *train, *test;
    const vr_discounts *discounts;
    vr_user_metrics *per_user;
    const uint32_t *who;
    uint32_t n_who;
} scoring;

/* One thread's room. */
typedef struct seat {
    float *scores;        /* VR_SCORE_USERS x n_items */
    void *room;           /* the source's */
    vr_ranked_item *heap; /* k */
} seat;

/* The k best of one row, without the user's train items. Returns how many; UINT32_MAX at a NaN. */
static uint32_t best_of(const scoring *s, uint32_t user, const float *scores,
                        vr_ranked_item *heap) {
    const uint32_t *masked = s->train->columns + s->train->offsets[user],
                   *end = s->train->columns + s->train->offsets[user + 1];
    uint32_t kept = 0;
    for (uint32_t item = 0; item < s->train->n_columns; item++) {
        if (masked < end && *masked == item) {
            masked++;
            continue;
        }
        if (isnan(scores[item])) return UINT32_MAX;
        kept = vr_topk_offer(heap, kept, s->discounts->k, (vr_ranked_item){scores[item], item});
    }
    vr_topk_sort(heap, kept);
    return kept;
}

/* Returns nonzero for a NaN. */
static int measure_user(const scoring *s, uint32_t user, const float *scores,
                        vr_ranked_item *heap) {
    const uint32_t n = best_of(s, user, scores, heap);
    if (n == UINT32_MAX) return 1;
    const vr_list_gain gain = vr_list_earns(s->test, user, heap, n, s->discounts);
    s->per_user[user] = vr_list_metrics(gain, vr_csr_row_count(s->test, user), s->discounts);
    return 0;
}

/* The place in who of the first user with a NaN score among those of the tile, else UINT32_MAX. */
static uint32_t measure_tile(const scoring *s, const seat *own, uint32_t first) {
    const uint32_t left = s->n_who - first, n = left < VR_SCORE_USERS ? left : VR_SCORE_USERS;
    s->source->score(s->source->context, s->who + first, n, own->scores, own->room);
    for (uint32_t i = 0; i < n; i++)
        if (measure_user(s, s->who[first + i], own->scores + (size_t)i * s->train->n_columns,
                         own->heap))
            return first + i;
    return UINT32_MAX;
}

static void seats_free(seat *seats, int n) {
    for (int t = 0; seats && t < n; t++) {
        free(seats[t].scores);
        free(seats[t].room);
        free(seats[t].heap);
    }
    free(seats);
}

static size_t aligned(size_t bytes) {
    return (bytes / 64 + 1) * 64;
}

static size_t row_bytes(uint32_t n_items) {
    return aligned(VR_SCORE_USERS * sizeof(float) * n_items);
}

static seat *seats_new(const scoring *s, int n) {
    seat *seats = calloc((size_t)n, sizeof *seats);
    for (int t = 0; seats && t < n; t++) {
        seats[t].scores = aligned_alloc(64, row_bytes(s->train->n_columns));
        seats[t].room = aligned_alloc(64, aligned(s->source->room_bytes));
        seats[t].heap = malloc(((size_t)s->discounts->k + 1) * sizeof *seats[t].heap);
        if (!seats[t].scores || !seats[t].room || !seats[t].heap) {
            seats_free(seats, n);
            return NULL;
        }
    }
    return seats;
}

static vr_status measure_all(const scoring *s, vr_error *error) {
    const int threads = omp_get_max_threads();
    const uint32_t n_tiles = (s->n_who + VR_SCORE_USERS - 1) / VR_SCORE_USERS;
    uint32_t bad = UINT32_MAX;
    seat *seats = seats_new(s, threads);
    if (!seats) return vr_fail(error, VR_INTERNAL, "no memory to rank with %d threads", threads);
#pragma omp parallel for schedule(dynamic) num_threads(threads) reduction(min : bad)
    for (uint32_t tile = 0; tile < n_tiles; tile++) {
        if (vr_interrupted) continue;
        const uint32_t at = measure_tile(s, &seats[omp_get_thread_num()], tile * VR_SCORE_USERS);
        bad = at < bad ? at : bad;
    }
    seats_free(seats, threads);
    if (vr_interrupted) return vr_fail(error, VR_INTERRUPTED, "ranking interrupted");
    if (bad != UINT32_MAX)
        return vr_fail(error, VR_BAD_DATA, "a score of user %u is not a number", s->who[bad]);
    return VR_OK;
}

vr_status vr_evaluate_scores(const vr_score_source *source, const vr_csr *train, const vr_csr *test,
                             uint32_t k, vr_user_metrics *per_user, vr_metrics *out,
                             vr_error *error) {
    const size_t n_users = (size_t)test->n_rows + 1;
    vr_discounts discounts = {0, NULL, NULL};
    vr_user_metrics *own = malloc(n_users * sizeof *own), *rows = per_user ? per_user : own;
    uint32_t *who = malloc(n_users * sizeof *who);
    scoring s = {source, train, test, &discounts, rows, who, 0};
    vr_status status = VR_OK;
    if (!own || !who) status = vr_fail(error, VR_INTERNAL, "no memory for the metrics");
    if (!status)
        status = vr_discounts_make(k < test->n_columns ? k : test->n_columns, &discounts, error);
    for (uint32_t user = 0; !status && user < test->n_rows; user++) {
        rows[user] = vr_list_metrics((vr_list_gain){0, 0}, 0, &discounts);
        if (vr_csr_row_count(test, user) > 0) who[s.n_who++] = user;
    }
    if (!status) status = measure_all(&s, error);
    if (!status) status = vr_mean_metrics(rows, test, out, error);
    vr_discounts_free(&discounts);
    free(who);
    free(own);
    return status;
}
