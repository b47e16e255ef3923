/* A table as text: lines of columns with tabs between. A head line names the columns; lines that begin with '#' are
   comments. */
#ifndef VR_BASE_TSV_H
#define VR_BASE_TSV_H

#include <stddef.h>
#include "base/error.h"

typedef struct vr_tsv {
    const char **fields;  /* n_rows x n_columns, row by row; the texts are in `bytes` */
    const unsigned *line; /* of each row in the file */
    size_t n_rows, n_columns;
    const char *comment; /* the first, without its '#'; "" when there is none */
    char *bytes;
} vr_tsv;

/* head: what the head line must be; maker: the command that writes such a file, for the messages. A missing file is a table
   without rows. VR_BAD_DATA names file:line: another head, another number of columns. *out is untouched on error. */
vr_status vr_tsv_read(const char *path, const char *head, const char *maker, vr_tsv *out,
                      vr_error *error);
void vr_tsv_free(vr_tsv *table);

static inline const char *const *vr_tsv_row(const vr_tsv *table, size_t row) {
    return table->fields + row * table->n_columns;
}

/* *value: the field as a number, NaN where it is empty. VR_BAD_DATA names file:line and column. */
vr_status vr_tsv_number(const vr_tsv *table, const char *path, size_t row, size_t column,
                        double *value, vr_error *error);

#endif
