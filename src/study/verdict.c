#include "study/verdict.h"

#include <math.h>
#include <string.h>

/* Printed values have two decimals; a difference that is the band but for its last bits is within it. */
#define SLACK 1e-9

const char *vr_verdict_text(vr_verdict verdict) {
    static const char *const text[VR_N_VERDICTS] = {
        "reproduced",          "better",          "not reproduced", "not run", "cannot run",
        "copied by the paper", "not in the paper"};
    return text[verdict];
}

double vr_band(const char *dataset) {
    return strcmp(dataset, "gowalla") == 0 ? .37 : .15;
}

vr_verdict vr_judge(double printed, double ours, double band, double sd) {
    if (isnan(printed)) return VR_EXTRA;
    double limit = fmax(band, 2 * sd) + SLACK;
    if (ours > printed + limit) return VR_BETTER;
    return ours >= printed - limit ? VR_REPRODUCED : VR_NOT_REPRODUCED;
}

double vr_improvement(double value, double base) {
    return (value / base - 1) * 100;
}

double vr_average(const double *values, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += values[i];
    return n ? sum / (double)n : (double)NAN;
}

double vr_deviation(const double *values, size_t n) {
    if (n < 2) return 0;
    double mean = vr_average(values, n), sum = 0;
    for (size_t i = 0; i < n; i++) sum += (values[i] - mean) * (values[i] - mean);
    return sqrt(sum / (double)(n - 1));
}
