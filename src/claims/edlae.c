/* Appendix C: ADMM (Eq. 29 to 31) on small strongly convex problems, and low-rank EDLAE (Eq. 32 to 35). */
#include <math.h>
#include "claims/small.h"

/* --- ADMM: f(x) = x'Fx/2 - p'x, g(z) = z'Gz/2 - q'z, Ax + Bz = c ------------------------------------------- */

typedef struct admm {
    vr_small f, g, p, q, a, b, c;
    double rho;
} admm;

static vr_small positive(vr_dice *dice, size_t n) {
    vr_small m = vr_small_random(dice, n, n);
    return vr_small_sum(1, vr_small_times(m, vr_small_transpose(m)), 1, vr_small_identity(n));
}

static admm draw_admm(vr_dice *dice) {
    admm t;
    t.f = positive(dice, 3);
    t.g = positive(dice, 3);
    t.rho = vr_dice_between(dice, 0.5, 2);
    t.p = vr_small_random(dice, 3, 1);
    t.q = vr_small_random(dice, 3, 1);
    t.a = vr_small_random(dice, 2, 3);
    t.b = vr_small_random(dice, 2, 3);
    t.c = vr_small_random(dice, 2, 1);
    return t;
}

typedef struct point {
    vr_small x, z, y;
} point;

static vr_small multiply_t(vr_small a, vr_small b) {
    return vr_small_times(vr_small_transpose(a), b);
}

static vr_small residual(const admm *t, const point *at) {
    vr_small sum = vr_small_sum(1, vr_small_times(t->a, at->x), 1, vr_small_times(t->b, at->z));
    return vr_small_sum(1, sum, -1, t->c);
}

/* The optimum, from the linear system of the optimality conditions. */
static point optimum(const admm *t) {
    vr_small k = vr_small_zero(8, 8), r = vr_small_zero(8, 1);
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 3; j++)
            k.at[i][j] = t->f.at[i][j], k.at[3 + i][3 + j] = t->g.at[i][j];
        for (size_t j = 0; j < 2; j++) {
            k.at[i][6 + j] = k.at[6 + j][i] = t->a.at[j][i];
            k.at[3 + i][6 + j] = k.at[6 + j][3 + i] = t->b.at[j][i];
        }
        r.at[i][0] = t->p.at[i][0], r.at[3 + i][0] = t->q.at[i][0];
    }
    for (size_t j = 0; j < 2; j++) r.at[6 + j][0] = t->c.at[j][0];
    vr_small s = vr_small_times(vr_small_inverse(k), r);
    point at = {vr_small_zero(3, 1), vr_small_zero(3, 1), vr_small_zero(2, 1)};
    for (size_t i = 0; i < 3; i++) at.x.at[i][0] = s.at[i][0], at.z.at[i][0] = s.at[3 + i][0];
    for (size_t j = 0; j < 2; j++) at.y.at[j][0] = s.at[6 + j][0];
    return at;
}

static double cost(const admm *t, const point *at) {
    return vr_small_dot(at->x, vr_small_times(t->f, at->x)) / 2 - vr_small_dot(t->p, at->x) +
           vr_small_dot(at->z, vr_small_times(t->g, at->z)) / 2 - vr_small_dot(t->q, at->z);
}

/* Eq. 30. */
static double lagrangian(const admm *t, const point *at) {
    vr_small r = residual(t, at);
    return cost(t, at) + vr_small_dot(at->y, r) + t->rho / 2 * vr_small_norm2(r);
}

/* argmin over x (or z) of Eq. 30: (F + rho A'A) x = p - A'(y + rho (Bz - c)). */
static vr_small minimise(const admm *t, const point *at, int second) {
    vr_small own = second ? t->b : t->a, q = second ? t->g : t->f, linear = second ? t->q : t->p;
    vr_small other = second ? vr_small_times(t->a, at->x) : vr_small_times(t->b, at->z);
    vr_small h = vr_small_sum(1, q, t->rho, multiply_t(own, own));
    vr_small shift = vr_small_sum(1, at->y, t->rho, vr_small_sum(1, other, -1, t->c));
    return vr_small_times(vr_small_inverse(h), vr_small_sum(1, linear, -1, multiply_t(own, shift)));
}

/* Eq. 31; sign: of the multiplier's step. */
static void iterate(const admm *t, point *at, double sign) {
    at->x = minimise(t, at, 0);
    at->z = minimise(t, at, 1);
    at->y = vr_small_sum(1, at->y, sign * t->rho, residual(t, at));
}

/* Any feasible point costs at least the optimum. on_plane 0: points that are not feasible, too. */
static void feasible(vr_tally *tally, uint64_t seed, int on_plane) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 500; trial++) {
        admm t = draw_admm(&dice);
        point best = optimum(&t), at = best;
        at.x = vr_small_random(&dice, 3, 1);
        at.z = vr_small_random(&dice, 3, 1);
        if (on_plane) { /* z moved onto Ax + Bz = c along B' */
            vr_small bb = vr_small_inverse(vr_small_times(t.b, vr_small_transpose(t.b)));
            at.z =
                vr_small_sum(1, at.z, -1, multiply_t(t.b, vr_small_times(bb, residual(&t, &at))));
        }
        double off = sqrt(vr_small_norm2(residual(&t, &at))) * 1e-9; /* B B' may be near singular */
        VR_TALLY(tally, cost(&t, &at) - cost(&t, &best), on_plane ? 1e-6 + off : 1e-9,
                 "a point costs %.6g, the optimum %.6g", cost(&t, &at), cost(&t, &best));
    }
}
void vr_claim_admm_problem(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    feasible(&f->printed, f->seed, 1);
}
void vr_claim_admm_infeasible(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    feasible(&f->printed, f->seed, 0);
}

/* Eq. 30 is "equivalent" in its saddle point: above in x and z, and at most there in y; not as a minimum in (x, z, y). */
static void saddle(vr_tally *tally, uint64_t seed, int also_in_y) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 500; trial++) {
        admm t = draw_admm(&dice);
        point best = optimum(&t), at = best;
        at.x = vr_small_sum(1, at.x, 1, vr_small_random(&dice, 3, 1));
        at.z = vr_small_sum(1, at.z, 1, vr_small_random(&dice, 3, 1));
        if (also_in_y) at.y = vr_small_sum(1, at.y, 9, vr_small_random(&dice, 2, 1));
        VR_TALLY(tally, lagrangian(&t, &at) - lagrangian(&t, &best), 1e-9,
                 "L at the optimum %.6g, elsewhere %.6g", lagrangian(&t, &best),
                 lagrangian(&t, &at));
        if (also_in_y) continue;
        at = best;
        at.y = vr_small_random(&dice, 2, 1);
        VR_TALLY(tally, -fabs(lagrangian(&t, &at) - lagrangian(&t, &best)), 1e-9,
                 "other y at the optimum");
    }
}
void vr_claim_admm_saddle(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    saddle(&f->printed, f->seed, 1);
    saddle(&f->conditioned, f->seed, 0);
}
void vr_claim_admm_wrong_sign(const vr_claims_input *in, vr_finding *f) {
    vr_dice dice = vr_dice_of(f->seed);
    (void)in;
    admm t = draw_admm(&dice); /* at -y* the optimum in x and z is no optimum */
    point best = optimum(&t), at = best;
    best.y = at.y = vr_small_sum(-1, best.y, 0, best.y);
    for (int trial = 0; trial < 200; trial++) {
        at.x = vr_small_sum(1, best.x, 0.05, vr_small_random(&dice, 3, 1));
        VR_TALLY(&f->printed, lagrangian(&t, &at) - lagrangian(&t, &best), 1e-9,
                 "with the multiplier's sign turned");
    }
}

static void converges(vr_tally *tally, uint64_t seed, double sign) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 12; trial++) {
        admm t = draw_admm(&dice);
        point at = {vr_small_zero(3, 1), vr_small_zero(3, 1), vr_small_zero(2, 1)};
        for (int i = 0; i < (sign > 0 ? 2000 : 20); i++) iterate(&t, &at, sign);
        double gap = fabs(cost(&t, &at) - cost(&t, &(point){optimum(&t).x, optimum(&t).z, at.y}));
        double off = sqrt(vr_small_norm2(residual(&t, &at)));
        VR_TALLY(tally, -(gap + off), 1e-6,
                 "after the iterations the cost is off by %.3g, the constraint by %.3g", gap, off);
    }
}
/* f(x) = x, g(z) = 0, x = z: convex, and without an optimum. Every iteration moves x by -1/rho. */
static void runs_away(vr_tally *tally) {
    double rho = 2, x = 0, z = 0, u = 0, step = 0;
    for (int i = 0; i < 2000; i++) {
        double next = z - u - 1 / rho;
        step = next - x;
        x = next;
        z = x + u;
        u += x - z;
    }
    VR_TALLY(tally, -fabs(step), 1e-6,
             "f(x)=x, g(z)=0, x=z, rho=%g: x still moves by %g, after 2000 iterations it is %g",
             rho, step, x);
}
void vr_claim_admm_iterations(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    runs_away(&f->printed);
    converges(&f->conditioned, f->seed, 1);
}
void vr_claim_admm_iterations_wrong(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    converges(&f->printed, f->seed, -1);
}

/* --- EDLAE ----------------------------------------------------------------------------------------- */

typedef struct edlae {
    vr_small x, g, u, v, beta, gamma, lambda, omega; /* diagonals as diagonal matrices */
} edlae;

static vr_small diagonal_between(vr_dice *dice, size_t n, double low, double high) {
    vr_small d = vr_small_zero(n, n);
    for (size_t i = 0; i < n; i++) d.at[i][i] = vr_dice_between(dice, low, high);
    return d;
}

static edlae draw_edlae(vr_dice *dice, size_t n, size_t rank) {
    edlae e;
    e.x = vr_small_binary(dice, 12, n);
    e.u = vr_small_random(dice, n, rank);
    e.g = multiply_t(e.x, e.x);
    e.v = vr_small_random(dice, n, rank);
    e.lambda = diagonal_between(dice, n, 0.5, 3);
    e.omega = vr_small_sum(1, e.lambda, vr_dice_between(dice, 0.5, 5), vr_small_identity(n));
    e.beta = diagonal_between(dice, n, -1, 1);
    e.gamma = diagonal_between(dice, n, -1, 1);
    return e;
}

static vr_small root(vr_small diagonal) {
    for (size_t i = 0; i < diagonal.rows; i++) diagonal.at[i][i] = sqrt(diagonal.at[i][i]);
    return diagonal;
}

static vr_small product(const edlae *e) {
    return vr_small_times(e->u, vr_small_transpose(e->v));
}

/* |X - XA + X dMat(b)|^2 */
static double miss(const edlae *e, vr_small a, vr_small b) {
    vr_small y = vr_small_times(e->x, vr_small_sum(1, a, -1, b));
    return vr_small_norm2(vr_small_sum(1, e->x, -1, y));
}

/* Eq. 33 for a given beta. */
static double eq_33(const edlae *e, vr_small beta) {
    vr_small a = product(e), rest = vr_small_sum(1, a, -1, beta);
    return miss(e, a, beta) + vr_small_norm2(vr_small_times(root(e->lambda), rest));
}

/* Eq. 32, entry by entry. */
static double eq_32(const edlae *e) {
    vr_small a = product(e);
    double sum = 0;
    for (size_t r = 0; r < e->x.rows; r++)
        for (size_t j = 0; j < a.rows; j++) {
            double y = 0;
            for (size_t i = 0; i < a.rows; i++)
                if (i != j) y += e->x.at[r][i] * a.at[i][j];
            sum += (e->x.at[r][j] - y) * (e->x.at[r][j] - y);
        }
    for (size_t i = 0; i < a.rows; i++)
        for (size_t j = 0; j < a.rows; j++)
            if (i != j) sum += e->lambda.at[i][i] * a.at[i][j] * a.at[i][j];
    return sum;
}

static void rewritten(vr_tally *tally, uint64_t seed, double shift) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 500; trial++) {
        edlae e = draw_edlae(&dice, 4 + (size_t)(trial % 5), 3);
        vr_small beta =
            vr_small_sum(1, vr_small_diagonal(product(&e)), shift, vr_small_identity(e.g.rows));
        VR_EQUAL(tally, eq_32(&e), eq_33(&e, beta), 1e-12, "%zu items: Eq. 32 %.9g, Eq. 33 %.9g",
                 e.g.rows, eq_32(&e), eq_33(&e, beta));
    }
}
void vr_claim_edlae_rewritten(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    rewritten(&f->printed, f->seed, 0);
}
void vr_claim_edlae_other_beta(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    rewritten(&f->printed, f->seed, 0.1);
}

/* The objective without an entry of the diagonal: A's diagonal does not matter to Eq. 32. */
static void diagonal_free(vr_tally *tally, uint64_t seed, int off_diagonal) {
    vr_dice dice = vr_dice_of(seed);
    for (int trial = 0; trial < 500; trial++) {
        edlae e = draw_edlae(&dice, 4, 4);
        double before = eq_32(&e);
        vr_small a = product(&e);
        a.at[off_diagonal ? 1 : 0][0] += 1;
        e.u = a, e.v = vr_small_identity(4);
        VR_EQUAL(tally, before, eq_32(&e), 1e-12, "4 items: %.9g, %.9g", before, eq_32(&e));
    }
}
void vr_claim_edlae_diagonal(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    diagonal_free(&f->printed, f->seed, 0);
}
void vr_claim_edlae_off_diagonal(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    diagonal_free(&f->printed, f->seed, 1);
}

/* Eq. 34 where the constraint holds must be Eq. 33, whatever gamma is. As printed: no square, no Lambda^{1/2} on beta. */
static void lagrangian_34(vr_finding *f, double sign) {
    vr_dice dice = vr_dice_of(f->seed);
    for (int trial = 0; trial < 500; trial++) {
        edlae e = draw_edlae(&dice, 4 + (size_t)(trial % 5), 3);
        vr_small a = product(&e), beta = vr_small_diagonal(a);
        double wanted = eq_33(&e, beta), size = vr_small_norm2(vr_small_times(root(e.lambda), a));
        double printed = miss(&e, a, beta) + sqrt(size) - vr_small_norm2(beta);
        double corrected =
            miss(&e, a, beta) + size - sign * vr_small_norm2(vr_small_times(root(e.lambda), beta));
        VR_EQUAL(
            &f->printed, wanted, printed, 1e-12,
            "%zu items, beta = diag(UV'): Eq. 33 is %.6g, Eq. 34 as printed %.6g, corrected %.6g",
            e.g.rows, wanted, printed, corrected);
        VR_EQUAL(&f->corrected, wanted, corrected, 1e-12, "%zu items", e.g.rows);
    }
}
void vr_claim_eq_34(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    lagrangian_34(f, 1);
}
void vr_claim_eq_34_wrong(const vr_claims_input *in, vr_finding *f) {
    vr_finding wrong = {.seed = f->seed};
    (void)in;
    lagrangian_34(&wrong, -1);
    f->printed = wrong.corrected;
}

/* One round of Eq. 35 with `inner` in the place of Lambda. */
static void round_35(edlae *e, vr_small inner) {
    size_t n = e->g.rows;
    vr_small m = vr_small_sum(1, vr_small_sum(1, e->g, 1, inner), 1, e->omega);
    vr_small pull = vr_small_times(e->omega, vr_small_sum(1, e->beta, -1, e->gamma));
    vr_small r = vr_small_times(e->g, vr_small_sum(1, vr_small_identity(n), 1, e->beta));
    r = vr_small_sum(1, r, 1, pull);
    vr_small vv = vr_small_inverse(multiply_t(e->v, e->v));
    e->u = vr_small_times(vr_small_inverse(m), vr_small_times(r, vr_small_times(e->v, vv)));
    vr_small umu = vr_small_inverse(multiply_t(e->u, vr_small_times(m, e->u)));
    e->v = vr_small_transpose(vr_small_times(umu, multiply_t(e->u, r)));
    vr_small a = product(e), ga = vr_small_times(e->g, a);
    for (size_t i = 0; i < n; i++) {
        double g = e->g.at[i][i], w = e->omega.at[i][i];
        e->beta.at[i][i] =
            (ga.at[i][i] - g + w * (a.at[i][i] + e->gamma.at[i][i])) / (g - inner.at[i][i] + w);
        e->gamma.at[i][i] += a.at[i][i] - e->beta.at[i][i];
    }
}

/* Full rank: the solution is closed, B = I - P dMat(1 / diag P) with P = (G + Lambda)^-1. */
static double off_closed_form(const edlae *e, vr_small lambda) {
    vr_small p = vr_small_inverse(vr_small_sum(1, e->g, 1, lambda)),
             b = vr_small_identity(e->g.rows);
    for (size_t i = 0; i < b.rows; i++)
        for (size_t j = 0; j < b.rows; j++) b.at[i][j] -= p.at[i][j] / p.at[j][j];
    vr_small a = product(e);
    return vr_small_largest(vr_small_sum(1, vr_small_sum(1, a, -1, vr_small_diagonal(a)), -1, b));
}

static void updates_35(vr_finding *f, int rounds) {
    vr_dice dice = vr_dice_of(f->seed);
    for (int trial = 0; trial < 4; trial++) {
        edlae e = draw_edlae(&dice, 4, 4), other;
        e.v = vr_small_sum(1, vr_small_identity(4), 0.1, e.v);
        e.beta = e.gamma = vr_small_zero(4, 4);
        other = e;
        for (int i = 0; i < rounds; i++) {
            round_35(&e, e.lambda);
            round_35(&other, vr_small_sum(1, e.lambda, -1, e.omega));
        }
        vr_small both = vr_small_sum(1, e.lambda, 1, e.omega);
        double off = off_closed_form(&e, e.lambda), off_both = off_closed_form(&e, both);
        VR_TALLY(&f->printed, -off, 1e-9,
                 "4 items, full rank, %d rounds: %.3g from the solution with Lambda, %.3g from "
                 "that with "
                 "Lambda + Omega",
                 rounds, off, off_both);
        VR_TALLY(&f->corrected, -off_both, 1e-9,
                 "as printed, to the solution with Lambda + Omega: %.3g", off_both);
        VR_TALLY(&f->corrected, -off_closed_form(&other, e.lambda), 1e-9,
                 "with Lambda - Omega for Lambda, to the solution with Lambda: %.3g",
                 off_closed_form(&other, e.lambda));
    }
}
void vr_claim_eq_35(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    updates_35(f, 6000);
}
void vr_claim_eq_35_few_rounds(const vr_claims_input *in, vr_finding *f) {
    vr_finding wrong = {.seed = f->seed};
    (void)in;
    updates_35(&wrong, 3); /* three rounds are no solution */
    f->printed = wrong.corrected;
}
