/* The NPY reader: any bytes give an array that can be read to its end, or a message. */
#include "base/npy.h"
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[32];
    int fd = fuzz_file(data, size, path);
    vr_npy array;
    vr_error error = {0};
    if (vr_npy_read(path, &array, &error) == VR_OK) {
        uint64_t n = vr_npy_count(&array);
        if (n && vr_npy_value(&array, n - 1) == vr_npy_value(&array, 0)) error.status = VR_OK;
        vr_npy_free(&array);
    } else if (error.status == VR_OK || !error.text[0]) {
        abort(); /* a failure without its message */
    }
    close(fd);
    return 0;
}
