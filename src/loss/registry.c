#include "loss/loss.h"

#include <math.h>
#include <string.h>

#define LOSS(id, name, title, equation, required, optional, pos_samples, sees, defaults)           \
    vr_loss_f32 vr_loss_##id##_f32;                                                                \
    vr_loss_f64 vr_loss_##id##_f64;
#include "loss/losses.def"
#undef LOSS

enum {
    T = VR_PARAM_T,
    LAMBDA = VR_PARAM_LAMBDA,
    TAU = VR_PARAM_TAU_PLUS,
    MARGIN = VR_PARAM_MARGIN,
    WEIGHT = VR_PARAM_WEIGHT
};

const vr_loss vr_losses[] = {
#define DEFAULTS(...)                                                                              \
    { __VA_ARGS__ }
#define LOSS(id, name, title, equation, required, optional, pos_samples, sees, defaults)           \
    {name,     title,       equation,       required,           optional,                          \
     defaults, pos_samples, VR_SEES_##sees, vr_loss_##id##_f32, vr_loss_##id##_f64},
#include "loss/losses.def"
#undef LOSS
};

const size_t vr_n_losses = sizeof vr_losses / sizeof *vr_losses;

const vr_loss *vr_loss_find(const char *name) {
    for (size_t i = 0; i < vr_n_losses; i++)
        if (strcmp(vr_losses[i].name, name) == 0) return &vr_losses[i];
    return NULL;
}
