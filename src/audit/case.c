#include "audit/case.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/params_file.h"
#include "base/file.h"

typedef struct reader {
    const char *folder;
    vr_audit_case *c;
    vr_error *error;
} reader;

static vr_status path_of(const reader *r, const char *file, char path[4096]) {
    int n = snprintf(path, 4096, "%s/%s.npy", r->folder, file);
    return n > 0 && n < 4096
               ? VR_OK
               : vr_fail(r->error, VR_USAGE, "--case: the path is longer than 4096 bytes");
}

/* "(4, 8)" as NumPy writes it. */
static const char *shape_text(const vr_npy *a, char text[128]) {
    int n = snprintf(text, 128, "(");
    for (uint32_t d = 0; d < a->n_dims; d++)
        n += snprintf(text + n, 128 - (size_t)n, "%s%" PRIu64, d ? ", " : "", a->shape[d]);
    snprintf(text + n, 128 - (size_t)n, "%s)", a->n_dims == 1 ? "," : "");
    return text;
}

static vr_status check_finite(const char *path, const double *x, size_t n, vr_error *error) {
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return vr_fail(error, VR_BAD_DATA,
                           "%s: value %zu (in C order, from 0): expected a finite number, got %s; "
                           "only value and gradients may be infinite or NaN",
                           path, i,
                           isnan(x[i]) ? "NaN"
                           : x[i] > 0  ? "inf"
                                       : "-inf");
    return VR_OK;
}

/* How an array's shape must be: the dimensions, each given or free (0), or fewer of them for a single row. */
typedef struct shape {
    uint32_t n_dims;
    uint64_t extent[3]; /* 0: any of at least 1 */
    const char *words;  /* for the message */
} shape;

static int fits(const vr_npy *a, const shape *s) {
    if (a->n_dims != s->n_dims) return 0;
    for (uint32_t d = 0; d < s->n_dims; d++)
        if (a->shape[d] == 0 || (s->extent[d] && a->shape[d] != s->extent[d])) return 0;
    return 1;
}

static vr_status check_shape(const char *path, const vr_npy *a, const shape *shapes,
                             size_t n_shapes, vr_error *error) {
    char text[128], wanted[512] = "";
    size_t used = 0;
    for (size_t i = 0; i < n_shapes; i++) {
        if (fits(a, &shapes[i])) return VR_OK;
        if (used < sizeof wanted)
            used += (size_t)snprintf(wanted + used, sizeof wanted - used, "%s%s", i ? " or " : "",
                                     shapes[i].words);
    }
    return vr_fail(error, VR_BAD_DATA, "%s: NPY shape: expected %s, got %s", path, wanted,
                   shape_text(a, text));
}

/* The doubles of an f4 or f8 array; *array keeps type and shape. */
static vr_status read_array(const reader *r, const char *file, vr_npy *array, double **out) {
    char path[4096];
    vr_npy a;
    vr_status status = path_of(r, file, path);
    if (!status) status = vr_npy_read(path, &a, r->error);
    if (status) return status;
    if (a.type != VR_NPY_F4 && a.type != VR_NPY_F8)
        status = vr_fail(r->error, VR_BAD_DATA,
                         "%s: NPY dtype: expected <f4 or <f8, got whole numbers (<i%zu)", path,
                         vr_npy_value_size(a.type));
    size_t n = (size_t)vr_npy_count(&a);
    if (!status && !(*out = malloc((n + 1) * sizeof **out)))
        status = vr_fail(r->error, VR_INTERNAL, "%s: no memory for %zu numbers", path, n);
    for (size_t i = 0; !status && i < n; i++) (*out)[i] = vr_npy_value(&a, i);
    if (!status && a.type == VR_NPY_F4) r->c->bits = 32;
    *array = a;
    array->values = NULL;
    vr_npy_free(&a);
    return status;
}

typedef struct wanted {
    const char *file;
    const shape *shapes;
    size_t n_shapes;
    int finite;
} wanted;

static vr_status read_checked(const reader *r, const wanted *w, vr_npy *array, double **out) {
    char path[4096];
    vr_npy header = {0};
    vr_status status = path_of(r, w->file, path);
    if (!status) status = read_array(r, w->file, &header, out);
    if (!status) status = check_shape(path, &header, w->shapes, w->n_shapes, r->error);
    if (!status && w->finite)
        status = check_finite(path, *out, (size_t)vr_npy_count(&header), r->error);
    if (array) *array = header;
    return status;
}

static int exists(const reader *r, const char *file) {
    char path[4096];
    vr_error ignored;
    reader quiet = {r->folder, r->c, &ignored};
    return !path_of(&quiet, file, path) && vr_file_exists(path);
}

/* --- scores ---------------------------------------------------------------------------------------- */

/* B x n, or n where B is 1; n = 0: any. */
static size_t row_shapes(const vr_audit_case *c, size_t n, const char *name, char words[2][96],
                         shape shapes[2]) {
    char count[32];
    if (n)
        snprintf(count, sizeof count, "%zu", n);
    else
        snprintf(count, sizeof count, "%s", name);
    snprintf(words[0], 96, "(%zu, %s), a row for each of pos.npy", c->n_rows, count);
    snprintf(words[1], 96, "(%s,)", count);
    shapes[0] = (shape){2, {c->n_rows, n}, words[0]};
    shapes[1] = (shape){1, {n}, words[1]};
    return c->n_rows == 1 ? 2 : 1;
}

static vr_status read_rows(const reader *r, const char *file, size_t n, const char *name,
                           int finite, double **out, size_t *columns) {
    char words[2][96];
    shape shapes[2];
    vr_npy array;
    wanted w = {file, shapes, row_shapes(r->c, n, name, words, shapes), finite};
    vr_status status = read_checked(r, &w, &array, out);
    if (!status && columns) *columns = (size_t)array.shape[array.n_dims - 1];
    return status;
}

static vr_status read_pos(const reader *r) {
    static const shape shapes[] = {{0, {0}, "a scalar"}, {1, {0}, "(B,)"}};
    wanted w = {"pos", shapes, 2, 1};
    vr_npy array;
    vr_status status = read_checked(r, &w, &array, &r->c->pos);
    if (!status) r->c->n_rows = (size_t)vr_npy_count(&array);
    return status;
}

/* A file that this loss does not use is a mistake of the caller. */
static vr_status refuse(const reader *r, const char *file, const char *why) {
    if (!exists(r, file)) return VR_OK;
    return vr_fail(r->error, VR_BAD_DATA, "%s/%s.npy: loss \"%s\" %s; remove the file", r->folder,
                   file, r->c->loss->name, why);
}

static vr_status check_proposal(const reader *r) {
    const vr_audit_case *c = r->c;
    for (size_t i = 0; i < c->n_rows * c->n_neg; i++)
        if (!(c->neg_q[i] > 0 && c->neg_q[i] <= 1))
            return vr_fail(r->error, VR_BAD_DATA,
                           "%s/neg_q.npy: value %zu: expected a probability greater than 0 and at "
                           "most 1, got %.9g",
                           r->folder, i, c->neg_q[i]);
    return VR_OK;
}

static vr_status read_scores(const reader *r) {
    vr_audit_case *c = r->c;
    vr_status status = read_pos(r);
    if (!status) status = read_rows(r, "neg", 0, "N", 1, &c->neg, &c->n_neg);
    if (!status && c->loss->needs_pos_samples)
        status = read_rows(r, "pos_samples", 0, "M", 1, &c->pos_samples, &c->n_pos_samples);
    else if (!status)
        status = refuse(r, "pos_samples", "has no positive samples");
    int proposal = !strcmp(c->loss->name, "sampled-softmax");
    if (!status && !proposal) status = refuse(r, "neg_q", "has no proposal");
    if (status || !proposal || !exists(r, "neg_q")) return status;
    status = read_rows(r, "neg_q", c->n_neg, "N", 1, &c->neg_q, NULL);
    return status ? status : check_proposal(r);
}

/* --- value and gradients ------------------------------------------------------------------------- */

static vr_status read_value(const reader *r) {
    vr_audit_case *c = r->c;
    char words[96];
    vr_npy array;
    snprintf(words, sizeof words, "(%zu,), a value for each of pos.npy", c->n_rows);
    shape shapes[] = {{0, {0}, "a scalar"}, {1, {1}, "(1,)"}, {1, {c->n_rows}, words}};
    wanted w = {"value", shapes, c->n_rows > 1 ? 3 : 2, 0};
    vr_status status = read_checked(r, &w, &array, &c->got[VR_VALUE]);
    if (!status) c->n_values = (size_t)vr_npy_count(&array);
    return status;
}

static vr_status read_grad_pos(const reader *r) {
    char words[96];
    snprintf(words, sizeof words, "(%zu,) as pos.npy", r->c->n_rows);
    shape shapes[] = {{1, {r->c->n_rows}, words}, {0, {0}, "a scalar"}};
    wanted w = {"grad_pos", shapes, r->c->n_rows == 1 ? 2 : 1, 0};
    return read_checked(r, &w, NULL, &r->c->got[VR_GRAD_POS]);
}

static vr_status read_results(const reader *r) {
    vr_audit_case *c = r->c;
    vr_status status = read_value(r);
    if (!status && exists(r, "grad_pos")) status = read_grad_pos(r);
    if (!status && exists(r, "grad_neg"))
        status = read_rows(r, "grad_neg", c->n_neg, "N", 0, &c->got[VR_GRAD_NEG], NULL);
    if (!status && !c->loss->needs_pos_samples)
        return refuse(r, "grad_pos_samples", "has no positive samples");
    if (!status && exists(r, "grad_pos_samples"))
        status = read_rows(r, "grad_pos_samples", c->n_pos_samples, "M", 0,
                           &c->got[VR_GRAD_SAMPLES], NULL);
    return status;
}

/* --- embeddings ---------------------------------------------------------------------------------- */

static vr_status read_embeddings(const reader *r) {
    vr_audit_case *c = r->c;
    char words[3][96];
    vr_npy array;
    if (!exists(r, "user") && !exists(r, "pos_item") && !exists(r, "neg_items")) return VR_OK;
    snprintf(words[0], 96, "(%zu, d)", c->n_rows);
    shape user = {2, {c->n_rows, 0}, words[0]};
    wanted w = {"user", &user, 1, 1};
    vr_status status = read_checked(r, &w, &array, &c->user);
    if (status) return status;
    c->dim = (size_t)array.shape[1];
    snprintf(words[1], 96, "(%zu, %zu) as user.npy", c->n_rows, c->dim);
    snprintf(words[2], 96, "(%zu, %zu, %zu), B x N x d", c->n_rows, c->n_neg, c->dim);
    shape item = {2, {c->n_rows, c->dim}, words[1]};
    shape items = {3, {c->n_rows, c->n_neg, c->dim}, words[2]};
    status = read_checked(r, &(wanted){"pos_item", &item, 1, 1}, NULL, &c->pos_item);
    return status ? status
                  : read_checked(r, &(wanted){"neg_items", &items, 1, 1}, NULL, &c->neg_items);
}

/* --- the whole ----------------------------------------------------------------------------------- */

vr_status vr_audit_case_read(const char *folder, const vr_loss *loss, vr_audit_case *c,
                             vr_error *error) {
    *c = (vr_audit_case){.loss = loss, .params = loss->defaults, .bits = 64};
    reader r = {folder, c, error};
    vr_status status = vr_params_file_read(folder, loss, &c->params, error);
    if (!status) status = read_scores(&r);
    if (!status) status = read_results(&r);
    if (!status) status = read_embeddings(&r);
    if (isnan(c->params.lambda)) c->params.lambda = (double)c->n_neg;
    const size_t columns[] = {1, 1, c->n_neg, c->n_pos_samples};
    memcpy(c->columns, columns, sizeof columns);
    return status;
}

void vr_audit_case_free(vr_audit_case *c) {
    double *arrays[] = {c->pos,  c->neg,      c->pos_samples, c->neg_q,
                        c->user, c->pos_item, c->neg_items};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
    for (int q = 0; q < VR_N_QUANTITIES; q++) free(c->got[q]);
    *c = (vr_audit_case){0};
}

vr_problem vr_audit_problem(const vr_audit_case *c, size_t b) {
    vr_scores_f64 scores = {.pos = c->pos[b],
                            .neg = c->neg + b * c->n_neg,
                            .n_neg = c->n_neg,
                            .pos_samples =
                                c->pos_samples ? c->pos_samples + b * c->n_pos_samples : NULL,
                            .n_pos_samples = c->n_pos_samples,
                            .neg_q = c->neg_q ? c->neg_q + b * c->n_neg : NULL};
    return (vr_problem){.loss = c->loss, .scores = scores, .params = c->params, .bits = c->bits};
}
