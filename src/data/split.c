#include "data/split.h"

#include <stdlib.h>
#include <string.h>
#include "num/draws.h"

static int make_rows(const vr_csr *like, vr_csr *out) {
    uint64_t count = vr_csr_count(like);
    *out = (vr_csr){like->n_rows, like->n_columns,
                    calloc((size_t)like->n_rows + 1, sizeof *out->offsets),
                    malloc((count ? count : 1) * sizeof *out->columns)};
    return out->offsets && out->columns;
}

static uint32_t held_of(uint32_t n, double share) {
    return (uint32_t)(share * n);
}

/* Marks which of the user's n items are held out: the first of a permutation. */
static void mark(uint32_t n, uint32_t held, const vr_draw_key *key, uint32_t *order,
                 char *is_held) {
    vr_draw_permutation(key, order, n);
    memset(is_held, 0, n);
    for (uint32_t i = 0; i < held; i++) is_held[order[i]] = 1;
}

vr_status vr_dataset_holdout(const vr_dataset *in, double share, uint64_t seed, vr_dataset *out,
                             vr_error *error) {
    const vr_csr *train = &in->train;
    vr_dataset made = {.n_users = in->n_users, .n_items = in->n_items};
    memcpy(made.name, in->name, sizeof made.name);
    memcpy(made.hash, in->hash, sizeof made.hash);
    uint32_t *order = malloc(((size_t)in->n_items + 1) * sizeof *order);
    char *is_held = malloc((size_t)in->n_items + 1);
    int ready = make_rows(train, &made.train) & make_rows(train, &made.test);
    for (uint32_t user = 0; ready && order && is_held && user < train->n_rows; user++) {
        uint32_t n = vr_csr_row_count(train, user);
        const uint32_t *items = train->columns + train->offsets[user];
        uint64_t kept = made.train.offsets[user], held = made.test.offsets[user];
        mark(n, held_of(n, share), &(vr_draw_key){seed, VR_STREAM_SPLIT, user}, order, is_held);
        for (uint32_t i = 0; i < n; i++)
            if (is_held[i])
                made.test.columns[held++] = items[i];
            else
                made.train.columns[kept++] = items[i];
        made.train.offsets[user + 1] = kept;
        made.test.offsets[user + 1] = held;
    }
    vr_status status = ready && order && is_held
                           ? VR_OK
                           : vr_fail(error, VR_INTERNAL, "no memory for a split of %llu pairs",
                                     (unsigned long long)vr_csr_count(train));
    free(order);
    free(is_held);
    if (status)
        vr_dataset_free(&made);
    else
        *out = made;
    return status;
}
