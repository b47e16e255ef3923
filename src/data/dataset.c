#include "data/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/sha256.h"
#include "data/gzip.h"
#include "data/manifest.h"
#include "data/obtain.h"
#include "data/parse.h"
#include "data/planted.h"

/* One hash for both splits. */
static void combine(const char *train, const char *test, char hex[VR_SHA256_HEX]) {
    vr_sha256 hash;
    vr_sha256_begin(&hash);
    vr_sha256_add(&hash, train, 64);
    vr_sha256_add(&hash, "\n", 1);
    vr_sha256_add(&hash, test, 64);
    vr_sha256_add(&hash, "\n", 1);
    vr_sha256_end(&hash, hex);
}

static vr_status parse_both(const vr_split_text *train, const vr_split_text *test, uint32_t n_items,
                            vr_dataset *out, vr_error *error) {
    vr_status status = vr_parse_train(train, n_items, &out->train, error);
    if (!status) status = vr_parse_test(test, &out->train, n_items, &out->test, error);
    if (status) return status;
    uint32_t a = out->train.n_columns, b = out->test.n_columns;
    out->n_users = out->train.n_rows;
    out->n_items = out->train.n_columns = out->test.n_columns = a > b ? a : b;
    return VR_OK;
}

static vr_status check_count(const vr_manifest *manifest, const char *what, uint64_t expected,
                             uint64_t got, vr_error *error) {
    if (expected == got) return VR_OK;
    return vr_fail(error, VR_BAD_DATA,
                   "%s: the manifest says %llu %s, the data has %llu; correct the manifest",
                   manifest->name, (unsigned long long)expected, what, (unsigned long long)got);
}

static vr_status check_counts(const vr_manifest *manifest, const vr_dataset *data,
                              vr_error *error) {
    vr_status status = check_count(manifest, "users", manifest->n_users, data->n_users, error);
    if (!status) {
        status = check_count(manifest, "train interactions", manifest->train.interactions,
                             vr_csr_count(&data->train), error);
    }
    if (!status) {
        status = check_count(manifest, "test interactions", manifest->test.interactions,
                             vr_csr_count(&data->test), error);
    }
    return status;
}

static vr_status load_real(const vr_manifest *manifest, const vr_data_options *options,
                           vr_dataset *out, vr_error *error) {
    vr_obtained train = {0}, test = {0};
    vr_status status = vr_obtain(&manifest->train, options, 0, &train, error);
    if (!status) status = vr_obtain(&manifest->test, options, 0, &test, error);
    if (!status) {
        vr_split_text a = {train.place, train.text, train.size},
                      b = {test.place, test.text, test.size};
        status = parse_both(&a, &b, manifest->n_items, out, error);
    }
    free(train.text);
    free(test.text);
    combine(manifest->train.sha256, manifest->test.sha256, out->hash);
    return status;
}

/* The hash gate of a planted world: of the text that its split would have as a file. */
static vr_status check_planted(const vr_manifest_file *file, const char *split, const vr_csr *csr,
                               vr_error *error) {
    char *text, hash[VR_SHA256_HEX];
    size_t size;
    vr_status status = vr_csr_text(csr, &text, &size, error);
    if (status) return status;
    vr_sha256_of(text, size, hash);
    free(text);
    if (strcmp(file->sha256, hash) == 0) return VR_OK;
    return vr_fail(error, VR_BAD_DATA,
                   "the generated %s split is not that of the manifest: expected SHA-256 %s, got "
                   "%s; this build "
                   "or machine computes other numbers",
                   split, file->sha256, hash);
}

static vr_status load_planted(const vr_manifest *manifest, vr_dataset *out, vr_error *error) {
    vr_status status = vr_planted_generate(&manifest->planted, out, error);
    if (!status) status = check_planted(&manifest->train, "train", &out->train, error);
    if (!status) status = check_planted(&manifest->test, "test", &out->test, error);
    combine(manifest->train.sha256, manifest->test.sha256, out->hash);
    return status;
}

vr_status vr_dataset_load(const char *name, const vr_data_options *options, vr_dataset *out,
                          vr_error *error) {
    vr_manifest manifest;
    vr_dataset data = {0};
    vr_status status = vr_manifest_find(name, &manifest, error);
    if (status) return status;
    snprintf(data.name, sizeof data.name, "%s", name);
    if (manifest.kind == VR_DATA_REAL)
        status = load_real(&manifest, options, &data, error);
    else
        status = load_planted(&manifest, &data, error);
    if (!status) status = check_counts(&manifest, &data, error);
    if (status)
        vr_dataset_free(&data);
    else
        *out = data;
    return status;
}

static vr_status read_text(const char *path, vr_split_text *out, char **text, vr_error *error) {
    size_t size;
    vr_status status = vr_file_read(path, text, &size, error);
    if (!status) status = vr_gunzip(path, text, &size, 4 * size, error);
    if (!status) *out = (vr_split_text){path, *text, size};
    return status;
}

vr_status vr_interactions_read(const char *train_path, const char *test_path, vr_dataset *out,
                               vr_error *error) {
    vr_split_text train, test;
    char *a = NULL, *b = NULL, train_hash[VR_SHA256_HEX], test_hash[VR_SHA256_HEX];
    vr_dataset data = {0};
    vr_status status = read_text(train_path, &train, &a, error);
    if (!status) status = read_text(test_path, &test, &b, error);
    if (!status) status = parse_both(&train, &test, 0, &data, error);
    if (!status) {
        vr_sha256_of(train.text, train.size, train_hash);
        vr_sha256_of(test.text, test.size, test_hash);
        combine(train_hash, test_hash, data.hash);
        snprintf(data.name, sizeof data.name, "files");
    }
    free(a);
    free(b);
    if (status)
        vr_dataset_free(&data);
    else
        *out = data;
    return status;
}

void vr_dataset_free(vr_dataset *dataset) {
    vr_csr_free(&dataset->train);
    vr_csr_free(&dataset->test);
    vr_planted_free(dataset->truth);
    *dataset = (vr_dataset){0};
}
