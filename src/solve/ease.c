/* EASE (Eq. 24) and its debiased forms. With G = X^T X, every one of them minimises over W with diag(W) = 0:

     Eq. 24            ||X - XW||^2 + lambda ||W||^2
                       P = (G + lambda I)^-1,   W_ij = -P_ij / P_jj
     c or tau=scale    sum_u [sum_{i in I_u} (c (y_ui - 1)^2 - c y_ui^2) + sum_i y_ui^2] + lambda ||W||^2
                       = ||cX - XW||^2 + c (1 - c) ||X||^2 + lambda ||W||^2: Eq. 24 with the target c X, so
                       W = c EASE(lambda), and the ranking is that of EASE
     tau=count         the same with c_u:  ||XW||^2 - 2 tr(X^T C X W) + sum_u c_u |I_u| + lambda ||W||^2, so with
                       R = X^T C X:  W = P R - P dMat(diag(P R) / diag(P))
     alpha             the printed objective ||X - XW||^2 - alpha ||XW||^2 + lambda ||W||^2. For alpha < 1, Eq. 27:
                       P^ = (G + lambda / (1 - alpha) I)^-1,  W_ij = -P^_ij / P^_jj / (1 - alpha).
                       For alpha = 1, where Eq. 27 divides by 0:  W = offdiag(G) / lambda.
                       For alpha > 1 with T = lambda / (alpha - 1) I - G positive definite: Eq. 27 again, P^ = -T^-1.
                       If T is not, there need be no minimum (there is none once lambda is below (alpha - 1) times the
                       largest eigenvalue of a G without row and column j, for some j).

   P is held by items or by users, whichever are fewer (solve/item_model.h): it is inverted in place in single precision,
   checked, and inverted again in double where the check certifies less than LIMIT. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/progress.h"
#include "model/table.h"
#include "solve/certificate.h"
#include "solve/debias.h"
#include "solve/head.h"
#include "solve/item_model.h"
#include "solve/solver.h"

enum {
    CUTOFF = 20,
    MOST_SAVED = 8192, /* items up to which W is made for --save: 256 MiB */
    SIDE_FEWER = 0,
    SIDE_ITEMS,
    SIDE_USERS /* the key `side` */
};
/* What single precision may be wrong in any column of W, in Euclidean norm. The scores of a user with n items
   are then wrong by sqrt(n) of it at most. */
#define LIMIT 0x1p-10

typedef enum form {
    FORM_SCALED,   /* W_ij = -P_ij / P_jj factor */
    FORM_GRAM,     /* W = offdiag(G) / lambda */
    FORM_PER_USER, /* c_u */
} form;

typedef struct ease {
    const vr_solve_spec *spec;
    const vr_csr *x;
    vr_csr by_item;
    form form;
    double factor;
    double *c, *diagonal; /* n_users; as many as S has rows */
    vr_item_model model;
    vr_certificate checked;
    int bits;
} ease;

/* --- which problem --------------------------------------------------------------------------------- */

static int is_gram(const vr_solve_spec *spec) {
    return vr_solve_given(spec, "alpha") && spec->alpha == 1;
}

/* Whether the inverse is taken by users. */
static int is_by_users(const vr_solve_spec *spec, double n_users, double n_items) {
    if (is_gram(spec)) return 0; /* G itself is wanted */
    return spec->side == SIDE_USERS || (spec->side == SIDE_FEWER && n_users < n_items);
}

static void set_form(ease *e) {
    const vr_solve_spec *spec = e->spec;
    const double rest = vr_solve_given(spec, "alpha") ? 1 - spec->alpha : 1;
    e->form = is_gram(spec) ? FORM_GRAM : vr_debias_per_user(spec) ? FORM_PER_USER : FORM_SCALED;
    e->model.sign = rest < 0 ? -1 : 1;
    e->model.shift = e->form == FORM_GRAM ? 0 : spec->lambda / fabs(rest);
    e->factor = (vr_solve_given(spec, "alpha") ? 1 : e->c[0]) / rest;
}

static vr_status ease_new(const vr_solve_spec *spec, const vr_dataset *dataset, ease *e,
                          vr_error *error) {
    const size_t n_items = (size_t)dataset->n_items + 1, n_users = (size_t)dataset->n_users + 1;
    *e = (ease){.spec = spec, .x = &dataset->train};
    e->c = malloc(n_users * sizeof *e->c);
    e->diagonal = malloc((n_items + n_users) * sizeof *e->diagonal);
    e->model.own = malloc(n_items * sizeof *e->model.own);
    e->model.d = malloc(n_items * sizeof *e->model.d);
    e->model.scale = malloc(n_items * sizeof *e->model.scale);
    vr_status status = vr_csr_transpose(e->x, &e->by_item, error);
    if (!status && (!e->c || !e->diagonal || !e->model.own || !e->model.d || !e->model.scale))
        status = vr_fail(error, VR_INTERNAL, "no memory for %u items", dataset->n_items);
    if (!status) status = vr_certificate_new(dataset->n_items, &e->checked, error);
    if (!status) status = vr_debias_weights(spec, e->x, e->c, error);
    if (status) return status;
    set_form(e);
    for (size_t i = 0; i < n_items + n_users; i++) e->diagonal[i] = e->model.shift;
    e->model.by_users = is_by_users(spec, dataset->n_users, dataset->n_items);
    e->model.x = e->x;
    e->model.by_item = &e->by_item;
    e->model.c = e->form == FORM_PER_USER ? e->c : NULL;
    return VR_OK;
}

static void ease_free(ease *e) {
    vr_symmetric_free(&e->model.s);
    vr_certificate_free(&e->checked);
    vr_csr_free(&e->by_item);
    free(e->model.scale);
    free(e->model.own);
    free(e->model.d);
    free(e->diagonal);
    free(e->c);
}

/* --- its solution ---------------------------------------------------------------------------------- */

static vr_status no_solution(const ease *e, uint32_t row, vr_error *error) {
    const char *side = e->model.by_users ? "user" : "item";
    if (e->model.sign < 0)
        return vr_fail(
            error, VR_DIFFERS,
            "alpha = %g, lambda = %g: lambda / (alpha - 1) I - X^T X is not positive definite "
            "(%s %u), so the objective of Eq. 27 need not be bounded; expected lambda > "
            "(alpha - 1) times the largest eigenvalue of X^T X: take a larger lambda, or "
            "alpha < 1, where Eq. 27 always holds",
            e->spec->alpha, e->spec->lambda, side, row);
    return vr_fail(
        error, VR_DIFFERS,
        "lambda = %g: X^T X + %g I is not positive definite to %d-bit precision (%s %u), so "
        "Eq. 24 has no inverse to take; expected lambda large beside the rounding of the "
        "counts: take a larger lambda",
        e->spec->lambda, e->model.shift, e->bits, side, row);
}

static int is_poor(const ease *e) {
    return e->form != FORM_GRAM && !(e->checked.weights <= LIMIT);
}

/* One inverse at one precision, ready to be read by rows. VR_BAD_DATA: not positive definite. */
static vr_status invert(ease *e, int bits, const vr_solve_hooks *hooks, vr_error *error) {
    const uint32_t n = e->model.by_users ? e->x->n_rows : e->x->n_columns;
    uint32_t pivot = n;
    e->bits = bits;
    vr_symmetric_free(&e->model.s);
    vr_status status = vr_symmetric_new(n, bits == 32 ? VR_SINGLE : VR_DOUBLE, &e->model.s, error);
    if (status) return status;
    if (e->model.by_users)
        vr_symmetric_gram(&e->model.s, &e->by_item, e->x, e->model.sign, e->diagonal);
    else
        vr_symmetric_gram(&e->model.s, e->x, &e->by_item, e->model.sign, e->diagonal);
    if (e->form != FORM_GRAM) status = vr_symmetric_invert(&e->model.s, hooks, &pivot, error);
    if (status == VR_BAD_DATA) return no_solution(e, pivot, error);
    if (status) return status;
    vr_item_model_diagonal(&e->model);
    if (e->form != FORM_GRAM) status = vr_certify(&e->model, &e->checked, error);
    if (!status) status = vr_symmetric_pair(&e->model.s, error);
    if (status || bits == 64 || !is_poor(e)) return status;
    return vr_certify_closely(&e->model, LIMIT, &e->checked, error);
}

static vr_status inverse(ease *e, const vr_solve_hooks *hooks, vr_error *error) {
    const int wanted = (int)e->spec->bits, first = wanted == 64 || e->model.sign < 0 ? 64 : 32;
    vr_status status = invert(e, first, hooks, error);
    const int poor = status == VR_DIFFERS || (!status && is_poor(e));
    if (first == 64 || wanted == 32 || !poor) return status;
    return invert(e, 64, hooks, error);
}

static void set_scale(ease *e) {
    for (uint32_t j = 0; j < e->x->n_columns; j++)
        e->model.scale[j] =
            (float)(e->form == FORM_GRAM ? 1 / e->spec->lambda : -e->factor / e->model.own[j]);
}

/* sum_ij (offdiag G)_ij^2: the Gram matrix is at hand as S. */
static double offdiagonal_squares(const vr_symmetric *s) {
    double sum = 0;
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t j = 0; j < i; j++) {
            const double g = vr_symmetric_get(s, i, j);
            sum += 2 * g * g;
        }
    return sum;
}

/* The value of the objective at its minimum. Column j of Eq. 24 leaves 1 / P_jj - lambda. Not at hand for c_u: NaN. */
static double objective(const ease *e) {
    const double pairs = (double)vr_csr_count(e->x);
    if (e->form == FORM_PER_USER) return NAN;
    if (e->form == FORM_GRAM) return pairs - offdiagonal_squares(&e->model.s) / e->spec->lambda;
    double sum = 0;
    for (uint32_t j = 0; j < e->x->n_columns; j++)
        sum += e->model.sign * (1 / e->model.own[j] - e->model.shift);
    if (vr_solve_given(e->spec, "alpha")) {
        const double rest = 1 - e->spec->alpha;
        return sum / rest + pairs * (1 - 1 / rest);
    }
    return e->factor * e->factor * sum + e->factor * (1 - e->factor) * pairs;
}

/* --- the run --------------------------------------------------------------------------------------- */

static vr_status keep_weights(const ease *e, vr_solution *out, vr_error *error) {
    const uint32_t n = e->x->n_columns;
    float *weights = vr_floats_new((size_t)n * n);
    if (!weights) return vr_fail(error, VR_INTERNAL, "no memory for %u x %u weights", n, n);
    out->arrays[out->n_arrays++] = (vr_solution_array){"weights.npy", {n, n, weights}};
    return vr_item_model_weights(&e->model, weights, error);
}

static vr_status solve(ease *e, const vr_csr *test, const vr_solve_hooks *hooks, vr_solution *out,
                       vr_error *error) {
    const double began = vr_seconds();
    vr_metrics metrics = {0, 0, 0};
    vr_status status = inverse(e, hooks, error);
    if (status) return status;
    set_scale(e);
    const double solved = vr_seconds();
    if (!status) status = vr_item_model_measure(&e->model, test, CUTOFF, &metrics, error);
    if (!status && e->x->n_columns <= MOST_SAVED) status = keep_weights(e, out, error);
    if (status) return status;
    vr_solution_figure(out, "bits", e->bits);
    vr_solution_figure(out, "residual", e->form == FORM_GRAM ? 0 : e->checked.residual);
    vr_solution_figure(out, "weights_error", e->form == FORM_GRAM ? 0 : e->checked.weights);
    const vr_sweep sweep = {
        .sweep = 1, .objective = objective(e), .recall = metrics.recall, .ndcg = metrics.ndcg};
    return vr_solution_add(out, &sweep, solved - began, vr_seconds() - solved, hooks, error);
}

static vr_status run(const vr_solve_spec *spec, const vr_dataset *dataset,
                     const vr_solve_hooks *hooks, vr_solution *out, vr_error *error) {
    const int part = spec->items && spec->items < dataset->n_items;
    vr_dataset head = {0};
    ease e = {0};
    vr_status status = part ? vr_dataset_head(dataset, spec->items, &head, NULL, error) : VR_OK;
    const vr_dataset *used = part ? &head : dataset;
    if (!status) status = ease_new(spec, used, &e, error);
    if (!status) status = solve(&e, &used->test, hooks, out, error);
    ease_free(&e);
    if (part) vr_dataset_free(&head);
    return status;
}

/* --- the solver ------------------------------------------------------------------------------------ */

static vr_status check(const vr_solve_spec *spec, const char *where, vr_error *error) {
    const int given =
        vr_solve_given(spec, "c") + vr_solve_given(spec, "tau") + vr_solve_given(spec, "alpha");
    if (given > 1)
        return vr_fail(
            error, VR_USAGE,
            "%s: more than one of c, tau and alpha; c is one c_u for all users, tau a rule for "
            "each, alpha the weight in the objective as printed: give one of them",
            where);
    if (spec->bits != 0 && spec->bits != 32 && spec->bits != 64)
        return vr_fail(error, VR_USAGE, "%s: bits = %u; expected 32, 64 or 0", where, spec->bits);
    return VR_OK;
}

static double n_items_of(const vr_solve_spec *spec, const vr_dataset *dataset) {
    return spec->items && spec->items < dataset->n_items ? spec->items : dataset->n_items;
}

static double memory(const vr_solve_spec *spec, const vr_dataset *dataset, int threads) {
    const double items = n_items_of(spec, dataset), users = dataset->n_users,
                 n = is_by_users(spec, users, items) ? users : items,
                 pairs = (double)vr_csr_count(&dataset->train);
    const double work = vr_symmetric_work_bytes(n, spec->bits == 32 ? VR_SINGLE : VR_DOUBLE),
                 rows = threads *
                        fmax(vr_item_model_bytes(users, items), vr_certificate_bytes(users, items));
    const double head = spec->items ? 4 * pairs + 8 * users : 0;
    return vr_symmetric_bytes(n) + (work > rows ? work : rows) + head + 4 * pairs +
           64 * (users + items) + (items <= MOST_SAVED ? 4 * items * items : 0);
}

/* The need of either side. */
static void in_words(const vr_solve_spec *spec, const vr_dataset *dataset, int threads, char *text,
                     size_t size) {
    vr_solve_spec by_items = *spec, by_users = *spec;
    by_items.side = SIDE_ITEMS;
    by_users.side = SIDE_USERS;
    snprintf(
        text, size,
        "an inverse is held in 4 bytes x n x n, %.1f GiB in all by items (side=1) and %.1f GiB "
        "by users (side=2); side=0 takes the smaller, items=N the N most popular items",
        memory(&by_items, dataset, threads) / 0x1p30, memory(&by_users, dataset, threads) / 0x1p30);
}

static double work(const vr_solve_spec *spec, const vr_dataset *dataset) {
    const double items = n_items_of(spec, dataset), users = dataset->n_users,
                 n = is_by_users(spec, users, items) ? users : items;
    return n * n * n / 2;
}

static uint32_t sweeps(const vr_solve_spec *spec) {
    (void)spec;
    return 1;
}

const vr_solver vr_solver_ease = {
    .name = "ease",
    .title = "linear item model in closed form, biased or debiased",
    .equation = "Eq. 24, Eq. 27, Theorem 2",
    .keys = "lambda c tau alpha side bits items seed holdout",
    .defaults = {.lambda = 300, .c = 1, .tau_rule = VR_TAU_COUNT, .tau_value = 20, .seed = 2019},
    .check = check,
    .memory = memory,
    .in_words = in_words,
    .work = work,
    .sweeps = sweeps,
    .run = run};
