/* The ranking kernel: a block of scores in registers, compared with each user's threshold before
   anything is stored. Each lane runs the same chain of fused multiply-adds in both builds. */
#include "eval/rank.h"
#include "num/lanes.h"

/* Rows of scores, 32 wide, that the registers hold beside a row of items and one factor. */
#ifdef VR_AVX512
#define EACH_ROW(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11)
enum { ROWS = 12 };
#else
#define EACH_ROW(M) M(0) M(1)
enum { ROWS = 2 };
#endif

/* Named accumulators instead of an array: they must stay in registers. */
#define START(r) vr_lanes low##r = vr_lanes_zero(), high##r = vr_lanes_zero();
#define STEP(r)                                                                                    \
    {                                                                                              \
        const vr_lanes factor = vr_lanes_set1(u[r]);                                               \
        low##r = vr_lanes_fma(factor, low, low##r);                                                \
        high##r = vr_lanes_fma(factor, high, high##r);                                             \
    }
#define ALIVE(lanes, r) vr_lanes_mask_bits(vr_lanes_not_le(lanes, vr_lanes_set1(thresholds[r])))
#define COMPARE(r)      any |= ALIVE(low##r, r) | ALIVE(high##r, r);
#define KEEP(r)                                                                                    \
    survivors[r] = ALIVE(low##r, r) | ALIVE(high##r, r) << VR_LANES;                               \
    if (survivors[r]) {                                                                            \
        vr_lanes_storeu(scores[r], low##r);                                                        \
        vr_lanes_storeu(scores[r] + VR_LANES, high##r);                                            \
        rows |= 1u << r;                                                                           \
    }

/* ROWS users against the panel. */
static inline uint32_t some_rows(const float *restrict users, const float *restrict items,
                                 size_t dim, const float *restrict thresholds,
                                 float (*restrict scores)[VR_RANK_ITEMS],
                                 uint32_t *restrict survivors) {
    EACH_ROW(START)
    for (size_t c = 0; c < dim; c++) {
        const float *u = users + c * VR_RANK_USERS;
        const vr_lanes low = vr_lanes_load(items + c * VR_RANK_ITEMS);
        const vr_lanes high = vr_lanes_load(items + c * VR_RANK_ITEMS + VR_LANES);
        EACH_ROW(STEP)
    }
    uint32_t any = 0, rows = 0;
    EACH_ROW(COMPARE)
    if (__builtin_expect(any != 0, 0)) {
        EACH_ROW(KEEP)
    }
    return rows;
}

uint32_t VR_ISA_NAME(vr_rank_kernel)(const float *users, const float *items, size_t dim,
                                     const float *thresholds, vr_rank_block *block) {
    uint32_t rows = 0;
    for (size_t r = 0; r < VR_RANK_USERS; r += ROWS) {
        rows |= some_rows(users + r, items, dim, thresholds + r, block->scores + r,
                          block->survivors + r)
                << r;
    }
    return rows;
}
