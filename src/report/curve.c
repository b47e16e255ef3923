/* Learning curves as a small SVG: two panels, Recall@20 and loss, one point an epoch. */
#include <math.h>
#include "report/report.h"

enum { WIDTH = 320, HEIGHT = 150, LEFT = 46, RIGHT = 10, TOP = 22, BOTTOM = 24 };

typedef struct panel {
    const char *title;
    double low, high; /* of the y axis */
    uint32_t n;       /* epochs */
    FILE *out;
} panel;

static double x_of(const panel *at, uint32_t i) {
    double share = at->n > 1 ? (double)i / (double)(at->n - 1) : .5;
    return LEFT + share * (WIDTH - LEFT - RIGHT);
}

static double y_of(const panel *at, double value) {
    return TOP + (at->high - value) / (at->high - at->low) * (HEIGHT - TOP - BOTTOM);
}

static void widen(panel *at, double value) {
    if (!isfinite(value)) return;
    at->low = fmin(at->low, value);
    at->high = fmax(at->high, value);
}

/* A flat curve still needs a scale. */
static void settle(panel *at) {
    if (at->low > at->high) at->low = 0, at->high = 1;
    double pad = at->high > at->low ? .06 * (at->high - at->low) : fabs(at->high) * .1 + 1e-3;
    at->low -= pad, at->high += pad;
}

/* The round number (1, 2 or 5 times a power of ten) that cuts the range in three to six. */
static double step_of(double range) {
    double power = pow(10, floor(log10(range / 3)));
    double share = range / 3 / power;
    return power * (share >= 5 ? 5 : share >= 2 ? 2 : 1);
}

static void frame(const panel *at) {
    fprintf(at->out,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s by epoch\"><text x=\"%d\" "
            "y=\"13\" "
            "class=\"t\">%s</text>",
            WIDTH, HEIGHT, at->title, LEFT, at->title);
    double step = step_of(at->high - at->low);
    for (double k = ceil(at->low / step); k * step <= at->high; k++) {
        double y = y_of(at, k * step);
        fprintf(at->out,
                "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"g\"/><text x=\"%d\" "
                "y=\"%.1f\" class=\"l e\">%.6g</text>",
                LEFT, WIDTH - RIGHT, y, y, LEFT - 5, y + 3.5, k * step);
    }
    fprintf(at->out, "<text x=\"%.1f\" y=\"%d\" class=\"l\">1</text>", x_of(at, 0), HEIGHT - 8);
    if (at->n > 1) {
        fprintf(at->out, "<text x=\"%d\" y=\"%d\" class=\"l e\">epoch %u</text>", WIDTH - RIGHT,
                HEIGHT - 8, at->n);
    }
}

/* Points that are not finite leave a gap. */
static void line(const panel *at, const vr_record *record, int recall) {
    int pen = 0;
    fputs("<path class=\"c\" d=\"", at->out);
    for (uint32_t i = 0; i < at->n; i++) {
        double value = recall ? 100 * record->epochs[i].recall : record->epochs[i].loss;
        if (isfinite(value)) {
            fprintf(at->out, "%c%.1f %.1f", pen ? 'L' : 'M', x_of(at, i), y_of(at, value));
        }
        pen = isfinite(value);
    }
    fputs("\"/>", at->out);
}

static void best(const panel *at, const vr_record *record) {
    if (record->best_epoch < 1 || record->best_epoch > at->n) return;
    fprintf(
        at->out,
        "<circle class=\"b\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>best epoch %u</title></circle>",
        x_of(at, record->best_epoch - 1), y_of(at, 100 * record->recall), record->best_epoch);
}

static void recall_panel(const vr_record *record, double printed, FILE *out) {
    panel at = {"Recall@20 (%)", INFINITY, -INFINITY, record->n_epochs, out};
    for (uint32_t i = 0; i < at.n; i++) widen(&at, 100 * record->epochs[i].recall);
    widen(&at, printed);
    settle(&at);
    frame(&at);
    if (isfinite(printed)) {
        double y = y_of(&at, printed);
        fprintf(out,
                "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"p\"/><text x=\"%d\" "
                "y=\"%.1f\" class=\"e pt\">printed</text>",
                LEFT, WIDTH - RIGHT, y, y, WIDTH - RIGHT, y < HEIGHT / 2 ? y + 11 : y - 4);
    }
    line(&at, record, 1);
    best(&at, record);
    fputs("</svg>", out);
}

static void loss_panel(const vr_record *record, FILE *out) {
    panel at = {"training loss", INFINITY, -INFINITY, record->n_epochs, out};
    for (uint32_t i = 0; i < at.n; i++) widen(&at, record->epochs[i].loss);
    settle(&at);
    frame(&at);
    line(&at, record, 0);
    fputs("</svg>", out);
}

void vr_report_curve(const vr_record *record, double printed, FILE *out) {
    fputs("<div class=\"curves\">", out);
    recall_panel(record, printed, out);
    loss_panel(record, out);
    fputs("</div>\n", out);
}
