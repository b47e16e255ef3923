/* Where, when and how fast a run was made. Nothing here may flow into a record. */
#include <jansson.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/file.h"
#include "study/record.h"

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

static void cpu_name(char *out, size_t size) {
    char line[256];
    snprintf(out, size, "unknown");
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon) continue;
        snprintf(out, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    if (file) fclose(file);
}

vr_provenance vr_provenance_here(const char *id, const char *name, const char *program) {
    vr_provenance here = {.threads = omp_get_max_threads()};
    time_t now = time(NULL);
    struct tm utc;
    snprintf(here.id, sizeof here.id, "%s", id);
    snprintf(here.name, sizeof here.name, "%s", name);
    snprintf(here.program, sizeof here.program, "%s", program);
    snprintf(here.compiler, sizeof here.compiler, "%s", COMPILER);
    cpu_name(here.cpu, sizeof here.cpu);
    strftime(here.date, sizeof here.date, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    return here;
}

vr_status vr_provenance_add(vr_provenance *provenance, const vr_pace *pace, vr_error *error) {
    uint32_t keep = 0; /* a resumed run does again what came after its checkpoint */
    while (keep < provenance->n_epochs && provenance->epochs[keep].epoch < pace->epoch) keep++;
    vr_pace *epochs = realloc(provenance->epochs, (keep + 1) * sizeof *epochs);
    if (!epochs) return vr_fail(error, VR_INTERNAL, "no memory for a provenance file");
    epochs[keep] = *pace;
    provenance->epochs = epochs;
    provenance->n_epochs = keep + 1;
    return VR_OK;
}

static json_t *to_json(const vr_provenance *provenance) {
    double wall = 0;
    json_t *epochs = json_array();
    for (uint32_t i = 0; i < provenance->n_epochs; i++) {
        const vr_pace *pace = &provenance->epochs[i];
        wall += pace->train_seconds + pace->eval_seconds;
        json_t *item =
            json_pack("{s:I, s:f, s:f}", "epoch", (json_int_t)pace->epoch, "train_seconds",
                      pace->train_seconds, "eval_seconds", pace->eval_seconds);
        if (pace->core_seconds > 0)
            json_object_set_new(item, "core_seconds", json_real(pace->core_seconds));
        if (pace->threads && pace->threads != provenance->threads)
            json_object_set_new(item, "threads", json_integer(pace->threads));
        json_array_append_new(epochs, item);
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:f, s:f, s:o}", "run", provenance->id,
                     "name", provenance->name, "program", provenance->program, "compiler",
                     provenance->compiler, "cpu", provenance->cpu, "threads", provenance->threads,
                     "date", provenance->date, "scores_per_epoch", provenance->scores,
                     "wall_seconds", wall, "epochs", epochs);
}

vr_status vr_provenance_write(const vr_provenance *provenance, const char *folder,
                              vr_error *error) {
    char path[4300];
    snprintf(path, sizeof path, "%s/%s.provenance.json", folder, provenance->id);
    json_t *json = to_json(provenance);
    char *text = json ? json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(json);
    if (!text) return vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    vr_part parts[] = {{text, strlen(text)}, {"\n", 1}};
    vr_status status = vr_file_write_parts(path, parts, 2, error);
    free(text);
    return status;
}

static void copy_member(const json_t *json, const char *key, char *out, size_t size) {
    const char *text = json_string_value(json_object_get(json, key));
    snprintf(out, size, "%s", text ? text : "unknown");
}

static vr_status from_json(const json_t *json, vr_provenance *out, vr_error *error) {
    size_t i;
    json_t *item;
    vr_status status = VR_OK;
    copy_member(json, "run", out->id, sizeof out->id);
    copy_member(json, "name", out->name, sizeof out->name);
    copy_member(json, "program", out->program, sizeof out->program);
    copy_member(json, "compiler", out->compiler, sizeof out->compiler);
    copy_member(json, "cpu", out->cpu, sizeof out->cpu);
    copy_member(json, "date", out->date, sizeof out->date);
    out->scores = json_number_value(json_object_get(json, "scores_per_epoch"));
    out->threads = (int)json_integer_value(json_object_get(json, "threads"));
    json_array_foreach(json_object_get(json, "epochs"), i, item) {
        vr_pace pace = {(uint32_t)json_integer_value(json_object_get(item, "epoch")),
                        json_number_value(json_object_get(item, "train_seconds")),
                        json_number_value(json_object_get(item, "eval_seconds")),
                        json_number_value(json_object_get(item, "core_seconds")),
                        (int)json_integer_value(json_object_get(item, "threads"))};
        if (!status) status = vr_provenance_add(out, &pace, error);
    }
    return status;
}

vr_status vr_provenance_read(const char *path, vr_provenance *out, vr_error *error) {
    char *bytes;
    size_t size;
    json_error_t wrong;
    vr_status status = vr_file_read(path, &bytes, &size, error);
    if (status) return status;
    json_t *json = json_loadb(bytes, size, 0, &wrong);
    free(bytes);
    if (!json) {
        return vr_fail(error, VR_BAD_DATA, "%s:%d: %s; remove the file", path, wrong.line,
                       wrong.text);
    }
    vr_provenance read = {0};
    status = from_json(json, &read, error);
    json_decref(json);
    if (status)
        vr_provenance_free(&read);
    else
        *out = read;
    return status;
}

void vr_provenance_free(vr_provenance *provenance) {
    free(provenance->epochs);
    *provenance = (vr_provenance){0};
}
