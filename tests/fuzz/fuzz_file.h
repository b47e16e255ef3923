/* For readers that take a path: the input as a file in memory. */
#ifndef VR_FUZZ_FILE_H
#define VR_FUZZ_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* path names a file with these bytes until the returned descriptor is closed. */
static inline int fuzz_file(const uint8_t *data, size_t size, char path[32]) {
    int fd = memfd_create("fuzz", 0);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size) abort();
    snprintf(path, 32, "/dev/fd/%d", fd);
    return fd;
}

#endif
