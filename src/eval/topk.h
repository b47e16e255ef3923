/* The k best of a stream of (score, item) pairs that arrives in ascending item order: a heap whose root is the
   worst kept one. Score descending, then item ascending; so a newcomer with the root's score stays out. */
#ifndef VR_EVAL_TOPK_H
#define VR_EVAL_TOPK_H

#include "eval/rank.h"

static inline int vr_ranks_below(vr_ranked_item a, vr_ranked_item b) {
    return a.score < b.score || (a.score == b.score && a.item > b.item);
}

/* Lets heap[at] sink to its place among n. */
static inline void vr_topk_sink(vr_ranked_item *heap, uint32_t n, uint32_t at) {
    const vr_ranked_item moved = heap[at];
    for (uint32_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && vr_ranks_below(heap[child + 1], heap[child])) {
            child++;
        }
        if (!vr_ranks_below(heap[child], moved)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

/* Adds a pair to the *n < k kept ones. */
static inline void vr_topk_add(vr_ranked_item *heap, uint32_t *n, vr_ranked_item pair) {
    uint32_t at = (*n)++;
    while (at > 0 && vr_ranks_below(pair, heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = pair;
}

/* Orders the heap best first. */
static inline void vr_topk_sort(vr_ranked_item *heap, uint32_t n) {
    while (n > 1) {
        const vr_ranked_item worst = heap[0];
        heap[0] = heap[--n];
        heap[n] = worst;
        vr_topk_sink(heap, n, 0);
    }
}

#endif
