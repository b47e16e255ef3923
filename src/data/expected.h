/* The printed numbers: expected/\*.tsv, one value a line.

   Seven columns separated by one tab: table, row, dataset, metric, value, flag, note. Lines that begin
   with '#' are comments. A value is a number, a SHA-256, "-" (nothing printed), "lost" or "?". */
#ifndef VR_DATA_EXPECTED_H
#define VR_DATA_EXPECTED_H

#include <stddef.h>
#include "base/error.h"

typedef struct vr_expected_row {
    const char *table, *row, *dataset, *metric, *text, *flag, *note; /* in vr_expected.bytes */
    double value; /* NaN unless text is a number */
    unsigned line;
} vr_expected_row;

typedef struct vr_expected {
    char *bytes;
    vr_expected_row *rows; /* in the order of the file */
    size_t n_rows;
} vr_expected;

/* VR_NO_INPUT; VR_BAD_DATA names file:line (a wrong number of columns, a value of another kind, an
   empty field, a second line for the same cell). *out is untouched on error. */
vr_status vr_expected_read(const char *path, vr_expected *out, vr_error *error);
void vr_expected_free(vr_expected *expected);

/* NULL when there is no such line. */
const vr_expected_row *vr_expected_find(const vr_expected *expected, const char *table,
                                        const char *row, const char *dataset, const char *metric);

/* The number of such a line; NaN when there is none or it is not a number. */
double vr_expected_value(const vr_expected *expected, const char *table, const char *row,
                         const char *dataset, const char *metric);

#endif
