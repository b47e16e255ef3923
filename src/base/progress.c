#include "base/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double vr_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void vr_progress_begin(vr_progress *progress, const char *label, const char *unit, uint64_t total) {
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    int dumb = !terminal || strcmp(terminal, "dumb") == 0;
    *progress = (vr_progress){.label = label, .unit = unit, .total = total};
    progress->active = isatty(STDERR_FILENO) && !dumb;
    progress->color = !(no_color && *no_color);
    progress->started = vr_seconds();
}

/* "123", "4.56 k", "7.89 M" */
static const char *scaled(char text[32], double value) {
    const char *suffix = value >= 1e9 ? " G" : value >= 1e6 ? " M" : value >= 1e4 ? " k" : "";
    double unit = value >= 1e9 ? 1e9 : value >= 1e6 ? 1e6 : value >= 1e4 ? 1e3 : 1;
    snprintf(text, 32, unit > 1 ? "%.2f%s" : "%.0f%s", value / unit, suffix);
    return text;
}

static const char *clock_text(char text[32], double seconds) {
    long s = (long)(seconds + 0.5);
    if (s >= 3600)
        snprintf(text, 32, "%ld h %02ld min", s / 3600, s / 60 % 60);
    else if (s >= 60)
        snprintf(text, 32, "%ld min %02ld s", s / 60, s % 60);
    else
        snprintf(text, 32, "%ld s", s);
    return text;
}

void vr_progress_update(vr_progress *progress, uint64_t done) {
    if (!progress->active) return;
    double now = vr_seconds(), elapsed = now - progress->started;
    if (elapsed < 0.1 || now - progress->shown < 0.1) return; /* no rate from one step */
    progress->shown = now;
    double rate = elapsed > 0 ? (double)done / elapsed : 0;
    char line[256], a[32], b[32], c[32];
    int n = snprintf(line, sizeof line, "%s%s%s %s", progress->color ? "\033[36m" : "",
                     progress->label, progress->color ? "\033[0m" : "", scaled(a, (double)done));
    if (progress->total) {
        n += snprintf(line + n, sizeof line - (size_t)n, "/%s", scaled(a, (double)progress->total));
    }
    n += snprintf(line + n, sizeof line - (size_t)n, " %s, %s/s", progress->unit, scaled(b, rate));
    if (progress->total > done && rate > 0) {
        n += snprintf(line + n, sizeof line - (size_t)n, ", %s left",
                      clock_text(c, (double)(progress->total - done) / rate));
    }
    fprintf(stderr, "\r\033[K%s", line);
    fflush(stderr);
}

void vr_progress_end(vr_progress *progress) {
    if (progress->active && progress->shown > 0) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    progress->active = 0;
}
