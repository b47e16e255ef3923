#include "study/rate.h"

#include <math.h>
#include "base/progress.h"

double vr_timed_rate(vr_sources *sources) {
    const vr_source *world = vr_sources_get(sources, "planted-small");
    vr_train_spec spec = vr_spec_default();
    vr_train_result result = {0};
    if (!world || world->error.status) return 0;
    int wrong = vr_spec_set(&spec, "loss", "mine+", "rate", NULL) ||
                vr_spec_set(&spec, "t", "0.4", "rate", NULL) ||
                vr_spec_set(&spec, "epochs", "1", "rate", NULL) ||
                vr_spec_check(&spec, "rate", NULL);
    double start = vr_seconds();
    if (wrong || vr_train(&spec, &world->data, &(vr_train_hooks){0}, &result, NULL)) return 0;
    vr_train_result_free(&result);
    return (double)vr_csr_count(&world->data.train) * (1.0 + spec.negatives) /
           fmax(vr_seconds() - start, 1e-3);
}
