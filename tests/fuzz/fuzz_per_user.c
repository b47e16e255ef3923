/* The reader of evaluate's per-user files: any bytes give users that ascend, each with test items and metrics in 0..1, or a message. */
#include "eval/per_user.h"
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int in_range(double x) {
    return x >= 0 && x <= 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[32];
    int fd = fuzz_file(data, size, path);
    vr_per_user rows;
    vr_error error = {0};
    if (vr_per_user_read(path, &rows, &error) == VR_OK) {
        for (size_t i = 0; i < rows.n; i++)
            if ((i && rows.users[i] <= rows.users[i - 1]) || !rows.test_items[i] ||
                !in_range(rows.recall[i]) || !in_range(rows.ndcg[i]))
                abort();
        vr_per_user_free(&rows);
    } else if (error.status == VR_OK || !error.text[0]) {
        abort(); /* a failure without its message */
    }
    close(fd);
    return 0;
}
