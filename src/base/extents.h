/* The size of an array from its shape. */
#ifndef VR_BASE_EXTENTS_H
#define VR_BASE_EXTENTS_H

#include <stdint.h>

/*@ // Bytes of an array of that shape with values of `size` bytes.
    logic integer Bytes{L}(uint64_t *shape, integer n_dims, integer size) =
      n_dims <= 0 ? size : Bytes(shape, n_dims - 1, size) * shape[n_dims - 1];
    lemma next_product: \forall integer x, q, b; x > q && b >= 1 ==> q * b + b <= x * b;
    lemma product_order: \forall integer x, y, b; x <= y && b >= 1 ==> x * b <= y * b;
    lemma larger: \forall integer a, b, most; a > most >= 0 && b >= 1 ==> a * b > most;
    lemma quotient: \forall integer a, b; a >= 0 && b >= 1 ==> (a / b) * b <= a < (a / b) * b + b;
    lemma too_large: \forall integer a, b, most; most >= 0 && b >= 1 && a > most / b ==> a * b > most;
    lemma small_enough: \forall integer a, b, most; most >= 0 && b >= 1 && a <= most / b ==> a * b <= most;
*/

/*@ requires b >= 1;
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result == 0 || \result == 1;
    ensures \result == 1 ==> a * b <= UINT64_MAX;
    ensures \result == 0 ==> a * b > UINT64_MAX;
*/
static inline int vr_product_fits(uint64_t a, uint64_t b) {
    return a <= UINT64_MAX / b;
}

/* The bytes, and 1; or 0, and *bytes is not to be used, when 64 bits cannot hold them. */
/*@ requires \valid_read(shape + (0 .. n_dims - 1)) && \valid(bytes);
    requires \separated(bytes, shape + (0 .. n_dims - 1));
    requires size >= 1;
    terminates \true;
    exits \false;
    assigns *bytes;
    ensures \result == 0 || \result == 1;
    ensures \result == 1 <==> \old(Bytes(shape, n_dims, size)) <= UINT64_MAX;
    ensures \result == 1 ==> *bytes == \old(Bytes(shape, n_dims, size));
*/
static inline int vr_shape_bytes(const uint64_t *shape, uint32_t n_dims, uint64_t size,
                                 uint64_t *bytes) {
    uint64_t product = size;
    int empty = 0, large = 0;
    /*@ loop invariant 0 <= d <= n_dims;
        loop invariant empty == 1 || (empty == 0 && (large == 0 || large == 1));
        loop invariant empty == 1 ==> Bytes(shape, d, size) == 0;
        loop invariant empty == 0 && large == 1 ==> Bytes(shape, d, size) > UINT64_MAX;
        loop invariant empty == 0 && large == 0 ==> product == Bytes(shape, d, size);
        loop invariant product >= 1;
        loop assigns d, product, empty, large;
        loop variant n_dims - d;
    */
    for (uint32_t d = 0; d < n_dims; d++) {
        //@ assert Bytes(shape, d + 1, size) == Bytes(shape, d, size) * shape[d];
        /*@ assert shape[d] >= 1 && Bytes(shape, d, size) > UINT64_MAX ==>
              Bytes(shape, d, size) * shape[d] > UINT64_MAX; */
        if (shape[d] == 0) {
            empty = 1;
        } else if (!vr_product_fits(product, shape[d])) {
            large = 1;
        } else {
            product *= shape[d];
        }
    }
    *bytes = empty ? 0 : product;
    return empty || !large;
}

#endif
