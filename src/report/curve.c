/* Learning curves: two panels, Recall@20 and loss, one point an epoch. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "report/panel.h"
#include "report/report.h"

/* Of a record: epochs from 1, Recall@20 in percent, loss. */
typedef struct points {
    double *epoch, *recall, *loss; /* one piece of memory */
} points;

static points points_of(const vr_record *record) {
    size_t n = record->n_epochs;
    points p = {calloc(3 * n + 1, sizeof(double)), NULL, NULL};
    if (!p.epoch) return p;
    p.recall = p.epoch + n;
    p.loss = p.recall + n;
    for (size_t i = 0; i < n; i++) {
        p.epoch[i] = (double)i + 1;
        p.recall[i] = 100 * record->epochs[i].recall;
        p.loss[i] = record->epochs[i].loss;
    }
    return p;
}

/* printed: NaN for a panel or a row that has none; dotted: with the best epoch. */
static void panel(const vr_record *record, const char *title, const double *x, const double *y,
                  double printed, int dotted, FILE *out) {
    char last[32] = "", best[32];
    if (record->n_epochs > 1) snprintf(last, sizeof last, "epoch %u", record->n_epochs);
    vr_panel at = {.title = title,
                   .about = "epoch",
                   .first = "1",
                   .last = last,
                   .left = 1,
                   .right = record->n_epochs,
                   .low = INFINITY,
                   .high = -INFINITY,
                   .out = out};
    for (uint32_t i = 0; i < record->n_epochs; i++) vr_panel_widen(&at, y[i]);
    vr_panel_widen(&at, printed);
    vr_panel_begin(&at);
    if (isfinite(printed)) vr_panel_level(&at, printed, "printed");
    vr_panel_line(&at, x, y, record->n_epochs);
    uint32_t e = record->best_epoch;
    snprintf(best, sizeof best, "best epoch %u", e);
    if (dotted && e >= 1 && e <= record->n_epochs) vr_panel_dot(&at, e, y[e - 1], best);
    vr_panel_end(&at);
}

void vr_report_curve(const vr_record *record, double printed, FILE *out) {
    points p = points_of(record);
    if (!p.epoch) return;
    fputs("<div class=\"curves\">", out);
    panel(record, "Recall@20 (%)", p.epoch, p.recall, printed, 1, out);
    int solved = strncmp(record->canonical, "solver=", 7) == 0;
    panel(record, solved ? "objective" : "training loss", p.epoch, p.loss, (double)NAN, 0, out);
    fputs("</div>\n", out);
    free(p.epoch);
}
