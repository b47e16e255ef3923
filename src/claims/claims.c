#include "claims/claims.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* --- the table --------------------------------------------------------------------------------- */

#define CLAIM(id, check, control) vr_check vr_claim_##check, vr_claim_##control;
#define NOT_HERE(id)
#include "claims/claims.def"
#undef CLAIM
#undef NOT_HERE

const vr_claim vr_claims[] = {
#define CLAIM(id, check, control) {id, #check, #control, vr_claim_##check, vr_claim_##control},
#define NOT_HERE(id)              {id, "-", "-", NULL, NULL},
#include "claims/claims.def"
#undef CLAIM
#undef NOT_HERE
};
const size_t vr_n_claims = sizeof vr_claims / sizeof *vr_claims;

const vr_claim *vr_claim_find(const char *id) {
    for (size_t i = 0; i < vr_n_claims; i++)
        if (strcmp(vr_claims[i].id, id) == 0) return &vr_claims[i];
    return NULL;
}

/* --- running ----------------------------------------------------------------------------------- */

/* FNV-1a of the id: each claim has draws of its own, whatever else runs. */
static uint64_t seed_of(const char *id) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *id; id++) hash = (hash ^ (unsigned char)*id) * 0x100000001b3u;
    return hash;
}

static double thread_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void run_one(const vr_claims_input *input, vr_claim_result *result) {
    const vr_claim *claim = vr_claim_find(result->row->id);
    double started = thread_seconds();
    result->check.seed = seed_of(claim->id);
    result->control.seed = ~result->check.seed;
    if (claim->check) claim->check(input, &result->check);
    if (claim->control) claim->control(input, &result->control);
    result->seconds = thread_seconds() - started;
    result->measured = vr_finding_verdict(&result->check);
    result->control_rejected =
        !claim->control || (!result->control.error.status && result->control.printed.n_violated);
    result->ok = result->measured == result->row->verdict && result->control_rejected;
}

vr_status vr_claims_run(const vr_claims_input *input, const vr_ledger_row *const *rows,
                        size_t n_rows, void (*on_done)(void *context, size_t n_done), void *context,
                        vr_claim_result *results, vr_error *error) {
    size_t n_done = 0;
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t i = 0; i < n_rows; i++) {
        results[i] = (vr_claim_result){.row = rows[i]};
        if (vr_interrupted) continue;
        run_one(input, &results[i]);
#pragma omp critical(vr_claims_done)
        {
            n_done++;
            if (on_done) on_done(context, n_done);
        }
    }
    if (vr_interrupted)
        return vr_fail(error, VR_INTERRUPTED, "interrupted; nothing is left behind");
    for (size_t i = 0; i < n_rows; i++) {
        const vr_error *failed =
            results[i].check.error.status ? &results[i].check.error : &results[i].control.error;
        if (failed->status)
            return vr_fail(error, failed->status, "%s: %s", rows[i]->id, failed->text);
    }
    return VR_OK;
}

/* --- input ------------------------------------------------------------------------------------- */

vr_status vr_claims_input_read(const char *folder, vr_claims_input *out, vr_error *error) {
    vr_claims_input input = {0};
    vr_status status = VR_OK;
    for (int table = 1; table <= 5 && !status; table++) {
        char path[4300];
        snprintf(path, sizeof path, "%s/table%d.tsv", folder, table);
        status = vr_expected_read(path, &input.tables[table], error);
    }
    if (status)
        vr_claims_input_free(&input);
    else
        *out = input;
    return status;
}

void vr_claims_input_free(vr_claims_input *input) {
    for (int table = 1; table <= 5; table++) vr_expected_free(&input->tables[table]);
}
