#include "eval/evaluate.h"

#include <stdlib.h>
#include "eval/metrics.h"
#include "eval/rank.h"

typedef struct measuring {
    const vr_csr *test;
    const vr_discounts *discounts;
    vr_user_metrics *per_user;
} measuring;

static void measure(void *context, uint32_t user, const vr_ranked_item *best, uint32_t n) {
    const measuring *m = context;
    const vr_list_gain gain = vr_list_earns(m->test, user, best, n, m->discounts);
    m->per_user[user] = vr_list_metrics(gain, vr_csr_row_count(m->test, user), m->discounts);
}

static vr_status check_test(const vr_csr *train, const vr_csr *test, vr_error *error) {
    if (train->n_rows != test->n_rows || train->n_columns != test->n_columns) {
        return vr_fail(error, VR_BAD_DATA, "train is %u users x %u items, test is %u x %u",
                       train->n_rows, train->n_columns, test->n_rows, test->n_columns);
    }
    return VR_OK;
}

/* Places beyond the last item earn nothing, so the tables need not be longer. */
static uint32_t list_length(uint32_t k, const vr_csr *test) {
    return k < test->n_columns ? k : test->n_columns;
}

/* Ranks for the users with test items; `who` has room for all of them. */
static vr_status measure_all(const vr_evaluation *e, vr_rank_kernel *kernel, uint32_t *who,
                             vr_user_metrics *per_user, vr_metrics *out, vr_error *error) {
    vr_discounts discounts = {0, NULL, NULL};
    vr_status status = vr_discounts_make(list_length(e->k, e->test), &discounts, error);
    uint32_t n_who = 0;
    for (uint32_t user = 0; user < e->test->n_rows; user++) {
        per_user[user] = vr_list_metrics((vr_list_gain){0, 0}, 0, &discounts);
        if (vr_csr_row_count(e->test, user) > 0) {
            who[n_who++] = user;
        }
    }
    measuring m = {e->test, &discounts, per_user};
    if (status == VR_OK) {
        status = vr_rank(e, who, n_who, kernel, measure, &m, error);
    }
    if (status == VR_OK) {
        status = vr_mean_metrics(per_user, e->test, out, error);
    }
    vr_discounts_free(&discounts);
    return status;
}

vr_status vr_evaluate_with(const vr_evaluation *evaluation, vr_rank_kernel *kernel,
                           vr_user_metrics *per_user, vr_metrics *out, vr_error *error) {
    vr_status status = check_test(evaluation->train, evaluation->test, error);
    if (status != VR_OK) {
        return status;
    }
    const size_t n_users = (size_t)evaluation->test->n_rows + 1;
    vr_user_metrics *own = per_user ? NULL : malloc(n_users * sizeof *own);
    uint32_t *who = malloc(n_users * sizeof *who);
    if (who && (own || per_user)) {
        status = measure_all(evaluation, kernel, who, per_user ? per_user : own, out, error);
    } else {
        status = vr_fail(error, VR_INTERNAL, "no memory for the metrics of %zu users", n_users - 1);
    }
    free(who);
    free(own);
    return status;
}

vr_status vr_evaluate(const vr_evaluation *evaluation, vr_user_metrics *per_user, vr_metrics *out,
                      vr_error *error) {
    return vr_evaluate_with(evaluation, NULL, per_user, out, error);
}

typedef struct listing {
    uint32_t *ids, k;
} listing;

static void list(void *context, uint32_t user, const vr_ranked_item *best, uint32_t n) {
    const listing *l = context;
    uint32_t *row = l->ids + (size_t)user * l->k;
    for (uint32_t place = 0; place < l->k; place++) {
        row[place] = place < n ? best[place].item : VR_NO_ITEM;
    }
}

vr_status vr_top_k(const vr_evaluation *evaluation, uint32_t *ids, vr_error *error) {
    const uint32_t n_users = evaluation->users->n_rows;
    uint32_t *who = malloc(((size_t)n_users + 1) * sizeof *who);
    if (!who) {
        return vr_fail(error, VR_INTERNAL, "no memory for %u users", n_users);
    }
    for (uint32_t user = 0; user < n_users; user++) {
        who[user] = user;
    }
    listing l = {ids, evaluation->k};
    vr_status status = vr_rank(evaluation, who, n_users, NULL, list, &l, error);
    free(who);
    return status;
}
