#include "loss/tau.h"

#include <stdio.h>
#include <string.h>
#include "base/setting.h"

vr_status vr_tau_read(const char *text, const char *where, uint32_t *rule, double *value,
                      vr_error *error) {
    const char *colon = strchr(text, ':');
    size_t n = colon ? (size_t)(colon - text) : 0;
    int count = n == 5 && memcmp(text, "count", 5) == 0,
        scale = n == 5 && memcmp(text, "scale", 5) == 0;
    if (!count && !scale)
        return vr_fail(error, VR_USAGE,
                       "%s: tau = \"%s\"; expected count:K or scale:alpha, as in count:20", where,
                       text);
    vr_number_range range = {0, 1e9, 0};
    double number = 0;
    vr_status status = vr_setting_number("tau", colon + 1, &range, where, &number, error);
    if (status) return status;
    *rule = count ? VR_TAU_COUNT : VR_TAU_SCALE;
    *value = number;
    return VR_OK;
}

void vr_tau_text(uint32_t rule, double value, char *text, size_t size) {
    int n = snprintf(text, size, "%s", rule == VR_TAU_COUNT ? "count:" : "scale:");
    if ((size_t)n < size) vr_setting_text(value, text + n, size - (size_t)n);
}

vr_status vr_tau_check(uint32_t rule, double value, uint32_t user, uint32_t n, uint32_t n_items,
                       vr_error *error) {
    const double tau = vr_tau_plus(rule, value, n, n_items);
    if (tau > 0 && tau < 1) return VR_OK;
    return vr_fail(
        error, VR_USAGE,
        "tau: user %u with %u of %u items gets tau_u^+ = %g; expected 0 < tau_u^+ < 1, it is "
        "the share of items that the user would like (Eq. 5); choose a smaller K or alpha",
        user, n, n_items, tau);
}
