/* Yelp2018 from the mirror or the cache: read, hash, gunzip, parse train and test. Nothing is downloaded. */
#include <stdlib.h>
#include "bench.h"
#include "data/dataset.h"

static void load(void *context) {
    const vr_data_options *options = context;
    vr_dataset dataset;
    if (vr_dataset_load("yelp2018", options, &dataset, NULL) == VR_OK) vr_dataset_free(&dataset);
}

void bench_parse(bench_report *report) {
    vr_data_options options = {NULL, NULL, 1};
    vr_dataset dataset;
    vr_error error;
    if (vr_dataset_load("yelp2018", &options, &dataset, &error) != VR_OK) {
        bench_skip(report, "parse, yelp2018", error.text);
        return;
    }
    const double pairs = (double)(vr_csr_count(&dataset.train) + vr_csr_count(&dataset.test));
    vr_dataset_free(&dataset);
    bench_measure(
        report, &(bench_case){"parse, yelp2018 (hash, gunzip, CSR)", 1, 1e-6 * pairs, "M pairs/s"},
        load, &options);
}
