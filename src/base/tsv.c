#include "base/tsv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/text.h"

static size_t count(const char *text, char what) {
    size_t n = 0;
    for (; *text; text++) n += *text == what;
    return n;
}

static vr_status parse(const char *path, const char *head, const char *maker, unsigned *lines,
                       vr_tsv *out, vr_error *error) {
    int has_head = 0;
    unsigned line = 0;
    for (char *text = out->bytes, *next; *text; text = next) {
        size_t length = strcspn(text, "\n");
        next = text + length + (text[length] == '\n');
        text[length] = 0;
        line++;
        if (*text == '#') {
            if (!*out->comment) out->comment = text + 1;
            continue;
        }
        if (!has_head) {
            has_head = 1;
            if (strcmp(text, head) == 0) continue;
            return vr_fail(error, VR_BAD_DATA, "%s:%u: expected the head \"%s\"; %s writes it anew",
                           path, line, head, maker);
        }
        const char **row = out->fields + out->n_rows * out->n_columns;
        size_t n = vr_cut_tabs(text, row, out->n_columns);
        if (n != out->n_columns)
            return vr_fail(error, VR_BAD_DATA,
                           "%s:%u: expected %zu columns, found %zu; %s writes it anew", path, line,
                           out->n_columns, n, maker);
        lines[out->n_rows++] = line;
    }
    return VR_OK;
}

vr_status vr_tsv_read(const char *path, const char *head, const char *maker, vr_tsv *out,
                      vr_error *error) {
    vr_tsv table = {.comment = "", .n_columns = count(head, '\t') + 1};
    size_t size;
    if (!vr_file_exists(path)) {
        *out = table;
        return VR_OK;
    }
    vr_status status = vr_file_read(path, &table.bytes, &size, error);
    if (status) return status;
    size_t n_lines = count(table.bytes, '\n') + 1;
    unsigned *lines = calloc(n_lines, sizeof *lines);
    table.line = lines;
    table.fields = calloc(n_lines * table.n_columns, sizeof *table.fields);
    status = lines && table.fields ? parse(path, head, maker, lines, &table, error)
                                   : vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    if (status)
        vr_tsv_free(&table);
    else
        *out = table;
    return status;
}

void vr_tsv_free(vr_tsv *table) {
    free(table->fields);
    free((void *)table->line);
    free(table->bytes);
    *table = (vr_tsv){.comment = ""};
}

vr_status vr_tsv_number(const vr_tsv *table, const char *path, size_t row, size_t column,
                        double *value, vr_error *error) {
    const char *text = vr_tsv_row(table, row)[column];
    char *end;
    double got = strtod(text, &end);
    if (*end || isinf(got))
        return vr_fail(error, VR_BAD_DATA, "%s:%u: column %zu, \"%s\", is no number", path,
                       table->line[row], column + 1, text);
    *value = *text ? got : (double)NAN;
    return VR_OK;
}
