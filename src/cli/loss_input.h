/* The JSON that `verirec loss` reads:

       {"pos": y_i, "neg": [y_j ...], "pos_samples": [y_k ...], "neg_q": [q_j ...],
        "params": {"t": .., "lambda": .., "tau_plus": .., "margin": .., "weight": ..}}

   pos and neg are needed; pos_samples where the loss has them; neg_q only with sampled-softmax. */
#ifndef VR_CLI_LOSS_INPUT_H
#define VR_CLI_LOSS_INPUT_H

#include "base/error.h"
#include "loss/params.h"

typedef struct vr_loss_input {
    double pos;
    double *neg, *pos_samples, *neg_q; /* owned; NULL when absent */
    size_t n_neg, n_pos_samples;
    vr_loss_params params; /* defaults filled in */
} vr_loss_input;

/* Reads FILE, or standard input when path is "-". limit: the largest finite number of the precision asked
   for; a score beyond it is an error. VR_NO_INPUT, VR_BAD_DATA; nothing is left allocated on error. */
vr_status vr_loss_input_read(const char *path, const vr_loss *loss, double limit,
                             vr_loss_input *input, vr_error *error);
void vr_loss_input_free(vr_loss_input *input);

#endif
