/* Tests of paired values, such as two models' Recall of the same users. */
#ifndef VR_NUM_STATISTICS_H
#define VR_NUM_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/*@ axiomatic Student { logic real student_tail(real t, real df); } */

/* P(T > t) of Student's t with df > 0 degrees of freedom. Relative error below 2e-10 up to df = 10^5. */
/*@ requires 0.0 < df;
    terminates \true; exits \false; assigns \nothing; ensures \result == student_tail(t, df); */
double vr_student_tail(double t, double df);

typedef struct vr_paired {
    size_t n;
    double mean[2];    /* of a and of b */
    double difference; /* mean of b - a */
    double sd;         /* of b - a */
    double low, high;  /* 95 % confidence interval of the difference, by t */
    double effect;     /* difference / sd, Cohen's d_z; 0 when both are 0 */
    double p;          /* of no difference, two-sided, paired t */
    double
        p_flips; /* the same from random sign flips, (1 + as extreme) / (1 + flips); NaN without */
    double
        p_apart; /* of a difference of at least the margin (two one-sided t tests); NaN without a margin */
} vr_paired;

/* n >= 2. margin > 0 or NaN. flips: how many, drawn by (seed, VR_STREAM_FLIPS); same bits for any thread count. Returns
   0 without memory. */
int vr_paired_test(size_t n, const double *a, const double *b, double margin, uint32_t flips,
                   uint64_t seed, vr_paired *out);

/* Holm's adjustment, in place: rejecting all at or below alpha keeps the chance of one false rejection below alpha. NaN
   stay and do not count. Returns 0 without memory. */
int vr_holm(size_t n, double *p);

#endif
