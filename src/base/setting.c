#include "base/setting.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

vr_status vr_setting_number(const char *key, const char *text, const vr_number_range *range,
                            const char *where, double *out, vr_error *error) {
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value))
        return vr_fail(error, VR_USAGE,
                       "%s: %s = \"%s\" is not a number; expected one from %g to %g", where, key,
                       text, range->least, range->most);
    if (value < range->least || value > range->most || (range->whole && value != floor(value)))
        return vr_fail(error, VR_USAGE, "%s: %s = %s is out of range; expected a %s from %g to %g",
                       where, key, text, range->whole ? "whole number" : "number", range->least,
                       range->most);
    *out = value;
    return VR_OK;
}

vr_status vr_setting_seed(const char *text, const char *where, uint64_t *out, vr_error *error) {
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (end == text || *end || errno || strchr(text, '-'))
        return vr_fail(error, VR_USAGE,
                       "%s: seed = \"%s\"; expected a whole number from 0 to 2^64-1", where, text);
    *out = number;
    return VR_OK;
}

void vr_setting_text(double value, char *text, size_t size) {
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value) return;
    }
}

int vr_setting_name(const char *names, const char *name) {
    size_t length = strlen(name);
    for (int at = 0;; at++) {
        size_t n = strcspn(names, "|");
        if (n == length && memcmp(names, name, n) == 0) return at;
        if (!names[n]) return -1;
        names += n + 1;
    }
}
