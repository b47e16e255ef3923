/* The ranking kernel and its tiles: fixed bits for any vector width and thread count; bad scores. */
#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "eval/rank.h"
#include "num/isa.h"

static uint64_t state = 7;
static float draw(void) { /* about 2^-30 .. 2^30, either sign: rounding happens at every step */
    state = state * 6364136223846793005u + 1442695040888963407u;
    const float mantissa = (float)(state >> 41) * 0x1p-22f - 1;
    return ldexpf(mantissa, (int)(state >> 33 & 31) - 16);
}

static int have_avx512(void) {
    return vr_isa() == VR_ISA_AVX512;
}

static vr_rank_kernel *const kernels[] = {vr_rank_kernel_avx2, vr_rank_kernel_avx512};
static int n_kernels(void) {
    return have_avx512() ? 2 : 1;
}

enum { DIM = 67 };
typedef struct panels {
    _Alignas(64) float items[DIM * VR_RANK_ITEMS];
    float users[DIM * VR_RANK_USERS];
} panels;

static void fill(panels *p) {
    for (size_t i = 0; i < DIM * VR_RANK_ITEMS; i++) p->items[i] = draw();
    for (size_t i = 0; i < DIM * VR_RANK_USERS; i++) p->users[i] = draw();
}

static float chain(const panels *p, size_t user, size_t item, size_t dim) {
    float score = 0;
    for (size_t c = 0; c < dim; c++) {
        score = fmaf(p->users[c * VR_RANK_USERS + user], p->items[c * VR_RANK_ITEMS + item], score);
    }
    return score;
}

Test(rank, a_score_is_one_chain_of_fma_to_the_last_bit) {
    static panels p;
    float everything[VR_RANK_USERS];
    vr_rank_block block;
    for (size_t r = 0; r < VR_RANK_USERS; r++) everything[r] = NAN;
    int differs_from_unfused = 0;
    for (int trial = 0; trial < 200; trial++) {
        fill(&p);
        const size_t dim = (size_t)trial % (DIM + 1);
        for (int kernel = 0; kernel < n_kernels(); kernel++) {
            const uint32_t rows = kernels[kernel](p.users, p.items, dim, everything, &block);
            cr_assert_eq(rows, (1u << VR_RANK_USERS) - 1);
            for (size_t u = 0; u < VR_RANK_USERS; u++) {
                for (size_t i = 0; i < VR_RANK_ITEMS; i++) {
                    const float want = chain(&p, u, i, dim);
                    cr_assert_eq(memcmp(&want, &block.scores[u][i], sizeof want), 0);
                    float unfused = 0; /* control: another order of rounding is another number */
                    for (size_t c = 0; c < dim; c++) {
                        unfused += p.users[c * VR_RANK_USERS + u] * p.items[c * VR_RANK_ITEMS + i];
                    }
                    differs_from_unfused += unfused != want;
                }
            }
        }
    }
    cr_assert_gt(differs_from_unfused, 1000);
}

Test(rank, exactly_the_scores_above_the_threshold_survive) {
    static panels p;
    float limits[VR_RANK_USERS];
    vr_rank_block block;
    for (int trial = 0; trial < 200; trial++) {
        fill(&p);
        for (size_t u = 0; u < VR_RANK_USERS; u++)
            limits[u] = chain(&p, u, (u + (size_t)trial) % 32, 8);
        if (trial == 0) limits[3] = NAN;
        if (trial == 1) limits[4] = INFINITY;
        for (int kernel = 0; kernel < n_kernels(); kernel++) {
            const uint32_t rows = kernels[kernel](p.users, p.items, 8, limits, &block);
            for (size_t u = 0; u < VR_RANK_USERS; u++) {
                uint32_t want = 0;
                for (size_t i = 0; i < VR_RANK_ITEMS; i++) {
                    want |= (uint32_t) !(chain(&p, u, i, 8) <= limits[u]) << i;
                }
                cr_assert_eq((rows >> u & 1), (want != 0));
                cr_assert(!want || block.survivors[u] == want);
            }
        }
    }
}

enum { USERS = 700, ITEMS = 1003, FACTORS = 9, TRAIN = 5, TEST = 3 };
typedef struct world {
    float user_values[USERS * FACTORS], item_values[ITEMS * FACTORS];
    uint64_t train_offsets[USERS + 1], test_offsets[USERS + 1];
    uint32_t train_columns[USERS * TRAIN], test_columns[USERS * TEST];
    vr_matrix users, items;
    vr_csr train, test;
    vr_evaluation evaluation;
} world;

/* Train items are 4 mod 5 and test items are not. */
static world *make_world(vr_similarity similarity) {
    static world w;
    for (size_t i = 0; i < USERS * FACTORS; i++) w.user_values[i] = draw();
    for (size_t i = 0; i < ITEMS * FACTORS; i++) w.item_values[i] = draw();
    for (uint32_t u = 0; u < USERS; u++) {
        for (uint32_t i = 0; i < TRAIN; i++)
            w.train_columns[u * TRAIN + i] = 4 + 5 * (u % 90 + 20 * i);
        for (uint32_t i = 0; i < TEST; i++)
            w.test_columns[u * TEST + i] = u % 4 + 5 * (u % 50 + 70 * i);
        w.train_offsets[u + 1] = (u + 1) * TRAIN;
        w.test_offsets[u + 1] = (u + 1) * TEST;
    }
    w.users = (vr_matrix){USERS, FACTORS, w.user_values};
    w.items = (vr_matrix){ITEMS, FACTORS, w.item_values};
    w.train = (vr_csr){USERS, ITEMS, w.train_offsets, w.train_columns};
    w.test = (vr_csr){USERS, ITEMS, w.test_offsets, w.test_columns};
    w.evaluation = (vr_evaluation){&w.users, &w.items, similarity, &w.train, &w.test, 20};
    return &w;
}

Test(rank, metrics_have_the_same_bits_for_any_thread_count_and_vector_width) {
    static vr_user_metrics first[USERS], now[USERS];
    const int threads[] = {1, 2, 3, 8};
    for (int similarity = VR_DOT; similarity <= VR_COSINE; similarity++) {
        const world *w = make_world((vr_similarity)similarity);
        vr_metrics want, mean;
        memset(first, 0, sizeof first);
        memset(now, 0, sizeof now);
        cr_assert_eq(vr_evaluate(&w->evaluation, first, &want, NULL), VR_OK);
        cr_assert_gt(want.recall, 0);
        for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
            for (int kernel = 0; kernel < n_kernels(); kernel++) {
                omp_set_num_threads(threads[i]);
                cr_assert_eq(vr_evaluate_with(&w->evaluation, kernels[kernel], now, &mean, NULL),
                             VR_OK);
                for (uint32_t u = 0; u < USERS; u++) {
                    cr_assert(first[u].recall == now[u].recall && first[u].ndcg == now[u].ndcg);
                }
                cr_assert(mean.recall == want.recall && mean.ndcg == want.ndcg);
            }
        }
    }
}

Test(rank, a_nan_score_is_refused_and_its_place_is_the_same_for_any_thread_count) {
    world *w = make_world(VR_DOT);
    vr_metrics mean;
    vr_error error, again;
    w->item_values[700 * FACTORS + 2] = NAN;
    cr_expect_eq(vr_evaluate(&w->evaluation, NULL, &mean, &error), VR_BAD_DATA);
    cr_expect(strstr(error.text, "user 0 and item 700"), "%s", error.text);
    w->item_values[700 * FACTORS + 2] = 0;
    w->user_values[333 * FACTORS + 8] = INFINITY; /* inf - inf, or inf * 0 */
    w->user_values[333 * FACTORS + 7] = -INFINITY;
    w->user_values[599 * FACTORS + 8] = NAN;
    for (int threads = 1; threads <= 8; threads++) {
        omp_set_num_threads(threads);
        cr_expect_eq(vr_evaluate(&w->evaluation, NULL, &mean, threads == 1 ? &error : &again),
                     VR_BAD_DATA);
        cr_expect(threads == 1 || strcmp(error.text, again.text) == 0);
    }
    cr_expect(strstr(error.text, "user 333"), "%s", error.text);
}

Test(rank, infinite_scores_are_ranked) {
    float user = 1, items[] = {0, -INFINITY, INFINITY, 1};
    uint64_t offsets[] = {0, 0};
    uint32_t none = 0, ids[4];
    const vr_matrix u = {1, 1, &user}, v = {4, 1, items};
    const vr_csr train = {1, 4, offsets, &none};
    const vr_evaluation e = {&u, &v, VR_DOT, &train, NULL, 4};
    cr_assert_eq(vr_top_k(&e, ids, NULL), VR_OK);
    cr_assert(ids[0] == 2 && ids[1] == 3 && ids[2] == 0 && ids[3] == 1);
}

Test(rank, shapes_that_do_not_fit_are_refused) {
    world *w = make_world(VR_DOT);
    vr_metrics mean;
    vr_error error;
    vr_matrix narrow = {USERS, FACTORS - 1, w->user_values};
    vr_evaluation e = w->evaluation;
    e.users = &narrow;
    cr_expect_eq(vr_evaluate(&e, NULL, &mean, &error), VR_BAD_DATA);
    e = w->evaluation;
    e.users = w->evaluation.items;
    cr_expect_eq(vr_evaluate(&e, NULL, &mean, &error), VR_BAD_DATA);
    e = w->evaluation;
    e.k = 0;
    cr_expect_eq(vr_evaluate(&e, NULL, &mean, &error), VR_USAGE);
}
