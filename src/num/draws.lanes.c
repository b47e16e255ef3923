#include "num/draws_kernel.h"

#include <immintrin.h>
#include <string.h>
#include "num/lanes.h"

enum { ROUNDS = 10 };
#define INLINE static inline __attribute__((always_inline))

/* Of each pair of words the upper one twice; the lower one. */
#define UPPER 0xF5
#define LOWER 0xA0

/* Sixteen blocks at once; a register of 32-bit words is one word of each block. Blocks first, first + 4, + 8, + 12 lie in
   the first quarter of a register, first + 1, ... in the second: so that two rounds of unpacking put them in order. */
static const int32_t blocks[VR_LANES]
    __attribute__((aligned(64))) = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};
#ifdef VR_AVX512
typedef __m512i words16;
INLINE words16 same(uint32_t word) {
    return _mm512_set1_epi32((int)word);
}
INLINE words16 counted(uint32_t first) {
    return _mm512_add_epi32(same(first), _mm512_load_si512(blocks));
}
INLINE words16 exclusive_or(words16 a, words16 b) {
    return _mm512_xor_si512(a, b);
}
/* high and low halves of the 64-bit products a * factor */
INLINE void product(words16 a, words16 factor, words16 *high, words16 *low) {
    words16 even = _mm512_mul_epu32(a, factor),
            odd = _mm512_mul_epu32(_mm512_shuffle_epi32(a, (_MM_PERM_ENUM)UPPER), factor);
    *high = _mm512_mask_shuffle_epi32(odd, 0x5555, even, (_MM_PERM_ENUM)UPPER);
    *low = _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, (_MM_PERM_ENUM)LOWER);
}
INLINE int any_below(words16 a, uint32_t threshold) {
    return _mm512_cmplt_epu32_mask(a, same(threshold)) != 0;
}
INLINE void spill(uint32_t *to, const words16 *c) {
    words16 low01 = _mm512_unpacklo_epi32(c[0], c[1]), high01 = _mm512_unpackhi_epi32(c[0], c[1]),
            low23 = _mm512_unpacklo_epi32(c[2], c[3]), high23 = _mm512_unpackhi_epi32(c[2], c[3]);
    _mm512_storeu_si512(to, _mm512_unpacklo_epi64(low01, low23));
    _mm512_storeu_si512(to + 16, _mm512_unpackhi_epi64(low01, low23));
    _mm512_storeu_si512(to + 32, _mm512_unpacklo_epi64(high01, high23));
    _mm512_storeu_si512(to + 48, _mm512_unpackhi_epi64(high01, high23));
}
#else
typedef struct words16 {
    __m256i half[2];
} words16;
INLINE words16 same(uint32_t word) {
    return (words16){{_mm256_set1_epi32((int)word), _mm256_set1_epi32((int)word)}};
}
INLINE words16 counted(uint32_t first) {
    words16 a = same(first);
    for (int h = 0; h < 2; h++)
        a.half[h] =
            _mm256_add_epi32(a.half[h], _mm256_load_si256((const __m256i *)(blocks + 8 * h)));
    return a;
}
INLINE words16 exclusive_or(words16 a, words16 b) {
    return (words16){
        {_mm256_xor_si256(a.half[0], b.half[0]), _mm256_xor_si256(a.half[1], b.half[1])}};
}
INLINE void product(words16 a, words16 factor, words16 *high, words16 *low) {
    for (int h = 0; h < 2; h++) {
        __m256i even = _mm256_mul_epu32(a.half[h], factor.half[h]);
        __m256i odd = _mm256_mul_epu32(_mm256_shuffle_epi32(a.half[h], UPPER), factor.half[h]);
        high->half[h] = _mm256_blend_epi32(_mm256_shuffle_epi32(even, UPPER), odd, 0xAA);
        low->half[h] = _mm256_blend_epi32(even, _mm256_shuffle_epi32(odd, LOWER), 0xAA);
    }
}
INLINE int any_below(words16 a, uint32_t threshold) {
    __m256i t = same(threshold).half[0], all = _mm256_set1_epi32(-1);
    for (int h = 0; h < 2; h++)
        all = _mm256_and_si256(all, _mm256_cmpeq_epi32(_mm256_max_epu32(a.half[h], t), a.half[h]));
    return _mm256_movemask_epi8(all) != -1;
}
INLINE void spill(uint32_t *to, const words16 *c) {
    for (int h = 0; h < 2; h++, to += 8) {
        __m256i low01 = _mm256_unpacklo_epi32(c[0].half[h], c[1].half[h]),
                high01 = _mm256_unpackhi_epi32(c[0].half[h], c[1].half[h]),
                low23 = _mm256_unpacklo_epi32(c[2].half[h], c[3].half[h]),
                high23 = _mm256_unpackhi_epi32(c[2].half[h], c[3].half[h]);
        _mm256_storeu_si256((__m256i *)to, _mm256_unpacklo_epi64(low01, low23));
        _mm256_storeu_si256((__m256i *)(to + 16), _mm256_unpackhi_epi64(low01, low23));
        _mm256_storeu_si256((__m256i *)(to + 32), _mm256_unpacklo_epi64(high01, high23));
        _mm256_storeu_si256((__m256i *)(to + 48), _mm256_unpackhi_epi64(high01, high23));
    }
}
#endif

/* The words of n times sixteen blocks, from block `first` on: side by side, since each round waits for the one before. */
typedef struct groups {
    uint64_t seed;
    uint32_t stream, epoch, position, first;
} groups;

INLINE void draw(const groups *of, int n, words16 (*c)[4]) {
    words16 factor0 = same(0xD2511F53u), factor1 = same(0xCD9E8D57u);
    uint32_t k0 = (uint32_t)of->seed, k1 = (uint32_t)(of->seed >> 32);
    for (int g = 0; g < n; g++) {
        c[g][0] = counted(of->first + VR_LANES * (uint32_t)g);
        c[g][1] = same(of->position);
        c[g][2] = same(of->epoch);
        c[g][3] = same(of->stream);
    }
    for (int round = 0; round < ROUNDS; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u)
        for (int g = 0; g < n; g++) {
            words16 high0, low0, high1, low1;
            product(c[g][0], factor0, &high0, &low0);
            product(c[g][2], factor1, &high1, &low1);
            c[g][0] = exclusive_or(exclusive_or(high1, c[g][1]), same(k0));
            c[g][1] = low1;
            c[g][2] = exclusive_or(exclusive_or(high0, c[g][3]), same(k1));
            c[g][3] = low0;
        }
}

void VR_ISA_NAME(vr_draw_group)(uint64_t seed, uint32_t stream, uint32_t epoch, uint32_t position,
                                uint32_t first, uint32_t *out) {
    words16 c[1][4];
    const groups of = {seed, stream, epoch, position, first};
    draw(&of, 1, c);
    spill(out, c[0]);
}

/* Scales n groups and writes them; nonzero when a word is to be drawn again. */
INLINE int draw_scaled(const groups *of, int n, uint32_t bound, uint32_t threshold, uint32_t *out) {
    words16 c[2][4], factor = same(bound), low;
    int again = 0;
    draw(of, n, c);
    for (int g = 0; g < n; g++) {
        for (int w = 0; w < 4; w++) {
            product(c[g][w], factor, &c[g][w], &low);
            again |= any_below(low, threshold);
        }
        spill(out + g * VR_DRAW_GROUP, c[g]);
    }
    return again;
}

int VR_ISA_NAME(vr_draw_scaled)(const vr_draw_key *key, uint32_t position, uint32_t bound,
                                uint32_t threshold, uint32_t *out, size_t n) {
    groups of = {key->seed, key->stream, key->epoch, position, 0};
    uint32_t rest[VR_DRAW_GROUP];
    int again = 0;
    size_t i = 0;
    for (; i + 2 * VR_DRAW_GROUP <= n; i += 2 * VR_DRAW_GROUP, of.first += 2 * VR_LANES)
        again |= draw_scaled(&of, 2, bound, threshold, out + i);
    for (; i < n; i += VR_DRAW_GROUP, of.first += VR_LANES) {
        int whole = i + VR_DRAW_GROUP <= n;
        again |= draw_scaled(&of, 1, bound, threshold, whole ? out + i : rest);
        if (!whole) memcpy(out + i, rest, (n - i) * sizeof *out);
    }
    return again;
}
