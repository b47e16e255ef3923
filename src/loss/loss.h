/* The losses: value and gradient of one (user, positive item) pair from its scores.

   y_i the positive's score, y_j the N sampled items' scores, y_k the M positive samples' scores, all plain
   similarities: a loss with a temperature divides by t itself, and gradients are with respect to the given
   scores. Each loss is one file NAME.c, compiled for double and for float, and one line of losses.def. */
#ifndef VR_LOSS_LOSS_H
#define VR_LOSS_LOSS_H

#include <stddef.h>

typedef struct vr_loss_params {
    double t; /* temperature, > 0 */
    double
        lambda; /* weight of the negative part: Eq. 6, 16, 17, 20-22; NaN: n_neg (infonce-debiased) */
    double tau_plus; /* tau_u^+ in (0, 1): share of positive items, Eq. 5 */
    double margin;   /* epsilon of CCL, Eq. 18/19 */
    double weight;   /* w of CCL, Eq. 18 */
} vr_loss_params;

/* Bits of vr_loss.required / .optional, in the order of vr_loss_params. */
enum {
    VR_PARAM_T = 1,
    VR_PARAM_LAMBDA = 2,
    VR_PARAM_TAU_PLUS = 4,
    VR_PARAM_MARGIN = 8,
    VR_PARAM_WEIGHT = 16
};

typedef struct vr_scores_f32 {
    float pos;
    const float *neg; /* n_neg >= 1 */
    size_t n_neg;
    const float *pos_samples; /* n_pos_samples; may be NULL when 0 */
    size_t n_pos_samples;
    const float *neg_q; /* sampled-softmax: n_neg proposal probabilities > 0; NULL: 1/n_neg each */
} vr_scores_f32;

typedef struct vr_gradient_f32 {
    float pos;
    float *neg;         /* n_neg, written */
    float *pos_samples; /* n_pos_samples, written */
} vr_gradient_f32;

typedef struct vr_scores_f64 {
    double pos;
    const double *neg;
    size_t n_neg;
    const double *pos_samples;
    size_t n_pos_samples;
    const double *neg_q;
} vr_scores_f64;

typedef struct vr_gradient_f64 {
    double pos;
    double *neg;
    double *pos_samples;
} vr_gradient_f64;

/* Total functions: no error path, no allocation. Return the loss value, fill *gradient. */
typedef float vr_loss_f32(const vr_scores_f32 *scores, const vr_loss_params *params,
                          vr_gradient_f32 *gradient);
typedef double vr_loss_f64(const vr_scores_f64 *scores, const vr_loss_params *params,
                           vr_gradient_f64 *gradient);

/* The mean over the N sampled items through which alone a loss sees their scores: one item with score y in place of
   the N, where y has that mean, gives the same value. So the loss over all items at once needs but its mean. */
typedef enum vr_sees {
    VR_SEES_EACH,     /* no such mean */
    VR_SEES_EXP_SUM,  /* N times the mean of e^{y_j/t} */
    VR_SEES_EXP_MEAN, /* the mean of e^{y_j/t} */
    VR_SEES_SQUARE,   /* the mean of y_j^2, linearly */
    VR_SEES_HINGE /* the mean of max(y_j - margin, 0), linearly; the float form to the last bit: a score that is
                         not above (float)margin counts as (float)margin does, and its gradient is 0 */
} vr_sees;

typedef struct vr_loss {
    const char *name;     /* as on the command line, e.g. "mine+" */
    const char *title;    /* e.g. "MINE+ (temperature and negative weight)" */
    const char *equation; /* e.g. "Eq. 16" */
    unsigned required;    /* VR_PARAM_* bits that must be given */
    unsigned optional;    /* VR_PARAM_* bits that may be given */
    vr_loss_params defaults;
    int needs_pos_samples; /* nonzero: M >= 1 positive samples are part of the loss */
    vr_sees sees;
    vr_loss_f32 *f32;
    vr_loss_f64 *f64;
} vr_loss;

extern const vr_loss vr_losses[]; /* in the order of losses.def */
extern const size_t vr_n_losses;
const vr_loss *vr_loss_find(const char *name); /* NULL when unknown */

#endif
