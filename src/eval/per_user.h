/* The file of `verirec evaluate --per-user`: user, hits, recall, ndcg, test_items, one line a user with test items. */
#ifndef VR_EVAL_PER_USER_H
#define VR_EVAL_PER_USER_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

typedef struct vr_per_user {
    size_t n;
    uint32_t *users, *test_items;
    double *recall, *ndcg; /* n each */
} vr_per_user;

/* VR_NO_INPUT; VR_BAD_DATA names file:line: another header, a wrong number of columns, a metric outside 0..1, no test items,
   users that do not ascend, fewer than two of them. */
vr_status vr_per_user_read(const char *path, vr_per_user *out, vr_error *error);
void vr_per_user_free(vr_per_user *rows);

#endif
