/* What the audit forgives and what it does not, its table of mistakes, and the oracle's pool. Whole cases, from another code
   than ours, are in tests/cli/audit-*.sh. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include "audit/measure.h"
#include "audit/mistakes.h"
#include "audit/numbers.h"

enum { ROWS = 3, N = 40, M = 7, ROOM = N + M + 2 };

static uint64_t state = 17;
static double between(double low, double high) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(float)(low + (high - low) * (double)(state >> 40) * 0x1p-24);
}

/* --- a case that this program's own code gave -------------------------------------------------------- */

typedef struct world {
    double pos[ROWS], neg[ROWS * N], samples[ROWS * M], q[ROWS * N];
    double value[ROWS], gpos[ROWS], gneg[ROWS * N], gsamples[ROWS * M];
    vr_audit_case c;
} world;

static void draw(world *w, const vr_loss *loss, double range, int bits) {
    for (size_t b = 0; b < ROWS; b++) w->pos[b] = between(-range, range);
    for (size_t i = 0; i < ROWS * N; i++) w->neg[i] = between(-range, range);
    for (size_t i = 0; i < ROWS * M; i++) w->samples[i] = between(-range, range);
    for (size_t i = 0; i < ROWS * N; i++) w->q[i] = between(.01, .5);
    w->c = (vr_audit_case){.loss = loss,
                           .params = {.25, 1.25, .25, .25, 3},
                           .bits = bits,
                           .n_rows = ROWS,
                           .n_neg = N,
                           .n_pos_samples = loss->needs_pos_samples ? M : 0,
                           .pos = w->pos,
                           .neg = w->neg,
                           .pos_samples = w->samples,
                           .n_values = ROWS,
                           .got = {w->value, w->gpos, w->gneg, w->gsamples},
                           .columns = {1, 1, N, M}};
    if (!strcmp(loss->name, "sampled-softmax")) w->c.neg_q = w->q;
    if (!loss->needs_pos_samples) w->c.got[VR_GRAD_SAMPLES] = NULL;
}

static void row_f32(world *w, size_t b) {
    static float neg[N], samples[M], q[N], gneg[N], gsamples[M];
    for (size_t j = 0; j < N; j++) neg[j] = (float)w->neg[b * N + j];
    for (size_t j = 0; j < N; j++) q[j] = (float)w->q[b * N + j];
    for (size_t k = 0; k < M; k++) samples[k] = (float)w->samples[b * M + k];
    vr_scores_f32 s = {(float)w->pos[b],     neg, N, samples, w->c.n_pos_samples,
                       w->c.neg_q ? q : NULL};
    vr_gradient_f32 g = {.neg = gneg, .pos_samples = gsamples};
    w->value[b] = (double)w->c.loss->f32(&s, &w->c.params, &g);
    w->gpos[b] = (double)g.pos;
    for (size_t j = 0; j < N; j++) w->gneg[b * N + j] = (double)gneg[j];
    for (size_t k = 0; k < M; k++) w->gsamples[b * M + k] = (double)gsamples[k];
}

static void row_f64(world *w, size_t b) {
    vr_problem p = vr_audit_problem(&w->c, b);
    vr_gradient_f64 g = {.neg = w->gneg + b * N, .pos_samples = w->gsamples + b * M};
    w->value[b] = w->c.loss->f64(&p.scores, &p.params, &g);
    w->gpos[b] = g.pos;
}

static void fill(world *w, const vr_loss *loss, double range, int bits) {
    draw(w, loss, range, bits);
    for (size_t b = 0; b < ROWS; b++) {
        if (bits == 32)
            row_f32(w, b);
        else
            row_f64(w, b);
    }
}

static vr_measure measure(const world *w) {
    vr_numbers *pool = vr_numbers_new();
    vr_yardstick y = {vr_formula_exact, pool, (double)NAN, 1};
    vr_measure m;
    vr_error error;
    cr_assert(vr_audit_measure(&w->c, &y, &m, &error) == VR_OK, "%s", error.text);
    vr_numbers_free(pool);
    return m;
}

Test(audit, our_own_losses_are_right_and_within_the_bounds_they_promise) {
    static world w;
    static const double ranges[] = {1, 30, 1000, 0x1p-100};
    for (size_t l = 0; l < vr_n_losses; l++)
        for (size_t r = 0; r < 4; r++)
            for (int bits = 32; bits <= 64; bits += 32) {
                fill(&w, &vr_losses[l], ranges[r], bits);
                vr_measure m = measure(&w);
                for (int q = 0; q < VR_N_QUANTITIES; q++) {
                    const vr_deviation *t = &m.deviations[q][VR_ROWS];
                    if (!w.c.got[q]) continue;
                    cr_expect(t->excess <= 1 && t->bound <= 1,
                              "%s %s f%d range %g: %g of the bound; expected %La, got %a",
                              vr_losses[l].name, vr_quantity_names[q], bits, ranges[r], t->bound,
                              t->expected, t->got);
                    cr_expect(t->median <= t->ulps && t->n_wrong == 0);
                }
            }
}

/* The control: what is forgiven is far below what a wrong formula does. */
Test(audit, a_value_or_gradient_off_by_a_thousandth_is_wrong) {
    static world w;
    for (size_t l = 0; l < vr_n_losses; l++)
        for (int q = 0; q < VR_N_QUANTITIES; q++) {
            size_t last = ROWS * (q == VR_GRAD_NEG ? N : q == VR_GRAD_SAMPLES ? M : 1) - 1;
            fill(&w, &vr_losses[l], 1, 32);
            if (!w.c.got[q]) continue;
            while (last && w.c.got[q][last] == 0) last--;
            if (w.c.got[q][last] == 0) continue;
            w.c.got[q][last] *= 1.001;
            vr_measure m = measure(&w);
            for (int other = 0; other < VR_N_QUANTITIES; other++)
                cr_expect(!w.c.got[other] ||
                              (m.deviations[other][VR_ROWS].n_wrong == 1) == (other == q),
                          "%s: %s changed, %s measured", vr_losses[l].name, vr_quantity_names[q],
                          vr_quantity_names[other]);
        }
}

Test(audit, infinite_and_nan_results_are_wrong_where_the_truth_is_finite) {
    static world w;
    const double wrong[] = {(double)INFINITY, -(double)INFINITY, (double)NAN};
    for (size_t i = 0; i < 3; i++) {
        fill(&w, vr_loss_find("infonce"), 1, 64);
        w.gneg[5] = wrong[i];
        vr_measure m = measure(&w);
        cr_expect(m.deviations[VR_GRAD_NEG][VR_ROWS].n_wrong == 1);
        cr_expect(m.deviations[VR_VALUE][VR_ROWS].n_wrong == 0);
    }
}

/* --- the table of mistakes ---------------------------------------------------------------------------- */

Test(audit, every_mistake_has_its_own_name_and_a_loss) {
    for (size_t i = 0; i < vr_n_mistakes; i++) {
        size_t n = 0;
        for (size_t l = 0; l < vr_n_losses; l++)
            n += (size_t)vr_mistake_concerns(&vr_mistakes[i], &vr_losses[l]);
        cr_expect(n > 0, "%s concerns no loss", vr_mistakes[i].name);
        for (size_t k = 0; k < i; k++)
            cr_expect(strcmp(vr_mistakes[i].name, vr_mistakes[k].name), "%s twice",
                      vr_mistakes[i].name);
    }
}

Test(audit, a_loss_is_found_as_a_whole_word) {
    static const vr_mistake m = {"x", "mine+ ccl-debiased sampled-softmax", "", NULL};
    cr_expect(vr_mistake_concerns(&m, vr_loss_find("mine+")));
    cr_expect(vr_mistake_concerns(&m, vr_loss_find("sampled-softmax")));
    cr_expect(!vr_mistake_concerns(&m, vr_loss_find("mine")));
    cr_expect(!vr_mistake_concerns(&m, vr_loss_find("ccl")));
    cr_expect(!vr_mistake_concerns(&m, vr_loss_find("softmax")));
}

/* --- the pool, the ulp, the sums ----------------------------------------------------------------------- */

Test(audit, numbers_of_a_pool_keep_their_place_and_a_reset_takes_them_back) {
    vr_numbers *pool = vr_numbers_new();
    for (int round = 0; round < 2; round++) {
        vr_number first = vr_number_of(pool, 1);
        vr_number sum = vr_number_of(pool, 0);
        for (int i = 0; i < 20000; i++) sum = vr_number_add(pool, sum, first);
        cr_expect(mpfr_get_d(sum, MPFR_RNDN) == 20000 && mpfr_get_d(first, MPFR_RNDN) == 1);
        cr_expect(vr_numbers_room(pool, 8, 8) && !vr_numbers_failed(pool));
        cr_expect(!vr_numbers_room(pool, SIZE_MAX, 8) && vr_numbers_failed(pool));
        vr_numbers_reset(pool);
        cr_expect(!vr_numbers_failed(pool));
    }
    vr_numbers_free(pool);
}

Test(audit, an_ulp_is_the_distance_to_the_next_number) {
    for (int i = 0; i < 200; i++) {
        double x = ldexp(between(1, 2), (int)between(-140, 127));
        cr_expect(vr_ulp(x, 64) == nextafter(x, (double)INFINITY) - x);
        float f = (float)x;
        cr_expect(vr_ulp(f, 32) == (double)nextafterf(f, INFINITY) - (double)f, "%a", x);
    }
    cr_expect(vr_ulp(0, 32) == 0x1p-149 && vr_ulp(0, 64) == 0x1p-1074);
}

Test(audit, a_sum_in_any_order_stays_within_what_is_forgiven) {
    cr_expect(vr_sum_error(10) == 10 && vr_sum_error(1u << 20) < 10000);
    float forward = 0, backward = 0;
    double sum = 0;
    enum { TERMS = 4096 };
    static float x[TERMS];
    for (size_t i = 0; i < TERMS; i++) sum += (double)(x[i] = (float)between(0, 1));
    for (size_t i = 0; i < TERMS; i++) forward += x[i], backward += x[TERMS - 1 - i];
    double most = vr_sum_error(TERMS) * 0x1p-24 * sum;
    cr_expect(fabs((double)forward - sum) <= most && fabs((double)backward - sum) <= most);
}
