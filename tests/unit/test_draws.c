/* Counter-based draws: equal to Random123's Philox, uniform, and the same under both instruction sets. */
#include <Random123/philox.h>
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "num/draws.h"
#include "num/draws_kernel.h"
#include "num/sobol.h"

enum { BOUND = 12345, DRAWS = 1 << 20 };

/* What makes it Sobol's: among the first 2^k points each coordinate has one in every interval of length 2^-k, and of the
   first two coordinates every elementary rectangle of area 2^-k has one. */
Test(draws, sobol_points_are_stratified) {
    enum { K = 6, N = 1 << K };
    for (uint32_t d = 0; d < VR_SOBOL_DIMENSIONS; d++) {
        char seen[N] = {0};
        for (uint32_t i = 0; i < N; i++) seen[(int)(vr_sobol(i, d) * N)]++;
        for (int i = 0; i < N; i++) cr_assert_eq(seen[i], 1, "dimension %u, interval %d", d, i);
    }
    for (int wide = 0; wide <= K; wide++) {
        char seen[N] = {0};
        for (uint32_t i = 0; i < N; i++)
            seen[((int)(vr_sobol(i, 0) * (1 << wide)) << (K - wide)) +
                 (int)(vr_sobol(i, 1) * (1 << (K - wide)))]++;
        for (int i = 0; i < N; i++) cr_assert_eq(seen[i], 1);
    }
    /* by hand: x^2 + x + 1 with m = 1, 3: .10 ^ .11 = .01 in binary */
    cr_assert_eq(vr_sobol(3, 2), .25);
}

Test(draws, words_are_those_of_random123) {
    vr_draw_key key = {0x0123456789abcdefu, VR_STREAM_TEST, 77};
    uint32_t words[1000];
    vr_draw_words(&key, 42, words, 1000);
    for (uint32_t i = 0; i < 1000; i++) {
        philox4x32_ctr_t counter = {{i / 4, 42, key.epoch, key.stream}};
        philox4x32_key_t seed = {{(uint32_t)key.seed, (uint32_t)(key.seed >> 32)}};
        cr_assert_eq(words[i], philox4x32(counter, seed).v[i % 4], "word %u", i);
    }
}

Test(draws, both_instruction_sets_give_the_same_words) {
    uint32_t narrow[VR_DRAW_GROUP], wide[VR_DRAW_GROUP];
    if (!__builtin_cpu_supports("avx512f")) return;
    vr_draw_group_avx2(9, 8, 7, 6, 5, narrow);
    vr_draw_group_avx512(9, 8, 7, 6, 5, wide);
    cr_assert_arr_eq(narrow, wide, sizeof narrow);
}

/* The last word that a threshold counts, and one less: what is drawn again hangs on it. */
Test(draws, scaled_words_are_the_products_of_the_words) {
    const uint32_t bounds[] = {1, 2, 40981, 1000003, 3u << 30, UINT32_MAX};
    vr_draw_key key = {1, VR_STREAM_TEST, 9};
    uint32_t words[320], out[320];
    vr_draw_scaled *scaled[] = {vr_draw_scaled_avx2, vr_draw_scaled_avx512};
    for (int isa = 0; isa < (__builtin_cpu_supports("avx512dq") ? 2 : 1); isa++)
        for (uint32_t n = 0; n <= 300; n++) {
            uint32_t bound = bounds[n % 6], least = UINT32_MAX, filled = (n + 63) / 64 * 64;
            vr_draw_words(&key, n, words, filled);
            for (uint32_t i = 0; i < filled; i++)
                if (words[i] * bound < least) least = words[i] * bound;
            out[n] = 77;
            cr_assert_not(scaled[isa](&key, n, bound, least, out, n));
            for (uint32_t i = 0; i < n; i++)
                cr_assert_eq(out[i], (uint32_t)((uint64_t)words[i] * bound >> 32), "%u of %u", i,
                             n);
            cr_assert_eq(out[n], 77, "written past %u", n);
            if (n && least < UINT32_MAX) cr_assert(scaled[isa](&key, n, bound, least + 1, out, n));
        }
}

Test(draws, a_shorter_request_is_the_beginning_of_a_longer_one) {
    vr_draw_key key = {1, VR_STREAM_TEST, 0};
    uint32_t longer[300], shorter[300];
    vr_draw_below(&key, 3, 1000003, longer, 300);
    for (size_t n = 0; n < 300; n++) {
        vr_draw_below(&key, 3, 1000003, shorter, n);
        cr_assert_arr_eq(longer, shorter, n * sizeof *longer);
    }
}

/* Chi-square of a uniform sample lies within 6 standard deviations of its mean k - 1. */
static double chi_square_score(const uint32_t *counts, uint32_t k, double expected) {
    double sum = 0;
    for (uint32_t i = 0; i < k; i++)
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    return (sum - (k - 1)) / sqrt(2. * (k - 1));
}

Test(draws, bounded_draws_are_uniform) {
    static uint32_t drawn[DRAWS], counts[BOUND];
    vr_draw_key key = {2019, VR_STREAM_TEST, 1};
    vr_draw_below(&key, 0, BOUND, drawn, DRAWS);
    for (size_t i = 0; i < DRAWS; i++) {
        cr_assert_lt(drawn[i], (uint32_t)BOUND);
        counts[drawn[i]]++;
    }
    double expected = (double)DRAWS / BOUND;
    cr_assert_lt(fabs(chi_square_score(counts, BOUND, expected)), 6);
    /* negative control: one id taken twice as often is noticed */
    for (uint32_t i = 0; i < BOUND; i += 10) counts[i] += 20;
    cr_assert_gt(fabs(chi_square_score(counts, BOUND, expected)), 6);
}

/* Without rejection a bound of 3/4 of 2^32 would draw a third of the ids twice as often. */
Test(draws, a_large_bound_is_not_biased) {
    static uint32_t drawn[DRAWS];
    vr_draw_key key = {5, VR_STREAM_TEST, 1};
    uint32_t bound = 3u << 30, thirds[3] = {0};
    vr_draw_below(&key, 0, bound, drawn, DRAWS);
    for (size_t i = 0; i < DRAWS; i++) thirds[drawn[i] % 3]++;
    cr_assert_lt(fabs(chi_square_score(thirds, 3, DRAWS / 3.)), 6);
}

Test(draws, normal_draws_have_the_moments_of_the_normal_distribution) {
    static float x[DRAWS];
    vr_draw_key key = {5, VR_STREAM_TEST, 2};
    double mean = 0, square = 0, fourth = 0;
    vr_draw_normal(&key, 0, x, DRAWS);
    for (size_t i = 0; i < DRAWS; i++) {
        double s = (double)x[i] * (double)x[i];
        mean += (double)x[i];
        square += s;
        fourth += s * s;
    }
    /* standard errors 1/sqrt(n), sqrt(2/n), sqrt(96/n) */
    cr_assert_lt(fabs(mean / DRAWS), 6 / sqrt(DRAWS));
    cr_assert_lt(fabs(square / DRAWS - 1), 6 * sqrt(2. / DRAWS));
    cr_assert_lt(fabs(fourth / DRAWS - 3), 6 * sqrt(96. / DRAWS));
}

Test(draws, a_permutation_holds_each_number_once_and_depends_on_the_epoch) {
    enum { N = 5000 };
    static uint32_t a[N], b[N], seen[N];
    vr_draw_key key = {5, VR_STREAM_TEST, 1};
    vr_draw_permutation(&key, a, N);
    for (uint32_t i = 0; i < N; i++) seen[a[i]]++;
    for (uint32_t i = 0; i < N; i++) cr_assert_eq(seen[i], 1u);
    key.epoch = 2;
    vr_draw_permutation(&key, b, N);
    cr_assert_neq(memcmp(a, b, sizeof a), 0);
}
