/* The gzip reader: any bytes give a text with its final NUL, or a message. */
#include <string.h>
#include "data/gzip.h"
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *bytes = malloc(size + 1);
    if (!bytes) abort();
    memcpy(bytes, data, size);
    bytes[size] = 0;
    vr_error error = {0};
    if (vr_gunzip("fuzz.gz", &bytes, &size, 16, &error) == VR_OK) {
        if (bytes[size] != 0) abort();
        free(bytes);
    } else if (!error.text[0]) {
        abort();
    }
    return 0;
}
