#include "base/npy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/extents.h"
#include "base/file.h"
#include "base/header_text.h"

static const char magic[] = "\x93NUMPY";
_Static_assert((int)VR_SHAPE_ROOM == (int)VR_NPY_MAX_DIMS, "the room of base/header_text.h");
enum { MAGIC = 6, PREFIX = 10 }; /* magic, version (2 bytes), header length (2 bytes) */

static const struct {
    const char *name;
    size_t size;
} types[] = {{"f4", 4}, {"f8", 8}, {"i4", 4}, {"i8", 8}};

size_t vr_npy_value_size(vr_npy_type type) {
    return types[type].size;
}

uint64_t vr_npy_count(const vr_npy *array) {
    uint64_t count = 1;
    for (uint32_t d = 0; d < array->n_dims; d++) count *= array->shape[d];
    return count;
}

double vr_npy_value(const vr_npy *array, uint64_t i) {
    switch (array->type) {
    case VR_NPY_F4: return (double)((const float *)array->values)[i];
    case VR_NPY_F8: return ((const double *)array->values)[i];
    case VR_NPY_I4: return (double)((const int32_t *)array->values)[i];
    default: return (double)((const int64_t *)array->values)[i];
    }
}

/* --- reading: the header is the text of a Python dictionary --------------------------------------
 */

typedef struct header {
    const char *path, *text; /* size bytes without NUL, and a NUL */
    size_t size, at;         /* at: the next unread byte */
    vr_npy array;
    int fortran, seen; /* seen: bits 1 descr, 2 fortran_order, 4 shape */
    vr_error *error;
} header;

#define SAVE "write it with numpy.save(path, numpy.ascontiguousarray(a"
static const char advice[] = SAVE "))";

/* The type to convert an array of another dtype to: whole numbers stay so, and 8 bytes stay 8. */
static const char *nearest(const char *dtype) {
    const char *kind = dtype + strspn(dtype, "<>|=");
    int whole = *kind && strchr("iub", *kind), wide = *kind && strtol(kind + 1, NULL, 10) >= 8;
    return types[whole ? (wide ? VR_NPY_I8 : VR_NPY_I4) : wide ? VR_NPY_F8 : VR_NPY_F4].name;
}

static int accept(header *h, const char *token) {
    return vr_accept(h->text, h->size, &h->at, token);
}

static vr_status malformed(header *h, const char *expected) {
    return vr_fail(h->error, VR_BAD_DATA, "%s: NPY header: expected %s at \"%.24s\"; %s", h->path,
                   expected, h->text + h->at, advice);
}

static vr_status quoted(header *h, char word[VR_WORD_ROOM]) {
    if (vr_quoted(h->text, h->size, &h->at, word)) return VR_OK;
    return malformed(h, "a quoted word");
}

static vr_status read_type(header *h) {
    char text[VR_WORD_ROOM];
    vr_status status = quoted(h, text);
    if (status) return status;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(text + (*text != '\0'), types[i].name) != 0) continue;
        if (*text == '<') {
            h->array.type = (vr_npy_type)i;
            return VR_OK;
        }
        return vr_fail(h->error, VR_BAD_DATA,
                       "%s: NPY byte order: expected little-endian \"<%s\", got \"%s\"; " SAVE
                       ", dtype='<%s'))",
                       h->path, types[i].name, text, types[i].name);
    }
    return vr_fail(h->error, VR_BAD_DATA,
                   "%s: NPY dtype: expected one of <f4, <f8, <i4, <i8, got \"%s\"; " SAVE
                   ", dtype='<%s'))",
                   h->path, text, nearest(text));
}

static vr_status read_shape(header *h) {
    switch (vr_read_shape(h->text, h->size, &h->at, h->array.shape, &h->array.n_dims)) {
    case VR_SHAPE_GOOD: return VR_OK;
    case VR_SHAPE_UNOPENED: return malformed(h, "( of the shape");
    case VR_SHAPE_NO_EXTENT: return malformed(h, "a length");
    case VR_SHAPE_LARGE_EXTENT: return malformed(h, "a length below 2^64");
    case VR_SHAPE_UNCLOSED: return malformed(h, "a comma or ) in the shape");
    case VR_SHAPE_LONG: break;
    }
    return vr_fail(h->error, VR_BAD_DATA, "%s: NPY shape: expected at most %d dimensions; %s",
                   h->path, VR_NPY_MAX_DIMS, "reshape the array");
}

static vr_status read_entry(header *h) {
    char key[VR_WORD_ROOM];
    vr_status status = quoted(h, key);
    if (status) return status;
    if (!accept(h, ":")) return malformed(h, "a colon");
    int bit = strcmp(key, "descr") == 0           ? 1
              : strcmp(key, "fortran_order") == 0 ? 2
              : strcmp(key, "shape") == 0         ? 4
                                                  : 0;
    if (!bit || (h->seen & bit))
        return malformed(h, "each of descr, fortran_order, shape once before");
    h->seen |= bit;
    if (bit == 1) return read_type(h);
    if (bit == 4) return read_shape(h);
    h->fortran = accept(h, "True");
    if (!h->fortran && !accept(h, "False")) return malformed(h, "True or False");
    return VR_OK;
}

static vr_status read_header(header *h) {
    if (!accept(h, "{")) return malformed(h, "{");
    while (!accept(h, "}")) {
        vr_status status = read_entry(h);
        if (status) return status;
        if (!accept(h, ",")) {
            if (!accept(h, "}")) return malformed(h, "a comma or }");
            break;
        }
    }
    vr_skip_spaces(h->text, h->size, &h->at);
    if (h->at < h->size) return malformed(h, "the end of the header");
    if (h->seen != 7) return malformed(h, "descr, fortran_order and shape before");
    if (h->fortran && h->array.n_dims > 1) {
        return vr_fail(h->error, VR_BAD_DATA,
                       "%s: NPY order: expected C order, got Fortran order; %s", h->path, advice);
    }
    return VR_OK;
}

/* Checks magic, version and header; *start = offset of the values. */
static vr_status read_prefix(const char *path, const char *file, size_t size, vr_npy *array,
                             size_t *start, vr_error *error) {
    size_t matching = size < MAGIC ? size : MAGIC;
    if (size == 0 || memcmp(file, magic, matching) != 0) {
        return vr_fail(error, VR_BAD_DATA, "%s: not an NPY file: expected the magic \\x93NUMPY; %s",
                       path, advice);
    }
    if (size < PREFIX) {
        return vr_fail(error, VR_BAD_DATA,
                       "%s: NPY header truncated: %zu bytes, expected at least %d", path, size,
                       PREFIX);
    }
    const unsigned char *byte = (const unsigned char *)file;
    if (byte[6] != 1 || byte[7] != 0) {
        return vr_fail(error, VR_BAD_DATA, "%s: NPY version: expected 1.0, got %d.%d; %s", path,
                       byte[6], byte[7], advice);
    }
    size_t length = (size_t)byte[8] | (size_t)byte[9] << 8;
    if (length > size - PREFIX) {
        return vr_fail(error, VR_BAD_DATA,
                       "%s: NPY header truncated: its length says %zu bytes, the file has %zu",
                       path, length, size - PREFIX);
    }
    char *text = strndup(file + PREFIX, length);
    if (!text) return vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    header h = {.path = path, .text = text, .size = strlen(text), .error = error};
    vr_status status = h.size == length ? read_header(&h) : malformed(&h, "no NUL");
    free(text);
    *array = h.array;
    *start = PREFIX + length;
    return status;
}

static vr_status read_values(const char *path, const char *values, size_t size, vr_npy *array,
                             vr_error *error) {
    uint64_t expected;
    int overflow = !vr_shape_bytes(array->shape, array->n_dims, types[array->type].size, &expected);
    if (overflow || expected != size) {
        return vr_fail(error, VR_BAD_DATA,
                       "%s: NPY length: the shape needs %s%" PRIu64
                       " bytes of values, the file has "
                       "%zu; the file is %s",
                       path, overflow ? "more than " : "", overflow ? UINT64_MAX : expected, size,
                       overflow || expected > size ? "truncated" : "too long");
    }
    array->values = aligned_alloc(64, (size + 63) / 64 * 64 + 64);
    if (!array->values)
        return vr_fail(error, VR_INTERNAL, "%s: no memory for %zu bytes", path, size);
    memcpy(array->values, values, size);
    return VR_OK;
}

vr_status vr_npy_read(const char *path, vr_npy *out, vr_error *error) {
    char *file;
    size_t size, start = 0;
    vr_npy array = {0};
    vr_status status = vr_file_read(path, &file, &size, error);
    if (status) return status;
    status = read_prefix(path, file, size, &array, &start, error);
    if (!status) status = read_values(path, file + start, size - start, &array, error);
    free(file);
    if (!status) *out = array;
    return status;
}

void vr_npy_free(vr_npy *array) {
    free(array->values);
    *array = (vr_npy){0};
}

/* --- writing ------------------------------------------------------------------------------------
 */

vr_status vr_npy_write(const char *path, const vr_npy *array, vr_error *error) {
    char text[256];
    int n =
        snprintf(text, sizeof text, "%s%c%c%c%c{'descr': '<%s', 'fortran_order': False, 'shape': (",
                 magic, 1, 0, 0, 0, types[array->type].name);
    for (uint32_t d = 0; d < array->n_dims; d++) {
        n += snprintf(text + n, sizeof text - (size_t)n, "%s%" PRIu64, d ? ", " : "",
                      array->shape[d]);
    }
    n += snprintf(text + n, sizeof text - (size_t)n, "%s), }", array->n_dims == 1 ? "," : "");
    size_t length = ((size_t)n + 1 + 63) / 64 * 64; /* spaces and a newline, as NumPy pads it */
    memset(text + n, ' ', length - (size_t)n);
    text[length - 1] = '\n';
    text[8] = (char)((length - PREFIX) & 255);
    text[9] = (char)((length - PREFIX) >> 8);
    vr_part parts[2] = {{text, length},
                        {array->values, vr_npy_count(array) * types[array->type].size}};
    return vr_file_write_parts(path, parts, 2, error);
}
