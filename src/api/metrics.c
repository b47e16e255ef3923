/* Recall and NDCG of another program's factors or lists. */
#include <stdlib.h>
#include "api/answer.h"
#include "data/row.h"
#include "eval/evaluate.h"

static vr_status check_row(const char *name, const verirec_interactions *given, uint32_t user,
                           uint32_t n_items, vr_error *error) {
    for (uint64_t i = given->offsets[user]; i < given->offsets[user + 1]; i++) {
        if (given->items[i] >= n_items)
            return vr_fail(error, VR_BAD_DATA, "%s: user %u: item %u, but there are %u items", name,
                           user, given->items[i], n_items);
        if (i > given->offsets[user] && given->items[i] <= given->items[i - 1])
            return vr_fail(error, VR_BAD_DATA,
                           "%s: user %u: item %u after %u; expected strictly ascending items", name,
                           user, given->items[i], given->items[i - 1]);
    }
    return VR_OK;
}

static vr_status check_rows(const char *name, const verirec_interactions *given,
                            const verirec_split *split, vr_error *error) {
    const uint64_t *offsets = given->offsets;
    if (!offsets || offsets[0] != 0)
        return vr_fail(error, VR_BAD_DATA, "%s: offsets: expected %u numbers from 0 on", name,
                       split->n_users + 1);
    for (uint32_t user = 0; user < split->n_users; user++)
        if (offsets[user + 1] < offsets[user])
            return vr_fail(error, VR_BAD_DATA, "%s: offsets[%u]: expected at least %llu, got %llu",
                           name, user + 1, (unsigned long long)offsets[user],
                           (unsigned long long)offsets[user + 1]);
    if (offsets[split->n_users] && !given->items)
        return vr_fail(error, VR_BAD_DATA, "%s: items: expected an array, got NULL", name);
    vr_status status = VR_OK;
    for (uint32_t user = 0; user < split->n_users && !status; user++)
        status = check_row(name, given, user, split->n_items, error);
    return status;
}

/* The library reads its matrices only; its type has no const. */
static vr_csr borrow(const verirec_interactions *given, const verirec_split *split) {
    return (vr_csr){split->n_users, split->n_items, (uint64_t *)(uintptr_t)given->offsets,
                    (uint32_t *)(uintptr_t)given->items};
}

/* A test item that is a train item too could never be hit. */
static vr_status check_apart(const verirec_split *split, vr_error *error) {
    vr_csr train = borrow(&split->train, split), test = borrow(&split->test, split);
    for (uint32_t user = 0; user < split->n_users; user++) {
        const uint32_t *row = test.columns + test.offsets[user], n = vr_csr_row_count(&test, user);
        size_t i = n ? vr_row_shared(row, n, &train, user) : 0;
        if (i < n)
            return vr_fail(error, VR_BAD_DATA, "test: user %u: item %u is in train too", user,
                           row[i]);
    }
    return VR_OK;
}

static vr_matrix borrow_rows(uint32_t n_rows, uint32_t dim, const float *values) {
    return (vr_matrix){n_rows, dim, (float *)(uintptr_t)values};
}

static vr_status check(const verirec_split *split, uint32_t k, vr_error *error) {
    if (k < 1) return vr_fail(error, VR_BAD_DATA, "k: expected at least 1, got 0");
    if (split->n_users < 1 || split->n_items < 1 || split->n_users == UINT32_MAX)
        return vr_fail(error, VR_BAD_DATA, "expected at least one user and one item, got %u and %u",
                       split->n_users, split->n_items);
    vr_status status = check_rows("train", &split->train, split, error);
    if (!status) status = check_rows("test", &split->test, split, error);
    return status ? status : check_apart(split, error);
}

/* Hands the rows out where the caller wants them. */
static void hand_out(const vr_user_metrics *rows, const vr_metrics *means, uint32_t n_users,
                     verirec_metrics *out) {
    out->mean_recall = means->recall;
    out->mean_ndcg = means->ndcg;
    out->n_users = means->n_users;
    for (uint32_t user = 0; user < n_users; user++) {
        if (out->recall) out->recall[user] = rows[user].recall;
        if (out->ndcg) out->ndcg[user] = rows[user].ndcg;
    }
}

typedef struct ranking { /* by factors, or by lists */
    uint32_t dim, k;
    int cosine;
    const float *users, *items;
    const uint32_t *lists;
} ranking;

static vr_status measure(const verirec_split *split, const ranking *by, vr_user_metrics *rows,
                         vr_metrics *means, vr_error *error) {
    vr_csr train = borrow(&split->train, split), test = borrow(&split->test, split);
    if (by->lists) return vr_evaluate_lists(by->lists, by->k, &train, &test, rows, means, error);
    if (by->dim < 1 || !by->users || !by->items)
        return vr_fail(error, VR_BAD_DATA, "%s",
                       by->dim < 1 ? "dim: expected at least 1, got 0" : "users, items: got NULL");
    vr_matrix users = borrow_rows(split->n_users, by->dim, by->users);
    vr_matrix items = borrow_rows(split->n_items, by->dim, by->items);
    vr_evaluation evaluation = {&users, &items, by->cosine ? VR_COSINE : VR_DOT,
                                &train, &test,  by->k};
    return vr_evaluate(&evaluation, rows, means, error);
}

static int answer(const verirec_split *split, const ranking *by, verirec_metrics *out,
                  char *message) {
    vr_error error = {.status = VR_OK};
    vr_metrics means;
    vr_status status = check(split, by->k, &error);
    vr_user_metrics *rows = status ? NULL : malloc(split->n_users * sizeof *rows);
    if (!status && !rows)
        status = vr_fail(&error, VR_INTERNAL, "no memory for %u users", split->n_users);
    if (!status) status = measure(split, by, rows, &means, &error);
    if (!status) hand_out(rows, &means, split->n_users, out);
    free(rows);
    error.status = status;
    return vr_answer(&error, message);
}

int verirec_evaluate(const verirec_split *split, uint32_t dim, const float *users,
                     const float *items, int cosine, uint32_t k, verirec_metrics *out,
                     char *message) {
    return answer(split, &(ranking){dim, k, cosine, users, items, NULL}, out, message);
}

int verirec_evaluate_lists(const verirec_split *split, const uint32_t *lists, uint32_t k,
                           verirec_metrics *out, char *message) {
    if (lists) return answer(split, &(ranking){.k = k, .lists = lists}, out, message);
    vr_error error;
    vr_fail(&error, VR_BAD_DATA, "lists: expected n_users x k item ids, got NULL");
    return vr_answer(&error, message);
}
