/* NPY, version 1.0: little-endian f4, f8, i4, i8 in C order. The exchange format for arrays. */
#ifndef VR_BASE_NPY_H
#define VR_BASE_NPY_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

typedef enum vr_npy_type { VR_NPY_F4, VR_NPY_F8, VR_NPY_I4, VR_NPY_I8 } vr_npy_type;

enum { VR_NPY_MAX_DIMS = 4 };

typedef struct vr_npy {
    vr_npy_type type;
    uint32_t n_dims; /* 0 (a scalar) to VR_NPY_MAX_DIMS */
    uint64_t shape[VR_NPY_MAX_DIMS];
    void *values; /* vr_npy_count values, C order; 64-byte aligned when read by vr_npy_read */
} vr_npy;

uint64_t vr_npy_count(const vr_npy *array);           /* product of the shape */
size_t vr_npy_value_size(vr_npy_type type);           /* bytes of one value */
double vr_npy_value(const vr_npy *array, uint64_t i); /* value i, in C order, as a double */

/* Errors: VR_NO_INPUT; VR_BAD_DATA with what is wrong: magic, version, header, dtype, byte order,
   Fortran order, dimensions, or a length that is not that of the shape. *out is untouched on error.
 */
vr_status vr_npy_read(const char *path, vr_npy *out, vr_error *error);
void vr_npy_free(vr_npy *array);

/* Atomically; the header is padded to 64 bytes as NumPy does it. */
vr_status vr_npy_write(const char *path, const vr_npy *array, vr_error *error);

#endif
