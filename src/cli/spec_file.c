#include "cli/spec_file.h"

#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/config.h"
#include "base/file.h"

static vr_status setting_text(const config_setting_t *setting, const char *file, const char *where,
                              char *text, size_t size, vr_error *error) {
    const char *name = config_setting_name(setting);
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
    case CONFIG_TYPE_FLOAT:
        if (vr_config_number(setting, file, text, size)) return VR_OK;
        return vr_fail(error, VR_USAGE,
                       "%s: %s: expected the whole setting on one line: %s = NUMBER;", where, name,
                       name);
    case CONFIG_TYPE_STRING:
        snprintf(text, size, "%s", config_setting_get_string(setting));
        return VR_OK;
    default:
        return vr_fail(error, VR_USAGE, "%s: %s: expected a number or a \"string\"", where, name);
    }
}

vr_status vr_spec_file_read(const char *path, vr_train_spec *spec, vr_error *error) {
    char *text;
    size_t size;
    vr_status status = vr_file_read(path, &text, &size, error);
    if (status) return status;
    config_t config;
    config_init(&config);
    if (strlen(text) != size)
        status =
            vr_fail(error, VR_USAGE, "%s: a zero byte at %zu: not a text file", path, strlen(text));
    else if (!config_read_string(&config, text))
        status = vr_fail(error, VR_USAGE,
                         "%s:%d: %s; expected lines as `lr = 1e-4;` or `loss = \"mse\";`", path,
                         config_error_line(&config), config_error_text(&config));
    const config_setting_t *root = config_root_setting(&config);
    for (int i = 0; !status && i < config_setting_length(root); i++) {
        const config_setting_t *setting = config_setting_get_elem(root, (unsigned)i);
        char where[512], value[256];
        snprintf(where, sizeof where, "%s:%d", path, (int)config_setting_source_line(setting));
        status = setting_text(setting, text, where, value, sizeof value, error);
        if (!status) status = vr_spec_set(spec, config_setting_name(setting), value, where, error);
    }
    config_destroy(&config);
    free(text);
    return status;
}
