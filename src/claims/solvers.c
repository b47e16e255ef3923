/* Theorems 1 and 2 on a whole data set, with the project's own solvers: planted-small, or what --dataset names. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "claims/solvers.h"
#include "solve/head.h"

vr_status vr_claim_data(const vr_claims_input *in, vr_dataset *data, vr_error *error) {
    vr_data_options options = in->data;
    options.offline = 1;
    return vr_dataset_load(in->dataset ? in->dataset : "planted-small", &options, data, error);
}

int vr_claim_solve(const vr_dataset *data, const char *solver, const char *settings,
                   vr_solution *out, vr_error *error) {
    vr_solve_spec spec;
    char text[512], *save, *item;
    const vr_solve_hooks hooks = {.last_only = 1};
    if (vr_solve_spec_start(solver, "verify", &spec, error)) return 0;
    snprintf(text, sizeof text, "%s", settings);
    for (item = strtok_r(text, " ", &save); item; item = strtok_r(NULL, " ", &save)) {
        char *equals = strchr(item, '=');
        *equals = 0;
        if (vr_solve_spec_set(&spec, item, equals + 1, "verify", error)) return 0;
    }
    return !vr_solve_spec_check(&spec, "verify", error) &&
           !vr_solve(&spec, data, &hooks, out, error);
}

const vr_matrix *vr_claim_array(const vr_solution *solution, const char *file) {
    for (uint32_t i = 0; i < solution->n_arrays; i++)
        if (!strcmp(solution->arrays[i].file, file)) return &solution->arrays[i].matrix;
    return NULL;
}

/* --- iALS: factors as directions of their score matrices ------------------------------------------------- */

/* out = A' B: columns of a times columns of b. */
static void product(const vr_matrix *a, const vr_matrix *b, double *out) {
    memset(out, 0, (size_t)a->n_columns * b->n_columns * sizeof *out);
    for (size_t i = 0; i < a->n_rows; i++)
        for (size_t k = 0; k < a->n_columns; k++)
            for (size_t l = 0; l < b->n_columns; l++)
                out[k * b->n_columns + l] += (double)a->values[i * a->n_columns + k] *
                                             (double)b->values[i * b->n_columns + l];
}

/* <U V', W Z'> = sum of (U'W) . (V'Z): no score is made. */
static double inner(const vr_solution *a, const vr_solution *b, double *room) {
    const vr_matrix *u = vr_claim_array(a, "users.npy"), *v = vr_claim_array(a, "items.npy"),
                    *w = vr_claim_array(b, "users.npy"), *z = vr_claim_array(b, "items.npy");
    size_t size = (size_t)u->n_columns * w->n_columns;
    double sum = 0;
    product(u, w, room);
    product(v, z, room + size);
    for (size_t i = 0; i < size; i++) sum += room[i] * room[size + i];
    return sum;
}

enum {
    DIM = 16,
    MOST_ITEMS = 1000, /* of EASE: the most popular ones */
    COUNT = 20         /* K of tau=count:K */
};

typedef struct comparison {
    double angle, scale; /* 1 - cos; the factor from the image's scores to the debiased ones */
} comparison;

static comparison compare(const vr_solution *debiased, const vr_solution *image) {
    double room[2 * DIM * DIM], both = inner(debiased, image, room),
                                own = inner(image, image, room);
    return (comparison){1 - both / sqrt(inner(debiased, debiased, room) * own), both / own};
}

/* lambda': the printed lambda / ((1-alpha0) c), or lambda / c times `wrong`. In float a score is known to about 1e-5,
   so 1 - cos of equal ones is below 1e-7. */
static void joint_run(const vr_claims_input *in, vr_finding *f, vr_tally *printed,
                      vr_tally *corrected, double wrong) {
    const double alpha0 = 0.1, c = 3, lambda = 2, shrink = (1 - alpha0) * c;
    const double primes[2] = {lambda / shrink, wrong * lambda / c};
    vr_tally *tallies[2] = {printed, corrected};
    vr_dataset data;
    vr_solution solution, image;
    char settings[256];
    if (vr_claim_data(in, &data, &f->error)) return;
    snprintf(settings, sizeof settings, "dim=%d sweeps=4 nu=0 init=1 c=%g alpha0=%.17g lambda=%g",
             DIM, c, alpha0, lambda);
    if (vr_claim_solve(&data, "ials", settings, &solution, &f->error)) {
        for (int k = 0; k < 2 && !f->error.status; k++) {
            if (!tallies[k]) continue;
            snprintf(settings, sizeof settings,
                     "dim=%d sweeps=4 nu=0 init=%.17g alpha0=%.17g lambda=%.17g", DIM,
                     sqrt(1 - alpha0), alpha0 / shrink, primes[k]);
            if (!vr_claim_solve(&data, "ials", settings, &image, &f->error)) continue;
            comparison at = compare(&solution, &image);
            VR_TALLY(tallies[k], -at.angle, 1e-7,
                     "%s, %d factors, c=%g, alpha0=%g, lambda=%g: 1 - cos of the scores is %.2g, "
                     "their factor %.4g; "
                     "Recall@20 %.4f and %.4f",
                     data.name, DIM, c, alpha0, lambda, at.angle, at.scale, solution.recall,
                     image.recall);
            vr_solution_free(&image);
        }
        vr_solution_free(&solution);
    }
    vr_dataset_free(&data);
}

void vr_claim_theorem_1_data(const vr_claims_input *in, vr_finding *f) {
    joint_run(in, f, &f->printed, &f->corrected, 1);
}
void vr_claim_theorem_1_data_wrong(const vr_claims_input *in, vr_finding *f) {
    joint_run(in, f, NULL, &f->printed, 1.5);
}

/* --- EASE ------------------------------------------------------------------------------------------- */

/* Largest |a - factor b| over largest |a|. */
static double apart(const vr_matrix *a, const vr_matrix *b, double factor) {
    double off = 0, size = 0;
    for (size_t i = 0; i < (size_t)a->n_rows * a->n_columns; i++) {
        off = fmax(off, fabs((double)a->values[i] - factor * (double)b->values[i]));
        size = fmax(size, fabs((double)a->values[i]));
    }
    return off / size;
}

/* c_u = constant + count / |I_u+| */
typedef struct user_weights {
    double constant, count;
} user_weights;

/* The largest derivative of the debiased loss off the diagonal over the largest there is at W = 0, from its sum over
   users and items: dL/dy_uj = 2 y_uj - 2 c_u x_uj with y = XW, for the weight 1 on the negatives. */
static double gradient(const vr_dataset *data, const vr_matrix *w, user_weights weights,
                       double lambda) {
    size_t n = data->n_items;
    double *total = calloc(n * n + n, sizeof *total), *y = total + n * n, worst = 0, size = 0;
    if (!total) return INFINITY;
    for (uint32_t u = 0; u < data->n_users; u++) {
        const uint32_t *seen = data->train.columns + data->train.offsets[u];
        uint32_t n_seen = vr_csr_row_count(&data->train, u);
        const double c = weights.constant + (n_seen ? weights.count / n_seen : 0);
        memset(y, 0, n * sizeof *y);
        for (uint32_t k = 0; k < n_seen; k++)
            for (size_t j = 0; j < n; j++) y[j] += (double)w->values[seen[k] * n + j];
        for (uint32_t k = 0; k < n_seen; k++) y[seen[k]] -= c;
        for (uint32_t k = 0; k < n_seen; k++)
            for (size_t j = 0; j < n; j++) total[seen[k] * n + j] += 2 * y[j];
        for (uint32_t k = 0; k < n_seen; k++) size = fmax(size, 2 * c * n_seen);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (i != j)
                worst =
                    fmax(worst, fabs(total[i * n + j] + 2 * lambda * (double)w->values[i * n + j]));
    free(total);
    return worst / size;
}

/* The debiased solution with c against EASE(lambda') times its factor. */
static void ease_run(const vr_claims_input *in, vr_finding *f, vr_tally *printed,
                     vr_tally *corrected) {
    const double c = 2,
                 lambda =
                     50; /* alpha = 1/2 of the proof's alpha = 1 - 1/c: lambda' = lambda, c EASE */
    const double primes[2] = {lambda / ((1 - 0.5) * c) * 2, lambda};
    vr_tally *tallies[2] = {printed, corrected};
    vr_dataset data;
    vr_solution solution, image;
    char settings[256];
    if (vr_claim_data(in, &data, &f->error)) return;
    const char *few = data.n_items > MOST_ITEMS ? " items=1000" : "";
    snprintf(settings, sizeof settings, "bits=64 lambda=%g c=%g%s", lambda, c, few);
    if (vr_claim_solve(&data, "ease", settings, &solution, &f->error)) {
        for (int k = 0; k < 2 && !f->error.status; k++) {
            if (!tallies[k]) continue;
            snprintf(settings, sizeof settings, "bits=64 lambda=%.17g%s", primes[k], few);
            if (!vr_claim_solve(&data, "ease", settings, &image, &f->error)) continue;
            const vr_matrix *own = &solution.arrays[0].matrix, *other = &image.arrays[0].matrix;
            double off = apart(own, other, c);
            VR_TALLY(tallies[k], -off, 1e-5,
                     "%s%s, c=%g, lambda=%g, lambda'=%g: the weights are %.2g apart; Recall@20 "
                     "%.6f and %.6f",
                     data.name, few, c, lambda, primes[k], off, solution.recall, image.recall);
            if (k == 1 && !*few) {
                double slope = gradient(&data, other, (user_weights){1, 0}, lambda),
                       scaled = gradient(&data, own, (user_weights){c, 0}, lambda);
                VR_TALLY(tallies[k], -fmax(slope, scaled), 1e-5,
                         "%s, c=%g, lambda=%g: a derivative of EASE at its solution is %.2g, of "
                         "the debiased loss at its "
                         "own %.2g",
                         data.name, c, lambda, slope, scaled);
            }
            if (k == 1) /* c = 2 is a power of two: no score is rounded */
                VR_TALLY(tallies[k],
                         -fabs(solution.recall - image.recall) - fabs(solution.ndcg - image.ndcg),
                         0, "%s%s: Recall@20 and NDCG@20, %.6f and %.6f", data.name, few,
                         solution.recall, image.recall);
            vr_solution_free(&image);
        }
        vr_solution_free(&solution);
    }
    vr_dataset_free(&data);
}

void vr_claim_theorem_2_data(const vr_claims_input *in, vr_finding *f) {
    ease_run(in, f, NULL, &f->printed);
}
void vr_claim_theorem_2_data_wrong(const vr_claims_input *in, vr_finding *f) {
    ease_run(in, f, &f->printed, NULL);
}

/* --- EASE with a c_u for each user -------------------------------------------------------------------------- */

/* The sine of the angle between two matrices: how far they are apart at the best factor. */
static double sine(const vr_matrix *a, const vr_matrix *b) {
    double aa = 0, ab = 0, bb = 0;
    for (size_t i = 0; i < (size_t)a->n_rows * a->n_columns; i++) {
        aa += (double)a->values[i] * (double)a->values[i];
        ab += (double)a->values[i] * (double)b->values[i];
        bb += (double)b->values[i] * (double)b->values[i];
    }
    return sqrt(fmax(0, 1 - ab * ab / (aa * bb)));
}

/* The nearest of EASE(lambda'), lambda' from lambda / 4 to 4 lambda, each at its best factor. */
static void nearest_ease(const vr_dataset *data, const vr_matrix *own, double lambda,
                         vr_finding *f) {
    double least = INFINITY, best = 0;
    char settings[64];
    for (double prime = lambda / 4; prime <= 4 * lambda; prime *= 2) {
        vr_solution image;
        snprintf(settings, sizeof settings, "bits=64 lambda=%.17g", prime);
        if (!vr_claim_solve(data, "ease", settings, &image, &f->error)) return;
        const double off = sine(own, &image.arrays[0].matrix);
        if (off < least) best = prime;
        least = fmin(least, off);
        vr_solution_free(&image);
    }
    VR_TALLY(
        &f->printed, -least, 1e-5,
        "%s, %u items, c_u = 1 + %d/|I_u|, lambda=%g: the nearest multiple of an EASE, that of "
        "lambda'=%g, is %.2g of the weights away",
        data->name, data->n_items, COUNT, lambda, best, least);
}

/* The derivative of the loss with c_u = 1 + count / |I_u+| at the solver's W of tau=count:COUNT. */
static void per_user_slope(const vr_dataset *data, const vr_matrix *own, double lambda,
                           double count, vr_tally *tally) {
    const double slope = gradient(data, own, (user_weights){1, count}, lambda);
    VR_TALLY(tally, -slope, 1e-5,
             "%s, %u items, c_u = 1 + %g/|I_u|, lambda=%g: the largest derivative of the debiased "
             "loss is %.2g of that at W = 0",
             data->name, data->n_items, count, lambda, slope);
}

static void ease_per_user(const vr_claims_input *in, vr_finding *f, int control) {
    const double lambda = 50;
    vr_dataset data, head;
    vr_solution solution;
    char settings[64];
    if (vr_claim_data(in, &data, &f->error)) return;
    vr_status status = vr_dataset_head(&data, MOST_ITEMS, &head, NULL, &f->error);
    vr_dataset_free(&data);
    if (status) return;
    snprintf(settings, sizeof settings, "bits=64 lambda=%g tau=count:%d", lambda, COUNT);
    if (vr_claim_solve(&head, "ease", settings, &solution, &f->error)) {
        const vr_matrix *own = &solution.arrays[0].matrix;
        if (!control) nearest_ease(&head, own, lambda, f);
        per_user_slope(&head, own, lambda, control ? COUNT / 2. : COUNT,
                       control ? &f->printed : &f->corrected);
        vr_solution_free(&solution);
    }
    vr_dataset_free(&head);
}

void vr_claim_ease_per_user_data(const vr_claims_input *in, vr_finding *f) {
    ease_per_user(in, f, 0);
}
void vr_claim_ease_per_user_data_wrong(const vr_claims_input *in, vr_finding *f) {
    ease_per_user(in, f, 1);
}
