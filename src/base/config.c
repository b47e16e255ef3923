#include "base/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Whether the written number is what libconfig made of it: it keeps the low 32 bits of an integer. */
static int is_value(const config_setting_t *setting, const char *number) {
    char *end;
    int base = strncasecmp(number, "0x", 2) == 0 ? 16 : 10;
    long long whole = strtoll(number, &end, base);
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT: return !*end && (int)whole == config_setting_get_int(setting);
    case CONFIG_TYPE_INT64: return whole == config_setting_get_int64(setting);
    default: return strtod(number, &end) == config_setting_get_float(setting) && !*end;
    }
}

int vr_config_number(const config_setting_t *setting, const char *file, char *text, size_t size) {
    const char *key = config_setting_name(setting), *at = file;
    for (unsigned line = config_setting_source_line(setting); line > 1 && at; line--) {
        at = strchr(at, '\n');
        if (at) at++;
    }
    if (!at) return 0;
    const char *end = at + strcspn(at, "\n");
    for (; (at = strstr(at, key)) && at < end; at++) {
        const char *value = at + strlen(key);
        value += strspn(value, " \t");
        if (*value != '=' && *value != ':') continue;
        value += 1 + strspn(value + 1, " \t");
        size_t n = strspn(value, "+-.0123456789abcdefxABCDEFX");
        if (n == 0 || n >= size) continue;
        snprintf(text, size, "%.*s", (int)n, value);
        if (is_value(setting, text)) return 1;
    }
    return 0;
}

static int is_known(const char *name, const char *const *names, size_t n_names) {
    for (size_t i = 0; i < n_names; i++) {
        if (strcmp(names[i], name) == 0) return 1;
    }
    return 0;
}

const config_setting_t *vr_config_unknown(const config_setting_t *group, const char *const *names,
                                          size_t n_names) {
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *member = config_setting_get_elem(group, (unsigned)i);
        if (!is_known(config_setting_name(member), names, n_names)) return member;
    }
    return NULL;
}
