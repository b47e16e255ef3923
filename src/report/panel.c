#include "report/panel.h"

#include <math.h>

enum {
    WIDTH = VR_PANEL_WIDTH,
    HEIGHT = VR_PANEL_HEIGHT,
    LEFT = 46,
    RIGHT = 10,
    TOP = 22,
    BOTTOM = 24
};

/* Where value is between low (0) and high (1). */
static double share(const vr_panel *at, double value, double low, double high) {
    if (high <= low) return .5;
    if (at->logarithmic) return log(value / low) / log(high / low);
    return (value - low) / (high - low);
}

double vr_panel_x(const vr_panel *at, double value) {
    return LEFT + share(at, value, at->left, at->right) * (WIDTH - LEFT - RIGHT);
}

double vr_panel_y(const vr_panel *at, double value) {
    return TOP + (1 - share(at, value, at->low, at->high)) * (HEIGHT - TOP - BOTTOM);
}

void vr_panel_widen(vr_panel *at, double value) {
    if (!isfinite(value)) return;
    at->low = fmin(at->low, value);
    at->high = fmax(at->high, value);
}

/* A flat curve still needs a scale. */
static void settle(vr_panel *at) {
    if (at->low > at->high) at->low = at->logarithmic, at->high = at->low + 1;
    if (at->logarithmic) {
        double factor = fmax(1.2, pow(at->high / at->low, .06));
        at->low /= factor, at->high *= factor;
        return;
    }
    double pad = at->high > at->low ? .06 * (at->high - at->low) : fabs(at->high) * .1 + 1e-3;
    at->low -= pad, at->high += pad;
}

/* The round number (1, 2 or 5 times a power of ten) that cuts the range in three to six. */
static double step_of(double range) {
    double power = pow(10, floor(log10(range / 3)));
    double part = range / 3 / power;
    return power * (part >= 5 ? 5 : part >= 2 ? 2 : 1);
}

static void tick(const vr_panel *at, double value) {
    double y = vr_panel_y(at, value);
    fprintf(at->out,
            "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"g\"/><text x=\"%d\" "
            "y=\"%.1f\" class=\"l e\">%.6g</text>",
            LEFT, WIDTH - RIGHT, y, y, LEFT - 5, y + 3.5, value);
}

static void even_ticks(const vr_panel *at) {
    double step = step_of(at->high - at->low);
    for (double k = ceil(at->low / step); k * step <= at->high; k++) tick(at, k * step);
}

/* On a logarithmic axis powers of ten, and 2 and 5 times them when it spans less than two; even steps on a short one
   too. */
static void ticks(const vr_panel *at) {
    static const double parts[] = {1, 2, 5};
    double span = at->high / at->low;
    if (!at->logarithmic || span < 4) {
        even_ticks(at);
        return;
    }
    int n_parts = span < 100 ? 3 : 1;
    for (double p = floor(log10(at->low)); p <= log10(at->high); p++) {
        for (int i = 0; i < n_parts; i++) {
            double value = parts[i] * pow(10, p);
            if (value >= at->low && value <= at->high) tick(at, value);
        }
    }
}

void vr_panel_begin(vr_panel *at) {
    settle(at);
    fprintf(at->out,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s by %s\"><text x=\"%d\" "
            "y=\"13\" class=\"t\">%s</text>",
            WIDTH, HEIGHT, at->title, at->about, LEFT, at->title);
    ticks(at);
    fprintf(at->out, "<text x=\"%.1f\" y=\"%d\" class=\"l\">%s</text>", vr_panel_x(at, at->left),
            HEIGHT - 8, at->first);
    if (*at->last) {
        fprintf(at->out, "<text x=\"%d\" y=\"%d\" class=\"l e\">%s</text>", WIDTH - RIGHT,
                HEIGHT - 8, at->last);
    }
}

void vr_panel_line(const vr_panel *at, const double *x, const double *y, size_t n) {
    int pen = 0;
    fprintf(at->out, "<path class=\"c c%d\" d=\"", at->series);
    for (size_t i = 0; i < n; i++) {
        if (isfinite(y[i])) {
            fprintf(at->out, "%c%.1f %.1f", pen ? 'L' : 'M', vr_panel_x(at, x[i]),
                    vr_panel_y(at, y[i]));
        }
        pen = isfinite(y[i]);
    }
    fputs("\"/>", at->out);
}

void vr_panel_dot(const vr_panel *at, double x, double y, const char *title) {
    fprintf(at->out,
            "<circle class=\"b b%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>%s</title></circle>",
            at->series, vr_panel_x(at, x), vr_panel_y(at, y), title);
}

void vr_panel_key(const vr_panel *at, int place, const char *word) {
    fprintf(at->out, "<text x=\"%d\" y=\"%d\" class=\"e k%d\">%s</text>", WIDTH - RIGHT,
            HEIGHT - BOTTOM - 8 - 12 * place, at->series, word);
}

void vr_panel_level(const vr_panel *at, double value, const char *word) {
    double y = vr_panel_y(at, value);
    fprintf(at->out,
            "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"p\"/><text x=\"%d\" "
            "y=\"%.1f\" class=\"e pt\">%s</text>",
            LEFT, WIDTH - RIGHT, y, y, WIDTH - RIGHT, y < HEIGHT / 2 ? y + 11 : y - 4, word);
}

void vr_panel_end(vr_panel *at) {
    fputs("</svg>", at->out);
}
