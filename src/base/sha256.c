#include "base/sha256.h"

void vr_sha256_begin(vr_sha256 *hash) {
    sha256_init(&hash->context);
}

void vr_sha256_add(vr_sha256 *hash, const void *bytes, size_t size) {
    sha256_update(&hash->context, size, bytes);
}

void vr_sha256_end(vr_sha256 *hash, char hex[VR_SHA256_HEX]) {
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&hash->context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[2 * sizeof digest] = '\0';
}

void vr_sha256_of(const void *bytes, size_t size, char hex[VR_SHA256_HEX]) {
    vr_sha256 hash;
    vr_sha256_begin(&hash);
    vr_sha256_add(&hash, bytes, size);
    vr_sha256_end(&hash, hex);
}
