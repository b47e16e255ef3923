#include "base/npy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/digits.h"
#include "base/extents.h"
#include "base/file.h"

static const char magic[] = "\x93NUMPY";
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
    const char *path, *at; /* at: the next unread byte; the text ends with NUL */
    vr_npy array;
    int fortran, seen; /* seen: bits 1 descr, 2 fortran_order, 4 shape */
    vr_error *error;
} header;

static const char advice[] =
    "write it with numpy.save(path, numpy.ascontiguousarray(a, dtype='<f4'))";

static void skip_spaces(header *h) {
    while (*h->at == ' ' || *h->at == '\n' || *h->at == '\t') h->at++;
}

static int accept(header *h, const char *token) {
    skip_spaces(h);
    size_t n = strlen(token);
    if (strncmp(h->at, token, n) != 0) return 0;
    h->at += n;
    return 1;
}

static vr_status malformed(header *h, const char *expected) {
    return vr_fail(h->error, VR_BAD_DATA, "%s: NPY header: expected %s at \"%.24s\"; %s", h->path,
                   expected, h->at, advice);
}

/* A quoted word into text. */
static vr_status quoted(header *h, char text[32]) {
    skip_spaces(h);
    char quote = *h->at;
    const char *end = quote == '\'' || quote == '"' ? strchr(h->at + 1, quote) : NULL;
    if (!end || end - h->at > 31) return malformed(h, "a quoted word");
    memcpy(text, h->at + 1, (size_t)(end - h->at - 1));
    text[end - h->at - 1] = '\0';
    h->at = end + 1;
    return VR_OK;
}

static vr_status read_type(header *h) {
    char text[32];
    vr_status status = quoted(h, text);
    if (status) return status;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(text + (*text != '\0'), types[i].name) != 0) continue;
        if (*text == '<') {
            h->array.type = (vr_npy_type)i;
            return VR_OK;
        }
        return vr_fail(h->error, VR_BAD_DATA,
                       "%s: NPY byte order: expected little-endian \"<%s\", got \"%s\"; %s",
                       h->path, types[i].name, text, advice);
    }
    return vr_fail(h->error, VR_BAD_DATA,
                   "%s: NPY dtype: expected one of <f4, <f8, <i4, <i8, got \"%s\"; %s", h->path,
                   text, advice);
}

static vr_status read_extent(header *h, uint64_t *extent) {
    skip_spaces(h);
    if (*h->at < '0' || *h->at > '9') return malformed(h, "a length");
    h->at += vr_read_digits(h->at, UINT64_MAX, extent);
    return *h->at < '0' || *h->at > '9' ? VR_OK : malformed(h, "a length below 2^64");
}

static vr_status read_shape(header *h) {
    if (!accept(h, "(")) return malformed(h, "( of the shape");
    while (!accept(h, ")")) {
        if (h->array.n_dims == VR_NPY_MAX_DIMS) {
            return vr_fail(h->error, VR_BAD_DATA,
                           "%s: NPY shape: expected at most %d dimensions; %s", h->path,
                           VR_NPY_MAX_DIMS, "reshape the array");
        }
        vr_status status = read_extent(h, &h->array.shape[h->array.n_dims]);
        if (status) return status;
        h->array.n_dims++;
        if (!accept(h, ",")) {
            if (!accept(h, ")")) return malformed(h, "a comma or ) in the shape");
            break;
        }
    }
    return VR_OK;
}

static vr_status read_entry(header *h) {
    char key[32];
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
    skip_spaces(h);
    if (*h->at) return malformed(h, "the end of the header");
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
    header h = {.path = path, .at = text, .error = error};
    vr_status status = strlen(text) == length ? read_header(&h) : malformed(&h, "no NUL");
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
