#include "study/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static int is_run_file(const struct dirent *entry) {
    return strspn(entry->d_name, "0123456789abcdef") == 64 && ends_with(entry->d_name, ".json");
}

const vr_provenance *vr_shelf_provenance(const vr_shelf *shelf, const char *id) {
    for (; shelf; shelf = shelf->next) {
        for (size_t i = 0; i < shelf->n_provenances; i++) {
            if (strcmp(shelf->provenances[i].id, id) == 0) return &shelf->provenances[i];
        }
    }
    return NULL;
}

int vr_shelf_path(const vr_shelf *shelf, const char *id, const char *ending, char *path,
                  size_t size) {
    for (; shelf; shelf = shelf->next)
        for (size_t i = 0; i < shelf->n_records; i++)
            if (strcmp(shelf->records[i].id, id) == 0) {
                snprintf(path, size, "%s/%s%s", shelf->folder, id, ending);
                return 1;
            }
    return 0;
}

static vr_status add_record(vr_shelf *shelf, const char *path, vr_error *error) {
    vr_record record;
    vr_status status = vr_record_read(path, &record, error);
    if (status) return status;
    vr_record *records = realloc(shelf->records, (shelf->n_records + 1) * sizeof *records);
    if (!records) {
        vr_record_free(&record);
        return vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    }
    shelf->records = records;
    records[shelf->n_records++] = record;
    return VR_OK;
}

static vr_status add_provenance(vr_shelf *shelf, const char *path, vr_error *error) {
    vr_provenance one;
    vr_status status = vr_provenance_read(path, &one, error);
    if (status) return status;
    vr_provenance *all = realloc(shelf->provenances, (shelf->n_provenances + 1) * sizeof *all);
    if (!all) {
        vr_provenance_free(&one);
        return vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    }
    shelf->provenances = all;
    all[shelf->n_provenances++] = one;
    return VR_OK;
}

static vr_status read_folder(vr_shelf *shelf, const char *folder, vr_error *error) {
    struct dirent **entries;
    int n = scandir(folder, &entries, is_run_file, alphasort);
    if (n < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return VR_OK;
        return vr_fail(error, VR_NO_INPUT, "%s: %s", folder, strerror(errno));
    }
    vr_status status = VR_OK;
    for (int i = 0; i < n; i++) {
        char path[4400];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (status)
            ;
        else if (ends_with(path, ".provenance.json"))
            status = add_provenance(shelf, path, error);
        else
            status = add_record(shelf, path, error);
        free(entries[i]);
    }
    free(entries);
    return status;
}

vr_status vr_shelf_read(const char *folder, vr_shelf *out, vr_error *error) {
    vr_shelf shelf = {.n_records = 0};
    snprintf(shelf.folder, sizeof shelf.folder, "%s", folder);
    vr_status status = read_folder(&shelf, folder, error);
    if (status)
        vr_shelf_free(&shelf);
    else
        *out = shelf;
    return status;
}

void vr_shelf_free(vr_shelf *shelf) {
    for (size_t i = 0; i < shelf->n_records; i++) vr_record_free(&shelf->records[i]);
    for (size_t i = 0; i < shelf->n_provenances; i++) vr_provenance_free(&shelf->provenances[i]);
    free(shelf->records);
    free(shelf->provenances);
    *shelf = (vr_shelf){0};
}

const vr_record *vr_shelf_find(const vr_shelf *shelf, const char *dataset, const char *data_hash,
                               const char *canonical) {
    for (; shelf; shelf = shelf->next) {
        for (size_t i = 0; i < shelf->n_records; i++) {
            const vr_record *record = &shelf->records[i];
            if (!strcmp(record->engine, VR_ENGINE_VERSION) && !strcmp(record->dataset, dataset) &&
                !strcmp(record->canonical, canonical) &&
                (!data_hash || !strcmp(record->data_hash, data_hash))) {
                return record;
            }
        }
    }
    return NULL;
}
