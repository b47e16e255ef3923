/* verirec loss NAME --input FILE|- [--precision f64|f32]: one evaluation, JSON in, JSON out. */
#include <argp.h>
#include <float.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/loss_input.h"

typedef struct request {
    const char *name, *input, *precision;
} request;

/* value and gradient, as doubles whatever the precision was */
typedef struct result {
    double value, pos;
    double *neg, *pos_samples;
} result;

static error_t parse(int key, char *argument, struct argp_state *state) {
    request *asked = state->input;
    switch (key) {
    case 'i': asked->input = argument; return 0;
    case 'p': asked->precision = argument; return 0;
    case ARGP_KEY_ARG:
        if (asked->name) {
            vr_error error;
            vr_fail(&error, VR_USAGE, "one loss at a time: got \"%s\" and \"%s\"", asked->name,
                    argument);
            exit(vr_cli_fail(state->argv[0], &error));
        }
        asked->name = argument;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static vr_status find_loss(const char *name, const vr_loss **loss, vr_error *error) {
    if (!name)
        return vr_fail(
            error, VR_USAGE,
            "expected a loss: verirec loss NAME --input FILE; `verirec losses` lists them");
    return vr_loss_named(name, "", loss, error);
}

static void evaluate_f64(const vr_loss *loss, const vr_loss_input *in, result *out) {
    vr_scores_f64 scores = {in->pos,         in->neg,           in->n_neg,
                            in->pos_samples, in->n_pos_samples, in->neg_q};
    vr_gradient_f64 gradient = {.neg = out->neg, .pos_samples = out->pos_samples};
    out->value = loss->f64(&scores, &in->params, &gradient);
    out->pos = gradient.pos;
}

static float *to_float(const double *from, size_t n, float *to) {
    for (size_t i = 0; i < n; i++) to[i] = (float)from[i];
    return to;
}

static void evaluate_f32(const vr_loss *loss, const vr_loss_input *in, float *room, result *out) {
    size_t n = in->n_neg, m = in->n_pos_samples;
    float *neg = room, *samples = neg + n, *q = samples + m, *gneg = q + n, *gsamples = gneg + n;
    vr_scores_f32 scores = {(float)in->pos,
                            to_float(in->neg, n, neg),
                            n,
                            to_float(in->pos_samples, m, samples),
                            m,
                            in->neg_q ? to_float(in->neg_q, n, q) : NULL};
    vr_gradient_f32 gradient = {.neg = gneg, .pos_samples = memset(gsamples, 0, m * sizeof *room)};
    out->value = loss->f32(&scores, &in->params, &gradient);
    out->pos = gradient.pos;
    for (size_t i = 0; i < n; i++) out->neg[i] = gneg[i];
    for (size_t i = 0; i < m; i++) out->pos_samples[i] = gsamples[i];
}

/* Evaluates into arrays of its own. A loss without positive samples has gradient 0 for any given. */
static vr_status evaluate(const vr_loss *loss, const vr_loss_input *in, int single, result *out,
                          vr_error *error) {
    size_t n = in->n_neg, m = in->n_pos_samples;
    out->neg = calloc(n + 1, sizeof *out->neg);
    out->pos_samples = calloc(m + 1, sizeof *out->pos_samples);
    float *room = calloc(3 * n + 2 * m + 1, sizeof *room);
    int ok = out->neg && out->pos_samples && room;
    if (ok && single) evaluate_f32(loss, in, room, out);
    if (ok && !single) evaluate_f64(loss, in, out);
    free(room);
    return ok ? VR_OK : vr_fail(error, VR_INTERNAL, "no memory for %zu scores", n + m);
}

/* Adds a number, or fails: JSON has no infinity. */
static vr_status put(json_t *value, json_t *array, json_t *object, const char *name,
                     vr_error *error) {
    if (!value)
        return vr_fail(error, VR_BAD_DATA,
                       "%s is beyond the range of the precision, and JSON has no infinity; smaller "
                       "scores or a larger t keep it finite, in float --precision f64 too",
                       name);
    if (array) return json_array_append_new(array, value) ? VR_INTERNAL : VR_OK;
    return json_object_set_new(object, name, value) ? VR_INTERNAL : VR_OK;
}

static vr_status put_array(json_t *object, const char *name, const double *values, size_t n,
                           vr_error *error) {
    json_t *array = json_array();
    vr_status status = put(array, NULL, object, name, error);
    for (size_t i = 0; i < n && !status; i++)
        status = put(json_real(values[i]), array, NULL, name, error);
    return status;
}

static vr_status print(const vr_loss *loss, const vr_loss_input *in, const result *out,
                       vr_error *error) {
    json_t *object = json_object();
    vr_status status = put(json_string(loss->name), NULL, object, "loss", error);
    if (!status) status = put(json_real(out->value), NULL, object, "value", error);
    if (!status) status = put(json_real(out->pos), NULL, object, "grad_pos", error);
    if (!status) status = put_array(object, "grad_neg", out->neg, in->n_neg, error);
    if (!status && in->n_pos_samples)
        status = put_array(object, "grad_pos_samples", out->pos_samples, in->n_pos_samples, error);
    if (!status) {
        json_dumpf(object, stdout, JSON_REAL_PRECISION(17) | JSON_PRESERVE_ORDER);
        putchar('\n');
    }
    json_decref(object);
    return status;
}

static vr_status run(const request *asked, vr_error *error) {
    const vr_loss *loss = NULL;
    vr_loss_input input;
    result out = {0};
    int single = strcmp(asked->precision, "f32") == 0;
    vr_status status = find_loss(asked->name, &loss, error);
    if (status) return status;
    if (!single && strcmp(asked->precision, "f64") != 0)
        return vr_fail(error, VR_USAGE, "--precision: expected f64 or f32, got \"%s\"",
                       asked->precision);
    if (!asked->input)
        return vr_fail(error, VR_USAGE,
                       "--input is missing; give --input FILE, or --input - for "
                       "standard input");
    status =
        vr_loss_input_read(asked->input, loss, single ? (double)FLT_MAX : DBL_MAX, &input, error);
    if (status) return status;
    status = evaluate(loss, &input, single, &out, error);
    if (!status) status = print(loss, &input, &out, error);
    free(out.neg);
    free(out.pos_samples);
    vr_loss_input_free(&input);
    return status;
}

int vr_cmd_loss(int argc, char **argv) {
    static const struct argp_option options[] = {
        {"input", 'i', "FILE", 0, "the scores and parameters as JSON; - is standard input", 0},
        {"precision", 'p', "f64|f32", 0, "evaluate in double (default) or in float", 0},
        {0},
    };
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "NAME",
        .doc =
            "The value and gradient of a loss for one positive, as JSON."
            "\vInput: {\"pos\": y_i, \"neg\": [y_j, ...], \"pos_samples\": [y_k, ...], \"neg_q\": "
            "[q_j, ...], \"params\": {\"t\": .., \"lambda\": .., \"tau_plus\": .., \"margin\": .., "
            "\"weight\": ..}}. Scores are plain similarities; gradients are with respect to them. "
            "Numbers are printed with 17 significant digits. A result beyond the range of the "
            "precision is an error (65), because JSON has no infinity.\n\nExample: echo "
            "'{\"pos\": .9, \"neg\": [.1, .4], \"params\": {\"t\": .5}}' | verirec loss mine+ "
            "--input -",
        .children = children};
    request asked = {.precision = "f64"};
    vr_error error = {0};
    if (argp_parse(&argp, argc, argv, 0, NULL, &asked)) return VR_USAGE;
    return run(&asked, &error) ? vr_cli_fail(argv[0], &error) : VR_OK;
}
