#include "audit/similarity.h"

#include <math.h>
#include <string.h>
#include "audit/measure.h"

/* Of one pair of vectors: u.v, |u|^2, |v|^2, sum |u_i v_i|. */
typedef struct pair {
    long double dot, user, item, sizes;
    double dim, t;
} pair;

static long double quotient(long double a, long double b) {
    return b > 0 ? a / b : 0;
}

static long double similarity_cosine(const pair *p) {
    return quotient(p->dot, sqrtl(p->user * p->item));
}
static long double similarity_dot(const pair *p) {
    return p->dot;
}
static long double similarity_user_left(const pair *p) {
    return quotient(p->dot, sqrtl(p->item));
}
static long double similarity_item_left(const pair *p) {
    return quotient(p->dot, sqrtl(p->user));
}
static long double similarity_squared(const pair *p) {
    return quotient(p->dot, p->user * p->item);
}
static long double similarity_user_squared(const pair *p) {
    return quotient(p->dot, p->user * sqrtl(p->item));
}
static long double similarity_item_squared(const pair *p) {
    return quotient(p->dot, p->item * sqrtl(p->user));
}
static long double similarity_by_root(const pair *p) {
    return p->dot / sqrtl(p->dim);
}
static long double similarity_by_dim(const pair *p) {
    return p->dot / p->dim;
}
static long double similarity_cosine_t(const pair *p) {
    return similarity_cosine(p) / p->t;
}
static long double similarity_dot_t(const pair *p) {
    return p->dot / p->t;
}
static long double similarity_square_distance(const pair *p) {
    return -fmaxl(p->user - 2 * p->dot + p->item, 0);
}
static long double similarity_distance(const pair *p) {
    return -sqrtl(-similarity_square_distance(p));
}

static const struct {
    vr_similarity_rule rule;
    long double (*of)(const pair *p);
} rules[] = {
#define SIMILARITY(id, name, text) {{name, text}, similarity_##id},
#include "audit/similarities.def"
#undef SIMILARITY
};
enum { N_RULES = sizeof rules / sizeof *rules };

static pair pair_of(const vr_audit_case *c, size_t row, const double *item) {
    const double *user = c->user + row * c->dim;
    pair p = {.dim = (double)c->dim, .t = c->params.t};
    for (size_t i = 0; i < c->dim; i++) {
        long double x = user[i], y = item[i];
        p.dot += x * y;
        p.user += x * x;
        p.item += y * y;
        p.sizes += fabsl(x * y);
    }
    return p;
}

/* A dot product of d terms in any order, and two norms: relative to what it would be without cancellation. Distances
   may be taken as |u|^2 - 2 u.v + |v|^2, which cancels. */
static double allowed(const pair *p, size_t rule, double u) {
    pair sizes = *p;
    sizes.dot = p->sizes;
    double k = 2 * vr_sum_error((size_t)p->dim) + 16;
    if (rules[rule].of == similarity_square_distance)
        return u * k * (double)(p->user + p->item + 2 * p->sizes);
    if (rules[rule].of == similarity_distance) {
        double whole = u * k * (double)(p->user + p->item + 2 * p->sizes);
        double size = (double)-similarity_distance(p);
        return fmin(sqrt(whole), size > 0 ? whole / size : (double)INFINITY);
    }
    return u * k * (double)fabsl(rules[rule].of(&sizes));
}

/* What each rule's worst excess is over one file. */
static void note(const vr_audit_case *c, double got, const pair *p, double worst[N_RULES]) {
    double u = c->bits == 32 ? 0x1p-24 : 0x1p-53;
    for (size_t r = 0; r < N_RULES; r++) {
        double error = (double)fabsl(got - rules[r].of(p));
        worst[r] = fmax(worst[r], error == 0 ? 0 : error / allowed(p, r, u));
    }
}

/* The worst score by the right rule. */
static void note_right(const vr_audit_case *c, double got, const pair *p, size_t right,
                       size_t place[3], vr_scores_check *out) {
    double u = c->bits == 32 ? 0x1p-24 : 0x1p-53;
    long double expected = rules[right].of(p);
    double error = (double)fabsl(got - expected);
    double excess = error == 0 ? 0 : error / allowed(p, right, u);
    out->ulps = fmax(out->ulps, error / vr_ulp(expected, c->bits));
    if (excess < out->excess || (out->excess == 0 && excess == 0)) return;
    out->excess = excess;
    out->row = place[0];
    out->column = place[1];
    out->of_negatives = (int)place[2];
    out->expected = (double)expected;
    out->got = got;
}

static size_t collect(const double worst[N_RULES], size_t right, const vr_similarity_rule **out) {
    size_t n = 0;
    for (size_t r = 0; r < N_RULES; r++)
        if (worst[r] <= 1 && r != right) out[n++] = &rules[r].rule;
    return n;
}

void vr_audit_check_scores(const vr_audit_case *c, const char *rule, vr_scores_check *out) {
    double pos[N_RULES] = {0}, neg[N_RULES] = {0};
    size_t right = strcmp(rule, "cosine") == 0 ? 0 : 1;
    *out = (vr_scores_check){0};
    for (size_t b = 0; b < c->n_rows; b++) {
        pair p = pair_of(c, b, c->pos_item + b * c->dim);
        note(c, c->pos[b], &p, pos);
        note_right(c, c->pos[b], &p, right, (size_t[]){b, 0, 0}, out);
        for (size_t j = 0; j < c->n_neg; j++) {
            size_t at = b * c->n_neg + j;
            p = pair_of(c, b, c->neg_items + at * c->dim);
            note(c, c->neg[at], &p, neg);
            note_right(c, c->neg[at], &p, right, (size_t[]){b, j, 1}, out);
        }
    }
    out->pos_right = pos[right] <= 1;
    out->neg_right = neg[right] <= 1;
    out->right = out->pos_right && out->neg_right;
    out->n_pos = collect(pos, right, out->pos);
    out->n_neg = collect(neg, right, out->neg);
}
