/* The vector kernels over rows of a factor table, one copy per instruction set with equal bits.

   A row is `stride` floats, 64-byte aligned, stride a multiple of 16; entries past `dim` are 0 and stay 0.
   A dot product is a chain of fma over the row's 16-float chunks in each of 16 lanes, then the fixed tree
   of num/lanes.h. Nothing here allocates, fails or reads a clock. */
#ifndef VR_MODEL_ROWS_H
#define VR_MODEL_ROWS_H

#include <stddef.h>
#include <stdint.h>
#include "model/triple.h"

/* The numbers of one Adam step: alpha = lr / (1 - beta1^t), root = 1 / sqrt(1 - beta2^t), and the factor
   that the gradient-norm clip puts on every gradient of the step (1 when it does not act). */
typedef struct vr_adam_step {
    float alpha, root, factor;
} vr_adam_step;

typedef struct vr_row_kernels {
    /* scores[j] = <user, table[ids[j]]> */
    void (*dots)(const float *user, const float *table, size_t stride, const uint32_t *ids,
                 size_t n, float *scores);
    /* sum += sum_j weights[j] table[ids[j]], in order of j */
    void (*accumulate)(const float *table, size_t stride, const uint32_t *ids, const float *weights,
                       size_t n, float *sum);
    /* gradients[item] += weight * users[pair], in order of the triples; gradients: 64 rows */
    void (*scatter)(const vr_triple *triples, size_t n, const float *users, size_t stride,
                    float *gradients);
    /* unit = raw / max(|raw|, 1e-12); returns 1 / max(|raw|, 1e-12) */
    float (*normalise)(const float *raw, size_t stride, float *unit);
    /* gradient <- (gradient - <gradient, unit> unit) inverse_norm: the chain rule through x -> x / |x| */
    void (*project)(float *gradient, const float *unit, size_t stride, float inverse_norm);
    /* |gradient + regularization raw|^2 */
    float (*norm2)(const float *gradient, const float *raw, size_t stride, float regularization);
    /* One Adam step (Kingma & Ba 2015; PyTorch's arrangement) with g = factor (gradient + reg raw):
       m <- .9 m + .1 g, v <- .999 v + .001 g^2, raw <- raw - alpha m / (sqrt(v) root + 1e-8). */
    void (*adam)(float *raw, float *m, float *v, const float *gradient, size_t stride,
                 vr_adam_step step, float regularization);
    /* project, adam and normalise of one row in one pass; returns the new inverse norm. The same bits. */
    float (*adam_unit)(float *raw, float *m, float *v, float *unit, float *gradient, size_t stride,
                       float inverse_norm, vr_adam_step step, float regularization);
    /* n such steps with gradient 0: what a dense optimiser does to a row that no pair of the batch touched */
    void (*adam_missed)(float *raw, float *m, float *v, size_t stride, const vr_adam_step *steps,
                        size_t n, float regularization);
    /* Copies the ids and scale * gradients of the nonzero gradients, in order; returns how many. Writes at most
       15 entries past them. ids may be drawn itself, and weights gradients. */
    uint32_t (*keep_active)(const uint32_t *drawn, const float *gradients, uint32_t n, float scale,
                            uint32_t *ids, float *weights);
} vr_row_kernels;

/* The kernels of this processor (or of VERIREC_ISA). */
const vr_row_kernels *vr_row_kernels_get(void);

#endif
