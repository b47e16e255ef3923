#include "solve/head.h"

#include <stdlib.h>
#include <string.h>

enum { OUT = UINT32_MAX };

typedef struct popularity {
    uint32_t count, item;
} popularity;

static int more_popular(const void *a, const void *b) {
    const popularity *x = a, *y = b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return x->item < y->item ? -1 : 1;
}

/* number[item] = its new number, or OUT. */
static int renumber(const vr_csr *train, uint32_t n, uint32_t *number, uint32_t *ids) {
    popularity *items = calloc((size_t)train->n_columns + 1, sizeof *items);
    if (!items) return 0;
    for (uint32_t i = 0; i < train->n_columns; i++) items[i].item = i;
    for (uint64_t e = 0; e < vr_csr_count(train); e++) items[train->columns[e]].count++;
    qsort(items, train->n_columns, sizeof *items, more_popular);
    for (uint32_t i = 0; i < train->n_columns; i++) number[i] = OUT;
    for (uint32_t r = 0; r < n; r++) number[items[r].item] = 0;
    free(items);
    for (uint32_t i = 0, next = 0; i < train->n_columns; i++) {
        if (number[i] == OUT) continue;
        if (ids) ids[next] = i;
        number[i] = next++;
    }
    return 1;
}

static int keep_columns(const vr_csr *in, const uint32_t *number, uint32_t n, vr_csr *out) {
    const uint64_t count = vr_csr_count(in);
    uint64_t at = 0;
    *out = (vr_csr){in->n_rows, n, calloc((size_t)in->n_rows + 1, sizeof *out->offsets),
                    malloc((count + 1) * sizeof *out->columns)};
    if (!out->offsets || !out->columns) return 0;
    for (uint32_t row = 0; row < in->n_rows; row++) {
        for (uint64_t e = in->offsets[row]; e < in->offsets[row + 1]; e++)
            if (number[in->columns[e]] != OUT) out->columns[at++] = number[in->columns[e]];
        out->offsets[row + 1] = at;
    }
    return 1;
}

vr_status vr_dataset_head(const vr_dataset *in, uint32_t n, vr_dataset *out, uint32_t *ids,
                          vr_error *error) {
    vr_dataset made = {.n_users = in->n_users, .n_items = n < in->n_items ? n : in->n_items};
    uint32_t *number = malloc(((size_t)in->n_items + 1) * sizeof *number);
    memcpy(made.name, in->name, sizeof made.name);
    memcpy(made.hash, in->hash, sizeof made.hash);
    const int ready = number && renumber(&in->train, made.n_items, number, ids) &&
                      keep_columns(&in->train, number, made.n_items, &made.train) &&
                      keep_columns(&in->test, number, made.n_items, &made.test);
    free(number);
    if (!ready) {
        vr_dataset_free(&made);
        return vr_fail(error, VR_INTERNAL, "no memory for the %u most popular items", n);
    }
    *out = made;
    return VR_OK;
}
