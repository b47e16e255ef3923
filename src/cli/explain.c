#include "cli/explain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "eval/conventions.h"

vr_status vr_reported_read(const char *text, vr_reported *out, vr_error *error) {
    char *end;
    double value = strtod(text, &end);
    int percent = *end == '%' || value > 1;
    const char *point = strchr(text, '.');
    size_t digits = point ? strspn(point + 1, "0123456789") : 0;
    if (end == text || text[strspn(text, "0123456789.%")] || (*end == '%' ? end[1] : *end) ||
        !(value >= 0 && value <= 100) || (!percent && !digits))
        return vr_fail(
            error, VR_USAGE,
            "--explain: expected a reported number such as 16.93, 16.93%% or 0.1693, got "
            "\"%s\"",
            text);
    double unit = percent ? .01 : 1;
    *out = (vr_reported){text, unit * value, unit * .5000001 * pow(10, -(double)digits)};
    return VR_OK;
}

/* "; train items ranked too; ..." */
static void print_points(const vr_convention *c, const vr_evaluation *e, int lists, FILE *out) {
    if (c->k != e->k) fprintf(out, "; k = %u", c->k);
    if (!lists && c->similarity != e->similarity)
        fprintf(out, "; scores by %s", c->similarity == VR_DOT ? "dot" : "cosine");
    if (c->unmasked) fputs("; train items ranked too", out);
    if (c->all_users) fputs("; users without test items counted as 0", out);
}

static json_t *to_json(const vr_convention *c, const char *text) {
    return json_pack("{s:s, s:f, s:i, s:I, s:s, s:b, s:b}", "measure", text, "value", c->value,
                     "departures", c->departures, "k", (json_int_t)c->k, "scores",
                     c->similarity == VR_DOT ? "dot" : "cosine", "train_items_ranked", c->unmasked,
                     "all_users", c->all_users);
}

static void print(const vr_convention *c, const vr_evaluation *e, int lists) {
    printf("explains\t%.6f\t%s", c->value, vr_measure_text[c->measure]);
    print_points(c, e, lists, stdout);
    puts(c->departures ? "" : "; this program's own");
}

vr_status vr_explain(const vr_evaluation *evaluation, const uint32_t *lists,
                     const vr_reported *reported, json_t *json, vr_error *error) {
    vr_convention *all;
    size_t n, found = 0, further = 0;
    int fewest = 0;
    vr_status status = vr_conventions_measure(evaluation, lists, &all, &n, error);
    if (status) return status;
    for (size_t i = 0; i < n; i++) {
        if (fabs(all[i].value - reported->value) > reported->within) continue;
        if (!found++) fewest = all[i].departures;
        if (json)
            json_array_append_new(json, to_json(&all[i], vr_measure_text[all[i].measure]));
        else if (all[i].departures == fewest)
            print(&all[i], evaluation, lists != NULL);
        else
            further++;
    }
    if (further) printf("and\t%zu\tthat depart in more points (--json lists them)\n", further);
    free(all);
    return found ? VR_OK
                 : vr_fail(error, VR_DIFFERS,
                           "--explain: none of %zu ways to measure this ranking gives %s; other "
                           "splits, or another model?",
                           n, reported->text);
}
