/* The interactions parser. Up to the first line "test" the input is a train split, then a test split. What is
   accepted has strictly ascending ids in range, no pair in both splits, and survives being written and read. */
#include <string.h>
#include "data/parse.h"
#include "fuzz_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_rows(const vr_csr *csr) {
    if (csr->offsets[0] != 0) abort();
    for (uint32_t u = 0; u < csr->n_rows; u++) {
        if (csr->offsets[u + 1] < csr->offsets[u]) abort();
        for (uint64_t i = csr->offsets[u]; i < csr->offsets[u + 1]; i++) {
            if (csr->columns[i] >= csr->n_columns) abort();
            if (i > csr->offsets[u] && csr->columns[i] <= csr->columns[i - 1]) abort();
        }
    }
}

static void check_round_trip(const vr_csr *train) {
    char *text;
    size_t size;
    vr_error error = {0};
    vr_csr again;
    if (vr_csr_text(train, &text, &size, &error)) abort();
    vr_split_text split = {"again", text, size};
    if (vr_parse_train(&split, train->n_columns, &again, &error)) abort();
    uint64_t n = vr_csr_count(train);
    if (again.n_rows != train->n_rows || vr_csr_count(&again) != n) abort();
    if (memcmp(again.columns, train->columns, n * sizeof *train->columns) != 0) abort();
    vr_csr_free(&again);
    free(text);
}

static void check_test(const vr_csr *train, const char *text, size_t size) {
    vr_split_text split = {"test", text, size};
    vr_csr test;
    vr_error error = {0};
    if (vr_parse_test(&split, train, train->n_columns, &test, &error)) {
        if (!error.text[0]) abort();
        return;
    }
    check_rows(&test);
    if (test.n_rows != train->n_rows) abort();
    for (uint32_t u = 0; u < test.n_rows; u++)
        for (uint64_t i = test.offsets[u], j = train->offsets[u];
             i < test.offsets[u + 1] && j < train->offsets[u + 1];) {
            if (test.columns[i] == train->columns[j]) abort();
            if (test.columns[i] < train->columns[j]) {
                i++;
            } else {
                j++;
            }
        }
    vr_csr_free(&test);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1); /* the parser is promised a final NUL */
    if (!text) abort();
    memcpy(text, data, size);
    text[size] = 0;
    const char *cut = memmem(text, size, "\ntest\n", 6);
    size_t train_size = cut ? (size_t)(cut - text) + 1 : size;
    vr_split_text split = {"train", text, train_size};
    vr_csr train;
    vr_error error = {0};
    char kept = text[train_size];
    text[train_size] = 0;
    if (vr_parse_train(&split, 0, &train, &error) == VR_OK) {
        check_rows(&train);
        check_round_trip(&train);
        text[train_size] = kept;
        if (cut) check_test(&train, cut + 6, size - train_size - 5);
        vr_csr_free(&train);
    } else if (!error.text[0]) {
        abort(); /* a failure without its message */
    }
    free(text);
    return 0;
}
