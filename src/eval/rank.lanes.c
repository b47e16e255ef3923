/* The ranking kernel: a block of scores in registers, compared with each user's threshold before anything
   is stored. Compiled for AVX2 (6 x 16 scores in 12 registers) and AVX-512 (12 x 32 in 24); each lane runs the
   same chain of fused multiply-adds, so the bits are equal. */
#include <immintrin.h>
#include "eval/rank.h"

#ifdef VR_AVX512
enum { WIDTH = 16, ROWS = 12 };
typedef __m512 vector;
#define ZERO() _mm512_setzero_ps()
#define LOAD(p) _mm512_load_ps(p)
#define STORE(p, x) _mm512_storeu_ps(p, x)
#define BROADCAST(x) _mm512_set1_ps(x)
#define FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define NOT_LESS_EQUAL(a, b) ((uint32_t)_mm512_cmp_ps_mask(a, b, _CMP_NLE_UQ))
#define EACH_ROW(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11)
#else
enum { WIDTH = 8, ROWS = 6 };
typedef __m256 vector;
#define ZERO() _mm256_setzero_ps()
#define LOAD(p) _mm256_load_ps(p)
#define STORE(p, x) _mm256_storeu_ps(p, x)
#define BROADCAST(x) _mm256_set1_ps(x)
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define NOT_LESS_EQUAL(a, b) ((uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_NLE_UQ)))
#define EACH_ROW(M) M(0) M(1) M(2) M(3) M(4) M(5)
#endif

#define PASTE(a, b) a##b
#define NAME_FOR(isa) PASTE(vr_rank_kernel_, isa)

/* ROWS x 2 WIDTH scores. Named accumulators instead of an array: they must stay in registers. */
static inline uint32_t sub_block(const float *restrict users, const float *restrict items, size_t dim,
                                 const float *restrict thresholds, vr_rank_block *block, size_t row,
                                 size_t column) {
#define START(r) vector low##r = ZERO(), high##r = ZERO();
    EACH_ROW(START)
    for (size_t c = 0; c < dim; c++) {
        const float *u = users + c * VR_RANK_USERS + row;
        const vector low = LOAD(items + c * VR_RANK_ITEMS + column);
        const vector high = LOAD(items + c * VR_RANK_ITEMS + column + WIDTH);
#define STEP(r)                                                                                         \
    {                                                                                                   \
        const vector factor = BROADCAST(u[r]);                                                          \
        low##r = FMA(factor, low, low##r);                                                              \
        high##r = FMA(factor, high, high##r);                                                           \
    }
        EACH_ROW(STEP)
    }
    uint32_t any = 0;
#define COMPARE(r)                                                                                      \
    const vector limit##r = BROADCAST(thresholds[row + r]);                                             \
    any |= NOT_LESS_EQUAL(low##r, limit##r) | NOT_LESS_EQUAL(high##r, limit##r);
    EACH_ROW(COMPARE)
    if (__builtin_expect(any == 0, 1)) {
        return 0;
    }
    uint32_t rows = 0;
#define KEEP(r)                                                                                         \
    {                                                                                                   \
        const uint32_t alive = NOT_LESS_EQUAL(low##r, limit##r) |                                       \
                               NOT_LESS_EQUAL(high##r, limit##r) << WIDTH;                              \
        if (alive) {                                                                                    \
            STORE(block->scores[row + r] + column, low##r);                                             \
            STORE(block->scores[row + r] + column + WIDTH, high##r);                                    \
            block->survivors[row + r] |= alive << column;                                               \
            rows |= 1u << (row + r);                                                                    \
        }                                                                                               \
    }
    EACH_ROW(KEEP)
    return rows;
}

uint32_t NAME_FOR(VR_ISA)(const float *users, const float *items, size_t dim, const float *thresholds,
                          vr_rank_block *block) {
    uint32_t rows = 0;
    for (size_t r = 0; r < VR_RANK_USERS; r++) {
        block->survivors[r] = 0;
    }
    for (size_t row = 0; row < VR_RANK_USERS; row += ROWS) {
        for (size_t column = 0; column < VR_RANK_ITEMS; column += 2 * WIDTH) {
            rows |= sub_block(users, items, dim, thresholds, block, row, column);
        }
    }
    return rows;
}
