#include "study/smoke.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"

const char *vr_smoke_text(vr_smoke_state state) {
    static const char *const text[] = {"as expected", "differs", "no record", "no expected value"};
    return text[state];
}

static vr_smoke check(const vr_cell *cell, const vr_expected *expected, const vr_shelf *shelf,
                      vr_sources *sources) {
    char canonical[VR_CANONICAL];
    vr_smoke smoke = {.cell = cell, .state = VR_SMOKE_NO_RECORD};
    const vr_source *source = vr_sources_get(sources, cell->dataset);
    if (!source || source->error.status) return smoke;
    vr_run_spec_canonical(&cell->spec, canonical, sizeof canonical);
    smoke.record = vr_shelf_find(shelf, cell->dataset, source->data.hash, canonical);
    if (!smoke.record) return smoke;
    const vr_expected_row *line =
        vr_expected_find(expected, "smoke", cell->row, cell->dataset, "record");
    if (!line)
        smoke.state = VR_SMOKE_NOT_EXPECTED;
    else
        smoke.state = strcmp(line->text, smoke.record->digest) ? VR_SMOKE_DIFFERS : VR_SMOKE_SAME;
    return smoke;
}

vr_status vr_smoke_check(const vr_study *study, const vr_expected *expected, const vr_shelf *shelf,
                         vr_sources *sources, vr_smoke **out, vr_error *error) {
    vr_smoke *items = calloc(study->n_cells + !study->n_cells, sizeof *items);
    if (!items) return vr_fail(error, VR_INTERNAL, "no memory");
    for (size_t i = 0; i < study->n_cells; i++) {
        items[i] = check(&study->cells[i], expected, shelf, sources);
    }
    *out = items;
    return VR_OK;
}

static const char head[] =
    "# The smoke runs of bench/smoke.cfg: SHA-256 of each record's content, metrics in percent.\n"
    "# Written by `verirec reproduce --profile smoke --update-expected`; a change here means that "
    "the\n"
    "# engine computes other numbers, and then VR_ENGINE_VERSION must change too.\n"
    "# table\trow\tdataset\tmetric\tvalue\tflag\tnote\n";

vr_status vr_smoke_write(const vr_smoke *items, size_t n, const char *path, vr_error *error) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    fputs(head, out);
    for (size_t i = 0; i < n; i++) {
        const vr_record *record = items[i].record;
        const vr_cell *cell = items[i].cell;
        if (!record) continue;
        fprintf(out, "smoke\t%s\t%s\trecord\t%s\thash\t-\n", cell->row, cell->dataset,
                record->digest);
        fprintf(out, "smoke\t%s\t%s\trecall@20\t%.6f\t-\t-\n", cell->row, cell->dataset,
                100 * record->recall);
        fprintf(out, "smoke\t%s\t%s\tndcg@20\t%.6f\t-\t-\n", cell->row, cell->dataset,
                100 * record->ndcg);
    }
    int wrong = fclose(out);
    vr_status status = wrong ? vr_fail(error, VR_INTERNAL, "%s: no memory", path)
                             : vr_file_write(path, text, size, error);
    free(text);
    return status;
}
