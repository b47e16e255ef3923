/* Evaluation against its definition: thousands of small random worlds, full of ties. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/npy.h"
#include "eval/evaluate.h"
#include "eval/hits.h"
#include "eval/metrics.h"
#include "eval/rank.h"

enum {
    MOST_USERS = 30,
    MOST_ITEMS = 80,
    MOST_DIM = 5,
    MOST_PAIRS = MOST_USERS * MOST_ITEMS,
    WORLDS = 3000
};

typedef struct world {
    float user_values[MOST_USERS * MOST_DIM], item_values[MOST_ITEMS * MOST_DIM];
    uint64_t train_offsets[MOST_USERS + 1], test_offsets[MOST_USERS + 1];
    uint32_t train_columns[MOST_PAIRS], test_columns[MOST_PAIRS];
    vr_matrix users, items;
    vr_csr train, test;
    vr_evaluation evaluation;
} world;

static uint64_t next(uint64_t *state) { /* SplitMix64 */
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}
static uint32_t below(uint64_t *state, uint32_t n) {
    return (uint32_t)(next(state) % n);
}

/* Few distinct factors make many equal scores; every fourth world has continuous ones. */
static float factor(uint64_t *state, int continuous) {
    return continuous ? (float)(next(state) >> 40) * 0x1p-23f - 1 : (float)below(state, 3) - 1;
}

static void fill_csr(vr_csr *csr, uint64_t *state, const vr_csr *avoid, uint32_t of_8) {
    csr->offsets[0] = 0;
    for (uint32_t user = 0; user < csr->n_rows; user++) {
        uint64_t n = csr->offsets[user];
        const uint32_t share = below(state, 4) ? of_8 : below(state, 9); /* 0: none; 8: all */
        for (uint32_t item = 0; item < csr->n_columns; item++) {
            if (below(state, 8) < share && !(avoid && vr_csr_has(avoid, user, item))) {
                csr->columns[n++] = item;
            }
        }
        csr->offsets[user + 1] = n;
    }
}

static void make_world(world *w, uint64_t seed) {
    uint64_t state = seed;
    const uint32_t n_users = 1 + below(&state, MOST_USERS), n_items = 1 + below(&state, MOST_ITEMS);
    const uint32_t dim = below(&state, MOST_DIM + 1);
    const int continuous = below(&state, 4) == 0;
    for (uint32_t i = 0; i < n_users * dim; i++) w->user_values[i] = factor(&state, continuous);
    for (uint32_t i = 0; i < n_items * dim; i++) w->item_values[i] = factor(&state, continuous);
    w->users = (vr_matrix){n_users, dim, w->user_values};
    w->items = (vr_matrix){n_items, dim, w->item_values};
    w->train = (vr_csr){n_users, n_items, w->train_offsets, w->train_columns};
    w->test = (vr_csr){n_users, n_items, w->test_offsets, w->test_columns};
    fill_csr(&w->train, &state, NULL, 2);
    fill_csr(&w->test, &state, &w->train, 1);
    w->evaluation = (vr_evaluation){&w->users, &w->items, below(&state, 2) ? VR_COSINE : VR_DOT,
                                    &w->train, &w->test,  1 + below(&state, 3 * n_items / 2)};
}

/* --- the definition, written down straightforwardly --------------------------------------------------------- */

enum { AS_DEFINED = 0, IDEAL_FROM_LIST = 1, RECALL_OVER_MIN = 2, UNMASKED = 4, TIES_TO_HIGHER = 8 };

static float unit(const vr_matrix *m, uint32_t row, uint32_t c, vr_similarity similarity) {
    const float *values = m->values + (size_t)row * m->n_columns;
    double squares = 0;
    for (uint32_t i = 0; i < m->n_columns; i++) {
        squares = fma((double)values[i], (double)values[i], squares);
    }
    return similarity == VR_DOT || squares == 0 ? values[c]
                                                : (float)((double)values[c] / sqrt(squares));
}

static float score_of(const vr_evaluation *e, uint32_t user, uint32_t item) {
    float score = 0;
    for (uint32_t c = 0; c < e->users->n_columns; c++) {
        score = fmaf(unit(e->users, user, c, e->similarity), unit(e->items, item, c, e->similarity),
                     score);
    }
    return score;
}

static int by_rank(const void *left, const void *right) {
    const vr_ranked_item *a = left, *b = right;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    return a->item < b->item ? -1 : a->item > b->item;
}

/* All unmasked items in order. Returns how many. */
static uint32_t full_sort(const vr_evaluation *e, uint32_t user, int mutation,
                          vr_ranked_item *order) {
    uint32_t n = 0;
    for (uint32_t item = 0; item < e->items->n_rows; item++) {
        if (mutation & UNMASKED || !vr_csr_has(e->train, user, item)) {
            const uint32_t key = mutation & TIES_TO_HIGHER ? UINT32_MAX - item : item;
            order[n++] = (vr_ranked_item){score_of(e, user, item), key};
        }
    }
    qsort(order, n, sizeof *order, by_rank);
    for (uint32_t i = 0; i < n && mutation & TIES_TO_HIGHER; i++)
        order[i].item = UINT32_MAX - order[i].item;
    return n;
}

static vr_user_metrics by_definition(const vr_evaluation *e, uint32_t user, int mutation) {
    vr_ranked_item order[MOST_ITEMS];
    const uint32_t n = full_sort(e, user, mutation, order),
                   n_test = vr_csr_row_count(e->test, user);
    const uint32_t cut = n < e->k ? n : e->k;
    uint32_t hits = 0;
    double gain = 0, ideal = 0;
    for (uint32_t r = 0; r < cut; r++) {
        if (vr_csr_has(e->test, user, order[r].item)) {
            hits++;
            gain += 1 / log2(r + 2.0);
        }
    }
    const uint32_t full = e->k < n_test ? e->k : n_test;
    for (uint32_t r = 0; r < (mutation & IDEAL_FROM_LIST ? hits : full); r++)
        ideal += 1 / log2(r + 2.0);
    return (vr_user_metrics){(double)hits / (mutation & RECALL_OVER_MIN ? full : n_test),
                             gain == 0 ? 0 : gain / ideal, hits};
}

/* Each of at most 80 terms is within 4 units of the last place and each addition within half of one; the
   quotient of two such sums is within 2 (80 / 2 + 4) + 1 of them. */
static const double ndcg_tolerance = 90 * DBL_EPSILON;

static int agrees(const vr_evaluation *e, const vr_user_metrics *got, int mutation) {
    int same = 1;
    for (uint32_t user = 0; user < e->users->n_rows; user++) {
        if (vr_csr_row_count(e->test, user) == 0) {
            same = same && isnan(got[user].recall) && isnan(got[user].ndcg) && got[user].hits == 0;
            continue;
        }
        const vr_user_metrics want = by_definition(e, user, mutation);
        same = same && got[user].recall == want.recall && got[user].hits == want.hits &&
               fabs(got[user].ndcg - want.ndcg) <= ndcg_tolerance * want.ndcg;
    }
    return same;
}

/* Worlds without any test item are refused, which is asserted here. Returns 0 for those. */
static int evaluate_world(world *w, uint64_t seed, vr_user_metrics *per_user, vr_metrics *mean) {
    vr_error error;
    make_world(w, seed);
    const vr_status status = vr_evaluate(&w->evaluation, per_user, mean, &error);
    if (vr_csr_count(&w->test) == 0) {
        cr_assert_eq(status, VR_BAD_DATA);
        return 0;
    }
    cr_assert_eq(status, VR_OK, "seed %lu: %s", (unsigned long)seed, error.text);
    return 1;
}

Test(eval, equals_the_definition_on_random_worlds) {
    static world w;
    vr_user_metrics per_user[MOST_USERS];
    vr_metrics mean;
    for (uint64_t seed = 0; seed < WORLDS; seed++) {
        if (evaluate_world(&w, seed, per_user, &mean)) {
            cr_assert(agrees(&w.evaluation, per_user, AS_DEFINED), "seed %lu", (unsigned long)seed);
        }
    }
}

static int worlds_that_disagree(int mutation) {
    static world w;
    vr_user_metrics per_user[MOST_USERS];
    vr_metrics mean;
    int n = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        n +=
            evaluate_world(&w, seed, per_user, &mean) && !agrees(&w.evaluation, per_user, mutation);
    }
    return n;
}

Test(eval, a_wrong_definition_is_noticed) {
    cr_expect_eq(worlds_that_disagree(AS_DEFINED), 0);
    cr_expect_gt(worlds_that_disagree(IDEAL_FROM_LIST), 20);
    cr_expect_gt(worlds_that_disagree(RECALL_OVER_MIN), 20);
    cr_expect_gt(worlds_that_disagree(UNMASKED), 20);
    cr_expect_gt(worlds_that_disagree(TIES_TO_HIGHER), 20);
}

Test(eval, means_are_sums_in_user_order_over_users_with_test_items) {
    static world w;
    vr_user_metrics per_user[MOST_USERS];
    vr_metrics mean;
    for (uint64_t seed = 0; seed < 300; seed++) {
        if (!evaluate_world(&w, seed, per_user, &mean)) continue;
        double recall = 0, ndcg = 0;
        uint32_t n = 0;
        for (uint32_t user = 0; user < w.users.n_rows; user++) {
            if (isnan(per_user[user].recall)) continue;
            recall += per_user[user].recall;
            ndcg += per_user[user].ndcg;
            n++;
        }
        cr_assert(mean.n_users == n && mean.recall == recall / n && mean.ndcg == ndcg / n);
    }
}

Test(eval, top_k_is_the_head_of_the_full_sort_and_gives_the_same_metrics) {
    static world w;
    static uint32_t ids[MOST_USERS * (3 * MOST_ITEMS / 2 + 1)];
    vr_user_metrics per_user[MOST_USERS], from_lists[MOST_USERS];
    vr_metrics mean, list_mean;
    vr_ranked_item order[MOST_ITEMS];
    for (uint64_t seed = 0; seed < 500; seed++) {
        if (!evaluate_world(&w, seed, per_user, &mean)) continue;
        const uint32_t k = w.evaluation.k;
        cr_assert_eq(vr_top_k(&w.evaluation, ids, NULL), VR_OK);
        for (uint32_t user = 0; user < w.users.n_rows; user++) {
            const uint32_t n = full_sort(&w.evaluation, user, AS_DEFINED, order);
            for (uint32_t r = 0; r < k; r++) {
                cr_assert_eq(ids[user * k + r], r < n ? order[r].item : VR_NO_ITEM);
            }
        }
        cr_assert_eq(vr_evaluate_lists(ids, k, &w.train, &w.test, from_lists, &list_mean, NULL),
                     VR_OK);
        cr_assert(list_mean.recall == mean.recall && list_mean.ndcg == mean.ndcg);
    }
}

/* --- hits kept in a file ------------------------------------------------------------------------------ */

Test(eval, a_file_of_hits_gives_the_same_bits_as_the_ranking) {
    world *w = malloc(sizeof *w);
    char path[] = "/tmp/verirec-hits-XXXXXX";
    cr_assert_neq(mkstemp(path), -1);
    vr_error error;
    uint32_t n_measured = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        vr_user_metrics direct[MOST_USERS], read[MOST_USERS];
        vr_metrics a, b;
        make_world(w, seed);
        if (w->evaluation.k > VR_HITS_MOST || vr_evaluate(&w->evaluation, direct, &a, &error))
            continue;
        cr_assert_eq(vr_hits_write(&w->evaluation, path, &error), VR_OK, "%s", error.text);
        cr_assert_eq(vr_hits_read(path, w->evaluation.k, &w->test, read, &b, &error), VR_OK);
        cr_assert(a.recall == b.recall && a.ndcg == b.ndcg && a.n_users == b.n_users);
        for (uint32_t u = 0; u < w->test.n_rows; u++)
            cr_assert(direct[u].hits == read[u].hits &&
                      (vr_csr_row_count(&w->test, u) == 0 || direct[u].ndcg == read[u].ndcg));
        n_measured++;
        if (w->evaluation.k < 2) continue; /* another cutoff is another number (control) */
        vr_hits_read(path, 1, &w->test, read, &b, &error);
        cr_assert_leq(b.recall, a.recall);
    }
    cr_assert_gt(n_measured, 50u);
    unlink(path);
    free(w);
}

Test(eval, hits_of_other_users_or_more_than_there_are_items_are_refused) {
    world *w = malloc(sizeof *w);
    char path[] = "/tmp/verirec-hits-XXXXXX";
    cr_assert_neq(mkstemp(path), -1);
    vr_error error;
    vr_user_metrics users[MOST_USERS];
    vr_metrics mean;
    make_world(w, 1);
    int32_t hits[MOST_USERS + 1];
    memset(hits, 0x3f, sizeof hits);
    vr_npy array = {.type = VR_NPY_I4, .n_dims = 1, .shape = {w->test.n_rows + 1}, .values = hits};
    cr_assert_eq(vr_npy_write(path, &array, &error), VR_OK);
    cr_assert_eq(vr_hits_read(path, 20, &w->test, users, &mean, &error), VR_BAD_DATA);
    cr_assert(strstr(error.text, "one number for each of the"), "%s", error.text);
    array.shape[0] = w->test.n_rows;
    cr_assert_eq(vr_npy_write(path, &array, &error), VR_OK);
    cr_assert_eq(vr_hits_read(path, 20, &w->test, users, &mean, &error), VR_BAD_DATA);
    cr_assert(strstr(error.text, "hits, but the test split has"), "%s", error.text);
    unlink(path);
    free(w);
}

Test(eval, foreign_lists_are_checked) {
    uint64_t offsets[] = {0, 1}, test_offsets[] = {0, 1};
    uint32_t train_item = 2, test_item = 1;
    const vr_csr train = {1, 4, offsets, &train_item}, test = {1, 4, test_offsets, &test_item};
    const uint32_t good[] = {0, 1, 3}, twice[] = {0, 1, 0}, beyond[] = {0, 4, 1},
                   masked[] = {0, 1, 2};
    vr_metrics mean;
    vr_error error;
    cr_expect_eq(vr_evaluate_lists(good, 3, &train, &test, NULL, &mean, &error), VR_OK);
    cr_expect_eq(mean.recall, 1);
    cr_expect_float_eq(mean.ndcg, 1 / log2(3), 4 * DBL_EPSILON);
    cr_expect_eq(vr_evaluate_lists(twice, 3, &train, &test, NULL, &mean, &error), VR_BAD_DATA);
    cr_expect(strstr(error.text, "place 2: item 0"));
    cr_expect_eq(vr_evaluate_lists(beyond, 3, &train, &test, NULL, &mean, &error), VR_BAD_DATA);
    cr_expect(strstr(error.text, "item 4"));
    cr_expect_eq(vr_evaluate_lists(masked, 3, &train, &test, NULL, &mean, &error), VR_BAD_DATA);
    cr_expect(strstr(error.text, "train"));
}

/* --- invariances ---------------------------------------------------------------------------------------------- */

static int same_metrics(const vr_user_metrics *a, const vr_user_metrics *b, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (memcmp(&a[i].recall, &b[i].recall, sizeof(double)) || a[i].hits != b[i].hits ||
            memcmp(&a[i].ndcg, &b[i].ndcg, sizeof(double))) {
            return 0;
        }
    }
    return 1;
}

/* Times 4 is exact, so score -> 4 score keeps order and ties to the last bit. */
Test(eval, a_strictly_increasing_transform_of_a_users_scores_changes_nothing) {
    static world w;
    vr_user_metrics before[MOST_USERS], after[MOST_USERS];
    vr_metrics mean;
    int changed = 0;
    for (uint64_t seed = 0; seed < 300; seed++) {
        if (!evaluate_world(&w, seed, before, &mean)) continue;
        for (uint32_t i = 0; i < w.users.n_rows * w.users.n_columns; i++) w.user_values[i] *= 4;
        cr_assert_eq(vr_evaluate(&w.evaluation, after, &mean, NULL), VR_OK);
        cr_assert(same_metrics(before, after, w.users.n_rows));
        for (uint32_t i = 0; i < w.users.n_rows * w.users.n_columns; i++) w.user_values[i] *= -1;
        cr_assert_eq(vr_evaluate(&w.evaluation, after, &mean, NULL), VR_OK);
        changed += !same_metrics(before, after, w.users.n_rows);
    }
    cr_assert_gt(changed, 100); /* control: a decreasing transform is seen */
}

static int ascending(const void *left, const void *right) {
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static void rename_items(vr_csr *csr, const uint32_t *name) {
    for (uint32_t user = 0; user < csr->n_rows; user++) {
        uint32_t *row = csr->columns + csr->offsets[user];
        for (uint32_t i = 0; i < vr_csr_row_count(csr, user); i++) row[i] = name[row[i]];
        qsort(row, vr_csr_row_count(csr, user), sizeof *row, ascending);
    }
}

static int has_ties(const vr_evaluation *e) {
    vr_ranked_item order[MOST_ITEMS];
    for (uint32_t user = 0; user < e->users->n_rows; user++) {
        const uint32_t n = full_sort(e, user, UNMASKED, order);
        for (uint32_t r = 1; r < n; r++) {
            if (order[r].score == order[r - 1].score) return 1;
        }
    }
    return 0;
}

Test(eval, permuting_the_items_changes_nothing_where_no_scores_are_equal) {
    static world w;
    vr_user_metrics before[MOST_USERS], after[MOST_USERS];
    vr_metrics mean;
    int permuted = 0;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        if (!evaluate_world(&w, seed, before, &mean) || has_ties(&w.evaluation)) continue;
        const uint32_t n = w.items.n_rows, dim = w.items.n_columns;
        uint32_t name[MOST_ITEMS];
        float old[MOST_ITEMS * MOST_DIM];
        memcpy(old, w.item_values, sizeof old);
        for (uint32_t i = 0; i < n; i++) {
            name[i] = n - 1 - i;
            memcpy(w.item_values + name[i] * dim, old + i * dim, dim * sizeof(float));
        }
        rename_items(&w.train, name);
        rename_items(&w.test, name);
        cr_assert_eq(vr_evaluate(&w.evaluation, after, &mean, NULL), VR_OK);
        cr_assert(same_metrics(before, after, w.users.n_rows), "seed %lu", (unsigned long)seed);
        permuted++;
    }
    cr_assert_gt(permuted, 20);
}

Test(eval, recall_grows_with_k_and_ndcg_stays_within_0_and_1) {
    static world w;
    vr_user_metrics now[MOST_USERS], last[MOST_USERS];
    vr_metrics mean;
    for (uint64_t seed = 0; seed < 100; seed++) {
        if (!evaluate_world(&w, seed, last, &mean)) continue;
        for (uint32_t k = 1; k <= w.items.n_rows + 1; k++) {
            w.evaluation.k = k;
            cr_assert_eq(vr_evaluate(&w.evaluation, now, &mean, NULL), VR_OK);
            for (uint32_t user = 0; user < w.users.n_rows; user++) {
                if (isnan(now[user].recall)) continue;
                cr_assert(k == 1 || now[user].recall >= last[user].recall);
                cr_assert(now[user].ndcg >= 0 && now[user].ndcg <= 1);
            }
            memcpy(last, now, sizeof last);
        }
        for (uint32_t user = 0; user < w.users.n_rows; user++) { /* every unmasked item is listed */
            cr_assert(isnan(now[user].recall) || now[user].recall == 1);
        }
    }
}

Test(eval, the_discount_is_one_over_log2_of_rank_plus_one) {
    vr_discounts discounts;
    cr_assert_eq(vr_discounts_make(1 << 20, &discounts, NULL), VR_OK);
    cr_assert(discounts.at[0] == 1 && discounts.at[2] == .5 &&
              discounts.at[(1 << 18) - 2] == 1. / 18);
    for (uint32_t r = 0; r < discounts.k; r++) { /* both sides within 2 ulp */
        const double want = 1 / log2(r + 2.0);
        cr_assert(fabs(discounts.at[r] - want) <= 4 * DBL_EPSILON * want);
        cr_assert(r == 0 || discounts.at[r] < discounts.at[r - 1]);
    }
    vr_discounts_free(&discounts);
}
