/* Specs of the unit tests from text: "key=value key=value ...". */
#ifndef VR_TESTS_SETTINGS_H
#define VR_TESTS_SETTINGS_H

#include <criterion/criterion.h>
#include <string.h>
#include "train/spec.h"

/* Sets what the text says; each key and value must be one that there is. */
static inline void settings_into(vr_train_spec *spec, const char *settings) {
    vr_error error = {.text = ""};
    char text[512], *save, *item;
    cr_assert_lt(strlen(settings), sizeof text);
    strcpy(text, settings);
    for (item = strtok_r(text, " ", &save); item; item = strtok_r(NULL, " ", &save)) {
        char *equals = strchr(item, '=');
        *equals = 0;
        cr_assert_eq(vr_spec_set(spec, item, equals + 1, "test", &error), VR_OK, "%s", error.text);
    }
}

/* The default spec with what the test file's defaults say, then the settings; it must be a good one. */
static inline vr_train_spec settings_spec(const char *defaults, const char *settings) {
    vr_train_spec spec = vr_spec_default();
    vr_error error = {.text = ""};
    settings_into(&spec, defaults);
    settings_into(&spec, settings);
    cr_assert_eq(vr_spec_check(&spec, "test", &error), VR_OK, "%s", error.text);
    return spec;
}

#endif
