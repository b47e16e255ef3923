#include "num/eigen.h"

#include <stdint.h>
#ifdef __FRAMAC__
#include "roots.h"
#endif

enum { MOST_STEPS = 60 /* QL steps for one value; two or three are usual */ };

typedef struct problem {
    size_t n;
    double *v; /* n x n */
    double *d; /* n: the diagonal */
    double *e; /* n: the subdiagonal */
} problem;

/*@ // What every step works on: nothing lies in another's place. That its results are right is measured by the tests.
    predicate Room{L}(problem *p) = \valid_read(p) && 0 < p->n && p->n * p->n <= SIZE_MAX / 8 &&
      \valid(p->v + (0 .. p->n * p->n - 1)) && \valid(p->d + (0 .. p->n - 1)) && \valid(p->e + (0 .. p->n - 1)) &&
      \separated(p, p->v + (0 .. p->n * p->n - 1), p->d + (0 .. p->n - 1), p->e + (0 .. p->n - 1));
*/

/* Column by column: what the loops walk along. */
/*@ requires Room(p) && i < p->n && j < p->n;
    terminates \true; exits \false; assigns \result \from p->v, p->n, i, j;
    ensures \result == p->v + (j * p->n + i) && 0 <= j * p->n + i < p->n * p->n; */
static inline double *at(const problem *p, size_t i, size_t j) {
    /*@ ghost
      size_t column = j;
      /@ loop invariant j <= column < p->n && j * p->n <= column * p->n;
         loop assigns column;
         loop variant p->n - column; @/
      while (column < p->n - 1) column++;
      /@ assert column == p->n - 1; @/
    */
    return p->v + (j * p->n + i);
}
#define V(i, j) (*at(p, i, j))

/* --- to tridiagonal form --------------------------------------------------------------------------- */

/* A row whose part left of the diagonal is 0 needs no reflection. */
/*@ requires Room(p) && 0 < i < p->n;
    terminates \true; exits \false;
    assigns p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1], p->e[0 .. p->n - 1]; */
static void skip_row(const problem *p, size_t i) {
    p->e[i] = p->d[i - 1];
    /*@ loop invariant 0 <= j <= i;
        loop assigns j, p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1];
        loop variant i - j; */
    for (size_t j = 0; j < i; j++) {
        p->d[j] = V(i - 1, j);
        V(i, j) = 0;
        V(j, i) = 0;
    }
}

/* e = (A u) / h and then the rank-two update of A, u in d. */
/*@ requires Room(p) && 0 < i < p->n;
    terminates \true; exits \false;
    assigns p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1], p->e[0 .. p->n - 1]; */
static void apply_reflection(const problem *p, size_t i, double h) {
    /*@ loop invariant 0 <= j <= i;
        loop assigns j, p->e[0 .. p->n - 1];
        loop variant i - j; */
    for (size_t j = 0; j < i; j++) p->e[j] = 0;
    /*@ loop invariant 0 <= j <= i;
        loop assigns j, p->v[0 .. p->n * p->n - 1], p->e[0 .. p->n - 1];
        loop variant i - j; */
    for (size_t j = 0; j < i; j++) {
        double f = p->d[j], g = p->e[j] + V(j, j) * f;
        V(j, i) = f;
        /*@ loop invariant j < k <= i;
            loop assigns k, g, p->e[0 .. p->n - 1];
            loop variant i - k; */
        for (size_t k = j + 1; k < i; k++) {
            g += V(k, j) * p->d[k];
            p->e[k] += V(k, j) * f;
        }
        p->e[j] = g;
    }
    double f = 0;
    /*@ loop invariant 0 <= j <= i;
        loop assigns j, f, p->e[0 .. p->n - 1];
        loop variant i - j; */
    for (size_t j = 0; j < i; j++) {
        p->e[j] /= h;
        f += p->e[j] * p->d[j];
    }
    double half = f / (h + h);
    /*@ loop invariant 0 <= j <= i;
        loop assigns j, p->e[0 .. p->n - 1];
        loop variant i - j; */
    for (size_t j = 0; j < i; j++) p->e[j] -= half * p->d[j];
    /*@ loop invariant 0 <= j <= i;
        loop assigns j, p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1];
        loop variant i - j; */
    for (size_t j = 0; j < i; j++) {
        double u = p->d[j], g = p->e[j];
        /*@ loop invariant j <= k <= i;
            loop assigns k, p->v[0 .. p->n * p->n - 1];
            loop variant i - k; */
        for (size_t k = j; k < i; k++) V(k, j) -= u * p->e[k] + g * p->d[k];
        p->d[j] = V(i - 1, j);
        V(i, j) = 0;
    }
}

/*@ requires Room(p) && 0 < i < p->n;
    terminates \true; exits \false;
    assigns p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1], p->e[0 .. p->n - 1]; */
static void reduce_row(const problem *p, size_t i) {
    double scale = 0, h = 0;
    /*@ loop invariant 0 <= k <= i;
        loop assigns k, scale;
        loop variant i - k; */
    for (size_t k = 0; k < i; k++) scale += __builtin_fabs(p->d[k]);
    if (scale == 0) {
        skip_row(p, i);
        p->d[i] = 0;
        return;
    }
    /*@ loop invariant 0 <= k <= i && 0.0 <= h;
        loop assigns k, h, p->d[0 .. p->n - 1];
        loop variant i - k; */
    for (size_t k = 0; k < i; k++) {
        p->d[k] /= scale;
        h += p->d[k] * p->d[k];
    }
    double f = p->d[i - 1], g = f > 0 ? -__builtin_sqrt(h) : __builtin_sqrt(h);
    p->e[i] = scale * g;
    h -= f * g;
    p->d[i - 1] = f - g;
    apply_reflection(p, i, h);
    p->d[i] = h;
}

/* The product of the reflections, into v. */
/*@ requires Room(p);
    terminates \true; exits \false;
    assigns p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1], p->e[0 .. p->n - 1]; */
static void gather_reflections(const problem *p) {
    size_t n = p->n;
    /*@ loop invariant 0 <= i < n;
        loop assigns i, p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1];
        loop variant n - i; */
    for (size_t i = 0; i + 1 < n; i++) {
        V(n - 1, i) = V(i, i);
        V(i, i) = 1;
        double h = p->d[i + 1];
        if (!(h <= 0)) { /* the size of a reflection, 0 where there was none; NaN must go on */
            /*@ loop invariant 0 <= k <= i + 1;
                loop assigns k, p->d[0 .. p->n - 1];
                loop variant i + 1 - k; */
            for (size_t k = 0; k <= i; k++) p->d[k] = V(k, i + 1) / h;
            /*@ loop invariant 0 <= j <= i + 1;
                loop assigns j, p->v[0 .. p->n * p->n - 1];
                loop variant i + 1 - j; */
            for (size_t j = 0; j <= i; j++) {
                double g = 0;
                /*@ loop invariant 0 <= k <= i + 1;
                    loop assigns k, g;
                    loop variant i + 1 - k; */
                for (size_t k = 0; k <= i; k++) g += V(k, i + 1) * V(k, j);
                /*@ loop invariant 0 <= k <= i + 1;
                    loop assigns k, p->v[0 .. p->n * p->n - 1];
                    loop variant i + 1 - k; */
                for (size_t k = 0; k <= i; k++) V(k, j) -= g * p->d[k];
            }
        }
        /*@ loop invariant 0 <= k <= i + 1;
            loop assigns k, p->v[0 .. p->n * p->n - 1];
            loop variant i + 1 - k; */
        for (size_t k = 0; k <= i; k++) V(k, i + 1) = 0;
    }
    /*@ loop invariant 0 <= j <= n;
        loop assigns j, p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1];
        loop variant n - j; */
    for (size_t j = 0; j < n; j++) {
        p->d[j] = V(n - 1, j);
        V(n - 1, j) = 0;
    }
    V(n - 1, n - 1) = 1;
    p->e[0] = 0;
}

/*@ requires Room(p);
    terminates \true; exits \false;
    assigns p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1], p->e[0 .. p->n - 1]; */
static void tridiagonalise(const problem *p) {
    /*@ loop invariant 0 <= j <= p->n;
        loop assigns j, p->d[0 .. p->n - 1];
        loop variant p->n - j; */
    for (size_t j = 0; j < p->n; j++) p->d[j] = V(p->n - 1, j);
    /*@ loop invariant 0 <= i < p->n;
        loop assigns i, p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1], p->e[0 .. p->n - 1];
        loop variant i; */
    for (size_t i = p->n - 1; i > 0; i--) reduce_row(p, i);
    gather_reflections(p);
}

/* --- from there to a diagonal ---------------------------------------------------------------------- */

/* One QL step on the block l .. m. */
/*@ requires Room(p) && l < m < p->n && \valid(shift);
    requires \separated(shift, p, p->v + (0 .. p->n * p->n - 1), p->d + (0 .. p->n - 1), p->e + (0 .. p->n - 1));
    terminates \true; exits \false;
    assigns p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1], p->e[0 .. p->n - 1], *shift; */
static void ql_step(const problem *p, size_t l, size_t m, double *shift) {
    double *d = p->d, *e = p->e;
    double g = d[l], q = (d[l + 1] - g) / (2 * e[l]),
           r = __builtin_fabs(q) < 0x1p500 ? __builtin_sqrt(q * q + 1) : __builtin_fabs(q);
    if (q < 0) r = -r;
    d[l] = e[l] / (q + r);
    d[l + 1] = e[l] * (q + r);
    double below = d[l + 1], h = g - d[l], next = e[l + 1];
    /*@ loop invariant l + 2 <= i <= (l + 2 < p->n ? p->n : l + 2);
        loop assigns i, d[0 .. p->n - 1];
        loop variant p->n - i; */
    for (size_t i = l + 2; i < p->n; i++) d[i] -= h;
    *shift += h;
    double c = 1, c2 = 1, c3 = 1, s = 0, s2 = 0, x = d[m];
    /*@ loop invariant l <= i <= m;
        loop assigns i, c, c2, c3, s, s2, g, h, r, x, p->v[0 .. p->n * p->n - 1], d[0 .. p->n - 1], e[0 .. p->n - 1];
        loop variant i; */
    for (size_t i = m; i > l;) {
        i--;
        c3 = c2;
        c2 = c;
        s2 = s;
        g = c * e[i];
        h = c * x;
        r = __builtin_sqrt(x * x + e[i] * e[i]);
        e[i + 1] = s * r;
        s = e[i] / r;
        c = x / r;
        x = c * d[i] - s * g;
        d[i + 1] = h + s * (c * g + s * d[i]);
        /*@ loop invariant 0 <= k <= p->n;
            loop assigns k, h, p->v[0 .. p->n * p->n - 1];
            loop variant p->n - k; */
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

/*@ requires Room(p);
    terminates \true; exits \false;
    assigns p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1], p->e[0 .. p->n - 1];
    ensures \result == 0 || \result == 1; */
static int diagonalise(const problem *p) {
    double shift = 0, size = 0;
    /*@ loop invariant 1 <= i <= p->n;
        loop assigns i, p->e[0 .. p->n - 1];
        loop variant p->n - i; */
    for (size_t i = 1; i < p->n; i++) p->e[i - 1] = p->e[i];
    p->e[p->n - 1] = 0;
    /*@ loop invariant 0 <= l <= p->n;
        loop assigns l, size, shift, p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1], p->e[0 .. p->n - 1];
        loop variant p->n - l; */
    for (size_t l = 0; l < p->n; l++) {
        double here = __builtin_fabs(p->d[l]) + __builtin_fabs(p->e[l]);
        if (here > size) size = here;
        size_t m = l;
        /*@ loop invariant l <= m < p->n;
            loop assigns m;
            loop variant p->n - m; */
        while (m + 1 < p->n && __builtin_fabs(p->e[m]) > 0x1p-52 * size) m++;
        /*@ loop invariant 0 <= steps <= MOST_STEPS;
            loop assigns steps, shift, p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1], p->e[0 .. p->n - 1];
            loop variant MOST_STEPS - steps; */
        for (int steps = 0; m > l && __builtin_fabs(p->e[l]) > 0x1p-52 * size; steps++) {
            if (steps == MOST_STEPS) return 0;
            ql_step(p, l, m, &shift);
        }
        p->d[l] += shift;
        p->e[l] = 0;
    }
    return 1;
}

/* Ascending values, their columns with them. */
/*@ requires Room(p);
    terminates \true; exits \false;
    assigns p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1]; */
static void sort(const problem *p) {
    /*@ loop invariant 0 <= i < p->n;
        loop assigns i, p->v[0 .. p->n * p->n - 1], p->d[0 .. p->n - 1];
        loop variant p->n - i; */
    for (size_t i = 0; i + 1 < p->n; i++) {
        size_t least = i;
        /*@ loop invariant i < j <= p->n && i <= least < p->n;
            loop assigns j, least;
            loop variant p->n - j; */
        for (size_t j = i + 1; j < p->n; j++)
            if (p->d[j] < p->d[least]) least = j;
        double held = p->d[i];
        p->d[i] = p->d[least];
        p->d[least] = held;
        /*@ loop invariant 0 <= k <= p->n;
            loop assigns k, held, p->v[0 .. p->n * p->n - 1];
            loop variant p->n - k; */
        for (size_t k = 0; k < p->n && least != i; k++) {
            held = V(k, i);
            V(k, i) = V(k, least);
            V(k, least) = held;
        }
    }
}

/*@ requires n * n <= SIZE_MAX / 8;
    requires \valid(vectors + (0 .. n * n - 1)) && \valid(values + (0 .. n - 1)) && \valid(work + (0 .. n - 1));
    requires \separated(vectors + (0 .. n * n - 1), values + (0 .. n - 1), work + (0 .. n - 1));
    terminates \true; exits \false;
    assigns vectors[0 .. n * n - 1], values[0 .. n - 1], work[0 .. n - 1];
    ensures \result == 0 || \result == 1; */
int vr_eigen(size_t n, double *vectors, double *values, double *work) {
    const problem p = {n, vectors, values, work};
    if (!n) return 1;
    tridiagonalise(&p);
    if (!diagonalise(&p)) return 0;
    sort(&p);
    return 1;
}
