/* Steps by dense products: the tile kernels, shared draws, and the expectation over all items. */
#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "loss/tau.h"
#include "num/draws.h"
#include "settings.h"
#include "train/dense.h"

extern const vr_tile_kernels vr_tile_kernels_avx2, vr_tile_kernels_avx512;

static double uniform(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) * 0x1p-24 - .5;
}

static float *random_floats(size_t n, uint32_t seed) {
    float *values = vr_floats_new(n);
    for (size_t i = 0; i < n; i++) values[i] = (float)uniform(&seed);
    return values;
}

/* --- kernels --------------------------------------------------------------------------------------- */

/* The definition, or (backwards) the same sum in another order. */
static void plain_product(const vr_product *p, float *out, int backwards) {
    for (size_t r = 0; r < p->rows; r++)
        for (size_t x = 0; x < p->width; x++) {
            float sum = p->add ? p->c[r * p->c_row + x] : 0;
            for (size_t i = 0; i < p->steps; i++) {
                size_t k = backwards ? p->steps - 1 - i : i;
                sum = fmaf(p->a[r * p->a_row + k * p->a_step], p->b[k * p->b_step + x], sum);
            }
            out[r * p->c_row + x] = sum;
        }
}

static const vr_tile_kernels *kernels(int which) {
    if (which == 0) return &vr_tile_kernels_avx2;
    return __builtin_cpu_supports("avx512dq") ? &vr_tile_kernels_avx512 : NULL;
}

Test(dense, a_product_is_its_chains_of_fused_multiply_adds_to_the_last_bit) {
    enum { ROWS = 23, STEPS = 300, WIDTH = 144 };
    float *a = random_floats(ROWS * STEPS, 1), *b = random_floats(STEPS * WIDTH, 2),
          *expected = vr_floats_new(ROWS * WIDTH);
    for (int which = 0; which < 2 && kernels(which); which++)
        for (size_t shape = 0; shape < 64; shape++) {
            float *c = random_floats(ROWS * WIDTH, 3);
            vr_product p = {.rows = 1 + shape % ROWS,
                            .steps = shape * 37 % STEPS,
                            .width = 16 + shape % 9 * 16,
                            .a = a,
                            .a_row = shape % 2 ? 1 : STEPS,
                            .a_step = shape % 2 ? ROWS : 1,
                            .b = b,
                            .b_step = WIDTH,
                            .c = c,
                            .c_row = WIDTH,
                            .add = shape % 3 == 0};
            memcpy(expected, c, ROWS * WIDTH * sizeof *c);
            plain_product(&p, expected, 0);
            kernels(which)->multiply(&p);
            cr_assert_arr_eq(c, expected, ROWS * WIDTH * sizeof *c, "kernel %d, shape %zu", which,
                             shape);
            free(c);
        }
    /* negative control: another order of the sum has other bits */
    float *c = vr_floats_new(ROWS * WIDTH);
    vr_product p = {ROWS, STEPS, WIDTH, a, b, STEPS, 1, WIDTH, c, WIDTH, 0};
    plain_product(&p, expected, 1);
    vr_tile_kernels_avx2.multiply(&p);
    cr_assert(memcmp(c, expected, ROWS * WIDTH * sizeof *c) != 0);
    free(a), free(b), free(c), free(expected);
}

Test(dense, few_active_weights_give_the_bits_of_the_whole_product) {
    enum { N = 75, STRIDE = 48 };
    float *items = random_floats(N * STRIDE, 1), *user = random_floats(STRIDE, 2);
    float *weights = random_floats(N + 5, 3);
    for (size_t j = 0; j < N; j++) weights[j] = j % 9 == 4 ? weights[j] : 0;
    for (int which = 0; which < 2 && kernels(which); which++) {
        float *u = random_floats(STRIDE, 4), *v = random_floats(N * STRIDE, 5);
        float *u_sparse = random_floats(STRIDE, 4), *v_sparse = random_floats(N * STRIDE, 5);
        const vr_tile_kernels *k = kernels(which);
        k->multiply(&(vr_product){1, N, STRIDE, weights, items, N, 1, STRIDE, u, STRIDE, 1});
        k->multiply(&(vr_product){N, 1, STRIDE, weights, user, 1, N, STRIDE, v, STRIDE, 1});
        cr_assert_eq(k->active(weights, N), 8u);
        k->add_active(&(vr_active_row){weights, N, STRIDE, items, user, u_sparse, v_sparse});
        cr_assert_arr_eq(u, u_sparse, STRIDE * sizeof *u);
        cr_assert_arr_eq(v, v_sparse, N * STRIDE * sizeof *v);
        free(u), free(v), free(u_sparse), free(v_sparse);
    }
    free(items), free(user), free(weights);
}

Test(dense, a_panel_holds_the_rows_as_columns_and_zeros_past_them) {
    enum { STRIDE = 32, DIM = 20 };
    float *rows = random_floats(VR_PANEL * STRIDE, 1), panel[DIM * VR_PANEL];
    for (int which = 0; which < 2 && kernels(which); which++)
        for (size_t n = 1; n <= VR_PANEL; n += 7) {
            memset(panel, 1, sizeof panel);
            kernels(which)->pack(rows, STRIDE, n, DIM, panel);
            for (size_t c = 0; c < DIM; c++)
                for (size_t j = 0; j < VR_PANEL; j++)
                    cr_assert_eq(panel[c * VR_PANEL + j], j < n ? rows[j * STRIDE + c] : 0);
        }
    free(rows);
}

/* --- a world of three chunks, the last of them short ------------------------------------------------- */

enum { USERS = 40, ITEMS = 2100, DEGREE = 5, PAIRS = USERS * DEGREE, MOST_DIM = 272 };

typedef struct world {
    vr_dataset data;
    uint64_t offsets[USERS + 1];
    uint32_t columns[PAIRS];
} world;

static world *make_world(void) {
    world *w = calloc(1, sizeof *w);
    for (uint32_t u = 0; u < USERS; u++) {
        w->offsets[u + 1] = (uint64_t)(u + 1) * DEGREE;
        for (uint32_t d = 0; d < DEGREE; d++)
            w->columns[u * DEGREE + d] = d * (ITEMS / DEGREE) + u * 7 % (ITEMS / DEGREE);
    }
    w->data.n_users = USERS;
    w->data.n_items = ITEMS;
    w->data.train = (vr_csr){USERS, ITEMS, w->offsets, w->columns};
    return w;
}

static vr_train_spec make_spec(const char *settings) {
    return settings_spec(
        "batch=150 negatives=30 init=.1 regularization=0 clip=1e6 dropout=0 dim=24", settings);
}

/* Both tables' gradients, users first, and the sum of the losses. */
typedef struct gradients {
    double loss, values[(USERS + ITEMS) * MOST_DIM];
} gradients;

/* The engine's: after one step from moments 0, Adam's first moment is a tenth of the gradient. */
static gradients *engine(const char *settings) {
    world *w = make_world();
    vr_train_spec spec = make_spec(settings);
    vr_trainer t;
    vr_error error;
    gradients *g = calloc(1, sizeof *g);
    cr_assert_eq(vr_trainer_new(&spec, &w->data, &t, &error), VR_OK, "%s", error.text);
    vr_epoch_begin(&t, 1, spec.lr);
    g->loss = vr_step(&t, 1, 0);
    cr_assert_eq(t.steps[0].factor, 1, "the clip must not act");
    vr_step_flush(&t, 1);
    for (uint32_t r = 0; r < USERS + ITEMS; r++)
        for (uint32_t c = 0; c < spec.dim; c++)
            g->values[r * spec.dim + c] =
                10 * (double)(r < USERS ? t.users.m[r * t.users.stride + c]
                                        : t.items.m[(r - USERS) * t.items.stride + c]);
    vr_trainer_free(&t);
    free(w);
    return g;
}

/* --- the definition in double precision -------------------------------------------------------------- */

/* The loss over all items and its derivatives by every item's score, from MATH.md's formulas with each mean over
   the N written as the mean over all n. wrong: what the negative part is multiplied with (1: nothing wrong). */
typedef struct truth {
    const vr_train_spec *spec;
    double tau, wrong;
} truth;

static double all_items(const truth *c, const double *y, uint32_t pos, const uint32_t *samples,
                        uint32_t m, double *grad) {
    const vr_loss_params *q = &c->spec->params;
    double n = ITEMS, big = c->spec->negatives, tau = c->tau, y_i = y[pos], loss;
    const char *name = c->spec->loss;
    memset(grad, 0, ITEMS * sizeof *grad);
    if (strncmp(name, "mse", 3) == 0 || strncmp(name, "ccl", 3) == 0) {
        int mse = name[0] == 'm', debiased = name[3] == '-';
        double plus = debiased ? tau : 1, mean = 0,
               scale = c->wrong * (mse || debiased ? q->lambda : q->weight);
        for (uint32_t j = 0; j < ITEMS; j++) {
            int above = y[j] > q->margin;
            mean += (mse ? y[j] * y[j] : above ? y[j] - q->margin : 0) / n;
            grad[j] += scale * (mse ? 2 * y[j] : above) / n;
        }
        for (uint32_t k = 0; k < m && debiased; k++) {
            double y_k = y[samples[k]];
            int above = y_k > q->margin;
            mean -= tau * (mse ? y_k * y_k : above ? y_k - q->margin : 0) / m;
            grad[samples[k]] -= scale * tau * (mse ? 2 * y_k : above) / m;
        }
        loss = plus * (mse ? (1 - y_i) * (1 - y_i) : 1 - y_i) + scale * mean;
        grad[pos] += plus * (mse ? 2 * (y_i - 1) : -1);
        return loss;
    }
    double t = q->t, sum = 0, e_i = exp(y_i / t);
    for (uint32_t j = 0; j < ITEMS; j++) sum += exp(y[j] / t);
    if (strncmp(name, "mine", 4) == 0) {
        double lambda = c->wrong * (name[4] ? q->lambda : 1);
        for (uint32_t j = 0; j < ITEMS; j++) grad[j] = lambda * exp(y[j] / t) / sum / t;
        grad[pos] -= 1 / t;
        return lambda * log(big * sum / n) - y_i / t;
    }
    double f = c->wrong * big * sum / n, slope = f / sum; /* d f / d e^{y_j/t} */
    double of_sample = 0;
    if (strcmp(name, "infonce") != 0) {
        double lambda = isnan(q->lambda) ? big : q->lambda, mean_k = 0;
        for (uint32_t k = 0; k < m; k++) mean_k += exp(y[samples[k]] / t) / m;
        double b = (sum / n - tau * mean_k) / (1 - tau), floor = exp(-1 / t);
        slope = b > floor ? c->wrong * lambda / (1 - tau) / n : 0;
        of_sample = b > floor ? -c->wrong * lambda / (1 - tau) * tau / m : 0;
        f = c->wrong * lambda * fmax(b, floor);
    }
    loss = log(1 + f / e_i);
    for (uint32_t j = 0; j < ITEMS; j++) grad[j] = slope * exp(y[j] / t) / (e_i + f) / t;
    for (uint32_t k = 0; k < m; k++)
        grad[samples[k]] += of_sample * exp(y[samples[k]] / t) / (e_i + f) / t;
    grad[pos] -= f / (e_i + f) / t;
    return loss;
}

/* unit = row / |row| or the row; returns what the chain rule divides by */
static double unit_row(const float *row, uint32_t dim, int cosine, double *unit) {
    double norm2 = 0;
    for (uint32_t c = 0; c < dim; c++) norm2 += (double)row[c] * (double)row[c];
    double norm = cosine ? sqrt(norm2) : 1;
    for (uint32_t c = 0; c < dim; c++) unit[c] = (double)row[c] / norm;
    return norm;
}

static void back(double *to, const double *of_unit, const double *unit, double norm, uint32_t dim,
                 int cosine) {
    double along = 0;
    for (uint32_t c = 0; c < dim; c++) along += cosine ? of_unit[c] * unit[c] : 0;
    for (uint32_t c = 0; c < dim; c++) to[c] += (of_unit[c] - along * unit[c]) / norm;
}

static gradients *brute_force(const char *settings, double wrong) {
    world *w = make_world();
    vr_train_spec spec = make_spec(settings);
    vr_trainer t;
    vr_error error;
    gradients *g = calloc(1, sizeof *g);
    uint32_t dim = spec.dim, m;
    int cosine = spec.similarity == VR_COSINE;
    static double items[ITEMS][MOST_DIM], norms[ITEMS], of_items[ITEMS][MOST_DIM];
    static double y[ITEMS], grad[ITEMS];
    cr_assert_eq(vr_trainer_new(&spec, &w->data, &t, &error), VR_OK, "%s", error.text);
    vr_epoch_begin(&t, 1, spec.lr);
    memset(of_items, 0, sizeof of_items);
    for (uint32_t i = 0; i < ITEMS; i++)
        norms[i] = unit_row(t.items.raw + i * t.items.stride, dim, cosine, items[i]);
    for (uint32_t p = 0; p < spec.batch; p++) {
        uint32_t pair = t.order[p], user = t.pair_users[pair], samples[64], words[64];
        double unit[MOST_DIM], u[MOST_DIM], factors[MOST_DIM], of_user[MOST_DIM] = {0};
        double norm = unit_row(t.users.raw + user * t.users.stride, dim, cosine, unit);
        vr_draw_key drop = {spec.seed, VR_STREAM_DROPOUT, 1};
        vr_draw_words(&drop, p, words, 64);
        for (uint32_t c = 0; c < dim; c++) {
            factors[c] = words[c % 64] * 0x1p-32 < spec.dropout ? 0 : 1 / (1 - spec.dropout);
            u[c] = unit[c] * factors[c];
        }
        m = vr_draw_positives(&t, 1, p, user, samples);
        for (uint32_t i = 0; i < ITEMS; i++) {
            y[i] = 0;
            for (uint32_t c = 0; c < dim; c++) y[i] += u[c] * items[i][c];
        }
        truth c = {&spec, vr_tau_count(DEGREE, spec.tau_value, ITEMS), wrong};
        g->loss += all_items(&c, y, w->columns[pair], samples, m, grad);
        for (uint32_t i = 0; i < ITEMS; i++)
            for (uint32_t k = 0; k < dim; k++) {
                of_items[i][k] += grad[i] / spec.batch * u[k];
                of_user[k] += grad[i] / spec.batch * items[i][k] * factors[k];
            }
        back(g->values + user * dim, of_user, unit, norm, dim, cosine);
    }
    for (uint32_t i = 0; i < ITEMS; i++)
        back(g->values + (USERS + i) * dim, of_items[i], items[i], norms[i], dim, cosine);
    vr_trainer_free(&t);
    free(w);
    return g;
}

/* |a - b| / |b| over rows first .. end of the tables */
static double distance(const gradients *a, const gradients *b, size_t first, size_t end) {
    double difference = 0, all = 0;
    for (size_t i = first; i < end; i++) {
        difference += (a->values[i] - b->values[i]) * (a->values[i] - b->values[i]);
        all += b->values[i] * b->values[i];
    }
    return sqrt(difference / all);
}

static const char *const exact[] = {
    "loss=infonce t=.3",
    "loss=infonce t=.02 dim=64 dropout=.3",
    "loss=infonce-debiased t=.5 tau=count:300 positives=4",
    "loss=infonce-debiased t=2 tau=count:100 positives=3 similarity=dot lambda=50",
    "loss=mine t=.3 similarity=dot",
    "loss=mine+ t=.1 lambda=1.2",
    "loss=mse lambda=40",
    "loss=mse similarity=dot lambda=300 dim=48 dropout=.2",
    "loss=mse lambda=40 dim=270",
    "loss=mse-debiased tau=count:900 positives=5 lambda=30",
    "loss=ccl margin=.3 weight=60",
    "loss=ccl margin=-.1 weight=3 dropout=.2",
    "loss=ccl-debiased tau=count:900 positives=3 lambda=8 margin=.1",
};

/* A score is a chain of dim <= 64 roundings of terms that sum to at most 1.5 in size, so it is off by some 1e-6; the
   exponential multiplies that by 1/t <= 50; a gradient sums 40 to 2100 weights that err independently. */
Test(dense, sampling_all_has_value_and_gradient_of_the_loss_over_all_items) {
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        char text[256] = "sampling=all ";
        strcat(text, exact[i]);
        gradients *ours = engine(text), *right = brute_force(text, 1),
                  *wrong = brute_force(text, 1.01);
        size_t dim = make_spec(text).dim, end = USERS * dim, all = (USERS + ITEMS) * dim;
        double users = distance(ours, right, 0, end), items = distance(ours, right, end, all);
        cr_expect_float_eq(ours->loss, right->loss, 2e-5 * (1 + fabs(right->loss)), "%s: %g for %g",
                           text, ours->loss, right->loss);
        cr_expect_lt(users, 2e-5, "%s: %g", text, users);
        cr_expect_lt(items, 2e-5, "%s: %g", text, items);
        /* negative control: a negative part that is wrong by a hundredth */
        cr_expect(fabs(ours->loss - wrong->loss) > 2e-5 * (1 + fabs(wrong->loss)), "%s", text);
        cr_expect_gt(distance(ours, wrong, 0, end), 4e-5, "%s", text);
        cr_expect_gt(distance(ours, wrong, end, all), 4e-5, "%s", text);
        free(ours), free(right), free(wrong);
    }
}

/* The sampled gradient's error falls with sqrt(N); from 60 to 6000 items a tenth is expected. */
Test(dense, the_sampled_gradient_tends_to_that_of_sampling_all) {
    const char *const losses[] = {"loss=infonce t=.3", "loss=mine+ t=.2 lambda=1.1",
                                  "loss=mse lambda=40", "loss=ccl margin=.1 weight=60",
                                  "loss=infonce-debiased t=.5 tau=count:300 positives=4"};
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        double error[2];
        for (int many = 0; many < 2; many++) {
            char sampled[256], all[280];
            snprintf(sampled, sizeof sampled, "%s negatives=%d", losses[i], many ? 6000 : 60);
            snprintf(all, sizeof all, "%s sampling=all", sampled);
            gradients *a = engine(sampled), *b = engine(all);
            error[many] = distance(a, b, 0, USERS * 24);
            free(a), free(b);
        }
        cr_expect_lt(error[1], error[0] / 5, "%s: %g and %g", losses[i], error[0], error[1]);
        cr_expect_gt(error[1], error[0] / 20, "%s: %g and %g", losses[i], error[0], error[1]);
    }
}

Test(dense, several_chunks_and_groups_give_the_same_bits_for_any_thread_count) {
    const char *const settings[] = {"loss=infonce t=.3 sampling=all dropout=.1",
                                    "loss=mse sampling=all", "loss=ccl margin=.1 sampling=all",
                                    "loss=mine+ t=.2 sharing=20"};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        omp_set_num_threads(1);
        gradients *one = engine(settings[i]);
        for (int threads = 2; threads <= 8; threads += threads == 2 ? 1 : 5) {
            omp_set_num_threads(threads);
            gradients *many = engine(settings[i]);
            cr_assert_arr_eq(one, many, sizeof *one, "%s, %d threads", settings[i], threads);
            free(many);
        }
        free(one);
    }
    omp_set_num_threads(2);
}

/* --- the spec ---------------------------------------------------------------------------------------- */

static const char *refusal(const char *settings) {
    static vr_error error;
    vr_train_spec spec = vr_spec_default();
    settings_into(&spec, settings);
    return vr_spec_check(&spec, "test", &error) == VR_USAGE ? error.text : "";
}

Test(dense, sampling_all_is_refused_where_it_means_nothing) {
    cr_assert(strstr(refusal("loss=bpr sampling=all"), "ccl-debiased"));
    cr_assert(strstr(refusal("loss=sampled-softmax sampling=all"), "sampling = uniform"));
    cr_assert(strstr(refusal("loss=mean-difference sampling=all"), "mine+"));
    cr_assert(strstr(refusal("loss=ccl sampling=all sharing=2"), "sharing"));
    cr_assert_str_eq(refusal("loss=ccl sampling=all"), "");
}

/* N is part of a run's name only where it changes a number. */
Test(dense, sampling_all_has_n_in_its_name_only_where_the_loss_has_it) {
    const struct {
        const char *settings;
        int named;
    } cases[] = {{"loss=infonce sampling=all", 1},
                 {"loss=mine sampling=all", 1},
                 {"loss=infonce-debiased t=.5 sampling=all", 1},
                 {"loss=infonce-debiased t=.5 lambda=3 sampling=all", 0},
                 {"loss=mse sampling=all", 0},
                 {"loss=ccl-debiased sampling=all", 0},
                 {"loss=mse", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vr_train_spec spec = make_spec(cases[i].settings);
        char text[VR_CANONICAL];
        vr_spec_canonical(&spec, text, sizeof text);
        cr_expect_eq(strstr(text, "negatives=") != NULL, cases[i].named, "%s", text);
    }
}
