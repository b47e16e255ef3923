/* What the other drivers take of exp, log and their kin: finite for a finite argument, and within these bounds.
   elementary.c finds that the C keeps them, for every argument that `requires` admits; the drivers of the losses then
   see them in the place of the bodies. The bounds are wide: how near the functions are is Gappa's (proofs/gappa). */
#ifndef VR_EVA_CONTRACTS_H
#define VR_EVA_CONTRACTS_H

/*@ requires range: \is_finite(x) && x <= 708.0;
    assigns \result \from x;
    ensures finite: \is_finite(\result) && 0.0 <= \result;
    ensures at_most_0: x <= 0.0 ==> \result <= 3.0;
    ensures at_least_0: 0.0 <= x ==> 0.5 <= \result;
    ensures at_least_41: -41.0 <= x ==> 1e-19 <= \result;
    ensures at_most_41: x <= 41.0 ==> \result <= 1e19;
    ensures at_least_201: -201.0 <= x ==> 1e-89 <= \result;
    ensures at_most_201: x <= 201.0 ==> \result <= 1e89;
    ensures at_least_301: -301.0 <= x ==> 1e-132 <= \result;
    ensures at_most_301: x <= 301.0 ==> \result <= 1e132;
    ensures at_least_501: -501.0 <= x ==> 1e-219 <= \result;
    ensures at_most_501: x <= 501.0 ==> \result <= 1e219; */
static inline double vr_exp_f64(double x);

/*@ requires range: \is_finite(x) && 0.0 < x;
    assigns \result \from x;
    ensures finite: \is_finite(\result) && -748.0 <= \result <= 713.0;
    ensures at_most_1: x <= 1.0 ==> \result <= 1.5;
    ensures at_least_1: 1.0 <= x ==> -1.5 <= \result;
    ensures at_least_24: 1e-24 <= x ==> -58.0 <= \result;
    ensures at_most_24: x <= 1e24 ==> \result <= 58.0;
    ensures at_least_92: 1e-92 <= x ==> -215.0 <= \result;
    ensures at_most_92: x <= 1e92 ==> \result <= 215.0;
    ensures at_least_135: 1e-135 <= x ==> -315.0 <= \result;
    ensures at_most_135: x <= 1e135 ==> \result <= 315.0;
    ensures at_least_222: 1e-222 <= x ==> -515.0 <= \result;
    ensures at_most_222: x <= 1e222 ==> \result <= 515.0; */
static inline double vr_log_f64(double x);

/*@ requires range: \is_finite(x) && -1.0 < x;
    assigns \result \from x;
    ensures finite: \is_finite(\result) && -40.0 <= \result <= 713.0;
    ensures low: -0.5 <= x ==> -4.0 <= \result;
    ensures high: x <= 1.0 ==> \result <= 2.5; */
static inline double vr_log1p_f64(double x);

/*@ requires range: \is_finite(x) && x <= 1e6;
    assigns \result \from x;
    ensures finite: \is_finite(\result) && -1.0 <= \result;
    ensures at_most_101: x <= 101.0 ==> \result <= 110.0;
    ensures at_most_501: x <= 501.0 ==> \result <= 510.0;
    ensures at_most_2000: x <= 2000.0 ==> \result <= 2010.0; */
static inline double vr_softplus_f64(double x);

/*@ requires range: \is_finite(x);
    assigns \result \from x;
    ensures finite: \is_finite(\result) && 0.0 <= \result <= 3.0; */
static inline double vr_sigmoid_f64(double x);

/* the same of the float functions, which no driver takes */

/*@ requires range: \is_finite(x) && x <= 88.0f;
    assigns \result \from x;
    ensures finite: \is_finite(\result) && 0.0 <= \result;
    ensures at_most_0: x <= 0.0 ==> \result <= 3.0; */
static inline float vr_exp_f32(float x);

/*@ requires range: \is_finite(x) && 0.0 < x;
    assigns \result \from x;
    ensures finite: \is_finite(\result) && -106.0 <= \result <= 92.0; */
static inline float vr_log_f32(float x);

/*@ requires range: \is_finite(x) && -1.0 < x;
    assigns \result \from x;
    ensures finite: \is_finite(\result) && -20.0 <= \result <= 92.0; */
static inline float vr_log1p_f32(float x);

/*@ requires range: \is_finite(x) && x <= 1e6f;
    assigns \result \from x;
    ensures finite: \is_finite(\result) && -1.0 <= \result; */
static inline float vr_softplus_f32(float x);

/*@ requires range: \is_finite(x);
    assigns \result \from x;
    ensures finite: \is_finite(\result) && 0.0 <= \result <= 3.0; */
static inline float vr_sigmoid_f32(float x);

#endif
