/* Compressed sparse rows: transpose, text, release. */
#include <stdlib.h>
#include "data/dataset.h"
#include "data/transpose.h"

vr_status vr_csr_transpose(const vr_csr *in, vr_csr *out, vr_error *error) {
    uint64_t count = vr_csr_count(in);
    vr_csr t = {.n_rows = in->n_columns, .n_columns = in->n_rows};
    t.offsets = calloc((size_t)t.n_rows + 2, sizeof *t.offsets);
    t.columns = malloc((count ? count : 1) * sizeof *t.columns);
    if (!t.offsets || !t.columns) {
        vr_csr_free(&t);
        return vr_fail(error, VR_INTERNAL, "no memory to transpose %llu interactions",
                       (unsigned long long)count);
    }
    /* counts go into offsets[c + 2], so that offsets[c + 1] can serve as the write position of row c */
    vr_count_ids(in->columns, count, t.n_rows, t.offsets);
    vr_add_counts(in->columns, count, t.n_rows, t.offsets);
    vr_place_rows(in->offsets, in->n_rows, in->columns, count, t.n_rows, t.offsets, t.columns);
    *out = t;
    return VR_OK;
}

void vr_csr_free(vr_csr *csr) {
    free(csr->offsets);
    free(csr->columns);
    *csr = (vr_csr){0};
}

static char *put_id(char *at, uint32_t id) {
    char digits[10];
    int n = 0;
    do digits[n++] = (char)('0' + id % 10);
    while (id /= 10);
    while (n > 0) *at++ = digits[--n];
    return at;
}

vr_status vr_csr_text(const vr_csr *csr, char **text, size_t *size, vr_error *error) {
    enum { LONGEST = 11 }; /* ten digits and a space or line end */
    char *start = malloc((vr_csr_count(csr) + csr->n_rows) * LONGEST + 1), *at = start;
    if (!start) return vr_fail(error, VR_INTERNAL, "no memory for the text of a split");
    for (uint32_t row = 0; row < csr->n_rows; row++) {
        at = put_id(at, row);
        for (uint64_t i = csr->offsets[row]; i < csr->offsets[row + 1]; i++) {
            *at++ = ' ';
            at = put_id(at, csr->columns[i]);
        }
        *at++ = '\n';
    }
    *at = '\0';
    *text = start;
    *size = (size_t)(at - start);
    return VR_OK;
}
