/* What a training run is: every quantity that its result depends on, besides the data and the code.

   The keys are those of `--set` and of bench/\*.cfg. vr_spec_keys is the one table behind parsing, ranges,
   help text and the canonical form whose SHA-256 names a run. */
#ifndef VR_TRAIN_SPEC_H
#define VR_TRAIN_SPEC_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "loss/loss.h"
#include "num/matrix.h"

typedef enum vr_tau_rule {
    VR_TAU_COUNT, /* tau_u^+ = (|I_u^+| + K) / |I|       "count:K" */
    VR_TAU_SCALE  /* tau_u^+ = (1 + alpha) |I_u^+| / |I| "scale:alpha" */
} vr_tau_rule;
typedef enum vr_sampling { VR_SAMPLE_UNIFORM, VR_SAMPLE_POPULARITY } vr_sampling;
typedef enum vr_schedule {
    VR_SCHEDULE_SIMPLEX, /* after a miss lr <- max(.1 lr, 1e-6) and the best tables come back */
    VR_SCHEDULE_PAPER,   /* after `patience` misses lr <- .5 lr; ends when lr would fall below 1e-6 */
    VR_SCHEDULE_FIXED    /* lr stays */
} vr_schedule;

typedef struct vr_train_spec {
    char loss[32]; /* a name of losses.def */
    vr_loss_params params;
    unsigned params_given; /* VR_PARAM_* bits */
    vr_tau_rule tau_rule;
    double tau_value; /* K or alpha */
    vr_similarity similarity;
    uint32_t dim, batch, negatives, positives, sharing, epochs, patience;
    vr_sampling sampling;
    vr_schedule schedule;
    double lr, dropout, regularization, clip, init;
    uint64_t seed;
} vr_train_spec;

/* SimpleX's engine settings (PROTOCOL section 1) with the paper's batch, rate and N. */
vr_train_spec vr_spec_default(void);

/* spec.key = value, both text. where names the place for the message ("--set", "table2.cfg:12").
   VR_USAGE for an unknown key (nearest match) or a value out of range (range named). */
vr_status vr_spec_set(vr_train_spec *spec, const char *key, const char *value, const char *where,
                      vr_error *error);

/* Checks keys against each other and the loss (a parameter the loss lacks or needs). VR_USAGE. */
vr_status vr_spec_check(const vr_train_spec *spec, const char *where, vr_error *error);

/* The canonical text: one "key=value\n" per key that matters for this loss, sorted, numbers as %.17g.
   Returns the length as snprintf does. */
size_t vr_spec_canonical(const vr_train_spec *spec, char *text, size_t size);

#endif
