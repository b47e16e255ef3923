/* Text that may be gzip-compressed. */
#ifndef VR_DATA_GZIP_H
#define VR_DATA_GZIP_H

#include <stddef.h>
#include "base/error.h"

/* Takes the bytes (malloc'ed), gives the text: the same buffer when it is not gzip, else a new one with a final NUL
   that *size does not count, and frees the old. path is for messages; expected is a guess of the text's size.
   VR_BAD_DATA: truncated, damaged, or bytes after the end. *bytes is freed on error. */
vr_status vr_gunzip(const char *path, char **bytes, size_t *size, size_t expected, vr_error *error);

#endif
