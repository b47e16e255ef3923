/* Which places of every user's list are hits, as a small file: with the test split it gives Recall@k and NDCG@k of each
   user again, to the last bit, so that two finished runs can be compared user by user. */
#ifndef VR_EVAL_HITS_H
#define VR_EVAL_HITS_H

#include "eval/evaluate.h"

enum { VR_HITS_MOST = 31 /* places a file has room for */ };

/* Ranks as vr_evaluate does and writes NPY: i4, one number a user, whose bit r is set when the item at place r + 1 is one
   of the user's test items. evaluation->k <= VR_HITS_MOST. VR_CANNOT_WRITE and the errors of vr_evaluate. */
vr_status vr_hits_write(const vr_evaluation *evaluation, const char *path, vr_error *error);

/* The metrics of such a file at cutoff k: test->n_rows rows of per_user. VR_NO_INPUT; VR_BAD_DATA: no such file, other
   users, or a hit more than the user has test items. */
vr_status vr_hits_read(const char *path, uint32_t k, const vr_csr *test, vr_user_metrics *per_user,
                       vr_metrics *out, vr_error *error);

#endif
