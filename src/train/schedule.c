#include "train/schedule.h"

#include <math.h>

#define IMPROVEMENT   1e-6 /* of Recall@20, below which an epoch is a miss (SimpleX) */
#define SMALLEST_RATE 1e-6

vr_run_state vr_schedule_start(const vr_train_spec *spec) {
    return (vr_run_state){.lr = spec->lr, .best_recall = -1};
}

/* A miss under SimpleX's engine: a tenth of the rate; the best tables come back, Adam's moments are kept. */
static void simplex_miss(const vr_train_spec *spec, vr_run_state *state) {
    state->lr = fmax(.1 * state->lr, SMALLEST_RATE);
    state->finished = state->misses >= spec->patience;
}

/* A plateau under the paper's section 4.1.5: half the rate, the end once that is below 1e-6. */
static void paper_miss(const vr_train_spec *spec, vr_run_state *state) {
    if (state->misses < spec->patience) return;
    state->misses = 0;
    state->lr *= .5;
    state->finished = state->lr < SMALLEST_RATE;
}

int vr_schedule_next(const vr_train_spec *spec, vr_run_state *state, const vr_epoch *epoch) {
    if (spec->result == VR_RESULT_LAST || epoch->recall > state->best_recall + IMPROVEMENT) {
        state->best_recall = epoch->recall;
        state->best_epoch = epoch->epoch;
        state->misses = 0;
        return 1;
    }
    state->misses++;
    if (spec->schedule == VR_SCHEDULE_SIMPLEX)
        simplex_miss(spec, state);
    else if (spec->schedule == VR_SCHEDULE_PAPER)
        paper_miss(spec, state);
    return 0;
}
