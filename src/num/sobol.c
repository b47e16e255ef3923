#include "num/sobol.h"

/* Of a primitive polynomial x^s + a_1 x^(s-1) + ... + 1 over GF(2): its degree, the bits a_1 ... a_(s-1), and the
   first s direction integers. */
static const struct {
    uint32_t degree, bits, first[4];
} polynomials[VR_SOBOL_DIMENSIONS - 1] = {
    {1, 0, {1}}, {2, 1, {1, 3}}, {3, 1, {1, 3, 1}}, {3, 2, {1, 1, 1}}, {4, 1, {1, 1, 3, 3}},
};

/* v[k]: what bit k of the index adds, as a fraction of 2^32. */
/*@ requires dimension < VR_SOBOL_DIMENSIONS && \valid(v + (0 .. 31));
    requires \separated(v + (0 .. 31), polynomials + (0 .. VR_SOBOL_DIMENSIONS - 2));
    terminates \true; exits \false; assigns v[0 .. 31];
    ensures dimension == 0 ==> v[0] == 0x80000000 &&
      \forall integer k; 0 < k < 32 ==> v[k] == v[k - 1] / 2; */
static void directions(uint32_t dimension, uint32_t v[32]) {
    uint32_t half = UINT32_C(0x80000000); /* 2^(31 - k) */
    if (!dimension) {
        /*@ loop invariant 0 <= k <= 32 && half <= 0x80000000;
            loop invariant k == 0 ==> half == 0x80000000;
            loop invariant 0 < k ==> v[0] == 0x80000000 && half == v[k - 1] / 2;
            loop invariant \forall integer j; 0 < j < k ==> v[j] == v[j - 1] / 2;
            loop assigns k, half, v[0 .. 31];
            loop variant 32 - k; */
        for (uint32_t k = 0; k < 32; k++, half /= 2) v[k] = half;
        return;
    }
    uint32_t s = polynomials[dimension - 1].degree, a = polynomials[dimension - 1].bits;
    /*@ assert 1 <= s <= 4 && polynomials[dimension - 1].first[0] == 1 &&
          polynomials[dimension - 1].first[1] <= 3 && polynomials[dimension - 1].first[2] <= 3 &&
          polynomials[dimension - 1].first[3] <= 3; */
    /*@ loop invariant 0 <= k <= s;
        loop invariant (k == 0 && half == 0x80000000) || (k == 1 && half == 0x40000000) ||
          (k == 2 && half == 0x20000000) || (k == 3 && half == 0x10000000) || k == 4;
        loop assigns k, half, v[0 .. 31];
        loop variant s - k; */
    for (uint32_t k = 0; k < s; k++, half /= 2) v[k] = polynomials[dimension - 1].first[k] * half;
    /*@ loop invariant s <= k <= 32;
        loop assigns k, v[0 .. 31];
        loop variant 32 - k; */
    for (uint32_t k = s; k < 32; k++) {
        v[k] = v[k - s] ^ (v[k - s] >> s);
        /*@ loop invariant 1 <= j <= s;
            loop assigns j, v[k];
            loop variant s - j; */
        for (uint32_t j = 1; j < s; j++)
            if (a >> (s - 1 - j) & 1) v[k] ^= v[k - j];
    }
}

double vr_sobol(uint32_t index, uint32_t dimension) {
    uint32_t v[32], x = 0;
    directions(dimension, v);
    /*@ loop invariant 0 <= k <= 32;
        loop invariant index == 0 ==> x == 0;
        loop assigns k, x;
        loop variant 32 - k; */
    for (uint32_t k = 0; k < 32; k++)
        if (index >> k & 1) x ^= v[k];
    return x * 0x1p-32;
}
