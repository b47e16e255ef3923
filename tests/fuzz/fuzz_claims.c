/* The readers of the ledger and of what `verify` measured: a file of rows, or a message. */
#include "claims/results.h"
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[32];
    int fd = fuzz_file(data, size, path);
    vr_ledger ledger;
    vr_results results;
    vr_error error = {0};
    if (vr_ledger_read(path, &ledger, &error) == VR_OK)
        vr_ledger_free(&ledger);
    else if (!error.text[0])
        abort();
    error.text[0] = 0;
    if (vr_results_read(path, &results, &error) == VR_OK)
        vr_results_free(&results);
    else if (!error.text[0])
        abort();
    close(fd);
    return 0;
}
