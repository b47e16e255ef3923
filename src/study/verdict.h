/* The verdict on a cell, and Table 2's relative improvements. All metrics here are in percent. */
#ifndef VR_STUDY_VERDICT_H
#define VR_STUDY_VERDICT_H

#include <stddef.h>

typedef enum vr_verdict {
    VR_REPRODUCED,     /* |ours - printed| <= band */
    VR_BETTER,         /* ours > printed + band */
    VR_NOT_REPRODUCED, /* ours < printed - band */
    VR_NOT_RUN,        /* why is said beside it */
    VR_CANNOT_RUN,     /* why is said beside it */
    VR_COPIED,         /* the paper copied the value from another paper */
    VR_EXTRA           /* the paper prints nothing of it: a row of our own */
} vr_verdict;
enum { VR_N_VERDICTS = 7 };

const char *vr_verdict_text(vr_verdict verdict);

/* How far two laboratories are apart for the same method on the same split, in points: .37 on Gowalla,
   .15 on Yelp2018 and Amazon-Book. Measured for Recall@20; taken for NDCG@20 too, for which nobody
   gives one (its values are smaller, so the same band is the more lenient one: declared in the report). */
double vr_band(const char *dataset);

/* printed: NaN where nothing is. ours: the mean over seeds; sd: over seeds, 0 when there is one. The band is max(band, 2 sd). */
vr_verdict vr_judge(double printed, double ours, double band, double sd);

/* RI% = (value / base - 1) * 100; NaN when either is. */
double vr_improvement(double value, double base);

/* NaN as soon as one value is: an average over fewer cells is not the printed average. */
double vr_average(const double *values, size_t n);

/* Sample standard deviation; 0 for fewer than two values. */
double vr_deviation(const double *values, size_t n);

#endif
