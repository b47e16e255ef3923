#include "study/join.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const vr_metric_names[VR_N_METRICS] = {"recall@20", "ndcg@20"};

enum { MOST_JOINED = 512 };

/* --- relative improvement -------------------------------------------------------------------------- */

static const struct {
    const char *row, *value, *base;
} improvement_rows[] = {
    {"CCL RI%", "CCL debiased", "CCL biased"},
    {"MSE RI%", "MSE debiased", "MSE biased"},
    {"InfoNCE RI%", "InfoNCE debiased", "InfoNCE biased"},
    {"MINE RI%", "MINE", "InfoNCE biased"},
    {"MINE+ RI%", "MINE+", "InfoNCE biased"},
};
enum { N_IMPROVEMENT_ROWS = sizeof improvement_rows / sizeof *improvement_rows };

static const char *const datasets[] = {"yelp2018", "gowalla", "amazon-book"};
enum { N_DATASETS = sizeof datasets / sizeof *datasets };

/* The value of a cell of Table 2, from whatever source: printed or ours. */
typedef double cell_value(const void *source, const char *row, const char *dataset, int metric);

static double printed_value(const void *source, const char *row, const char *dataset, int metric) {
    return vr_expected_value(source, "2", row, dataset, vr_metric_names[metric]);
}

static double our_value(const void *source, const char *row, const char *dataset, int metric) {
    const vr_joined *cell = vr_join_find(source, "2", row, dataset);
    return cell ? cell->metrics[metric].ours : (double)NAN;
}

/* The average is over unrounded values, which is what the printed averages are. */
static double improvement(cell_value *value, const void *source, const vr_expected_row *line) {
    size_t i = 0, n = 0;
    double all[N_DATASETS * VR_N_METRICS];
    while (i < N_IMPROVEMENT_ROWS && strcmp(improvement_rows[i].row, line->row) != 0) i++;
    if (i == N_IMPROVEMENT_ROWS) return (double)NAN;
    for (size_t d = 0; d < N_DATASETS; d++) {
        for (int m = 0; m < VR_N_METRICS; m++) {
            double ri = vr_improvement(value(source, improvement_rows[i].value, datasets[d], m),
                                       value(source, improvement_rows[i].base, datasets[d], m));
            if (!strcmp(datasets[d], line->dataset) && !strcmp(vr_metric_names[m], line->metric)) {
                return ri;
            }
            all[n++] = ri;
        }
    }
    return strcmp(line->metric, "average") == 0 ? vr_average(all, n) : (double)NAN;
}

double vr_printed_improvement(const vr_expected *table2, const vr_expected_row *line) {
    return improvement(printed_value, table2, line);
}

/* --- records of a cell ----------------------------------------------------------------------------- */

typedef struct builder {
    const vr_join_input *input;
    vr_join *join;
    vr_error *error;
} builder;

static const vr_record *record_of(const builder *at, const vr_run_spec *spec, const char *dataset) {
    char canonical[VR_CANONICAL];
    const vr_source *source = vr_sources_get(at->input->sources, dataset);
    const char *hash = source && !source->error.status ? source->data.hash : NULL;
    if (vr_run_spec_canonical(spec, canonical, sizeof canonical) >= sizeof canonical) return NULL;
    return vr_shelf_find(at->input->shelf, dataset, hash, canonical);
}

static void take_values(const builder *at, vr_joined *joined) {
    double values[VR_N_METRICS][VR_MOST_SEEDS];
    vr_run_spec spec = joined->cell->spec;
    for (size_t i = 0; i < VR_MOST_SEEDS; i++, ++*vr_run_seed(&spec)) {
        const vr_record *record = record_of(at, &spec, joined->dataset);
        if (!record) continue;
        if (!joined->record) joined->record = record;
        joined->seeds[joined->n_seeds] = record;
        values[VR_RECALL][joined->n_seeds] = 100 * record->recall;
        values[VR_NDCG][joined->n_seeds++] = 100 * record->ndcg;
    }
    for (int m = 0; m < VR_N_METRICS && joined->n_seeds; m++) {
        joined->metrics[m].ours = vr_average(values[m], joined->n_seeds);
        joined->metrics[m].sd = vr_deviation(values[m], joined->n_seeds);
    }
    vr_run_spec quick;
    if (joined->study->n_quick && !vr_study_quick(joined->study, joined->cell, &quick, NULL)) {
        joined->quick = record_of(at, &quick, joined->dataset);
    }
}

static const vr_run *failed_run(const vr_plan *plan, const vr_joined *joined) {
    char canonical[VR_CANONICAL];
    vr_run_spec_canonical(&joined->cell->spec, canonical, sizeof canonical);
    for (size_t i = 0; plan && i < plan->n_runs; i++) {
        const vr_run *run = &plan->runs[i];
        if (run->state == VR_RUN_FAILED && !strcmp(run->canonical, canonical) &&
            !strcmp(run->dataset, joined->dataset)) {
            return run;
        }
    }
    return NULL;
}

/* The verdict of a cell without a record, and the reason. */
static vr_verdict without_record(const builder *at, vr_joined *joined) {
    const vr_source *source = vr_sources_get(at->input->sources, joined->dataset);
    const vr_run *failed = failed_run(at->input->plan, joined);
    if (failed) {
        snprintf(joined->why, sizeof joined->why, "%s", failed->why);
        return VR_CANNOT_RUN;
    }
    if (source && source->error.status) {
        snprintf(joined->why, sizeof joined->why, "%s", source->error.text);
        joined->no_data = 1;
        return VR_CANNOT_RUN;
    }
    if (joined->quick) {
        snprintf(joined->why, sizeof joined->why,
                 "not in full; after the %u epochs of profile quick: %.2f / %.2f",
                 joined->quick->n_epochs, 100 * joined->quick->recall, 100 * joined->quick->ndcg);
    } else {
        snprintf(joined->why, sizeof joined->why, "no run record yet");
    }
    return VR_NOT_RUN;
}

/* A run whose schedule had not ended when its number of epochs did. */
static void note_cut_off(vr_joined *joined) {
    const vr_record *record = joined->record;
    const vr_setting *most = vr_cell_setting(joined->cell, "epochs"),
                     *schedule = vr_cell_setting(joined->cell, "schedule");
    if (!record || joined->cell->solver || !most || !schedule) return;
    if (strcmp(schedule->value, "fixed") == 0 || record->n_epochs < strtoul(most->value, NULL, 10))
        return;
    snprintf(joined->why, sizeof joined->why, "cut off after %u epochs, at lr %.3g",
             record->n_epochs, record->epochs[record->n_epochs - 1].lr);
}

static void judge(const builder *at, vr_joined *joined) {
    vr_verdict missing = VR_NOT_RUN;
    take_values(at, joined);
    if (!joined->record) missing = without_record(at, joined);
    note_cut_off(joined);
    for (int m = 0; m < VR_N_METRICS; m++) {
        vr_comparison *metric = &joined->metrics[m];
        double within = joined->cell->within[m];
        metric->band = fmax(within > 0 ? within : vr_band(joined->dataset), 2 * metric->sd);
        metric->verdict = joined->record ? vr_judge(metric->printed->value, metric->ours,
                                                    metric->band, metric->sd)
                                         : missing;
    }
}

/* --- cells ----------------------------------------------------------------------------------------- */

static vr_status add(const builder *at, const vr_joined *joined) {
    vr_join *join = at->join;
    if (join->n_cells == MOST_JOINED) return vr_fail(at->error, VR_INTERNAL, "too many cells");
    join->cells[join->n_cells++] = *joined;
    for (int m = 0; m < VR_N_METRICS; m++) {
        join->counts[joined->metrics[m].verdict] +=
            strcmp(joined->table, "2") == 0 || strcmp(joined->table, "3") == 0;
    }
    return VR_OK;
}

static int applies(const vr_cell *cell, const char *row, const char *dataset) {
    return !strcmp(cell->row, row) &&
           (!strcmp(cell->dataset, dataset) || !strcmp(cell->dataset, "all"));
}

/* The cell that same_as names, in another study. */
static vr_status follow(const builder *at, const vr_study *study, const vr_cell *cell,
                        vr_joined *joined) {
    joined->study = study, joined->cell = cell;
    if (!cell->same_row) return VR_OK;
    joined->cell = NULL;
    for (size_t s = 0; s < at->input->n; s++) {
        const vr_study *other = &at->input->studies[s];
        for (size_t i = 0; !strcmp(other->table, cell->same_table) && i < other->n_cells; i++) {
            if (!applies(&other->cells[i], cell->same_row, joined->dataset)) continue;
            joined->study = other, joined->cell = &other->cells[i];
            joined->reading = joined->cell->reading;
            return VR_OK;
        }
    }
    return vr_fail(at->error, VR_USAGE, "%s:%u: same_as: table %s has no row \"%s\" for %s",
                   study->path, cell->line, cell->same_table, cell->same_row, joined->dataset);
}

static void not_trained(vr_joined *joined, vr_verdict verdict, const char *why) {
    snprintf(joined->why, sizeof joined->why, "%s", why);
    for (int m = 0; m < VR_N_METRICS; m++) joined->metrics[m].verdict = verdict;
}

static vr_status join_cell(const builder *at, const vr_study *study, const vr_cell *cell,
                           vr_joined joined) {
    joined.reading = cell->reading;
    vr_status status = follow(at, study, cell, &joined);
    if (status) return status;
    if (joined.cell->not_run)
        not_trained(&joined, VR_NOT_RUN, joined.cell->not_run);
    else
        judge(at, &joined);
    return add(at, &joined);
}

/* One printed (row, data set), whose first metric stands in this line: all its readings. */
static vr_status join_printed(const builder *at, size_t s, const vr_expected_row *line) {
    const vr_study *study = &at->input->studies[s];
    const vr_expected *expected = &at->input->expected[s];
    vr_joined joined = {.table = line->table, .row = line->row, .dataset = line->dataset};
    int found = 0;
    for (int m = 0; m < VR_N_METRICS; m++) {
        joined.metrics[m].ours = (double)NAN;
        joined.metrics[m].printed =
            vr_expected_find(expected, line->table, line->row, line->dataset, vr_metric_names[m]);
        if (!joined.metrics[m].printed) {
            return vr_fail(at->error, VR_BAD_DATA, "%s, line %u: no %s beside it", study->expected,
                           line->line, vr_metric_names[m]);
        }
    }
    for (size_t i = 0; i < study->n_cells; i++) {
        if (!applies(&study->cells[i], line->row, line->dataset)) continue;
        vr_status status = join_cell(at, study, &study->cells[i], joined);
        if (status) return status;
        found = 1;
    }
    if (found || !strcmp(line->flag, "logged")) return VR_OK;
    if (strcmp(line->flag, "starred") != 0) {
        return vr_fail(at->error, VR_USAGE, "%s: no row \"%s\" for %s, which the paper prints",
                       study->path, line->row, line->dataset);
    }
    joined.reading = "as printed";
    not_trained(&joined, VR_COPIED, line->note);
    return add(at, &joined);
}

static vr_status join_study(const builder *at, size_t s) {
    const vr_expected *expected = &at->input->expected[s];
    for (size_t i = 0; i < expected->n_rows; i++) {
        const vr_expected_row *line = &expected->rows[i];
        if (strcmp(line->table, at->input->studies[s].table) != 0 ||
            strcmp(line->metric, vr_metric_names[VR_RECALL]) != 0 ||
            !strcmp(line->flag, "improvement")) {
            continue;
        }
        vr_status status = join_printed(at, s, line);
        if (status) return status;
    }
    return VR_OK;
}

static void join_improvements(const builder *at, size_t s) {
    const vr_expected *expected = &at->input->expected[s];
    for (size_t i = 0; i < expected->n_rows; i++) {
        const vr_expected_row *line = &expected->rows[i];
        if (strcmp(line->table, "2") != 0 || strcmp(line->flag, "improvement") != 0) continue;
        if (at->join->n_improvements == MOST_JOINED) return;
        at->join->improvements[at->join->n_improvements++] = (vr_improvement_row){
            line, vr_printed_improvement(expected, line), improvement(our_value, at->join, line)};
    }
}

vr_status vr_join_build(const vr_join_input *input, vr_join *out, vr_error *error) {
    vr_join join = {.cells = calloc(MOST_JOINED, sizeof *join.cells),
                    .improvements = calloc(MOST_JOINED, sizeof *join.improvements)};
    builder at = {input, &join, error};
    vr_status status = VR_OK;
    if (!join.cells || !join.improvements) status = vr_fail(error, VR_INTERNAL, "no memory");
    for (size_t s = 0; s < input->n && !status; s++) status = join_study(&at, s);
    for (size_t s = 0; s < input->n && !status; s++) join_improvements(&at, s);
    if (status)
        vr_join_free(&join);
    else
        *out = join;
    return status;
}

void vr_join_free(vr_join *join) {
    free(join->cells);
    free(join->improvements);
    *join = (vr_join){0};
}

const vr_joined *vr_join_find(const vr_join *join, const char *table, const char *row,
                              const char *dataset) {
    for (size_t i = 0; i < join->n_cells; i++) {
        const vr_joined *cell = &join->cells[i];
        if (!strcmp(cell->table, table) && !strcmp(cell->row, row) &&
            !strcmp(cell->dataset, dataset)) {
            return cell;
        }
    }
    return NULL;
}
