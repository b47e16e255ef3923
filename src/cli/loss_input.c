#include "cli/loss_input.h"

#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

static const char *const top_keys[] = {"pos", "neg", "pos_samples", "neg_q", "params"};
enum { N_TOP_KEYS = sizeof top_keys / sizeof *top_keys };

/* What every step of the reading needs. */
typedef struct reader {
    const char *path; /* for messages */
    const vr_loss *loss;
    double limit;
    vr_error *error;
} reader;

static const char *kind(const json_t *value) {
    static const char *const kinds[] = {"an object", "an array", "a string", "a number",
                                        "a number",  "true",     "false",    "null"};
    return kinds[json_typeof(value)];
}

static vr_status check_score(const reader *r, const char *name, double score) {
    if (fabs(score) <= r->limit) return VR_OK;
    return vr_fail(r->error, VR_BAD_DATA,
                   "%s: %s: %.9g is beyond the largest float, 3.4028235e38; use --precision f64",
                   r->path, name, score);
}

static vr_status read_pos(const reader *r, const json_t *value, double *pos) {
    if (!value)
        return vr_fail(r->error, VR_BAD_DATA,
                       "%s: key \"pos\" is missing; expected the positive's score, a number",
                       r->path);
    if (!json_is_number(value))
        return vr_fail(r->error, VR_BAD_DATA, "%s: pos: expected a number, got %s", r->path,
                       kind(value));
    *pos = json_number_value(value);
    return check_score(r, "pos", *pos);
}

/* *out = the numbers of an array, freed by the caller; *n as well. */
static vr_status read_array(const reader *r, const char *name, const json_t *value, double **out,
                            size_t *n) {
    if (!json_is_array(value))
        return vr_fail(r->error, VR_BAD_DATA, "%s: %s: expected an array of numbers, got %s",
                       r->path, name, kind(value));
    *n = json_array_size(value);
    *out = malloc((*n + 1) * sizeof **out);
    if (!*out) return vr_fail(r->error, VR_INTERNAL, "no memory for %zu scores", *n);
    for (size_t i = 0; i < *n; i++) {
        const json_t *item = json_array_get(value, i);
        char place[64];
        snprintf(place, sizeof place, "%s[%zu]", name, i);
        if (!json_is_number(item))
            return vr_fail(r->error, VR_BAD_DATA, "%s: %s: expected a number, got %s", r->path,
                           place, kind(item));
        (*out)[i] = json_number_value(item);
        vr_status status = check_score(r, place, (*out)[i]);
        if (status) return status;
    }
    return VR_OK;
}

static vr_status read_scores(const reader *r, const json_t *root, vr_loss_input *input) {
    const json_t *neg = json_object_get(root, "neg");
    const json_t *samples = json_object_get(root, "pos_samples");
    vr_status status = read_pos(r, json_object_get(root, "pos"), &input->pos);
    if (status) return status;
    if (!neg)
        return vr_fail(r->error, VR_BAD_DATA,
                       "%s: key \"neg\" is missing; expected the samples' scores, an array of "
                       "numbers",
                       r->path);
    if ((status = read_array(r, "neg", neg, &input->neg, &input->n_neg))) return status;
    if (input->n_neg == 0)
        return vr_fail(r->error, VR_BAD_DATA, "%s: neg: expected at least one score, got []",
                       r->path);
    if (samples) {
        status = read_array(r, "pos_samples", samples, &input->pos_samples, &input->n_pos_samples);
        if (status) return status;
    }
    if (r->loss->needs_pos_samples && input->n_pos_samples == 0)
        return vr_fail(r->error, VR_BAD_DATA,
                       "%s: pos_samples: loss \"%s\" needs at least one positive sample's score, "
                       "got %s",
                       r->path, r->loss->name, samples ? "[]" : "no such key");
    return VR_OK;
}

static vr_status read_proposal(const reader *r, const json_t *value, vr_loss_input *input) {
    size_t n = 0;
    if (!value) return VR_OK;
    if (strcmp(r->loss->name, "sampled-softmax") != 0)
        return vr_fail(r->error, VR_BAD_DATA,
                       "%s: neg_q: loss \"%s\" has no proposal; only sampled-softmax has", r->path,
                       r->loss->name);
    vr_status status = read_array(r, "neg_q", value, &input->neg_q, &n);
    if (status) return status;
    if (n != input->n_neg)
        return vr_fail(r->error, VR_BAD_DATA,
                       "%s: neg_q: expected %zu probabilities, one for each of neg, got %zu",
                       r->path, input->n_neg, n);
    for (size_t i = 0; i < n; i++)
        if (!(input->neg_q[i] >= 1 / r->limit && input->neg_q[i] <= 1))
            return vr_fail(
                r->error, VR_BAD_DATA,
                "%s: neg_q[%zu]: expected a probability greater than 0 and at most 1 (in "
                "this precision at least %.2g), got %.9g",
                r->path, i, 1 / r->limit, input->neg_q[i]);
    return VR_OK;
}

static vr_status read_param(const reader *r, const char *where, const char *name,
                            const json_t *value, vr_loss_params *params, unsigned *given) {
    const vr_loss_key *key;
    vr_status status = vr_loss_key_find(r->loss, name, where, &key, r->error);
    if (status) return status;
    if (!json_is_number(value))
        return vr_fail(r->error, VR_BAD_DATA, "%s: %s: expected %s, got %s", where, name,
                       key->range, kind(value));
    *given |= key->bit;
    return vr_loss_param_set(params, key, json_number_value(value), where, r->error);
}

static vr_status read_params(const reader *r, json_t *value, vr_loss_params *params) {
    unsigned given = 0;
    const char *name;
    json_t *item;
    char where[PATH_MAX + 16];
    snprintf(where, sizeof where, "%s: params", r->path);
    if (value && !json_is_object(value))
        return vr_fail(r->error, VR_BAD_DATA, "%s: expected an object, got %s", where, kind(value));
    json_object_foreach(value, name, item) {
        vr_status status = read_param(r, where, name, item, params, &given);
        if (status) return status;
    }
    return vr_loss_params_given(r->loss, given, where, r->error);
}

static vr_status read_root(const reader *r, json_t *root, vr_loss_input *input) {
    const char *name;
    json_t *item;
    char text[256];
    if (!json_is_object(root))
        return vr_fail(r->error, VR_BAD_DATA,
                       "%s: expected an object {\"pos\": .., \"neg\": [..]}, got %s", r->path,
                       kind(root));
    json_object_foreach(root, name, item) {
        size_t i = 0;
        while (i < N_TOP_KEYS && strcmp(name, top_keys[i]) != 0) i++;
        if (i == N_TOP_KEYS)
            return vr_fail(r->error, VR_BAD_DATA, "%s: unknown key \"%s\"%s", r->path, name,
                           vr_did_you_mean(text, sizeof text, name, top_keys, N_TOP_KEYS));
    }
    vr_status status = read_scores(r, root, input);
    if (!status) status = read_proposal(r, json_object_get(root, "neg_q"), input);
    if (!status) status = read_params(r, json_object_get(root, "params"), &input->params);
    return status;
}

static json_t *parse(const reader *r, const char *bytes, size_t size) {
    json_error_t at;
    json_t *root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &at);
    if (!root)
        vr_fail(r->error, VR_BAD_DATA, "%s:%d:%d: not valid JSON: %s", r->path, at.line, at.column,
                at.text);
    return root;
}

vr_status vr_loss_input_read(const char *path, const vr_loss *loss, double limit,
                             vr_loss_input *input, vr_error *error) {
    int standard = strcmp(path, "-") == 0;
    reader r = {standard ? "standard input" : path, loss, limit, error};
    char *bytes;
    size_t size;
    vr_status status = vr_file_read(standard ? "/dev/stdin" : path, &bytes, &size, error);
    if (status) return status;
    *input = (vr_loss_input){.params = loss->defaults};
    json_t *root = parse(&r, bytes, size);
    free(bytes);
    if (!root) return VR_BAD_DATA;
    status = read_root(&r, root, input);
    json_decref(root);
    if (status) vr_loss_input_free(input);
    return status;
}

void vr_loss_input_free(vr_loss_input *input) {
    free(input->neg);
    free(input->pos_samples);
    free(input->neg_q);
    *input = (vr_loss_input){0};
}
