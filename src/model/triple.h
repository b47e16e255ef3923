/* One scored item of a batch, for a sort by buckets of items. */
#ifndef VR_MODEL_TRIPLE_H
#define VR_MODEL_TRIPLE_H

#include <stdint.h>
#include <string.h>

/* The pair (row of the batch's user vectors), the item's place in its bucket of 64, and dL/dscore. */
typedef struct vr_triple {
    uint32_t pair_and_item; /* pair * 64 + item % 64 */
    float weight;
} vr_triple;
enum { VR_BUCKET = 64 };

/*@ requires pair <= UINT32_MAX / 64;
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result / 64 == pair && \result % 64 == item % 64;
*/
static inline uint32_t vr_triple_key(uint32_t pair, uint32_t item) {
    return pair * VR_BUCKET + item % VR_BUCKET;
}

/*@ terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result == key / 64;
*/
static inline uint32_t vr_triple_pair(uint32_t key) {
    return key / VR_BUCKET;
}

/*@ terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result == key % 64 && \result < 64;
*/
static inline uint32_t vr_triple_place(uint32_t key) {
    return key % VR_BUCKET;
}

/* One store a triple, where two would fill the store buffer. */
/*@ requires \valid(to) && pair <= UINT32_MAX / 64;
    terminates \true;
    exits \false;
    assigns *to;
    ensures to->pair_and_item == pair * 64 + item % 64 && to->weight == weight;
*/
#ifdef __FRAMAC__ /* its model of memory has no bits of a struct */
void vr_triple_put(vr_triple *to, uint32_t pair, uint32_t item, float weight);
#else
static inline void vr_triple_put(vr_triple *to, uint32_t pair, uint32_t item, float weight) {
    vr_triple triple = {vr_triple_key(pair, item), weight};
    uint64_t word;
    memcpy(&word, &triple, sizeof word);
    memcpy(to, &word, sizeof word);
}
#endif

#endif
