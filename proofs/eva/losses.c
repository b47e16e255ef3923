/* Each loss in its double form, for cosine scores: value, gradient and the bound of the value's rounding error are finite,
   nothing overflows on the way, nothing is out of bounds. The gate runs it once for each loss (-DLOSS=, -DNAME=) and number
   of scores: any from 1 to MOST, or that one alone (-DALONE), without the bound. */
#include "stand_ins.h"
#include "contracts.h"

#define VR_REAL_BITS 64
#include "num/vector64.c"
#include "loss/bound.c"
#include "loss/bpr.c"
#include "loss/ccl.c"
#include "loss/ccl_debiased.c"
#include "loss/infonce.c"
#include "loss/infonce_debiased.c"
#include "loss/mean_difference.c"
#include "loss/mine.c"
#include "loss/mine_plus.c"
#include "loss/mse.c"
#include "loss/mse_debiased.c"
#include "loss/sampled_softmax.c"
#include "loss/softmax.c"

#ifndef COLDEST
#define COLDEST 0.01
#endif
#ifndef LEAST_LAMBDA
#define LEAST_LAMBDA 0
#endif
enum { MANY = MOST, SAMPLES = 10 };
double neg[MANY], pos[SAMPLES], proposal[MANY], to_neg[MANY], to_pos[SAMPLES];

#define BETWEEN(low, high) Frama_C_double_interval(low, high)
#define TEXT(name)         TEXT_OF(name)
#define TEXT_OF(name)      #name

int main(void) {
#ifdef ALONE
    size_t n = MANY, m = SAMPLES;
#else
    size_t n = (size_t)Frama_C_interval(1, MANY), m = (size_t)Frama_C_interval(1, SAMPLES);
#endif
    //@ loop unroll MANY;
    for (int j = 0; j < MANY; j++) neg[j] = BETWEEN(-1, 1);
    //@ loop unroll MANY;
    for (int j = 0; j < MANY; j++) proposal[j] = BETWEEN(1e-9, 1);
    //@ loop unroll SAMPLES;
    for (int k = 0; k < SAMPLES; k++) pos[k] = BETWEEN(-1, 1);
    vr_loss_params params = {.t = BETWEEN(COLDEST, 100),
                             .lambda = BETWEEN(LEAST_LAMBDA, 4000),
                             .tau_plus = BETWEEN(1e-9, 1 - 1e-9),
                             .margin = BETWEEN(-1, 1),
                             .weight = BETWEEN(0, 10000)};
    vr_scores_f64 scores = {
        BETWEEN(-1, 1), neg, n, pos, m, Frama_C_interval(0, 1) ? proposal : NULL};
    vr_gradient_f64 gradient = {0, to_neg, to_pos};
    Frama_C_show_each_numbers(n, m);
    Frama_C_show_each_scores(scores.pos, neg[0], pos[0]);
    Frama_C_show_each_parameters(params.t, params.lambda, params.tau_plus, params.margin,
                                 params.weight);
    double value = LOSS(&scores, &params, &gradient);
    double entry = to_neg[Frama_C_interval(0, MANY - 1)];
    double sample = to_pos[Frama_C_interval(0, SAMPLES - 1)];
    //@ assert finite: \is_finite(value) && \is_finite(gradient.pos) && \is_finite(entry) && \is_finite(sample);
    Frama_C_show_each_value(value);
    Frama_C_show_each_to_positive(gradient.pos);
    Frama_C_show_each_to_scores(entry);
    Frama_C_show_each_to_positive_samples(sample);
#ifndef ALONE
    const vr_loss loss = {.name = TEXT(NAME)};
    double bound = vr_loss_bound(&loss, &scores, &params, value, Frama_C_interval(0, 1) ? 64 : 32);
    //@ assert bounded: \is_finite(bound);
    Frama_C_show_each_bound(bound);
#endif
    Frama_C_show_each_end(1);
    return 0;
}
