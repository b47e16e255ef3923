/* iALS: its kernels, a half-step against a dense solution in double, Eq. 23 and its debiased form by their
   definitions, Theorem 1. */
#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "data/split.h"
#include "model/table.h"
#include "num/eigen.h"
#include "solve/half_step.h"
#include "solve/solver.h"
#include "solve/system.h"

#define U 0x1p-24 /* half an ulp of 1 */

extern const vr_system_kernels vr_system_kernels_avx2, vr_system_kernels_avx512;

static double uniform(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) * 0x1p-24;
}

static float *random_rows(size_t n, size_t dim, size_t stride, uint32_t seed) {
    float *rows = vr_floats_new(n * stride);
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < dim; c++) rows[i * stride + c] = (float)(uniform(&seed) - .4);
    return rows;
}

/* Each user has `least` to `most` items, or (every `every`-th) none. */
static vr_csr random_csr(uint32_t n_rows, uint32_t n_columns, uint32_t least, uint32_t most,
                         uint32_t every, uint32_t seed) {
    vr_csr csr = {n_rows, n_columns, calloc(n_rows + 1, sizeof *csr.offsets),
                  calloc((size_t)n_rows * n_columns + 1, sizeof *csr.columns)};
    uint64_t at = 0;
    for (uint32_t u = 0; u < n_rows; u++) {
        uint32_t left = least + (uint32_t)(uniform(&seed) * (most - least + 1));
        if (every && u % every == 0) left = 0;
        for (uint32_t i = 0; i < n_columns && left; i++)
            if (uniform(&seed) * (n_columns - i) < left) csr.columns[at++] = i, left--;
        csr.offsets[u + 1] = at;
    }
    return csr;
}

/* --- dense linear algebra in double ---------------------------------------------------------------- */

/* a (n x n) x = b by Cholesky; x in b's place. */
static void dense_solve(size_t n, double *a, double *b) {
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++) a[i * n + i] -= a[i * n + k] * a[i * n + k];
        cr_assert_gt(a[i * n + i], 0);
        a[i * n + i] = sqrt(a[i * n + i]);
        for (size_t j = i + 1; j < n; j++) {
            for (size_t k = 0; k < i; k++) a[j * n + i] -= a[j * n + k] * a[i * n + k];
            a[j * n + i] /= a[i * n + i];
        }
        for (size_t k = 0; k < i; k++) b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++) b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
}

static double norm(size_t n, const double *x) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += x[i] * x[i];
    return sqrt(sum);
}

Test(solve, eigenvectors_are_orthonormal_and_give_the_matrix_back) {
    for (size_t n = 1; n <= 65; n += 8) {
        double *a = malloc(n * n * sizeof *a), *v = malloc(n * n * sizeof *v),
               *d = malloc(n * sizeof *d), *work = malloc(n * sizeof *work), worst = 0, size = 0,
               off = 0;
        uint32_t seed = (uint32_t)n;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++) {
                /* graded, so that the values span many decades; the last matrix is of rank one */
                double value = n == 65 ? 1 : (uniform(&seed) - .5) * exp2(-.5 * (double)i);
                a[i * n + j] = a[j * n + i] = value;
                size = fmax(size, fabs(value));
            }
        memcpy(v, a, n * n * sizeof *a);
        cr_assert(vr_eigen(n, v, d, work));
        for (size_t i = 0; i < n; i++) {
            cr_assert(i == 0 || d[i] >= d[i - 1]);
            for (size_t j = 0; j < n; j++) {
                double back = 0, unit = 0;
                for (size_t k = 0; k < n; k++) {
                    back += v[k * n + i] * d[k] * v[k * n + j];
                    unit += v[i * n + k] * v[j * n + k];
                }
                worst = fmax(worst, fabs(back - a[i * n + j]));
                off = fmax(off, fabs(unit - (i == j)));
            }
        }
        /* n reflections and some 2 n rotations of each column, each good to a few roundings */
        double bound = 10 * (double)n * 0x1p-52;
        cr_assert_leq(off, bound, "n = %zu: %g off an orthonormal set", n, off);
        cr_assert_leq(worst, bound * size * (double)n, "n = %zu: %g off the matrix", n, worst);
        v[0] += 1e-6; /* negative control: the bound sees a change in the seventh digit */
        double unit = 0;
        for (size_t k = 0; k < n; k++) unit += v[k] * v[k];
        cr_assert(n > 1 || fabs(unit - 1) > bound);
        free(a), free(v), free(d), free(work);
    }
}

/* --- the kernel ------------------------------------------------------------------------------------- */

typedef struct made {
    vr_system system;
    float *rows, *gram, *rhs;
} made;

static made make_system(size_t m, size_t n, float l, uint32_t seed) {
    float *others = random_rows(2 * m, m, m, seed + 1);
    made s = {.rows = random_rows(n + 1, m, m, seed),
              .gram = vr_floats_new(m * m),
              .rhs = random_rows(1, m, m, seed + 2)};
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++)
            for (size_t k = 0; k < 2 * m; k++)
                s.gram[i * m + j] += others[k * m + i] * others[k * m + j];
    free(others);
    s.system = (vr_system){.m = m,
                           .n = n,
                           .rows = s.rows,
                           .row_stride = m,
                           .gram = s.gram,
                           .gram_stride = m,
                           .g = .1f,
                           .l = l,
                           .factor = vr_floats_new(m * m),
                           .inverse = vr_floats_new(m * VR_SYSTEM_BLOCK),
                           .x = vr_floats_new(m)};
    memcpy(s.system.x, s.rhs, m * sizeof(float));
    return s;
}

static void free_system(made *s) {
    free(s->rows), free(s->gram), free(s->rhs);
    free(s->system.factor), free(s->system.inverse), free(s->system.x);
}

/* |b - A x| over what system.h allows, u (n + 5 m + 40) trace(A) |x|. */
static double residual_share(const made *s, const float *x) {
    const vr_system *p = &s->system;
    double left2 = 0, trace = 0, x2 = 0;
    for (size_t i = 0; i < p->m; i++) {
        double left = (double)s->rhs[i] - (double)p->l * (double)x[i], diagonal = (double)p->l;
        for (size_t k = 0; p->gram && k < p->m; k++)
            left -= (double)p->g * (double)p->gram[i * p->m + k] * (double)x[k];
        if (p->gram) diagonal += (double)p->g * (double)p->gram[i * p->m + i];
        for (size_t j = 0; j < p->n; j++) {
            const float *row = p->rows + j * p->row_stride;
            double y = 0;
            for (size_t k = 0; k < p->m; k++) y += (double)row[k] * (double)x[k];
            left -= (double)row[i] * y;
            diagonal += (double)row[i] * (double)row[i];
        }
        left2 += left * left;
        trace += diagonal;
        x2 += (double)x[i] * (double)x[i];
    }
    return sqrt(left2) / (U * (double)(p->n + 5 * p->m + 40) * trace * sqrt(x2));
}

Test(solve, a_system_is_solved_within_its_bound_and_with_equal_bits) {
    static const size_t sizes[] = {16, 32, 48, 64, 112, 256};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t n = 0; n < 200; n += 1 + n) {
            made a = make_system(sizes[i], n, .01f, (uint32_t)(i + 7 * n)), b = a;
            float pivot;
            if (n % 2) a.system.gram = NULL;
            cr_assert_eq(vr_system_kernels_avx2.solve(&a.system, &pivot), sizes[i]);
            double share = residual_share(&a, a.system.x);
            cr_assert_leq(share, 1, "m = %zu, n = %zu: %g of the bound", sizes[i], n, share);
            if (__builtin_cpu_supports("avx512dq")) {
                b = make_system(sizes[i], n, .01f, (uint32_t)(i + 7 * n));
                if (n % 2) b.system.gram = NULL;
                cr_assert_eq(vr_system_kernels_avx512.solve(&b.system, &pivot), sizes[i]);
                cr_assert_arr_eq(a.system.x, b.system.x, sizes[i] * sizeof(float));
                free_system(&b);
            }
            /* negative control: one coordinate lost */
            size_t most = 0;
            for (size_t c = 1; c < sizes[i]; c++)
                if (fabsf(a.system.x[c]) > fabsf(a.system.x[most])) most = c;
            a.system.x[most] = 0;
            cr_assert_gt(residual_share(&a, a.system.x), 1);
            free_system(&a);
        }
}

Test(solve, an_indefinite_system_is_named_by_its_pivot) {
    float pivot = 1;
    made s = make_system(48, 20, -1e4f, 3);
    cr_assert_eq(vr_system_kernels_get()->solve(&s.system, &pivot), 0);
    cr_assert_lt(pivot, 0);
    free_system(&s);
    s = make_system(48, 3, NAN, 3);
    cr_assert_eq(vr_system_kernels_get()->solve(&s.system, &pivot), 0);
    free_system(&s);
    s = make_system(48, 20, 0, 3); /* rank 20, and the pivots after that are what rounding leaves */
    s.system.g = -1e-3f;
    cr_assert_lt(vr_system_kernels_get()->solve(&s.system, &pivot), 48);
    free_system(&s);
}

/* --- a half-step ------------------------------------------------------------------------------------- */

enum { TARGETS = 600, SOURCES = 150 };

typedef struct half {
    vr_half_step step;
    vr_csr rows;
    float *sources, *q, *gram, *numbers, *targets;
} half;

/* Rows of 0 to `most` sources; different g, l and r for each target. */
static half *make_half(size_t dim, uint32_t most, int with_q) {
    size_t stride = vr_row_stride(dim);
    uint32_t seed = (uint32_t)dim;
    vr_error error;
    half *h = malloc(sizeof *h);
    *h = (half){.rows = random_csr(TARGETS, SOURCES, 1, most, 37, seed),
                .sources = random_rows(SOURCES, dim, stride, seed + 1),
                .q = vr_floats_new(SOURCES),
                .gram = vr_floats_new(stride * stride),
                .numbers = vr_floats_new(3 * TARGETS),
                .targets = random_rows(TARGETS, dim, stride, seed + 2)};
    for (int i = 0; i < 3 * TARGETS; i++) h->numbers[i] = (float)(.05 + uniform(&seed));
    for (int i = 0; i < SOURCES; i++) h->q[i] = (float)(.5 + uniform(&seed));
    cr_assert_eq(vr_gram(h->sources, SOURCES, stride, h->gram, &error), VR_OK);
    h->step = (vr_half_step){.what = "user",
                             .dim = dim,
                             .stride = stride,
                             .rows = &h->rows,
                             .sources = h->sources,
                             .q = with_q ? h->q : NULL,
                             .gram = h->gram,
                             .g = h->numbers,
                             .l = h->numbers + TARGETS,
                             .r = h->numbers + 2 * TARGETS,
                             .targets = h->targets};
    return h;
}

static void free_half(half *h) {
    vr_csr_free(&h->rows);
    free(h->sources), free(h->q), free(h->gram), free(h->numbers), free(h->targets);
    free(h);
}

/* The target's solution in double; returns trace(A) / l, which is at least the condition number of A. `wrong` scales g. */
static double reference(const half *h, uint32_t target, double wrong, double *w) {
    const vr_half_step *s = &h->step;
    size_t dim = s->dim;
    double *a = calloc(dim * dim, sizeof *a), trace = 0;
    for (size_t i = 0; i < dim; i++) {
        w[i] = 0;
        for (size_t k = 0; k < dim; k++)
            a[i * dim + k] = wrong * (double)s->g[target] * (double)h->gram[i * s->stride + k];
        a[i * dim + i] += (double)s->l[target];
    }
    for (uint64_t j = h->rows.offsets[target]; j < h->rows.offsets[target + 1]; j++) {
        const float *v = h->sources + h->rows.columns[j] * s->stride;
        double q = (double)s->r[target] * (s->q ? (double)s->q[h->rows.columns[j]] : 1);
        for (size_t i = 0; i < dim; i++) {
            w[i] += q * (double)v[i];
            for (size_t k = 0; k < dim; k++) a[i * dim + k] += (double)v[i] * (double)v[k];
        }
    }
    for (size_t i = 0; i < dim; i++) trace += a[i * dim + i];
    dense_solve(dim, a, w);
    free(a);
    return trace / (double)s->l[target];
}

/* |computed - reference| over (n + 6 m + 40) u cond |reference|, the worst of all targets. Turning to the
   eigenvectors' coordinates and back is dim more roundings of each number. */
static double worst_share(const half *h, double wrong) {
    double worst = 0, w[512], off[512];
    for (uint32_t t = 0; t < TARGETS; t++) {
        const float *out = h->targets + t * h->step.stride;
        double n = vr_csr_row_count(&h->rows, t), m = (double)h->step.stride;
        for (size_t c = h->step.dim; c < h->step.stride; c++) cr_assert_eq(out[c], 0);
        if (n == 0) {
            for (size_t c = 0; c < h->step.dim; c++) cr_assert_eq(out[c], 0);
            continue;
        }
        double condition = reference(h, t, wrong, w);
        for (size_t c = 0; c < h->step.dim; c++) off[c] = (double)out[c] - w[c];
        double bound = (n + 6 * m + 40) * U * condition * norm(h->step.dim, w);
        worst = fmax(worst, norm(h->step.dim, off) / bound);
    }
    return worst;
}

Test(solve, a_half_step_is_the_dense_solution_with_few_sources_and_with_many) {
    static const size_t dims[] = {1, 7, 16, 40, 64, 100};
    vr_error error;
    for (size_t i = 0; i < sizeof dims / sizeof *dims; i++) {
        half *h = make_half(dims[i], SOURCES, i % 2);
        cr_assert_eq(vr_half_step_solve(&h->step, &error), VR_OK, "%s", error.text);
        double share = worst_share(h, 1);
        cr_assert_leq(share, 1, "dim = %zu: %g of the bound", dims[i], share);
        cr_assert_gt(worst_share(h, 1.1), 1, "another weight of G goes unseen");
        free_half(h);
    }
}

Test(solve, the_way_a_row_is_solved_is_not_seen) {
    /* rows of at most 40 sources at dim 64: in 64 unknowns for few targets, in as many as sources for many */
    vr_error error;
    half *many = make_half(64, 40, 1), *few = make_half(64, 40, 1);
    few->rows.n_rows = 200;
    cr_assert_eq(vr_half_step_solve(&many->step, &error), VR_OK);
    cr_assert_eq(vr_half_step_solve(&few->step, &error), VR_OK);
    cr_assert(memcmp(many->targets, few->targets, 200 * 64 * sizeof(float)) != 0,
              "both ways were the same one: the test shows nothing");
    few->rows.n_rows = TARGETS;
    memcpy(few->targets + 200 * 64, many->targets + 200 * 64, (TARGETS - 200) * 64 * sizeof(float));
    double share = fmax(worst_share(many, 1), worst_share(few, 1));
    cr_assert_leq(share, 1, "%g of the bound", share);
    free_half(many), free_half(few);
}

Test(solve, passes_over_blocks_come_to_the_whole_solution) {
    vr_error error;
    half *h = make_half(64, SOURCES, 0);
    h->step.block = 16;
    for (int pass = 0; pass < 3; pass++) cr_assert_eq(vr_half_step_solve(&h->step, &error), VR_OK);
    double early = worst_share(h, 1);
    for (int pass = 0; pass < 150; pass++)
        cr_assert_eq(vr_half_step_solve(&h->step, &error), VR_OK);
    double late = worst_share(h, 1);
    cr_assert_gt(early, 1);
    cr_assert_leq(late, 1, "%g of the bound", late);
    free_half(h);
}

Test(solve, a_system_without_a_solution_is_one_message) {
    vr_error error;
    half *h = make_half(20, 10, 0);
    for (int t = 0; t < TARGETS; t++) h->numbers[t] = t == 5 || t == 11 ? -10 : 1;
    h->rows.n_rows = 100; /* too few rows to turn: each is solved as it stands */
    cr_assert_eq(vr_half_step_solve(&h->step, &error), VR_DIFFERS);
    cr_assert(strstr(error.text, "user 5: a pivot"), "%s", error.text);
    free_half(h);
}

/* --- Eq. 23 and its debiased form ---------------------------------------------------------------------- */

enum { N_USERS = 90, N_ITEMS = 60 };

typedef struct world {
    vr_dataset data;
    vr_csr by_item;
} world;

static world make_world(void) {
    vr_error error;
    world w = {.data = {.name = "world", .n_users = N_USERS, .n_items = N_ITEMS}};
    w.data.train = random_csr(N_USERS, N_ITEMS, 2, 25, 0, 5);
    w.data.test = random_csr(N_USERS, N_ITEMS, 1, 4, 0, 6);
    cr_assert_eq(vr_csr_transpose(&w.data.train, &w.by_item, &error), VR_OK);
    return w;
}

static void free_world(world *w) {
    vr_dataset_free(&w->data);
    vr_csr_free(&w->by_item);
}

static vr_solve_spec spec_of(const char *settings) {
    vr_error error = {.text = ""};
    vr_solve_spec spec;
    char text[512], *save, *item;
    snprintf(text, sizeof text, "dim=12 alpha0=0.2 lambda=0.3 nu=1 sweeps=4 %s", settings);
    cr_assert_eq(vr_solve_spec_start("ials", "test", &spec, &error), VR_OK);
    for (item = strtok_r(text, " ", &save); item; item = strtok_r(NULL, " ", &save)) {
        char *equals = strchr(item, '=');
        *equals = 0;
        cr_assert_eq(vr_solve_spec_set(&spec, item, equals + 1, "test", &error), VR_OK, "%s",
                     error.text);
    }
    cr_assert_eq(vr_solve_spec_check(&spec, "test", &error), VR_OK, "%s", error.text);
    return spec;
}

static vr_solution solve(const world *w, const vr_solve_spec *spec) {
    vr_error error = {.text = ""};
    vr_solution solution;
    cr_assert_eq(vr_solve(spec, &w->data, NULL, &solution, &error), VR_OK, "%s", error.text);
    return solution;
}

static int is_pair(const vr_csr *rows, uint32_t row, uint32_t column) {
    for (uint64_t j = rows->offsets[row]; j < rows->offsets[row + 1]; j++)
        if (rows->columns[j] == column) return 1;
    return 0;
}

/* The objective as printed, with loops over all pairs. debiased: with the c_u of the test below. */
typedef struct objective {
    double alpha0, lambda, nu;
    int debiased;
    double c, count; /* c_u = c + count / |I_u| */
} objective;

static double score(const vr_solution *s, uint32_t u, uint32_t i) {
    const vr_matrix *users = &s->arrays[0].matrix, *items = &s->arrays[1].matrix;
    double y = 0;
    for (uint32_t k = 0; k < users->n_columns; k++)
        y += (double)users->values[u * users->n_columns + k] *
             (double)items->values[i * items->n_columns + k];
    return y;
}

static double weight_of_row(const objective *o, const vr_csr *rows, uint32_t row) {
    return o->lambda * pow(vr_csr_row_count(rows, row) + o->alpha0 * rows->n_columns, o->nu);
}

static double c_of(const objective *o, const world *w, uint32_t u) {
    return o->c + o->count / vr_csr_row_count(&w->data.train, u);
}

/* Value of one pair and its slope in y. */
static double pair_value(const objective *o, const world *w, uint32_t u, uint32_t i, double y,
                         double *slope) {
    int positive = is_pair(&w->data.train, u, i);
    double c = o->debiased ? c_of(o, w, u) : 1, value = o->alpha0 * y * y;
    *slope = 2 * o->alpha0 * y;
    if (!positive) return value;
    *slope += 2 * c * (y - 1) - (o->debiased ? 2 * c * o->alpha0 * y : 0);
    return value + c * (y - 1) * (y - 1) - (o->debiased ? c * o->alpha0 * y * y : 0);
}

static double value_of(const objective *o, const world *w, const vr_solution *s) {
    double sum = 0, slope;
    for (uint32_t u = 0; u < N_USERS; u++)
        for (uint32_t i = 0; i < N_ITEMS; i++)
            sum += pair_value(o, w, u, i, score(s, u, i), &slope);
    for (int side = 0; side < 2; side++) {
        const vr_matrix *m = &s->arrays[side].matrix;
        const vr_csr *rows = side ? &w->by_item : &w->data.train;
        for (uint32_t t = 0; t < m->n_rows; t++)
            for (uint32_t k = 0; k < m->n_columns; k++) {
                double x = (double)m->values[t * m->n_columns + k];
                sum += weight_of_row(o, rows, t) * x * x;
            }
    }
    return sum;
}

/* The gradient in w_u over the sum of the absolute terms that it is made of: the largest over users. */
static double relative_gradient(const objective *o, const world *w, const vr_solution *s) {
    const vr_matrix *users = &s->arrays[0].matrix, *items = &s->arrays[1].matrix;
    double worst = 0, slope;
    for (uint32_t u = 0; u < N_USERS; u++)
        for (uint32_t k = 0; k < users->n_columns; k++) {
            double x = (double)users->values[u * users->n_columns + k],
                   sum = 2 * weight_of_row(o, &w->data.train, u) * x, size = fabs(sum);
            for (uint32_t i = 0; i < N_ITEMS; i++) {
                pair_value(o, w, u, i, score(s, u, i), &slope);
                double term = slope * (double)items->values[i * items->n_columns + k];
                sum += term;
                size += fabs(term);
            }
            worst = fmax(worst, fabs(sum) / size);
        }
    return worst;
}

static const struct {
    const char *settings;
    objective objective;
} problems[] = {
    {"", {.2, .3, 1, 0, 0, 0}},
    {"nu=0", {.2, .3, 0, 0, 0, 0}},
    {"nu=0.5 alpha0=0.05 dim=40", {.05, .3, .5, 0, 0, 0}},
    {"nu=0.7 alpha0=0", {0, .3, .7, 0, 0, 0}},
    {"c=1.5", {.2, .3, 1, 1, 1.5, 0}},
    {"tau=scale:0.25", {.2, .3, 1, 1, 1.25, 0}},
    {"tau=count:3 nu=0", {.2, .3, 0, 1, 1, 3}},
};
enum { N_PROBLEMS = sizeof problems / sizeof *problems };

/* The gradient is a difference of terms that each carry the factors' rounding, (n + 6 m + 40) u with m <= 48. */
#define GRADIENT_BOUND ((N_ITEMS + 6 * 48 + 40) * U)

Test(solve, the_users_are_a_stationary_point_of_the_printed_objective) {
    world w = make_world();
    for (size_t i = 0; i < N_PROBLEMS; i++) {
        vr_solve_spec spec = spec_of(problems[i].settings);
        vr_solution s = solve(&w, &spec);
        objective o = problems[i].objective;
        double share = relative_gradient(&o, &w, &s);
        cr_assert_leq(share, GRADIENT_BOUND, "%s: %g", problems[i].settings, share);
        /* negative controls: another alpha0, other frequency weights, no debiasing */
        o.alpha0 += .01;
        cr_assert_gt(relative_gradient(&o, &w, &s), 10 * GRADIENT_BOUND);
        o = problems[i].objective;
        o.nu += .01;
        cr_assert_gt(relative_gradient(&o, &w, &s), 10 * GRADIENT_BOUND);
        o = problems[i].objective;
        o.debiased = !o.debiased, o.c = 1;
        cr_assert(o.alpha0 == 0 || relative_gradient(&o, &w, &s) > 10 * GRADIENT_BOUND);
        vr_solution_free(&s);
    }
    free_world(&w);
}

Test(solve, the_told_objective_is_the_printed_one_and_never_rises) {
    world w = make_world();
    for (size_t i = 0; i < N_PROBLEMS; i++) {
        char settings[128];
        snprintf(settings, sizeof settings, "%s sweeps=12", problems[i].settings);
        vr_solve_spec spec = spec_of(settings);
        vr_solution s = solve(&w, &spec);
        double value = value_of(&problems[i].objective, &w, &s),
               told = s.sweeps[s.n_sweeps - 1].objective;
        /* G's sums are chains of at most 90 floats; all else is in double, over terms of both signs */
        cr_assert_float_eq(told, value, 200 * U * (value + 4 * (double)vr_csr_count(&w.data.train)),
                           "%s: %.17g and %.17g", settings, told, value);
        for (uint32_t k = 1; k < s.n_sweeps; k++)
            cr_assert_leq(s.sweeps[k].objective, s.sweeps[k - 1].objective + 2 * U * fabs(value),
                          "%s: sweep %u", settings, k + 1);
        objective other = problems[i].objective;
        other.lambda *= 1.01;
        cr_assert_gt(fabs(value_of(&other, &w, &s) - told), 1e-4 * fabs(value));
        vr_solution_free(&s);
    }
    free_world(&w);
}

/* |A - factor B| / |A| of the score matrices. */
static double scores_apart(const vr_solution *a, const vr_solution *b, double factor) {
    double off = 0, size = 0;
    for (uint32_t u = 0; u < N_USERS; u++)
        for (uint32_t i = 0; i < N_ITEMS; i++) {
            double x = score(a, u, i), y = factor * score(b, u, i);
            off += (x - y) * (x - y);
            size += x * x;
        }
    return sqrt(off / size);
}

static vr_solution solve_text(const world *w, const char *format, double alpha0, double lambda,
                              double init) {
    char text[256];
    snprintf(text, sizeof text, format, alpha0, lambda, init);
    vr_solve_spec spec = spec_of(text);
    return solve(w, &spec);
}

/* Theorem 1 for a whole run: with nu = 0 the debiased run (alpha0, lambda, c) is the biased one with
   alpha0' = alpha0 / ((1 - alpha0) c) and lambda / c, from items times sqrt(1 - alpha0), its scores divided by
   1 - alpha0. The printed lambda' = lambda / ((1 - alpha0) c) is another problem; and with nu = 1 no lambda' is right,
   for the weights themselves change. */
Test(solve, a_debiased_run_is_a_biased_one_by_the_corrected_map_of_theorem_1) {
    world w = make_world();
    double a = .3, c = 1.5, lambda = .8, mapped = a / ((1 - a) * c), init = .1;
    const char *plain = "alpha0=%.17g lambda=%.17g init=%.17g nu=0 sweeps=3";
    vr_solution debiased =
        solve_text(&w, "alpha0=%.17g lambda=%.17g init=%.17g nu=0 sweeps=3 c=1.5", a, lambda, init);
    vr_solution right = solve_text(&w, plain, mapped, lambda / c, init * sqrt(1 - a));
    vr_solution printed = solve_text(&w, plain, mapped, lambda / ((1 - a) * c), init * sqrt(1 - a));
    /* seven half-steps, each a solution within the bound of a half-step; conditions here are below 100 */
    double bound = 7 * GRADIENT_BOUND * 100;
    double apart = scores_apart(&debiased, &right, 1 / (1 - a)),
           apart_printed = scores_apart(&debiased, &printed, 1 / (1 - a));
    cr_assert_leq(apart, bound, "%g", apart);
    cr_assert_gt(apart_printed, 10 * apart, "%g", apart_printed);
    cr_assert_gt(apart_printed, 1e-2);
    vr_solution_free(&right);
    vr_solution_free(&debiased);
    const char *frequency = "alpha0=%.17g lambda=%.17g init=%.17g nu=1 sweeps=3";
    debiased =
        solve_text(&w, "alpha0=%.17g lambda=%.17g init=%.17g nu=1 sweeps=3 c=1.5", a, lambda, init);
    right = solve_text(&w, frequency, mapped, lambda / c, init * sqrt(1 - a));
    cr_assert_gt(scores_apart(&debiased, &right, 1 / (1 - a)), 1e-2);
    vr_solution_free(&right);
    vr_solution_free(&debiased);
    vr_solution_free(&printed);
    free_world(&w);
}

Test(solve, the_number_of_threads_is_not_in_the_bytes) {
    world w = make_world();
    int before = omp_get_max_threads();
    for (size_t i = 0; i < N_PROBLEMS; i += 2) {
        vr_solve_spec spec = spec_of(problems[i].settings);
        omp_set_num_threads(1);
        vr_solution one = solve(&w, &spec);
        omp_set_num_threads(3);
        vr_solution three = solve(&w, &spec);
        cr_assert_arr_eq(one.sweeps, three.sweeps, one.n_sweeps * sizeof *one.sweeps);
        for (uint32_t k = 0; k < one.n_arrays; k++) {
            const vr_matrix *m = &one.arrays[k].matrix;
            cr_assert_arr_eq(m->values, three.arrays[k].matrix.values,
                             (size_t)m->n_rows * m->n_columns * sizeof(float));
        }
        vr_solution_free(&one), vr_solution_free(&three);
    }
    omp_set_num_threads(before);
    free_world(&w);
}

Test(solve, blocks_of_coordinates_never_raise_the_objective_and_end_near_the_whole) {
    world w = make_world();
    vr_solve_spec whole = spec_of("dim=40 sweeps=60"), block = spec_of("dim=40 sweeps=60 block=16");
    vr_solution a = solve(&w, &whole), b = solve(&w, &block);
    for (uint32_t k = 1; k < b.n_sweeps; k++)
        cr_assert_leq(b.sweeps[k].objective,
                      b.sweeps[k - 1].objective + 2 * U * b.sweeps[k].objective);
    double last = a.sweeps[59].objective;
    cr_assert_float_eq(b.sweeps[59].objective, last, 1e-3 * last);
    cr_assert_neq(b.sweeps[0].objective, a.sweeps[0].objective);
    vr_solution_free(&a), vr_solution_free(&b);
    free_world(&w);
}

/* --- settings ------------------------------------------------------------------------------------------- */

Test(solve, a_canonical_text_reads_back_and_names_what_was_given) {
    char text[2048], again[2048];
    vr_solve_spec spec = spec_of("c=1.5 holdout=0.1 lambda=0.0030000000000000001");
    vr_solve_canonical(&spec, text, sizeof text);
    cr_assert_str_eq(text, "solver=ials\ndim=12\nalpha0=0.2\nlambda=0.003\nnu=1\nc=1.5\nblock=0\n"
                           "sweeps=4\ninit=0.1\nseed=2019\nholdout=0.1\n");
    vr_solve_spec plain = spec_of("");
    vr_solve_canonical(&plain, again, sizeof again);
    cr_assert(!strstr(again, "c=") && !strstr(again, "tau=") && !strstr(again, "holdout="));
}

Test(solve, a_holdout_takes_its_share_of_each_user_from_train) {
    world w = make_world();
    vr_dataset part, other;
    vr_error error;
    cr_assert_eq(vr_dataset_holdout(&w.data, .3, 7, &part, &error), VR_OK);
    cr_assert_eq(vr_dataset_holdout(&w.data, .3, 8, &other, &error), VR_OK);
    for (uint32_t u = 0; u < N_USERS; u++) {
        uint32_t n = vr_csr_row_count(&w.data.train, u);
        cr_assert_eq(vr_csr_row_count(&part.test, u), (uint32_t)(.3 * n));
        cr_assert_eq(vr_csr_row_count(&part.train, u), n - (uint32_t)(.3 * n));
        for (uint32_t i = 0; i < N_ITEMS; i++)
            cr_assert_eq(is_pair(&w.data.train, u, i),
                         is_pair(&part.train, u, i) + is_pair(&part.test, u, i));
    }
    cr_assert(memcmp(part.test.columns, other.test.columns,
                     vr_csr_count(&part.test) * sizeof(uint32_t)) != 0);
    vr_dataset_free(&part), vr_dataset_free(&other);
    free_world(&w);
}
