#include "claims/finding.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *vr_claim_verdict_text(vr_claim_verdict verdict) {
    static const char *const texts[] = {"holds", "holds under a condition", "erratum",
                                        "not verifiable here", "undecided"};
    return texts[verdict];
}

/* How near a case is to being violated: slacks in tolerances. Exact cases (tolerance 0) by their slack. */
static double distance(double slack, double tolerance) {
    if (isnan(slack)) return -INFINITY;
    return tolerance > 0 ? slack / tolerance : slack < 0 ? -INFINITY : slack * 0x1p53;
}

int vr_tally_add(vr_tally *tally, double slack, double tolerance) {
    int violated = !(slack >= -tolerance), what = 0;
    if (!tally->n_cases ||
        distance(slack, tolerance) < distance(tally->nearest, tally->tolerance)) {
        tally->nearest = slack;
        tally->tolerance = tolerance;
        what |= VR_CASE_NEAREST;
    }
    if (!tally->n_cases || slack < tally->least) tally->least = slack;
    if (violated && !tally->n_violated) what |= VR_CASE_VIOLATED;
    tally->n_cases++;
    tally->n_violated += (uint64_t)violated;
    return what;
}

void vr_tally_describe(vr_tally *tally, int what, const char *format, ...) {
    char text[VR_CASE_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (what & VR_CASE_NEAREST) memcpy(tally->where, text, sizeof text);
    if (what & VR_CASE_VIOLATED) memcpy(tally->counterexample, text, sizeof text);
}

vr_claim_verdict vr_finding_verdict(const vr_finding *f) {
    if (f->error.status) return VR_CLAIM_UNDECIDED;
    if (!f->printed.n_cases && !f->conditioned.n_cases && !f->corrected.n_cases)
        return VR_CLAIM_NOT_HERE;
    int others_clean = !f->conditioned.n_violated && !f->corrected.n_violated;
    if (vr_tally_clean(&f->printed)) return others_clean ? VR_CLAIM_HOLDS : VR_CLAIM_UNDECIDED;
    if (!f->printed.n_violated || !others_clean) return VR_CLAIM_UNDECIDED;
    if (f->conditioned.n_cases) return VR_CLAIM_CONDITION;
    return f->corrected.n_cases ? VR_CLAIM_ERRATUM : VR_CLAIM_UNDECIDED;
}

const vr_tally *vr_finding_support(const vr_finding *f) {
    if (f->conditioned.n_cases) return &f->conditioned;
    if (f->corrected.n_cases) return &f->corrected;
    return f->printed.n_cases ? &f->printed : NULL;
}

void vr_finding_note(vr_finding *finding, const char *format, ...) {
    size_t used = strlen(finding->note);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding->note + used, sizeof finding->note - used, format, arguments);
    va_end(arguments);
}
