/* What Frama-C does not know of the compiler, for Eva; the drivers include it first. The code is then read as the
   compiler reads it, long double and all, not by its ways for WP. */
#ifndef VR_EVA_STAND_INS_H
#define VR_EVA_STAND_INS_H

#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "__fc_builtin.h"

/* a b + c: Eva rounds long double outwards, so its range has the exact value, and the double's the nearest double. */
static double eva_fma(double a, double b, double c) {
    return (double)((long double)a * b + c);
}
static float eva_fmaf(float a, float b, float c) {
    return (float)((long double)a * b + c);
}
static double eva_fabs(double x) {
    return x < 0 ? -x : x;
}
static float eva_fabsf(float x) {
    return x < 0 ? -x : x;
}
/* of what was a float or a double */
static int eva_isfinite(long double x) {
    return -DBL_MAX <= x && x <= DBL_MAX;
}
/* Frama-C's contract of strcmp leaves its result open. */
static int eva_strcmp(const char *a, const char *b) {
    for (; *a && *a == *b; a++) b++;
    return *a - *b;
}
#define strcmp             eva_strcmp
#define __builtin_fma      eva_fma
#define __builtin_fmaf     eva_fmaf
#define __builtin_fabs     eva_fabs
#define __builtin_fabsf    eva_fabsf
#define __builtin_isfinite eva_isfinite
#define __builtin_isnan(x) (!eva_number(x))

/* An operation that gives infinity or NaN is an alarm, so no variable has such a value, and the gate writes
   eva_number(x) for `x == x`, eva_infinite(x) for `x == __builtin_inf()`. Where the code makes one itself the driver's
   arguments must not lead. */
static int eva_number(double x) {
    (void)x;
    return 1;
}
static int eva_infinite(double x) {
    (void)x;
    return 0;
}
//@ requires no_special_value: \false; assigns \result \from \nothing;
double eva_special(void);
#define __builtin_inf()   eva_special()
#define __builtin_inff()  (float)eva_special()
#define __builtin_nan(s)  eva_special()
#define __builtin_nanf(s) (float)eva_special()

#undef __FRAMAC__
#endif
