/* The losses and their parameters by name, with the messages for those that there are not: what each loss takes, and in
   which range. */
#ifndef VR_LOSS_PARAMS_H
#define VR_LOSS_PARAMS_H

#include "base/error.h"
#include "loss/loss.h"

/* vr_loss_find, or VR_USAGE with the nearest name; the message begins with `where` and a colon, unless that is empty. */
vr_status vr_loss_named(const char *name, const char *where, const vr_loss **loss, vr_error *error);

typedef struct vr_loss_key {
    const char *name;
    unsigned bit;      /* VR_PARAM_* */
    size_t offset;     /* in vr_loss_params */
    const char *range; /* in words */
} vr_loss_key;

enum { VR_N_LOSS_KEYS = 5 };
extern const vr_loss_key vr_loss_keys[VR_N_LOSS_KEYS]; /* in the order of vr_loss_params */

double vr_loss_param(const vr_loss_params *params, const vr_loss_key *key);

/* VR_BAD_DATA, each message beginning with `where`, for a name that no loss or not this one has; for a value
   out of range (params untouched); for a parameter that the loss needs and that is not among the `given` bits. */
vr_status vr_loss_key_find(const vr_loss *loss, const char *name, const char *where,
                           const vr_loss_key **key, vr_error *error);
vr_status vr_loss_param_set(vr_loss_params *params, const vr_loss_key *key, double value,
                            const char *where, vr_error *error);
vr_status vr_loss_params_given(const vr_loss *loss, unsigned given, const char *where,
                               vr_error *error);

#endif
