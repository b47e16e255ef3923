#include "num/draws_kernel.h"

#include <immintrin.h>
#include "num/lanes.h"

enum { ROUNDS = 10 };

/* Sixteen blocks at once; a register of 32-bit words is one word of each block. */
#ifdef VR_AVX512
typedef __m512i words16;
static inline words16 same(uint32_t word) {
    return _mm512_set1_epi32((int)word);
}
static inline words16 counted(uint32_t first) {
    return _mm512_add_epi32(
        same(first), _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}
static inline words16 exclusive_or(words16 a, words16 b) {
    return _mm512_xor_si512(a, b);
}
/* high and low halves of the 64-bit products a * factor */
static inline void product(words16 a, words16 factor, words16 *high, words16 *low) {
    words16 even = _mm512_mul_epu32(a, factor),
            odd = _mm512_mul_epu32(_mm512_srli_epi64(a, 32), factor);
    *high = _mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 32), odd);
    *low = _mm512_mask_blend_epi32(0xAAAA, even, _mm512_slli_epi64(odd, 32));
}
static inline void spill(uint32_t *to, words16 a) {
    _mm512_storeu_si512(to, a);
}
#else
typedef struct words16 {
    __m256i half[2];
} words16;
static inline words16 same(uint32_t word) {
    return (words16){{_mm256_set1_epi32((int)word), _mm256_set1_epi32((int)word)}};
}
static inline words16 counted(uint32_t first) {
    words16 a = same(first);
    a.half[0] = _mm256_add_epi32(a.half[0], _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    a.half[1] = _mm256_add_epi32(a.half[1], _mm256_setr_epi32(8, 9, 10, 11, 12, 13, 14, 15));
    return a;
}
static inline words16 exclusive_or(words16 a, words16 b) {
    return (words16){
        {_mm256_xor_si256(a.half[0], b.half[0]), _mm256_xor_si256(a.half[1], b.half[1])}};
}
static inline void product(words16 a, words16 factor, words16 *high, words16 *low) {
    for (int h = 0; h < 2; h++) {
        __m256i even = _mm256_mul_epu32(a.half[h], factor.half[h]);
        __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(a.half[h], 32), factor.half[h]);
        high->half[h] = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
        low->half[h] = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
    }
}
static inline void spill(uint32_t *to, words16 a) {
    _mm256_storeu_si256((__m256i *)to, a.half[0]);
    _mm256_storeu_si256((__m256i *)(to + 8), a.half[1]);
}
#endif

void VR_ISA_NAME(vr_draw_group)(uint64_t seed, uint32_t stream, uint32_t epoch, uint32_t position,
                                uint32_t first, uint32_t *out) {
    words16 c0 = counted(first), c1 = same(position), c2 = same(epoch), c3 = same(stream);
    words16 factor0 = same(0xD2511F53u), factor1 = same(0xCD9E8D57u);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < ROUNDS; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
        words16 high0, low0, high1, low1;
        product(c0, factor0, &high0, &low0);
        product(c2, factor1, &high1, &low1);
        c0 = exclusive_or(exclusive_or(high1, c1), same(k0));
        c1 = low1;
        c2 = exclusive_or(exclusive_or(high0, c3), same(k1));
        c3 = low0;
    }
    uint32_t words[4][VR_LANES];
    spill(words[0], c0);
    spill(words[1], c1);
    spill(words[2], c2);
    spill(words[3], c3);
    for (int block = 0; block < VR_LANES; block++)
        for (int word = 0; word < 4; word++) out[4 * block + word] = words[word][block];
}
