#include "study/rate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/progress.h"
#include "train/train.h"

enum { N_USERS = 30000, N_ITEMS = 40000, N_PAIRS = 12288 };

/* n pairs (u, u + 1), one for each of the first n users. */
static int make_split(uint32_t n, vr_csr *out) {
    *out = (vr_csr){N_USERS, N_ITEMS, malloc((N_USERS + 1) * sizeof *out->offsets),
                    malloc(n * sizeof *out->columns)};
    if (!out->offsets || !out->columns) return 0;
    for (uint32_t u = 0; u <= N_USERS; u++) out->offsets[u] = u < n ? u : n;
    for (uint32_t u = 0; u < n; u++) out->columns[u] = u + 1;
    return 1;
}

static int make_spec(vr_train_spec *spec) {
    static const char *const settings[][2] = {{"loss", "mine+"}, {"t", "0.4"}, {"epochs", "1"}};
    *spec = vr_spec_default();
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (vr_spec_set(spec, settings[i][0], settings[i][1], "rate", NULL)) return 0;
    }
    return vr_spec_check(spec, "rate", NULL) == VR_OK;
}

double vr_timed_rate(void) {
    vr_dataset data = {.name = "rate", .n_users = N_USERS, .n_items = N_ITEMS};
    vr_train_spec spec;
    vr_train_result result = {0};
    int ready = make_split(N_PAIRS, &data.train) & make_split(1, &data.test);
    double rate = 0, start = vr_seconds();
    memset(data.hash, '0', sizeof data.hash - 1);
    if (data.test.columns) data.test.columns[0] = 0;
    if (ready && make_spec(&spec) && !vr_train(&spec, &data, &(vr_train_hooks){0}, &result, NULL)) {
        rate = N_PAIRS * (1.0 + spec.negatives) / fmax(vr_seconds() - start, 1e-3);
        vr_train_result_free(&result);
    }
    vr_dataset_free(&data);
    return rate;
}
