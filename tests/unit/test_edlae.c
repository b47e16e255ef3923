/* ADMM (Eq. 29 to 31), low-rank EDLAE (Eq. 32 to 35): printed against corrected, full rank against the closed form. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "solve/low_rank.h"
#include "worlds.h"

/* --- ADMM ------------------------------------------------------------------------------------------ */

/* minimise sum_i (a_i / 2 x_i^2 - q_i x_i) + (h / 2) |z|^2  subject to  x_i + z_i = c_i (A = B = I): scalars, so that the
   solution is known: x_i = (q_i + h c_i) / (a_i + h). */
enum { N = 7 };
typedef struct toy {
    double a[N], q[N], c[N], x[N], h, rho,
        sign; /* sign -1: the multiplier's sign turned round, wrongly */
} toy;

static vr_status toy_x(void *context, const double *z, const double *u, vr_error *error) {
    toy *t = context;
    (void)error;
    for (int i = 0; i < N; i++)
        t->x[i] = (t->q[i] - t->rho * (z[i] - t->c[i] + t->sign * u[i])) / (t->a[i] + t->rho);
    return VR_OK;
}

static void toy_z(void *context, const double *u, double *z) {
    const toy *t = context;
    for (int i = 0; i < N; i++)
        z[i] = -t->rho * (t->x[i] - t->c[i] + t->sign * u[i]) / (t->h + t->rho);
}

static void toy_constraint(void *context, const double *z, double *gap) {
    const toy *t = context;
    for (int i = 0; i < N; i++) gap[i] = t->x[i] + z[i] - t->c[i];
}

static double toy_dual(void *context, const double *old_z, const double *z) {
    const toy *t = context;
    double squares = 0;
    for (int i = 0; i < N; i++) squares += (z[i] - old_z[i]) * (z[i] - old_z[i]);
    return t->rho * sqrt(squares);
}

static double toy_error(const toy *t) {
    double worst = 0;
    for (int i = 0; i < N; i++)
        worst = fmax(worst, fabs(t->x[i] - (t->q[i] + t->h * t->c[i]) / (t->a[i] + t->h)));
    return worst;
}

/* Both residuals, and the error, after the steps; y is Eq. 31's own multiplier, kept beside. */
static vr_admm_residuals run_toy(toy *t, int steps, double *worst_y) {
    double z[N] = {0}, u[N] = {0}, old[N], gap[N], y[N] = {0};
    vr_admm admm = {N, N, z, u, old, gap, t, toy_x, toy_z, toy_constraint, toy_dual};
    vr_admm_residuals r = {0, 0};
    vr_error error;
    *worst_y = 0;
    for (int k = 0; k < steps; k++) {
        vr_admm_step(&admm, &r, &error);
        for (int i = 0; i < N; i++) {
            y[i] += t->rho * (t->x[i] + z[i] - t->c[i]); /* Eq. 31 */
            *worst_y = fmax(*worst_y, fabs(y[i] - t->rho * u[i]));
        }
    }
    return r;
}

Test(edlae, admm_reaches_the_solution_of_a_convex_problem_and_its_residuals_tell_it) {
    for (double rho = .1; rho < 20; rho *= 4) {
        toy t = {.h = 1.5, .rho = rho, .sign = 1}, early, wrong;
        uint32_t seed = 4;
        double y;
        for (int i = 0; i < N; i++) {
            t.a[i] = .5 + uniform(&seed);
            t.q[i] = uniform(&seed) - .5;
            t.c[i] = uniform(&seed);
        }
        early = wrong = t;
        wrong.sign = -1;
        vr_admm_residuals last = run_toy(&t, 2000, &y), first = run_toy(&early, 3, &y);
        cr_expect_lt(toy_error(&t), 1e-13, "rho %g: %g", rho, toy_error(&t));
        cr_expect_lt(last.primal, 1e-13);
        cr_expect_lt(last.dual, 1e-13);
        cr_expect_gt(first.primal + first.dual, 1e-6);
        run_toy(&t, 500, &y);
        cr_expect_lt(y, 1e-12); /* the scaled form is Eq. 31 with y = rho u */
        run_toy(&wrong, 200, &y);
        cr_expect(!(toy_error(&wrong) < 1e-3), "rho %g", rho);
    }
}

/* --- low rank -------------------------------------------------------------------------------------- */

static vr_low_rank made(const vr_csr *x, uint32_t rank, double omega, int printed, uint64_t seed) {
    /* Lambda = 1 + .2 diag(G) */
    const vr_low_rank_spec spec = {rank, 1, 1 / 6., omega, printed, 1, seed};
    vr_low_rank m;
    vr_error error = {.text = ""};
    cr_assert_eq(vr_low_rank_new(&spec, x, NULL, &m, &error), VR_OK, "%s", error.text);
    return m;
}

static vr_admm_residuals go_on(vr_low_rank *m, int turns) {
    vr_admm_residuals r = {0, 0};
    vr_error error = {.text = ""};
    for (int k = 0; k < turns; k++)
        cr_assert_eq(vr_low_rank_step(m, &r, &error), VR_OK, "%s", error.text);
    return r;
}

/* B = U V^T without its diagonal */
static double *weights(const vr_low_rank *m) {
    const size_t n = m->x->n_columns;
    double *b = calloc(n * n, sizeof *b);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t c = 0; i != j && c < m->stride; c++)
                b[i * n + j] += m->u[i * m->stride + c] * m->v[j * m->stride + c];
    return b;
}

/* largest element of B - (I - P dMat(1 / diag P)), P = (G + diag(ridge))^-1 */
static double from_closed_form(const vr_low_rank *m, const double *ridge) {
    const size_t n = m->x->n_columns;
    double *b = weights(m), worst = 0;
    vr_symmetric p;
    vr_error error;
    uint32_t pivot;
    vr_symmetric_new((uint32_t)n, VR_DOUBLE, &p, &error);
    vr_symmetric_gram(&p, m->x, &m->by_item, 1, ridge);
    cr_assert_eq(vr_symmetric_invert(&p, NULL, &pivot, &error), VR_OK);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            const double w = i == j ? 0 : -vr_symmetric_get(&p, i, j) / vr_symmetric_get(&p, j, j);
            worst = fmax(worst, fabs(b[i * n + j] - w));
        }
    vr_symmetric_free(&p);
    free(b);
    return worst;
}

/* What Eq. 32 is at the weights, by its definition. */
static double direct_objective(const vr_low_rank *m) {
    const size_t n = m->x->n_columns;
    double *b = weights(m), *row = malloc(n * sizeof *row), sum = 0;
    for (uint32_t u = 0; u < m->x->n_rows; u++) {
        memset(row, 0, n * sizeof *row);
        for (uint64_t e = m->x->offsets[u]; e < m->x->offsets[u + 1]; e++) {
            row[m->x->columns[e]]++;
            for (size_t j = 0; j < n; j++) row[j] -= b[m->x->columns[e] * n + j];
        }
        for (size_t j = 0; j < n; j++) sum += row[j] * row[j];
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) sum += m->lambda[i] * b[i * n + j] * b[i * n + j];
    free(b);
    free(row);
    return sum;
}

/* Half the gradient of Eq. 32 in U and V, with another Lambda in Lambda's place: F V and F^T U for F = offdiag((G + Lambda) B - G).
   Relative to that at U = V = 0. */
static double stationarity(const vr_low_rank *m, const double *ridge) {
    const size_t n = m->x->n_columns, stride = m->stride;
    double *g = gram(m->x, NULL), *b = weights(m), *f = calloc(n * n, sizeof *f), worst = 0,
           size = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = ridge[i] * b[i * n + j] - g[i * n + j];
            for (size_t k = 0; k < n; k++) sum += g[i * n + k] * b[k * n + j];
            f[i * n + j] = i == j ? 0 : sum;
        }
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < m->spec.rank; c++) {
            double fv = 0, fu = 0, gv = 0;
            for (size_t j = 0; j < n; j++) {
                fv += f[i * n + j] * m->v[j * stride + c];
                fu += f[j * n + i] * m->u[j * stride + c];
                gv += g[i * n + j] * m->v[j * stride + c];
            }
            worst = fmax(worst, fmax(fabs(fv), fabs(fu)));
            size = fmax(size, fabs(gv));
        }
    free(g);
    free(b);
    free(f);
    return worst / size;
}

static double *sum_of(const vr_low_rank *m) {
    double *sum = malloc(m->x->n_columns * sizeof *sum);
    for (uint32_t i = 0; i < m->x->n_columns; i++) sum[i] = m->lambda[i] + m->omega[i];
    return sum;
}

/* M and its inverse are well conditioned here (cond < 50): 1e-10 is 1e5 roundings. */
Test(
    edlae,
    at_full_rank_the_corrected_updates_give_the_closed_form_and_the_printed_that_of_lambda_plus_omega) {
    for (uint32_t seed = 1; seed <= 3; seed++) {
        vr_csr x = random_csr(60, 12, .3, 0, 100 + seed);
        vr_low_rank right = made(&x, 12, 5, 0, seed), printed = made(&x, 12, 5, 1, seed);
        double *both = sum_of(&printed);
        const vr_admm_residuals r = go_on(&right, 4000);
        go_on(&printed, 4000);
        cr_expect_lt(from_closed_form(&right, right.lambda), 1e-10, "%g",
                     from_closed_form(&right, right.lambda));
        cr_expect_lt(r.primal, 1e-10);
        cr_expect_lt(r.dual, 1e-9);
        cr_expect_lt(from_closed_form(&printed, both), 1e-10, "%g",
                     from_closed_form(&printed, both));
        cr_expect_gt(from_closed_form(&printed, printed.lambda), .02);
        cr_expect_gt(from_closed_form(&right, both), .02);
        free(both);
        vr_low_rank_free(&right);
        vr_low_rank_free(&printed);
        vr_csr_free(&x);
    }
}

Test(edlae, the_told_objective_is_equation_32_by_its_definition) {
    vr_csr x = random_csr(60, 70, .2, 0, 9); /* two blocks of rows at most, a padded stride */
    vr_low_rank m = made(&x, 5, 3, 0, 2);
    double before = 0;
    for (int k = 0; k < 5; k++) {
        go_on(&m, 1);
        const double told = vr_low_rank_objective(&m), direct = direct_objective(&m);
        cr_expect_float_eq(told, direct, 1e-11 * direct, "%.17g %.17g", told, direct);
        cr_expect_neq(told, before);
        before = told;
    }
    vr_low_rank_free(&m);
    vr_csr_free(&x);
}

/* Low rank: what the corrected updates tend to is stationary for Eq. 32, what the printed ones tend to for Lambda + Omega.
   Nothing promises that they converge (the diagonal is free, and grows on some data): seeds where b stays bounded. */
Test(edlae, at_low_rank_a_fixed_point_is_stationary_for_the_problem_that_its_updates_solve) {
    int converged = 0;
    for (uint32_t seed = 1; seed <= 6; seed++) {
        vr_csr x = random_csr(60, 12, .3, 0, 200 + seed);
        vr_low_rank right = made(&x, 3, 1, 0, seed), printed = made(&x, 3, 1, 1, seed);
        double *both = sum_of(&printed), largest = 0;
        go_on(&right, 1);
        go_on(&printed, 1);
        const double first = vr_low_rank_objective(&right);
        const vr_admm_residuals r = go_on(&right, 4000), p = go_on(&printed, 4000);
        cr_expect_lt(vr_low_rank_objective(&right), first);
        cr_expect_lt(r.primal, 1e-3);
        for (int i = 0; i < 12; i++) largest = fmax(largest, fabs(right.b[i]));
        if (r.primal + r.dual < 1e-10 && largest < 2) {
            converged++;
            cr_expect_lt(stationarity(&right, right.lambda), 1e-8, "%g",
                         stationarity(&right, right.lambda));
            cr_expect_gt(stationarity(&right, both), 1e-3);
        }
        if (p.primal + p.dual < 1e-10) {
            cr_expect_lt(stationarity(&printed, both), 1e-8, "%g", stationarity(&printed, both));
            cr_expect_gt(stationarity(&printed, printed.lambda), 1e-3);
            cr_expect_gt(vr_low_rank_objective(&printed), vr_low_rank_objective(&right));
        }
        free(both);
        vr_low_rank_free(&right);
        vr_low_rank_free(&printed);
        vr_csr_free(&x);
    }
    cr_expect_geq(converged, 2, "%d", converged);
}

/* --- Eq. 34 ---------------------------------------------------------------------------------------- */

/* At b = diag(A) the augmented Lagrangian must be Eq. 33 whatever g is. As printed it has no square on ||Lambda^(1/2) A|| and no
   Lambda on dMat(b). */
Test(edlae, the_printed_equation_34_is_not_equation_33_where_the_constraint_holds) {
    enum { K = 5 };
    double a[K][K], lambda[K], off = 0, whole = 0, diagonal = 0, weighted = 0;
    uint32_t seed = 3;
    for (int i = 0; i < K; i++) lambda[i] = .5 + uniform(&seed);
    for (int i = 0; i < K; i++)
        for (int j = 0; j < K; j++) {
            a[i][j] = uniform(&seed) - .5;
            whole += lambda[i] * a[i][j] * a[i][j];
            if (i != j) off += lambda[i] * a[i][j] * a[i][j];
        }
    for (int i = 0; i < K; i++) {
        diagonal += a[i][i] * a[i][i];
        weighted += lambda[i] * a[i][i] * a[i][i];
    }
    cr_expect_float_eq(whole - weighted, off, 1e-14);
    cr_expect_gt(fabs(sqrt(whole) - diagonal - off), .01); /* as printed */
    cr_expect_gt(fabs(whole - diagonal - off), .01);       /* with the square alone */
}

Test(edlae, a_rank_that_the_data_cannot_fill_is_refused) {
    vr_csr x = random_csr(4, 12, .4, 0, 77); /* G has rank 4 */
    vr_low_rank m = made(&x, 12, 5, 0, 1);
    vr_admm_residuals r;
    vr_error error = {.text = ""};
    vr_status status = vr_low_rank_step(&m, &r, &error);
    cr_expect_eq(status, VR_DIFFERS);
    cr_expect(strstr(error.text, "rank = 12") != NULL, "%s", error.text);
    vr_low_rank_free(&m);
    vr_csr_free(&x);
}
