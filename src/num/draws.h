/* Counter-based random draws: Philox4x32-10 (Salmon et al., SC 2011), equal to Random123's.

   A draw is a pure function of (seed, stream, epoch, position, index): there is no generator state, so any
   thread can make any draw, in any order, and a resumed run makes the same ones. Word i of a position is word
   i % 4 of the block with counter {i / 4, position, epoch, stream} under the key {seed low, seed high}. */
#ifndef VR_NUM_DRAWS_H
#define VR_NUM_DRAWS_H

#include <stddef.h>
#include <stdint.h>

/* One stream a purpose, so that no two purposes share a draw. */
typedef enum vr_stream {
    VR_STREAM_INIT_USERS = 1,
    VR_STREAM_INIT_ITEMS,
    VR_STREAM_SHUFFLE,
    VR_STREAM_NEGATIVES,
    VR_STREAM_POSITIVES,
    VR_STREAM_DROPOUT,
    VR_STREAM_PLANTED, /* data/planted.c takes this one and the ones up to 63 */
    VR_STREAM_SPLIT = 64,
    VR_STREAM_CLAIMS,     /* cases of the claims' checks */
    VR_STREAM_FLIPS,      /* sign flips of the paired tests */
    VR_STREAM_TEST = 1000 /* tests and benchmarks */
} vr_stream;

typedef struct vr_draw_key {
    uint64_t seed;
    uint32_t stream, epoch;
} vr_draw_key;

/* out[0..n) = words 0..n-1 of the position; n <= 2^34. */
void vr_draw_words(const vr_draw_key *key, uint32_t position, uint32_t *out, size_t n);

/* out[0..n) uniform on 0..bound-1, exactly (Lemire 2019 with rejection); bound >= 1, n <= 2^26. */
void vr_draw_below(const vr_draw_key *key, uint32_t position, uint32_t bound, uint32_t *out,
                   size_t n);

/* out[0..n) standard normal by the inverse of the normal distribution function (Acklam's rational form,
   absolute error below 1.2e-9), from one word each. */
void vr_draw_normal(const vr_draw_key *key, uint32_t position, float *out, size_t n);

/* Fisher-Yates permutation of 0..n-1. */
void vr_draw_permutation(const vr_draw_key *key, uint32_t *out, uint32_t n);

#endif
