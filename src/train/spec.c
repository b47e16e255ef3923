#include "train/spec.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/setting.h"
#include "base/text.h"
#include "loss/params.h"
#include "loss/tau.h"

enum { KIND_LOSS, KIND_NAME, KIND_COUNT, KIND_SEED, KIND_NUMBER, KIND_TAU };

#define AT(field) offsetof(vr_train_spec, field)
#define COUNT(key, least, most, doc)                                                               \
    { #key, doc, KIND_COUNT, AT(key), least, most, NULL, 0, NULL }
#define NUMBER(key, least, most, doc)                                                              \
    { #key, doc, KIND_NUMBER, AT(key), least, most, NULL, 0, NULL }
#define NAME(key, names, doc)                                                                      \
    { #key, doc, KIND_NAME, AT(key), 0, 0, names, 0, NULL }
#define NAME_OF(loss, key, names, doc)                                                             \
    { #key, doc, KIND_NAME, AT(key), 0, 0, names, 0, loss }
#define PARAM(key, bit, least, doc)                                                                \
    { #key, doc, KIND_NUMBER, AT(params.key), least, 1e30, NULL, bit, NULL }

const vr_spec_key vr_spec_keys[] = {
    {"loss", "a name of `verirec losses`", KIND_LOSS, AT(loss), 0, 0, NULL, 0, NULL},
    PARAM(t, VR_PARAM_T, 1e-6, "temperature"),
    PARAM(lambda, VR_PARAM_LAMBDA, 0, "weight of the negative part (Eq. 6, 16, 17, 20-22)"),
    PARAM(margin, VR_PARAM_MARGIN, -1e30, "margin of CCL (epsilon of Eq. 18)"),
    PARAM(weight, VR_PARAM_WEIGHT, 0, "negative weight of CCL (w of Eq. 18)"),
    {"tau", "tau_u^+: count:K (|I_u^+|+K)/|I| or scale:alpha (1+alpha)|I_u^+|/|I|", KIND_TAU,
     AT(tau_rule), 0, 1e9, NULL, VR_PARAM_TAU_PLUS, NULL},
    NAME_OF("bpr", reduction, "sum|mean", "BPR over the negatives: sum (Eq. 13) or mean (SimpleX)"),
    NAME_OF("ccl", positive, "linear|hinge",
            "CCL's positive part: 1 - y_i (Eq. 18) or max(0, 1 - y_i) (SimpleX)"),
    NAME(similarity, "dot|cosine", "score of a user and an item"),
    COUNT(dim, 1, 4096, "length of a user's and an item's vector"),
    COUNT(batch, 1, 1e6, "positive pairs a step"),
    COUNT(negatives, 1, 1e6, "N: sampled items a positive pair"),
    COUNT(positives, 0, 1e6, "M: positive samples a pair (debiased losses)"),
    NAME(sampling, "uniform|popularity|all",
         "how the N items are drawn; all: none is, the mean over all items"),
    COUNT(sharing, 1, 1e6, "pairs of a batch that share one draw of N items; 1: each pair its own"),
    COUNT(epochs, 1, 1e6, "at most so many epochs"),
    NAME(schedule, "simplex|paper|fixed", "how the rate falls"),
    COUNT(patience, 1, 1e6, "misses before the schedule acts (paper) or ends (simplex)"),
    NUMBER(lr, 1e-12, 1e3, "first learning rate of Adam"),
    NUMBER(dropout, 0, .99, "share of a user vector's entries that is dropped in training"),
    NUMBER(regularization, 0, 1e3, "lambda of (lambda/2)|P|^2 over both whole tables"),
    NUMBER(clip, 1e-6, 1e30, "limit of the gradient's norm over all parameters"),
    NUMBER(init, 1e-12, 1e3, "standard deviation of the normal initial tables"),
    {"seed", "of every draw", KIND_SEED, AT(seed), 0, 0, NULL, 0, NULL},
    NAME(result, "best|last", "the tables of which epoch; last goes with schedule = fixed"),
    NUMBER(holdout, 0, .9,
           "measure on this share of each user's train items, taken out of train, instead of on "
           "test; 0: none"),
};
const size_t vr_n_spec_keys = sizeof vr_spec_keys / sizeof *vr_spec_keys;

vr_train_spec vr_spec_default(void) {
    vr_train_spec spec = {.loss = "ccl",
                          .tau_rule = VR_TAU_COUNT,
                          .tau_value = 20,
                          .similarity = VR_COSINE,
                          .sampling = VR_SAMPLE_UNIFORM,
                          .schedule = VR_SCHEDULE_PAPER,
                          .reduction = VR_REDUCE_SUM,
                          .positive = VR_POSITIVE_LINEAR,
                          .dim = 64,
                          .batch = 512,
                          .negatives = 800,
                          .positives = 10,
                          .sharing = 1,
                          .epochs = 100,
                          .patience = 1,
                          .lr = 1e-4,
                          .dropout = .1,
                          .regularization = 1e-8,
                          .clip = 10,
                          .init = 1e-4,
                          .seed = 2019};
    return spec;
}

static void *field(const vr_train_spec *spec, const vr_spec_key *key) {
    return (char *)(size_t)spec + key->offset;
}

static const vr_spec_key *key_named(const char *name) {
    for (size_t i = 0; i < vr_n_spec_keys; i++)
        if (strcmp(vr_spec_keys[i].name, name) == 0) return &vr_spec_keys[i];
    return NULL;
}

static vr_status unknown_key(const char *key, const char *where, vr_error *error) {
    const char *names[64];
    char hint[512];
    size_t n = 0;
    for (; n < vr_n_spec_keys && n < 64; n++) names[n] = vr_spec_keys[n].name;
    return vr_fail(error, VR_USAGE, "%s: unknown key \"%s\"%s", where, key,
                   vr_did_you_mean(hint, sizeof hint, key, names, n));
}

static vr_status read_number(const vr_spec_key *key, const char *text, const char *where,
                             double *out, vr_error *error) {
    vr_number_range range = {key->least, key->most, key->kind == KIND_COUNT};
    return vr_setting_number(key->name, text, &range, where, out, error);
}

vr_status vr_spec_set(vr_train_spec *spec, const char *key, const char *value, const char *where,
                      vr_error *error) {
    const vr_spec_key *row = key_named(key);
    if (!row) return unknown_key(key, where, error);
    double number = 0;
    const vr_loss *loss;
    vr_status status = VR_OK;
    switch (row->kind) {
    case KIND_LOSS:
        status = vr_loss_named(value, where, &loss, error);
        if (status) return status;
        snprintf(spec->loss, sizeof spec->loss, "%s", value);
        break;
    case KIND_NAME: {
        int index = vr_setting_name(row->names, value);
        if (index < 0)
            return vr_fail(error, VR_USAGE, "%s: %s = \"%s\"; expected one of %s", where, key,
                           value, row->names);
        *(uint32_t *)field(spec, row) = (uint32_t)index;
        break;
    }
    case KIND_SEED: return vr_setting_seed(value, where, field(spec, row), error);
    case KIND_TAU:
        status = vr_tau_read(value, where, &spec->tau_rule, &spec->tau_value, error);
        break;
    default:
        status = read_number(row, value, where, &number, error);
        if (status) return status;
        if (row->kind == KIND_COUNT)
            *(uint32_t *)field(spec, row) = (uint32_t)number;
        else
            *(double *)field(spec, row) = number;
    }
    if (status == VR_OK) spec->params_given |= row->param;
    return status;
}

static vr_status check_param(const vr_train_spec *spec, const vr_loss *loss, const vr_spec_key *key,
                             const char *where, vr_error *error) {
    unsigned known = loss->required | loss->optional;
    if ((spec->params_given & key->param) && !(known & key->param))
        return vr_fail(error, VR_USAGE, "%s: loss \"%s\" has no parameter \"%s\"; leave it out",
                       where, loss->name, key->name);
    if (!(spec->params_given & key->param) && (loss->required & key->param) &&
        key->param != VR_PARAM_TAU_PLUS)
        return vr_fail(error, VR_USAGE, "%s: loss \"%s\" needs \"%s\" (%s); add it", where,
                       loss->name, key->name, key->doc);
    return VR_OK;
}

/* A key that one loss has stays at its default, the first of its names, for every other loss. */
static vr_status check_only(const vr_train_spec *spec, const vr_spec_key *key, const char *where,
                            vr_error *error) {
    char value[64];
    if (!key->only || strcmp(spec->loss, key->only) == 0 || !*(const uint32_t *)field(spec, key))
        return VR_OK;
    vr_spec_value(spec, key, value, sizeof value);
    return vr_fail(error, VR_USAGE, "%s: loss \"%s\" has no %s = %s, only %s has; leave it out",
                   where, spec->loss, key->name, value, key->only);
}

/* sampling = all: losses that see the sampled items through a mean alone, and nothing to share. */
static vr_status check_all(const vr_train_spec *spec, const vr_loss *loss, const char *where,
                           vr_error *error) {
    char names[256] = "";
    if (spec->sampling != VR_SAMPLE_ALL) return VR_OK;
    for (size_t i = 0; i < vr_n_losses; i++)
        if (vr_losses[i].sees != VR_SEES_EACH)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s",
                     *names ? ", " : "", vr_losses[i].name);
    if (loss->sees == VR_SEES_EACH)
        return vr_fail(error, VR_USAGE,
                       "%s: loss \"%s\" is no function of a mean over the items, so sampling = all "
                       "has no meaning for it; take sampling = uniform, or one of %s",
                       where, loss->name, names);
    if (spec->sharing > 1)
        return vr_fail(
            error, VR_USAGE,
            "%s: sampling = all draws no items that sharing = %u pairs could share; leave "
            "sharing out",
            where, spec->sharing);
    return VR_OK;
}

vr_status vr_spec_check(vr_train_spec *spec, const char *where, vr_error *error) {
    const vr_loss *loss = vr_loss_find(spec->loss);
    if (!loss)
        return vr_fail(error, VR_INTERNAL, "%s: loss \"%s\" is not in losses.def", where,
                       spec->loss);
    for (size_t i = 0; i < vr_n_spec_keys; i++) {
        const vr_spec_key *key = &vr_spec_keys[i];
        vr_status status = check_only(spec, key, where, error);
        if (status) return status;
        if (!key->param) continue;
        status = check_param(spec, loss, key, where, error);
        if (status) return status;
        if (!(spec->params_given & key->param) && key->kind == KIND_NUMBER)
            *(double *)field(spec, key) =
                *(const double *)((const char *)&loss->defaults + (key->offset - AT(params)));
    }
    if (strcmp(spec->loss, "softmax") == 0)
        return vr_fail(
            error, VR_USAGE,
            "%s: softmax needs the scores of all items, training samples %u of them; take "
            "sampled-softmax or infonce",
            where, spec->negatives);
    if (loss->needs_pos_samples && spec->positives == 0)
        return vr_fail(error, VR_USAGE, "%s: loss \"%s\" needs positives >= 1 (M of Eq. 7 and 22)",
                       where, loss->name);
    if (spec->sharing > spec->batch)
        return vr_fail(error, VR_USAGE, "%s: sharing = %u is more than batch = %u", where,
                       spec->sharing, spec->batch);
    if (spec->result == VR_RESULT_LAST && spec->schedule != VR_SCHEDULE_FIXED)
        return vr_fail(
            error, VR_USAGE,
            "%s: result = last is for runs in which no measurement chooses anything, "
            "and this schedule lowers the rate by what is measured; take schedule = fixed",
            where);
    return check_all(spec, loss, where, error);
}

void vr_spec_value(const vr_train_spec *spec, const vr_spec_key *key, char *text, size_t size) {
    const void *at = field(spec, key);
    switch (key->kind) {
    case KIND_LOSS: snprintf(text, size, "%s", spec->loss); return;
    case KIND_SEED: snprintf(text, size, "%llu", (unsigned long long)*(const uint64_t *)at); return;
    case KIND_COUNT: snprintf(text, size, "%u", *(const uint32_t *)at); return;
    case KIND_NAME: {
        const char *names = key->names;
        for (uint32_t skip = *(const uint32_t *)at; skip; skip--) names += strcspn(names, "|") + 1;
        snprintf(text, size, "%.*s", (int)strcspn(names, "|"), names);
        return;
    }
    default: break;
    }
    if (key->kind == KIND_TAU)
        vr_tau_text(spec->tau_rule, spec->tau_value, text, size);
    else
        vr_setting_text(*(const double *)at, text, size);
}

int vr_spec_key_used(const vr_train_spec *spec, const vr_spec_key *key) {
    const vr_loss *loss = vr_loss_find(spec->loss);
    if (key->param) return (((loss->required | loss->optional) & key->param) != 0);
    if (key->only && strcmp(spec->loss, key->only) != 0) return 0;
    if (strcmp(key->name, "negatives") == 0 && spec->sampling == VR_SAMPLE_ALL)
        return loss->sees == VR_SEES_EXP_SUM ||
               (loss->sees == VR_SEES_EXP_MEAN && isnan(spec->params.lambda));
    if (strcmp(key->name, "positives") == 0) return loss->needs_pos_samples;
    /* these keys are younger than the first records: absence from a canonical text means the default */
    if (strcmp(key->name, "positive") == 0) return spec->positive != VR_POSITIVE_LINEAR;
    if (strcmp(key->name, "result") == 0) return spec->result != VR_RESULT_BEST;
    if (strcmp(key->name, "holdout") == 0) return spec->holdout > 0;
    if (strcmp(key->name, "patience") == 0) return spec->schedule != VR_SCHEDULE_FIXED;
    return 1;
}

size_t vr_spec_canonical(const vr_train_spec *spec, char *text, size_t size) {
    size_t length = 0;
    for (size_t i = 0; i < vr_n_spec_keys; i++) {
        const vr_spec_key *key = &vr_spec_keys[i];
        if (!vr_spec_key_used(spec, key)) continue;
        char value[64];
        vr_spec_value(spec, key, value, sizeof value);
        int n = snprintf(length < size ? text + length : NULL, length < size ? size - length : 0,
                         "%s=%s\n", key->name, value);
        length += (size_t)n;
    }
    return length;
}
