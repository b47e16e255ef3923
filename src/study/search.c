#include "study/search.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/setting.h"
#include "num/sobol.h"
#include "study/verdict.h"

/* --- settings of a candidate ----------------------------------------------------------------------- */

/* Where in its range a share puts a value, with two digits: settings that one can write down. */
static double value_at(const vr_range *range, double share) {
    char text[32];
    double value = range->scale == VR_SCALE_LINEAR
                       ? range->least + share * (range->most - range->least)
                       : range->least * pow(range->most / range->least, share);
    if (range->scale == VR_SCALE_WHOLE) return fmin(fmax(round(value), range->least), range->most);
    snprintf(text, sizeof text, "%.2g", value);
    return fmin(fmax(strtod(text, NULL), range->least), range->most);
}

static double number_in(const vr_range *range, const char *value) {
    return strtod(value + strlen(range->prefix), NULL);
}

/* The value that a spec gives to the key of a range. */
static double value_of(const vr_run_spec *spec, const vr_range *range) {
    char text[64] = "";
    for (size_t i = 0; i < vr_n_spec_keys; i++)
        if (strcmp(vr_spec_keys[i].name, range->key) == 0)
            vr_spec_value(&spec->train, &vr_spec_keys[i], text, sizeof text);
    return number_in(range, text);
}

static double share_of(const vr_range *range, double value) {
    double share = range->scale == VR_SCALE_LINEAR
                       ? (value - range->least) / (range->most - range->least)
                       : log(value / range->least) / log(range->most / range->least);
    return range->most > range->least ? fmin(fmax(share, 0), 1) : 0;
}

static vr_status set(vr_run_spec *spec, const char *key, const char *prefix, double value,
                     vr_error *error) {
    char text[96], number[64];
    vr_setting_text(value, number, sizeof number);
    snprintf(text, sizeof text, "%s%s", prefix, number);
    return vr_run_spec_set(spec, key, text, "search", error);
}

/* Candidate i from 0: the declared settings, then Sobol's points. */
static vr_status candidate(const vr_cell *cell, uint32_t i, vr_run_spec *out, vr_error *error) {
    *out = cell->spec;
    vr_status status = VR_OK;
    for (size_t d = 0; i && d < cell->n_space && !status; d++) {
        const vr_range *range = &cell->space[d];
        status =
            set(out, range->key, range->prefix, value_at(range, vr_sobol(i, (uint32_t)d)), error);
    }
    return status;
}

/* Point i from 1 (not the centre itself, Sobol's first) of a box around the given settings, a quarter of the ranges wide. */
static vr_status neighbour(const vr_cell *cell, const vr_run_spec *centre, uint32_t i,
                           vr_run_spec *out, vr_error *error) {
    *out = *centre;
    vr_status status = VR_OK;
    for (size_t d = 0; d < cell->n_space && !status; d++) {
        const vr_range *range = &cell->space[d];
        double share =
            share_of(range, value_of(centre, range)) + .25 * (vr_sobol(i + 1, (uint32_t)d) - .5);
        status =
            set(out, range->key, range->prefix, value_at(range, fmin(fmax(share, 0), 1)), error);
    }
    return status;
}

/* --- stages ---------------------------------------------------------------------------------------- */

typedef struct seeker {
    const vr_shelf *shelf;
    const char *hash; /* of the data; NULL: not at hand */
    const vr_plan *failed;
    vr_search *search;
    vr_error *error;
} seeker;

static int has_failed(const seeker *at, const char *canonical) {
    for (size_t i = 0; at->failed && i < at->failed->n_runs; i++) {
        const vr_run *run = &at->failed->runs[i];
        if (run->state == VR_RUN_FAILED && !strcmp(run->canonical, canonical) &&
            !strcmp(run->dataset, at->search->cell->dataset))
            return 1;
    }
    return 0;
}

__attribute__((format(printf, 3, 4))) static vr_status add(const seeker *at, vr_run_spec spec,
                                                           const char *format, ...) {
    vr_search *s = at->search;
    char canonical[VR_CANONICAL], about[64];
    va_list values;
    vr_status status = vr_run_spec_check(&spec, s->cell->name, at->error);
    if (status) return status;
    vr_trial *more = realloc(s->trials, (s->n_trials + 1) * sizeof *more);
    if (!more) return vr_fail(at->error, VR_INTERNAL, "no memory");
    s->trials = more;
    vr_trial *trial = &more[s->n_trials++];
    *trial = (vr_trial){.spec = spec};
    va_start(values, format);
    vsnprintf(about, sizeof about, format, values);
    va_end(values);
    snprintf(trial->name, sizeof trial->name, "%s, %s", s->cell->name, about);
    vr_run_spec_canonical(&spec, canonical, sizeof canonical);
    trial->record = vr_shelf_find(at->shelf, s->cell->dataset, at->hash, canonical);
    trial->failed = !trial->record && has_failed(at, canonical);
    s->n_missing += !trial->record && !trial->failed;
    return VR_OK;
}

static double recall_of(const vr_trial *trial) {
    return trial->record ? trial->record->recall : -1;
}

/* The places from..end of the trials, the best validation first; ties keep their order. */
static void rank(const vr_search *s, size_t from, size_t n, size_t *order) {
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        for (; at && recall_of(&s->trials[order[at - 1]]) < recall_of(&s->trials[from + i]); at--)
            order[at] = order[at - 1];
        order[at] = from + i;
    }
}

static vr_status first_rung(const seeker *at) {
    const vr_search *s = at->search;
    vr_status status = VR_OK;
    for (uint32_t i = 0; i < s->plan->candidates && !status; i++) {
        vr_run_spec spec;
        status = candidate(s->cell, i, &spec, at->error);
        spec.train.epochs = s->plan->epochs[0];
        if (!status) status = add(at, spec, "candidate %u", i);
    }
    return status;
}

/* Rung r > 0 keeps `kept` settings of the one before, halved down to that over the rungs. */
static uint32_t kept_at(const vr_search_plan *plan, uint32_t r) {
    double share = (double)r / (plan->n_rungs - 1);
    return (uint32_t)ceil(plan->candidates * pow((double)plan->kept / plan->candidates, share) -
                          1e-9);
}

static vr_status later_rung(const seeker *at, uint32_t r, size_t from, size_t *order) {
    const vr_search *s = at->search;
    size_t n = s->n_trials - from, kept = kept_at(s->plan, r);
    vr_status status = VR_OK;
    rank(s, from, n, order);
    for (size_t i = 0; i < kept && i < n && !status; i++) {
        vr_run_spec spec = s->trials[order[i]].spec;
        spec.train.epochs = s->plan->epochs[r];
        status = add(at, spec, "rung %u, place %zu", r + 1, i + 1);
    }
    return status;
}

static vr_status near_best(const seeker *at, size_t from, size_t *order) {
    const vr_search *s = at->search;
    vr_status status = VR_OK;
    rank(s, from, s->n_trials - from, order);
    vr_run_spec centre = s->trials[order[0]].spec, spec;
    for (uint32_t i = 1; i <= s->plan->near && !status; i++) {
        status = neighbour(s->cell, &centre, i, &spec, at->error);
        if (!status) status = add(at, spec, "near the best, %u", i);
    }
    return status;
}

/* The winner on all train data, once a seed, for as many epochs as validation was best at; and the settings of the last rung,
   measured on test in every epoch. */
static vr_status refit(const seeker *at, size_t from, size_t *order) {
    vr_search *s = at->search;
    size_t n = s->n_trials - from, n_curves = s->plan->kept < n ? s->plan->kept : n;
    vr_status status = VR_OK;
    rank(s, from, n, order);
    s->winner = order[0];
    if (!s->trials[s->winner].record) return VR_OK; /* all of them failed */
    s->epoch = s->trials[s->winner].record->best_epoch;
    s->finals = s->n_trials;
    for (uint32_t k = 0; k < s->plan->seeds && !status; k++) {
        vr_run_spec spec = s->trials[s->winner].spec;
        spec.train.holdout = 0;
        spec.train.result = VR_RESULT_LAST;
        spec.train.epochs = s->epoch;
        spec.train.seed += k;
        status = add(at, spec, "refitted, seed %llu", (unsigned long long)spec.train.seed);
    }
    s->n_finals = s->n_trials - s->finals;
    s->curves = s->n_trials;
    for (size_t i = 0; i < n_curves && !status; i++) {
        vr_run_spec spec = s->trials[order[i]].spec;
        spec.train.holdout = 0;
        status = add(at, spec, "on test, place %zu", i + 1);
    }
    s->n_curves = s->n_trials - s->curves;
    return status;
}

static vr_status stages(const seeker *at, size_t *order) {
    vr_search *s = at->search;
    size_t from = 0;
    vr_status status = first_rung(at);
    for (uint32_t r = 1; r < s->plan->n_rungs && !status && !s->n_missing; r++) {
        size_t next = s->n_trials;
        status = later_rung(at, r, from, order);
        from = next;
    }
    if (!status && !s->n_missing) status = near_best(at, from, order);
    if (!status && !s->n_missing) status = refit(at, from, order);
    return status;
}

/* --- what came out --------------------------------------------------------------------------------- */

static double percent(const vr_epoch *epoch, int metric) {
    return 100 * (metric ? epoch->ndcg : epoch->recall);
}

static double metric_of(const vr_record *record, int metric) {
    return 100 * (metric ? record->ndcg : record->recall);
}

static void sum_up(vr_search *s) {
    double values[16], best = -1;
    if (!s->epoch) return;
    for (int m = 0; m < 2; m++) s->validation[m] = metric_of(s->trials[s->winner].record, m);
    for (size_t i = 0; i < s->n_finals + s->n_curves; i++)
        if (!s->trials[s->finals + i].record) return;
    for (int m = 0; m < 2; m++) {
        for (size_t i = 0; i < s->n_finals; i++)
            values[i] = metric_of(s->trials[s->finals + i].record, m);
        s->test[m] = vr_average(values, s->n_finals);
        s->sd[m] = vr_deviation(values, s->n_finals);
        s->first[m] = values[0];
        s->by_epoch[m] = metric_of(s->trials[s->curves].record, m);
    }
    for (size_t i = 0; i < s->n_curves; i++) {
        const vr_record *record = s->trials[s->curves + i].record;
        if (record->recall <= best) continue;
        best = record->recall;
        for (int m = 0; m < 2; m++)
            s->by_test[m] = percent(&record->epochs[record->best_epoch - 1], m);
    }
}

vr_status vr_searches_find(const vr_study *study, const vr_shelf *shelf, vr_sources *sources,
                           const vr_plan *failed, vr_search **out, vr_error *error) {
    size_t n = study->n_cells;
    vr_search *all = calloc(n + !n, sizeof *all);
    size_t *order = calloc(study->search.candidates + study->search.near + 1, sizeof *order);
    vr_status status = all && order ? VR_OK : vr_fail(error, VR_INTERNAL, "no memory");
    for (size_t i = 0; i < n && !status; i++) {
        vr_search *s = &all[i];
        const vr_source *source = vr_sources_get(sources, study->cells[i].dataset);
        const char *hash = source && !source->error.status ? source->data.hash : NULL;
        *s = (vr_search){.cell = &study->cells[i], .plan = &study->search};
        for (int m = 0; m < 2; m++)
            s->validation[m] = s->first[m] = s->test[m] = s->sd[m] = s->by_epoch[m] =
                s->by_test[m] = (double)NAN;
        seeker at = {shelf, hash, failed, s, error};
        status = stages(&at, order);
        if (!status) sum_up(s);
    }
    free(order);
    if (status)
        vr_searches_free(all, all ? n : 0);
    else
        *out = all;
    return status;
}

void vr_searches_free(vr_search *searches, size_t n) {
    for (size_t i = 0; i < n; i++) free(searches[i].trials);
    free(searches);
}

int vr_search_done(const vr_search *search) {
    return !isnan(search->test[0]);
}
