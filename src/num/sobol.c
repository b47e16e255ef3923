#include "num/sobol.h"

/* Of a primitive polynomial x^s + a_1 x^(s-1) + ... + 1 over GF(2): its degree, the bits a_1 ... a_(s-1), and the
   first s direction integers. */
static const struct {
    uint32_t degree, bits, first[4];
} polynomials[VR_SOBOL_DIMENSIONS - 1] = {
    {1, 0, {1}}, {2, 1, {1, 3}}, {3, 1, {1, 3, 1}}, {3, 2, {1, 1, 1}}, {4, 1, {1, 1, 3, 3}},
};

/* v[k]: what bit k of the index adds, as a fraction of 2^32. */
static void directions(uint32_t dimension, uint32_t v[32]) {
    if (!dimension) {
        for (uint32_t k = 0; k < 32; k++) v[k] = UINT32_C(1) << (31 - k);
        return;
    }
    uint32_t s = polynomials[dimension - 1].degree, a = polynomials[dimension - 1].bits;
    for (uint32_t k = 0; k < s; k++) v[k] = polynomials[dimension - 1].first[k] << (31 - k);
    for (uint32_t k = s; k < 32; k++) {
        v[k] = v[k - s] ^ (v[k - s] >> s);
        for (uint32_t j = 1; j < s; j++)
            if (a >> (s - 1 - j) & 1) v[k] ^= v[k - j];
    }
}

double vr_sobol(uint32_t index, uint32_t dimension) {
    uint32_t v[32], x = 0;
    directions(dimension, v);
    for (uint32_t k = 0; k < 32; k++)
        if (index >> k & 1) x ^= v[k];
    return x * 0x1p-32;
}
