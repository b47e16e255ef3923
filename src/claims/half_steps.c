/* The half-steps of iALS on a whole data set: Theorem 1 for constant c_u, and the weighted form for any c_u. Where a half-step is
   the solution of another problem, that problem's gradient is zero there: which is summed here in double, from the
   objective itself, with nothing of the solver's. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "claims/solvers.h"

enum { DIM = 16 };

/* sum_S weight (y - 1)^2 + alpha sum_all y^2 + sum_t lambda_t |t|^2, y = <t, s>, seen from the side of the targets t */
typedef struct side {
    const vr_csr *rows; /* of the targets */
    const vr_matrix *targets, *sources;
    double target_scale, source_scale;   /* what the arrays are multiplied by */
    const double *of_target, *of_source; /* the weights: of either, or of neither (NULL) */
    double alpha, lambda, count_alpha;   /* lambda_t = lambda (count + count_alpha n_sources)^nu */
    int nu;
} side;

static void second_moment(const vr_matrix *m, double *gram) {
    for (int k = 0; k < DIM * DIM; k++) gram[k] = 0;
    for (size_t i = 0; i < m->n_rows; i++)
        for (size_t k = 0; k < DIM; k++)
            for (size_t l = 0; l < DIM; l++)
                gram[k * DIM + l] +=
                    (double)m->values[i * DIM + k] * (double)m->values[i * DIM + l];
}

/* |half the gradient| in row t over the size of the terms that it is the sum of. */
static double row_gradient(const side *s, const double *gram, uint32_t t) {
    const float *w = s->targets->values + (size_t)t * DIM;
    const double a = s->target_scale, b = s->source_scale, n = vr_csr_row_count(s->rows, t),
                 lambda = s->lambda * (s->nu ? n + s->count_alpha * s->sources->n_rows : 1);
    double sum[DIM], size = 0, squares = 0;
    for (size_t k = 0; k < DIM; k++) {
        double all = 0;
        for (size_t l = 0; l < DIM; l++) all += gram[k * DIM + l] * (double)w[l];
        sum[k] = s->alpha * b * b * a * all + lambda * a * (double)w[k];
        size += fabs(s->alpha * b * b * a * all) + fabs(lambda * a * (double)w[k]);
    }
    for (uint64_t e = s->rows->offsets[t]; e < s->rows->offsets[t + 1]; e++) {
        const uint32_t other = s->rows->columns[e];
        const float *h = s->sources->values + (size_t)other * DIM;
        const double c = s->of_target ? s->of_target[t] : s->of_source ? s->of_source[other] : 1;
        double y = 0;
        for (size_t k = 0; k < DIM; k++) y += a * (double)w[k] * b * (double)h[k];
        for (size_t k = 0; k < DIM; k++) sum[k] += c * (y - 1) * b * (double)h[k];
        for (size_t k = 0; k < DIM; k++) size += c * (fabs(y) + 1) * b * fabs((double)h[k]);
    }
    for (size_t k = 0; k < DIM; k++) squares += sum[k] * sum[k];
    return size > 0 ? sqrt(squares) / size : 0;
}

/* The largest over the rows with a pair. */
static double gradient(const side *s) {
    double gram[DIM * DIM], worst = 0;
    second_moment(s->sources, gram);
    for (uint32_t t = 0; t < s->rows->n_rows; t++)
        if (vr_csr_row_count(s->rows, t)) worst = fmax(worst, row_gradient(s, gram, t));
    return worst;
}

/* Two and three sweeps of one debiased run: the users of each fit its items, the items of three the users of two. */
typedef struct halves {
    vr_dataset data;
    vr_csr by_item;
    vr_solution two, three;
    double *c; /* c_u of tau=count:K */
} halves;

enum { K = 20 };

static int halves_new(const vr_claims_input *in, const char *settings, halves *h, vr_error *error) {
    char text[256];
    vr_solution *runs[2] = {&h->two, &h->three};
    *h = (halves){.c = NULL};
    if (vr_claim_data(in, &h->data, error)) return 0;
    if (vr_csr_transpose(&h->data.train, &h->by_item, error)) return 0;
    h->c = malloc(((size_t)h->data.n_users + 1) * sizeof *h->c);
    if (!h->c) return vr_fail(error, VR_INTERNAL, "no memory for the users' weights") == VR_OK;
    for (uint32_t u = 0; u < h->data.n_users; u++) {
        const uint32_t n = vr_csr_row_count(&h->data.train, u);
        h->c[u] = n ? 1 + (double)K / n : 1;
    }
    for (int r = 0; r < 2; r++) {
        snprintf(text, sizeof text, "dim=%d sweeps=%d %s", DIM, 2 + r, settings);
        if (!vr_claim_solve(&h->data, "ials", text, runs[r], error)) return 0;
    }
    return 1;
}

static void halves_free(halves *h) {
    free(h->c);
    vr_solution_free(&h->two);
    vr_solution_free(&h->three);
    vr_csr_free(&h->by_item);
    vr_dataset_free(&h->data);
}

static side users_of(const halves *h) {
    return (side){.rows = &h->data.train,
                  .targets = vr_claim_array(&h->three, "users.npy"),
                  .sources = vr_claim_array(&h->three, "items.npy"),
                  .target_scale = 1,
                  .source_scale = 1};
}
static side items_of(const halves *h) {
    return (side){.rows = &h->by_item,
                  .targets = vr_claim_array(&h->three, "items.npy"),
                  .sources = vr_claim_array(&h->two, "users.npy"),
                  .target_scale = 1,
                  .source_scale = 1};
}

/* A half-step in floats is the solution of a system that is off by a few DIM eps of its terms. */
#define TOLERANCE (8 * DIM * 0x1p-24)

/* --- constant c_u ----------------------------------------------------------------------------------- */

#define ALPHA0 .1

/* With nu = 1 the image's gradient at (1 - alpha0) of the debiased half-step; kept: lambda_t keeps the debiased
   problem's count. */
static void half_step(vr_tally *tally, const halves *h, int of_users, int kept, double wrong) {
    const double c = 3, lambda = .003, shrink = (1 - ALPHA0) * c;
    side s = of_users ? users_of(h) : items_of(h);
    s.target_scale = 1 - ALPHA0;
    s.alpha = wrong * ALPHA0 / shrink;
    s.lambda = lambda / shrink;
    s.nu = 1;
    s.count_alpha = kept ? ALPHA0 : ALPHA0 / shrink;
    const double at = gradient(&s);
    VR_TALLY(tally, -at, TOLERANCE,
             "%s, %d factors, c=%g, alpha0=%g, lambda=%g, nu=1, all %u %s: the largest gradient of "
             "iALS is %.2g of its terms",
             h->data.name, DIM, c, ALPHA0, lambda, s.rows->n_rows, of_users ? "users" : "items",
             at);
}

static void half_steps(const vr_claims_input *in, vr_finding *f, vr_tally *conditioned,
                       double wrong) {
    halves h;
    if (halves_new(in, "c=3 alpha0=.1 lambda=.003 nu=1", &h, &f->error))
        for (int of_users = 1; of_users >= 0; of_users--) {
            half_step(&f->printed, &h, of_users, !conditioned, wrong);
            if (conditioned) half_step(conditioned, &h, of_users, 1, wrong);
        }
    halves_free(&h);
}

void vr_claim_half_steps_data(const vr_claims_input *in, vr_finding *f) {
    half_steps(in, f, &f->conditioned, 1);
}
void vr_claim_half_steps_data_wrong(const vr_claims_input *in, vr_finding *f) {
    half_steps(in, f, NULL, 1.01);
}

/* --- a c_u for each user ------------------------------------------------------------------------------- */

/* sqrt(1 - alpha0) of both factors, in the objective with the observed pairs weighted by c_u. */
static double weighted_gradient(const halves *h, int of_users, double lambda) {
    side s = of_users ? users_of(h) : items_of(h);
    s.target_scale = s.source_scale = sqrt(1 - ALPHA0);
    s.of_target = of_users ? h->c : NULL;
    s.of_source = of_users ? NULL : h->c;
    s.alpha = ALPHA0 / (1 - ALPHA0);
    s.lambda = lambda;
    return gradient(&s);
}

/* The same in plain iALS with the parameters of one c, the best of a ladder of c. */
static double plain_gradient(const halves *h, int of_users, double lambda, double *best_c) {
    double least = INFINITY;
    for (double c = 1; c < K + 1; c *= 1.25) {
        side s = of_users ? users_of(h) : items_of(h);
        s.target_scale = s.source_scale = sqrt(1 - ALPHA0);
        s.alpha = ALPHA0 / ((1 - ALPHA0) * c);
        s.lambda = lambda / c;
        const double at = gradient(&s);
        if (at >= least) continue;
        least = at;
        *best_c = c;
    }
    return least;
}

static void per_user(const vr_claims_input *in, vr_finding *f, vr_tally *plain, vr_tally *weighted,
                     double wrong) {
    const double lambda = 2;
    halves h;
    if (halves_new(in, "tau=count:20 alpha0=.1 lambda=2 nu=0", &h, &f->error))
        for (int of_users = 1; of_users >= 0; of_users--) {
            const char *what = of_users ? "users" : "items";
            double c = 0, at = plain ? plain_gradient(&h, of_users, lambda, &c) : 0;
            if (plain)
                VR_TALLY(plain, -at, TOLERANCE,
                         "%s, %d factors, K=%d, the %s: the largest gradient of iALS with the "
                         "parameters of the best c, %.3g, is %.2g of its terms",
                         h.data.name, DIM, K, what, c, at);
            at = weighted_gradient(&h, of_users, wrong * lambda);
            VR_TALLY(weighted, -at, TOLERANCE,
                     "%s, %d factors, K=%d, alpha0=%g, lambda=%g, the %s: the largest gradient of "
                     "weighted iALS is %.2g of its terms",
                     h.data.name, DIM, K, ALPHA0, wrong * lambda, what, at);
        }
    halves_free(&h);
}

void vr_claim_per_user_data(const vr_claims_input *in, vr_finding *f) {
    per_user(in, f, &f->printed, &f->corrected, 1);
}
void vr_claim_per_user_data_wrong(const vr_claims_input *in, vr_finding *f) {
    per_user(in, f, NULL, &f->printed, 1.5);
}
