#include "solve/system.h"

#include <math.h>
#include <string.h>
#include "num/lanes.h"
#include "num/transpose.h"

enum { BLOCK = VR_SYSTEM_BLOCK };
#define INLINE static inline __attribute__((always_inline))

/* --- a block of A less what the rows of R above it take ------------------------------------------- */

/* Sums in registers, HIGH rows by WIDE chunks of 16 columns, beside a chunk of one row and its factors: 16 of the 32
   AVX-512 registers, 8 (of half the width) of the 16 AVX2 registers. Named sums instead of an array: they must stay in
   registers. */
#ifdef VR_AVX512
enum { HIGH = 8 };
#define HIGH_ROWS(M, x) M(0, x) M(1, x) M(2, x) M(3, x) M(4, x) M(5, x) M(6, x) M(7, x)
#else
enum { HIGH = 4 };
#define HIGH_ROWS(M, x) M(0, x) M(1, x) M(2, x) M(3, x)
#endif

#define START(r, x)                                                                                \
    vr_lanes s##r##x =                                                                             \
        s->gram ? vr_lanes_mul(g, vr_lanes_loadu(gram + r * s->gram_stride + x * VR_LANES))        \
                : vr_lanes_zero();
#define COLUMN(x)    const vr_lanes b##x = vr_lanes_loadu(from + x * VR_LANES);
#define FACTOR(r, x) const vr_lanes a##r = vr_lanes_set1(to[r]);
#define PLUS(r, x)   s##r##x = vr_lanes_fma(a##r, b##x, s##r##x);
#define MINUS(r, x)  s##r##x = vr_lanes_fnma(a##r, b##x, s##r##x);
#define STORE(r, x)  vr_lanes_storeu(out + r * s->m + x * VR_LANES, s##r##x);

/* HIGH rows from `row`, columns from `column`. SUMS(M) is M of all sums, COLUMNS(M) of each chunk. */
#define TILE(name, SUMS, COLUMNS)                                                                  \
    static void name(const vr_system *s, size_t above, size_t row, size_t column) {                \
        const float *gram = s->gram ? s->gram + row * s->gram_stride + column : NULL;              \
        const vr_lanes g = vr_lanes_set1(s->g);                                                    \
        float *out = s->factor + row * s->m + column;                                              \
        SUMS(START)                                                                                \
        const float *from = s->rows + column, *to = s->rows + row;                                 \
        for (size_t j = 0; j < s->n; j++, from += s->row_stride, to += s->row_stride) {            \
            COLUMNS(COLUMN)                                                                        \
            HIGH_ROWS(FACTOR, 0)                                                                   \
            SUMS(PLUS)                                                                             \
        }                                                                                          \
        from = s->factor + column;                                                                 \
        to = s->factor + row;                                                                      \
        for (size_t i = 0; i < above; i++, from += s->m, to += s->m) {                             \
            COLUMNS(COLUMN)                                                                        \
            HIGH_ROWS(FACTOR, 0)                                                                   \
            SUMS(MINUS)                                                                            \
        }                                                                                          \
        SUMS(STORE)                                                                                \
    }

#define COLUMN_0(M)    M(0)
#define HIGH_BY_ONE(M) HIGH_ROWS(M, 0)
TILE(high_by_one, HIGH_BY_ONE, COLUMN_0)
#ifdef VR_AVX512
#define COLUMNS_01(M)  M(0) M(1)
#define HIGH_BY_TWO(M) HIGH_ROWS(M, 0) HIGH_ROWS(M, 1)
TILE(high_by_two, HIGH_BY_TWO, COLUMNS_01)
#endif

/* Rows first .. first + 15 of A less R^T R of the rows above, from the diagonal on. */
INLINE void block_rows(const vr_system *s, size_t first) {
    for (size_t row = first; row < first + BLOCK; row += HIGH) {
        size_t column = first;
#ifdef VR_AVX512
        for (; column + 2 * VR_LANES <= s->m; column += 2 * VR_LANES)
            high_by_two(s, first, row, column);
#endif
        for (; column < s->m; column += VR_LANES) high_by_one(s, first, row, column);
    }
}

/* --- the block's rows of R ------------------------------------------------------------------------ */

/* Row j of a chunk: less the rows above it in the block, scaled. `above` = R's diagonal block, at stride m. */
INLINE vr_lanes substitute(const float *chunk, size_t stride, const float *diagonal, size_t m,
                           size_t j, vr_lanes row) {
    for (size_t i = 0; i < j; i++)
        row = vr_lanes_fnma(vr_lanes_set1(diagonal[i * m + j]), vr_lanes_load(chunk + i * stride),
                            row);
    return row;
}

/* The diagonal block, and b's part with it. Returns 16, or the row whose pivot is not above 0. */
INLINE size_t diagonal_block(const vr_system *s, size_t first, float *scales, float *pivot) {
    float *block = s->factor + first * s->m + first, *b = s->x + first;
    for (size_t j = 0; j < BLOCK; j++) {
        float *at = block + j * s->m;
        at[j] += s->l;
        vr_lanes row = substitute(block, s->m, block, s->m, j, vr_lanes_load(at));
        vr_lanes_store(at, row);
        if (!(at[j] > 0)) {
            *pivot = at[j];
            return j;
        }
        scales[j] = 1 / sqrtf(at[j]);
        row = vr_lanes_mul(vr_lanes_set1(scales[j]), row);
        vr_lanes_store(at, row);
        b[j] *= scales[j];
        float z = b[j];
        vr_lanes_store(b, vr_lanes_fnma(vr_lanes_set1(z), row, vr_lanes_load(b)));
        b[j] = z;
    }
    return BLOCK;
}

/* The inverse of the diagonal block of R^T, row by row. */
INLINE void invert_block(const vr_system *s, size_t first, const float *scales) {
    const float *block = s->factor + first * s->m + first;
    float *inverse = s->inverse + first * BLOCK;
    for (size_t j = 0; j < BLOCK; j++) {
        float unit[BLOCK] __attribute__((aligned(64))) = {0};
        unit[j] = 1;
        vr_lanes row = substitute(inverse, BLOCK, block, s->m, j, vr_lanes_load(unit));
        vr_lanes_store(inverse + j * BLOCK, vr_lanes_mul(vr_lanes_set1(scales[j]), row));
    }
}

/* The rest of the block's rows, and what they take from the rest of b. */
INLINE void right_of_block(const vr_system *s, size_t first, const float *scales) {
    const float *block = s->factor + first * s->m + first, *z = s->x + first;
    for (size_t column = first + BLOCK; column < s->m; column += VR_LANES) {
        float *chunk = s->factor + first * s->m + column;
        vr_lanes b = vr_lanes_load(s->x + column);
        for (size_t j = 0; j < BLOCK; j++) {
            float *at = chunk + j * s->m;
            vr_lanes row = substitute(chunk, s->m, block, s->m, j, vr_lanes_load(at));
            row = vr_lanes_mul(vr_lanes_set1(scales[j]), row);
            vr_lanes_store(at, row);
            b = vr_lanes_fnma(vr_lanes_set1(z[j]), row, b);
        }
        vr_lanes_store(s->x + column, b);
    }
}

/* --- back through R ------------------------------------------------------------------------------- */

/* x of a block, from z and what stands to the right: x = R_kk^-1 (z - R_k,rest x_rest). */
INLINE void back_block(const vr_system *s, size_t first) {
    float left[BLOCK];
    for (size_t j = 0; j < BLOCK; j++) {
        const float *row = s->factor + (first + j) * s->m;
        vr_lanes sum = vr_lanes_zero();
        for (size_t column = first + BLOCK; column < s->m; column += VR_LANES)
            sum = vr_lanes_fma(vr_lanes_load(row + column), vr_lanes_load(s->x + column), sum);
        left[j] = s->x[first + j] - vr_lanes_sum(sum);
    }
    vr_lanes x = vr_lanes_zero();
    for (size_t j = 0; j < BLOCK; j++)
        x = vr_lanes_fma(vr_lanes_set1(left[j]), vr_lanes_load(s->inverse + (first + j) * BLOCK),
                         x);
    vr_lanes_store(s->x + first, x);
}

static size_t solve(const vr_system *system, float *pivot) {
    const vr_system s = *system;
    float scales[BLOCK];
    for (size_t first = 0; first < s.m; first += BLOCK) {
        block_rows(&s, first);
        size_t done = diagonal_block(&s, first, scales, pivot);
        if (done < BLOCK) return first + done;
        right_of_block(&s, first, scales);
        invert_block(&s, first, scales);
    }
    for (size_t first = s.m; first > 0; first -= BLOCK) back_block(&s, first - BLOCK);
    return s.m;
}

/* --- around it ------------------------------------------------------------------------------------ */

static void transpose(const float *from, size_t from_stride, size_t n, size_t width, float *to,
                      size_t to_stride) {
    size_t whole = n / 8 * 8;
    for (size_t j = 0; j < whole; j += 8)
        for (size_t c = 0; c < width; c += 8)
            vr_transpose_8(from + j * from_stride + c, from_stride, to + c * to_stride + j,
                           to_stride);
    for (size_t c = 0; c < width && whole < to_stride; c++) {
        for (size_t j = whole; j < n; j++) to[c * to_stride + j] = from[j * from_stride + c];
        for (size_t j = n; j < to_stride; j++) to[c * to_stride + j] = 0;
    }
}

static void scale_rows(float *rows, size_t width, const float *scales, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const vr_lanes scale = vr_lanes_set1(scales[i]);
        for (size_t c = 0; c < width; c += VR_LANES) {
            float *at = rows + i * width + c;
            vr_lanes_store(at, vr_lanes_mul(scale, vr_lanes_load(at)));
        }
    }
}

static void combine(const float *rows, size_t stride, size_t n, const float *weights, size_t width,
                    float *out) {
    for (size_t c = 0; c < width; c += VR_LANES) {
        vr_lanes sum = vr_lanes_load(out + c);
        for (size_t j = 0; j < n; j++)
            sum =
                vr_lanes_fma(vr_lanes_set1(weights[j]), vr_lanes_load(rows + j * stride + c), sum);
        vr_lanes_store(out + c, sum);
    }
}

static void dots(const float *rows, size_t stride, size_t n, const float *x, size_t width,
                 float *out) {
    for (size_t j = 0; j < n; j++) {
        vr_lanes sum = vr_lanes_zero();
        for (size_t c = 0; c < width; c += VR_LANES)
            sum = vr_lanes_fma(vr_lanes_load(rows + j * stride + c), vr_lanes_load(x + c), sum);
        out[j] += vr_lanes_sum(sum);
    }
}

extern const vr_system_kernels VR_ISA_NAME(vr_system_kernels);
const vr_system_kernels VR_ISA_NAME(vr_system_kernels) = {

    .solve = solve,
    .transpose = transpose,
    .scale_rows = scale_rows,
    .combine = combine,
    .dots = dots};
