/* The closed-form and alternating solvers: one file each, one line of solvers.def.

   A solver takes the train split to arrays (factors or weights), measures Recall@20 and NDCG@20 on the test split
   with the project's evaluator, and gives the same bytes for any number of threads and vector width. It keeps no
   checkpoint: a sweep of iALS takes tenths of a second, and half an inverse is as large as the whole one. */
#ifndef VR_SOLVE_SOLVER_H
#define VR_SOLVE_SOLVER_H

#include "data/dataset.h"
#include "num/matrix.h"
#include "solve/spec.h"

/* A pass over all parameters; a closed form has one. */
typedef struct vr_sweep {
    uint32_t sweep;      /* from 1 */
    double objective;    /* of the whole problem after it, in the units of its equation */
    double recall, ndcg; /* @20 on the test split, fractions; NaN when not measured */
    int has_residuals;   /* the next two are of meaning */
    double primal, dual; /* residuals of a method of multipliers */
} vr_sweep;

typedef struct vr_solve_hooks {
    /* after each sweep; seconds are wall time of solving and of evaluation; may be NULL */
    void (*on_sweep)(void *context, const vr_sweep *sweep, double solve_seconds,
                     double eval_seconds);
    /* now and then: `done` of `total` in what is being done ("users", "invert"); sweep from 1; may be NULL. Only from
       the calling thread. */
    void (*on_progress)(void *context, uint32_t sweep, const char *what, uint64_t done,
                        uint64_t total);
    /* asked now and then: how many threads from now on; 0: stop, as an interruption does. NULL: as many as OpenMP
       says. No answer changes a bit of the result. */
    int (*threads)(void *context);
    double room; /* bytes that may be taken; 0: not known */
    int last_only; /* nonzero: rank after the last sweep only, which may take longer than the sweeps */
    void *context;
} vr_solve_hooks;

/* What else a solver tells of its solution: "residual". */
typedef struct vr_solution_number {
    const char *name; /* static */
    double value;
} vr_solution_number;

enum { VR_SOLUTION_ARRAYS = 4, VR_SOLUTION_FIGURES = 8 };
typedef struct vr_solution_array {
    const char *file; /* "users.npy": static */
    vr_matrix matrix; /* owned by the solution */
} vr_solution_array;

typedef struct vr_solution {
    vr_sweep *sweeps;
    uint32_t n_sweeps;
    double recall, ndcg;                          /* of the last sweep: nothing is chosen on test */
    vr_solution_array arrays[VR_SOLUTION_ARRAYS]; /* what --save writes */
    uint32_t n_arrays;
    vr_solution_number figures[VR_SOLUTION_FIGURES];
    uint32_t n_figures;
} vr_solution;

typedef struct vr_solver {
    const char *name;     /* as on the command line: "ials" */
    const char *title;    /* "implicit alternating least squares" */
    const char *equation; /* "Eq. 23" */
    const char *keys;     /* "dim alpha0 lambda": the names of its keys, separated by blanks */
    vr_solve_spec defaults;
    /* Keys against each other; NULL: nothing to check. VR_USAGE. */
    vr_status (*check)(const vr_solve_spec *spec, const char *where, vr_error *error);
    /* Bytes that it takes besides the data set, counted before anything is allocated. */
    double (*memory)(const vr_solve_spec *spec, const vr_dataset *dataset, int threads);
    /* What that is for the most part, with figures, and what takes less: words. NULL: nothing to say. */
    void (*in_words)(const vr_solve_spec *spec, const vr_dataset *dataset, int threads, char *text,
                     size_t size);
    /* Multiply-adds of a sweep, roughly: what its time is proportional to. */
    double (*work)(const vr_solve_spec *spec, const vr_dataset *dataset);
    /* Number of sweeps that a progress line counts to. */
    uint32_t (*sweeps)(const vr_solve_spec *spec);
    /* The spec is checked, the memory too. VR_USAGE: a value that this data set does not allow; VR_DIFFERS: no solution
       (a singular or indefinite system); VR_INTERRUPTED; VR_INTERNAL. *out is zeroed before and freed by vr_solve on
       error. */
    vr_status (*run)(const vr_solve_spec *spec, const vr_dataset *dataset,
                     const vr_solve_hooks *hooks, vr_solution *out, vr_error *error);
} vr_solver;

extern const vr_solver *const vr_solvers[]; /* in the order of solvers.def */
extern const size_t vr_n_solvers;
const vr_solver *vr_solver_find(const char *name); /* NULL when unknown */
int vr_solver_has(const vr_solver *solver, const char *key);

/* Splits off the validation part where spec->holdout is given (then "test" is that part), refuses what hooks->room has
   no room for (VR_USAGE, with the figures), and runs the solver. hooks may be NULL. */
vr_status vr_solve(const vr_solve_spec *spec, const vr_dataset *dataset,
                   const vr_solve_hooks *hooks, vr_solution *out, vr_error *error);
void vr_solution_free(vr_solution *solution);

/* VR_USAGE, with the figures, when the run needs more than room bytes besides the data set; room 0: not known. */
vr_status vr_solve_memory_check(const vr_solve_spec *spec, const vr_dataset *dataset, int threads,
                                double room, vr_error *error);

/* --- for the solvers ------------------------------------------------------------------------------ */

/* Between two pieces of work: VR_INTERRUPTED when the run is to stop; else OpenMP's number of threads follows the
   hooks. */
vr_status vr_solve_go_on(const vr_solve_hooks *hooks, vr_error *error);

/* Appends the sweep to out->sweeps, makes it the result, and tells the hooks. */
vr_status vr_solution_add(vr_solution *out, const vr_sweep *sweep, double solve_seconds,
                          double eval_seconds, const vr_solve_hooks *hooks, vr_error *error);

/* Appends a figure; there is room for VR_SOLUTION_FIGURES. */
void vr_solution_figure(vr_solution *out, const char *name, double value);

#endif
