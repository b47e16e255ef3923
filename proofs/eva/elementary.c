/* exp, log and their kin for every argument that their contracts admit, piece by piece, so that Eva's ranges stay
   narrow. PART names the function. */
#include "stand_ins.h"
#include "contracts.h"
#include "num/elementary.h"

#define BETWEEN  Frama_C_double_interval
#define BETWEENF Frama_C_float_interval

/* exp: two pieces to a power of 2, and small ones about 0 */
static void exp_f64(void) {
    double x = -746;
    vr_exp_f64(BETWEEN(-DBL_MAX, x));
    //@ loop unroll 4000;
    for (; x < -1; x += 0.5) vr_exp_f64(BETWEEN(x, x + 0.5));
    //@ loop unroll 4000;
    for (; x < 1; x += 0x1p-4) vr_exp_f64(BETWEEN(x, x + 0x1p-4));
    //@ loop unroll 4000;
    for (; x < 708; x += 0.5) vr_exp_f64(BETWEEN(x, x + 0.5));
    Frama_C_show_each_arguments(-DBL_MAX, x);
}
static void exp_f32(void) {
    float x = -110;
    vr_exp_f32(BETWEENF(-FLT_MAX, x));
    //@ loop unroll 4000;
    for (; x < -1; x += 0.5f) vr_exp_f32(BETWEENF(x, x + 0.5f));
    //@ loop unroll 4000;
    for (; x < 1; x += 0x1p-5f) vr_exp_f32(BETWEENF(x, x + 0x1p-5f));
    //@ loop unroll 4000;
    for (; x < 88; x += 0.5f) vr_exp_f32(BETWEENF(x, x + 0.5f));
    Frama_C_show_each_arguments(-FLT_MAX, x);
}

/* log: from 3/2 2^k to below 3/2 2^(k+1), where vr_split has one exponent */
static void log_f64(void) {
    double unit = 0x1p-1074, x = 3 * unit;
    vr_log_f64(unit);
    vr_log_f64(2 * unit);
    //@ loop unroll 4000;
    for (; x < 0x1p-1022; x *= 2) vr_log_f64(BETWEEN(x, 2 * x - unit));
    //@ loop unroll 4000;
    for (; x < 0x1p1023; x *= 2) vr_log_f64(BETWEEN(x, x * 0x1.fffffffffffffp0));
    vr_log_f64(BETWEEN(x, DBL_MAX));
    Frama_C_show_each_arguments(unit, DBL_MAX);
}
static void log_f32(void) {
    float unit = 0x1p-149f, x = 3 * unit;
    vr_log_f32(unit);
    vr_log_f32(2 * unit);
    //@ loop unroll 4000;
    for (; x < 0x1p-126f; x *= 2) vr_log_f32(BETWEENF(x, 2 * x - unit));
    //@ loop unroll 4000;
    for (; x < 0x1p127f; x *= 2) vr_log_f32(BETWEENF(x, x * 0x1.fffffep0f));
    vr_log_f32(BETWEENF(x, FLT_MAX));
    Frama_C_show_each_arguments(unit, FLT_MAX);
}

/* log1p: 1 + x from a power of 2 to the next, to 3/4 where vr_split's exponent changes its sign */
static void log1p_f64(void) {
    double ulp = 0x1p-53, w = ulp, x = 0.5;
    //@ loop unroll 4000;
    for (; w < 0.375; w *= 2) vr_log1p_f64(BETWEEN(w - 1, 2 * w - 1));
    vr_log1p_f64(BETWEEN(w - 1, -0.25 - ulp));
    vr_log1p_f64(-0.25 - ulp / 2); /* 1 + this is rounded to 3/4 */
    vr_log1p_f64(BETWEEN(-0.25, 0.5));
    //@ loop unroll 4000;
    for (; x < 0x1p1023; x *= 2) vr_log1p_f64(BETWEEN(x, 2 * x));
    vr_log1p_f64(BETWEEN(x, DBL_MAX));
    Frama_C_show_each_arguments(ulp - 1, DBL_MAX);
}
static void log1p_f32(void) {
    float ulp = 0x1p-24f, w = ulp, x = 0.5f;
    //@ loop unroll 4000;
    for (; w < 0.375f; w *= 2) vr_log1p_f32(BETWEENF(w - 1, 2 * w - 1));
    vr_log1p_f32(BETWEENF(w - 1, -0.25f - ulp));
    vr_log1p_f32(-0.25f - ulp / 2);
    vr_log1p_f32(BETWEENF(-0.25f, 0.5f));
    //@ loop unroll 4000;
    for (; x < 0x1p127f; x *= 2) vr_log1p_f32(BETWEENF(x, 2 * x));
    vr_log1p_f32(BETWEENF(x, FLT_MAX));
    Frama_C_show_each_arguments(ulp - 1, FLT_MAX);
}

/* softplus: a short piece above each bound of the contract */
static void softplus_f64(void) {
    vr_softplus_f64(BETWEEN(-DBL_MAX, 101));
    vr_softplus_f64(BETWEEN(101, 102));
    vr_softplus_f64(BETWEEN(102, 501));
    vr_softplus_f64(BETWEEN(501, 502));
    vr_softplus_f64(BETWEEN(502, 2000));
    vr_softplus_f64(BETWEEN(2000, 2001));
    vr_softplus_f64(BETWEEN(2001, 1e6));
    Frama_C_show_each_arguments(-DBL_MAX, 1e6);
}
static void softplus_f32(void) {
    vr_softplus_f32(BETWEENF(-FLT_MAX, 1e6f));
    Frama_C_show_each_arguments(-FLT_MAX, 1e6f);
}

static void sigmoid_f64(void) {
    vr_sigmoid_f64(BETWEEN(-DBL_MAX, DBL_MAX));
    Frama_C_show_each_arguments(-DBL_MAX, DBL_MAX);
}
static void sigmoid_f32(void) {
    vr_sigmoid_f32(BETWEENF(-FLT_MAX, FLT_MAX));
    Frama_C_show_each_arguments(-FLT_MAX, FLT_MAX);
}

int main(void) {
    PART();
    Frama_C_show_each_end(1);
    return 0;
}
