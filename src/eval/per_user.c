#include "eval/per_user.h"

#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/text.h"

enum { N_COLUMNS = 5 };
static const char header[] = "user\thits\trecall\tndcg\ttest_items";

static int fraction(const char *text, double *out) {
    char *end;
    *out = strtod(text, &end);
    return end != text && !*end && *out >= 0 && *out <= 1;
}

/* A whole number below 2^32 - 1. */
static int count(const char *text, uint32_t *out) {
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    *out = (uint32_t)value;
    return *text >= '0' && *text <= '9' && !*end && value < UINT32_MAX;
}

static vr_status read_line(const char *path, size_t number, char *line, vr_per_user *out,
                           vr_error *error) {
    const char *fields[N_COLUMNS];
    size_t n = vr_cut_tabs(line, fields, N_COLUMNS), at = out->n;
    if (n != N_COLUMNS)
        return vr_fail(error, VR_BAD_DATA,
                       "%s:%zu: expected %d columns separated by a tab, got %zu", path, number,
                       N_COLUMNS, n);
    if (!count(fields[0], &out->users[at]))
        return vr_fail(error, VR_BAD_DATA, "%s:%zu: expected a user's number, got \"%s\"", path,
                       number, fields[0]);
    if (at && out->users[at] <= out->users[at - 1])
        return vr_fail(error, VR_BAD_DATA, "%s:%zu: user %u after %u; expected ascending users",
                       path, number, out->users[at], out->users[at - 1]);
    for (int column = 2; column < 4; column++)
        if (!fraction(fields[column], column == 2 ? &out->recall[at] : &out->ndcg[at]))
            return vr_fail(error, VR_BAD_DATA, "%s:%zu: expected %s from 0 to 1, got \"%s\"", path,
                           number, column == 2 ? "a recall" : "an ndcg", fields[column]);
    if (!count(fields[4], &out->test_items[at]) || !out->test_items[at])
        return vr_fail(error, VR_BAD_DATA,
                       "%s:%zu: expected a number of test items from 1, got \"%s\"", path, number,
                       fields[4]);
    out->n++;
    return VR_OK;
}

static vr_status read_lines(const char *path, char *bytes, size_t size, vr_per_user *out,
                            vr_error *error) {
    if (strlen(bytes) < size)
        return vr_fail(error, VR_BAD_DATA, "%s: byte %zu is NUL; expected text", path,
                       strlen(bytes));
    char *save = NULL, *line = strtok_r(bytes, "\n", &save);
    vr_status status = VR_OK;
    if (!line || strcmp(line, header) != 0)
        return vr_fail(error, VR_BAD_DATA,
                       "%s:1: expected the header of `verirec evaluate --per-user`, \"%s\"", path,
                       header);
    for (size_t number = 2; !status && (line = strtok_r(NULL, "\n", &save)); number++)
        status = read_line(path, number, line, out, error);
    if (!status && out->n < 2)
        return vr_fail(error, VR_BAD_DATA, "%s: expected at least two users, got %zu", path,
                       out->n);
    return status;
}

vr_status vr_per_user_read(const char *path, vr_per_user *out, vr_error *error) {
    char *bytes;
    size_t size, most = 1;
    vr_status status = vr_file_read(path, &bytes, &size, error);
    if (status) return status;
    for (size_t i = 0; i < size; i++) most += bytes[i] == '\n';
    vr_per_user read = {0, malloc(most * sizeof *read.users),
                        malloc(most * sizeof *read.test_items), malloc(most * sizeof *read.recall),
                        malloc(most * sizeof *read.ndcg)};
    status = read.users && read.test_items && read.recall && read.ndcg
                 ? read_lines(path, bytes, size, &read, error)
                 : vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    free(bytes);
    if (status)
        vr_per_user_free(&read);
    else
        *out = read;
    return status;
}

void vr_per_user_free(vr_per_user *rows) {
    free(rows->users);
    free(rows->test_items);
    free(rows->recall);
    free(rows->ndcg);
    *rows = (vr_per_user){0};
}
