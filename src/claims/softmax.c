/* Section 2.1: softmax, sampled softmax and InfoNCE (Eq. 1 to 4). Enumerations add at most some thousand terms one
   after the other, each known to some ulps: 5000 * 2^-53 = 6e-13 of the sizes, so ENUMERATED allows 1e-11. */
#include <math.h>
#include "claims/cases.h"
#include "num/elementary.h"

#define ENUMERATED 1e-11
#define FEW        1e-13 /* some ten terms of scores up to 10: 60 half-ulps */

enum { MOST_ITEMS = 8 };

typedef struct catalogue {
    size_t n;
    double y[MOST_ITEMS];
} catalogue;

static catalogue draw_catalogue(vr_dice *dice, size_t n, double scale) {
    catalogue c = {.n = n};
    for (size_t i = 0; i < n; i++) c.y[i] = vr_to_float(vr_dice_between(dice, -scale, scale));
    return c;
}

/* The positive i against all other items. */
static vr_case against_others(const catalogue *c, size_t i) {
    vr_case pair = {.pos = c->y[i], .params = {.t = 1, .lambda = 1}};
    for (size_t j = 0; j < c->n; j++)
        if (j != i) pair.neg[pair.n++] = c->y[j];
    return pair;
}

static double log_sum(const catalogue *c, size_t n) { /* of the first n */
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += vr_exp_f64(c->y[i]);
    return vr_log_f64(sum);
}

/* --- Eq. 1 ------------------------------------------------------------------------------------- */

/* Per trial: the loss over the positives 0..n-1, -sum log p_i, and the printed -log sum p_i. */
static void softmax_trials(vr_finding *f, const char *loss) {
    vr_dice dice = vr_dice_of(f->seed);
    for (int trial = 0; trial < 5000; trial++) {
        size_t n_items = trial ? 2 + vr_dice_below(&dice, MOST_ITEMS - 1) : 2;
        size_t n = trial ? 1 + vr_dice_below(&dice, (uint32_t)n_items) : 2;
        catalogue c = draw_catalogue(&dice, n_items, trial ? 10.0 / (1 + trial % 7) : 0);
        double all = log_sum(&c, n_items), sum = 0, wanted = 0, count = (double)n;
        double printed = all - log_sum(&c, n);
        for (size_t i = 0; i < n; i++) {
            vr_case pair = against_others(&c, i);
            sum += vr_case_loss(&pair, loss, 64, NULL, NULL);
            wanted += all - c.y[i];
        }
        VR_EQUAL(&f->printed, printed, sum, FEW,
                 "%zu items with scores near %.3g, %zu of them positive: the printed loss is %.6g, "
                 "the negative log-likelihood %.6g",
                 n_items, c.y[0], n, printed, sum);
        VR_EQUAL(&f->corrected, sum, wanted, FEW, "%zu items, %zu positives", n_items, n);
        VR_AT_LEAST(&f->corrected, sum / count - vr_log_f64(count), printed, FEW,
                    "%zu items, %zu positives: mean less log n against printed", n_items, n);
    }
}

void vr_claim_softmax_likelihood(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    softmax_trials(f, "softmax");
}

/* The positive left out of the denominator. */
void vr_claim_softmax_without_positive(const vr_claims_input *in, vr_finding *f) {
    vr_finding wrong = {.seed = f->seed};
    (void)in;
    softmax_trials(&wrong, "mine");
    f->printed = wrong.corrected;
}

/* --- Eq. 2 ------------------------------------------------------------------------------------- */

/* The sampled softmax of drawn items with their proposal; q NULL: forgotten. */
static double sampled(const catalogue *c, const uint32_t *tuple, size_t n, const double *q) {
    double neg[MOST_ITEMS], drawn_q[MOST_ITEMS], gneg[MOST_ITEMS];
    for (size_t j = 0; j < n; j++) {
        neg[j] = c->y[1 + tuple[j]];
        drawn_q[j] = q ? q[tuple[j]] : 0;
    }
    vr_scores_f64 scores = {.pos = c->y[0], .neg = neg, .n_neg = n, .neg_q = q ? drawn_q : NULL};
    vr_loss_params params = {.t = 1, .lambda = 1};
    vr_gradient_f64 g = {.neg = gneg};
    return vr_loss_find("sampled-softmax")->f64(&scores, &params, &g);
}

/* q proportional to e^y: one draw gives the whole sum. */
static void exact_proposal(const catalogue *c, double *q) {
    double sum = 0;
    for (size_t j = 1; j < c->n; j++) sum += q[j - 1] = vr_exp_f64(c->y[j]);
    for (size_t j = 1; j < c->n; j++) q[j - 1] /= sum;
}

static void sampled_trial(vr_finding *f, vr_dice *dice, int trial, int forget) {
    size_t n_items = trial ? 2 + vr_dice_below(dice, 4) : 3,
           n = trial ? 1 + vr_dice_below(dice, 3) : 2;
    catalogue c = draw_catalogue(dice, n_items, trial ? 3 : 0);
    double q[MOST_ITEMS], mean = 0, mean_loss = 0, printed = 0, rest = 0;
    int exact = trial % 2 == 0;
    if (exact)
        exact_proposal(&c, q);
    else
        vr_dice_distribution(dice, q, n_items - 1);
    vr_case pair = against_others(&c, 0);
    double nll = vr_case_loss(&pair, "softmax", 64, NULL, NULL);
    for (size_t j = 1; j < n_items; j++) rest += vr_exp_f64(c.y[j]);
    uint32_t tuple[3] = {0};
    do {
        double weight = 1, loss = sampled(&c, tuple, n, forget ? NULL : q);
        for (size_t j = 0; j < n; j++) weight *= q[tuple[j]];
        double sum = (vr_exp_f64(loss) - 1) * vr_exp_f64(c.y[0]); /* (1/N) sum e^{y_j} / q_j */
        mean += weight * sum;
        mean_loss += weight * loss;
        printed += weight * (double)n * sum;
        if (exact)
            VR_EQUAL(&f->corrected, loss, nll, FEW, "q like e^y, %zu items, N=%zu", n_items, n);
    } while (vr_next_tuple(tuple, n, (uint32_t)(n_items - 1)));
    VR_EQUAL(&f->printed, printed, rest, ENUMERATED,
             "%zu items with scores near %.3g, N=%zu: the printed sum has the mean %.6g, the "
             "denominator is %.6g",
             n_items, c.y[0], n, printed, rest);
    VR_EQUAL(&f->corrected, mean, rest, ENUMERATED, "%zu items, N=%zu: mean of the sum", n_items,
             n);
    VR_AT_LEAST(&f->corrected, nll, mean_loss, ENUMERATED, "%zu items, N=%zu: NLL against E L",
                n_items, n);
}

void vr_claim_sampled_softmax(const vr_claims_input *in, vr_finding *f) {
    vr_dice dice = vr_dice_of(f->seed);
    (void)in;
    for (int trial = 0; trial < 2000; trial++) sampled_trial(f, &dice, trial, 0);
}
void vr_claim_sampled_without_proposal(const vr_claims_input *in, vr_finding *f) {
    vr_finding wrong = {.seed = f->seed};
    vr_dice dice = vr_dice_of(f->seed);
    (void)in;
    for (int trial = 0; trial < 200; trial++) sampled_trial(&wrong, &dice, trial, 1);
    f->printed = wrong.corrected;
}

/* --- Eq. 3 and 4 --------------------------------------------------------------------------------- */

/* -log of the probability that the positive is the positive one, straight from the formula. */
static vr_slack cross_entropy_of(const vr_case *c, int bits, const char *loss) {
    double e = 0, value = vr_case_loss(c, loss, bits, &e, NULL), t = c->params.t;
    double up = vr_exp_f64(c->pos / t), down = up;
    for (size_t j = 0; j < c->n; j++) down += vr_exp_f64(c->neg[j] / t);
    /* up / down is known to 2 |y|/t + N + 4 ulps; its logarithm is off by as much, absolutely */
    return vr_same(value, -vr_log_f64(up / down), e + 0x1p-52 * (100 + (double)c->n));
}
static vr_slack cross_entropy(const vr_case *c, int bits) {
    return cross_entropy_of(c, bits, "infonce");
}
static vr_slack cross_entropy_mine(const vr_case *c, int bits) {
    return cross_entropy_of(c, bits, "mine");
}
void vr_claim_infonce_cross_entropy(const vr_claims_input *in, vr_finding *f) {
    static const vr_search search = {.largest = 2, .params = 1};
    (void)in;
    vr_try_link(&f->printed, cross_entropy, &search, f->seed);
}
void vr_claim_mine_cross_entropy(const vr_claims_input *in, vr_finding *f) {
    static const vr_search search = {.largest = 2, .params = 1, .random = 2000};
    (void)in;
    vr_try_link(&f->printed, cross_entropy_mine, &search, f->seed);
}

/* With every other item as a sample InfoNCE is the softmax loss; twice: the positive among the samples too. */
static void whole_catalogue(vr_tally *tally, uint64_t seed, int twice) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 20000; trial++) {
        catalogue c = draw_catalogue(&dice, 2 + (size_t)(trial % 7), trial ? 10 : 0);
        vr_case pair = against_others(&c, 0);
        double e = 0, softmax = log_sum(&c, c.n) - c.y[0];
        if (twice) pair.neg[pair.n++] = pair.pos;
        vr_slack s = vr_same(vr_case_loss(&pair, "infonce", 64, &e, NULL), softmax, 0);
        VR_TALLY(tally, s.slack, s.tolerance + e + FEW, "%zu items, y_i=%.6g", c.n, c.y[0]);
    }
}
void vr_claim_infonce_whole_catalogue(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    whole_catalogue(&f->printed, f->seed, 0);
}
void vr_claim_infonce_positive_twice(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    whole_catalogue(&f->printed, f->seed, 1);
}

/* --- InfoNCE and the softmax loss --------------------------------------------------------------------- */

static double log_factorial(uint32_t n) {
    double log = 0;
    for (uint32_t i = 2; i <= n; i++) log += vr_log_f64((double)i);
    return log;
}

/* E over N draws from p of InfoNCE of item 0, less log(N / 4) and less the softmax loss: |I| = 4. */
static double off_softmax(const catalogue *c, const double *p, uint32_t n) {
    double mean = 0, all = log_sum(c, 4), e[4], log_p[4], log_n = log_factorial(n);
    double table[65];
    for (uint32_t i = 0; i <= n; i++) table[i] = log_factorial(i);
    for (int i = 0; i < 4; i++) {
        e[i] = vr_exp_f64(c->y[i]);
        log_p[i] = vr_log_f64(p[i]);
    }
    for (uint32_t a = 0; a <= n; a++)
        for (uint32_t b = 0; a + b <= n; b++)
            for (uint32_t d = 0; a + b + d <= n; d++) {
                uint32_t rest = n - a - b - d;
                double log = log_n - table[a] - table[b] - table[d] - table[rest] + a * log_p[0] +
                             b * log_p[1] + d * log_p[2] + rest * log_p[3];
                double sum = e[0] + a * e[0] + b * e[1] + d * e[2] + rest * e[3];
                mean += vr_exp_f64(log) * vr_log_f64(sum);
            }
    return mean - vr_log_f64((double)n / 4) - all; /* y_i falls out */
}

/* "not a proper estimator for the softmax loss": the difference does not go away, taken as: from N = 16 to 64 it
   keeps more than half of itself. Uniform draws make it fall like 1/N. Draws like e^{y/2} do not. */
static void estimator_trials(vr_tally *tally, uint64_t seed, int popularity) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 6; trial++) {
        catalogue c = draw_catalogue(&dice, 4, 2);
        double p[4] = {0.25, 0.25, 0.25, 0.25}, sum = 0;
        c.y[0] = 2, c.y[1] = -2; /* scores that differ */
        for (int i = 0; i < 4 && popularity; i++) sum += p[i] = vr_exp_f64(c.y[i] / 2);
        for (int i = 0; i < 4 && popularity; i++) p[i] /= sum;
        double few = off_softmax(&c, p, 16), many = off_softmax(&c, p, 64);
        VR_TALLY(tally, fabs(many) - fabs(few) / 2, 1e-10,
                 "4 items, y=(%.4g, %.4g, %.4g, %.4g), %s draws: E L - log(N/4) - softmax is %.5g "
                 "at N=16, %.5g at N=64",
                 c.y[0], c.y[1], c.y[2], c.y[3], popularity ? "popularity" : "uniform", few, many);
    }
}
void vr_claim_infonce_no_estimator(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    estimator_trials(&f->printed, f->seed, 0);
    estimator_trials(&f->conditioned, f->seed, 1);
}
/* The false variant: with popularity draws, too, it falls by half. */
void vr_claim_popularity_estimator(const vr_claims_input *in, vr_finding *f) {
    vr_tally kept = {0};
    (void)in;
    estimator_trials(&kept, f->seed, 1);
    VR_TALLY(&f->printed, -kept.least, 0, "%s", kept.where);
}

/* --- mutual information ------------------------------------------------------------------------- */

enum { USERS = 3, ITEMS = 3 };

typedef struct joint {
    double p[USERS][ITEMS], user[USERS], item[ITEMS], information;
} joint;

static joint draw_joint(vr_dice *dice) {
    joint j = {.information = 0};
    double flat[USERS * ITEMS];
    vr_dice_distribution(dice, flat, USERS * ITEMS);
    for (int u = 0; u < USERS; u++)
        for (int i = 0; i < ITEMS; i++) {
            j.p[u][i] = flat[u * ITEMS + i];
            j.user[u] += j.p[u][i];
            j.item[i] += j.p[u][i];
        }
    for (int u = 0; u < USERS; u++)
        for (int i = 0; i < ITEMS; i++)
            j.information += j.p[u][i] * vr_log_f64(j.p[u][i] / (j.user[u] * j.item[i]));
    return j;
}

/* I(u;i) >= log(N + 1) - E L for every critic y, with N negatives from q: the true marginal or a uniform one, against
   which a critic of the items' popularity alone looks informed. */
static void information_trials(vr_tally *tally, uint64_t seed, int uniform, double factor) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 60; trial++) {
        joint j = draw_joint(&dice);
        double y[USERS][ITEMS], q[ITEMS];
        for (int i = 0; i < ITEMS; i++) q[i] = uniform ? 1.0 / ITEMS : j.item[i];
        for (int u = 0; u < USERS; u++)
            for (int i = 0; i < ITEMS; i++) {
                double ratio = vr_log_f64(j.p[u][i] / (j.user[u] * q[i]));
                y[u][i] = trial % 2 ? vr_dice_between(&dice, -2, 2) : ratio;
            }
        for (size_t n = 1; n <= 4; n++) {
            vr_case c = {.n = n, .params = {.t = 1, .lambda = 1}};
            double mean = 0;
            uint32_t tuple[4] = {0};
            do {
                double weight = 1;
                for (size_t k = 0; k < n; k++) weight *= q[tuple[k]];
                for (int u = 0; u < USERS; u++)
                    for (int i = 0; i < ITEMS; i++) {
                        for (size_t k = 0; k < n; k++) c.neg[k] = y[u][tuple[k]];
                        c.pos = y[u][i];
                        mean += weight * j.p[u][i] * vr_case_loss(&c, "infonce", 64, NULL, NULL);
                    }
            } while (vr_next_tuple(tuple, n, ITEMS));
            double bound = factor * vr_log_f64((double)n + 1) - mean;
            VR_AT_LEAST(tally, j.information, bound, ENUMERATED,
                        "3 users, 3 items, N=%zu, %s negatives: I = %.6g, the bound %.6g", n,
                        uniform ? "uniform" : "marginal", j.information, bound);
        }
    }
}
void vr_claim_information_bound(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    information_trials(&f->printed, f->seed, 1, 1);
    information_trials(&f->conditioned, f->seed, 0, 1);
}
void vr_claim_information_doubled(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    information_trials(&f->printed, f->seed, 0, 2);
}
