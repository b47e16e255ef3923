/* The kernels of model/tiles.lanes.c for doubles: a block of sums in registers, HIGH rows by WIDE registers. */
#include "solve/product.h"

#include "num/lanes.h"

#ifdef VR_AVX512
typedef __m512d eight;
enum { HIGH = 6, WIDE = 4, LANES = 8 };
#define LOAD(p)      _mm512_load_pd(p)
#define SAVE(p, a)   _mm512_store_pd(p, a)
#define ALL(x)       _mm512_set1_pd(x)
#define FMA(a, b, c) _mm512_fmadd_pd(a, b, c)
#else
typedef __m256d eight;
enum { HIGH = 4, WIDE = 2, LANES = 4 };
#define LOAD(p)      _mm256_load_pd(p)
#define SAVE(p, a)   _mm256_store_pd(p, a)
#define ALL(x)       _mm256_set1_pd(x)
#define FMA(a, b, c) _mm256_fmadd_pd(a, b, c)
#endif
enum {
    DEPTH = 128 /* rows of b that a pass takes: 128 x 32 doubles stay in the first-level cache */
};
#define INLINE static inline __attribute__((always_inline))

/* `high` and `wide` are constants where this is expanded: the loops over them are unrolled. */
INLINE void block(const vr_product64 *p, size_t high, size_t wide, const double *a, const double *b,
                  double *c) {
    eight sums[HIGH][WIDE];
    for (size_t r = 0; r < high; r++)
        for (size_t x = 0; x < wide; x++)
            sums[r][x] = p->add ? LOAD(c + r * p->c_row + x * LANES) : ALL(0);
    for (size_t k = 0; k < p->steps; k++, a += p->a_step, b += p->b_step) {
        eight row[WIDE];
        for (size_t x = 0; x < wide; x++) row[x] = LOAD(b + x * LANES);
        for (size_t r = 0; r < high; r++) {
            const eight factor = ALL(a[r * p->a_row]);
            for (size_t x = 0; x < wide; x++) sums[r][x] = FMA(factor, row[x], sums[r][x]);
        }
    }
    for (size_t r = 0; r < high; r++)
        for (size_t x = 0; x < wide; x++) SAVE(c + r * p->c_row + x * LANES, sums[r][x]);
}

INLINE void all_rows(const vr_product64 *p, size_t wide, size_t x) {
    size_t r = 0;
    for (; r + HIGH <= p->rows; r += HIGH)
        block(p, HIGH, wide, p->a + r * p->a_row, p->b + x, p->c + r * p->c_row + x);
    for (; r < p->rows; r++)
        block(p, 1, wide, p->a + r * p->a_row, p->b + x, p->c + r * p->c_row + x);
}

void VR_ISA_NAME(vr_multiply64)(const vr_product64 *product) {
    vr_product64 p = *product;
    for (size_t k = 0; k < product->steps || k == 0; k += DEPTH) {
        p.steps = product->steps - k < DEPTH ? product->steps - k : DEPTH;
        p.a = product->a + k * p.a_step;
        p.b = product->b + k * p.b_step;
        p.add = product->add || k > 0;
        size_t x = 0;
        for (; x + WIDE * LANES <= p.width; x += WIDE * LANES) all_rows(&p, WIDE, x);
        for (; x < p.width; x += LANES) all_rows(&p, 1, x);
    }
}
