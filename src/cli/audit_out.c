#include "cli/audit_out.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "loss/params.h"

static const char *const value_words[] = {"a value for each row", "the sum over the batch",
                                          "the mean over the batch"};
static const char *const gradient_words[] = {"of each row's value, or of the sum",
                                             "of each row's value, or of the sum",
                                             "of the mean over the batch"};
static const char *const names[] = {"rows", "sum", "mean"};

static const char *const differ_text = "the value is reduced otherwise than the gradients: take "
                                       "both of the mean (gradients divided by "
                                       "B) or both of the sum, or give the B values of the rows";

int vr_audit_right(const vr_audit_result *a) {
    return a->diagnosis->right && (!a->scores || a->scores->right);
}

static const vr_deviation *deviation_of(const vr_audit_result *a, int q) {
    vr_reduction r = q == VR_VALUE ? a->diagnosis->value : a->diagnosis->gradient;
    if (a->c->n_rows == 1 || (q != VR_VALUE && r == VR_SUM)) r = VR_ROWS;
    return &a->diagnosis->exact.deviations[q][r];
}

/* --- text ------------------------------------------------------------------------------------------- */

static void print_head(const vr_audit_result *a) {
    const vr_audit_case *c = a->c;
    printf("%s f%d, %zu row%s, N = %zu", c->loss->name, c->bits, c->n_rows,
           c->n_rows == 1 ? "" : "s", c->n_neg);
    if (c->loss->needs_pos_samples) printf(", M = %zu", c->n_pos_samples);
    for (size_t i = 0; i < VR_N_LOSS_KEYS; i++)
        if ((c->loss->required | c->loss->optional) & vr_loss_keys[i].bit)
            printf(", %s = %.6g", vr_loss_keys[i].name,
                   vr_loss_param(&c->params, &vr_loss_keys[i]));
    puts("");
}

/* Whether the quantity is one number for all rows. */
static int of_batch(const vr_audit_result *a, int q) {
    return q == VR_VALUE && a->c->n_values < a->c->n_rows;
}

static int has_gradients(const vr_audit_case *c) {
    return c->got[VR_GRAD_POS] || c->got[VR_GRAD_NEG] || c->got[VR_GRAD_SAMPLES];
}

static void print_deviation(const vr_audit_result *a, int q) {
    const vr_deviation *t = deviation_of(a, q);
    if (!t->measured) return;
    int right = t->excess <= 1, digits = a->c->bits == 32 ? 9 : 17;
    printf("%-16s %s: worst %.3g ulp (allowed there %.3g), median %.3g, %.3g of the derived bound",
           vr_quantity_names[q], right ? "right" : "wrong", t->ulps, t->allowed, t->median,
           t->bound);
    if (!right) printf("; %zu of %zu wrong", t->n_wrong, t->n);
    printf("\n%16s worst", "");
    if (!of_batch(a, q)) printf(" at row %zu", t->row);
    if (q == VR_GRAD_NEG || q == VR_GRAD_SAMPLES) printf(", column %zu", t->column);
    printf(": expected %.*Lg, got %.*g\n", digits, t->expected, digits, t->got);
}

static void print_reductions(const vr_audit_result *a) {
    const vr_diagnosis *d = a->diagnosis;
    if (a->c->n_rows == 1) return;
    vr_reduction value = d->n_explanations ? d->explanations->value : d->value;
    vr_reduction gradient = d->n_explanations ? d->explanations->gradient : d->gradient;
    printf("reduction        value: %s", value_words[value]);
    if (has_gradients(a->c)) printf("; gradients: %s", gradient_words[gradient]);
    puts("");
}

static void print_explanation(const vr_explanation *e, int more) {
    const char *label = more ? "or" : "diagnosis";
    if (e->in_value && e->in_gradient && e->in_value != e->in_gradient) {
        printf("%-16s in the value %s: %s\n", label, e->in_value->name, e->in_value->text);
        printf("%-16s in the gradients %s: %s\n", "  and", e->in_gradient->name,
               e->in_gradient->text);
        return;
    }
    const vr_mistake *m = e->in_value ? e->in_value : e->in_gradient;
    const char *where = e->in_value && e->in_gradient ? ""
                        : e->in_value                 ? " (in the value)"
                                                      : " (in the gradients)";
    printf("%-16s %s%s: %s\n", label, m->name, where, m->text);
}

static int differ(const vr_audit_result *a, const vr_explanation *e) {
    return a->c->n_rows > 1 && has_gradients(a->c) && e->value != VR_ROWS &&
           (e->value == VR_MEAN) != (e->gradient == VR_MEAN);
}

static void print_diagnosis(const vr_audit_result *a) {
    const vr_diagnosis *d = a->diagnosis;
    for (size_t i = 0; i < d->n_explanations; i++) print_explanation(&d->explanations[i], i > 0);
    if (d->reductions_differ || (d->n_explanations && differ(a, d->explanations)))
        printf("%-16s reductions-differ: %s\n", d->n_explanations ? "  and" : "diagnosis",
               differ_text);
    if (d->only_inaccurate)
        puts(
            "diagnosis        the formula is right; a plain, stable code may be off this far, only "
            "--tolerance-ulps asks for more");
    if (!d->right && !d->n_explanations && !d->reductions_differ && !d->only_inaccurate)
        puts("diagnosis        no usual mistake explains it");
}

static void print_rules(const char *file, int right, const vr_similarity_rule *const *rules,
                        size_t n) {
    if (right) return;
    for (size_t i = 0; i < n; i++)
        printf("%-16s %s: %s: %s\n", i ? "or" : "diagnosis", file, rules[i]->name, rules[i]->text);
    if (!n) printf("%-16s %s: no usual mistake explains it\n", "diagnosis", file);
}

static void print_scores(const vr_audit_result *a) {
    const vr_scores_check *s = a->scores;
    if (!s) return;
    printf("%-16s %s: the %s of the embeddings, worst %.3g ulp\n", "scores",
           s->right ? "right" : "wrong", a->rule, s->ulps);
    if (s->right) return;
    printf("%16s worst at row %zu", "", s->row);
    if (s->of_negatives) printf(", column %zu of neg.npy", s->column);
    printf("%s: expected %.9g, got %.9g\n", s->of_negatives ? "" : " of pos.npy", s->expected,
           s->got);
    print_rules("pos.npy", s->pos_right, s->pos, s->n_pos);
    print_rules("neg.npy", s->neg_right, s->neg, s->n_neg);
}

void vr_audit_print_text(const vr_audit_result *a) {
    print_head(a);
    for (int q = 0; q < VR_N_QUANTITIES; q++) print_deviation(a, q);
    print_reductions(a);
    print_scores(a);
    print_diagnosis(a);
    printf("verdict          %s\n", vr_audit_right(a) ? "right" : "wrong");
}

/* --- JSON ------------------------------------------------------------------------------------------ */

/* JSON has neither NaN nor infinities: those are words. */
static json_t *number(double x) {
    return isfinite(x) ? json_real(x) : json_string(isnan(x) ? "NaN" : x > 0 ? "inf" : "-inf");
}

static json_t *deviation_json(const vr_audit_result *a, int q) {
    const vr_deviation *t = deviation_of(a, q);
    return json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:I, s:I}", "right",
                     t->excess <= 1, "worst_ulps", number(t->ulps), "allowed_ulps",
                     number(t->allowed), "median_ulps", number(t->median), "of_derived_bound",
                     number(t->bound), "row",
                     of_batch(a, q) ? json_null() : json_integer((json_int_t)t->row), "column",
                     (json_int_t)t->column, "expected", number((double)t->expected), "got",
                     number(t->got), "n_wrong", (json_int_t)t->n_wrong, "n", (json_int_t)t->n);
}

static json_t *mistake_json(const vr_mistake *m) {
    return m ? json_pack("{s:s, s:s}", "name", m->name, "text", m->text) : json_null();
}

static json_t *explanations_json(const vr_audit_result *a) {
    const vr_diagnosis *d = a->diagnosis;
    json_t *list = json_array();
    for (size_t i = 0; i < d->n_explanations; i++) {
        const vr_explanation *e = &d->explanations[i];
        json_array_append_new(list, json_pack("{s:o, s:o, s:s, s:s?, s:b}", "in_value",
                                              mistake_json(e->in_value), "in_gradients",
                                              mistake_json(e->in_gradient), "value_reduction",
                                              names[e->value], "gradient_reduction",
                                              has_gradients(a->c) ? names[e->gradient] : NULL,
                                              "reductions_differ", differ(a, e)));
    }
    return list;
}

static json_t *rules_json(const vr_similarity_rule *const *rules, size_t n) {
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s}", "name", rules[i]->name, "text", rules[i]->text));
    return list;
}

static json_t *scores_json(const vr_audit_result *a) {
    const vr_scores_check *s = a->scores;
    if (!s) return json_null();
    return json_pack(
        "{s:b, s:s, s:o, s:I, s:I, s:s, s:o, s:o, s:o, s:o}", "right", s->right, "rule", a->rule,
        "worst_ulps", number(s->ulps), "row", (json_int_t)s->row, "column", (json_int_t)s->column,
        "file", s->of_negatives ? "neg.npy" : "pos.npy", "expected", number(s->expected), "got",
        number(s->got), "pos_explained_by", rules_json(s->pos, s->pos_right ? 0 : s->n_pos),
        "neg_explained_by", rules_json(s->neg, s->neg_right ? 0 : s->n_neg));
}

void vr_audit_print_json(const vr_audit_result *a) {
    const vr_diagnosis *d = a->diagnosis;
    const vr_audit_case *c = a->c;
    json_t *quantities = json_object();
    for (int q = 0; q < VR_N_QUANTITIES; q++)
        if (deviation_of(a, q)->measured)
            json_object_set_new(quantities, vr_quantity_names[q], deviation_json(a, q));
    json_t *root =
        json_pack("{s:s, s:s, s:I, s:I, s:I, s:b, s:o, s:o, s:s, s:s?, s:b, s:b, s:o, s:o}", "loss",
                  c->loss->name, "precision", c->bits == 32 ? "f32" : "f64", "rows",
                  (json_int_t)c->n_rows, "negatives", (json_int_t)c->n_neg, "positive_samples",
                  (json_int_t)c->n_pos_samples, "right", vr_audit_right(a), "tolerance_ulps",
                  isnan(a->tolerance_ulps) ? json_string("derived") : json_real(a->tolerance_ulps),
                  "quantities", quantities, "value_reduction", names[d->value],
                  "gradient_reduction", has_gradients(c) ? names[d->gradient] : NULL,
                  "reductions_differ", d->reductions_differ, "only_inaccurate", d->only_inaccurate,
                  "findings", explanations_json(a), "scores", scores_json(a));
    json_dumpf(root, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(root);
}
