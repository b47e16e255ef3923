/* Every loss of losses.def against the MPFR oracle, in double and in float, and the identities between them. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "audit/oracle.h"
#include "loss/bound.h"
#include "loss/ideal.h"
#include "loss/loss.h"
#include "loss/tau.h"
#include "num/elementary.h"

enum { MOST = 800 };

static uint64_t state = 11;
static double unit(void) { /* [0, 1) with 24 digits: a float */
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 40) * 0x1p-24;
}
static double between(double low, double high) {
    return (double)(float)(low + (high - low) * unit());
}

static vr_numbers *pool(void) {
    static vr_numbers *numbers;
    return numbers ? numbers : (numbers = vr_numbers_new());
}

/* --- random problems ----------------------------------------------------------------------------- */

typedef struct problem {
    double neg[MOST], samples[MOST], q[MOST];
    vr_scores_f64 scores;
    vr_loss_params params;
} problem;

enum family {
    COSINE,
    TENS,
    THOUSANDS,
    EQUAL,
    TINY,
    HUGE_SCORES,
    LARGEST,
    FAR_POSITIVE,
    ANY_PARAMETERS, /* cosine scores, and parameters of any size, lambda = 0 among them */
    N_FAMILIES
};

static double score(enum family family, double largest) {
    switch (family) {
    case TENS: return between(-10, 10);
    case THOUSANDS: return between(-1000, 1000);
    case EQUAL: return 0.625;
    case TINY: return between(-1, 1) * 0x1p-100;
    case HUGE_SCORES: return (double)(float)(between(-1, 1) * 1e30);
    case LARGEST:
        return largest < 1e39 ? (double)((float)between(-1, 1) * (float)largest)
                              : between(-1, 1) * largest;
    default: return between(-1, 1);
    }
}

static const size_t lengths[] = {1, 2, 3, 8, 15, 16, 17, 33, 100, 800};

/* Of any size from 10^low to 10^high. */
static double size_between(double low, double high) {
    return (double)(float)pow(10, between(low, high));
}

/* Scores and parameters that are floats, so that both precisions get the same problem. */
static void make_problem(problem *p, enum family family, double largest) {
    size_t n = lengths[(size_t)(unit() * (family == COSINE ? 10 : 8))],
           m = 1 + (size_t)(unit() * 20);
    for (size_t j = 0; j < n; j++) p->neg[j] = score(family, largest);
    for (size_t k = 0; k < m; k++) p->samples[k] = score(family, largest);
    for (size_t j = 0; j < n; j++) p->q[j] = between(1e-4, 1);
    double pos = family == FAR_POSITIVE ? between(-200, 200) : score(family, largest);
    p->scores = (vr_scores_f64){pos, p->neg, n, p->samples, m, unit() < 0.5 ? p->q : NULL};
    p->params = (vr_loss_params){.t = unit() < 0.2 ? 1 : between(0.05, 2),
                                 .lambda = unit() < 0.2 ? 1 : between(0.1, 3),
                                 .tau_plus = unit() < 0.5 ? between(1e-4, 1e-2) : between(0.1, 0.9),
                                 .margin = between(-0.5, 0.9375),
                                 .weight = between(0, 200)};
    if (family != ANY_PARAMETERS) return;
    for (size_t j = 0; j < n; j++) p->q[j] = size_between(-12, 0);
    p->params = (vr_loss_params){.t = size_between(-3, 3),
                                 .lambda = unit() < 0.1 ? 0 : size_between(-37, 4),
                                 .tau_plus = unit() < 0.5 ? size_between(-30, -0.001)
                                                          : 1 - size_between(-6, -0.001),
                                 .margin = between(-2, 2),
                                 .weight = unit() < 0.1 ? 0 : size_between(-30, 4)};
}

/* What a loss gave, in doubles whatever the precision. */
typedef struct answer {
    double value, pos, neg[MOST], samples[MOST];
} answer;

static void evaluate(const vr_loss *loss, const problem *p, int bits, answer *a) {
    static float neg[MOST], samples[MOST], q[MOST], gneg[MOST], gsamples[MOST];
    const vr_scores_f64 *s = &p->scores;
    memset(a, 0, sizeof *a);
    if (bits == 64) {
        vr_gradient_f64 g = {.neg = a->neg, .pos_samples = a->samples};
        a->value = loss->f64(s, &p->params, &g);
        a->pos = g.pos;
        return;
    }
    for (size_t j = 0; j < s->n_neg; j++) neg[j] = (float)s->neg[j];
    for (size_t j = 0; s->neg_q && j < s->n_neg; j++) q[j] = (float)s->neg_q[j];
    for (size_t k = 0; k < s->n_pos_samples; k++) samples[k] = (float)s->pos_samples[k];
    memset(gsamples, 0, sizeof gsamples);
    vr_scores_f32 scores = {(float)s->pos,      neg, s->n_neg, samples, s->n_pos_samples,
                            s->neg_q ? q : NULL};
    vr_gradient_f32 g = {.neg = gneg, .pos_samples = gsamples};
    a->value = (double)loss->f32(&scores, &p->params, &g);
    a->pos = (double)g.pos;
    for (size_t j = 0; j < s->n_neg; j++) a->neg[j] = (double)gneg[j];
    for (size_t k = 0; k < s->n_pos_samples; k++) a->samples[k] = (double)gsamples[k];
}

/* --- comparison ---------------------------------------------------------------------------------- */

/* Error over what is allowed: half_ulp * condition + what underflow may lose; at most 1. */
static double excess(double got, const vr_exact *wanted, int bits, double underflow) {
    double most = bits == 32 ? 0x1.fffffep127 : 0x1.fffffffffffffp1023;
    double half_ulp = bits == 32 ? 0x1p-24 : 0x1p-53;
    mpfr_t d;
    if (isnan(got)) return INFINITY;
    if (isinf(got)) /* right when the exact result, or one within the error, is beyond the range */
        return (mpfr_get_ld(wanted->value, MPFR_RNDN) * (got > 0 ? 1 : -1) +
                            wanted->condition * (long double)half_ulp >=
                        (long double)most
                    ? 0
                    : (double)INFINITY);
    mpfr_init2(d, 256);
    mpfr_sub_d(d, wanted->value, got, MPFR_RNDN);
    long double error = fabsl(mpfr_get_ld(d, MPFR_RNDN));
    mpfr_clear(d);
    long double allowed = wanted->condition * (long double)half_ulp + (long double)underflow;
    return error == 0 ? 0 : (double)(error / allowed);
}

/* The worst excess over value and gradient. */
static double compare(const problem *p, const answer *a, const vr_oracle_result *exact_one,
                      int bits) {
    double least = bits == 32 ? 0x1p-149 : 0x1p-1074, n = (double)p->scores.n_neg;
    double factor = fmax(1, p->params.lambda) * fmax(1, 1 / p->params.t);
    double underflow = 4 * least * factor * fmax(1, p->params.weight);
    double worst = excess(a->value, &exact_one->value, bits, n * underflow);
    worst = fmax(worst, excess(a->pos, &exact_one->pos, bits, n * underflow));
    for (size_t j = 0; j < p->scores.n_neg && !exact_one->near_kink; j++)
        worst = fmax(worst, excess(a->neg[j], &exact_one->neg[j], bits, underflow));
    return worst;
}

static double compare_samples(const problem *p, const answer *a, const vr_oracle_result *e,
                              int bits) {
    double least = bits == 32 ? 0x1p-149 : 0x1p-1074, worst = 0;
    for (size_t k = 0; k < p->scores.n_pos_samples && !e->near_kink; k++)
        worst = fmax(
            worst, excess(a->samples[k], &e->samples[k], bits, 400 * least / fmin(p->params.t, 2)));
    return worst;
}

static double worst_of(const vr_loss *loss, enum family family, int bits, int n_cases) {
    static problem p;
    static answer a;
    static vr_oracle_result e;
    static vr_oracle_case c;
    double worst = 0;
    for (int i = 0; i < n_cases; i++) {
        vr_numbers_reset(pool());
        make_problem(&p, family, bits == 32 ? 0x1.fffffep127 : 0x1.fffffep1023);
        if (strcmp(loss->name, "sampled-softmax") != 0) p.scores.neg_q = NULL;
        if (isnan(loss->defaults.lambda) && i % 3 == 0) p.params.lambda = (double)NAN;
        evaluate(loss, &p, bits, &a);
        vr_oracle_case_make(&c, pool(), loss->name, &p.scores, &p.params, bits);
        cr_assert(vr_oracle_evaluate(&c, &e), "the oracle does not know %s", loss->name);
        double this = compare(&p, &a, &e, bits);
        if (loss->needs_pos_samples) this = fmax(this, compare_samples(&p, &a, &e, bits));
        cr_expect(this <= 1, "%s f%d family %d n %zu m %zu: error %g of the allowed; value %.17g",
                  loss->name, bits, (int)family, p.scores.n_neg, p.scores.n_pos_samples, this,
                  a.value);
        worst = fmax(worst, this);
    }
    return worst;
}

static void check_against_oracle(int bits) {
    for (size_t l = 0; l < vr_n_losses; l++)
        for (int family = 0; family < N_FAMILIES; family++)
            worst_of(&vr_losses[l], (enum family)family, bits,
                     family == ANY_PARAMETERS ? 1000 : 60);
}

Test(loss, double_value_and_gradient_within_conditioning_of_mpfr) {
    check_against_oracle(64);
}
Test(loss, float_value_and_gradient_within_conditioning_of_mpfr) {
    check_against_oracle(32);
}

/* --- what the sources promise ---------------------------------------------------------------------- */

static long double distance_of(double got, vr_number wanted) {
    mpfr_t d;
    mpfr_init2(d, 256);
    mpfr_sub_d(d, wanted, got, MPFR_RNDN);
    long double error = fabsl(mpfr_get_ld(d, MPFR_RNDN));
    mpfr_clear(d);
    return error;
}

/* What one loss was off by: the value in ulps of itself or of 1, whichever is larger; the gradient in ulps of its
   largest entry; the largest bound of either, in the same ulps; and the value over vr_loss_bound. */
typedef struct accuracy {
    double value, gradient, value_bound, gradient_bound, of_bound;
} accuracy;

static double ulp_of(double x, int bits) {
    return ldexp(1, ilogb(fabs(x)) - (bits == 32 ? 23 : 52));
}

/* Over a gradient's entries: the largest of them, of their errors and of their conditions. */
typedef struct entries {
    double largest;
    long double off, condition;
} entries;

static void add_entry(entries *g, double got, const vr_exact *wanted) {
    g->largest = fmax(g->largest, fabs(got));
    g->off = fmaxl(g->off, distance_of(got, wanted->value));
    g->condition = fmaxl(g->condition, wanted->condition);
}

static void measure_one(const vr_loss *loss, const problem *p, int bits, int ulps,
                        accuracy *worst) {
    static answer a;
    static vr_oracle_case c;
    static vr_oracle_result e;
    evaluate(loss, p, bits, &a);
    vr_oracle_case_make(&c, pool(), loss->name, &p->scores, &p->params, bits);
    vr_oracle_evaluate(&c, &e);
    long double off = distance_of(a.value, e.value.value);
    double bound = vr_loss_bound(loss, &p->scores, &p->params, a.value, bits);
    worst->of_bound = fmax(worst->of_bound, (double)off / bound);
    if (!ulps) return;
    double ulp = ulp_of(fmax(fabs(a.value), 1), bits);
    worst->value = fmax(worst->value, (double)off / ulp);
    worst->value_bound = fmax(worst->value_bound, bound / ulp);
    if (e.near_kink) return;
    entries g = {fabs(a.pos), distance_of(a.pos, e.pos.value), e.pos.condition};
    for (size_t j = 0; j < p->scores.n_neg; j++) add_entry(&g, a.neg[j], &e.neg[j]);
    for (size_t k = 0; k < p->scores.n_pos_samples && loss->needs_pos_samples; k++)
        add_entry(&g, a.samples[k], &e.samples[k]);
    ulp = ulp_of(g.largest, bits);
    worst->gradient = fmax(worst->gradient, (double)g.off / ulp);
    worst->gradient_bound =
        fmax(worst->gradient_bound, (double)g.condition * (bits == 32 ? 0x1p-24 : 0x1p-53) / ulp);
}

/* Cosine scores for the ulps; the bound holds for all that stay in range. */
static accuracy measure(const vr_loss *loss, int bits) {
    static const enum family families[] = {COSINE, TENS,         THOUSANDS,     EQUAL,
                                           TINY,   FAR_POSITIVE, ANY_PARAMETERS};
    static problem p;
    accuracy worst = {0};
    state = 11;
    for (size_t f = 0; f < sizeof families / sizeof *families; f++)
        for (int i = 0; i < (families[f] == ANY_PARAMETERS ? 1000 : f ? 40 : 150); i++) {
            vr_numbers_reset(pool());
            make_problem(&p, families[f], 1);
            if (strcmp(loss->name, "sampled-softmax") != 0) p.scores.neg_q = NULL;
            if (isnan(loss->defaults.lambda) && i % 3 == 0) p.params.lambda = (double)NAN;
            measure_one(loss, &p, bits, f == 0, &worst);
        }
    return worst;
}

static const char *const loss_files[] = {
#define LOSS(id, ...) "src/loss/" #id ".c",
#include "loss/losses.def"
#undef LOSS
};

/* "Worst of 150 random cases, cosine scores: value 1.2 (double) 1.3 (float), gradient 2.1 3.4 ulp." in the loss's own file. */
static accuracy stated(size_t loss, int bits) {
    char line[512];
    accuracy a = {.value = (double)NAN, .gradient = (double)NAN};
    double numbers[4];
    FILE *file = fopen(loss_files[loss], "r");
    cr_assert(file, "run from the repository's root");
    while (fgets(line, sizeof line, file)) {
        const char *claim = strstr(line, "Worst of 150 random cases, cosine scores: value ");
        if (claim && sscanf(claim,
                            "Worst of 150 random cases, cosine scores: value %lf (double) %lf "
                            "(float), gradient %lf %lf",
                            &numbers[0], &numbers[1], &numbers[2], &numbers[3]) == 4)
            a.value = numbers[bits == 32], a.gradient = numbers[2 + (bits == 32)];
    }
    fclose(file);
    return a;
}

static const char ulps_path[] = "reports/evidence/ulps.tsv";

static char *ulps_table(void) {
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    fputs("# Worst errors of the losses against 256-bit arithmetic, 150 random cases of cosine "
          "scores, "
          "N up to 800: the value in ulps of itself or of 1,\n# the gradient in ulps of its "
          "largest entry, each beside what the loss's own file "
          "states and beside the\n# largest bound among these cases: of src/loss/bound.h for the "
          "value, of src/audit/oracle.c for the\n# gradient; part_of_bound is the largest part of "
          "its bound that a value of any score family used.\n# Written by `make ulps`.\n"
          "loss\tprecision\tvalue\tvalue_stated\tvalue_bound\tgradient\tgradient_stated\t"
          "gradient_bound\tpart_of_bound\n",
          out);
    for (size_t l = 0; l < vr_n_losses; l++)
        for (int bits = 64; bits >= 32; bits -= 32) {
            accuracy a = measure(&vr_losses[l], bits), s = stated(l, bits);
            cr_expect(a.value <= s.value && a.gradient <= s.gradient,
                      "%s f%d: value %.3f of %.3f, gradient %.3f of %.3f", vr_losses[l].name, bits,
                      a.value, s.value, a.gradient, s.gradient);
            cr_expect(s.value <= 2 * a.value + 0.1 && s.gradient <= 2 * a.gradient + 0.1,
                      "%s f%d: the stated errors are idle", vr_losses[l].name, bits);
            cr_expect(a.of_bound <= 1 && a.of_bound > 1e-3, "%s f%d: %.3g of the bound",
                      vr_losses[l].name, bits, a.of_bound);
            cr_expect(a.value <= a.value_bound && a.gradient <= a.gradient_bound,
                      "%s f%d: above the bound", vr_losses[l].name, bits);
            fprintf(out, "%s\tf%d\t%.3f\t%.3g\t%.1f\t%.3f\t%.3g\t%.1f\t%.3f\n", vr_losses[l].name,
                    bits, a.value, s.value, a.value_bound, a.gradient, s.gradient, a.gradient_bound,
                    a.of_bound);
        }
    fclose(out);
    return text;
}

Test(loss, errors_in_ulps_are_what_each_file_states_and_the_committed_table_has) {
    char *measured = ulps_table(), committed[8192] = "";
    const char *write = getenv("VERIREC_ULPS");
    FILE *file = fopen(write ? write : ulps_path, write ? "w" : "r");
    cr_assert(file, "%s: cannot open; `make ulps` writes it", write ? write : ulps_path);
    if (write)
        fputs(measured, file);
    else
        committed[fread(committed, 1, sizeof committed - 1, file)] = 0;
    fclose(file);
    cr_expect(write || strcmp(measured, committed) == 0, "%s is not what is measured:\n%s",
              ulps_path, measured);
    free(measured);
}

Test(loss, negative_control_a_value_off_by_a_bound_breaks_it) {
    static problem p;
    static answer a;
    static vr_oracle_case c;
    static vr_oracle_result e;
    make_problem(&p, COSINE, 1);
    p.scores.neg_q = NULL;
    for (size_t l = 0; l < vr_n_losses; l++) {
        vr_numbers_reset(pool());
        evaluate(&vr_losses[l], &p, 64, &a);
        vr_oracle_case_make(&c, pool(), vr_losses[l].name, &p.scores, &p.params, 64);
        vr_oracle_evaluate(&c, &e);
        double bound = vr_loss_bound(&vr_losses[l], &p.scores, &p.params, a.value, 64);
        cr_expect(distance_of(a.value + 3 * bound, e.value.value) > bound, "%s", vr_losses[l].name);
        cr_expect(bound < 1e-10 * (1 + fabs(a.value)), "%s: %g is no bound", vr_losses[l].name,
                  bound);
    }
}

/* --- the oracle's own gradient, and the controls ------------------------------------------------- */

/* (L(y + h) - L(y - h)) / 2h in 256 bits with h = 2^-60: error about 2^-120 for scores near 1. */
static double difference(vr_oracle_case *c, vr_number *y) {
    static vr_oracle_result up, down;
    vr_number h = vr_number_of(pool(), 0x1p-60), middle = *y, step = vr_number_of(pool(), 0x1p-59);
    *y = vr_number_add(pool(), middle, h);
    vr_oracle_evaluate(c, &up);
    *y = vr_number_sub(pool(), middle, h);
    vr_oracle_evaluate(c, &down);
    *y = middle;
    return mpfr_get_d(
        vr_number_div(pool(), vr_number_sub(pool(), up.value.value, down.value.value), step),
        MPFR_RNDN);
}

static void expect_derivative(const char *loss, double difference_quotient, vr_number derivative) {
    double wanted = mpfr_get_d(derivative, MPFR_RNDN);
    cr_expect(fabs(difference_quotient - wanted) <= 1e-15 * (1 + fabs(wanted)),
              "%s: difference %.17g, derivative %.17g", loss, difference_quotient, wanted);
}

Test(loss, the_oracle_gradient_is_the_derivative_of_the_oracle_value) {
    static problem p;
    static vr_oracle_case c;
    static vr_oracle_result e;
    for (size_t l = 0; l < vr_n_losses; l++)
        for (int i = 0; i < 12; i++) {
            vr_numbers_reset(pool());
            make_problem(&p, i % 2 ? TENS : COSINE, 1);
            p.scores.n_neg = p.scores.n_neg > 17 ? 17 : p.scores.n_neg;
            if (strcmp(vr_losses[l].name, "sampled-softmax") != 0) p.scores.neg_q = NULL;
            vr_oracle_case_make(&c, pool(), vr_losses[l].name, &p.scores, &p.params, 64);
            vr_oracle_evaluate(&c, &e);
            expect_derivative(c.loss, difference(&c, &c.pos), e.pos.value);
            for (size_t j = 0; j < c.n; j++)
                expect_derivative(c.loss, difference(&c, &c.neg[j]), e.neg[j].value);
            for (size_t k = 0; k < c.m && vr_losses[l].needs_pos_samples; k++)
                expect_derivative(c.loss, difference(&c, &c.samples[k]), e.samples[k].value);
        }
}

static int same_formula(const char *a, const char *b) {
    static const char *const softmaxes = "softmax sampled-softmax infonce";
    return strcmp(a, b) == 0 || (strstr(softmaxes, a) && strstr(softmaxes, b));
}

Test(loss, negative_control_another_loss_breaks_the_bound) {
    static problem p;
    static answer a;
    static vr_oracle_case c;
    static vr_oracle_result e;
    make_problem(&p, COSINE, 1);
    p.neg[0] = 0.99; /* above every margin */
    p.samples[0] = 0.98;
    p.scores.neg_q = NULL;
    p.params = (vr_loss_params){0.5, 1.25, 0.1, 0.5, 3};
    for (size_t l = 0; l < vr_n_losses; l++)
        for (size_t k = 0; k < vr_n_losses; k++)
            for (int bits = 32; bits <= 64; bits += 32) {
                vr_numbers_reset(pool());
                evaluate(&vr_losses[l], &p, bits, &a);
                vr_oracle_case_make(&c, pool(), vr_losses[k].name, &p.scores, &p.params, bits);
                vr_oracle_evaluate(&c, &e);
                double worst = compare(&p, &a, &e, bits);
                if (!same_formula(vr_losses[l].name, vr_losses[k].name))
                    cr_expect(worst > 100, "%s passes for %s: %g", vr_losses[l].name,
                              vr_losses[k].name, worst);
            }
}

Test(loss, negative_control_a_gradient_off_by_a_millionth_breaks_the_double_bound) {
    static problem p;
    static answer a;
    static vr_oracle_case c;
    static vr_oracle_result e;
    for (size_t l = 0; l < vr_n_losses; l++) {
        vr_numbers_reset(pool());
        do make_problem(&p, COSINE, 1);
        while (p.scores.n_neg < 8);
        p.scores.neg_q = NULL;
        p.neg[3] = 0.99;
        evaluate(&vr_losses[l], &p, 64, &a);
        vr_oracle_case_make(&c, pool(), vr_losses[l].name, &p.scores, &p.params, 64);
        vr_oracle_evaluate(&c, &e);
        if (e.near_kink || a.neg[3] == 0) continue;
        cr_expect(compare(&p, &a, &e, 64) <= 1);
        a.neg[3] *= 1 + 1e-6;
        cr_expect(compare(&p, &a, &e, 64) > 100, "%s", vr_losses[l].name);
    }
}

/* --- identities ---------------------------------------------------------------------------------- */

static double value_of(const char *name, const problem *p, answer *a) {
    evaluate(vr_loss_find(name), p, 64, a);
    return a->value;
}

static int near(double a, double b, double tolerance) {
    return fabs(a - b) <= tolerance * (1 + fabs(a) + fabs(b));
}

Test(loss, infonce_is_softplus_of_mine_and_its_gradient_the_sigmoid_part) {
    static problem p;
    static answer info, mine;
    for (int i = 0; i < 400; i++) {
        make_problem(&p, i % 2 ? TENS : COSINE, 1);
        double l = value_of("mine", &p, &mine), s = vr_sigmoid_f64(l);
        /* conditions: |y|/t <= 200 and sums of 800 terms, a thousand half-ulps */
        cr_expect(near(value_of("infonce", &p, &info), vr_softplus_f64(l), 1e-12));
        cr_expect(near(info.pos, s * mine.pos, 1e-12));
        cr_expect(near(info.neg[0], s * mine.neg[0], 1e-12));
        cr_expect(!near(info.value, l, 1e-12) || l > 20, "control: the two losses differ");
    }
}

Test(loss, bpr_brackets_infonce_and_all_agree_for_one_sample) {
    static problem p;
    static answer a;
    for (int i = 0; i < 400; i++) {
        make_problem(&p, i % 2 ? TENS : COSINE, 1);
        double n = (double)p.scores.n_neg;
        double bpr = value_of("bpr", &p, &a), info = value_of("infonce", &p, &a);
        double slack = 1e-12 * (1 + bpr);
        cr_expect(bpr / n <= info + slack && info <= bpr + slack && bpr <= n * info + n * slack);
        p.scores.n_neg = 1;
        bpr = value_of("bpr", &p, &a);
        info = value_of("infonce", &p, &a);
        double d = (p.neg[0] - p.scores.pos) / p.params.t;
        cr_expect(near(bpr, info, 1e-13) && near(info, vr_softplus_f64(d), 1e-13));
        cr_expect(near(value_of("mine", &p, &a), d, 1e-13));
    }
}

Test(loss, softmax_is_infonce_over_the_whole_catalogue) {
    static problem p;
    static answer a, b;
    make_problem(&p, COSINE, 1);
    p.scores.neg_q = NULL;
    double value = value_of("softmax", &p, &a);
    cr_expect(value == value_of("infonce", &p, &b) && value == value_of("sampled-softmax", &p, &b));
}

/* With q proportional to e^y the estimate is exact, whatever was drawn. */
Test(loss, sampled_softmax_with_the_ideal_proposal_has_no_variance) {
    static problem p;
    static answer a;
    double all[6] = {0.3, -1.2, 2.5, 0.1, -0.4, 1.9}, sum = 0;
    for (int i = 0; i < 6; i++) sum += vr_exp_f64(all[i]);
    p.scores = (vr_scores_f64){0.7, all, 6, NULL, 0, NULL};
    p.params = (vr_loss_params){.t = 1};
    double exact_one = value_of("softmax", &p, &a);
    for (int trial = 0; trial < 50; trial++) {
        size_t n = 1 + (size_t)(unit() * 5);
        for (size_t j = 0; j < n; j++) {
            p.neg[j] = all[(size_t)(unit() * 6)];
            p.q[j] = vr_exp_f64(p.neg[j]) / sum;
        }
        p.scores = (vr_scores_f64){0.7, p.neg, n, NULL, 0, p.q};
        cr_expect(near(value_of("sampled-softmax", &p, &a), exact_one, 1e-14));
        /* control: as printed, without 1/N, it is off by up to log N */
        double printed = vr_log_f64(vr_exp_f64(0.7) + (double)n * sum) - 0.7;
        cr_expect(n == 1 || !near(printed, exact_one, 1e-3));
    }
}

Test(loss, gradients_sum_to_what_a_common_shift_of_the_scores_does) {
    static problem p;
    static answer a;
    static const char *const invariant[] = {"infonce", "mine", "bpr", "softmax"};
    for (int i = 0; i < 200; i++) {
        make_problem(&p, COSINE, 1);
        p.scores.neg_q = NULL;
        for (size_t l = 0; l < 5; l++) {
            const char *name = l < 4 ? invariant[l] : "mine+";
            double sum, wanted = l < 4 ? 0 : (p.params.lambda - 1) / p.params.t;
            value_of(name, &p, &a);
            sum = a.pos;
            for (size_t j = 0; j < p.scores.n_neg; j++) sum += a.neg[j];
            cr_expect(fabs(sum - wanted) <= 1e-12 * (1 + fabs(a.pos)), "%s: %g", name,
                      sum - wanted);
        }
    }
}

/* At c = 1 (tau+ the observed share, all items drawn once) debiased InfoNCE with lambda = |I \ I+| is InfoNCE over
   the items that are not positives; a floor that binds makes it constant in the samples. */
Test(loss, debiased_infonce_at_full_enumeration_and_at_its_floor) {
    static problem p;
    static answer a;
    for (int trial = 0; trial < 200; trial++) {
        size_t n = 12, m = 3;
        for (size_t j = 0; j < n; j++) p.neg[j] = between(-1, 1);
        p.params = (vr_loss_params){.t = 0.5, .tau_plus = 3. / 12, .lambda = 9};
        p.scores = (vr_scores_f64){p.neg[0], p.neg, n, p.neg, m, NULL};
        double debiased = value_of("infonce-debiased", &p, &a);
        cr_expect(a.neg[11] > 0 && a.samples[0] < 0);
        p.scores = (vr_scores_f64){p.neg[0], p.neg + m, n - m, NULL, 0, NULL};
        cr_expect(near(debiased, value_of("infonce", &p, &a), 1e-13));

        for (size_t k = 0; k < m; k++) p.samples[k] = 1;
        for (size_t j = 0; j < n; j++) p.neg[j] = between(-1, -0.9);
        p.params = (vr_loss_params){.t = 0.5, .tau_plus = 0.5, .lambda = (double)NAN};
        p.scores = (vr_scores_f64){0.25, p.neg, n, p.samples, m, NULL};
        double wanted = vr_softplus_f64(vr_log_f64(12) - 2 - 0.5); /* log(1 + N e^{-1/t - y/t}) */
        cr_expect(near(value_of("infonce-debiased", &p, &a), wanted, 1e-14));
        for (size_t j = 0; j < n; j++) cr_expect(a.neg[j] == 0);
        for (size_t k = 0; k < m; k++) cr_expect(a.samples[k] == 0);
        double printed = vr_softplus_f64(vr_log_f64(12) + 2 - 0.5); /* Eq. 7's e^{1/t} */
        cr_expect(!near(a.value, printed, 0.1), "control: the printed floor is another loss");
    }
}

Test(loss, shifting_permuting_and_repeating_the_negatives) {
    static problem p;
    static answer a;
    for (int trial = 0; trial < 100; trial++) {
        do make_problem(&p, COSINE, 1);
        while (p.scores.n_neg > 100);
        size_t n = p.scores.n_neg;
        double mine = value_of("mine", &p, &a), plus = value_of("mine+", &p, &a);
        double bpr = value_of("bpr", &p, &a), ccl = value_of("ccl", &p, &a);
        for (size_t j = 0; j < n; j++) p.neg[n + j] = p.neg[n - 1 - j];
        p.scores.n_neg = 2 * n;
        cr_expect(near(value_of("mine", &p, &a), mine + vr_log_f64(2), 1e-12));
        cr_expect(near(value_of("mine+", &p, &a), plus + p.params.lambda * vr_log_f64(2), 1e-12));
        cr_expect(near(value_of("bpr", &p, &a), 2 * bpr, 1e-12));
        cr_expect(near(value_of("ccl", &p, &a), ccl, 1e-12));
        p.scores.neg = p.neg + n;
        p.scores.n_neg = n;
        cr_expect(near(value_of("mine", &p, &a), mine, 1e-12), "reversed");
        for (size_t j = 0; j < n; j++) p.neg[n + j] += 500;
        p.scores.pos += 500; /* rounds the scores by 2^-45 */
        cr_expect(near(value_of("mine", &p, &a), mine, 1e-11), "shifted");
    }
}

/* Debiased MSE with dot scores is biased MSE rescaled, draw by draw: with M samples that are the positive
   itself, tau+ ((1-y)^2 - lambda y^2) + lambda mean y_j^2. */
Test(loss, debiased_mse_is_a_rescaled_biased_one) {
    static problem p;
    static answer a;
    for (int trial = 0; trial < 200; trial++) {
        make_problem(&p, COSINE, 1);
        double lambda = between(0.1, 0.9), s = 1 / (1 - lambda), tau = p.params.tau_plus;
        p.samples[0] = p.scores.pos;
        p.scores.n_pos_samples = 1;
        p.params.lambda = lambda;
        double debiased = value_of("mse-debiased", &p, &a);
        double mean = 0, y = p.scores.pos / s;
        for (size_t j = 0; j < p.scores.n_neg; j++)
            mean += p.neg[j] * p.neg[j] / (s * s * (double)p.scores.n_neg);
        double biased = tau * (1 - y) * (1 - y) + lambda / (1 - lambda) * mean;
        cr_expect(near(debiased, s * biased - s * lambda * tau, 1e-12));
        cr_expect(!near(debiased, s * biased, 1e-12) || tau * lambda < 1e-9, "control");
    }
}

/* Eq. 22's mean over draws is Eq. 20: with p+ and p- as whole-number weights, all items drawn in proportion. */
Test(loss, debiased_pointwise_losses_average_to_the_ideal_one) {
    enum { ITEMS = 6, PLUS = 4, MINUS = 8 }; /* draws of p+ and p-; tau+ = 4 / 12 */
    static const int plus[ITEMS] = {2, 1, 1, 0, 0, 0}, minus[ITEMS] = {0, 1, 1, 2, 3, 1};
    static problem p;
    static answer a;
    for (int trial = 0; trial < 100; trial++)
        for (int ccl = 0; ccl < 2; ccl++) {
            double y[ITEMS], p_plus[ITEMS], p_minus[ITEMS], sum = 0, gradient[ITEMS] = {0},
                                                            ideal_g[ITEMS];
            size_t n = 0, m = 0, items[PLUS + MINUS];
            p.params = (vr_loss_params){.lambda = 0.7, .tau_plus = 4. / 12, .margin = 0.2};
            for (size_t i = 0; i < ITEMS; i++) {
                y[i] = between(-1, 1);
                p_plus[i] = plus[i] / (double)PLUS;
                p_minus[i] = minus[i] / (double)MINUS;
                for (int k = 0; k < plus[i]; k++) p.samples[m++] = y[i];
                for (int k = 0; k < plus[i] + minus[i]; k++) items[n] = i, p.neg[n++] = y[i];
            }
            for (size_t i = 0; i < ITEMS; i++) {
                p.scores = (vr_scores_f64){y[i], p.neg, n, p.samples, m, NULL};
                sum += p_plus[i] * value_of(ccl ? "ccl-debiased" : "mse-debiased", &p, &a);
                gradient[i] += p_plus[i] * a.pos;
                for (size_t j = 0; j < n; j++) gradient[items[j]] += p_plus[i] * a.neg[j];
                for (size_t k = 0, item = 0; k < m; k++) {
                    while (y[item] != p.samples[k]) item++;
                    gradient[item] += p_plus[i] * a.samples[k];
                }
            }
            vr_ideal_user user = {ITEMS, p_plus, p_minus, 4. / 12};
            vr_pointwise kind = ccl ? VR_POINTWISE_CCL : VR_POINTWISE_MSE;
            cr_expect(near(sum, vr_ideal_loss(&user, y, kind, &p.params, ideal_g), 1e-14));
            for (size_t i = 0; i < ITEMS; i++) cr_expect(near(gradient[i], ideal_g[i], 1e-14));
            user.tau_plus = 0.4;
            cr_expect(!near(sum, vr_ideal_loss(&user, y, kind, &p.params, NULL), 1e-6), "control");
        }
}

Test(loss, tau_by_both_rules) {
    cr_expect(vr_tau_count(20, 12, 1000) == 0.032);
    cr_expect(near(vr_tau_scale(20, 0.6, 1000), 0.032, 1e-15));
    cr_expect(vr_tau_scale(20, 0, 1000) == 0.02 && vr_tau_count(20, 0, 1000) == 0.02);
}

Test(loss, table_is_consistent) {
    for (size_t l = 0; l < vr_n_losses; l++) {
        const vr_loss *loss = &vr_losses[l];
        cr_expect(vr_loss_find(loss->name) == loss);
        cr_expect((loss->required & loss->optional) == 0, "%s", loss->name);
        cr_expect(loss->needs_pos_samples == !!(loss->required & VR_PARAM_TAU_PLUS), "%s",
                  loss->name);
        cr_expect(isnan(loss->defaults.lambda) == !strcmp(loss->name, "infonce-debiased"));
    }
    cr_expect(vr_loss_find("nothing") == NULL);
}

/* Any finite input whatever: results may overflow, they are never NaN. */
static double anything(int bits) {
    int range = bits == 32 ? 120 : 1010, top = bits == 32 ? 127 : 1023;
    double x = ldexp(between(1, 2), (int)((2 * unit() - 1) * range));
    if (unit() < 0.2) x = ldexp(between(1, 1.9), top);
    if (unit() < 0.1) x = 0;
    return bits == 32 ? (double)(float)x : x;
}
static double signed_anything(int bits) {
    return unit() < 0.5 ? anything(bits) : -anything(bits);
}

static void make_extreme(problem *p, int bits) {
    size_t n = 1 + (size_t)(unit() * 20), m = 1 + (size_t)(unit() * 20);
    double share = ldexp(between(0.5, 0.99), -(int)(unit() * 52));
    for (size_t j = 0; j < n; j++) p->neg[j] = signed_anything(bits);
    for (size_t k = 0; k < m; k++) p->samples[k] = signed_anything(bits);
    for (size_t j = 0; j < n; j++) p->q[j] = ldexp(between(0.5, 1), -(int)(unit() * 120));
    p->scores = (vr_scores_f64){signed_anything(bits),     p->neg, n, p->samples, m,
                                unit() < 0.5 ? p->q : NULL};
    p->params = (vr_loss_params){.t = ldexp(1, (int)((2 * unit() - 1) * 1070)),
                                 .lambda = unit() < 0.1 ? (double)NAN : anything(64),
                                 .tau_plus = unit() < 0.5 ? share : 1 - share * 0x1p-1,
                                 .margin = signed_anything(64),
                                 .weight = anything(64)};
}

Test(loss, no_finite_input_gives_a_nan) {
    static problem p;
    static answer a;
    for (int i = 0; i < 20000; i++)
        for (size_t l = 0; l < vr_n_losses; l++) {
            int bits = i % 2 ? 32 : 64;
            make_extreme(&p, bits);
            if (!isnan(vr_losses[l].defaults.lambda) && isnan(p.params.lambda)) p.params.lambda = 0;
            evaluate(&vr_losses[l], &p, bits, &a);
            int bad = isnan(a.value) || isnan(a.pos);
            for (size_t j = 0; j < p.scores.n_neg; j++) bad |= isnan(a.neg[j]);
            for (size_t k = 0; k < p.scores.n_pos_samples; k++) bad |= isnan(a.samples[k]);
            cr_assert(!bad,
                      "%s f%d: pos %a t %a lambda %a tau %a margin %a weight %a neg[0] %a value %g",
                      vr_losses[l].name, bits, p.scores.pos, p.params.t, p.params.lambda,
                      p.params.tau_plus, p.params.margin, p.params.weight, p.neg[0], a.value);
        }
}
