/* An item with its score, which is not NaN. */
#ifndef VR_EVAL_RANKED_H
#define VR_EVAL_RANKED_H

#include <stdint.h>

typedef struct vr_ranked_item {
    float score;
    uint32_t item;
} vr_ranked_item;

#endif
