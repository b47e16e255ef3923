#include "study/planted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/text.h"

#define SETTINGS "axis\tworld\ttrue_tau\tloss\ttau_by\tN\tM\t"
static const struct {
    const char *head;
    size_t n_columns;
} kinds[] = {
    {SETTINGS "positives\toff_percent\terror_percent\tfloor_percent", 11},
    {SETTINGS "chosen\trecall@20\tndcg@20\tgain@20\tgain_sd\tseeds", 13},
};

static int is_number(int column) {
    return column == VR_PLANTED_TRUE_TAU || column == VR_PLANTED_N || column == VR_PLANTED_M ||
           column >= VR_PLANTED_OFF;
}

static vr_status check(const char *path, unsigned line, const char *const *row, size_t n,
                       vr_planted_kind kind, vr_error *error) {
    if (n != kinds[kind].n_columns)
        return vr_fail(error, VR_BAD_DATA, "%s:%u: expected %zu columns, found %zu", path, line,
                       kinds[kind].n_columns, n);
    for (size_t i = 0; i < n; i++) {
        char *end;
        strtod(row[i], &end);
        int empty = i == VR_PLANTED_FLOOR && kind == VR_PLANTED_ESTIMATES && !*row[i];
        if (is_number((int)i) && (*end || (!*row[i] && !empty)))
            return vr_fail(error, VR_BAD_DATA,
                           "%s:%u: column %zu is no number; `make planted` writes the file anew",
                           path, line, i + 1);
    }
    return VR_OK;
}

static vr_status parse(const char *path, vr_planted_kind kind, vr_planted_table *out,
                       vr_error *error) {
    int has_head = 0;
    unsigned line = 0;
    for (char *text = out->bytes, *next; *text; text = next) {
        size_t length = strcspn(text, "\n");
        next = text + length + (text[length] == '\n');
        text[length] = 0;
        line++;
        if (*text == '#') continue;
        if (!has_head) {
            has_head = 1;
            if (strcmp(text, kinds[kind].head) == 0) continue;
            return vr_fail(error, VR_BAD_DATA, "%s:%u: expected the head \"%s\"", path, line,
                           kinds[kind].head);
        }
        const char **row = out->rows[out->n_rows];
        vr_status status =
            check(path, line, row, vr_cut_tabs(text, row, VR_PLANTED_COLUMNS), kind, error);
        if (status) return status;
        out->n_rows++;
    }
    return VR_OK;
}

vr_status vr_planted_read(const char *path, vr_planted_kind kind, vr_planted_table *out,
                          vr_error *error) {
    vr_planted_table table = {0};
    size_t size, n_lines = 1;
    if (!vr_file_exists(path)) {
        *out = table;
        return VR_OK;
    }
    vr_status status = vr_file_read(path, &table.bytes, &size, error);
    if (status) return status;
    for (const char *at = table.bytes; *at; at++) n_lines += *at == '\n';
    table.rows = calloc(n_lines, sizeof *table.rows);
    status = table.rows ? parse(path, kind, &table, error)
                        : vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    if (status)
        vr_planted_table_free(&table);
    else
        *out = table;
    return status;
}

void vr_planted_table_free(vr_planted_table *table) {
    free(table->rows);
    free(table->bytes);
    *table = (vr_planted_table){0};
}
