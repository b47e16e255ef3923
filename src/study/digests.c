#include "study/digests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"

const char *vr_digest_text(vr_digest_state state) {
    static const char *const text[] = {"as expected", "differs", "no record", "no expected value",
                                       "no data"};
    return text[state];
}

static vr_digest check(const vr_study *study, const vr_cell *cell, const vr_expected *expected,
                       const vr_shelf *shelf, vr_sources *sources) {
    char canonical[VR_CANONICAL];
    vr_digest item = {.table = study->table, .cell = cell, .state = VR_DIGEST_NO_RECORD};
    item.row = strcmp(study->table, "smoke") ? cell->name : cell->row;
    if (cell->not_run || cell->same_row) return item;
    const vr_source *source = vr_sources_get(sources, cell->dataset);
    if (!source || source->error.status) {
        item.state = VR_DIGEST_NO_DATA;
        return item;
    }
    vr_run_spec_canonical(&cell->spec, canonical, sizeof canonical);
    item.record = vr_shelf_find(shelf, cell->dataset, source->data.hash, canonical);
    if (!item.record) return item;
    const vr_expected_row *line =
        vr_expected_find(expected, item.table, item.row, cell->dataset, "record");
    if (!line)
        item.state = VR_DIGEST_NOT_EXPECTED;
    else
        item.state = strcmp(line->text, item.record->digest) ? VR_DIGEST_DIFFERS : VR_DIGEST_SAME;
    return item;
}

vr_status vr_digests_check(const vr_study *study, const vr_expected *expected,
                           const vr_shelf *shelf, vr_sources *sources, vr_digest **out,
                           vr_error *error) {
    vr_digest *items = calloc(study->n_cells + !study->n_cells, sizeof *items);
    if (!items) return vr_fail(error, VR_INTERNAL, "no memory");
    for (size_t i = 0; i < study->n_cells; i++) {
        items[i] = check(study, &study->cells[i], expected, shelf, sources);
    }
    *out = items;
    return VR_OK;
}

static void write_record(FILE *out, const vr_digest *item) {
    const vr_record *record = item->record;
    const char *const at[] = {item->table, item->row, item->cell->dataset};
    fprintf(out, "%s\t%s\t%s\trecord\t%s\thash\t-\n", at[0], at[1], at[2], record->digest);
    fprintf(out, "%s\t%s\t%s\trecall@20\t%.6f\t-\t-\n", at[0], at[1], at[2], 100 * record->recall);
    fprintf(out, "%s\t%s\t%s\tndcg@20\t%.6f\t-\t-\n", at[0], at[1], at[2], 100 * record->ndcg);
}

static void write_kept(FILE *out, const vr_digest *item, const vr_expected *before) {
    static const char *const metrics[] = {"record", "recall@20", "ndcg@20"};
    for (int i = 0; i < 3; i++) {
        const vr_expected_row *row =
            vr_expected_find(before, item->table, item->row, item->cell->dataset, metrics[i]);
        if (row)
            fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", row->table, row->row, row->dataset,
                    row->metric, row->text, row->flag, row->note);
    }
}

vr_status vr_digests_write(const vr_digest *items, size_t n, const vr_expected *before,
                           const char *head, const char *path, vr_error *error) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    fputs(head, out);
    for (size_t i = 0; i < n; i++) {
        if (items[i].record) write_record(out, &items[i]);
        if (items[i].state == VR_DIGEST_NO_DATA) write_kept(out, &items[i], before);
    }
    int wrong = fclose(out);
    vr_status status = wrong ? vr_fail(error, VR_INTERNAL, "%s: no memory", path)
                             : vr_file_write(path, text, size, error);
    free(text);
    return status;
}
