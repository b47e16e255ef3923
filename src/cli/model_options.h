/* The options that `train` and `solve` share: an argp child whose input is a vr_model_options. */
#ifndef VR_CLI_MODEL_OPTIONS_H
#define VR_CLI_MODEL_OPTIONS_H

#include <stddef.h>
#include "data/dataset.h"

enum { VR_MOST_SETTINGS = 64 };

typedef struct vr_model_options {
    const char *dataset, *save;
    const char *settings[VR_MOST_SETTINGS]; /* "KEY=VALUE" */
    size_t n_settings;
    vr_data_options data;
    int json;
} vr_model_options;

struct argp;
extern const struct argp vr_model_argp;

/* spec.KEY = VALUE for each --set, in their order; example: of one, for the message. */
typedef vr_status vr_set_key(void *spec, const char *key, const char *value, vr_error *error);
vr_status vr_apply_settings(const vr_model_options *given, const char *example, vr_set_key *set,
                            void *spec, vr_error *error);

#endif
