/* What a training run is: every quantity that its result depends on, besides the data and the code.

   The keys are those of `--set` and of the files in bench. vr_spec_keys is the one table behind parsing,
   ranges, help text and the canonical form whose SHA-256 names a run. */
#ifndef VR_TRAIN_SPEC_H
#define VR_TRAIN_SPEC_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "loss/loss.h"
#include "loss/tau.h"
#include "num/matrix.h"

typedef enum vr_sampling {
    VR_SAMPLE_UNIFORM,
    VR_SAMPLE_POPULARITY,
    VR_SAMPLE_ALL /* no draw: the mean over all items, what uniform tends to as N grows */
} vr_sampling;
typedef enum vr_reduction { VR_REDUCE_SUM, VR_REDUCE_MEAN } vr_reduction;
typedef enum vr_positive {
    VR_POSITIVE_LINEAR, /* 1 - y_i (Eq. 18) */
    VR_POSITIVE_HINGE /* max(0, 1 - y_i) (SimpleX): differs where dropout has scaled y_i above 1 */
} vr_positive;
typedef enum vr_schedule {
    VR_SCHEDULE_SIMPLEX, /* a miss: lr <- max(.1 lr, 1e-6), the best tables come back; ends after `patience` misses */
    VR_SCHEDULE_PAPER, /* `patience` misses in a row: lr <- .5 lr; ends when that would fall below 1e-6 */
    VR_SCHEDULE_FIXED /* lr stays, all epochs are run */
} vr_schedule;

typedef enum vr_result {
    VR_RESULT_BEST, /* the epoch with the best Recall@20 */
    VR_RESULT_LAST  /* the last epoch: what is measured chose nothing */
} vr_result;

typedef struct vr_train_spec {
    char loss[32]; /* a name of losses.def */
    vr_loss_params params;
    unsigned
        params_given;  /* VR_PARAM_* bits set by the caller; the others take the loss's defaults */
    uint32_t tau_rule; /* vr_tau_rule (loss/tau.h); tau_u^+ differs from user to user */
    double tau_value;  /* K or alpha */
    uint32_t similarity, sampling, schedule, reduction, positive,
        result; /* the enums above, and vr_similarity */
    uint32_t dim, batch, negatives, positives, sharing, epochs, patience;
    double lr, dropout, regularization, clip, init;
    double
        holdout; /* share of each user's train items that is measured on instead of test; 0: none */
    uint64_t seed;
} vr_train_spec;

/* One row a key: what `verirec train --help` prints. */
typedef struct vr_spec_key {
    const char *name, *doc;
    int kind;           /* how the value is read: see spec.c */
    size_t offset;      /* of the field in vr_train_spec */
    double least, most; /* inclusive range of a number */
    const char *names;  /* of an enum, separated by '|' */
    unsigned param;     /* VR_PARAM_* bit of a loss parameter, else 0 */
    const char *only;   /* the one loss that has this key, else NULL */
} vr_spec_key;
extern const vr_spec_key vr_spec_keys[];
extern const size_t vr_n_spec_keys;

/* SimpleX's engine with the paper's batch, rate, schedule and N. */
vr_train_spec vr_spec_default(void);

/* spec.key = value, both text. where names the place for the message ("--set", "table2.cfg:12").
   VR_USAGE for an unknown key (nearest match) or a value out of range (range named). */
vr_status vr_spec_set(vr_train_spec *spec, const char *key, const char *value, const char *where,
                      vr_error *error);

/* Checks keys against each other and the loss (a parameter the loss lacks or needs), and fills the loss
   parameters that were not given with the loss's defaults. VR_USAGE. */
vr_status vr_spec_check(vr_train_spec *spec, const char *where, vr_error *error);

/* The value of one key as text (numbers as %.17g or shorter where that reads back the same). */
void vr_spec_value(const vr_train_spec *spec, const vr_spec_key *key, char *text, size_t size);

/* Whether the key matters for this loss: a debiased loss's tau does not for the others. */
int vr_spec_key_used(const vr_train_spec *spec, const vr_spec_key *key);

enum { VR_CANONICAL = 2048 }; /* room for any canonical text */

/* The canonical text of a checked spec: "key=value\n" for each used key, in the table's order.
   Returns the length as snprintf does. */
size_t vr_spec_canonical(const vr_train_spec *spec, char *text, size_t size);

#endif
