/* verirec_loss_f64 and verirec_loss_f32: compiled once for each precision. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "api/answer.h"
#include "loss/bound.h"
#include "loss/params.h"
#include "loss/real.h"

#if VR_REAL_BITS == 64
#define KERNEL(loss) ((loss)->f64)
#else
#define KERNEL(loss) ((loss)->f32)
#endif

typedef VR_NAME(verirec_scores) given_scores;
typedef VR_NAME(verirec_results) wanted_results;

/* A call's arguments, and room for one pair: gradients that nobody wants, and scores in double for the bound. */
typedef struct call {
    const vr_loss *loss;
    const given_scores *scores;
    const wanted_results *results;
    vr_loss_params params;
    vr_error *error;
    vr_real *neg, *samples;
    double *wide;
} call;

static vr_status take_params(const verirec_params *params, call *c) {
    unsigned given = 0;
    vr_loss_params asked;
    _Static_assert(sizeof asked == sizeof *params, "one order of the parameters");
    c->params = c->loss->defaults;
    if (params) memcpy(&asked, params, sizeof asked);
    for (size_t i = 0; params && i < VR_N_LOSS_KEYS; i++) {
        const vr_loss_key *key;
        double value = vr_loss_param(&asked, &vr_loss_keys[i]);
        if (isnan(value)) continue;
        vr_status status =
            vr_loss_key_find(c->loss, vr_loss_keys[i].name, "params", &key, c->error);
        if (!status) status = vr_loss_param_set(&c->params, key, value, "params", c->error);
        if (status) return status;
        given |= key->bit;
    }
    return vr_loss_params_given(c->loss, given, "params", c->error);
}

static vr_status check_array(const char *name, const vr_real *x, size_t n, double least,
                             double most, const char *range, call *c) {
    if (n && !x)
        return vr_fail(c->error, VR_BAD_DATA, "%s: expected %zu numbers, got NULL", name, n);
    for (size_t i = 0; i < n; i++)
        if (!((double)x[i] >= least && (double)x[i] <= most))
            return vr_fail(c->error, VR_BAD_DATA, "%s[%zu]: expected %s, got %.9g", name, i, range,
                           (double)x[i]);
    return VR_OK;
}

static vr_status check_scores(call *c) {
    const given_scores *s = c->scores;
    const double most = (double)VR_REAL_MAX;
    if (s->n_neg < 1) return vr_fail(c->error, VR_BAD_DATA, "n_neg: expected at least 1, got 0");
    if (c->loss->needs_pos_samples && !s->n_samples)
        return vr_fail(c->error, VR_BAD_DATA,
                       "n_samples: loss \"%s\" needs at least one positive sample, got 0",
                       c->loss->name);
    if (s->neg_q && strcmp(c->loss->name, "sampled-softmax") != 0)
        return vr_fail(c->error, VR_BAD_DATA,
                       "neg_q: loss \"%s\" has no proposal; only sampled-softmax has",
                       c->loss->name);
    const char *finite = "a finite score";
    vr_status status = check_array("pos", s->pos, s->batch, -most, most, finite, c);
    if (!status) status = check_array("neg", s->neg, s->batch * s->n_neg, -most, most, finite, c);
    if (!status)
        status = check_array("pos_samples", s->pos_samples, s->batch * s->n_samples, -most, most,
                             finite, c);
    if (!status && s->neg_q)
        status = check_array("neg_q", s->neg_q, s->batch * s->n_neg, 1 / most, 1,
                             "a probability greater than 0", c);
    if (!status && s->batch && !c->results->value)
        status = vr_fail(c->error, VR_BAD_DATA, "results->value: expected room for %zu, got NULL",
                         s->batch);
    return status;
}

static const double *widened(const vr_real *from, size_t n, double *to) {
    for (size_t i = 0; from && i < n; i++) to[i] = (double)from[i];
    return from ? to : NULL;
}

static double bound_of(const call *c, const VR_NAME(vr_scores) * s, double value) {
    double *neg = c->wide, *q = neg + s->n_neg, *samples = q + s->n_neg;
    vr_scores_f64 wide = {(double)s->pos,   widened(s->neg, s->n_neg, neg),
                          s->n_neg,         widened(s->pos_samples, s->n_pos_samples, samples),
                          s->n_pos_samples, widened(s->neg_q, s->n_neg, q)};
    return vr_loss_bound(c->loss, &wide, &c->params, value, VR_REAL_BITS);
}

static void evaluate_pair(const call *c, size_t b) {
    const given_scores *s = c->scores;
    const wanted_results *r = c->results;
    size_t n = s->n_neg, m = s->n_samples;
    VR_NAME(vr_scores)
    one = {s->pos[b], s->neg + b * n,
           n,         m ? s->pos_samples + b * m : NULL,
           m,         s->neg_q ? s->neg_q + b * n : NULL};
    VR_NAME(vr_gradient)
    gradient = {.neg = r->grad_neg ? r->grad_neg + b * n : c->neg,
                .pos_samples = r->grad_pos_samples ? r->grad_pos_samples + b * m : c->samples};
    if (m) memset(gradient.pos_samples, 0, m * sizeof *gradient.pos_samples);
    r->value[b] = KERNEL(c->loss)(&one, &c->params, &gradient);
    if (r->grad_pos) r->grad_pos[b] = gradient.pos;
    if (r->bound) r->bound[b] = bound_of(c, &one, (double)r->value[b]);
}

static vr_status evaluate_all(call *c) {
    size_t n = c->scores->n_neg, m = c->scores->n_samples;
    c->neg = malloc((n + 1) * sizeof *c->neg);
    c->samples = malloc((m + 1) * sizeof *c->samples);
    c->wide = malloc((2 * n + m + 1) * sizeof *c->wide);
    int ok = c->neg && c->samples && c->wide;
    for (size_t b = 0; ok && b < c->scores->batch; b++) evaluate_pair(c, b);
    free(c->neg);
    free(c->samples);
    free(c->wide);
    return ok ? VR_OK : vr_fail(c->error, VR_INTERNAL, "no memory for %zu scores", n + m);
}

int VR_NAME(verirec_loss)(const char *loss, const verirec_params *params,
                          const given_scores *scores, const wanted_results *results,
                          char *message) {
    vr_error error = {.status = VR_OK};
    call c = {.scores = scores, .results = results, .error = &error};
    vr_status status = vr_loss_named(loss ? loss : "(null)", "", &c.loss, &error);
    if (!status) status = take_params(params, &c);
    if (!status) status = check_scores(&c);
    if (!status) status = evaluate_all(&c);
    error.status = status;
    return vr_answer(&error, message);
}
