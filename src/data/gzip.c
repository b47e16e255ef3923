#include "data/gzip.h"

#include <stdlib.h>
#include <zlib.h>

enum { ANY_GZIP = 15 + 16 }; /* largest window, gzip wrapper */

static int is_gzip(const unsigned char *bytes, size_t size) {
    return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

typedef struct output {
    char *text;
    size_t size, room;
} output;

static int grow(output *out) {
    size_t room = out->room * 2;
    char *larger = realloc(out->text, room + 1);
    if (!larger) return 0;
    out->text = larger;
    out->room = room;
    return 1;
}

/* One call of inflate into the room that there is; zlib counts in 32 bits. */
static int inflate_some(z_stream *stream, size_t *left, output *out) {
    size_t room = out->room - out->size;
    uInt in = *left < (1u << 30) ? (uInt)*left : 1u << 30;
    uInt free_room = room < (1u << 30) ? (uInt)room : 1u << 30;
    stream->avail_in = in;
    stream->next_out = (Bytef *)out->text + out->size;
    stream->avail_out = free_room;
    int code = inflate(stream, Z_NO_FLUSH);
    *left -= in - stream->avail_in;
    out->size += free_room - stream->avail_out;
    return code;
}

/* All members of the file, one after the other, as gzip -d does it. */
static vr_status inflate_all(const char *path, z_stream *stream, unsigned char *bytes, size_t size,
                             output *out, vr_error *error) {
    size_t left = size;
    stream->next_in = bytes;
    for (;;) {
        int code = inflate_some(stream, &left, out);
        if (code == Z_STREAM_END) {
            if (left == 0) return VR_OK;
            if (!is_gzip(bytes + (size - left), left)) {
                return vr_fail(
                    error, VR_BAD_DATA,
                    "%s: %zu bytes of garbage after the end of the gzip data (at byte %zu); "
                    "fetch the file again",
                    path, left, size - left);
            }
            inflateReset(stream);
        } else if (code == Z_MEM_ERROR) {
            return vr_fail(error, VR_INTERNAL, "%s: no memory to decompress it", path);
        } else if (code != Z_OK && code != Z_BUF_ERROR) {
            return vr_fail(error, VR_BAD_DATA,
                           "%s: damaged gzip data near byte %zu: %s; fetch the file again", path,
                           size - left, stream->msg ? stream->msg : "bad header");
        } else if (out->size == out->room) {
            if (!grow(out))
                return vr_fail(error, VR_INTERNAL, "%s: no memory to decompress it", path);
        } else if (left == 0) {
            return vr_fail(error, VR_BAD_DATA,
                           "%s: truncated gzip data: the file ends after %zu bytes, in the middle "
                           "of the text; "
                           "fetch the file again",
                           path, size);
        }
    }
}

vr_status vr_gunzip(const char *path, char **bytes, size_t *size, size_t expected,
                    vr_error *error) {
    if (!is_gzip((unsigned char *)*bytes, *size)) return VR_OK;
    output out = {.room = expected + 64};
    z_stream stream = {0};
    vr_status status;
    out.text = malloc(out.room + 1);
    if (!out.text || inflateInit2(&stream, ANY_GZIP) != Z_OK) {
        status = vr_fail(error, VR_INTERNAL, "%s: no memory to decompress it", path);
    } else {
        status = inflate_all(path, &stream, (unsigned char *)*bytes, *size, &out, error);
        inflateEnd(&stream);
    }
    free(*bytes);
    *bytes = NULL;
    if (status) {
        free(out.text);
        return status;
    }
    out.text[out.size] = '\0';
    *bytes = out.text;
    *size = out.size;
    return VR_OK;
}
