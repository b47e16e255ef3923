/* The same search for every cell of a file (bench/search.cfg), so that losses can be compared at equal tuning effort.

   Each cell has the same budget: `candidates` settings (the declared ones, then Sobol's points of its ranges), trained for the
   first of `epochs`; the best by Recall@20 of the validation split are trained anew for the next, and so on (successive
   halving); at the longest, `near` more settings around the best. The winner by validation is then trained on
   all train data for as many epochs as its validation curve was best at, once for each seed, and only those runs' test
   metrics count. Beside them, the settings of the last rung are trained on all train data and measured on test in every
   epoch: what choosing setting and epoch by test would have reported, the leak. Everything is a run with a record, so a search
   goes on where it stopped, and follows from the records alone. */
#ifndef VR_STUDY_SEARCH_H
#define VR_STUDY_SEARCH_H

#include "num/statistics.h"
#include "study/plan.h"

typedef struct vr_trial {
    char name[176];
    vr_run_spec spec;
    const vr_record *record; /* NULL: not run yet, or it failed */
    int failed;              /* training diverged: the worst of its rung */
} vr_trial;

typedef struct vr_search {
    const vr_cell *cell;
    const vr_search_plan *plan;
    vr_trial *trials; /* in the order in which they are asked for, as far as the records lead */
    size_t n_trials, n_missing;
    size_t winner;           /* place among trials; meaningful when epoch > 0 */
    uint32_t epoch;          /* where the winner's validation was best; 0: not known yet */
    size_t finals, n_finals; /* trials: the winner on all train data, a seed each */
    size_t curves, n_curves; /* trials: the last rung on all train data, measured on test */
    /* in percent: Recall@20, NDCG@20; NaN: not known yet */
    double validation[2];  /* of the winner */
    double test[2], sd[2]; /* of the finals: mean and standard deviation */
    double first[2];       /* of the final with the declared seed, which the two below have too */
    double by_epoch[2];    /* the winner's setting at its best epoch on test */
    double by_test[2];     /* the best setting and epoch on test */
} vr_search;

/* As far as the records lead; failed: runs of earlier stages that could not be trained, or NULL. *out: study->n_cells of
   them, vr_searches_free. They borrow from study and shelf. */
vr_status vr_searches_find(const vr_study *study, const vr_shelf *shelf, vr_sources *sources,
                           const vr_plan *failed, vr_search **out, vr_error *error);
void vr_searches_free(vr_search *searches, size_t n);

/* Whether all of it is run. */
int vr_search_done(const vr_search *search);

/* The winner of a row against the winner of a row that it is to be better than, or as good as. */
typedef struct vr_duel {
    const vr_search *base, *other;
    vr_paired test[2]; /* over users, of the means over seeds; fractions */
    /* Holm's, over all duels of the file and both metrics; p_seeds: of no difference of the means over seeds, by Welch's t,
       NaN with one seed */
    double p[2], apart[2], p_seeds[2];
} vr_duel;

/* Points of a difference that does not matter: the margin of the equivalence tests. */
#define VR_DUEL_MARGIN .1

/* All whose both sides are run. *out is freed by the caller. VR_BAD_DATA: a file of hits that is not its
   record's. */
vr_status vr_duels_find(const vr_search *searches, size_t n, const vr_shelf *shelf,
                        vr_sources *sources, vr_duel **out, size_t *n_out, vr_error *error);

/* "higher", "lower", "equal within the margin", "higher, within the margin", ..., "undecided": at .05 after Holm. */
const char *vr_duel_verdict(const vr_duel *duel, int metric);

#endif
