#include "eval/conventions.h"

#include <stdlib.h>
#include "eval/measures.h"
#include "eval/metrics.h"

const char *const vr_measure_text[VR_N_MEASURES] = {
#define MEASURE(identifier, text) text,
    VR_MEASURES
#undef MEASURE
};

static const uint32_t usual_k[] = {1, 5, 10, 20, 50, 100};
enum { N_USUAL = sizeof usual_k / sizeof *usual_k, N_RANKINGS = 4 };

/* Ranked lists and how they came about. */
typedef struct ranking {
    const vr_csr *test;
    const uint32_t *lists; /* n_users x width */
    uint32_t width;
    vr_convention how; /* similarity, unmasked, departures */
} ranking;

typedef struct sums {
    double of[VR_N_MEASURES]; /* over the users with test items */
    uint64_t hits, test_items;
    uint32_t n_users;
} sums;

static void add_user(const ranking *r, uint32_t user, const vr_discounts *d, sums *to) {
    const uint32_t *list = r->lists + (size_t)user * r->width;
    uint32_t n_test = vr_csr_row_count(r->test, user), k = d->k;
    vr_list_gain gain = {0, 0};
    if (!n_test) return;
    for (uint32_t place = 0; place < k && place < r->width && list[place] != VR_NO_ITEM; place++)
        if (vr_csr_has(r->test, user, list[place])) gain = vr_list_hit(gain, place, d);
    vr_user_metrics own = vr_list_metrics(gain, n_test, d);
    vr_user_measures other = vr_gain_measures(gain, n_test, d);
    to->of[VR_MEASURE_RECALL] += own.recall;
    to->of[VR_MEASURE_NDCG] += own.ndcg;
    to->of[VR_MEASURE_RECALL_CAPPED] += other.recall_capped;
    to->of[VR_MEASURE_NDCG_OF_HITS] += other.ndcg_of_hits;
    to->of[VR_MEASURE_NDCG_OF_K] += other.ndcg_of_k;
    to->of[VR_MEASURE_PRECISION] += other.precision;
    to->of[VR_MEASURE_HIT_RATE] += other.hit_rate;
    to->hits += gain.hits;
    to->test_items += n_test;
    to->n_users++;
}

/* Every measure of one ranking at one k, over the users with test items and over all. */
static size_t measure(const ranking *r, const vr_discounts *d, vr_convention *out) {
    sums sum = {.hits = 0};
    size_t n = 0;
    for (uint32_t user = 0; user < r->test->n_rows; user++) add_user(r, user, d, &sum);
    for (int all = 0; all < 2; all++) {
        double users = all ? r->test->n_rows : sum.n_users;
        if (all && sum.n_users == r->test->n_rows) break; /* the same */
        for (vr_measure m = 0; m < VR_N_MEASURES; m++) {
            if (all && m == VR_MEASURE_RECALL_POOLED) continue;
            vr_convention one = r->how;
            one.measure = m;
            one.k = d->k;
            one.all_users = all;
            one.departures += all + (m > VR_MEASURE_NDCG);
            one.value = m == VR_MEASURE_RECALL_POOLED ? (double)sum.hits / (double)sum.test_items
                                                      : sum.of[m] / users;
            out[n++] = one;
        }
    }
    return n;
}

static vr_status measure_ranking(ranking r, uint32_t k, vr_convention *out, size_t *n,
                                 vr_error *error) {
    vr_status status = VR_OK;
    int departures = r.how.departures;
    for (size_t i = 0; i <= N_USUAL && !status; i++) {
        vr_discounts d = {0, NULL, NULL};
        uint32_t this = i ? usual_k[i - 1] : k;
        if ((i && this == k) || this > r.width) continue;
        status = vr_discounts_make(this, &d, error);
        r.how.departures = departures + (this != k);
        if (!status) *n += measure(&r, &d, out + *n);
        vr_discounts_free(&d);
    }
    return status;
}

/* All four rankings of the factors: each similarity, with and without the train items. */
static vr_status measure_factors(const vr_evaluation *e, vr_convention *out, size_t *n,
                                 vr_error *error) {
    vr_csr none = {e->train->n_rows, e->train->n_columns, NULL, NULL};
    uint32_t n_users = e->users->n_rows, n_items = e->items->n_rows, width = 100;
    if (e->k > width) width = e->k;
    if (width > n_items) width = n_items;
    uint32_t *ids = malloc((size_t)n_users * width * sizeof *ids);
    none.offsets = calloc((size_t)none.n_rows + 1, sizeof *none.offsets);
    vr_status status = ids && none.offsets
                           ? VR_OK
                           : vr_fail(error, VR_INTERNAL, "no memory for %u lists", n_users);
    for (int i = 0; i < N_RANKINGS && !status; i++) {
        vr_evaluation this = *e;
        int unmasked = i & 1, other = i >> 1;
        this.k = width;
        if (unmasked) this.train = &none;
        if (other) this.similarity = e->similarity == VR_DOT ? VR_COSINE : VR_DOT;
        status = vr_top_k(&this, ids, error);
        ranking r = {
            e->test,
            ids,
            width,
            {.similarity = this.similarity, .unmasked = unmasked, .departures = unmasked + other}};
        if (!status) status = measure_ranking(r, e->k < width ? e->k : width, out, n, error);
    }
    free(none.offsets);
    free(ids);
    return status;
}

static vr_status measure_lists(const vr_evaluation *e, const uint32_t *lists, vr_convention *out,
                               size_t *n, vr_error *error) {
    vr_metrics means;
    ranking r = {e->test, lists, e->k, {.similarity = e->similarity}};
    vr_status status = vr_evaluate_lists(lists, e->k, e->train, e->test, NULL, &means, error);
    return status ? status : measure_ranking(r, e->k, out, n, error);
}

static int by_departures(const void *left, const void *right) {
    const vr_convention *a = left, *b = right;
    if (a->departures != b->departures) return a->departures - b->departures;
    if (a->k != b->k) return a->k < b->k ? -1 : 1;
    if (a->similarity != b->similarity) return (int)a->similarity - (int)b->similarity;
    if (a->unmasked != b->unmasked) return a->unmasked - b->unmasked;
    if (a->all_users != b->all_users) return a->all_users - b->all_users;
    return (int)a->measure - (int)b->measure;
}

vr_status vr_conventions_measure(const vr_evaluation *evaluation, const uint32_t *lists,
                                 vr_convention **out, size_t *n, vr_error *error) {
    *n = 0;
    *out = calloc((size_t)N_RANKINGS * (N_USUAL + 1) * 2 * VR_N_MEASURES, sizeof **out);
    if (!*out) return vr_fail(error, VR_INTERNAL, "no memory for the conventions");
    vr_status status = lists ? measure_lists(evaluation, lists, *out, n, error)
                             : measure_factors(evaluation, *out, n, error);
    if (!status) qsort(*out, *n, sizeof **out, by_departures);
    if (status) free(*out);
    return status;
}
