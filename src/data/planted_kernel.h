/* The vector part of data/planted.h, one copy per instruction set, with equal bits. */
#ifndef VR_DATA_PLANTED_KERNEL_H
#define VR_DATA_PLANTED_KERNEL_H

#include <stddef.h>
#include <stdint.h>

enum { VR_PLANTED_TILE = 32 }; /* items at a time: their logits stay in registers */

/* The logits' limit: neither pi nor 1 - pi is ever 0 in float. */
#define VR_PLANTED_MOST 15.0f

/* pi[0 .. 32 n_tiles) = 1 / (1 + e^-logit), logit = bias + shift + <user, item> within +-15.
   user: rank values; items: n_tiles x rank x 32, bias and pi: n_tiles x 32. */
typedef void vr_planted_tiles(const float *user, uint32_t rank, float shift, const float *items,
                              const float *bias, size_t n_tiles, float *pi);
vr_planted_tiles vr_planted_tiles_avx2, vr_planted_tiles_avx512;

#endif
