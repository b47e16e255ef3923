/* EASE: the inverse in half its room, the optimality conditions of every form, the debiased identities, rankings. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "eval/evaluate.h"
#include "model/table.h"
#include "model/tiles.h"
#include "solve/certificate.h"
#include "solve/head.h"
#include "solve/product.h"
#include "solve/solver.h"
#include "solve/symmetric.h"
#include "worlds.h"

extern vr_multiply64 vr_multiply64_avx2, vr_multiply64_avx512;

/* Train and test of the same shape; an item may be in both, as the ranking does not mind. */
static vr_dataset world(uint32_t n_users, uint32_t n_items, uint32_t seed) {
    vr_dataset d = {.name = "test", .n_users = n_users, .n_items = n_items};
    d.train = random_csr(n_users, n_items, .3, .8, seed);
    d.test = random_csr(n_users, n_items, .1, .8, seed + 1);
    strcpy(d.hash, "0");
    return d;
}

static int has(const vr_csr *x, uint32_t row, uint32_t column) {
    for (uint64_t e = x->offsets[row]; e < x->offsets[row + 1]; e++)
        if (x->columns[e] == column) return 1;
    return 0;
}

static vr_solve_spec spec_of(const char *settings) {
    vr_solve_spec spec;
    vr_error error = {.text = ""};
    char text[256], *save, *item;
    cr_assert_eq(vr_solve_spec_start("ease", "test", &spec, &error), VR_OK);
    strcpy(text, settings);
    for (item = strtok_r(text, " ", &save); item; item = strtok_r(NULL, " ", &save)) {
        char *equals = strchr(item, '=');
        *equals = 0;
        cr_assert_eq(vr_solve_spec_set(&spec, item, equals + 1, "test", &error), VR_OK, "%s",
                     error.text);
    }
    cr_assert_eq(vr_solve_spec_check(&spec, "test", &error), VR_OK, "%s", error.text);
    return spec;
}

static vr_solution solved(const vr_dataset *data, const char *settings) {
    vr_solve_spec spec = spec_of(settings);
    vr_solution out;
    vr_error error = {.text = ""};
    cr_assert_eq(vr_solve(&spec, data, NULL, &out, &error), VR_OK, "%s: %s", settings, error.text);
    cr_assert_eq(out.n_arrays, 1);
    return out;
}

static double figure(const vr_solution *s, const char *name) {
    for (uint32_t i = 0; i < s->n_figures; i++)
        if (strcmp(s->figures[i].name, name) == 0) return s->figures[i].value;
    return NAN;
}

/* --- the inverse ----------------------------------------------------------------------------------- */

Test(ease, a_product_of_doubles_is_its_chains_of_fused_multiply_adds_to_the_last_bit) {
    enum { ROWS = 13, STEPS = 260, WIDTH = 72 };
    double *a = malloc(ROWS * STEPS * sizeof *a), *b = aligned_alloc(64, STEPS * WIDTH * sizeof *b),
           *c = aligned_alloc(64, ROWS * WIDTH * sizeof *c);
    uint32_t seed = 1, differ = 0;
    for (size_t i = 0; i < ROWS * STEPS; i++) a[i] = uniform(&seed) - .5;
    for (size_t i = 0; i < STEPS * WIDTH; i++) b[i] = uniform(&seed) - .5;
    for (int which = 0; which < 2; which++) {
        if (which && !__builtin_cpu_supports("avx512dq")) break;
        for (size_t shape = 0; shape < 24; shape++) {
            const size_t rows = 1 + shape % ROWS, steps = shape * 37 % STEPS, across = shape % 2;
            const vr_product64 p = {.rows = rows,
                                    .steps = steps,
                                    .width = 8 + shape % 9 * 8,
                                    .a = a,
                                    .a_row = across ? 1 : STEPS,
                                    .a_step = across ? ROWS : 1,
                                    .b = b,
                                    .b_step = WIDTH,
                                    .c = c,
                                    .c_row = WIDTH,
                                    .add = shape % 3 == 0};
            for (size_t i = 0; i < ROWS * WIDTH; i++) c[i] = (double)i;
            (which ? vr_multiply64_avx512 : vr_multiply64_avx2)(&p);
            for (size_t r = 0; r < rows; r++)
                for (size_t x = 0; x < p.width; x++) {
                    double sum = p.add ? (double)(r * WIDTH + x) : 0, backwards = sum;
                    for (size_t k = 0; k < steps; k++) {
                        const size_t l = steps - 1 - k;
                        sum = fma(a[r * p.a_row + k * p.a_step], b[k * WIDTH + x], sum);
                        backwards = fma(a[r * p.a_row + l * p.a_step], b[l * WIDTH + x], backwards);
                    }
                    cr_assert_eq(c[r * WIDTH + x], sum, "%zu %zu %zu", shape, r, x);
                    differ += sum != backwards;
                }
        }
    }
    cr_expect_gt(differ, 0); /* the order counts */
    free(a);
    free(b);
    free(c);
}

/* X^T X + shift I inverted by solve/symmetric.h. */
static vr_symmetric inverted(const vr_csr *x, double shift, vr_format format) {
    vr_csr by_item;
    vr_symmetric m;
    vr_error error = {.text = ""};
    uint32_t pivot;
    double *diagonal = malloc(x->n_columns * sizeof *diagonal);
    for (uint32_t i = 0; i < x->n_columns; i++) diagonal[i] = shift;
    cr_assert_eq(vr_csr_transpose(x, &by_item, &error), VR_OK);
    cr_assert_eq(vr_symmetric_new(x->n_columns, format, &m, &error), VR_OK);
    vr_symmetric_gram(&m, x, &by_item, 1, diagonal);
    cr_assert_eq(vr_symmetric_invert(&m, NULL, &pivot, &error), VR_OK, "%s", error.text);
    vr_csr_free(&by_item);
    free(diagonal);
    return m;
}

/* max_ij |(A S - I)_ij|, A = X^T X + shift I, each sum in long double */
static double residual(const vr_csr *x, double shift, const vr_symmetric *s, double *a_norm) {
    const size_t n = x->n_columns;
    double *g = gram(x, NULL), worst = 0;
    *a_norm = 0;
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        g[i * n + i] += shift;
        for (size_t k = 0; k < n; k++) sum += g[i * n + k];
        *a_norm = fmax(*a_norm, sum);
        for (size_t j = 0; j<n; j += n> 200 ? 7 : 1) {
            long double r = i == j ? -1 : 0;
            for (size_t k = 0; k < n; k++)
                r += (long double)g[i * n + k] * vr_symmetric_get(s, (uint32_t)k, (uint32_t)j);
            worst = fmax(worst, (double)fabsl(r));
        }
    }
    free(g);
    return worst;
}

/* Every element of the inverse went through at most n rank-one updates, each of relative error 2 eps, of numbers that the
   sweeps keep below |A| |A^-1|: |A S - I| <= 4 n eps |A| |A^-1|, and |A^-1| <= 1 / shift. */
Test(ease, an_inverse_in_place_has_a_residual_of_rounding_for_every_size_of_block) {
    const uint32_t sizes[] = {1, 2, 63, 64, 65, 130, 513};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int format = VR_SINGLE; format <= VR_DOUBLE; format++) {
            const uint32_t n = sizes[i];
            const double shift = 3, eps = format == VR_SINGLE ? FLT_EPSILON : DBL_EPSILON;
            vr_csr x = random_csr(40, n, .3, .8, n);
            vr_symmetric s = inverted(&x, shift, (vr_format)format);
            double norm, found = residual(&x, shift, &s, &norm), wrong;
            const double bound = 4 * n * eps * norm / shift;
            cr_expect_leq(found, bound, "n %u: %g above %g", n, found, bound);
            /* the inverse for another shift is not this one's */
            wrong = residual(&x, shift * 1.01, &s, &norm);
            cr_expect_gt(wrong, 1e-4);
            vr_symmetric_free(&s);
            vr_csr_free(&x);
        }
}

Test(ease, an_inverse_has_the_same_bits_for_any_number_of_threads) {
    vr_csr x = random_csr(60, 700, .1, .8, 5);
    const int before = omp_get_max_threads();
    vr_symmetric first = {0};
    for (int threads = 1; threads <= 8; threads = threads < 3 ? threads + 1 : 8 + (threads == 8)) {
        omp_set_num_threads(threads);
        vr_symmetric s = inverted(&x, 1, VR_SINGLE);
        const size_t bytes = (size_t)vr_symmetric_bytes(700);
        if (threads == 1)
            first = s;
        else {
            cr_assert_eq(memcmp(first.slots, s.slots, bytes), 0, "%d threads", threads);
            vr_symmetric_free(&s);
        }
    }
    omp_set_num_threads(before);
    vr_symmetric_free(&first);
    vr_csr_free(&x);
}

Test(ease, a_matrix_read_by_rows_is_the_matrix) {
    vr_csr x = random_csr(50, 600, .1, .8, 9);
    for (int format = VR_SINGLE; format <= VR_DOUBLE; format++) {
        vr_symmetric s = inverted(&x, 2, (vr_format)format), t = inverted(&x, 2, (vr_format)format);
        vr_error error;
        cr_assert_eq(vr_symmetric_pair(&t, &error), VR_OK);
        for (uint32_t i = 0; i < 600; i += 11)
            for (uint32_t j = 0; j < 600; j++) {
                const float expected = (float)vr_symmetric_get(&s, i > j ? i : j, i > j ? j : i);
                cr_assert_eq(vr_pair_segment(&t, i, j / t.block)[j % t.block], expected, "%u %u", i,
                             j);
            }
        vr_symmetric_free(&s);
        vr_symmetric_free(&t);
    }
    vr_csr_free(&x);
}

Test(ease, a_matrix_that_is_not_positive_definite_is_named_with_its_row) {
    /* t I - X^T X for two users who share an item: eigenvalues of X^T X are 3 and 1 */
    uint64_t offsets[] = {0, 2, 4};
    uint32_t columns[] = {0, 1, 1, 2}, pivot;
    vr_csr x = {2, 3, offsets, columns}, by_item;
    vr_error error;
    vr_csr_transpose(&x, &by_item, &error);
    const struct {
        double t;
        int good;
        uint32_t row;
    } cases[] = {{3.01, 1, 3}, {2.99, 0, 2}, {1.5, 0, 1}, {.5, 0, 0}};
    for (size_t i = 0; i < 4; i++) {
        double diagonal[] = {cases[i].t, cases[i].t, cases[i].t};
        vr_symmetric m;
        vr_symmetric_new(3, VR_DOUBLE, &m, &error);
        vr_symmetric_gram(&m, &x, &by_item, -1, diagonal);
        vr_status status = vr_symmetric_invert(&m, NULL, &pivot, &error);
        cr_expect_eq(status, cases[i].good ? VR_OK : VR_BAD_DATA);
        cr_expect_eq(pivot, cases[i].row, "t = %g: row %u", cases[i].t, pivot);
        vr_symmetric_free(&m);
    }
    vr_csr_free(&by_item);
}

/* --- optimality ------------------------------------------------------------------------------------ */

/* Half the gradient of  quadratic ||XW||^2 - 2 tr(T W) + lambda ||W||^2  off the diagonal, largest element:
   ((quadratic G + lambda I) W - T)_ij. */
static double gradient(const double *g, const double *target, double quadratic, double lambda,
                       const vr_matrix *w, double *norm) {
    const size_t n = w->n_rows;
    double worst = 0;
    *norm = 0;
    for (size_t i = 0; i < n; i++) {
        double row = lambda;
        for (size_t k = 0; k < n; k++) row += fabs(quadratic) * g[i * n + k];
        *norm = fmax(*norm, row);
        for (size_t j = 0; j < n; j++) {
            double sum = lambda * (double)w->values[i * n + j] - target[i * n + j];
            for (size_t k = 0; k < n; k++)
                sum += quadratic * g[i * n + k] * (double)w->values[k * n + j];
            if (i != j) worst = fmax(worst, fabs(sum));
        }
    }
    return worst;
}

static double largest_column(const vr_matrix *w) {
    double worst = 0;
    for (size_t j = 0; j < w->n_columns; j++) {
        double sum = 0;
        for (size_t i = 0; i < w->n_rows; i++)
            sum +=
                (double)w->values[i * w->n_columns + j] * (double)w->values[i * w->n_columns + j];
        worst = fmax(worst, sqrt(sum));
    }
    return worst;
}

/* What the floats that make W of S are wrong by: a product and a rounding, or (by users) sums over an item's users. */
static double floats(const vr_dataset *data, int side) {
    return (double)FLT_EPSILON * (side == 2 ? data->n_users : 3);
}

static double *times(const double *a, size_t n, double factor) {
    double *out = malloc(n * n * sizeof *out);
    for (size_t i = 0; i < n * n; i++) out[i] = factor * a[i];
    return out;
}

/* The gradient at the exact W is 0 off the diagonal, so at W~ it is A (W~ - W) there: at most |A| times the certified error of
   a column (of EASE; a factor multiplies it), and |A| |w| 3 eps for the float products that make W of P. */
Test(ease, off_the_diagonal_the_gradient_is_zero_for_every_form_from_either_side) {
    const struct {
        const char *settings;
        double quadratic, target, factor; /* of G in the gradient; of G as T; of W beside EASE's */
    } cases[] = {{"lambda=5", 1, 1, 1},
                 {"lambda=.3", 1, 1, 1},
                 {"lambda=5 bits=64", 1, 1, 1},
                 {"lambda=5 c=3", 1, 3, 3},
                 {"lambda=5 tau=scale:.5", 1, 1.5, 1.5},
                 {"lambda=5 alpha=.5", .5, 1, 2},
                 {"lambda=5 alpha=-2", 3, 1, 1 / 3.},
                 {"lambda=5 alpha=1", 0, 1, 1},
                 {"lambda=900 alpha=1.5", -.5, 1, 2}};
    vr_dataset data = world(50, 37, 3);
    const size_t n = data.n_items;
    double *g = gram(&data.train, NULL);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int side = 1; side <= 2; side++) {
            char settings[128];
            snprintf(settings, sizeof settings, "%s side=%d", cases[k].settings, side);
            vr_solution s = solved(&data, settings);
            const vr_matrix *w = &s.arrays[0].matrix;
            const double lambda = spec_of(settings).lambda;
            double *target = times(g, n, cases[k].target), norm;
            const double found = gradient(g, target, cases[k].quadratic, lambda, w, &norm);
            /* alpha > 1 has no certificate: inverted in double, rounded to float, of condition below 10 */
            const double certified = isfinite(figure(&s, "weights_error"))
                                         ? figure(&s, "weights_error") * cases[k].factor
                                         : 10 * FLT_EPSILON * largest_column(w);
            const double bound =
                norm * (certified + floats(&data, side) * (1 + largest_column(w))) +
                (double)n * DBL_EPSILON * norm;
            cr_expect_leq(found, bound, "%s: %g above %g", settings, found, bound);
            for (size_t i = 0; i < n; i++) cr_assert_eq(w->values[i * n + i], 0);
            /* another lambda has another solution */
            cr_expect_gt(gradient(g, target, cases[k].quadratic, lambda * 2, w, &norm), bound);
            free(target);
            vr_solution_free(&s);
        }
    free(g);
    vr_dataset_free(&data);
}

Test(ease, with_a_weight_for_each_user_the_gradient_is_zero_and_no_scaled_ease_does_that) {
    vr_dataset data = world(50, 37, 4);
    const size_t n = data.n_items;
    double *c = malloc(data.n_users * sizeof *c), norm;
    for (uint32_t u = 0; u < data.n_users; u++) c[u] = 1 + 6. / vr_csr_row_count(&data.train, u);
    double *g = gram(&data.train, NULL), *target = gram(&data.train, c);
    for (int side = 1; side <= 2; side++) {
        vr_solution s = solved(&data, side == 1 ? "lambda=5 tau=count:6 side=1"
                                                : "lambda=5 tau=count:6 side=2");
        const vr_matrix *w = &s.arrays[0].matrix;
        const double found = gradient(g, target, 1, 5, w, &norm);
        /* W = P R - P dMat(d): n products of floats, each wrong by n eps of |P| |R| */
        const double bound = norm * (double)n * FLT_EPSILON * norm * 2 / 5;
        cr_expect_leq(found, bound, "%g above %g", found, bound);
        cr_expect_lt(bound, 1e-1);
        for (size_t i = 0; i < n; i++) cr_assert_eq(w->values[i * n + i], 0);
        vr_solution_free(&s);
    }
    vr_solution plain = solved(&data, "lambda=5");
    double best = INFINITY;
    for (double factor = .5; factor < 4; factor += .01) {
        double *scaled = times(target, n, 1 / factor);
        best = fmin(best, factor * gradient(g, scaled, 1, 5, &plain.arrays[0].matrix, &norm));
        free(scaled);
    }
    cr_expect_gt(best, .1);
    vr_solution_free(&plain);
    free(c);
    free(g);
    free(target);
    vr_dataset_free(&data);
}

/* Column j by elimination in long double: (A without row and column j) w = G without row j, column j. */
static void column_by_elimination(const double *g, size_t n, double lambda, size_t j,
                                  long double *w) {
    const size_t m = n - 1;
    long double *a = malloc(m * n * sizeof *a);
    for (size_t r = 0; r < m; r++) {
        const size_t i = r + (r >= j);
        for (size_t s = 0; s < m; s++) a[r * n + s] = g[i * n + s + (s >= j)] + (r == s) * lambda;
        a[r * n + m] = g[i * n + j];
    }
    for (size_t p = 0; p < m; p++)
        for (size_t r = 0; r < m; r++) {
            const long double f = a[r * n + p] / a[p * n + p];
            for (size_t s = p; r != p && s < n; s++) a[r * n + s] -= f * a[p * n + s];
        }
    for (size_t r = 0; r < m; r++) w[r + (r >= j)] = a[r * n + m] / a[r * n + r];
    w[j] = 0;
    free(a);
}

/* Eq. 24 against the constrained problem solved column by column. */
Test(ease, every_column_is_within_its_certificate_of_the_constrained_solution) {
    for (uint32_t trial = 0; trial < 12; trial++) {
        const uint32_t n = 3 + 3 * trial;
        vr_dataset data = world(n + 5, n, 20 + trial);
        double *g = gram(&data.train, NULL), worst = 0, other = 0;
        long double *w = malloc(n * sizeof *w);
        const double lambda = trial % 2 ? .5 : 20;
        const int side = 1 + (int)(trial / 2 % 2);
        char settings[64];
        snprintf(settings, sizeof settings, "lambda=%g side=%d bits=%d", lambda, side,
                 trial < 6 ? 64 : 32);
        vr_solution s = solved(&data, settings);
        for (uint32_t j = 0; j < n; j++) {
            double squares = 0;
            column_by_elimination(g, n, lambda, j, w);
            for (uint32_t i = 0; i < n; i++) {
                const double off =
                    (double)((long double)s.arrays[0].matrix.values[(size_t)i * n + j] - w[i]);
                squares += off * off;
            }
            worst = fmax(worst, sqrt(squares));
            column_by_elimination(g, n, 1.5 * lambda, j, w);
            for (uint32_t i = 0; i < n; i++)
                other = fmax(
                    other, fabs((double)((long double)s.arrays[0].matrix.values[(size_t)i * n + j] -
                                         w[i])));
        }
        const double bound = figure(&s, "weights_error") +
                             floats(&data, side) * (1 + largest_column(&s.arrays[0].matrix));
        cr_expect_leq(worst, bound, "n %u: %g above %g", n, worst, bound);
        if (trial < 6) cr_expect_gt(other, bound, "%g within %g", other, bound);
        vr_solution_free(&s);
        free(w);
        free(g);
        vr_dataset_free(&data);
    }
}

Test(ease, where_single_precision_is_not_enough_the_inverse_is_made_in_double) {
    vr_dataset data = world(30, 60, 8); /* X^T X has rank 30 at most */
    vr_solution poor = solved(&data, "lambda=1e-4 bits=32 side=1"),
                good = solved(&data, "lambda=1e-4 side=1"), easy = solved(&data, "lambda=3 side=1");
    cr_expect_gt(figure(&poor, "weights_error"), 0x1p-10);
    cr_expect_leq(figure(&good, "weights_error"), figure(&poor, "weights_error") / 10);
    cr_expect_eq(figure(&poor, "bits"), 32);
    cr_expect_eq(figure(&good, "bits"), 64);
    cr_expect_eq(figure(&easy, "bits"), 32);
    vr_solution_free(&poor);
    vr_solution_free(&good);
    vr_solution_free(&easy);
    vr_dataset_free(&data);
}

/* P of lambda = shift in single precision, all but its certificate ready; own: the diagonal. */
static vr_item_model single_model(const vr_dataset *data, const vr_csr *by_item, double shift,
                                  int by_users) {
    const vr_csr *x = by_users ? by_item : &data->train,
                 *turned = by_users ? &data->train : by_item;
    vr_item_model m = {.x = &data->train,
                       .by_item = by_item,
                       .by_users = by_users,
                       .sign = 1,
                       .shift = shift,
                       .own = malloc(data->n_items * sizeof(double))};
    m.s = inverted(x, shift, VR_SINGLE);
    cr_assert_eq(m.s.n, turned->n_rows);
    vr_item_model_diagonal(&m);
    return m;
}

/* Largest |w~_j - w_j| over the columns, W~ of the same S in double. */
static double true_error(const vr_item_model *m, const double *g) {
    const size_t n = m->x->n_columns;
    long double *w = malloc(n * sizeof *w);
    double *p = malloc(n * sizeof *p), worst = 0;
    for (uint32_t j = 0; j < n; j++) {
        double squares = 0;
        column_by_elimination(g, n, m->shift, j, w);
        for (uint32_t i = 0; i < n; i++) {
            double sum = 0;
            for (uint64_t a = m->by_item->offsets[i]; a < m->by_item->offsets[i + 1]; a++)
                for (uint64_t b = m->by_item->offsets[j]; b < m->by_item->offsets[j + 1]; b++)
                    sum += vr_symmetric_get(&m->s, m->by_item->columns[a], m->by_item->columns[b]);
            p[i] = m->by_users ? ((i == j) - sum) / m->shift : vr_symmetric_get(&m->s, i, j);
        }
        for (uint32_t i = 0; i < n; i++) {
            const double off = i == j ? 0 : (double)(-p[i] / p[j] - w[i]);
            squares += off * off;
        }
        worst = fmax(worst, sqrt(squares));
    }
    free(w);
    free(p);
    return worst;
}

/* The closer look must lower the bound and never below the truth; a spoilt inverse must not pass. */
Test(ease, the_closer_certificate_is_smaller_and_still_above_the_true_error) {
    vr_dataset data = world(60, 48, 31);
    vr_csr by_item;
    vr_error error = {.text = ""};
    vr_csr_transpose(&data.train, &by_item, &error);
    double *g = gram(&data.train, NULL);
    for (int side = 0; side < 2; side++)
        for (int spoilt = 0; spoilt < 2; spoilt++) {
            vr_item_model m = single_model(&data, &by_item, .5, side);
            vr_certificate c;
            cr_assert_eq(vr_certificate_new(data.n_items, &c, &error), VR_OK);
            if (spoilt) ((float *)m.s.slots)[5 * m.s.block + 3] += .02f; /* an element of S */
            if (spoilt) vr_item_model_diagonal(&m);
            const double truth = true_error(&m, g);
            cr_assert_eq(vr_certify(&m, &c, &error), VR_OK);
            const double by_rows = c.weights;
            cr_assert_eq(vr_symmetric_pair(&m.s, &error), VR_OK);
            cr_assert_eq(vr_certify_closely(&m, 0, &c, &error), VR_OK);
            cr_expect_geq(by_rows, truth);
            cr_expect_geq(c.weights, truth, "side %d spoilt %d: %g below %g", side, spoilt,
                          c.weights, truth);
            cr_expect_leq(c.weights, by_rows / (spoilt ? 1 : 4), "side %d spoilt %d: %g of %g",
                          side, spoilt, c.weights, by_rows);
            cr_expect_eq(spoilt, c.weights > 0x1p-10, "side %d: %g", side, c.weights);
            vr_certificate_free(&c);
            vr_symmetric_free(&m.s);
            free(m.own);
        }
    free(g);
    vr_csr_free(&by_item);
    vr_dataset_free(&data);
}

/* --- the debiased identities ------------------------------------------------------------------------ */

/* sum_u [sum_{i in I_u} (c (y - 1)^2 - c y^2) + sum_i y^2] + lambda ||W||^2: section 3.2's loss with weight 1 */
static double debiased_loss(const vr_csr *x, double c, double lambda, const vr_matrix *w) {
    const size_t n = w->n_columns;
    double sum = 0;
    for (uint32_t u = 0; u < x->n_rows; u++)
        for (uint32_t j = 0; j < n; j++) {
            double y = 0;
            for (uint64_t e = x->offsets[u]; e < x->offsets[u + 1]; e++)
                y += (double)w->values[x->columns[e] * n + j];
            sum += y * y + (has(x, u, j) ? c * (1 - 2 * y) : 0);
        }
    for (size_t i = 0; i < n * n; i++) sum += lambda * (double)w->values[i] * (double)w->values[i];
    return sum;
}

Test(ease, the_told_objective_is_that_of_the_weights) {
    vr_dataset data = world(50, 37, 6);
    const struct {
        const char *settings;
        double c;
    } cases[] = {{"lambda=5", 1}, {"lambda=5 c=3", 3}, {"lambda=5 side=2 c=.5", .5}};
    for (size_t k = 0; k < 3; k++) {
        vr_solution s = solved(&data, cases[k].settings);
        const double direct = debiased_loss(&data.train, cases[k].c, 5, &s.arrays[0].matrix),
                     size = cases[k].c * (double)vr_csr_count(&data.train);
        /* at the minimum an error of W counts twice; what is left is the rounding of diag(P) */
        cr_expect_float_eq(s.sweeps[0].objective, direct,
                           64 * FLT_EPSILON * size * (1 + cases[k].c), "%s: %.9g, %.9g",
                           cases[k].settings, s.sweeps[0].objective, direct);
        cr_expect_gt(fabs(debiased_loss(&data.train, cases[k].c, 6, &s.arrays[0].matrix) - direct),
                     1e-2);
        vr_solution_free(&s);
    }
    vr_dataset_free(&data);
}

Test(ease, the_printed_equation_26_is_wrong_and_the_scaled_target_is_right) {
    /* X = [1, 0], W = [[0, 1], [0, 0]], c = 3: line 1 of Eq. 26 is c |X - XW|^2 - (c - 1) |XW|^2 */
    const double c = 3, left = 2, xw = 1, x = 1; /* |X - XW|^2, |XW|^2, |X|^2 */
    const double line_1 = c * left - (c - 1) * xw, printed = left - (c - 1) * xw,
                 corrected = c * (left - (1 - 1 / c) * xw),
                 scaled = (c * c * x + xw) + c * (1 - c) * x; /* |cX - XW|^2 + c (1 - c) |X|^2 */
    cr_expect_eq(line_1, 4);
    cr_expect_eq(printed, 0);
    cr_expect_float_eq(corrected, 4, 1e-12);
    cr_expect_eq(scaled, 4);
}

/* The loss of c at c EASE(lambda) is below that at Eq. 27 with the paper's alpha = c - 1, and below that at EASE with the
   lambda' = lambda / ((1 - alpha) c) of the paper's proof, whatever they are multiplied by. */
Test(ease, the_debiased_minimum_is_c_ease_of_the_same_lambda_and_not_that_of_the_printed_theorem) {
    vr_dataset data = world(50, 37, 7);
    const double c = 1.5;
    vr_solution right = solved(&data, "lambda=8 c=1.5"), plain = solved(&data, "lambda=8"),
                printed = solved(&data, "lambda=8 alpha=.5"),
                proof = solved(&data, "lambda=10.666666666666666");
    const size_t n = data.n_items;
    const double best = debiased_loss(&data.train, c, 8, &right.arrays[0].matrix);
    for (size_t i = 0; i < n * n; i++)
        cr_assert_float_eq(right.arrays[0].matrix.values[i],
                           1.5f * plain.arrays[0].matrix.values[i], 4 * FLT_EPSILON * 1.5f);
    for (double factor = .5; factor < 4; factor += .05) {
        vr_solution *others[] = {&printed, &proof};
        for (int o = 0; o < 2; o++) {
            vr_matrix w = {(uint32_t)n, (uint32_t)n, vr_floats_new(n * n)};
            for (size_t i = 0; i < n * n; i++)
                w.values[i] = (float)factor * others[o]->arrays[0].matrix.values[i];
            cr_expect_gt(debiased_loss(&data.train, c, 8, &w), best + .01);
            free(w.values);
        }
    }
    vr_solution_free(&right);
    vr_solution_free(&plain);
    vr_solution_free(&printed);
    vr_solution_free(&proof);
    vr_dataset_free(&data);
}

/* c = 2^k multiplies every float exactly: the same ranking to the last bit. tau=scale:alpha is c = 1 + alpha. */
Test(ease, a_power_of_two_for_c_changes_no_bit_of_the_ranking) {
    vr_dataset data = world(80, 60, 11);
    vr_solution one = solved(&data, "lambda=5"), two = solved(&data, "lambda=5 c=2"),
                quarter = solved(&data, "lambda=5 c=.25"),
                scale = solved(&data, "lambda=5 tau=scale:1"), other = solved(&data, "lambda=50");
    for (size_t i = 0; i < 60 * 60; i++) {
        const float w = one.arrays[0].matrix.values[i];
        cr_assert_eq(two.arrays[0].matrix.values[i], 2 * w);
        cr_assert_eq(quarter.arrays[0].matrix.values[i], w / 4);
        cr_assert_eq(scale.arrays[0].matrix.values[i], 2 * w);
    }
    cr_expect_eq(one.ndcg, two.ndcg);
    cr_expect_eq(one.recall, quarter.recall);
    cr_expect_eq(one.ndcg, scale.ndcg);
    cr_expect_neq(one.ndcg, other.ndcg);
    vr_solution_free(&one);
    vr_solution_free(&two);
    vr_solution_free(&quarter);
    vr_solution_free(&scale);
    vr_solution_free(&other);
    vr_dataset_free(&data);
}

/* float rounding can tie what was apart: a promise of equal rankings is for powers of two only */
Test(ease, another_c_can_make_a_tie) {
    const float x = 1.90000021f, y = 1.90000033f, c = 1.1f;
    cr_expect_lt(x, y);
    cr_expect_eq(c * x, c * y);
}

/* --- ranking --------------------------------------------------------------------------------------- */

/* W = offdiag(G) / 4 has exact scores whatever the order of the sums, ties among them: the ranking of X and W as
   tables must be the same. */
Test(ease, ranking_by_rows_of_scores_equals_ranking_by_tables) {
    vr_dataset data = world(70, 45, 12);
    vr_solution s = solved(&data, "lambda=4 alpha=1");
    vr_matrix users = {70, 45, vr_floats_new(70 * 45)}, items = {45, 45, vr_floats_new(45 * 45)};
    for (uint32_t u = 0; u < 70; u++)
        for (uint32_t i = 0; i < 45; i++) users.values[u * 45 + i] = (float)has(&data.train, u, i);
    for (uint32_t i = 0; i < 45; i++)
        for (uint32_t j = 0; j < 45; j++)
            items.values[j * 45 + i] = s.arrays[0].matrix.values[i * 45 + j];
    vr_evaluation e = {&users, &items, VR_DOT, &data.train, &data.test, 20};
    vr_metrics metrics;
    vr_error error = {.text = ""};
    cr_assert_eq(vr_evaluate(&e, NULL, &metrics, &error), VR_OK, "%s", error.text);
    cr_expect_eq(metrics.recall, s.recall);
    cr_expect_eq(metrics.ndcg, s.ndcg);
    items.values[3] += 100; /* and a wrong table is told apart */
    cr_assert_eq(vr_evaluate(&e, NULL, &metrics, &error), VR_OK);
    cr_expect_neq(metrics.ndcg, s.ndcg);
    free(users.values);
    free(items.values);
    vr_solution_free(&s);
    vr_dataset_free(&data);
}

Test(ease, the_head_is_the_most_popular_items_in_their_old_order) {
    vr_dataset data = world(60, 40, 13), head;
    uint32_t ids[12], counts[40] = {0}, least = UINT32_MAX;
    vr_error error;
    for (uint64_t e = 0; e < vr_csr_count(&data.train); e++) counts[data.train.columns[e]]++;
    cr_assert_eq(vr_dataset_head(&data, 12, &head, ids, &error), VR_OK);
    cr_expect_eq(head.n_items, 12);
    for (uint32_t k = 0; k < 12; k++) {
        least = counts[ids[k]] < least ? counts[ids[k]] : least;
        if (k) cr_expect_lt(ids[k - 1], ids[k]);
        for (uint32_t u = 0; u < 60; u++) {
            cr_assert_eq(has(&head.train, u, k), has(&data.train, u, ids[k]));
            cr_assert_eq(has(&head.test, u, k), has(&data.test, u, ids[k]));
        }
    }
    for (uint32_t i = 0, k = 0; i < 40; i++)
        if (k < 12 && ids[k] == i)
            k++;
        else
            cr_expect_leq(counts[i], least);
    vr_dataset_free(&head);
    vr_dataset_free(&data);
}

Test(ease, what_it_needs_is_counted_before_it_starts) {
    vr_dataset data = world(40, 30, 14);
    vr_solve_spec spec = spec_of("lambda=5");
    vr_solve_hooks hooks = {.room = 1000};
    vr_solution out;
    vr_error error = {.text = ""};
    cr_expect_eq(vr_solve(&spec, &data, &hooks, &out, &error), VR_USAGE);
    cr_expect(strstr(error.text, "GiB") != NULL);
    /* half of what a full matrix of doubles takes, of the smaller side, and at most a block more */
    cr_expect_leq(vr_symmetric_bytes(40981), 4. * (40981 + 512) * (40981 + 1024));
    cr_expect_geq(vr_symmetric_bytes(40981), 4. * 40981 * 40981);
    vr_dataset_free(&data);
}

Test(ease, an_unbounded_objective_is_refused_with_its_reason) {
    vr_dataset data = world(50, 37, 15);
    vr_solve_spec spec = spec_of("lambda=1 alpha=1.5");
    vr_solution out;
    vr_error error = {.text = ""};
    cr_expect_eq(vr_solve(&spec, &data, NULL, &out, &error), VR_DIFFERS);
    cr_expect(strstr(error.text, "alpha = 1.5") != NULL, "%s", error.text);
    spec = spec_of("lambda=1 alpha=.5");
    cr_expect_eq(vr_solve(&spec, &data, NULL, &out, &error), VR_OK);
    vr_solution_free(&out);
    vr_dataset_free(&data);
}
