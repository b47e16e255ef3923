#include "model/tiles.h"

#include <string.h>
#include "num/lanes.h"
#include "num/transpose.h"

/* A block of sums in registers, HIGH rows by WIDE chunks of 16 columns, beside one row of b and the rows' factors: 24
   of the 32 AVX-512 registers, 8 (of half the width) of the 16 AVX2 registers. Named sums instead of an array:
   they must stay in registers. */
#ifdef VR_AVX512
enum { HIGH = 6, WIDE = 4 };
#define HIGH_ROWS(M, x) M(0, x) M(1, x) M(2, x) M(3, x) M(4, x) M(5, x)
#else
enum { HIGH = 4, WIDE = 1 };
#define HIGH_ROWS(M, x) M(0, x) M(1, x) M(2, x) M(3, x)
#endif
enum {
    DEPTH = 128 /* rows of b that a pass takes: 128 x 64 floats stay in the first-level cache */
};
#define INLINE static inline __attribute__((always_inline))

#define START(r, x)                                                                                \
    vr_lanes s##r##x = p->add ? vr_lanes_load(c + r * p->c_row + x * VR_LANES) : vr_lanes_zero();
#define COLUMN(x)    const vr_lanes b##x = vr_lanes_load(b + x * VR_LANES);
#define FACTOR(r, x) const vr_lanes a##r = vr_lanes_set1(a[r * p->a_row]);
#define STEP(r, x)   s##r##x = vr_lanes_fma(a##r, b##x, s##r##x);
#define STORE(r, x)  vr_lanes_store(c + r * p->c_row + x * VR_LANES, s##r##x);

/* One kernel: SUMS(M) is M of all sums, ROWS(M) of the first of each row, COLUMNS(M) of each chunk. */
#define BLOCK(name, SUMS, ROWS, COLUMNS)                                                           \
    static void name(const vr_product *p, const float *a, const float *b, float *c) {              \
        SUMS(START)                                                                                \
        for (size_t k = 0; k < p->steps; k++, a += p->a_step, b += p->b_step) {                    \
            COLUMNS(COLUMN)                                                                        \
            ROWS(FACTOR)                                                                           \
            SUMS(STEP)                                                                             \
        }                                                                                          \
        SUMS(STORE)                                                                                \
    }

#define COLUMN_0(M)  M(0)
#define ROW_0(M)     M(0, 0)
#define ROWS_HIGH(M) HIGH_ROWS(M, 0)
BLOCK(high_by_one, ROWS_HIGH, ROWS_HIGH, COLUMN_0)
BLOCK(one_by_one, ROW_0, ROW_0, COLUMN_0)
#ifdef VR_AVX512
#define COLUMNS_0123(M) M(0) M(1) M(2) M(3)
#define HIGH_BY_FOUR(M) HIGH_ROWS(M, 0) HIGH_ROWS(M, 1) HIGH_ROWS(M, 2) HIGH_ROWS(M, 3)
#define ONE_BY_FOUR(M)  M(0, 0) M(0, 1) M(0, 2) M(0, 3)
BLOCK(high_by_four, HIGH_BY_FOUR, ROWS_HIGH, COLUMNS_0123)
BLOCK(one_by_four, ONE_BY_FOUR, ROW_0, COLUMNS_0123)
#endif

typedef void block(const vr_product *p, const float *a, const float *b, float *c);

INLINE void all_rows(const vr_product *p, size_t x, block *high, block *one) {
    size_t r = 0;
    for (; r + HIGH <= p->rows; r += HIGH)
        high(p, p->a + r * p->a_row, p->b + x, p->c + r * p->c_row + x);
    for (; r < p->rows; r++) one(p, p->a + r * p->a_row, p->b + x, p->c + r * p->c_row + x);
}

static void multiply(const vr_product *product) {
    vr_product p = *product;
    for (size_t k = 0; k < product->steps || k == 0; k += DEPTH) {
        p.steps = product->steps - k < DEPTH ? product->steps - k : DEPTH;
        p.a = product->a + k * p.a_step;
        p.b = product->b + k * p.b_step;
        p.add = product->add || k > 0;
        size_t x = 0;
#ifdef VR_AVX512
        for (; x + WIDE * VR_LANES <= p.width; x += WIDE * VR_LANES)
            all_rows(&p, x, high_by_four, one_by_four);
#endif
        for (; x < p.width; x += VR_LANES) all_rows(&p, x, high_by_one, one_by_one);
    }
}

static void pack(const float *rows, size_t stride, size_t n, size_t dim, float *panel) {
    size_t whole = dim / 8 * 8, j = 0;
    if (n < VR_PANEL) memset(panel, 0, dim * VR_PANEL * sizeof *panel);
    for (; j + 8 <= n; j += 8) {
        for (size_t c = 0; c < whole; c += 8)
            vr_transpose_8(rows + j * stride + c, stride, panel + c * VR_PANEL + j, VR_PANEL);
        for (size_t c = whole; c < dim; c++)
            for (size_t i = j; i < j + 8; i++) panel[c * VR_PANEL + i] = rows[i * stride + c];
    }
    for (; j < n; j++)
        for (size_t c = 0; c < dim; c++) panel[c * VR_PANEL + j] = rows[j * stride + c];
}

INLINE unsigned active_16(const float *weights, size_t left) {
    vr_lanes w =
        left < VR_LANES ? vr_lanes_load_n(weights, left, vr_lanes_zero()) : vr_lanes_loadu(weights);
    return vr_lanes_mask_bits(vr_lanes_gt(vr_lanes_abs(w), vr_lanes_zero()));
}

static size_t active(const float *weights, size_t n) {
    size_t sum = 0;
    for (size_t j = 0; j < n; j += VR_LANES)
        sum += (size_t)__builtin_popcount(active_16(weights + j, n - j));
    return sum;
}

INLINE void add_row(float *sum, const float *row, size_t stride, float weight) {
    vr_lanes w = vr_lanes_set1(weight);
    for (size_t c = 0; c < stride; c += VR_LANES)
        vr_lanes_store(sum + c, vr_lanes_fma(w, vr_lanes_load(row + c), vr_lanes_load(sum + c)));
}

static void add_active(const vr_active_row *row) {
    for (size_t j = 0; j < row->n; j += VR_LANES)
        for (unsigned left = active_16(row->weights + j, row->n - j); left; left &= left - 1) {
            size_t at = j + (size_t)__builtin_ctz(left);
            add_row(row->user_gradient, row->items + at * row->stride, row->stride,
                    row->weights[at]);
            add_row(row->item_gradients + at * row->stride, row->user, row->stride,
                    row->weights[at]);
        }
}

extern const vr_tile_kernels VR_ISA_NAME(vr_tile_kernels);
const vr_tile_kernels VR_ISA_NAME(vr_tile_kernels) = {
    .multiply = multiply, .active = active, .add_active = add_active, .pack = pack};
