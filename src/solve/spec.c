#include "solve/spec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/setting.h"
#include "base/text.h"
#include "solve/solver.h"

enum { KIND_COUNT, KIND_NUMBER, KIND_SEED, KIND_TAU };
enum { CLOSED = 0, OPEN_LEAST = 1, OPEN_MOST = 2 };

#define AT(field) offsetof(vr_solve_spec, field)
#define COUNT(key, least, most, doc)                                                               \
    { #key, doc, KIND_COUNT, AT(key), least, most, CLOSED, NULL, 0 }
#define NUMBER(key, least, most, open, doc, reason)                                                \
    { #key, doc, KIND_NUMBER, AT(key), least, most, open, reason, 0 }
#define OPTIONAL(key, least, most, open, doc, reason)                                              \
    { #key, doc, KIND_NUMBER, AT(key), least, most, open, reason, 1 }

const vr_solve_key vr_solve_keys[] = {
    COUNT(dim, 1, 4096, "length of a user's and an item's vector"),
    NUMBER(alpha0, 0, 1, OPEN_MOST, "weight of the unobserved pairs (Eq. 23)",
           "Theorem 1 sends it to alpha0' = alpha0 / ((1 - alpha0) c), which is a weight for "
           "0 <= alpha0 < 1 only; from 1 on the debiased objective no longer rewards a positive "
           "pair and may have no minimum"),
    NUMBER(lambda, 0, 1e12, OPEN_LEAST, "weight of the L2 regulariser",
           "without it the normal equations may be singular, and a solution not unique"),
    NUMBER(nu, 0, 2, CLOSED,
           "exponent of the frequency in the regulariser: lambda (|I_u^+| + alpha0 |I|)^nu",
           "0 weighs all users alike, 1 by their share of the loss; a negative exponent would "
           "regularise the rarest most, and divide by 0 where there is no pair"),
    OPTIONAL(
        c, 0, 1e9, OPEN_LEAST,
        "the debiased loss of section 3.2 with this one c_u for all users; not given, nor another "
        "rule: the biased loss",
        "c_u = |I| tau_u^+ / |I_u^+| is a ratio of shares; Theorem 1 divides by it, and below 0 "
        "the objective may have no minimum"),
    OPTIONAL(
        alpha, -1e9, 1e9, CLOSED,
        "the debiased objective as printed, ||X-XW||^2 - alpha ||XW||^2 + lambda ||W||^2 (Eq. 27)",
        NULL),
    {"tau",
     "the debiased loss with tau_u^+ by a rule: count:K (|I_u^+|+K)/|I| or scale:alpha "
     "(1+alpha)|I_u^+|/|I|",
     KIND_TAU, AT(tau_rule), 0, 1e9, CLOSED, NULL, 1},
    COUNT(block, 0, 4096,
          "coordinates that are solved at a time (iALS++); 0: all, by one Cholesky a row"),
    COUNT(rank, 1, 1e6, "rank of U V^T (Eq. 32)"),
    NUMBER(dropout, 0, 1, OPEN_MOST,
           "p of Lambda = lambda I + p / (1 - p) diag(X^T X): the share of interactions that EDLAE "
           "drops",
           "p / (1 - p) is the odds of dropping an interaction"),
    NUMBER(rho, 0, 1e12, OPEN_LEAST,
           "omega of Eq. 34, Omega = Lambda + omega I: weight of the constraint",
           "Eq. 34 needs omega > 0: without a penalty nothing holds diag(U V^T) to beta"),
    COUNT(printed, 0, 1, "1: the updates of Eq. 35 as printed; 0: corrected"),
    COUNT(side, 0, 2, "what is inverted: 1 items x items, 2 users x users, 0 the smaller one"),
    COUNT(bits, 0, 64,
          "precision of the inverse: 32, 64, or 0: 32, and 64 where its check asks for it"),
    COUNT(items, 0, 1e9, "only so many items, those with the most train interactions; 0: all"),
    COUNT(sweeps, 1, 1e6, "passes over all items and users; iterations of ADMM"),
    NUMBER(init, 0, 1e3, OPEN_LEAST,
           "standard deviation of the normal initial items, times the root of dim or rank",
           "items that are all 0 stay so"),
    {"seed", "of every draw", KIND_SEED, AT(seed), 0, 0, CLOSED, NULL, 0},
    OPTIONAL(
        holdout, 0, 1, OPEN_LEAST | OPEN_MOST,
        "measure on this share of each user's train items, taken out of train, instead of on test",
        "it is a share"),
};
const size_t vr_n_solve_keys = sizeof vr_solve_keys / sizeof *vr_solve_keys;

static void *field(const vr_solve_spec *spec, const vr_solve_key *key) {
    return (char *)(size_t)spec + key->offset;
}

/* Its place in the table if the solver has it, else vr_n_solve_keys. */
static size_t key_of(const vr_solve_spec *spec, const char *name) {
    size_t i = 0;
    while (i < vr_n_solve_keys && strcmp(vr_solve_keys[i].name, name) != 0) i++;
    return i < vr_n_solve_keys && vr_solver_has(vr_solver_find(spec->solver), name)
               ? i
               : vr_n_solve_keys;
}

vr_status vr_solve_spec_start(const char *solver, const char *where, vr_solve_spec *out,
                              vr_error *error) {
    const vr_solver *found = vr_solver_find(solver);
    const char *names[64];
    char hint[512];
    size_t n = 0;
    if (found) {
        *out = found->defaults;
        snprintf(out->solver, sizeof out->solver, "%s", found->name);
        return VR_OK;
    }
    for (; n < vr_n_solvers && n < 64; n++) names[n] = vr_solvers[n]->name;
    return vr_fail(error, VR_USAGE, "%s%sunknown solver \"%s\"%s", where ? where : "",
                   where ? ": " : "", solver, vr_did_you_mean(hint, sizeof hint, solver, names, n));
}

static vr_status unknown_key(const vr_solve_spec *spec, const char *key, const char *where,
                             vr_error *error) {
    const char *names[64];
    char hint[512];
    size_t n = 0;
    for (size_t i = 0; i < vr_n_solve_keys && n < 64; i++)
        if (key_of(spec, vr_solve_keys[i].name) == i) names[n++] = vr_solve_keys[i].name;
    return vr_fail(error, VR_USAGE, "%s: solver \"%s\" has no key \"%s\"%s", where, spec->solver,
                   key, vr_did_you_mean(hint, sizeof hint, key, names, n));
}

/* "0 <= alpha0 < 1" */
static void condition_of(const vr_solve_key *key, char *text, size_t size) {
    snprintf(text, size, "%g %s %s %s %g", key->least,
             key->open & OPEN_LEAST ? "<" : "<=", key->name,
             key->open & OPEN_MOST ? "<" : "<=", key->most);
}

static vr_status read_number(const vr_solve_key *key, const char *text, const char *where,
                             double *out, vr_error *error) {
    char condition[128];
    vr_number_range any = {-INFINITY, INFINITY, 0};
    double value = 0;
    condition_of(key, condition, sizeof condition);
    if (vr_setting_number(key->name, text, &any, where, &value, NULL))
        return vr_fail(error, VR_USAGE, "%s: %s = \"%s\" is not a finite number; expected %s",
                       where, key->name, text, condition);
    int low = key->open & OPEN_LEAST ? value <= key->least : value < key->least,
        high = key->open & OPEN_MOST ? value >= key->most : value > key->most;
    if (low || high || (key->kind == KIND_COUNT && value != floor(value)))
        return vr_fail(error, VR_USAGE, "%s: %s = %s; expected %s%s%s%s", where, key->name, text,
                       condition, key->kind == KIND_COUNT ? ", a whole number" : "",
                       key->reason ? ": " : "", key->reason ? key->reason : "");
    *out = value;
    return VR_OK;
}

vr_status vr_solve_spec_set(vr_solve_spec *spec, const char *key, const char *value,
                            const char *where, vr_error *error) {
    size_t place = key_of(spec, key);
    if (place == vr_n_solve_keys) return unknown_key(spec, key, where, error);
    const vr_solve_key *row = &vr_solve_keys[place];
    double number = 0;
    vr_status status;
    switch (row->kind) {
    case KIND_SEED: status = vr_setting_seed(value, where, field(spec, row), error); break;
    case KIND_TAU:
        status = vr_tau_read(value, where, &spec->tau_rule, &spec->tau_value, error);
        break;
    default:
        status = read_number(row, value, where, &number, error);
        if (!status && row->kind == KIND_COUNT) *(uint32_t *)field(spec, row) = (uint32_t)number;
        if (!status && row->kind == KIND_NUMBER) *(double *)field(spec, row) = number;
    }
    if (!status) spec->given |= (uint64_t)1 << place;
    return status;
}

vr_status vr_solve_spec_check(const vr_solve_spec *spec, const char *where, vr_error *error) {
    const vr_solver *solver = vr_solver_find(spec->solver);
    return solver->check ? solver->check(spec, where, error) : VR_OK;
}

int vr_solve_given(const vr_solve_spec *spec, const char *key) {
    size_t place = key_of(spec, key);
    return place < vr_n_solve_keys && (spec->given >> place & 1);
}

int vr_solve_key_used(const vr_solve_spec *spec, const vr_solve_key *key) {
    return key_of(spec, key->name) < vr_n_solve_keys &&
           (!key->optional || vr_solve_given(spec, key->name));
}

void vr_solve_spec_value(const vr_solve_spec *spec, const vr_solve_key *key, char *text,
                         size_t size) {
    const void *at = field(spec, key);
    switch (key->kind) {
    case KIND_SEED: snprintf(text, size, "%llu", (unsigned long long)*(const uint64_t *)at); return;
    case KIND_COUNT: snprintf(text, size, "%u", *(const uint32_t *)at); return;
    case KIND_TAU: vr_tau_text(spec->tau_rule, spec->tau_value, text, size); return;
    default: vr_setting_text(*(const double *)at, text, size);
    }
}

size_t vr_solve_canonical(const vr_solve_spec *spec, char *text, size_t size) {
    size_t length = (size_t)snprintf(text, size, "solver=%s\n", spec->solver);
    for (size_t i = 0; i < vr_n_solve_keys; i++) {
        const vr_solve_key *key = &vr_solve_keys[i];
        if (!vr_solve_key_used(spec, key)) continue;
        char value[64];
        vr_solve_spec_value(spec, key, value, sizeof value);
        length += (size_t)snprintf(length < size ? text + length : NULL,
                                   length < size ? size - length : 0, "%s=%s\n", key->name, value);
    }
    return length;
}
