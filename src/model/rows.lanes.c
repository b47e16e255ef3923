#include "model/rows.h"

#include "num/lanes.h"

/* Each kernel is written for any number of 16-float chunks and made once more for four (dim 64), where the
   user's chunks, the sums or the Adam state stay in registers. */
enum { AHEAD = 16 /* rows that a gather prefetches ahead */, MOST = 4 };
#define INLINE static inline __attribute__((always_inline))

INLINE void prefetch_row(const float *row, size_t chunks) {
    for (size_t c = 0; c < chunks; c++) __builtin_prefetch(row + c * VR_LANES);
}

INLINE void dots_chunks(const float *user, const float *table, size_t chunks, const uint32_t *ids,
                        size_t n, float *scores) {
    size_t stride = chunks * VR_LANES;
    for (size_t j = 0; j < n; j++) {
        if (j + AHEAD < n) prefetch_row(table + ids[j + AHEAD] * stride, chunks);
        const float *row = table + ids[j] * stride;
        vr_lanes sum = vr_lanes_mul(vr_lanes_load(user), vr_lanes_load(row));
        for (size_t c = 1; c < chunks; c++)
            sum = vr_lanes_fma(vr_lanes_load(user + c * VR_LANES),
                               vr_lanes_load(row + c * VR_LANES), sum);
        scores[j] = vr_lanes_sum(sum);
    }
}

INLINE void accumulate_four(const float *table, const uint32_t *ids, const float *weights, size_t n,
                            float *sum) {
    vr_lanes s[MOST];
    for (size_t c = 0; c < MOST; c++) s[c] = vr_lanes_load(sum + c * VR_LANES);
    for (size_t j = 0; j < n; j++) {
        const float *row = table + ids[j] * (size_t)(MOST * VR_LANES);
        vr_lanes weight = vr_lanes_set1(weights[j]);
        for (size_t c = 0; c < MOST; c++)
            s[c] = vr_lanes_fma(weight, vr_lanes_load(row + c * VR_LANES), s[c]);
    }
    for (size_t c = 0; c < MOST; c++) vr_lanes_store(sum + c * VR_LANES, s[c]);
}

INLINE void add_row(float *sum, const float *row, size_t chunks, float weight) {
    vr_lanes w = vr_lanes_set1(weight);
    for (size_t c = 0; c < chunks * VR_LANES; c += VR_LANES)
        vr_lanes_store(sum + c, vr_lanes_fma(w, vr_lanes_load(row + c), vr_lanes_load(sum + c)));
}

INLINE void scatter_chunks(const vr_triple *triples, size_t n, const float *users, size_t chunks,
                           float *gradients) {
    size_t stride = chunks * VR_LANES;
    for (size_t i = 0; i < n; i++) {
        uint32_t key = triples[i].pair_and_item;
        add_row(gradients + vr_triple_place(key) * stride, users + vr_triple_pair(key) * stride,
                chunks, triples[i].weight);
    }
}

INLINE vr_lanes dot_chunks(const float *a, const float *b, size_t chunks) {
    vr_lanes sum = vr_lanes_mul(vr_lanes_load(a), vr_lanes_load(b));
    for (size_t c = 1; c < chunks; c++)
        sum = vr_lanes_fma(vr_lanes_load(a + c * VR_LANES), vr_lanes_load(b + c * VR_LANES), sum);
    return sum;
}

typedef struct adam_state {
    vr_lanes raw, m, v;
} adam_state;

INLINE void adam_step(adam_state *s, vr_lanes gradient, const vr_adam_step *step,
                      vr_lanes regularization) {
    vr_lanes g =
        vr_lanes_mul(vr_lanes_set1(step->factor), vr_lanes_fma(regularization, s->raw, gradient));
    s->m = vr_lanes_fma(vr_lanes_set1(.9f), s->m, vr_lanes_mul(vr_lanes_set1(.1f), g));
    s->v = vr_lanes_fma(vr_lanes_set1(.999f), s->v,
                        vr_lanes_mul(vr_lanes_set1(.001f), vr_lanes_mul(g, g)));
    vr_lanes below =
        vr_lanes_fma(vr_lanes_sqrt(s->v), vr_lanes_set1(step->root), vr_lanes_set1(1e-8f));
    s->raw =
        vr_lanes_sub(s->raw, vr_lanes_mul(vr_lanes_set1(step->alpha), vr_lanes_div(s->m, below)));
}

INLINE adam_state adam_load(const float *raw, const float *m, const float *v, size_t at) {
    return (adam_state){vr_lanes_load(raw + at), vr_lanes_load(m + at), vr_lanes_load(v + at)};
}
INLINE void adam_store(const adam_state *s, float *raw, float *m, float *v, size_t at) {
    vr_lanes_store(raw + at, s->raw);
    vr_lanes_store(m + at, s->m);
    vr_lanes_store(v + at, s->v);
}

/* Four chunks side by side: sqrt and divide of one chunk hide behind those of the others. */
INLINE void missed_four(float *raw, float *m, float *v, const vr_adam_step *steps, size_t n,
                        vr_lanes reg) {
    adam_state s[MOST];
    for (size_t c = 0; c < MOST; c++) s[c] = adam_load(raw, m, v, c * VR_LANES);
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < MOST; c++) adam_step(&s[c], vr_lanes_zero(), &steps[i], reg);
    for (size_t c = 0; c < MOST; c++) adam_store(&s[c], raw, m, v, c * VR_LANES);
}

static void dots(const float *user, const float *table, size_t stride, const uint32_t *ids,
                 size_t n, float *scores) {
    if (stride == MOST * VR_LANES)
        dots_chunks(user, table, MOST, ids, n, scores);
    else
        dots_chunks(user, table, stride / VR_LANES, ids, n, scores);
}

static void accumulate(const float *table, size_t stride, const uint32_t *ids, const float *weights,
                       size_t n, float *sum) {
    if (stride == MOST * VR_LANES)
        accumulate_four(table, ids, weights, n, sum);
    else
        for (size_t j = 0; j < n; j++)
            add_row(sum, table + ids[j] * stride, stride / VR_LANES, weights[j]);
}

static void scatter(const vr_triple *triples, size_t n, const float *users, size_t stride,
                    float *gradients) {
    if (stride == MOST * VR_LANES)
        scatter_chunks(triples, n, users, MOST, gradients);
    else
        scatter_chunks(triples, n, users, stride / VR_LANES, gradients);
}

static float normalise(const float *raw, size_t stride, float *unit) {
    float norm2 = vr_lanes_sum(dot_chunks(raw, raw, stride / VR_LANES));
    float norm = __builtin_sqrtf(norm2), inverse = 1 / (norm > 1e-12f ? norm : 1e-12f);
    for (size_t c = 0; c < stride; c += VR_LANES)
        vr_lanes_store(unit + c, vr_lanes_mul(vr_lanes_load(raw + c), vr_lanes_set1(inverse)));
    return inverse;
}

static void project(float *gradient, const float *unit, size_t stride, float inverse_norm) {
    vr_lanes along = vr_lanes_set1(vr_lanes_sum(dot_chunks(gradient, unit, stride / VR_LANES)));
    for (size_t c = 0; c < stride; c += VR_LANES) {
        vr_lanes across =
            vr_lanes_fnma(along, vr_lanes_load(unit + c), vr_lanes_load(gradient + c));
        vr_lanes_store(gradient + c, vr_lanes_mul(across, vr_lanes_set1(inverse_norm)));
    }
}

static float norm2(const float *gradient, const float *raw, size_t stride, float regularization) {
    vr_lanes sum = vr_lanes_zero(), reg = vr_lanes_set1(regularization);
    for (size_t c = 0; c < stride; c += VR_LANES) {
        vr_lanes g = vr_lanes_fma(reg, vr_lanes_load(raw + c), vr_lanes_load(gradient + c));
        sum = vr_lanes_fma(g, g, sum);
    }
    return vr_lanes_sum(sum);
}

static void adam(float *raw, float *m, float *v, const float *gradient, size_t stride,
                 vr_adam_step step, float regularization) {
    vr_lanes reg = vr_lanes_set1(regularization);
    for (size_t c = 0; c < stride; c += VR_LANES) {
        adam_state s = adam_load(raw, m, v, c);
        adam_step(&s, vr_lanes_load(gradient + c), &step, reg);
        adam_store(&s, raw, m, v, c);
    }
}

static void adam_missed(float *raw, float *m, float *v, size_t stride, const vr_adam_step *steps,
                        size_t n, float regularization) {
    vr_lanes reg = vr_lanes_set1(regularization);
    if (stride == MOST * VR_LANES) {
        missed_four(raw, m, v, steps, n, reg);
        return;
    }
    for (size_t c = 0; c < stride; c += VR_LANES) {
        adam_state s = adam_load(raw, m, v, c);
        for (size_t i = 0; i < n; i++) adam_step(&s, vr_lanes_zero(), &steps[i], reg);
        adam_store(&s, raw, m, v, c);
    }
}

INLINE float unit_four(float *raw, float *m, float *v, float *unit, const float *gradient,
                       float inverse_norm, const vr_adam_step *step, vr_lanes reg) {
    vr_lanes g[MOST], new[MOST];
    for (size_t c = 0; c < MOST; c++) g[c] = vr_lanes_load(gradient + c * VR_LANES);
    vr_lanes bits = vr_lanes_or(vr_lanes_or(g[0], g[1]), vr_lanes_or(g[2], g[3]));
    /* A gradient of +0 stays that, and the unit row is not read: most of CCL's rows. Unless the unit row has an infinity
       or a NaN; then the row has one, and its inverse norm is 0 or 1e12 (normalise). */
    if (!(vr_lanes_no_bit(bits) && inverse_norm > 0 && inverse_norm < 1e11f)) {
        vr_lanes along = vr_lanes_set1(vr_lanes_sum(dot_chunks(gradient, unit, MOST)));
        for (size_t c = 0; c < MOST; c++) {
            vr_lanes across = vr_lanes_fnma(along, vr_lanes_load(unit + c * VR_LANES), g[c]);
            g[c] = vr_lanes_mul(across, vr_lanes_set1(inverse_norm));
        }
    }
    for (size_t c = 0; c < MOST; c++) {
        adam_state s = adam_load(raw, m, v, c * VR_LANES);
        adam_step(&s, g[c], step, reg);
        adam_store(&s, raw, m, v, c * VR_LANES);
        new[c] = s.raw;
    }
    vr_lanes sum = vr_lanes_mul(new[0], new[0]);
    for (size_t c = 1; c < MOST; c++) sum = vr_lanes_fma(new[c], new[c], sum);
    float norm = __builtin_sqrtf(vr_lanes_sum(sum)), inverse = 1 / (norm > 1e-12f ? norm : 1e-12f);
    for (size_t c = 0; c < MOST; c++)
        vr_lanes_store(unit + c * VR_LANES, vr_lanes_mul(new[c], vr_lanes_set1(inverse)));
    return inverse;
}

static float adam_unit(float *raw, float *m, float *v, float *unit, float *gradient, size_t stride,
                       float inverse_norm, vr_adam_step step, float regularization) {
    if (stride == MOST * VR_LANES)
        return unit_four(raw, m, v, unit, gradient, inverse_norm, &step,
                         vr_lanes_set1(regularization));
    project(gradient, unit, stride, inverse_norm);
    adam(raw, m, v, gradient, stride, step, regularization);
    return normalise(raw, stride, unit);
}

static uint32_t keep_active(const uint32_t *drawn, const float *gradients, uint32_t n, float scale,
                            uint32_t *ids, float *weights) {
    uint32_t kept = 0;
    for (uint32_t j = 0; j < n; j += VR_LANES) {
        uint32_t left = n - j < VR_LANES ? n - j : VR_LANES;
        vr_lanes g = vr_lanes_load_n(gradients + j, left, vr_lanes_zero());
        unsigned active = vr_lanes_mask_bits(vr_lanes_gt(vr_lanes_abs(g), vr_lanes_zero()));
        if (active == 0xFFFF) {
            vr_lanes_storeu(weights + kept, vr_lanes_mul(g, vr_lanes_set1(scale)));
            for (uint32_t l = 0; l < VR_LANES; l++) ids[kept + l] = drawn[j + l];
            kept += VR_LANES;
        } else {
            for (; active; active &= active - 1, kept++) {
                uint32_t at = j + (uint32_t)__builtin_ctz(active);
                ids[kept] = drawn[at];
                weights[kept] = gradients[at] * scale;
            }
        }
    }
    return kept;
}

extern const vr_row_kernels VR_ISA_NAME(vr_row_kernels);
const vr_row_kernels VR_ISA_NAME(vr_row_kernels) = {.dots = dots,
                                                    .accumulate = accumulate,
                                                    .scatter = scatter,
                                                    .normalise = normalise,
                                                    .project = project,
                                                    .norm2 = norm2,
                                                    .adam = adam,
                                                    .adam_unit = adam_unit,
                                                    .adam_missed = adam_missed,
                                                    .keep_active = keep_active};
