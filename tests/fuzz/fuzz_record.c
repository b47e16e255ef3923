/* The run record reader: a record that hashes to its own digest, or a message. */
#include "fuzz_file.h"
#include "study/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[32];
    int fd = fuzz_file(data, size, path);
    vr_record record;
    vr_error error = {0};
    if (vr_record_read(path, &record, &error) == VR_OK)
        vr_record_free(&record);
    else if (!error.text[0])
        abort();
    close(fd);
    return 0;
}
