/* What a foreign code used and what it produced: a folder of NPY files and params.json.

       params.json                      {"t": .., "lambda": ..}: what the loss takes ({} when nothing)
       pos.npy neg.npy                  scores, B and B x N, or a scalar and N
       pos_samples.npy neg_q.npy        B x M for the debiased losses; as neg for sampled-softmax
       value.npy                        B values, or one of the whole batch
       grad_pos.npy grad_neg.npy grad_pos_samples.npy       optional, each of the shape of its scores
       user.npy pos_item.npy neg_items.npy                  optional, B x d, B x d, B x N x d: embeddings */
#ifndef VR_AUDIT_CASE_H
#define VR_AUDIT_CASE_H

#include "audit/formula.h"
#include "base/error.h"
#include "base/npy.h"

/* Arrays of doubles whatever the precision of the files; NULL where there is no file. */
typedef struct vr_audit_case {
    const vr_loss *loss;
    vr_loss_params params; /* defaults filled in; a lambda of "N" is N */
    int bits;              /* 32 where one of the arrays is f4 */
    size_t n_rows, n_neg, n_pos_samples;
    double *pos, *neg, *pos_samples, *neg_q; /* finite; row-major */
    size_t n_values;                         /* n_rows or 1 */
    double *got[VR_N_QUANTITIES];            /* value and gradients, also NaN and infinities */
    size_t columns[VR_N_QUANTITIES];         /* of a row: 1, 1, N, M */
    double *user, *pos_item, *neg_items;     /* finite */
    size_t dim;                              /* of the embeddings; 0: none */
} vr_audit_case;

/* VR_NO_INPUT, VR_BAD_DATA with the file, what was expected and what was found. Freed by the caller also after an
   error. */
vr_status vr_audit_case_read(const char *folder, const vr_loss *loss, vr_audit_case *c,
                             vr_error *error);
void vr_audit_case_free(vr_audit_case *c);

/* Row b, without room. */
vr_problem vr_audit_problem(const vr_audit_case *c, size_t b);

#endif
