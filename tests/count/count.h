/* Shared by the files of tests/count: a counted call and its fixed inputs. */
#ifndef VR_TESTS_COUNT_H
#define VR_TESTS_COUNT_H

#include <stddef.h>
#include <stdint.h>
#include <valgrind/callgrind.h>

#define COUNT(kernel, inputs, call)                                                                \
    do {                                                                                           \
        CALLGRIND_TOGGLE_COLLECT;                                                                  \
        call;                                                                                      \
        CALLGRIND_TOGGLE_COLLECT;                                                                  \
        count_done(kernel, inputs);                                                                \
    } while (0)

void count_done(const char *kernel, const char *inputs);
__attribute__((format(printf, 1, 2), noreturn)) void count_stop(const char *format, ...);

void *count_room(size_t n, size_t size);          /* zeros, 64-byte aligned */
float *count_floats(uint32_t position, size_t n); /* uniform in [-1, 1) */

void count_solvers(void);

#endif
