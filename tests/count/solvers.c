/* The solvers' kernels: normal equations, second moments, inverses, half-steps. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "count.h"
#include "data/dataset.h"
#include "solve/half_step.h"
#include "solve/item_model.h"
#include "solve/product.h"
#include "solve/symmetric.h"
#include "solve/system.h"

enum { MOST = 128 /* sources of a system */ };

static void count_system(const char *inputs, size_t dim) {
    const vr_system_kernels *k = vr_system_kernels_get();
    float *rows = count_floats(21, MOST * dim), *gram = count_room(dim * dim, sizeof *gram),
          *factor = count_room(dim * dim, sizeof *factor),
          *inverse = count_room(16 * dim, sizeof *inverse), *x = count_floats(22, dim), pivot;
    for (size_t i = 0; i < dim; i++) gram[i * dim + i] = 40;
    const vr_system s = {dim, MOST, rows, dim, gram, dim, .1f, 1, factor, inverse, x};
    size_t good = 0;
    COUNT("system solve", inputs, good = k->solve(&s, &pivot));
    if (good != dim) count_stop("a system of %zu is not positive definite", dim);
    free(rows), free(gram), free(factor), free(inverse), free(x);
}

static void count_rows_of_systems(void) {
    enum { DIM = 64 };
    const vr_system_kernels *k = vr_system_kernels_get();
    float *rows = count_floats(23, MOST * DIM), *to = count_room(MOST * DIM, sizeof *to),
          *weights = count_floats(24, MOST), *out = count_room(MOST, sizeof *out);
    const char *inputs = "128 rows, d = 64";
    COUNT("system transpose", inputs, k->transpose(rows, DIM, MOST, DIM, to, MOST));
    COUNT("system scale_rows", inputs, k->scale_rows(rows, DIM, weights, MOST));
    COUNT("system combine", inputs, k->combine(rows, DIM, MOST, weights, DIM, out));
    COUNT("system dots", inputs, k->dots(rows, DIM, MOST, weights, DIM, out));
    free(rows), free(to), free(weights), free(out);
}

static void count_dense(void) {
    enum { SIDE = 64, ROWS = 4096 };
    double *a = count_room(SIDE * SIDE, sizeof *a), *c = count_room(SIDE * SIDE, sizeof *c);
    float *rows = count_floats(25, ROWS * SIDE), *gram = count_room(SIDE * SIDE, sizeof *gram);
    vr_error error;
    for (size_t i = 0; i < SIDE * SIDE; i++) a[i] = (double)rows[i];
    const vr_product64 product = {SIDE, SIDE, SIDE, a, a, SIDE, 1, SIDE, c, SIDE, 0};
    COUNT("multiply64", "64 x 64 x 64", vr_multiply64_get()(&product));
    COUNT("gram", "4096 rows, d = 64", vr_gram(rows, ROWS, SIDE, gram, &error));
    free(a), free(c), free(rows), free(gram);
}

static void count_inverse(const char *inputs, const vr_dataset *data, const vr_csr *by_item,
                          vr_format format) {
    vr_symmetric s;
    vr_error error;
    uint32_t pivot;
    vr_status status = VR_OK;
    double *diagonal = count_room(data->n_items, sizeof *diagonal);
    for (uint32_t i = 0; i < data->n_items; i++) diagonal[i] = 20;
    if (vr_symmetric_new(data->n_items, format, &s, &error)) count_stop("%s", error.text);
    COUNT("inverse gram", inputs, vr_symmetric_gram(&s, &data->train, by_item, 1, diagonal));
    COUNT("inverse", inputs, status = vr_symmetric_invert(&s, NULL, &pivot, &error));
    if (status) count_stop("%s", error.text);
    vr_symmetric_free(&s);
    free(diagonal);
}

/* All users of a data set, from the Gram matrix of random items. */
static void count_half_step(const char *inputs, const vr_dataset *data, size_t block) {
    enum { DIM = 64 };
    const size_t n = data->n_users;
    float *items = count_floats(26, data->n_items * DIM),
          *gram = count_room(DIM * DIM, sizeof *gram), *users = count_room(n * DIM, sizeof *users),
          *ones = count_room(n, sizeof *ones);
    vr_error error;
    vr_status status = vr_gram(items, data->n_items, DIM, gram, &error);
    for (size_t u = 0; u < n; u++) ones[u] = 1;
    const vr_half_step step = {.what = "user",
                               .dim = DIM,
                               .stride = DIM,
                               .rows = &data->train,
                               .sources = items,
                               .gram = gram,
                               .g = ones,
                               .l = ones,
                               .r = ones,
                               .block = block,
                               .targets = users};
    if (!status) COUNT("half-step", inputs, status = vr_half_step_solve(&step, &error));
    if (status) count_stop("%s", error.text);
    free(items), free(gram), free(users), free(ones);
}

void count_solvers(void) {
    vr_data_options options = {.offline = 1};
    vr_dataset data;
    vr_csr by_item;
    vr_error error;
    if (vr_dataset_load("planted-small", &options, &data, &error) ||
        vr_csr_transpose(&data.train, &by_item, &error))
        count_stop("%s", error.text);
    count_system("128 rows, d = 64", 64);
    count_system("128 rows, d = 128", 128);
    count_rows_of_systems();
    count_dense();
    count_inverse("400 items, float", &data, &by_item, VR_SINGLE);
    count_inverse("400 items, double", &data, &by_item, VR_DOUBLE);
    count_half_step("planted-small's users, d = 64", &data, 0);
    count_half_step("planted-small's users, d = 64, blocks of 16", &data, 16);
    vr_csr_free(&by_item);
    vr_dataset_free(&data);
}
