/* The metrics of ranked lists that another program made. */
#include <stdlib.h>
#include "eval/evaluate.h"
#include "eval/metrics.h"

/* seen[item] is the last user + 1 whose list held it: a repeated id would count twice. */
static vr_status check_item(uint32_t user, uint32_t place, uint32_t item, const vr_csr *train,
                            uint32_t *seen, vr_error *error) {
    if (item == VR_NO_ITEM) {
        return vr_fail(error, VR_BAD_DATA,
                       "list of user %u, place %u: -1 ends a list, but items follow; close the gap",
                       user, place);
    }
    if (item >= train->n_columns) {
        return vr_fail(error, VR_BAD_DATA, "list of user %u, place %u: item %u, but there are %u",
                       user, place, item, train->n_columns);
    }
    if (seen[item] == user + 1) {
        return vr_fail(error, VR_BAD_DATA, "list of user %u, place %u: item %u is there already",
                       user, place, item);
    }
    if (vr_csr_has(train, user, item)) {
        return vr_fail(error, VR_BAD_DATA,
                       "list of user %u, place %u: item %u is one of the user's train items; leave "
                       "those out of the ranking",
                       user, place, item);
    }
    seen[item] = user + 1;
    return VR_OK;
}

static vr_status measure_list(uint32_t user, const uint32_t *ids, const vr_csr *train,
                              const vr_csr *test, const vr_discounts *discounts, uint32_t *seen,
                              vr_user_metrics *out, vr_error *error) {
    vr_list_gain gain = {0, 0};
    uint32_t n = discounts->k; /* places before the list's end */
    while (n && ids[n - 1] == VR_NO_ITEM) n--;
    for (uint32_t place = 0; place < n; place++) {
        vr_status status = check_item(user, place, ids[place], train, seen, error);
        if (status != VR_OK) {
            return status;
        }
        if (vr_csr_has(test, user, ids[place])) {
            gain = vr_list_hit(gain, place, discounts);
        }
    }
    *out = vr_list_metrics(gain, vr_csr_row_count(test, user), discounts);
    return VR_OK;
}

vr_status vr_evaluate_lists(const uint32_t *ids, uint32_t k, const vr_csr *train,
                            const vr_csr *test, vr_user_metrics *per_user, vr_metrics *out,
                            vr_error *error) {
    vr_discounts discounts = {0, NULL, NULL};
    vr_user_metrics *rows = malloc(((size_t)test->n_rows + 1) * sizeof *rows);
    uint32_t *seen = calloc((size_t)test->n_columns + 1, sizeof *seen);
    vr_status status = rows && seen ? vr_discounts_make(k, &discounts, error)
                                    : vr_fail(error, VR_INTERNAL, "no memory for the metrics");
    for (uint32_t user = 0; status == VR_OK && user < test->n_rows; user++) {
        status = measure_list(user, ids + (size_t)user * k, train, test, &discounts, seen,
                              &rows[user], error);
        if (per_user && status == VR_OK) {
            per_user[user] = rows[user];
        }
    }
    if (status == VR_OK) {
        status = vr_mean_metrics(rows, test, out, error);
    }
    vr_discounts_free(&discounts);
    free(seen);
    free(rows);
    return status;
}
