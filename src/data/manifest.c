#include "data/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/config.h"
#include "base/file.h"
#include "base/text.h"

/* The manifests' text, in the program (the Makefile has this object depend on them). */
#define DATASET(id, name)                                                                          \
    __asm__(".section .rodata\n"                                                                   \
            ".global vr_manifest_" #id "\n"                                                        \
            "vr_manifest_" #id ":\n"                                                               \
            ".incbin \"datasets/" name ".cfg\"\n"                                                  \
            ".byte 0\n"                                                                            \
            ".previous\n");                                                                        \
    extern const char vr_manifest_##id[];
#include "data/datasets.def"
#undef DATASET

static const struct {
    const char *name, *text;
} compiled[] = {
#define DATASET(id, name) {name, vr_manifest_##id},
#include "data/datasets.def"
#undef DATASET
};
enum { N_COMPILED = sizeof compiled / sizeof *compiled };

/* --- names ----------------------------------------------------------------------------------------- */

static int has_name(const vr_manifest_names *names, const char *name) {
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->names[i], name) == 0) return 1;
    }
    return 0;
}

static void add_name(vr_manifest_names *names, const char *name, size_t length) {
    char copy[64];
    if (length >= sizeof copy || names->count == VR_MANIFEST_NAMES) return;
    memcpy(copy, name, length);
    copy[length] = '\0';
    if (!has_name(names, copy)) memcpy(names->names[names->count++], copy, sizeof copy);
}

static int is_manifest(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 4 && strcmp(entry->d_name + length - 4, ".cfg") == 0;
}

void vr_manifest_list(vr_manifest_names *names) {
    *names = (vr_manifest_names){0};
    for (size_t i = 0; i < N_COMPILED; i++)
        add_name(names, compiled[i].name, strlen(compiled[i].name));
    const char *folder = getenv("VERIREC_DATASETS");
    struct dirent **entries;
    int n = folder && *folder ? scandir(folder, &entries, is_manifest, alphasort) : -1;
    for (int i = 0; i < n; i++) {
        add_name(names, entries[i]->d_name, strlen(entries[i]->d_name) - 4);
        free(entries[i]);
    }
    if (n >= 0) free(entries);
}

static vr_status unknown(const char *name, vr_error *error) {
    vr_manifest_names all;
    const char *names[VR_MANIFEST_NAMES];
    char hint[512];
    vr_manifest_list(&all);
    for (size_t i = 0; i < all.count; i++) names[i] = all.names[i];
    return vr_fail(error, VR_USAGE, "unknown data set \"%s\"%s", name,
                   vr_did_you_mean(hint, sizeof hint, name, names, all.count));
}

/* --- reading --------------------------------------------------------------------------------------- */

typedef struct reader {
    const char *place, *text; /* the manifest's file, for messages, and what stands in it */
    vr_error *error;
} reader;

/* The line is that of the entry, when it is there, else that of its group. */
static vr_status wrong(reader *r, const config_setting_t *group, const char *key,
                       const char *expected) {
    const config_setting_t *entry =
        config_setting_is_group(group) ? config_setting_get_member(group, key) : NULL;
    unsigned line = config_setting_source_line(entry ? entry : group);
    return vr_fail(r->error, VR_BAD_DATA, "%s:%u: \"%s\": expected %s", r->place, line ? line : 1,
                   key, expected);
}

/* A key that nobody reads is a misspelt one. */
static vr_status check_keys(reader *r, const config_setting_t *group, const char *name,
                            const char *const *keys, size_t n_keys) {
    char hint[400];
    if (!config_setting_is_group(group)) return wrong(r, group, name, "a group");
    const config_setting_t *other = vr_config_unknown(group, keys, n_keys);
    if (!other) return VR_OK;
    return vr_fail(r->error, VR_BAD_DATA, "%s:%u: unknown key \"%s\"%s", r->place,
                   config_setting_source_line(other), config_setting_name(other),
                   vr_did_you_mean(hint, sizeof hint, config_setting_name(other), keys, n_keys));
}
#define CHECK_KEYS(r, group, name, ...)                                                            \
    check_keys(r, group, name, (const char *const[]){__VA_ARGS__},                                 \
               sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static vr_status read_text(reader *r, config_setting_t *group, const char *key, char *out,
                           size_t size) {
    const char *text;
    if (!config_setting_lookup_string(group, key, &text) || strlen(text) >= size) {
        return wrong(r, group, key, "a text that is not too long");
    }
    memcpy(out, text, strlen(text) + 1);
    return VR_OK;
}

/* Only what is written counts: libconfig wraps an integer of more than 32 bits. */
static vr_status read_count(reader *r, config_setting_t *group, const char *key, uint64_t limit,
                            uint64_t *out) {
    const config_setting_t *setting = config_setting_get_member(group, key);
    char text[64], expected[64], *end = text;
    unsigned long long value = 0;
    errno = 0;
    if (setting && config_setting_is_number(setting) &&
        vr_config_number(setting, r->text, text, sizeof text) && text[0] != '-')
        value = strtoull(text, &end, 10);
    if (end == text || *end || errno || value > limit) {
        snprintf(expected, sizeof expected, "a whole number from 0 to %llu",
                 (unsigned long long)limit);
        return wrong(r, group, key, expected);
    }
    *out = value;
    return VR_OK;
}

static vr_status read_size(reader *r, config_setting_t *group, const char *key, uint32_t *out) {
    uint64_t value;
    vr_status status = read_count(r, group, key, UINT32_MAX - 1, &value);
    if (!status) *out = (uint32_t)value;
    return status;
}

static vr_status read_number(reader *r, config_setting_t *group, const char *key, double *out) {
    const config_setting_t *setting = config_setting_get_member(group, key);
    char text[64];
    if (!setting || !config_setting_is_number(setting) ||
        !vr_config_number(setting, r->text, text, sizeof text))
        return wrong(r, group, key, "a number");
    *out = strtod(text, NULL);
    return VR_OK;
}

static vr_status read_urls(reader *r, config_setting_t *group, vr_manifest_file *file) {
    config_setting_t *urls = config_setting_get_member(group, "urls");
    int n = urls ? config_setting_length(urls) : 0;
    if (n > VR_MANIFEST_URLS) return wrong(r, urls, "urls", "at most four addresses");
    for (int i = 0; i < n; i++) {
        const char *url = config_setting_get_string_elem(urls, i);
        if (!url || strlen(url) >= sizeof file->urls[i]) return wrong(r, urls, "urls", "addresses");
        memcpy(file->urls[i], url, strlen(url) + 1);
    }
    file->n_urls = (uint32_t)n;
    return VR_OK;
}

static vr_status read_file(reader *r, config_setting_t *root, const char *key, int real,
                           vr_manifest_file *file) {
    config_setting_t *group = config_setting_get_member(root, key);
    if (!group) return wrong(r, root, key, "a group");
    vr_status status =
        real ? CHECK_KEYS(r, group, key, "path", "interactions", "bytes", "sha256", "urls")
             : CHECK_KEYS(r, group, key, "interactions", "sha256");
    if (!status) status = read_text(r, group, "sha256", file->sha256, sizeof file->sha256);
    if (!status && strspn(file->sha256, "0123456789abcdef") != 64) {
        status = wrong(r, group, "sha256", "64 hexadecimal digits");
    }
    if (!status) status = read_count(r, group, "interactions", INT64_MAX, &file->interactions);
    if (!status && real) status = read_count(r, group, "bytes", INT64_MAX, &file->bytes);
    if (!status && real) status = read_text(r, group, "path", file->path, sizeof file->path);
    if (!status && (file->path[0] == '/' || strstr(file->path, ".."))) {
        status = wrong(r, group, "path", "a path below the mirror");
    }
    if (!status && real) status = read_urls(r, group, file);
    return status;
}

static vr_status read_planted(reader *r, config_setting_t *root, vr_manifest *out) {
    config_setting_t *group = config_setting_get_member(root, "planted");
    vr_planted_spec *spec = &out->planted;
    if (!group) return wrong(r, root, "planted", "a group");
    spec->n_users = out->n_users;
    spec->n_items = out->n_items;
    vr_status status = CHECK_KEYS(r, group, "planted", "interactions", "seed", "rank", "scale",
                                  "skew", "activity", "breadth");
    if (!status) status = read_count(r, group, "interactions", INT64_MAX, &spec->interactions);
    if (!status) status = read_count(r, group, "seed", INT64_MAX, &spec->seed);
    if (!status) status = read_size(r, group, "rank", &spec->rank);
    if (!status) status = read_number(r, group, "scale", &spec->scale);
    if (!status) status = read_number(r, group, "skew", &spec->skew);
    if (!status) status = read_number(r, group, "activity", &spec->activity);
    if (!status) status = read_number(r, group, "breadth", &spec->breadth);
    return status;
}

static vr_status read_manifest(reader *r, config_setting_t *root, vr_manifest *out) {
    char kind[16];
    vr_status status = read_text(r, root, "kind", kind, sizeof kind);
    if (status) return status;
    int real = strcmp(kind, "real") == 0;
    if (!real && strcmp(kind, "planted") != 0) return wrong(r, root, "kind", "real or planted");
    out->kind = real ? VR_DATA_REAL : VR_DATA_PLANTED;
    status = real ? CHECK_KEYS(r, root, "manifest", "kind", "users", "items", "train", "test",
                               "source", "licence")
                  : CHECK_KEYS(r, root, "manifest", "kind", "users", "items", "train", "test",
                               "source", "licence", "planted");
    if (!status) status = read_size(r, root, "users", &out->n_users);
    if (!status) status = read_size(r, root, "items", &out->n_items);
    if (!status) status = read_file(r, root, "train", real, &out->train);
    if (!status) status = read_file(r, root, "test", real, &out->test);
    if (!status) status = read_text(r, root, "source", out->source, sizeof out->source);
    if (!status) status = read_text(r, root, "licence", out->licence, sizeof out->licence);
    if (!status && !real) status = read_planted(r, root, out);
    return status;
}

static vr_status parse(const char *name, const char *place, const char *text, vr_manifest *out,
                       vr_error *error) {
    config_t config;
    vr_manifest manifest = {0};
    reader r = {place, text, error};
    vr_status status;
    snprintf(manifest.name, sizeof manifest.name, "%s", name);
    config_init(&config);
    if (config_read_string(&config, text)) {
        status = read_manifest(&r, config_root_setting(&config), &manifest);
    } else {
        status = vr_fail(error, VR_BAD_DATA, "%s:%d: %s", place, config_error_line(&config),
                         config_error_text(&config));
    }
    config_destroy(&config);
    if (!status) *out = manifest;
    return status;
}

vr_status vr_manifest_find(const char *name, vr_manifest *out, vr_error *error) {
    char path[4096];
    const char *folder = getenv("VERIREC_DATASETS");
    if (strlen(name) >= sizeof out->name || strchr(name, '/')) return unknown(name, error);
    if (folder && *folder &&
        snprintf(path, sizeof path, "%s/%s.cfg", folder, name) < (int)sizeof path &&
        vr_file_exists(path)) {
        char *text;
        size_t size;
        vr_status status = vr_file_read(path, &text, &size, error);
        if (status) return status;
        status = parse(name, path, text, out, error);
        free(text);
        return status;
    }
    for (size_t i = 0; i < N_COMPILED; i++) {
        if (strcmp(compiled[i].name, name) != 0) continue;
        snprintf(path, sizeof path, "datasets/%s.cfg", name);
        return parse(name, path, compiled[i].text, out, error);
    }
    return unknown(name, error);
}
