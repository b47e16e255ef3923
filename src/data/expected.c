#include "data/expected.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/text.h"

enum { N_COLUMNS = 7 };

static int is_sha256(const char *text) {
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static int is_blank_value(const char *text) {
    return !strcmp(text, "-") || !strcmp(text, "lost") || !strcmp(text, "?");
}

static vr_status parse_line(const char *path, char *line, vr_expected_row *row, vr_error *error) {
    const char *fields[N_COLUMNS];
    size_t n = vr_cut_tabs(line, fields, N_COLUMNS);
    if (n != N_COLUMNS) {
        return vr_fail(error, VR_BAD_DATA,
                       "%s:%u: expected 7 columns separated by tabs (table, row, dataset, metric, "
                       "value, flag, note), found %zu",
                       path, row->line, n);
    }
    for (size_t i = 0; i < N_COLUMNS; i++) {
        if (!*fields[i] || strchr(fields[i], '\r')) {
            return vr_fail(error, VR_BAD_DATA,
                           "%s:%u: column %zu is %s; write - for nothing, and end lines with LF",
                           path, row->line, i + 1, *fields[i] ? "ended by CR" : "empty");
        }
    }
    char *end;
    row->table = fields[0], row->row = fields[1], row->dataset = fields[2];
    row->metric = fields[3], row->text = fields[4], row->flag = fields[5], row->note = fields[6];
    row->value = (double)NAN;
    if (is_sha256(row->text) || is_blank_value(row->text)) return VR_OK;
    row->value = strtod(row->text, &end);
    if (*end || !isfinite(row->value)) {
        return vr_fail(error, VR_BAD_DATA,
                       "%s:%u: value \"%s\" is neither a number nor a SHA-256 nor one of - lost ?",
                       path, row->line, row->text);
    }
    return VR_OK;
}

const vr_expected_row *vr_expected_find(const vr_expected *expected, const char *table,
                                        const char *row, const char *dataset, const char *metric) {
    for (size_t i = 0; i < expected->n_rows; i++) {
        const vr_expected_row *at = &expected->rows[i];
        if (!strcmp(at->table, table) && !strcmp(at->row, row) && !strcmp(at->dataset, dataset) &&
            !strcmp(at->metric, metric)) {
            return at;
        }
    }
    return NULL;
}

double vr_expected_value(const vr_expected *expected, const char *table, const char *row,
                         const char *dataset, const char *metric) {
    const vr_expected_row *at = vr_expected_find(expected, table, row, dataset, metric);
    return at ? at->value : (double)NAN;
}

static size_t count_lines(const char *bytes) {
    size_t n = 1;
    for (; *bytes; bytes++) n += *bytes == '\n';
    return n;
}

static vr_status parse(const char *path, vr_expected *out, vr_error *error) {
    unsigned line = 0;
    for (char *at = out->bytes; *at;) {
        char *next = strchr(at, '\n');
        line++;
        if (!next) {
            return vr_fail(error, VR_BAD_DATA,
                           "%s:%u: the last line has no line end; is the file cut?", path, line);
        }
        *next++ = 0;
        vr_expected_row row = {.line = line};
        char *text = at;
        at = next;
        if (*text == '#') continue;
        vr_status status = parse_line(path, text, &row, error);
        if (status) return status;
        const vr_expected_row *twin =
            vr_expected_find(out, row.table, row.row, row.dataset, row.metric);
        if (twin) {
            return vr_fail(error, VR_BAD_DATA, "%s:%u: this cell already has a value in line %u",
                           path, line, twin->line);
        }
        out->rows[out->n_rows++] = row;
    }
    return VR_OK;
}

vr_status vr_expected_read(const char *path, vr_expected *out, vr_error *error) {
    vr_expected expected = {0};
    size_t size;
    vr_status status = vr_file_read(path, &expected.bytes, &size, error);
    if (status) return status;
    if (strlen(expected.bytes) != size) {
        status = vr_fail(error, VR_BAD_DATA, "%s: a NUL byte; expected text", path);
    } else {
        expected.rows = calloc(count_lines(expected.bytes), sizeof *expected.rows);
        status = expected.rows ? parse(path, &expected, error)
                               : vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    }
    if (status)
        vr_expected_free(&expected);
    else
        *out = expected;
    return status;
}

void vr_expected_free(vr_expected *expected) {
    free(expected->rows);
    free(expected->bytes);
    *expected = (vr_expected){0};
}
