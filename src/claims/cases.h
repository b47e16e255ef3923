/* Cases for the checks: score vectors from a ladder of the smallest ones, from random draws, and from a search for
   the case that is nearest to violating a statement; and plain dice for everything else. */
#ifndef VR_CLAIMS_CASES_H
#define VR_CLAIMS_CASES_H

#include "claims/finding.h"
#include "loss/loss.h"
#include "num/draws.h"

/* --- dice -------------------------------------------------------------------------------------- */

/* Philox words one after the other: the same for the same seed, on any machine. */
typedef struct vr_dice {
    vr_draw_key key;
    uint32_t position, at;
    uint32_t words[64];
} vr_dice;

vr_dice vr_dice_of(uint64_t seed);
uint32_t vr_dice_word(vr_dice *dice);
double vr_dice_between(vr_dice *dice, double low, double high); /* 32 binary digits */
uint32_t vr_dice_below(vr_dice *dice, uint32_t bound);
double vr_dice_normal(vr_dice *dice); /* sum of twelve uniform ones, less 6 */
void vr_dice_distribution(vr_dice *dice, double *p, size_t n); /* positive, sums to 1 */

/* tuple = the next one of base^n, the last place fastest; 0 after the last. Starts at all zeros. */
int vr_next_tuple(uint32_t *tuple, size_t n, uint32_t base);

/* --- score vectors ----------------------------------------------------------------------------- */

enum { VR_CASE_SCORES = 64 };

/* One (user, positive) pair; every score is a float, so both precisions get the same problem. */
typedef struct vr_case {
    size_t n, m;
    double pos, neg[VR_CASE_SCORES], samples[VR_CASE_SCORES];
    vr_loss_params params;
} vr_case;

double vr_to_float(double x);
const char *vr_case_text(const vr_case *c, int bits, char text[VR_CASE_TEXT]);

/* The loss of that name; *error += what its code may be off (loss/bound.h). gradient may be NULL. */
double vr_case_loss(const vr_case *c, const char *loss, int bits, double *error,
                    vr_gradient_f64 *gradient);

/* Of d_j = (y_j - y_i)/t: the largest, the mean (to 1e-15 of the sizes), and the mean of max(d, 0). */
double vr_case_max(const vr_case *c);
double vr_case_mean(const vr_case *c, double *error);
double vr_case_mean_positive(const vr_case *c, double *error);

/* --- statements about scores ------------------------------------------------------------------- */

typedef struct vr_slack {
    double slack, tolerance;
} vr_slack;
vr_slack vr_at_least(double a, double b, double error);
vr_slack vr_same(double a, double b, double error);

typedef vr_slack vr_link(const vr_case *c, int bits);

typedef struct vr_search {
    double largest;  /* of |score|: 100, or 1 for cosines */
    size_t fewest;   /* scores of a case, at least 1 */
    uint32_t random; /* cases of each precision; 0: the usual number */
    int params;      /* draw t, lambda, tau_plus, margin, weight and samples; else t = lambda = 1 */
    int t_one;       /* with params: t stays 1 */
} vr_search;

/* The ladder, the random cases and the search, in double and in float, into *tally. */
void vr_try_link(vr_tally *tally, vr_link *link, const vr_search *search, uint64_t seed);

#endif
