#include "claims/small.h"

#include <math.h>

vr_small vr_small_zero(size_t rows, size_t columns) {
    return (vr_small){.rows = rows, .columns = columns};
}

vr_small vr_small_identity(size_t n) {
    vr_small a = vr_small_zero(n, n);
    for (size_t i = 0; i < n; i++) a.at[i][i] = 1;
    return a;
}

vr_small vr_small_random(vr_dice *dice, size_t rows, size_t columns) {
    vr_small a = vr_small_zero(rows, columns);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) a.at[i][j] = vr_dice_between(dice, -1, 1);
    return a;
}

vr_small vr_small_binary(vr_dice *dice, size_t rows, size_t columns) {
    vr_small a = vr_small_zero(rows, columns);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) a.at[i][j] = vr_dice_below(dice, 3) == 0;
    for (size_t i = 0; i < rows; i++) a.at[i][vr_dice_below(dice, (uint32_t)columns)] = 1;
    for (size_t j = 0; j < columns; j++) a.at[vr_dice_below(dice, (uint32_t)rows)][j] = 1;
    return a;
}

vr_small vr_small_transpose(vr_small a) {
    vr_small t = vr_small_zero(a.columns, a.rows);
    for (size_t i = 0; i < a.rows; i++)
        for (size_t j = 0; j < a.columns; j++) t.at[j][i] = a.at[i][j];
    return t;
}

vr_small vr_small_times(vr_small a, vr_small b) {
    vr_small c = vr_small_zero(a.rows, b.columns);
    for (size_t i = 0; i < a.rows; i++)
        for (size_t k = 0; k < a.columns; k++)
            for (size_t j = 0; j < b.columns; j++) c.at[i][j] += a.at[i][k] * b.at[k][j];
    return c;
}

vr_small vr_small_sum(double x, vr_small a, double y, vr_small b) {
    for (size_t i = 0; i < a.rows; i++)
        for (size_t j = 0; j < a.columns; j++) a.at[i][j] = x * a.at[i][j] + y * b.at[i][j];
    return a;
}

vr_small vr_small_diagonal(vr_small a) {
    vr_small d = vr_small_zero(a.rows, a.columns);
    for (size_t i = 0; i < a.rows; i++) d.at[i][i] = a.at[i][i];
    return d;
}

static void swap_rows(vr_small *a, size_t i, size_t k) {
    for (size_t j = 0; j < a->columns; j++) {
        double x = a->at[i][j];
        a->at[i][j] = a->at[k][j];
        a->at[k][j] = x;
    }
}

vr_small vr_small_inverse(vr_small a) {
    vr_small b = vr_small_identity(a.rows);
    for (size_t p = 0; p < a.rows; p++) {
        size_t top = p;
        for (size_t i = p + 1; i < a.rows; i++)
            if (fabs(a.at[i][p]) > fabs(a.at[top][p])) top = i;
        swap_rows(&a, p, top);
        swap_rows(&b, p, top);
        double pivot = 1 / a.at[p][p];
        if (a.at[p][p] == 0) pivot = (double)NAN;
        for (size_t j = 0; j < a.rows; j++) a.at[p][j] *= pivot, b.at[p][j] *= pivot;
        for (size_t i = 0; i < a.rows; i++) {
            double factor = i == p ? 0 : a.at[i][p];
            for (size_t j = 0; j < a.rows && factor != 0; j++) {
                a.at[i][j] -= factor * a.at[p][j];
                b.at[i][j] -= factor * b.at[p][j];
            }
        }
    }
    return b;
}

double vr_small_dot(vr_small a, vr_small b) {
    double sum = 0;
    for (size_t i = 0; i < a.rows; i++)
        for (size_t j = 0; j < a.columns; j++) sum += a.at[i][j] * b.at[i][j];
    return sum;
}

double vr_small_norm2(vr_small a) {
    return vr_small_dot(a, a);
}

double vr_small_largest(vr_small a) {
    double top = 0;
    for (size_t i = 0; i < a.rows; i++)
        for (size_t j = 0; j < a.columns; j++)
            if (!(fabs(a.at[i][j]) <= top)) top = fabs(a.at[i][j]);
    return top;
}

double vr_small_apart(vr_small a, vr_small b) {
    return vr_small_largest(vr_small_sum(1, a, -1, b)) / fmax(vr_small_largest(a), 0x1p-1022);
}
