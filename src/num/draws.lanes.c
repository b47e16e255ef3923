#include "num/draws_kernel.h"
#include "num/lanes.h"

/* Plain C on 16-element arrays: gcc and clang turn each loop into vector code of the target's width. */
enum { LANES = 16, ROUNDS = 10 };
typedef struct counters {
    uint32_t c[4][LANES];
} counters;

static inline void round_once(counters *x, uint32_t k0, uint32_t k1) {
    for (int l = 0; l < LANES; l++) {
        uint64_t p0 = (uint64_t)x->c[0][l] * 0xD2511F53u, p1 = (uint64_t)x->c[2][l] * 0xCD9E8D57u;
        uint32_t c0 = (uint32_t)(p1 >> 32) ^ x->c[1][l] ^ k0, c2 = (uint32_t)(p0 >> 32) ^ x->c[3][l] ^ k1;
        x->c[0][l] = c0;
        x->c[1][l] = (uint32_t)p1;
        x->c[2][l] = c2;
        x->c[3][l] = (uint32_t)p0;
    }
}

void VR_ISA_NAME(vr_draw_group)(uint64_t seed, uint32_t stream, uint32_t epoch, uint32_t position,
                                  uint32_t first, uint32_t *out) {
    counters x;
    for (int l = 0; l < LANES; l++) {
        x.c[0][l] = first + (uint32_t)l;
        x.c[1][l] = position;
        x.c[2][l] = epoch;
        x.c[3][l] = stream;
    }
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < ROUNDS; round++) {
        round_once(&x, k0, k1);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (int l = 0; l < LANES; l++)
        for (int word = 0; word < 4; word++) out[4 * l + word] = x.c[word][l];
}
