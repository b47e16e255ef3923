#include "audit/golden.h"

#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/formula.h"
#include "audit/params_file.h"
#include "base/file.h"
#include "base/npy.h"

enum { MOST_ROWS = 4, MOST_SCORES = 200 };

typedef struct scores {
    double pos[MOST_ROWS], neg[MOST_ROWS * MOST_SCORES], samples[MOST_ROWS * MOST_SCORES],
        q[MOST_ROWS * MOST_SCORES];
} scores;

/* --- scores -------------------------------------------------------------------------------------- */

/* The next number of a fixed sequence, in [low, high), with 24 digits: a float. */
static double next(uint64_t *state, double low, double high) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(float)(low + (high - low) * (double)(*state >> 40) * 0x1p-24);
}

typedef double fill(uint64_t *state, int is_pos, int is_sample, size_t i);

static double fill_cosine(uint64_t *state, int is_pos, int is_sample, size_t i) {
    (void)is_pos, (void)is_sample, (void)i;
    return next(state, -1, 1);
}
static double fill_tens(uint64_t *state, int is_pos, int is_sample, size_t i) {
    (void)is_pos, (void)is_sample, (void)i;
    return next(state, -30, 30);
}
static double fill_thousands(uint64_t *state, int is_pos, int is_sample, size_t i) {
    (void)is_pos, (void)is_sample, (void)i;
    return next(state, -1000, 1000);
}
static double fill_far_positive(uint64_t *state, int is_pos, int is_sample, size_t i) {
    (void)is_sample;
    return is_pos ? (i % 2 ? 200 : -200) : next(state, -1, 1);
}
static double fill_tiny(uint64_t *state, int is_pos, int is_sample, size_t i) {
    (void)is_pos, (void)is_sample, (void)i;
    return next(state, -1, 1) * 0x1p-100;
}
static double fill_equal(uint64_t *state, int is_pos, int is_sample, size_t i) {
    (void)state, (void)is_pos, (void)is_sample, (void)i;
    return .625;
}
/* Negatives at the margin, below and above it; samples at the top, so that the clamp acts. */
static double fill_edge(uint64_t *state, int is_pos, int is_sample, size_t i) {
    (void)state;
    return is_pos || is_sample ? 1 : i % 3 == 0 ? .25 : i % 3 == 1 ? -1 : .3125;
}

static const struct golden {
    const char *name, *kind;
    size_t rows, n, m;
    fill *fill;
} cases[] = {
#define GOLDEN(name, kind, rows, n, m, fill) {name, kind, rows, n, m, fill_##fill},
#include "audit/golden.def"
#undef GOLDEN
};
enum { N_CASES = sizeof cases / sizeof *cases };

static void draw(const struct golden *g, scores *s) {
    uint64_t state = 6;
    for (size_t b = 0; b < g->rows; b++) s->pos[b] = g->fill(&state, 1, 0, b);
    for (size_t i = 0; i < g->rows * g->n; i++) s->neg[i] = g->fill(&state, 0, 0, i);
    for (size_t i = 0; i < g->rows * g->m; i++) s->samples[i] = g->fill(&state, 0, 1, i);
    for (size_t i = 0; i < g->rows * g->n; i++) s->q[i] = next(&state, .01, .5);
}

/* --- one case ------------------------------------------------------------------------------------- */

typedef struct writer {
    const struct golden *g;
    const vr_loss *loss;
    char folder[3072];
    scores *s;
    vr_numbers *pool;
    vr_row row;
    double *out[VR_N_QUANTITIES], *bound[VR_N_QUANTITIES];
    vr_error *error;
} writer;

static size_t columns(const writer *w, int q) {
    return q == VR_GRAD_NEG ? w->g->n : q == VR_GRAD_SAMPLES ? w->g->m : 1;
}

static int has_proposal(const vr_loss *loss) {
    return strcmp(loss->name, "sampled-softmax") == 0;
}

static vr_status write_array(const writer *w, const char *name, const char *suffix, double *x,
                             size_t n) {
    char path[4096];
    vr_npy array = {.type = VR_NPY_F8, .shape = {w->g->rows, n}, .values = x};
    array.n_dims = n == 1 && strcmp(name, "neg") && strcmp(name, "grad_neg") &&
                           strcmp(name, "pos_samples") && strcmp(name, "grad_pos_samples") &&
                           strcmp(name, "neg_q")
                       ? 1
                       : 2;
    snprintf(path, sizeof path, "%s/%s%s.npy", w->folder, name, suffix);
    return vr_npy_write(path, &array, w->error);
}

static vr_loss_params params_of(const vr_loss *loss) {
    vr_loss_params p = {.t = .25, .lambda = .75, .tau_plus = .25, .margin = .25, .weight = 3};
    if (isnan(loss->defaults.lambda)) p.lambda = loss->defaults.lambda; /* N */
    return p;
}

static vr_status evaluate_row(const writer *w, size_t b, int bits) {
    const struct golden *g = w->g;
    vr_problem p = {.loss = w->loss, .params = params_of(w->loss), .bits = bits};
    p.scores = (vr_scores_f64){w->s->pos[b],
                               w->s->neg + b * g->n,
                               g->n,
                               w->s->samples + b * g->m,
                               w->loss->needs_pos_samples ? g->m : 0,
                               has_proposal(w->loss) ? w->s->q + b * g->n : NULL};
    if (isnan(p.params.lambda)) p.params.lambda = (double)g->n;
    vr_row row = w->row;
    if (vr_formula_exact(w->pool, &p, &row) < 0)
        return vr_fail(w->error, VR_INTERNAL, "no memory for a golden vector");
    for (int q = 0; q < VR_N_QUANTITIES; q++)
        for (size_t i = 0, n = columns(w, q); i < n; i++) {
            w->out[q][b * n + i] = (double)row.cells[q][i].x;
            w->bound[q][b * n + i] = row.cells[q][i].bound;
        }
    return VR_OK;
}

static vr_status write_results(const writer *w, int bits) {
    vr_status status = VR_OK;
    int last = w->loss->needs_pos_samples ? VR_GRAD_SAMPLES : VR_GRAD_NEG;
    for (size_t b = 0; b < w->g->rows && !status; b++) status = evaluate_row(w, b, bits);
    for (int q = 0; q <= last && !status; q++) {
        const char *name = vr_quantity_names[q];
        if (bits == 64) status = write_array(w, name, "", w->out[q], columns(w, q));
        if (!status)
            status = write_array(w, name, bits == 64 ? "_bound_f64" : "_bound_f32", w->bound[q],
                                 columns(w, q));
    }
    return status;
}

static vr_status write_case(writer *w) {
    vr_loss_params params = params_of(w->loss);
    draw(w->g, w->s);
    vr_status status = vr_params_file_write(w->folder, w->loss, &params, w->error);
    if (!status) status = write_array(w, "pos", "", w->s->pos, 1);
    if (!status) status = write_array(w, "neg", "", w->s->neg, w->g->n);
    if (!status && w->loss->needs_pos_samples)
        status = write_array(w, "pos_samples", "", w->s->samples, w->g->m);
    if (!status && has_proposal(w->loss)) status = write_array(w, "neg_q", "", w->s->q, w->g->n);
    if (!status) status = write_results(w, 64);
    return status ? status : write_results(w, 32);
}

/* --- the index, and all ------------------------------------------------------------------------------ */

static json_t *index_of(const vr_loss *loss) {
    json_t *list = json_array();
    for (size_t i = 0; i < N_CASES; i++) {
        const struct golden *g = &cases[i];
        size_t m = loss->needs_pos_samples ? g->m : 0;
        json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:I}", "name", g->name, "kind",
                                              g->kind, "rows", (json_int_t)g->rows, "negatives",
                                              (json_int_t)g->n, "positive_samples", (json_int_t)m));
    }
    return json_pack("{s:s, s:s, s:o}", "name", loss->name, "equation", loss->equation, "cases",
                     list);
}

static vr_status write_index(const char *folder, vr_error *error) {
    char path[4096];
    json_t *losses = json_array();
    for (size_t l = 0; l < vr_n_losses; l++) json_array_append_new(losses, index_of(&vr_losses[l]));
    json_t *root =
        json_pack("{s:i, s:s, s:o}", "format", 1, "folders", "LOSS/CASE", "losses", losses);
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    json_decref(root);
    if (!text) return vr_fail(error, VR_INTERNAL, "no memory for index.json");
    snprintf(path, sizeof path, "%s/index.json", folder);
    vr_status status = vr_file_write(path, text, strlen(text), error);
    free(text);
    return status;
}

static int make_room(writer *w) {
    int ok = (w->s = calloc(1, sizeof *w->s)) && (w->pool = vr_numbers_new());
    for (int q = 0; q < VR_N_QUANTITIES; q++) {
        size_t room = vr_row_room(MOST_SCORES, MOST_SCORES);
        ok &= (w->row.cells[q] = calloc(room, sizeof(vr_cell))) != NULL;
        ok &= (w->out[q] = calloc(MOST_ROWS * MOST_SCORES, sizeof(double))) != NULL;
        ok &= (w->bound[q] = calloc(MOST_ROWS * MOST_SCORES, sizeof(double))) != NULL;
    }
    return ok;
}

static void free_room(writer *w) {
    free(w->s);
    vr_numbers_free(w->pool);
    for (int q = 0; q < VR_N_QUANTITIES; q++) {
        free(w->row.cells[q]);
        free(w->out[q]);
        free(w->bound[q]);
    }
}

vr_status vr_golden_write(const char *folder, vr_error *error) {
    writer w = {.error = error};
    vr_status status = make_room(&w) ? VR_OK : vr_fail(error, VR_INTERNAL, "no memory");
    if (!status && strlen(folder) > 2048)
        status = vr_fail(error, VR_USAGE, "--golden: the path is longer than 2048 bytes");
    for (size_t l = 0; l < vr_n_losses && !status; l++)
        for (size_t i = 0; i < N_CASES && !status; i++) {
            w.g = &cases[i];
            w.loss = &vr_losses[l];
            snprintf(w.folder, sizeof w.folder, "%s/%s/%s", folder, w.loss->name, w.g->name);
            status = write_case(&w);
        }
    if (!status) status = write_index(folder, error);
    free_room(&w);
    return status;
}
