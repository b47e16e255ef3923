/* Planted worlds: made-up users and items whose preference probabilities are known exactly.

   pi_ui = sigmoid(scale <a_u, b_i> + bias_i + shift_u) is the probability that item i is positive for user u:
   a_u ~ N(0, 1), b_i ~ N(0, 1/rank), so that <a_u, b_i> has standard deviation 1; bias_i ~ N(0, skew^2) is the
   item's popularity; shift_u makes a user with n_u interactions have about breadth * n_u positive items. Then
       tau_u^+ = mean_i pi_ui,   p_u^+(i) = pi_ui / sum pi_u,   p_u^-(i) = (1 - pi_ui) / sum (1 - pi_u),
   and tau_u^+ p_u^+ + (1 - tau_u^+) p_u^- is the uniform p_u: Eq. 5 of the paper holds by construction.
   A user's observed items are drawn from p_u^+ without replacement, and about a fifth of them is the test split.
   The same specification gives the same bytes on every machine and for any number of threads. */
#ifndef VR_DATA_PLANTED_H
#define VR_DATA_PLANTED_H

#include <stdint.h>
#include "base/error.h"
#include "data/dataset.h"

typedef struct vr_planted_spec {
    uint32_t n_users, n_items;
    uint64_t
        interactions; /* wanted, train and test together; the real number is within some percent */
    uint64_t seed;
    uint32_t rank;
    double scale;    /* standard deviation of the low-rank part of the logit */
    double skew;     /* standard deviation of the items' popularity */
    double activity; /* standard deviation of log n_u */
    double breadth;  /* positive items of a user, in multiples of the observed ones, 1 to 3 */
} vr_planted_spec;

/* Fills sizes, splits and truth of *out (freed by vr_dataset_free, also after an error). VR_USAGE: a specification
   out of range. VR_INTERRUPTED. */
vr_status vr_planted_generate(const vr_planted_spec *spec, vr_dataset *out, vr_error *error);

double vr_planted_probability(const vr_planted_truth *truth, uint32_t user,
                              uint32_t item); /* pi_ui */
/* pi_u: n_items values, and room for 31 more. */
void vr_planted_row(const vr_planted_truth *truth, uint32_t user, float *pi);
double vr_planted_tau_plus(const vr_planted_truth *truth, uint32_t user);
double vr_planted_p_plus(const vr_planted_truth *truth, uint32_t user, uint32_t item);
double vr_planted_p_minus(const vr_planted_truth *truth, uint32_t user, uint32_t item);
void vr_planted_free(vr_planted_truth *truth);

#endif
