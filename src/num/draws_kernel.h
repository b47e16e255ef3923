/* The vector part of num/draws.h, one copy per instruction set. */
#ifndef VR_NUM_DRAWS_KERNEL_H
#define VR_NUM_DRAWS_KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include "num/draws.h"

enum { VR_DRAW_GROUP = 64 }; /* words that one call makes: 16 blocks */

/* out[0..64) = the words of blocks first .. first + 15 of the counter {., position, epoch, stream}. */
typedef void vr_draw_group(uint64_t seed, uint32_t stream, uint32_t epoch, uint32_t position,
                           uint32_t first, uint32_t *out);
vr_draw_group vr_draw_group_avx2, vr_draw_group_avx512;

/*@ axiomatic Philox { logic integer Word(integer seed, integer stream, integer epoch, integer position, integer i); } */

/* The same of a key, by the one of the two that this machine runs. */
/*@ requires \valid_read(key) && \valid(out + (0 .. VR_DRAW_GROUP - 1));
    terminates \true; exits \false; assigns out[0 .. VR_DRAW_GROUP - 1];
    ensures \separated(key, out + (0 .. VR_DRAW_GROUP - 1)) ==> \forall integer a; 0 <= a < VR_DRAW_GROUP ==>
      out[a] == Word(key->seed, key->stream, key->epoch, position, 4 * first + a); */
void vr_draw_some(const vr_draw_key *key, uint32_t position, uint32_t first, uint32_t *out);

/* out[0..n) = the upper halves of bound times words 0..n-1 of the position. Nonzero when a lower half of these or of
   the words that fill up the last group is below the threshold. */
typedef int vr_draw_scaled(const vr_draw_key *key, uint32_t position, uint32_t bound,
                           uint32_t threshold, uint32_t *out, size_t n);
vr_draw_scaled vr_draw_scaled_avx2, vr_draw_scaled_avx512;

#endif
