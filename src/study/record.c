#include "study/record.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/sha256.h"

enum { MOST_PATH = 4300 };

/* --- writing ------------------------------------------------------------------------------------- */

/* JSON has no NaN: a diverged loss is null. */
static json_t *number(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *spec_json(const char *canonical) {
    json_t *spec = json_object();
    for (const char *at = canonical; *at;) {
        size_t line = strcspn(at, "\n"), key = strcspn(at, "=");
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)key, at);
        json_object_set_new(spec, name, json_stringn(at + key + 1, line - key - 1));
        at += line + (at[line] == '\n');
    }
    return spec;
}

static json_t *epochs_json(const vr_record *record) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < record->n_epochs; i++) {
        const vr_epoch *epoch = &record->epochs[i];
        json_array_append_new(list, json_pack("{s:I, s:o, s:o, s:o, s:o}", "epoch",
                                              (json_int_t)epoch->epoch, "loss", number(epoch->loss),
                                              "recall@20", number(epoch->recall), "ndcg@20",
                                              number(epoch->ndcg), "lr", number(epoch->lr)));
    }
    return list;
}

/* The record without its digest. */
static json_t *record_json(const vr_record *record) {
    return json_pack("{s:i, s:s, s:s, s:{s:s, s:s}, s:o, s:{s:I, s:o, s:o}, s:o}", "record", 1,
                     "id", record->id, "engine", record->engine, "dataset", "name", record->dataset,
                     "hash", record->data_hash, "spec", spec_json(record->canonical), "result",
                     "best_epoch", (json_int_t)record->best_epoch, "recall@20",
                     number(record->recall), "ndcg@20", number(record->ndcg), "epochs",
                     epochs_json(record));
}

static vr_status digest_of(const json_t *json, char digest[VR_RUN_ID], vr_error *error) {
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17));
    if (!text) return vr_fail(error, VR_INTERNAL, "no memory for a run record");
    vr_sha256_of(text, strlen(text), digest);
    free(text);
    return VR_OK;
}

static vr_status write_json(const json_t *json, const char *path, vr_error *error) {
    char *text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    if (!text) return vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    vr_part parts[] = {{text, strlen(text)}, {"\n", 1}};
    vr_status status = vr_file_write_parts(path, parts, 2, error);
    free(text);
    return status;
}

vr_status vr_record_write(vr_record *record, const char *folder, vr_error *error) {
    char path[MOST_PATH];
    vr_run_id(record->engine, record->data_hash, record->canonical, record->id);
    snprintf(path, sizeof path, "%s/%s.json", folder, record->id);
    json_t *json = record_json(record);
    if (!json) return vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    vr_status status = digest_of(json, record->digest, error);
    if (!status) {
        json_object_set_new(json, "digest", json_string(record->digest));
        status = write_json(json, path, error);
    }
    json_decref(json);
    return status;
}

/* --- reading ------------------------------------------------------------------------------------- */

static vr_status load(const char *path, json_t **out, vr_error *error) {
    char *bytes;
    size_t size;
    json_error_t wrong;
    vr_status status = vr_file_read(path, &bytes, &size, error);
    if (status) return status;
    *out = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &wrong);
    free(bytes);
    if (*out) return VR_OK;
    return vr_fail(error, VR_BAD_DATA, "%s:%d:%d: %s; remove the file to run it again", path,
                   wrong.line, wrong.column, wrong.text);
}

static int copy_text(char *out, size_t size, const char *text) {
    return text && (size_t)snprintf(out, size, "%s", text) < size;
}

static double real_of(const json_t *json) {
    return json_is_null(json) ? (double)NAN : json_number_value(json);
}

static int read_spec(const json_t *spec, char *canonical, size_t size) {
    const char *key;
    json_t *value;
    size_t length = 0;
    canonical[0] = 0;
    json_object_foreach((json_t *)(size_t)spec, key, value) {
        if (!json_is_string(value)) return 0;
        int n =
            snprintf(canonical + length, size - length, "%s=%s\n", key, json_string_value(value));
        if (n < 0 || (size_t)n >= size - length) return 0;
        length += (size_t)n;
    }
    return length > 0;
}

static int read_epochs(const json_t *list, vr_record *record) {
    size_t i, n = json_array_size(list);
    json_t *item;
    record->epochs = calloc(n + !n, sizeof *record->epochs);
    if (!record->epochs || !json_is_array(list)) return 0;
    json_array_foreach(list, i, item) {
        record->epochs[i] =
            (vr_epoch){.epoch = (uint32_t)json_integer_value(json_object_get(item, "epoch")),
                       .loss = real_of(json_object_get(item, "loss")),
                       .recall = real_of(json_object_get(item, "recall@20")),
                       .ndcg = real_of(json_object_get(item, "ndcg@20")),
                       .lr = real_of(json_object_get(item, "lr"))};
    }
    record->n_epochs = (uint32_t)n;
    return 1;
}

static int read_members(const json_t *json, vr_record *record) {
    const json_t *data = json_object_get(json, "dataset"),
                 *result = json_object_get(json, "result");
    record->best_epoch = (uint32_t)json_integer_value(json_object_get(result, "best_epoch"));
    record->recall = real_of(json_object_get(result, "recall@20"));
    record->ndcg = real_of(json_object_get(result, "ndcg@20"));
    return copy_text(record->id, sizeof record->id,
                     json_string_value(json_object_get(json, "id"))) &&
           copy_text(record->engine, sizeof record->engine,
                     json_string_value(json_object_get(json, "engine"))) &&
           copy_text(record->dataset, sizeof record->dataset,
                     json_string_value(json_object_get(data, "name"))) &&
           copy_text(record->data_hash, sizeof record->data_hash,
                     json_string_value(json_object_get(data, "hash"))) &&
           read_spec(json_object_get(json, "spec"), record->canonical, sizeof record->canonical) &&
           read_epochs(json_object_get(json, "epochs"), record);
}

static vr_status check_hashes(const char *path, json_t *json, vr_record *record, vr_error *error) {
    char digest[VR_RUN_ID], id[VR_RUN_ID];
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    if (!copy_text(record->digest, sizeof record->digest,
                   json_string_value(json_object_get(json, "digest")))) {
        return vr_fail(error, VR_BAD_DATA, "%s: not a run record (no digest); remove it", path);
    }
    json_object_del(json, "digest");
    vr_status status = digest_of(json, digest, error);
    if (status) return status;
    if (strcmp(digest, record->digest) != 0) {
        return vr_fail(
            error, VR_BAD_DATA,
            "%s: the record was changed: its content has the SHA-256 %.12s..., its digest "
            "says %.12s...; remove the file to run it again",
            path, digest, record->digest);
    }
    vr_run_id(record->engine, record->data_hash, record->canonical, id);
    if (strcmp(id, record->id) != 0 || strncmp(name, id, 64) != 0 ||
        strcmp(name + 64, ".json") != 0) {
        return vr_fail(error, VR_BAD_DATA,
                       "%s: not this record's name: its spec, data and engine hash to %.12s...; "
                       "remove the file to run it again",
                       path, id);
    }
    return VR_OK;
}

vr_status vr_record_read(const char *path, vr_record *out, vr_error *error) {
    vr_record record = {0};
    json_t *json;
    vr_status status = load(path, &json, error);
    if (status) return status;
    status =
        read_members(json, &record)
            ? check_hashes(path, json, &record, error)
            : vr_fail(error, VR_BAD_DATA,
                      "%s: not a run record (a member is missing or has the wrong type); remove "
                      "the file to run it again",
                      path);
    json_decref(json);
    if (status)
        vr_record_free(&record);
    else
        *out = record;
    return status;
}

void vr_record_free(vr_record *record) {
    free(record->epochs);
    *record = (vr_record){0};
}
