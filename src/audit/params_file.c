#include "audit/params_file.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "loss/params.h"

static json_t *parse(const char *path, vr_error *error) {
    char *bytes;
    size_t size;
    json_error_t at;
    if (vr_file_read(path, &bytes, &size, error)) return NULL;
    json_t *root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &at);
    free(bytes);
    if (!root)
        vr_fail(error, VR_BAD_DATA, "%s:%d:%d: not valid JSON: %s", path, at.line, at.column,
                at.text);
    else if (!json_is_object(root))
        vr_fail(error, VR_BAD_DATA,
                "%s: expected an object of the loss's parameters, as in {\"t\": 0.1}; {} when it "
                "has none",
                path);
    else
        return root;
    json_decref(root);
    return NULL;
}

static vr_status read_one(const char *path, const vr_loss *loss, const char *name,
                          const json_t *value, vr_loss_params *params, unsigned *given,
                          vr_error *error) {
    const vr_loss_key *key;
    vr_status status = vr_loss_key_find(loss, name, path, &key, error);
    if (status) return status;
    if (!json_is_number(value))
        return vr_fail(error, VR_BAD_DATA, "%s: %s: expected %s, got %s", path, name, key->range,
                       json_is_string(value) ? "a string" : "something else");
    *given |= key->bit;
    return vr_loss_param_set(params, key, json_number_value(value), path, error);
}

vr_status vr_params_file_read(const char *folder, const vr_loss *loss, vr_loss_params *params,
                              vr_error *error) {
    char path[4096];
    const char *name;
    json_t *value;
    unsigned given = 0;
    if (snprintf(path, sizeof path, "%s/params.json", folder) >= (int)sizeof path)
        return vr_fail(error, VR_USAGE, "--case: the path is longer than 4096 bytes");
    json_t *root = parse(path, error);
    if (!root) return error->status;
    vr_status status = VR_OK;
    json_object_foreach(root, name, value) {
        status = read_one(path, loss, name, value, params, &given, error);
        if (status) break;
    }
    json_decref(root);
    return status ? status : vr_loss_params_given(loss, given, path, error);
}

vr_status vr_params_file_write(const char *folder, const vr_loss *loss,
                               const vr_loss_params *params, vr_error *error) {
    char path[4096];
    json_t *root = json_object();
    for (size_t i = 0; i < VR_N_LOSS_KEYS; i++) {
        const vr_loss_key *key = &vr_loss_keys[i];
        double value = vr_loss_param(params, key);
        if (((loss->required | loss->optional) & key->bit) && !isnan(value))
            json_object_set_new(root, key->name, json_real(value));
    }
    char *text = json_dumps(root, JSON_REAL_PRECISION(17) | JSON_PRESERVE_ORDER);
    json_decref(root);
    if (!text) return vr_fail(error, VR_INTERNAL, "no memory for params.json");
    snprintf(path, sizeof path, "%s/params.json", folder);
    vr_status status = vr_file_write(path, text, strlen(text), error);
    free(text);
    return status;
}
