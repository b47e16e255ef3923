#include "claims/cases.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "loss/bound.h"
#include "num/elementary.h"

/* --- dice -------------------------------------------------------------------------------------- */

enum { WORDS = 64 };

vr_dice vr_dice_of(uint64_t seed) {
    return (vr_dice){.key = {seed, VR_STREAM_CLAIMS, 0}, .at = WORDS};
}

uint32_t vr_dice_word(vr_dice *dice) {
    if (dice->at == WORDS) {
        vr_draw_words(&dice->key, dice->position++, dice->words, WORDS);
        dice->at = 0;
    }
    return dice->words[dice->at++];
}

double vr_dice_between(vr_dice *dice, double low, double high) {
    return low + (high - low) * (double)vr_dice_word(dice) * 0x1p-32;
}

uint32_t vr_dice_below(vr_dice *dice, uint32_t bound) {
    return (uint32_t)((uint64_t)vr_dice_word(dice) * bound >> 32);
}

double vr_dice_normal(vr_dice *dice) {
    double sum = -6;
    for (int i = 0; i < 12; i++) sum += vr_dice_between(dice, 0, 1);
    return sum;
}

void vr_dice_distribution(vr_dice *dice, double *p, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += p[i] = vr_dice_between(dice, 0.05, 1);
    for (size_t i = 0; i < n; i++) p[i] /= sum;
}

int vr_next_tuple(uint32_t *tuple, size_t n, uint32_t base) {
    while (n-- > 0) {
        if (++tuple[n] < base) return 1;
        tuple[n] = 0;
    }
    return 0;
}

/* --- one case ---------------------------------------------------------------------------------- */

double vr_to_float(double x) {
    return (double)(float)x;
}

const char *vr_case_text(const vr_case *c, int bits, char text[VR_CASE_TEXT]) {
    int used = snprintf(text, VR_CASE_TEXT, "f%d N=%zu y_i=%.6g y_j=(", bits, c->n, c->pos);
    for (size_t j = 0; j < c->n && used < VR_CASE_TEXT; j++) {
        if (j == 6) {
            used += snprintf(text + used, VR_CASE_TEXT - (size_t)used, ", ...");
            break;
        }
        used +=
            snprintf(text + used, VR_CASE_TEXT - (size_t)used, "%s%.6g", j ? ", " : "", c->neg[j]);
    }
    if (used < VR_CASE_TEXT) used += snprintf(text + used, VR_CASE_TEXT - (size_t)used, ")");
    if (used < VR_CASE_TEXT && (c->params.t != 1 || c->params.lambda != 1))
        snprintf(text + used, VR_CASE_TEXT - (size_t)used, " t=%.4g lambda=%.4g", c->params.t,
                 c->params.lambda);
    return text;
}

static double loss_f32(const vr_loss *loss, const vr_case *c, vr_gradient_f64 *gradient) {
    float neg[VR_CASE_SCORES], samples[VR_CASE_SCORES], gneg[VR_CASE_SCORES],
        gsamples[VR_CASE_SCORES];
    for (size_t j = 0; j < c->n; j++) neg[j] = (float)c->neg[j];
    for (size_t k = 0; k < c->m; k++) samples[k] = (float)c->samples[k];
    vr_scores_f32 scores = {(float)c->pos, neg, c->n, samples, c->m, NULL};
    vr_gradient_f32 g = {.neg = gneg, .pos_samples = gsamples};
    float value = loss->f32(&scores, &c->params, &g);
    if (!gradient) return (double)value;
    gradient->pos = (double)g.pos;
    for (size_t j = 0; j < c->n; j++) gradient->neg[j] = (double)gneg[j];
    for (size_t k = 0; k < c->m && gradient->pos_samples; k++)
        gradient->pos_samples[k] = (double)gsamples[k];
    return (double)value;
}

double vr_case_loss(const vr_case *c, const char *name, int bits, double *error,
                    vr_gradient_f64 *gradient) {
    const vr_loss *loss = vr_loss_find(name);
    double neg[VR_CASE_SCORES], samples[VR_CASE_SCORES], value;
    vr_gradient_f64 own = {.neg = neg, .pos_samples = samples};
    vr_scores_f64 scores = {c->pos, c->neg, c->n, c->samples, c->m, NULL};
    if (bits == 64)
        value = loss->f64(&scores, &c->params, gradient ? gradient : &own);
    else
        value = loss_f32(loss, c, gradient);
    if (error) *error += vr_loss_bound(loss, &scores, &c->params, value, bits);
    return value;
}

double vr_case_max(const vr_case *c) {
    double top = c->neg[0];
    for (size_t j = 1; j < c->n; j++) top = c->neg[j] > top ? c->neg[j] : top;
    return (top - c->pos) / c->params.t;
}

/* A sum of n differences of floats, each and each step rounded to half an ulp. */
static double mean_of(const vr_case *c, int positive, double *error) {
    double sum = 0, sizes = 0;
    for (size_t j = 0; j < c->n; j++) {
        double d = (c->neg[j] - c->pos) / c->params.t;
        sizes += fabs(d);
        if (!positive || d > 0) sum += d;
    }
    if (error) *error += 0x1p-53 * sizes * ((double)c->n + 3) / (double)c->n;
    return sum / (double)c->n;
}

double vr_case_mean(const vr_case *c, double *error) {
    return mean_of(c, 0, error);
}

double vr_case_mean_positive(const vr_case *c, double *error) {
    return mean_of(c, 1, error);
}

/* --- statements -------------------------------------------------------------------------------- */

/* Two roundings of the difference itself on top of what a and b may be off. */
vr_slack vr_at_least(double a, double b, double error) {
    return (vr_slack){a - b, error + 0x1p-52 * (fabs(a) + fabs(b))};
}

vr_slack vr_same(double a, double b, double error) {
    return (vr_slack){-fabs(a - b), error + 0x1p-52 * (fabs(a) + fabs(b))};
}

static void try(vr_tally *tally, vr_link *link, const vr_case *c, int bits) {
    char text[VR_CASE_TEXT];
    vr_slack s = link(c, bits);
    VR_TALLY(tally, s.slack, s.tolerance, "%s", vr_case_text(c, bits, text));
}

/* --- the ladder: whole numbers up to 3 (cosines: -1, 0, 1), N up to 3, by N and the sum of |y_j| ---------------- */

static void ladder_cases(vr_tally *tally, vr_link *link, const vr_search *search, int bits) {
    int most = search->largest >= 3 ? 3 : (int)search->largest;
    for (size_t n = search->fewest; n <= 3; n++)
        for (int total = 0; total <= most * (int)n; total++) {
            uint32_t tuple[3] = {0};
            do {
                vr_case c = {.n = n, .m = 1, .params = {1, 1, 0.25, 0.5, 1}};
                int sum = 0;
                for (size_t j = 0; j < n; j++) {
                    int y = (int)tuple[j] - most;
                    c.neg[j] = y;
                    sum += y < 0 ? -y : y;
                }
                if (sum == total) try(tally, link, &c, bits);
            } while (vr_next_tuple(tuple, n, (uint32_t)(2 * most + 1)));
        }
}

/* --- random cases ------------------------------------------------------------------------------ */

static void draw_params(vr_dice *dice, const vr_search *search, vr_case *c) {
    c->params = (vr_loss_params){1, 1, 0.25, 0.5, 1};
    c->m = 1;
    c->samples[0] = 0;
    if (!search->params) return;
    if (!search->t_one) c->params.t = vr_to_float(vr_dice_between(dice, 0.1, 2));
    c->params.lambda = vr_to_float(vr_dice_between(dice, 0, 3));
    c->params.tau_plus = vr_to_float(vr_dice_between(dice, 0.01, 0.9));
    c->params.margin = vr_to_float(vr_dice_between(dice, -0.5, 0.9));
    c->params.weight = vr_to_float(vr_dice_between(dice, 0, 100));
    c->m = 1 + vr_dice_below(dice, 8);
    for (size_t k = 0; k < c->m; k++)
        c->samples[k] = vr_to_float(vr_dice_between(dice, -search->largest, search->largest));
}

static void draw_case(vr_dice *dice, const vr_search *search, vr_case *c) {
    static const size_t sizes[] = {1, 2, 3, 5, 10, 16, 33, 50};
    static const double scales[] = {1, 1, 0.5, 0.1, 0.01, 1e-3, 1e-5};
    size_t n = sizes[vr_dice_below(dice, 8)];
    double scale = search->largest * scales[vr_dice_below(dice, 7)];
    uint32_t kind = vr_dice_below(dice, 10);
    c->n = n < search->fewest ? search->fewest : n;
    for (size_t j = 0; j < c->n; j++) c->neg[j] = vr_to_float(vr_dice_between(dice, -scale, scale));
    c->pos = vr_to_float(vr_dice_between(dice, -scale, scale));
    if (kind == 0)
        for (size_t j = 1; j < c->n; j++) c->neg[j] = c->neg[0]; /* equal negatives */
    if (kind == 1) c->neg[vr_dice_below(dice, (uint32_t)c->n)] = search->largest;
    if (kind == 2) c->pos = c->neg[0];
    if (kind == 3) c->pos = search->largest;
    if (kind == 4) c->pos = -search->largest;
    draw_params(dice, search, c);
}

/* --- the search -------------------------------------------------------------------------------- */

static double distance(vr_slack s) {
    return s.tolerance > 0 ? s.slack / s.tolerance : s.slack;
}

static double clip(double x, double largest) {
    return x > largest ? largest : x < -largest ? -largest : x;
}

/* One score changed a little or a lot, made equal to another, or all pulled together. */
static void mutate(vr_dice *dice, const vr_search *search, vr_case *c) {
    uint32_t kind = vr_dice_below(dice, 4), j = vr_dice_below(dice, (uint32_t)c->n + 1);
    double *score = j == c->n ? &c->pos : &c->neg[j];
    double step = search->largest * vr_exp_f64(vr_dice_between(dice, -16, 0));
    if (kind < 2) *score = clip(*score + vr_dice_between(dice, -step, step), search->largest);
    if (kind == 2) *score = c->neg[vr_dice_below(dice, (uint32_t)c->n)];
    if (kind == 3)
        for (size_t i = 0; i < c->n; i++) c->neg[i] += (c->neg[0] - c->neg[i]) / 2;
    *score = vr_to_float(*score);
    for (size_t i = 0; i < c->n; i++) c->neg[i] = vr_to_float(c->neg[i]);
}

/* Walks downhill in slack per tolerance from random cases. */
static void climb(vr_tally *tally, vr_link *link, const vr_search *search, vr_dice *dice,
                  int bits) {
    enum { CLIMBS = 40, STEPS = 250 };
    for (int i = 0; i < CLIMBS; i++) {
        vr_case best, next;
        draw_case(dice, search, &best);
        double low = distance(link(&best, bits));
        for (int step = 0; step < STEPS; step++) {
            next = best;
            mutate(dice, search, &next);
            double here = distance(link(&next, bits));
            try(tally, link, &next, bits);
            if (here <= low) {
                low = here;
                best = next;
            }
        }
    }
}

void vr_try_link(vr_tally *tally, vr_link *link, const vr_search *search, uint64_t seed) {
    enum { USUAL = 500000 };
    vr_dice dice = vr_dice_of(seed);
    vr_search s = *search;
    vr_case c;
    if (!s.fewest) s.fewest = 1;
    if (s.largest == 0) s.largest = 100;
    for (int bits = 64; bits >= 32; bits -= 32) {
        ladder_cases(tally, link, &s, bits);
        for (uint32_t i = 0; i < (s.random ? s.random : USUAL); i++) {
            draw_case(&dice, &s, &c);
            try(tally, link, &c, bits);
        }
        climb(tally, link, &s, &dice, bits);
    }
}
