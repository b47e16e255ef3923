/* The C ABI (src/verirec.h) says what the library says, and refuses what it cannot answer. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "loss/loss.h"
#include "verirec.h"

enum { BATCH = 3, N = 7, M = 2 };

static const double pos[BATCH] = {.9, -.2, .4};
static const double neg[BATCH * N] = {.1,  -.5, .8, .95, -1, .3,  .2,  .6, .7, -.1, 0,
                                      -.9, .5,  .1, .2,  .3, -.4, .45, 1,  .8, -.6};
static const double samples[BATCH * M] = {.8, .7, .1, -.3, .9, .2};

/* What the loss cannot do without. */
static verirec_params needed(const vr_loss *loss) {
    verirec_params params = VERIREC_DEFAULTS;
    if (loss->required & VR_PARAM_T) params.t = .5;
    if (loss->required & VR_PARAM_TAU_PLUS) params.tau_plus = .1;
    return params;
}

static verirec_scores_f64 scores_for(const vr_loss *loss) {
    size_t m = loss->needs_pos_samples ? M : 0;
    return (verirec_scores_f64){BATCH, N, m, pos, neg, m ? samples : NULL, NULL};
}

Test(api, names_are_those_of_the_losses) {
    for (size_t i = 0; i < vr_n_losses; i++) {
        cr_expect_str_eq(verirec_loss_name(i), vr_losses[i].name);
        cr_expect_str_eq(verirec_loss_title(vr_losses[i].name), vr_losses[i].title);
        cr_expect_str_eq(verirec_loss_equation(vr_losses[i].name), vr_losses[i].equation);
    }
    cr_expect_null(verirec_loss_name(vr_n_losses));
    cr_expect_null(verirec_loss_title("no such loss"));
    cr_expect_eq(verirec_abi(), VERIREC_ABI);
    cr_expect(strlen(verirec_version()) > 0);
}

Test(api, every_loss_of_a_batch_equals_the_kernel_pair_by_pair) {
    for (size_t i = 0; i < vr_n_losses; i++) {
        const vr_loss *loss = &vr_losses[i];
        verirec_params params = needed(loss);
        verirec_scores_f64 scores = scores_for(loss);
        double value[BATCH], bound[BATCH], gpos[BATCH], gneg[BATCH * N], gsamples[BATCH * M];
        verirec_results_f64 results = {value, bound, gpos, gneg, gsamples};
        cr_assert_eq(verirec_loss_f64(loss->name, &params, &scores, &results, NULL), 0, "%s",
                     loss->name);
        vr_loss_params own = loss->defaults;
        if (!isnan(params.t)) own.t = params.t;
        if (!isnan(params.tau_plus)) own.tau_plus = params.tau_plus;
        for (size_t b = 0; b < BATCH; b++) {
            double kernel_neg[N], kernel_samples[M] = {0};
            vr_scores_f64 one = {pos[b], neg + b * N, N, samples + b * M, scores.n_samples, NULL};
            vr_gradient_f64 gradient = {0, kernel_neg, kernel_samples};
            cr_expect_eq(value[b], loss->f64(&one, &own, &gradient), "%s", loss->name);
            cr_expect_eq(gpos[b], gradient.pos);
            cr_expect_arr_eq(gneg + b * N, kernel_neg, sizeof kernel_neg);
            if (scores.n_samples)
                cr_expect_arr_eq(gsamples + b * M, kernel_samples, sizeof kernel_samples);
            cr_expect(bound[b] > 0 && bound[b] < 1e-11, "%s: %g", loss->name, bound[b]);
        }
    }
}

Test(api, single_precision_is_within_its_bound_of_double_and_double_of_itself) {
    float fpos[BATCH], fneg[BATCH * N], fsamples[BATCH * M];
    double dpos[BATCH], dneg[BATCH * N], dsamples[BATCH * M]; /* the same numbers */
    for (size_t i = 0; i < BATCH; i++) dpos[i] = fpos[i] = (float)pos[i];
    for (size_t i = 0; i < BATCH * N; i++) dneg[i] = fneg[i] = (float)neg[i];
    for (size_t i = 0; i < BATCH * M; i++) dsamples[i] = fsamples[i] = (float)samples[i];
    size_t beyond_double = 0;
    for (size_t i = 0; i < vr_n_losses; i++) {
        const vr_loss *loss = &vr_losses[i];
        verirec_params params = needed(loss);
        size_t m = loss->needs_pos_samples ? M : 0;
        verirec_scores_f32 single = {BATCH, N, m, fpos, fneg, m ? fsamples : NULL, NULL};
        verirec_scores_f64 wide = {BATCH, N, m, dpos, dneg, m ? dsamples : NULL, NULL};
        float value[BATCH];
        double exact[BATCH], bound[BATCH], tight[BATCH];
        verirec_results_f32 results = {.value = value, .bound = bound}; /* no gradient wanted */
        verirec_results_f64 wide_results = {.value = exact, .bound = tight};
        cr_assert_eq(verirec_loss_f32(loss->name, &params, &single, &results, NULL), 0);
        cr_assert_eq(verirec_loss_f64(loss->name, &params, &wide, &wide_results, NULL), 0);
        for (size_t b = 0; b < BATCH; b++) {
            double off = fabs((double)value[b] - exact[b]);
            cr_expect(off <= bound[b] + tight[b], "%s: %g beyond %g", loss->name, off, bound[b]);
            beyond_double += off > tight[b];
        }
    }
    cr_expect_gt(beyond_double, vr_n_losses, "a bound that float meets anyway would show nothing");
}

/* Fails, with the status and a message that has the words, and leaves the results as they were. */
static void refused(const char *loss, verirec_params params, verirec_scores_f64 scores, int status,
                    const char *words) {
    double value[BATCH] = {7, 7, 7};
    verirec_results_f64 results = {.value = value};
    char message[VERIREC_MESSAGE] = "";
    cr_expect_eq(verirec_loss_f64(loss, &params, &scores, &results, message), status, "%s", words);
    cr_expect(strstr(message, words), "\"%s\" lacks \"%s\"", message, words);
    for (size_t b = 0; b < BATCH; b++) cr_expect_eq(value[b], 7);
    cr_expect_eq(verirec_loss_f64(loss, &params, &scores, &results, NULL), status);
}

Test(api, a_loss_refuses_what_it_cannot_answer) {
    const verirec_params none = VERIREC_DEFAULTS;
    verirec_params params = none;
    verirec_scores_f64 good = scores_for(vr_loss_find("mine+")), bad = good;
    params.t = .5;
    refused("mine++", params, good, VERIREC_USAGE, "did you mean");
    refused(NULL, params, good, VERIREC_USAGE, "unknown loss");
    refused("mine+", none, good, VERIREC_BAD_DATA, "needs \"t\"");
    refused("ccl", params, good, VERIREC_BAD_DATA, "no parameter \"t\"");
    params.t = 0;
    refused("mine+", params, good, VERIREC_BAD_DATA, "greater than 0");
    params.t = .5;
    bad.n_neg = 0;
    refused("mine+", params, bad, VERIREC_BAD_DATA, "n_neg");
    bad = good;
    bad.pos = NULL;
    refused("mine+", params, bad, VERIREC_BAD_DATA, "pos: expected 3");
    bad = good;
    bad.neg_q = neg;
    refused("mine+", params, bad, VERIREC_BAD_DATA, "no proposal");
    refused("sampled-softmax", params, bad, VERIREC_BAD_DATA, "neg_q[1]");
    double broken[BATCH * N];
    memcpy(broken, neg, sizeof broken);
    broken[N] = (double)INFINITY;
    bad = good;
    bad.neg = broken;
    refused("mine+", params, bad, VERIREC_BAD_DATA, "neg[7]: expected a finite score, got inf");
    params.tau_plus = .1;
    refused("infonce-debiased", params, good, VERIREC_BAD_DATA, "positive sample");
}

/* --- metrics -------------------------------------------------------------------------------------------- */

/* 2 users, 4 items. User 0 has trained on item 3 and likes 0; user 1 likes nothing. Not aligned to anything. */
static const float factors[1 + 2 + 4] = {0, 1, 1, .9f, .8f, .1f, 1};
static const uint64_t train_offsets[] = {0, 1, 1}, test_offsets[] = {0, 1, 1};
static const uint32_t train_items[] = {3}, test_items[] = {0};
static const verirec_split split = {2, 4, {train_offsets, train_items}, {test_offsets, test_items}};

Test(api, metrics_of_factors_and_of_lists) {
    double recall[2], ndcg[2];
    verirec_metrics out = {.recall = recall, .ndcg = ndcg};
    cr_assert_eq(verirec_evaluate(&split, 1, factors + 1, factors + 3, 0, 2, &out, NULL), 0);
    cr_expect_eq(out.n_users, 1);
    cr_expect_eq(out.mean_recall, 1);
    cr_expect_eq(out.mean_ndcg, 1);
    cr_expect(isnan(recall[1]) && isnan(ndcg[1]));
    const uint32_t lists[] = {1, 0, VERIREC_NO_ITEM, VERIREC_NO_ITEM};
    cr_assert_eq(verirec_evaluate_lists(&split, lists, 2, &out, NULL), 0);
    cr_expect_eq(recall[0], 1);
    cr_expect_float_eq(ndcg[0], 1 / log2(3), 1e-15);
}

static void split_refused(verirec_split given, uint32_t k, const char *words) {
    verirec_metrics out = {.mean_recall = 7};
    char message[VERIREC_MESSAGE] = "";
    cr_expect_eq(verirec_evaluate(&given, 1, factors + 1, factors + 3, 0, k, &out, message),
                 VERIREC_BAD_DATA);
    cr_expect(strstr(message, words), "\"%s\" lacks \"%s\"", message, words);
    cr_expect_eq(out.mean_recall, 7);
}

Test(api, metrics_refuse_what_is_no_split) {
    const uint64_t falling[] = {0, 2, 1};
    const uint32_t outside[] = {4}, twice[] = {1, 1};
    const uint64_t both[] = {0, 2, 2};
    verirec_split bad = split;
    split_refused(split, 0, "k: expected at least 1");
    bad.train.offsets = NULL;
    split_refused(bad, 2, "train: offsets");
    bad.train.offsets = falling;
    split_refused(bad, 2, "train: offsets[2]: expected at least 2, got 1");
    bad = split;
    bad.test.items = outside;
    split_refused(bad, 2, "test: user 0: item 4, but there are 4 items");
    bad.test = (verirec_interactions){both, twice};
    split_refused(bad, 2, "strictly ascending");
    const uint32_t trained[] = {3, 0, 1, 2};
    verirec_metrics out = {0};
    char message[VERIREC_MESSAGE] = "";
    cr_expect_eq(verirec_evaluate_lists(&split, trained, 2, &out, message), VERIREC_BAD_DATA);
    cr_expect(strstr(message, "train items"), "%s", message);
    cr_expect_eq(verirec_evaluate_lists(&split, NULL, 2, &out, message), VERIREC_BAD_DATA);
}
