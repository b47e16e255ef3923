/* Winners of equal searches against each other, user by user. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "eval/hits.h"
#include "study/search.h"
#include "study/verdict.h"

/* Each user's metrics, the mean over the seeds: two arrays of the users with test items. */
typedef struct side {
    double *metric[2];
    size_t n;
} side;

static void side_free(side *s) {
    free(s->metric[0]);
    free(s->metric[1]);
}

/* A file of hits stands beside its record and must give that record's metrics. */
static vr_status read_hits(const vr_shelf *shelf, const vr_record *record, const vr_csr *test,
                           vr_user_metrics *users, vr_error *error) {
    char path[4300];
    vr_metrics mean;
    if (!vr_shelf_path(shelf, record->id, ".hits.npy", path, sizeof path))
        return vr_fail(error, VR_INTERNAL, "record %.12s... is on no shelf", record->id);
    if (!vr_file_exists(path))
        return vr_fail(error, VR_NO_INPUT,
                       "%s: missing beside its record; remove the record to run it again", path);
    vr_status status = vr_hits_read(path, VR_CUTOFF, test, users, &mean, error);
    if (status || (mean.recall == record->recall && mean.ndcg == record->ndcg)) return status;
    return vr_fail(error, VR_BAD_DATA,
                   "%s: gives Recall %.6f and NDCG %.6f, its record says %.6f and %.6f; remove "
                   "both to run it again",
                   path, mean.recall, mean.ndcg, record->recall, record->ndcg);
}

static vr_status side_of(const vr_search *search, const vr_shelf *shelf, const vr_csr *test,
                         side *out, vr_error *error) {
    size_t n = (size_t)test->n_rows + 1;
    vr_user_metrics *users = malloc(n * sizeof *users);
    *out = (side){{calloc(n, sizeof(double)), calloc(n, sizeof(double))}, 0};
    vr_status status = users && out->metric[0] && out->metric[1]
                           ? VR_OK
                           : vr_fail(error, VR_INTERNAL, "no memory for %u users", test->n_rows);
    for (size_t k = 0; k < search->n_finals && !status; k++) {
        const vr_record *record = search->trials[search->finals + k].record;
        status = read_hits(shelf, record, test, users, error);
        out->n = 0;
        for (uint32_t u = 0; u < test->n_rows && !status; u++) {
            if (!vr_csr_row_count(test, u)) continue;
            out->metric[0][out->n] += users[u].recall / (double)search->n_finals;
            out->metric[1][out->n++] += users[u].ndcg / (double)search->n_finals;
        }
    }
    free(users);
    return status;
}

/* Welch's t of the finals' metrics. */
static double seeds_p(const vr_search *a, const vr_search *b, int m) {
    double na = (double)a->n_finals, nb = (double)b->n_finals;
    double va = a->sd[m] * a->sd[m] / na, vb = b->sd[m] * b->sd[m] / nb, v = va + vb;
    if (na < 2 || nb < 2 || !(v > 0)) return (double)NAN;
    double df = v * v / (va * va / (na - 1) + vb * vb / (nb - 1));
    return 2 * vr_student_tail(fabs(b->test[m] - a->test[m]) / sqrt(v), df);
}

static vr_status fight(const vr_shelf *shelf, const vr_csr *test, vr_duel *duel, vr_error *error) {
    side base = {{NULL, NULL}, 0}, other = {{NULL, NULL}, 0};
    vr_status status = side_of(duel->base, shelf, test, &base, error);
    if (!status) status = side_of(duel->other, shelf, test, &other, error);
    for (int m = 0; m < 2 && !status; m++) {
        if (!vr_paired_test(base.n, base.metric[m], other.metric[m], VR_DUEL_MARGIN / 100, 0, 0,
                            &duel->test[m]))
            status = vr_fail(error, VR_INTERNAL, "no memory for %zu users", base.n);
        duel->p[m] = duel->test[m].p;
        duel->apart[m] = duel->test[m].p_apart;
        duel->p_seeds[m] = seeds_p(duel->base, duel->other, m);
    }
    side_free(&base);
    side_free(&other);
    return status;
}

static const vr_search *base_of(const vr_search *all, size_t n, const vr_search *other,
                                const char *row) {
    for (size_t i = 0; i < n; i++)
        if (!strcmp(all[i].cell->row, row) && !strcmp(all[i].cell->dataset, other->cell->dataset))
            return &all[i];
    return NULL;
}

/* The search against one of its rivals, where both are run. */
static vr_status add_duel(const vr_search *base, const vr_search *other, const vr_shelf *shelf,
                          vr_sources *sources, vr_duel *duels, size_t *n, vr_error *error) {
    const vr_source *source = vr_sources_get(sources, other->cell->dataset);
    if (!base || !vr_search_done(base) || !vr_search_done(other) || source->error.status)
        return VR_OK;
    vr_duel *duel = &duels[(*n)++];
    *duel = (vr_duel){.base = base, .other = other};
    return fight(shelf, &source->data.test, duel, error);
}

static double *p_of(vr_duel *duel, int test, size_t metric) {
    return test == 0 ? &duel->p[metric] : test == 1 ? &duel->apart[metric] : &duel->p_seeds[metric];
}

/* Holm over all duels and both metrics, for each of the three tests. */
static vr_status adjust(vr_duel *duels, size_t n, vr_error *error) {
    double *p = malloc((2 * n + 1) * sizeof *p);
    int ok = p != NULL;
    for (int test = 0; test < 3 && ok; test++) {
        for (size_t i = 0; i < 2 * n; i++) p[i] = *p_of(&duels[i / 2], test, i % 2);
        ok = vr_holm(2 * n, p);
        for (size_t i = 0; i < 2 * n && ok; i++) *p_of(&duels[i / 2], test, i % 2) = p[i];
    }
    free(p);
    return ok ? VR_OK : vr_fail(error, VR_INTERNAL, "no memory for %zu comparisons", n);
}

vr_status vr_duels_find(const vr_search *searches, size_t n, const vr_shelf *shelf,
                        vr_sources *sources, vr_duel **out, size_t *n_out, vr_error *error) {
    vr_duel *duels = calloc(n * VR_MOST_RIVALS + 1, sizeof *duels);
    size_t n_duels = 0;
    vr_status status = duels ? VR_OK : vr_fail(error, VR_INTERNAL, "no memory");
    for (size_t i = 0; i < n; i++) {
        const vr_search *other = &searches[i];
        for (size_t k = 0; k < other->cell->n_against && !status; k++)
            status = add_duel(base_of(searches, n, other, other->cell->against[k]), other, shelf,
                              sources, duels, &n_duels, error);
    }
    if (!status) status = adjust(duels, n_duels, error);
    if (status) {
        free(duels);
        return status;
    }
    *out = duels;
    *n_out = n_duels;
    return VR_OK;
}

const char *vr_duel_verdict(const vr_duel *duel, int metric) {
    int differs = duel->p[metric] <= .05, equal = duel->apart[metric] <= .05,
        up = duel->test[metric].difference > 0;
    if (differs && equal) return up ? "higher, within the margin" : "lower, within the margin";
    if (differs) return up ? "higher" : "lower";
    return equal ? "equal within the margin" : "undecided";
}
