#include "model/screen.h"

#include "num/lanes.h"

enum {
    GROUP = 16,                      /* rows whose sums are taken side by side */
    AHEAD = 32,                      /* rows that a gather prefetches ahead */
    CHUNKS = VR_CODE_LINE / VR_LANES /* of a line */
};
#define INLINE static inline __attribute__((always_inline))

/* --- sixteen whole numbers ------------------------------------------------------------------------ */

#ifdef VR_AVX512

typedef __m512i whole;

INLINE whole whole_zero(void) {
    return _mm512_setzero_si512();
}
INLINE whole whole_add(whole a, whole b) {
    return _mm512_add_epi32(a, b);
}
INLINE whole whole_abs(whole a) {
    return _mm512_abs_epi32(a);
}
INLINE whole whole_of(vr_lanes a) {
    return _mm512_cvtps_epi32(a);
}
INLINE vr_lanes lanes_of(whole a) {
    return _mm512_cvtepi32_ps(a);
}
/* A line of codes: the bytes of 64 whole numbers, each with its bits `flip` turned over. Their order in the line is that
   of the instructions, and of no matter: it is the same for items and users. */
INLINE void store_line(void *line, const whole *a, int flip) {
    __m512i words[2] = {_mm512_packs_epi32(a[0], a[1]), _mm512_packs_epi32(a[2], a[3])};
    _mm512_store_si512(line, _mm512_xor_si512(_mm512_packs_epi16(words[0], words[1]),
                                              _mm512_set1_epi8((char)flip)));
}
INLINE int32_t whole_sum(whole a) {
    uint32_t all[VR_LANES],
        sum = 0; /* of a row that is all 0 or no numbers it overflows, and is of no use */
    _mm512_storeu_si512(all, a);
    for (int i = 0; i < VR_LANES; i++) sum += all[i];
    return (int32_t)sum;
}
/* Sums of four products each. 2 * 255 * 63 fits in 16 bits: nothing saturates. */
INLINE whole dot_line(const uint8_t *item, const int8_t *user) {
    __m512i pairs =
        _mm512_maddubs_epi16(_mm512_load_si512(item), _mm512_load_si512((const void *)user));
    return _mm512_madd_epi16(pairs, _mm512_set1_epi16(1));
}
/* Adds the neighbours of a and of b and lays the sums side by side: a tree of such steps turns sixteen rows of
   partial sums into one row of sums, in the rows' order. */
INLINE whole add_words(whole a, whole b) {
    return _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
}
INLINE whole add_pairs(whole a, whole b) {
    return _mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}
INLINE whole add_quarters(whole a, whole b) {
    return _mm512_add_epi32(_mm512_shuffle_i32x4(a, b, 0x88), _mm512_shuffle_i32x4(a, b, 0xDD));
}
INLINE whole sums_of(const whole *r) {
    whole four[4];
    for (int i = 0; i < 4; i++)
        four[i] =
            add_pairs(add_words(r[4 * i], r[4 * i + 1]), add_words(r[4 * i + 2], r[4 * i + 3]));
    return add_quarters(add_quarters(four[0], four[1]), add_quarters(four[2], four[3]));
}
INLINE uint32_t keep_places(whole sums, int32_t most, unsigned valid, uint32_t first,
                            uint32_t *places) {
    __mmask16 above = _mm512_cmpgt_epi32_mask(sums, _mm512_set1_epi32(most)) & (__mmask16)valid;
    __m512i at =
        _mm512_add_epi32(_mm512_set1_epi32((int)first),
                         _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    _mm512_storeu_si512(places, _mm512_maskz_compress_epi32(above, at));
    return (uint32_t)__builtin_popcount(above);
}

#else

typedef struct whole {
    __m256i low, high;
} whole;

INLINE whole whole_zero(void) {
    return (whole){_mm256_setzero_si256(), _mm256_setzero_si256()};
}
INLINE whole whole_add(whole a, whole b) {
    return (whole){_mm256_add_epi32(a.low, b.low), _mm256_add_epi32(a.high, b.high)};
}
INLINE whole whole_abs(whole a) {
    return (whole){_mm256_abs_epi32(a.low), _mm256_abs_epi32(a.high)};
}
INLINE whole whole_of(vr_lanes a) {
    return (whole){_mm256_cvtps_epi32(a.low), _mm256_cvtps_epi32(a.high)};
}
INLINE vr_lanes lanes_of(whole a) {
    return (vr_lanes){_mm256_cvtepi32_ps(a.low), _mm256_cvtepi32_ps(a.high)};
}
INLINE void store_half(__m256i *half, const whole *a, int flip) {
    __m256i words[2] = {_mm256_packs_epi32(a[0].low, a[0].high),
                        _mm256_packs_epi32(a[1].low, a[1].high)};
    _mm256_store_si256(half, _mm256_xor_si256(_mm256_packs_epi16(words[0], words[1]),
                                              _mm256_set1_epi8((char)flip)));
}
INLINE void store_line(void *line, const whole *a, int flip) {
    store_half(line, a, flip);
    store_half((__m256i *)line + 1, a + 2, flip);
}
INLINE int32_t whole_sum(whole a) {
    uint32_t eight[8], sum = 0;
    _mm256_storeu_si256((__m256i *)eight, _mm256_add_epi32(a.low, a.high));
    for (int i = 0; i < 8; i++) sum += eight[i];
    return (int32_t)sum;
}
INLINE __m256i dot_half(const uint8_t *item, const int8_t *user) {
    __m256i pairs = _mm256_maddubs_epi16(_mm256_load_si256((const void *)item),
                                         _mm256_load_si256((const void *)user));
    return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}
INLINE whole dot_line(const uint8_t *item, const int8_t *user) {
    return (whole){dot_half(item, user), dot_half(item + 32, user + 32)};
}
INLINE __m256i add_words(__m256i a, __m256i b) {
    return _mm256_add_epi32(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
}
INLINE __m256i add_pairs(__m256i a, __m256i b) {
    return _mm256_add_epi32(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
}
INLINE __m256i eight_of(const whole *r) {
    __m256i eight[8];
    for (int i = 0; i < 8; i++) eight[i] = _mm256_add_epi32(r[i].low, r[i].high);
    __m256i a = add_pairs(add_words(eight[0], eight[1]), add_words(eight[2], eight[3])),
            b = add_pairs(add_words(eight[4], eight[5]), add_words(eight[6], eight[7]));
    return _mm256_add_epi32(_mm256_permute2x128_si256(a, b, 0x20),
                            _mm256_permute2x128_si256(a, b, 0x31));
}
INLINE whole sums_of(const whole *r) {
    return (whole){eight_of(r), eight_of(r + 8)};
}
INLINE uint32_t keep_places(whole sums, int32_t most, unsigned valid, uint32_t first,
                            uint32_t *places) {
    __m256i limit = _mm256_set1_epi32(most);
    unsigned low = (unsigned)_mm256_movemask_ps(
                 _mm256_castsi256_ps(_mm256_cmpgt_epi32(sums.low, limit))),
             high = (unsigned)_mm256_movemask_ps(
                 _mm256_castsi256_ps(_mm256_cmpgt_epi32(sums.high, limit)));
    uint32_t kept = 0;
    for (unsigned above = (low | high << 8) & valid; above; above &= above - 1)
        places[kept++] = first + (uint32_t)__builtin_ctz(above);
    return kept;
}

#endif

/* --- the kernels ---------------------------------------------------------------------------------- */

INLINE void encode_line(const float *unit, size_t chunks, uint8_t *codes) {
    whole q[CHUNKS];
    for (size_t c = 0; c < CHUNKS; c++)
        q[c] = c < chunks
                   ? whole_of(vr_lanes_mul(vr_lanes_load(unit + c * VR_LANES), vr_lanes_set1(127)))
                   : whole_zero();
    store_line(codes, q, 128); /* q + 128 */
}

static void encode(const float *unit, size_t stride, uint8_t *codes) {
    size_t c = 0;
    for (; c + VR_CODE_LINE <= stride; c += VR_CODE_LINE) encode_line(unit + c, CHUNKS, codes + c);
    if (c < stride) encode_line(unit + c, (stride - c) / VR_LANES, codes + c);
}

static vr_code_sums user(const float *row, size_t stride, int8_t *codes) {
    vr_lanes top = vr_lanes_zero(), rest2 = vr_lanes_zero();
    whole sum = whole_zero(), absolute = whole_zero();
    for (size_t c = 0; c < stride; c += VR_LANES)
        top = vr_lanes_max(top, vr_lanes_abs(vr_lanes_load(row + c)));
    float largest = vr_lanes_largest(top);
    vr_lanes step = vr_lanes_set1(largest / VR_CODE_USER),
             inverse = vr_lanes_set1(VR_CODE_USER / largest);
    for (size_t l = 0; l < stride; l += VR_CODE_LINE) {
        whole p[CHUNKS];
        for (size_t c = 0; c < CHUNKS; c++) {
            size_t at = l + c * VR_LANES;
            vr_lanes u = at < stride ? vr_lanes_load(row + at) : vr_lanes_zero();
            p[c] = whole_of(vr_lanes_mul(u, inverse));
            vr_lanes rest = vr_lanes_fnma(step, lanes_of(p[c]), u);
            rest2 = vr_lanes_fma(rest, rest, rest2);
            sum = whole_add(sum, p[c]);
            absolute = whole_add(absolute, whole_abs(p[c]));
        }
        store_line(codes + l, p, 0);
    }
    return (vr_code_sums){largest, largest / VR_CODE_USER, vr_lanes_sum(rest2), whole_sum(sum),
                          whole_sum(absolute)};
}

/* The sums of sixteen rows; ids: sixteen. */
INLINE whole group_sums(const int8_t *user, const uint8_t *table, size_t lines,
                        const uint32_t *ids) {
    whole r[GROUP];
    for (int i = 0; i < GROUP; i++) {
        const uint8_t *row = table + ids[i] * lines * VR_CODE_LINE;
        r[i] = dot_line(row, user);
        for (size_t l = VR_CODE_LINE; l < lines * VR_CODE_LINE; l += VR_CODE_LINE)
            r[i] = whole_add(r[i], dot_line(row + l, user + l));
    }
    return sums_of(r);
}

INLINE uint32_t keep_lines(const int8_t *user, const uint8_t *table, size_t lines,
                           const uint32_t *ids, uint32_t n, int32_t most, uint32_t *places) {
    uint32_t kept = 0, j = 0;
    for (; j + GROUP <= n; j += GROUP) {
        if (j + AHEAD + GROUP <= n)
            for (int i = 0; i < GROUP; i++)
                for (size_t l = 0; l < lines; l++)
                    __builtin_prefetch(table +
                                       (ids[j + AHEAD + (uint32_t)i] * lines + l) * VR_CODE_LINE);
        kept +=
            keep_places(group_sums(user, table, lines, ids + j), most, 0xFFFF, j, places + kept);
    }
    if (j == n) return kept;
    uint32_t last[GROUP];
    for (uint32_t i = 0; i < GROUP; i++) last[i] = ids[j + i < n ? j + i : j];
    return kept + keep_places(group_sums(user, table, lines, last), most, (1u << (n - j)) - 1, j,
                              places + kept);
}

static uint32_t keep(const int8_t *user, const uint8_t *table, size_t code_stride,
                     const uint32_t *ids, uint32_t n, int32_t most, uint32_t *places) {
    if (code_stride == VR_CODE_LINE) return keep_lines(user, table, 1, ids, n, most, places);
    return keep_lines(user, table, code_stride / VR_CODE_LINE, ids, n, most, places);
}

extern const vr_screen_kernels VR_ISA_NAME(vr_screen_kernels);
const vr_screen_kernels VR_ISA_NAME(vr_screen_kernels) = {encode, user, keep};
