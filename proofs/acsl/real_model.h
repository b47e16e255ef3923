/* What the proofs in the real model take on trust. num/vector64.h includes it, under Frama-C alone.

   In that model a double is a real number: it says that the code computes the formula, nothing of rounding, range or
   NaN. Trusted are exp, log and log1p of num/elementary.h: their polynomials differ from the functions by less than
   proofs/coq/Polynomials.v proves, their rounding is tests/unit/test_elementary.c's; this header stands in for that
   one (by its include guard) and says only what they approximate. */
#ifndef VR_ACSL_REAL_MODEL_H
#define VR_ACSL_REAL_MODEL_H
#define VR_NUM_ELEMENTARY_H

#include "sums.h"

/*@ terminates \true; exits \false; assigns \nothing; ensures \result == Exp(x); */
double vr_exp_f64(double x);
/*@ requires 0.0 < x; terminates \true; exits \false; assigns \nothing; ensures \result == Log(x); */
double vr_log_f64(double x);
/*@ requires -1.0 < x; terminates \true; exits \false; assigns \nothing; ensures \result == Log(1.0 + x); */
double vr_log1p_f64(double x);
/*@ terminates \true; exits \false; assigns \nothing; ensures \result == softplus(x); */
double vr_softplus_f64(double x);
/*@ terminates \true; exits \false; assigns \nothing; ensures \result == sigmoid(x); */
double vr_sigmoid_f64(double x);

/*@ terminates \true; exits \false; assigns \nothing; ensures \result == x * y + z; */
double vr_model_fma(double x, double y, double z);
#define __builtin_fma vr_model_fma

/* A sum that is not finite does not exist here; so both ways of the code that asks are proved. */
/*@ terminates \true; exits \false; assigns \nothing; */
int vr_model_isfinite(double x);
#define __builtin_isfinite vr_model_isfinite

/* No real number is NaN; so here any may be, and both ways are proved. */
/*@ axiomatic NotANumber { logic integer is_nan(real x); } */
/*@ terminates \true; exits \false; assigns \nothing; ensures \result == is_nan(x); */
int vr_model_isnan(double x);
#define __builtin_isnan vr_model_isnan

#endif
