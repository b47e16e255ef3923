#include "eval/hits.h"

#include <stdlib.h>
#include "base/npy.h"
#include "eval/measures.h"
#include "eval/metrics.h"
#include "eval/rank.h"

typedef struct marking {
    const vr_csr *test;
    int32_t *hits;
} marking;

static void mark(void *context, uint32_t user, const vr_ranked_item *best, uint32_t n) {
    const marking *m = context;
    m->hits[user] = (int32_t)vr_mark(m->test, user, best, n);
}

/* Ranks the users with test items: the others have no hits. */
static vr_status mark_all(const vr_evaluation *e, uint32_t *who, int32_t *hits, vr_error *error) {
    uint32_t n_who = 0;
    for (uint32_t user = 0; user < e->test->n_rows; user++)
        if (vr_csr_row_count(e->test, user) > 0) who[n_who++] = user;
    marking m = {e->test, hits};
    return vr_rank(e, who, n_who, NULL, mark, &m, error);
}

vr_status vr_hits_write(const vr_evaluation *evaluation, const char *path, vr_error *error) {
    size_t n = evaluation->test->n_rows;
    if (evaluation->k > VR_HITS_MOST)
        return vr_fail(error, VR_INTERNAL, "%s: %u places, but there is room for %d", path,
                       evaluation->k, VR_HITS_MOST);
    uint32_t *who = malloc((n + 1) * sizeof *who);
    int32_t *hits = calloc(n + 1, sizeof *hits);
    vr_status status = who && hits
                           ? mark_all(evaluation, who, hits, error)
                           : vr_fail(error, VR_INTERNAL, "no memory for the hits of %zu users", n);
    vr_npy array = {.type = VR_NPY_I4, .n_dims = 1, .shape = {n}, .values = hits};
    if (!status) status = vr_npy_write(path, &array, error);
    free(who);
    free(hits);
    return status;
}

static vr_status measure(const char *path, const vr_npy *array, const vr_discounts *discounts,
                         const vr_csr *test, vr_user_metrics *per_user, vr_error *error) {
    const int32_t *hits = array->values;
    for (uint32_t user = 0; user < test->n_rows; user++) {
        uint32_t n_test = vr_csr_row_count(test, user);
        vr_list_gain gain = vr_marked_gain((uint32_t)hits[user], discounts);
        if (gain.hits > n_test)
            return vr_fail(error, VR_BAD_DATA,
                           "%s: user %u has %u hits, but the test split has %u items of that user",
                           path, user, gain.hits, n_test);
        per_user[user] = vr_list_metrics(gain, n_test, discounts);
    }
    return VR_OK;
}

vr_status vr_hits_read(const char *path, uint32_t k, const vr_csr *test, vr_user_metrics *per_user,
                       vr_metrics *out, vr_error *error) {
    vr_npy array;
    vr_discounts discounts = {0, NULL, NULL};
    vr_status status = vr_npy_read(path, &array, error);
    if (status) return status;
    if (array.type != VR_NPY_I4 || array.n_dims != 1 || array.shape[0] != test->n_rows)
        status = vr_fail(error, VR_BAD_DATA,
                         "%s: expected i4, one number for each of the %u users; remove the file "
                         "and its record to run it again",
                         path, test->n_rows);
    if (!status) status = vr_discounts_make(k, &discounts, error);
    if (!status) status = measure(path, &array, &discounts, test, per_user, error);
    if (!status) status = vr_mean_metrics(per_user, test, out, error);
    vr_discounts_free(&discounts);
    vr_npy_free(&array);
    return status;
}
