/* The experiment file reader: a study, or a message. */
#include "fuzz_file.h"
#include "study/study.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[32];
    int fd = fuzz_file(data, size, path);
    vr_study study;
    vr_error error = {0};
    if (vr_study_read(path, &study, &error) == VR_OK)
        vr_study_free(&study);
    else if (!error.text[0])
        abort();
    close(fd);
    return 0;
}
