/* SHA-256 as 64 hexadecimal digits and a NUL. */
#ifndef VR_BASE_SHA256_H
#define VR_BASE_SHA256_H

#include <nettle/sha2.h>
#include <stddef.h>

enum { VR_SHA256_HEX = 65 };

typedef struct vr_sha256 {
    struct sha256_ctx context;
} vr_sha256;

/* Over several parts: begin, add..., end. */
void vr_sha256_begin(vr_sha256 *hash);
void vr_sha256_add(vr_sha256 *hash, const void *bytes, size_t size);
void vr_sha256_end(vr_sha256 *hash, char hex[VR_SHA256_HEX]);

void vr_sha256_of(const void *bytes, size_t size, char hex[VR_SHA256_HEX]);

#endif
