/* The share tau_u^+ of the items that user u would like, by the paper's two rules (section 3.2), and c_u, what
   it is as a multiple of the observed share |I_u^+| / |I|.

   count:K      tau_u^+ = (|I_u^+| + K) / |I|          c_u = 1 + K / |I_u^+|, different for each user
   scale:alpha  tau_u^+ = (1 + alpha) |I_u^+| / |I|    c_u = 1 + alpha, one for all: Theorems 1 and 2 need this

   A debiased loss needs 0 < tau_u^+ < 1: vr_tau_check. */
#ifndef VR_LOSS_TAU_H
#define VR_LOSS_TAU_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

typedef enum vr_tau_rule {
    VR_TAU_COUNT, /* "count:K" */
    VR_TAU_SCALE  /* "scale:alpha" */
} vr_tau_rule;

/* "count:20" or "scale:0.1"; K and alpha from 0 to 1e9. VR_USAGE; where as in base/setting.h. */
vr_status vr_tau_read(const char *text, const char *where, uint32_t *rule, double *value,
                      vr_error *error);
void vr_tau_text(uint32_t rule, double value, char *text, size_t size);

/*@ // |I_u^+| / |I|
    logic real observed(integer n, integer n_items) = n / (real)n_items;
    lemma relative: \forall real k, n; 0.0 < n ==> (1.0 + k / n) * n == n + k;
*/

/*@ requires 0 < n_items;
    terminates \true; exits \false; assigns \nothing;
    ensures \result == (n_user_items + k) / n_items;
    ensures 0 < n_user_items ==> \result == (1.0 + k / n_user_items) * n_user_items / n_items; */
static inline double vr_tau_count(uint32_t n_user_items, double k, uint32_t n_items) {
    //@ assert 0 < n_user_items ==> (1.0 + k / n_user_items) * n_user_items == n_user_items + k;
    return ((double)n_user_items + k) / (double)n_items;
}

/*@ requires 0 < n_items;
    terminates \true; exits \false; assigns \nothing;
    ensures \result == (1.0 + alpha) * n_user_items / n_items; */
static inline double vr_tau_scale(uint32_t n_user_items, double alpha, uint32_t n_items) {
    return (1 + alpha) * (double)n_user_items / (double)n_items;
}

/* By either rule; value: its K or alpha. */
/*@ requires 0 < n_items;
    terminates \true; exits \false; assigns \nothing;
    ensures rule == VR_TAU_COUNT ==> \result == (n_user_items + value) / n_items;
    ensures rule != VR_TAU_COUNT ==> \result == (1.0 + value) * n_user_items / n_items;
    // the share is taken for at least what is observed of it
    ensures 0.0 <= value ==> observed(n_user_items, n_items) <= \result;
    ensures value == 0.0 ==> \result == observed(n_user_items, n_items);
    ensures 0.0 <= value && 0 < n_user_items ==> 0.0 < \result; */
static inline double vr_tau_plus(uint32_t rule, double value, uint32_t n_user_items,
                                 uint32_t n_items) {
    return rule == VR_TAU_COUNT ? vr_tau_count(n_user_items, value, n_items)
                                : vr_tau_scale(n_user_items, value, n_items);
}

/* VR_USAGE, with the user named: tau_u^+ of a user with n of n_items items is not inside (0, 1). */
vr_status vr_tau_check(uint32_t rule, double value, uint32_t user, uint32_t n, uint32_t n_items,
                       vr_error *error);

#endif
