#include "loss/params.h"

#include <stdio.h>
#include <string.h>
#include "base/text.h"

vr_status vr_loss_named(const char *name, const char *where, const vr_loss **loss,
                        vr_error *error) {
    enum { MOST = 64 };
    const char *names[MOST];
    char text[512];
    size_t n = 0;
    *loss = vr_loss_find(name);
    if (*loss) return VR_OK;
    for (; n < vr_n_losses && n < MOST; n++) names[n] = vr_losses[n].name;
    return vr_fail(error, VR_USAGE, "%s%sunknown loss \"%s\"%s", where, *where ? ": " : "", name,
                   vr_did_you_mean(text, sizeof text, name, names, n));
}

#define AT(field) offsetof(vr_loss_params, field)
const vr_loss_key vr_loss_keys[VR_N_LOSS_KEYS] = {
    {"t", VR_PARAM_T, AT(t), "a number greater than 0"},
    {"lambda", VR_PARAM_LAMBDA, AT(lambda), "a number of at least 0"},
    {"tau_plus", VR_PARAM_TAU_PLUS, AT(tau_plus), "a number between 0 and 1, both excluded"},
    {"margin", VR_PARAM_MARGIN, AT(margin), "a number"},
    {"weight", VR_PARAM_WEIGHT, AT(weight), "a number of at least 0"},
};

double vr_loss_param(const vr_loss_params *params, const vr_loss_key *key) {
    double value;
    memcpy(&value, (const char *)params + key->offset, sizeof value);
    return value;
}

static int in_range(const vr_loss_key *key, double value) {
    switch (key->bit) {
    case VR_PARAM_T: return value > 0;
    case VR_PARAM_TAU_PLUS: return value > 0 && value < 1;
    case VR_PARAM_MARGIN: return 1;
    default: return value >= 0;
    }
}

/* "it takes t (needed), lambda" */
static const char *takes(const vr_loss *loss, char *text, size_t size) {
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < VR_N_LOSS_KEYS; i++) {
        unsigned bit = vr_loss_keys[i].bit;
        if (!((loss->required | loss->optional) & bit) || used >= size) continue;
        int n = snprintf(text + used, size - used, "%s%s%s", used ? ", " : "it takes ",
                         vr_loss_keys[i].name, loss->required & bit ? " (needed)" : "");
        used += n > 0 ? (size_t)n : 0;
    }
    return used ? text : "it takes none";
}

vr_status vr_loss_key_find(const vr_loss *loss, const char *name, const char *where,
                           const vr_loss_key **key, vr_error *error) {
    const char *names[VR_N_LOSS_KEYS];
    char text[256];
    *key = NULL;
    for (size_t i = 0; i < VR_N_LOSS_KEYS; i++) {
        names[i] = vr_loss_keys[i].name;
        if (strcmp(name, names[i]) == 0) *key = &vr_loss_keys[i];
    }
    if (!*key)
        return vr_fail(error, VR_BAD_DATA, "%s: unknown parameter \"%s\"%s", where, name,
                       vr_did_you_mean(text, sizeof text, name, names, VR_N_LOSS_KEYS));
    if ((loss->required | loss->optional) & (*key)->bit) return VR_OK;
    return vr_fail(error, VR_BAD_DATA, "%s: loss \"%s\" has no parameter \"%s\"; %s", where,
                   loss->name, name, takes(loss, text, sizeof text));
}

vr_status vr_loss_param_set(vr_loss_params *params, const vr_loss_key *key, double value,
                            const char *where, vr_error *error) {
    if (!in_range(key, value))
        return vr_fail(error, VR_BAD_DATA, "%s: %s: expected %s, got %.9g", where, key->name,
                       key->range, value);
    memcpy((char *)params + key->offset, &value, sizeof value);
    return VR_OK;
}

vr_status vr_loss_params_given(const vr_loss *loss, unsigned given, const char *where,
                               vr_error *error) {
    for (size_t i = 0; i < VR_N_LOSS_KEYS; i++)
        if (loss->required & ~given & vr_loss_keys[i].bit)
            return vr_fail(error, VR_BAD_DATA, "%s: loss \"%s\" needs \"%s\"; give it as %s", where,
                           loss->name, vr_loss_keys[i].name, vr_loss_keys[i].range);
    return VR_OK;
}
