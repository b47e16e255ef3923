/* Numbers of 256 bits (MPFR) from a pool: an expression makes as many as it likes, vr_numbers_reset takes all back.

   A pool that finds no memory says so in vr_numbers_failed and goes on with a number of its own, so that a formula
   needs no error path. */
#ifndef VR_AUDIT_NUMBERS_H
#define VR_AUDIT_NUMBERS_H

#include <mpfr.h>
#include <stddef.h>

enum { VR_NUMBER_BITS = 256 };

typedef struct vr_numbers vr_numbers;
typedef mpfr_ptr vr_number; /* valid until its pool is reset */

vr_numbers *vr_numbers_new(void); /* NULL: no memory */
void vr_numbers_free(vr_numbers *pool);
void vr_numbers_reset(vr_numbers *pool);
int vr_numbers_failed(const vr_numbers *pool); /* since the last reset */

/* Room for n things of `size` bytes, zeroed, as long-lived as the numbers; NULL: no memory. */
void *vr_numbers_room(vr_numbers *pool, size_t n, size_t size);

vr_number vr_number_of(vr_numbers *pool, double x);
vr_number vr_number_add(vr_numbers *pool, vr_number a, vr_number b);
vr_number vr_number_sub(vr_numbers *pool, vr_number a, vr_number b);
vr_number vr_number_mul(vr_numbers *pool, vr_number a, vr_number b);
vr_number vr_number_div(vr_numbers *pool, vr_number a, vr_number b);
vr_number vr_number_max(vr_numbers *pool, vr_number a, vr_number b);
vr_number vr_number_exp(vr_numbers *pool, vr_number a);
vr_number vr_number_log(vr_numbers *pool, vr_number a);
vr_number vr_number_log1p(vr_numbers *pool, vr_number a);

#endif
