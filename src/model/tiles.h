/* Dense products of tiles of scores: what a group of users against one list of items comes down to.

   Each element of a product is one chain of fused multiply-adds, c = fma(a[k], b[k], c) for k = 0, 1, .. from
   what stood there (or 0): a pure function of its row and its column, whatever the tile, the vector width
   and the thread. So a long product may be cut at will, and its parts added in order. */
#ifndef VR_MODEL_TILES_H
#define VR_MODEL_TILES_H

#include <stddef.h>
#include <stdint.h>

enum { VR_PANEL = 64 /* items of a panel */ };

/* c (rows x width) = [c +] a b, where a(row, k) = a[row * a_row + k * a_step], b(k, x) = b[k * b_step + x].
   b and c are 64-byte aligned with strides that are multiples of 16, width too; c does not overlap a or b. */
typedef struct vr_product {
    size_t rows, steps, width;
    const float *a, *b;
    size_t a_row, a_step, b_step;
    float *c;
    size_t c_row;
    int add; /* nonzero: onto what stands in c */
} vr_product;

/* c (dim x stride) = the sum of v v^T over n rows v of `stride` numbers, of which dim count. */
static inline vr_product vr_second_moment(const float *rows, size_t n, size_t stride, size_t dim,
                                          float *c) {
    return (vr_product){.rows = dim,
                        .steps = n,
                        .width = stride,
                        .a = rows,
                        .a_row = 1,
                        .a_step = stride,
                        .b = rows,
                        .b_step = stride,
                        .c = c,
                        .c_row = stride};
}

/* One row of weights that are mostly 0, between a user and n items. */
typedef struct vr_active_row {
    const float *weights;
    size_t n, stride;
    const float *items, *user;             /* n x stride, stride */
    float *user_gradient, *item_gradients; /* likewise */
} vr_active_row;

typedef struct vr_tile_kernels {
    void (*multiply)(const vr_product *product);
    /* how many of the n are not 0 */
    size_t (*active)(const float *weights, size_t n);
    /* for each weight that is not 0: user_gradient += weight item, the item's gradient += weight user */
    void (*add_active)(const vr_active_row *row);
    /* panel[c * VR_PANEL + j] = rows[j * stride + c] for c < dim and j < n; 0 for n <= j < VR_PANEL */
    void (*pack)(const float *rows, size_t stride, size_t n, size_t dim, float *panel);
} vr_tile_kernels;

/* The kernels of this processor (or of VERIREC_ISA). */
const vr_tile_kernels *vr_tile_kernels_get(void);

#endif
