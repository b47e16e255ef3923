/* The array kernels: the same bits in both builds, and the order of operations that num/vector.h states. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>
#include "num/elementary.h"
#include "num/isa.h"
#include "num/vector.h"

enum { MOST = 100, GUARD = 20 };

static uint64_t state = 3;
static uint32_t draw(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 32);
}
static float unit(void) {
    return (float)(draw() >> 8) * 0x1p-23f - 1;
}

/* Ordinary scores, wide ones, and ones near the ends of the range. */
static void fill(float *x, size_t n, int family) {
    for (size_t i = 0; i < n; i++) {
        x[i] = unit();
        if (family == 1) x[i] = ldexpf(x[i], (int)(draw() % 12) - 4);
        if (family == 2) x[i] = ldexpf(x[i], (int)(draw() % 250) - 125);
    }
}

/* Everything a kernel returns or writes, one after the other. */
typedef struct trace {
    float numbers[12 + 5 * (MOST + GUARD)];
    size_t used;
} trace;

static void note(trace *t, float x) {
    t->numbers[t->used++] = x;
}
static void note_array(trace *t, const float *x) {
    memcpy(t->numbers + t->used, x, (MOST + GUARD) * sizeof *x);
    t->used += MOST + GUARD;
}

static void run(const vr_vector_f32 *v, size_t n, const float *x, trace *t) {
    float out[MOST + GUARD];
    memset(t, 0, sizeof *t);
    if (n) note(t, v->largest(n, x));
    if (n) note(t, v->smallest(n, x));
    note(t, v->sum(n, x, 0.75f));
    note(t, v->squares(n, x, 0.75f));
    memset(out, 0x55, sizeof out);
    v->times(n, x, 1.25f, out);
    note_array(t, out);
    note(t, v->hinge(n, x, 0.25f, 1, 3, out));
    note_array(t, out);
    note(t, v->exp(n, x, 0.5f, 2.5f, out));
    note_array(t, out);
    note(t, v->softplus(n, x, 0.5f, 2.5f, 1.5f, out));
    note_array(t, out);
}

Test(vector, both_builds_give_equal_bits_at_every_length_and_alignment) {
    static trace narrow, wide;
    float x[MOST + GUARD];
    if (vr_isa() != VR_ISA_AVX512) cr_skip_test("no AVX-512 here");
    for (int family = 0; family < 3; family++)
        for (size_t n = 0; n <= MOST; n++) {
            size_t offset = n % 16;
            fill(x, MOST + GUARD, family);
            run(&vr_vector_f32_avx2, n, x + offset, &narrow);
            run(&vr_vector_f32_avx512, n, x + offset, &wide);
            cr_assert(memcmp(&narrow, &wide, sizeof wide) == 0, "n = %zu, family %d", n, family);
        }
}

/* --- the stated order, in plain C ---------------------------------------------------------------- */

static float tree(const float *lanes) {
    float l[16];
    memcpy(l, lanes, sizeof l);
    for (int width = 8; width; width /= 2)
        for (int i = 0; i < width; i++) l[i] += l[i + width];
    return l[0];
}

static float affine(float x, float shift, float scale) {
    return fmaf(x, 0.5f, -0.5f * shift) * (2 * scale);
}

static void run_plain(size_t n, const float *x, trace *t) {
    float lanes[5][16] = {{0}}, largest = x[0], smallest = x[0];
    float out[4][MOST + GUARD];
    memset(t, 0, sizeof *t);
    memset(out, 0x55, sizeof out);
    for (size_t i = 0; i < n; i++) {
        float scaled = 0.75f * x[i], d = affine(x[i], 0.5f, 2.5f);
        largest = fmaxf(largest, x[i]);
        smallest = fminf(smallest, x[i]);
        lanes[0][i % 16] += scaled;
        lanes[1][i % 16] = fmaf(scaled, scaled, lanes[1][i % 16]);
        lanes[2][i % 16] += x[i] > 0.25f ? x[i] - 0.25f : 0;
        lanes[3][i % 16] += vr_exp_f32(d);
        lanes[4][i % 16] += vr_softplus_f32(d);
    }
    for (size_t i = 0; i < n; i++) {
        float d = affine(x[i], 0.5f, 2.5f);
        out[0][i] = 1.25f * x[i];
        out[1][i] = x[i] > 0.25f ? 3 : 0;
        out[2][i] = vr_exp_f32(d);
        out[3][i] = 1.5f * vr_sigmoid_f32(d);
    }
    if (n) note(t, largest);
    if (n) note(t, smallest);
    note(t, tree(lanes[0]));
    note(t, tree(lanes[1]));
    note_array(t, out[0]);
    for (int k = 1; k < 4; k++) {
        note(t, tree(lanes[k + 1]));
        memcpy(out[0], out[k], n * sizeof(float));
        note_array(t, out[0]);
    }
}

Test(vector, a_kernel_is_its_scalar_definition_to_the_last_bit) {
    static trace got, wanted;
    float x[MOST + GUARD];
    int differs = 0;
    for (int family = 0; family < 2; family++)
        for (size_t n = 1; n <= MOST; n++) {
            fill(x, MOST + GUARD, family);
            run(vr_vectors_f32(), n, x, &got);
            run_plain(n, x, &wanted);
            cr_assert(memcmp(&got, &wanted, sizeof got) == 0, "n = %zu, family %d", n, family);
            x[n - 1] = nextafterf(x[n - 1], 2);
            run_plain(n, x, &wanted);
            differs |= memcmp(&got, &wanted, sizeof got) != 0;
        }
    cr_assert(differs, "the comparison sees nothing");
}

Test(vector, a_kernel_may_work_in_place_and_writes_nothing_else) {
    float x[MOST + GUARD], y[MOST + GUARD], out[MOST + GUARD];
    const vr_vector_f32 *v = vr_vectors_f32();
    for (size_t n = 0; n <= MOST; n++) {
        fill(x, MOST + GUARD, 1);
        memcpy(y, x, sizeof x);
        memcpy(out, x, sizeof x);
        float sum = v->exp(n, x, 0.1f, 3, out), same = v->exp(n, y, 0.1f, 3, y);
        cr_assert(sum == same && memcmp(y, out, sizeof out) == 0, "n = %zu", n);
    }
}

Test(vector, differences_of_the_largest_floats_do_not_overflow) {
    float x[3] = {3e38f, -3e38f, 0}, out[3];
    const vr_vector_f32 *v = vr_vectors_f32();
    cr_expect(v->exp(3, x, 3e38f, 1e-38f, out) > 1);
    cr_expect(fabsf(out[1] - vr_exp_f32(-6)) < 1e-6f && out[0] == 1);
    double y[2] = {1.7e308, -1.7e308}, wide[2];
    vr_vectors_f64()->exp(2, y, 1.7e308, 1e-308, wide);
    cr_expect(fabs(wide[1] - vr_exp_f64(-3.4)) < 1e-15 && wide[0] == 1);
}
