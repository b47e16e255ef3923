/* Runs a fuzz target on committed files without libFuzzer: each file as it is, cut after every byte, and
   with every byte replaced by a few values that parsers trip over. What the sanitizers find ends the run. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_SIZE = 1 << 16, MUTATED_PREFIX = 256 };

/* A copy of exact size, so that AddressSanitizer sees a read past the end. */
static void run(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size + !size);
    if (!copy) abort();
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static unsigned run_mutants(uint8_t *data, size_t size) {
    static const uint8_t trips[] = {0, ' ', '\n', '-', '9', '"', 0x7f, 0xff};
    size_t end = size < MUTATED_PREFIX ? size : MUTATED_PREFIX;
    unsigned n = 1;
    run(data, size);
    for (size_t i = 0; i < end; i++) {
        uint8_t kept = data[i];
        run(data, i);
        for (size_t j = 0; j < sizeof trips; j++, n++) {
            data[i] = trips[j];
            run(data, size);
        }
        data[i] = kept;
        n++;
    }
    return n;
}

int main(int argc, char **argv) {
    static uint8_t data[MAX_SIZE];
    unsigned n = 0;
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file) {
            perror(argv[i]);
            return 1;
        }
        n += run_mutants(data, fread(data, 1, sizeof data, file));
        fclose(file);
    }
    printf("%u inputs\n", n);
    return n == 0; /* an empty corpus tests nothing */
}
