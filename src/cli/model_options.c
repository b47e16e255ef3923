#include "cli/model_options.h"

#include <argp.h>
#include "cli/command.h"

enum { OPT_DATASET = 512, OPT_SET, OPT_SAVE, OPT_JSON, OPT_MIRROR, OPT_CACHE };

static const struct argp_option options[] = {
    {"dataset", OPT_DATASET, "NAME", 0, "a name of `verirec data list`", 0},
    {"set", OPT_SET, "KEY=VALUE", 0, "one setting; may be repeated, the last one counts", 0},
    {"save", OPT_SAVE, "DIR", 0, "write what was learned as NPY, and result.json", 0},
    {"mirror", OPT_MIRROR, "DIR-or-URL", 0,
     "where the data set is looked for first (default: VERIREC_MIRROR)", 0},
    {"cache", OPT_CACHE, "DIR", 0, "where fetched files are kept (default: VERIREC_CACHE)", 0},
    {"json", OPT_JSON, NULL, 0, "the result as JSON on standard output", 0},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state) {
    vr_model_options *given = state->input;
    switch (key) {
    case OPT_DATASET: given->dataset = value; return 0;
    case OPT_SAVE: given->save = value; return 0;
    case OPT_MIRROR: given->data.mirror = value; return 0;
    case OPT_CACHE: given->data.cache = value; return 0;
    case OPT_JSON: given->json = 1; return 0;
    case OPT_SET:
        if (given->n_settings == VR_MOST_SETTINGS)
            argp_failure(state, VR_USAGE, 0, "more than %d --set", VR_MOST_SETTINGS);
        else
            given->settings[given->n_settings++] = value;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp vr_model_argp = {.options = options, .parser = parse};

vr_status vr_apply_settings(const vr_model_options *given, const char *example, vr_set_key *set,
                            void *spec, vr_error *error) {
    vr_status status = VR_OK;
    for (size_t i = 0; !status && i < given->n_settings; i++) {
        const char *value;
        char key[VR_CLI_KEY];
        status = vr_cli_setting(given->settings[i], example, key, &value, error);
        if (!status) status = set(spec, key, value, error);
    }
    return status;
}
