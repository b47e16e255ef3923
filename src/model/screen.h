/* A screen before the exact scores of a hinge loss: which of a pair's sampled items can score above its margin at all?
   Most cannot, and a score that does not exceed the margin has loss 0 and gradient 0 whatever it is. So a row of
   64-byte lines of codes is read instead of a row of floats, and a sum of small whole numbers proves it.

   The codes only decide which scores are computed; those that are, are the exact kernel's (rows.h). So no bit of any
   result depends on them.

   A row of codes is as many bytes as the float row has floats, rounded up to whole 64-byte lines: line l holds
   floats 64 l .. 64 l + 63, in an order of the kernels' own. */
#ifndef VR_MODEL_SCREEN_H
#define VR_MODEL_SCREEN_H

#include <stddef.h>
#include <stdint.h>

enum { VR_CODE_LINE = 64, VR_CODE_USER = 63 /* largest code of a user's row */ };

static inline size_t vr_code_stride(size_t stride) {
    return (stride + VR_CODE_LINE - 1) / VR_CODE_LINE * VR_CODE_LINE;
}

/* What the bound needs of a user's row u, where u = step p + rest with whole p, |p_c| <= 63. */
typedef struct vr_code_sums {
    float largest, step, rest2; /* max |u_c|, a 63rd of it, |rest|^2 */
    int32_t sum, absolute;      /* sum p_c, sum |p_c| */
} vr_code_sums;

typedef struct vr_screen_kernels {
    /* codes = 128 + 127 unit, rounded, of one item's unit row; 128 past stride */
    void (*encode)(const float *unit, size_t stride, uint8_t *codes);
    /* codes = p of a user's row, 64-byte aligned; 0 past stride */
    vr_code_sums (*user)(const float *row, size_t stride, int8_t *codes);
    /* The places j, in order, with sum_c user_c table[ids[j]]_c > most; returns how many. Writes at most 16 places
       past them. code_stride: of both, in bytes. */
    uint32_t (*keep)(const int8_t *user, const uint8_t *table, size_t code_stride,
                     const uint32_t *ids, uint32_t n, int32_t most, uint32_t *places);
} vr_screen_kernels;

/* The kernels of this processor (or of VERIREC_ISA). */
const vr_screen_kernels *vr_screen_kernels_get(void);

/* *most = the largest sum of keep() that proves: the float score of vr_row_kernels.dots is not above the margin,
   or is not a number. stride: of the float rows. Returns 0, and proves nothing, for a row that is all 0, that has
   entries past 2^20, or that has one which is no number. */
int vr_screen_most(const vr_code_sums *user, size_t stride, float margin, int32_t *most);

#endif
