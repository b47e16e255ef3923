#include "study/growth.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"

static const char head[] =
    "sweep\tworld\tusers\titems\ttrain_pairs\ttest_pairs\tdim\tnegatives\tbatch\tthreads\t"
    "steps_timed\tstep_ms\ttrain_s\trank_s\tepoch_s\tpeak_mib\tmodel_mib\tmodel_over_peak";

/* Ends the field at *at and moves on to the next; NULL past the last. */
static char *next_field(char **at) {
    char *field = *at, *tab = field ? strchr(field, '\t') : NULL;
    if (tab) *tab = 0;
    *at = tab ? tab + 1 : NULL;
    return field;
}

static vr_status parse_line(const char *path, unsigned line, char *text, vr_growth_row *row,
                            vr_error *error) {
    const char *sweep = next_field(&text), *world = next_field(&text);
    for (int i = 0; i < VR_GROWTH_NUMBERS; i++) {
        char *field = next_field(&text), *end = field;
        if (field) row->at[i] = *field ? strtod(field, &end) : (double)NAN;
        if (!field || *end || row->at[i] < 0 || isinf(row->at[i]))
            return vr_fail(error, VR_BAD_DATA,
                           "%s:%u: column %d is no number; `make growth` writes the file anew",
                           path, line, i + 3);
    }
    if (text)
        return vr_fail(error, VR_BAD_DATA, "%s:%u: more than %d columns", path, line,
                       VR_GROWTH_NUMBERS + 2);
    snprintf(row->sweep, sizeof row->sweep, "%s", sweep);
    snprintf(row->world, sizeof row->world, "%s", world);
    return VR_OK;
}

static vr_status parse(const char *path, char *text, vr_growth *out, vr_error *error) {
    int has_head = 0;
    unsigned line = 0;
    for (char *next; *text; text = next) {
        size_t length = strcspn(text, "\n");
        next = text + length + (text[length] == '\n');
        text[length] = 0;
        line++;
        if (*text == '#') {
            if (!*out->machine) snprintf(out->machine, sizeof out->machine, "%s", text + 1);
        } else if (!has_head) {
            has_head = 1;
            if (strcmp(text, head) != 0)
                return vr_fail(error, VR_BAD_DATA, "%s:%u: expected the head \"%s\"", path, line,
                               head);
        } else {
            vr_status status = parse_line(path, line, text, &out->rows[out->n_rows], error);
            if (status) return status;
            out->n_rows++;
        }
    }
    return VR_OK;
}

vr_status vr_growth_read(const char *path, vr_growth *out, vr_error *error) {
    vr_growth growth = {.machine = ""};
    char *bytes;
    size_t size, n_lines = 1;
    if (!vr_file_exists(path)) {
        *out = growth;
        return VR_OK;
    }
    vr_status status = vr_file_read(path, &bytes, &size, error);
    if (status) return status;
    for (const char *at = bytes; *at; at++) n_lines += *at == '\n';
    growth.rows = calloc(n_lines, sizeof *growth.rows);
    status = growth.rows ? parse(path, bytes, &growth, error)
                         : vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    free(bytes);
    if (status)
        vr_growth_free(&growth);
    else
        *out = growth;
    return status;
}

void vr_growth_free(vr_growth *growth) {
    free(growth->rows);
    *growth = (vr_growth){.machine = ""};
}
