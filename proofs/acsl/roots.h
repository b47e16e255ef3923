/* Of gcc's functions, what they compute over the reals: the square root and the size. */
#ifndef VR_ACSL_ROOTS_H
#define VR_ACSL_ROOTS_H

/*@ requires 0.0 <= x;
    terminates \true; exits \false; assigns \nothing;
    ensures \result == \sqrt(x) && 0.0 <= \result && (0.0 < x ==> 0.0 < \result); */
double vr_model_sqrt(double x);
#define __builtin_sqrt vr_model_sqrt

/*@ terminates \true; exits \false; assigns \nothing; ensures \result == \abs(x); */
double vr_model_fabs(double x);
#define __builtin_fabs vr_model_fabs

#endif
