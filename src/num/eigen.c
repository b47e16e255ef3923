#include "num/eigen.h"

#include <math.h>

enum { MOST_STEPS = 60 /* QL steps for one value; two or three are usual */ };

typedef struct problem {
    size_t n;
    double *v; /* n x n */
    double *d; /* n: the diagonal */
    double *e; /* n: the subdiagonal */
} problem;

/* Column by column: what the loops walk along. */
#define V(i, j) p->v[(j)*p->n + (i)]

/* --- to tridiagonal form --------------------------------------------------------------------------- */

/* A row whose part left of the diagonal is 0 needs no reflection. */
static void skip_row(const problem *p, size_t i) {
    p->e[i] = p->d[i - 1];
    for (size_t j = 0; j < i; j++) {
        p->d[j] = V(i - 1, j);
        V(i, j) = 0;
        V(j, i) = 0;
    }
}

/* e = (A u) / h and then the rank-two update of A, u in d. */
static void apply_reflection(const problem *p, size_t i, double h) {
    for (size_t j = 0; j < i; j++) p->e[j] = 0;
    for (size_t j = 0; j < i; j++) {
        double f = p->d[j], g = p->e[j] + V(j, j) * f;
        V(j, i) = f;
        for (size_t k = j + 1; k < i; k++) {
            g += V(k, j) * p->d[k];
            p->e[k] += V(k, j) * f;
        }
        p->e[j] = g;
    }
    double f = 0;
    for (size_t j = 0; j < i; j++) {
        p->e[j] /= h;
        f += p->e[j] * p->d[j];
    }
    double half = f / (h + h);
    for (size_t j = 0; j < i; j++) p->e[j] -= half * p->d[j];
    for (size_t j = 0; j < i; j++) {
        double u = p->d[j], g = p->e[j];
        for (size_t k = j; k < i; k++) V(k, j) -= u * p->e[k] + g * p->d[k];
        p->d[j] = V(i - 1, j);
        V(i, j) = 0;
    }
}

static void reduce_row(const problem *p, size_t i) {
    double scale = 0, h = 0;
    for (size_t k = 0; k < i; k++) scale += fabs(p->d[k]);
    if (scale == 0) {
        skip_row(p, i);
        p->d[i] = 0;
        return;
    }
    for (size_t k = 0; k < i; k++) {
        p->d[k] /= scale;
        h += p->d[k] * p->d[k];
    }
    double f = p->d[i - 1], g = f > 0 ? -sqrt(h) : sqrt(h);
    p->e[i] = scale * g;
    h -= f * g;
    p->d[i - 1] = f - g;
    apply_reflection(p, i, h);
    p->d[i] = h;
}

/* The product of the reflections, into v. */
static void gather_reflections(const problem *p) {
    size_t n = p->n;
    for (size_t i = 0; i + 1 < n; i++) {
        V(n - 1, i) = V(i, i);
        V(i, i) = 1;
        double h = p->d[i + 1];
        if (h != 0) {
            for (size_t k = 0; k <= i; k++) p->d[k] = V(k, i + 1) / h;
            for (size_t j = 0; j <= i; j++) {
                double g = 0;
                for (size_t k = 0; k <= i; k++) g += V(k, i + 1) * V(k, j);
                for (size_t k = 0; k <= i; k++) V(k, j) -= g * p->d[k];
            }
        }
        for (size_t k = 0; k <= i; k++) V(k, i + 1) = 0;
    }
    for (size_t j = 0; j < n; j++) {
        p->d[j] = V(n - 1, j);
        V(n - 1, j) = 0;
    }
    V(n - 1, n - 1) = 1;
    p->e[0] = 0;
}

static void tridiagonalise(const problem *p) {
    for (size_t j = 0; j < p->n; j++) p->d[j] = V(p->n - 1, j);
    for (size_t i = p->n - 1; i > 0; i--) reduce_row(p, i);
    gather_reflections(p);
}

/* --- from there to a diagonal ---------------------------------------------------------------------- */

/* One QL step on the block l .. m. */
static void ql_step(const problem *p, size_t l, size_t m, double *shift) {
    double *d = p->d, *e = p->e;
    double g = d[l], q = (d[l + 1] - g) / (2 * e[l]),
           r = fabs(q) < 0x1p500 ? sqrt(q * q + 1) : fabs(q);
    if (q < 0) r = -r;
    d[l] = e[l] / (q + r);
    d[l + 1] = e[l] * (q + r);
    double below = d[l + 1], h = g - d[l], next = e[l + 1];
    for (size_t i = l + 2; i < p->n; i++) d[i] -= h;
    *shift += h;
    double c = 1, c2 = 1, c3 = 1, s = 0, s2 = 0, x = d[m];
    for (size_t i = m; i-- > l;) {
        c3 = c2;
        c2 = c;
        s2 = s;
        g = c * e[i];
        h = c * x;
        r = sqrt(x * x + e[i] * e[i]);
        e[i + 1] = s * r;
        s = e[i] / r;
        c = x / r;
        x = c * d[i] - s * g;
        d[i + 1] = h + s * (c * g + s * d[i]);
        for (size_t k = 0; k < p->n; k++) {
            h = V(k, i + 1);
            V(k, i + 1) = s * V(k, i) + c * h;
            V(k, i) = c * V(k, i) - s * h;
        }
    }
    x = -s * s2 * c3 * next * e[l] / below;
    e[l] = s * x;
    d[l] = c * x;
}

static int diagonalise(const problem *p) {
    double shift = 0, size = 0;
    for (size_t i = 1; i < p->n; i++) p->e[i - 1] = p->e[i];
    p->e[p->n - 1] = 0;
    for (size_t l = 0; l < p->n; l++) {
        size = fmax(size, fabs(p->d[l]) + fabs(p->e[l]));
        size_t m = l;
        while (m + 1 < p->n && fabs(p->e[m]) > 0x1p-52 * size) m++;
        for (int steps = 0; m > l && fabs(p->e[l]) > 0x1p-52 * size; steps++) {
            if (steps == MOST_STEPS) return 0;
            ql_step(p, l, m, &shift);
        }
        p->d[l] += shift;
        p->e[l] = 0;
    }
    return 1;
}

/* Ascending values, their columns with them. */
static void sort(const problem *p) {
    for (size_t i = 0; i + 1 < p->n; i++) {
        size_t least = i;
        for (size_t j = i + 1; j < p->n; j++)
            if (p->d[j] < p->d[least]) least = j;
        double held = p->d[i];
        p->d[i] = p->d[least];
        p->d[least] = held;
        for (size_t k = 0; k < p->n && least != i; k++) {
            held = V(k, i);
            V(k, i) = V(k, least);
            V(k, least) = held;
        }
    }
}

int vr_eigen(size_t n, double *vectors, double *values, double *work) {
    const problem p = {n, vectors, values, work};
    if (!n) return 1;
    tridiagonalise(&p);
    if (!diagonalise(&p)) return 0;
    sort(&p);
    return 1;
}
