#include "study/modes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Mean over the epochs; NaN when the time of one was not measured. */
static double mean_epoch(const vr_provenance *pace) {
    double sum = 0;
    for (uint32_t i = 0; i < pace->n_epochs; i++)
        sum += pace->epochs[i].core_seconds > 0 ? pace->epochs[i].core_seconds : (double)NAN;
    return sum / pace->n_epochs;
}

static uint32_t first_epoch_at(const vr_record *record, double percent) {
    for (uint32_t i = 0; i < record->n_epochs; i++)
        if (100 * record->epochs[i].recall >= percent) return record->epochs[i].epoch;
    return 0;
}

static vr_mode mode_of(const vr_cell *cell, const vr_shelf *shelf, vr_sources *sources) {
    vr_mode mode = {.cell = cell,
                    .epoch_seconds = (double)NAN,
                    .target = (double)NAN,
                    .seconds_to = (double)NAN};
    char canonical[VR_CANONICAL];
    const vr_source *source = vr_sources_get(sources, cell->dataset);
    const char *hash = source && !source->error.status ? source->data.hash : NULL;
    vr_run_spec_canonical(&cell->spec, canonical, sizeof canonical);
    mode.record = vr_shelf_find(shelf, cell->dataset, hash, canonical);
    if (mode.record) mode.pace = vr_shelf_provenance(shelf, mode.record->id);
    if (mode.pace) mode.epoch_seconds = mean_epoch(mode.pace);
    return mode;
}

int vr_mode_leads(const vr_mode *modes, size_t index) {
    return !index || strcmp(modes[index].cell->row, modes[index - 1].cell->row) != 0;
}

vr_status vr_modes_find(const vr_study *study, const vr_shelf *shelf, vr_sources *sources,
                        vr_mode **out, vr_error *error) {
    vr_mode *modes = calloc(study->n_cells + !study->n_cells, sizeof *modes);
    if (!modes) return vr_fail(error, VR_INTERNAL, "no memory");
    double target = (double)NAN;
    for (size_t i = 0; i < study->n_cells; i++) {
        modes[i] = mode_of(&study->cells[i], shelf, sources);
        const vr_record *record = modes[i].record;
        if (vr_mode_leads(modes, i))
            target = record ? VR_MODE_TARGET * 100 * record->recall : (double)NAN;
        modes[i].target = target;
        if (!record || isnan(target)) continue;
        modes[i].epochs_to = first_epoch_at(record, target);
        if (modes[i].epochs_to) modes[i].seconds_to = modes[i].epochs_to * modes[i].epoch_seconds;
    }
    *out = modes;
    return VR_OK;
}
