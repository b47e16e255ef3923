/* What growth costs: a pair of panels for each quantity that a study may grow in, and a table of a data set of
   Amazon-Book's size and its multiples. The parts of the memory are those of train/memory.h, nothing else. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "report/panel.h"
#include "report/report.h"
#include "train/memory.h"

static const struct {
    const char *sweep, *title;
    vr_growth_column column;
} sweeps[] = {
    {"interactions", "Train interactions", VR_GROWTH_TRAIN_PAIRS},
    {"users", "Users", VR_GROWTH_USERS},
    {"items", "Items", VR_GROWTH_ITEMS},
    {"dim", "Factors d", VR_GROWTH_DIM},
    {"negatives", "Negatives N", VR_GROWTH_NEGATIVES},
    {"threads", "Threads", VR_GROWTH_THREADS},
};
enum { N_SWEEPS = sizeof sweeps / sizeof *sweeps, MOST_POINTS = 32 };
static const char largest[] = "amazon-book";

/* "1,234,567", "20.4 k" would be shorter but is no number to compare with. */
static vr_number count(double value) {
    return vr_with_commas((unsigned long long)llround(value));
}

vr_number vr_seconds_in_words(double seconds) {
    vr_number number;
    if (isnan(seconds))
        return vr_decimals(seconds, 0);
    else if (seconds < 100)
        snprintf(number.text, sizeof number.text, "%.3g s", seconds);
    else if (seconds < 6000)
        snprintf(number.text, sizeof number.text, "%.3g min", seconds / 60);
    else if (seconds < 2 * 86400)
        snprintf(number.text, sizeof number.text, "%.3g h", seconds / 3600);
    else
        snprintf(number.text, sizeof number.text, "%.3g days", seconds / 86400);
    return number;
}

/* --- panels ---------------------------------------------------------------------------------------- */

/* Points of a sweep, in the file's order (ascending): x, a column of them, and how many. */
static size_t points_of(const vr_growth *growth, size_t sweep, vr_growth_column column, double *x,
                        double *y) {
    size_t n = 0;
    for (size_t i = 0; i < growth->n_rows && n < MOST_POINTS; i++) {
        const vr_growth_row *row = &growth->rows[i];
        if (strcmp(row->sweep, sweeps[sweep].sweep) != 0) continue;
        x[n] = row->at[sweeps[sweep].column];
        y[n++] = row->at[column];
    }
    return n;
}

/* A line through `lined`, dots for `dotted`: the model and what was measured, or the same twice. */
static void panel(const vr_growth *growth, size_t sweep, const char *title, vr_growth_column lined,
                  vr_growth_column dotted, FILE *out) {
    double x[MOST_POINTS], line[MOST_POINTS], dots[MOST_POINTS];
    size_t n = points_of(growth, sweep, lined, x, line);
    points_of(growth, sweep, dotted, x, dots);
    if (!n) return;
    char last[64];
    vr_number first = count(x[0]), end = count(x[n - 1]);
    snprintf(last, sizeof last, "%s", end.text);
    vr_panel at = {.title = title,
                   .about = sweeps[sweep].title,
                   .first = first.text,
                   .last = n > 1 ? last : "",
                   .left = x[0],
                   .right = x[n - 1],
                   .low = INFINITY,
                   .high = -INFINITY,
                   .logarithmic = 1,
                   .out = out};
    for (size_t i = 0; i < n; i++) {
        vr_panel_widen(&at, line[i]);
        vr_panel_widen(&at, dots[i]);
    }
    vr_panel_begin(&at);
    vr_panel_line(&at, x, line, n);
    for (size_t i = 0; i < n; i++) {
        char text[96];
        snprintf(text, sizeof text, "%s: %.4g", count(x[i]).text, dots[i]);
        if (isfinite(dots[i])) vr_panel_dot(&at, x[i], dots[i], text);
    }
    vr_panel_end(&at);
}

void vr_report_growth_curves(const vr_growth *growth, FILE *out) {
    for (size_t s = 0; s < N_SWEEPS; s++) {
        double x[MOST_POINTS], y[MOST_POINTS];
        const vr_growth_row *row = growth->rows;
        size_t n = points_of(growth, s, VR_GROWTH_EPOCH_S, x, y);
        if (!n) continue;
        while (strcmp(row->sweep, sweeps[s].sweep) != 0) row++;
        fprintf(out, "<h3>%s</h3><p class=\"soft\">", sweeps[s].title);
        const char *comma = "";
        for (size_t k = 0; k < N_SWEEPS; k++) {
            if (k == s) continue;
            fprintf(out, "%s%s %s", comma, sweeps[k].title, count(row->at[sweeps[k].column]).text);
            comma = ", ";
        }
        fputs("</p>\n<div class=\"curves\">", out);
        panel(growth, s, "epoch (s)", VR_GROWTH_EPOCH_S, VR_GROWTH_EPOCH_S, out);
        panel(growth, s, "peak memory (MiB); line: model", VR_GROWTH_MODEL_MIB, VR_GROWTH_PEAK_MIB,
              out);
        fputs("</div>\n", out);
    }
}

/* --- the table ------------------------------------------------------------------------------------- */

int vr_growth_is_size(const vr_growth_row *row) {
    return strncmp(row->sweep, largest, strlen(largest)) == 0;
}

vr_memory vr_growth_memory(const vr_growth_row *row) {
    vr_train_spec spec = vr_spec_default();
    vr_extent extent = {row->at[VR_GROWTH_USERS], row->at[VR_GROWTH_ITEMS],
                        row->at[VR_GROWTH_TRAIN_PAIRS], row->at[VR_GROWTH_TEST_PAIRS]};
    strcpy(spec.loss, "mine+");
    spec.dim = (uint32_t)row->at[VR_GROWTH_DIM];
    spec.negatives = (uint32_t)row->at[VR_GROWTH_NEGATIVES];
    spec.batch = (uint32_t)row->at[VR_GROWTH_BATCH];
    return vr_memory_needed(&spec, &extent, (int)row->at[VR_GROWTH_THREADS]);
}

double vr_growth_worst(const vr_growth *growth) {
    double worst = 0;
    for (size_t i = 0; i < growth->n_rows; i++) {
        double off = fabs(growth->rows[i].at[VR_GROWTH_MODEL_OVER_PEAK] - 1);
        if (off > worst) worst = off;
    }
    return worst;
}

double vr_growth_check(const vr_growth *growth) {
    double worst = 0;
    for (size_t i = 0; i < growth->n_rows; i++) {
        const vr_growth_row *whole = &growth->rows[i];
        if (strcmp(whole->sweep, "check") != 0 || !strstr(whole->world, "whole")) continue;
        for (size_t k = 0; k < growth->n_rows; k++) {
            const vr_growth_row *parts = &growth->rows[k];
            if (strcmp(parts->sweep, "check") != 0 || strstr(parts->world, "whole") ||
                parts->at[VR_GROWTH_TRAIN_PAIRS] != whole->at[VR_GROWTH_TRAIN_PAIRS])
                continue;
            double off = fabs(parts->at[VR_GROWTH_EPOCH_S] / whole->at[VR_GROWTH_EPOCH_S] - 1);
            if (off > worst) worst = off;
        }
    }
    return worst;
}
