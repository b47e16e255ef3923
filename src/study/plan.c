#include "study/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "data/manifest.h"

static int is_missing(vr_status status) {
    return status == VR_NO_INPUT || status == VR_NETWORK;
}

/* Users, items and the number of train pairs. */
static int outline_of(const char *name, vr_dataset *out) {
    vr_manifest m;
    vr_error error;
    if (vr_manifest_find(name, &m, &error)) return 0;
    *out = (vr_dataset){.n_users = m.n_users, .n_items = m.n_items};
    out->train = (vr_csr){.n_rows = m.n_users, .n_columns = m.n_items};
    out->train.offsets = calloc((size_t)m.n_users + 1, sizeof *out->train.offsets);
    if (!out->train.offsets) return 0;
    out->train.offsets[m.n_users] = m.train.interactions;
    return 1;
}

static int has_counts(const vr_source *source) {
    return !source->error.status || source->outline;
}

const vr_source *vr_sources_get(vr_sources *sources, const char *name) {
    for (size_t i = 0; i < sources->count; i++) {
        if (strcmp(sources->items[i].name, name) == 0) return &sources->items[i];
    }
    if (sources->count == VR_MOST_SOURCES) return NULL;
    vr_source *source = &sources->items[sources->count++];
    *source = (vr_source){.error.status = VR_OK};
    snprintf(source->name, sizeof source->name, "%s", name);
    vr_error error = {.status = VR_OK};
    vr_status status = vr_dataset_load(name, &sources->options, &source->data, &error);
    source->error = error;
    source->error.status = status;
    source->outline = sources->outlines && is_missing(status) && outline_of(name, &source->data);
    return source;
}

void vr_sources_free(vr_sources *sources) {
    for (size_t i = 0; i < sources->count; i++) {
        if (has_counts(&sources->items[i])) vr_dataset_free(&sources->items[i].data);
    }
    sources->count = 0;
}

vr_status vr_plan_add(vr_plan *plan, const char *name, const char *dataset, const vr_run_spec *spec,
                      vr_error *error) {
    vr_run run = {.spec = *spec, .state = VR_RUN_TO_DO, .first = plan->n_runs};
    if (vr_run_spec_canonical(spec, run.canonical, sizeof run.canonical) >= sizeof run.canonical) {
        return vr_fail(error, VR_INTERNAL, "run %s: its canonical spec is too long", name);
    }
    for (size_t i = 0; i < plan->n_runs; i++) {
        if (!strcmp(plan->runs[i].dataset, dataset) &&
            !strcmp(plan->runs[i].canonical, run.canonical)) {
            return VR_OK;
        }
    }
    snprintf(run.name, sizeof run.name, "%s", name);
    snprintf(run.dataset, sizeof run.dataset, "%s", dataset);
    vr_run *runs = realloc(plan->runs, (plan->n_runs + 1) * sizeof *runs);
    if (!runs) return vr_fail(error, VR_INTERNAL, "no memory for the plan");
    plan->runs = runs;
    runs[plan->n_runs++] = run;
    return VR_OK;
}

static vr_status settle(vr_run *run, vr_sources *sources, const vr_shelf *shelf, vr_error *error) {
    const vr_source *source = vr_sources_get(sources, run->dataset);
    if (!source) return vr_fail(error, VR_INTERNAL, "more than %d data sets", VR_MOST_SOURCES);
    if (source->error.status && !is_missing(source->error.status)) {
        return vr_fail(error, source->error.status, "run %s: %s", run->name, source->error.text);
    }
    const char *data_hash = NULL;
    if (source->error.status) {
        snprintf(run->why, sizeof run->why, "%s", source->error.text);
    } else {
        data_hash = source->data.hash;
        vr_run_id(VR_ENGINE_VERSION, data_hash, run->canonical, run->id);
    }
    if (has_counts(source)) {
        run->data = &source->data;
        run->scores = vr_run_scores(&run->spec, &source->data);
    } else {
        run->state = VR_RUN_CANNOT;
    }
    const vr_record *record = vr_shelf_find(shelf, run->dataset, data_hash, run->canonical);
    if (record) {
        run->state = VR_RUN_DONE;
        snprintf(run->id, sizeof run->id, "%s", record->id);
    }
    return VR_OK;
}

static double size_of(const vr_run *run) {
    return run->data ? (double)vr_csr_count(&run->data->train) : 1e300;
}

static int by_size(const void *left, const void *right) {
    const vr_run *a = left, *b = right;
    double x = size_of(a), y = size_of(b);
    if (x != y) return x < y ? -1 : 1;
    return a->first < b->first ? -1 : a->first > b->first;
}

vr_status vr_plan_settle(vr_plan *plan, vr_sources *sources, const vr_shelf *shelf,
                         vr_error *error) {
    for (size_t i = 0; i < plan->n_runs; i++) {
        vr_status status = settle(&plan->runs[i], sources, shelf, error);
        if (status) return status;
    }
    if (plan->n_runs) qsort(plan->runs, plan->n_runs, sizeof *plan->runs, by_size);
    return VR_OK;
}

void vr_plan_free(vr_plan *plan) {
    free(plan->runs);
    *plan = (vr_plan){0};
}

double vr_measured_rate(const vr_shelf *shelf, int threads) {
    vr_provenance here = vr_provenance_here("", "", "");
    double scores = 0, seconds = 0;
    for (const vr_shelf *at = shelf; at; at = at->next) {
        for (size_t i = 0; i < at->n_provenances; i++) {
            const vr_provenance *one = &at->provenances[i];
            if (strcmp(one->cpu, here.cpu) != 0 || one->scores < 2e7 ||
                vr_shelf_provenance(shelf, one->id) != one) {
                continue;
            }
            for (uint32_t k = 0; k < one->n_epochs; k++) {
                int of_epoch = one->epochs[k].threads;
                if ((of_epoch ? of_epoch : one->threads) != threads) continue;
                scores += one->scores;
                seconds += one->epochs[k].train_seconds + one->epochs[k].eval_seconds;
            }
        }
    }
    return seconds > 0 ? scores / seconds : 0;
}

double vr_run_seconds(const vr_run *run, double rate) {
    return run->scores * vr_run_epochs(&run->spec) / rate;
}
