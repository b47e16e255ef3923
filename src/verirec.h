/* verirec: recommendation losses with their gradients and error bounds, and ranking metrics, for other programs.

   The only public header. C ABI: functions with plain types, so that any language can call libverirec.so.
   Link with `pkg-config --cflags --libs verirec`. Everything is thread-safe, keeps no state and prints nothing;
   results have the same bits on any x86-64 with AVX2 and for any number of threads. OMP_NUM_THREADS says how many; a
   process that was forked from one that has called the library works with one.

   Functions that can fail return 0 or one of VERIREC_* below and then, when `message` is not NULL, put one line into its
   VERIREC_MESSAGE bytes: which argument, what was expected, what was found. Nothing is written to the results on
   error. Arrays are dense, row-major, and belong to the caller. */
#ifndef VERIREC_H
#define VERIREC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VERIREC_API __attribute__((visibility("default")))

/* Changes when a program that was compiled with this header could no longer use the library. */
#define VERIREC_ABI 1
VERIREC_API int verirec_abi(void);
VERIREC_API const char *verirec_version(void);

enum {
    VERIREC_OK = 0,
    VERIREC_INTERNAL = 2,  /* no memory */
    VERIREC_USAGE = 64,    /* a name that does not exist */
    VERIREC_BAD_DATA = 65, /* an argument out of its range */
    VERIREC_MESSAGE = 1024
};

/* --- losses -------------------------------------------------------------------------------------- */

/* Names in the order of `verirec losses`; NULL from the last on. title: what it is; equation: where the paper has it. */
VERIREC_API const char *verirec_loss_name(size_t index);
VERIREC_API const char *verirec_loss_title(const char *loss);
VERIREC_API const char *verirec_loss_equation(const char *loss);

/* NaN: the loss's default, or a parameter that the loss does not have. */
typedef struct verirec_params {
    double t;        /* temperature, > 0; scores are divided by it inside the loss */
    double lambda;   /* weight of the negative part, >= 0; Eq. 6, 16, 17, 20 to 22 */
    double tau_plus; /* share of positive items in (0, 1), Eq. 5; the debiased losses need it */
    double margin;   /* epsilon of Eq. 18/19 */
    double weight;   /* w of Eq. 18, >= 0 */
} verirec_params;

/* All of them the loss's own. */
#define VERIREC_NO_VALUE __builtin_nan("")
#define VERIREC_NO_VALUES                                                                          \
    { VERIREC_NO_VALUE, VERIREC_NO_VALUE, VERIREC_NO_VALUE, VERIREC_NO_VALUE, VERIREC_NO_VALUE }
#ifdef __cplusplus
#define VERIREC_DEFAULTS (verirec_params VERIREC_NO_VALUES)
#else
#define VERIREC_DEFAULTS ((verirec_params)VERIREC_NO_VALUES)
#endif

/* `batch` pairs of a user and a positive item, each with n_neg sampled items and n_samples positive samples. Scores are
   plain similarities (dot or cosine) and finite. */
typedef struct verirec_scores_f64 {
    size_t batch, n_neg, n_samples;
    const double *pos;         /* batch */
    const double *neg;         /* batch x n_neg, n_neg >= 1 */
    const double *pos_samples; /* batch x n_samples; NULL when n_samples is 0 */
    const double
        *neg_q; /* batch x n_neg proposal probabilities, sampled-softmax only; NULL: 1/n_neg */
} verirec_scores_f64;

typedef struct verirec_scores_f32 {
    size_t batch, n_neg, n_samples;
    const float *pos, *neg, *pos_samples, *neg_q;
} verirec_scores_f32;

/* Where the results go. Any but value may be NULL. Nothing is averaged: value[b] is the loss of pair b, and the
   gradients are of that one with respect to the scores as given. A program that takes the batch's mean divides
   by batch. */
typedef struct verirec_results_f64 {
    double *value; /* batch */
    double *bound; /* batch: value[b] is within it of the exact loss of the scores given */
    double *grad_pos, *grad_neg, *grad_pos_samples; /* as the scores */
} verirec_results_f64;

typedef struct verirec_results_f32 {
    float *value;
    double *bound;
    float *grad_pos, *grad_neg, *grad_pos_samples;
} verirec_results_f32;

/* params may be NULL: all defaults. */
VERIREC_API int verirec_loss_f64(const char *loss, const verirec_params *params,
                                 const verirec_scores_f64 *scores,
                                 const verirec_results_f64 *results, char *message);
VERIREC_API int verirec_loss_f32(const char *loss, const verirec_params *params,
                                 const verirec_scores_f32 *scores,
                                 const verirec_results_f32 *results, char *message);

/* --- metrics ------------------------------------------------------------------------------------- */

/* Items of each user: those of user u are items[offsets[u]] to items[offsets[u + 1] - 1], strictly ascending. */
typedef struct verirec_interactions {
    const uint64_t *offsets; /* n_users + 1, offsets[0] = 0 */
    const uint32_t *items;   /* each < n_items */
} verirec_interactions;

typedef struct verirec_split {
    uint32_t n_users, n_items;
    verirec_interactions train, test; /* train items are left out of the ranking; none is in test */
} verirec_split;

/* Means over the users with a test item: Recall@k = hits / |T_u|, NDCG@k with the ideal over min(k, |T_u|).
   recall, ndcg: n_users to fill (NaN for a user without test items), or NULL. */
typedef struct verirec_metrics {
    double mean_recall, mean_ndcg; /* fractions */
    uint32_t n_users;              /* with a test item */
    double *recall, *ndcg;
} verirec_metrics;

/* All items ranked for every user by <u, v>, or by their cosine; ties go to the lower id.
   users: n_users x dim, items: n_items x dim. Uses OpenMP's threads. */
VERIREC_API int verirec_evaluate(const verirec_split *split, uint32_t dim, const float *users,
                                 const float *items, int cosine, uint32_t k, verirec_metrics *out,
                                 char *message);

/* Lists that another program ranked: n_users x k item ids, best first; a list ends at VERIREC_NO_ITEM. */
#define VERIREC_NO_ITEM UINT32_MAX
VERIREC_API int verirec_evaluate_lists(const verirec_split *split, const uint32_t *lists,
                                       uint32_t k, verirec_metrics *out, char *message);

#ifdef __cplusplus
}
#endif

#endif
