#include "study/shape.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* Standard errors of a difference that make two points differ. */
#define DIFFERS 2

const char *vr_shape_text(vr_shape_verdict verdict) {
    static const char *const text[VR_N_SHAPE_VERDICTS] = {"holds", "fails", "undecided", "not run"};
    return text[verdict];
}

const char *vr_shape_criterion(vr_shape_check check) {
    static const char *const text[] = {
        "the last point is above the first, and none is below one to its left",
        "the last point is below the highest",
        "a point that is not below the highest comes at a smaller x than the other curve's",
        "the range of Recall is at most half the other sweep's",
        "both ends are below a point between; the curve rises to it and falls from it",
        "every point that is not below the highest is in the range"};
    return text[check];
}

double vr_mark_error(const vr_mark *mark) {
    double sd = mark->n_seeds > 1 ? fmax(mark->sd, VR_SEED_SD_LEAST) : VR_SEED_SD;
    return sd / sqrt((double)mark->n_seeds);
}

static double noise(const vr_mark *a, const vr_mark *b) {
    return DIFFERS * hypot(vr_mark_error(a), vr_mark_error(b));
}

static int below(const vr_mark *a, const vr_mark *b) {
    return b->y - a->y > noise(a, b);
}

static const vr_mark *highest(vr_curve curve) {
    const vr_mark *top = curve.marks;
    for (size_t i = 1; i < curve.n; i++)
        if (curve.marks[i].y > top->y) top = &curve.marks[i];
    return top;
}

static const vr_mark *lowest(vr_curve curve) {
    const vr_mark *foot = curve.marks;
    for (size_t i = 1; i < curve.n; i++)
        if (curve.marks[i].y < foot->y) foot = &curve.marks[i];
    return foot;
}

/* The leftmost point that is not below the highest. */
static const vr_mark *plateau(vr_curve curve) {
    const vr_mark *top = highest(curve), *mark = curve.marks;
    while (below(mark, top)) mark++;
    return mark;
}

/* Whether the curve ends before it has a plateau: its last point is above every other. */
static int still_rises(vr_curve curve) {
    return plateau(curve) == &curve.marks[curve.n - 1];
}

static int above_all(const vr_mark *mark, vr_curve curve) {
    size_t n = 0;
    for (size_t i = 0; i < curve.n; i++) n += (size_t)below(&curve.marks[i], mark);
    return n + 1 == curve.n;
}

/* Whether, from left to right, some point is below an earlier one. */
static int falls(vr_curve curve) {
    for (size_t i = 0; i < curve.n; i++)
        for (size_t k = i + 1; k < curve.n; k++)
            if (below(&curve.marks[k], &curve.marks[i])) return 1;
    return 0;
}

static int rises(vr_curve curve) {
    for (size_t i = 0; i < curve.n; i++)
        for (size_t k = i + 1; k < curve.n; k++)
            if (below(&curve.marks[i], &curve.marks[k])) return 1;
    return 0;
}

__attribute__((format(printf, 2, 3))) static vr_shape_found found(vr_shape_verdict verdict,
                                                                  const char *format, ...) {
    vr_shape_found out = {.verdict = verdict};
    va_list values;
    va_start(values, format);
    vsnprintf(out.text, sizeof out.text, format, values);
    va_end(values);
    return out;
}

/* --- the shapes ------------------------------------------------------------------------------------ */

static vr_shape_found judge_rises(vr_curve curve) {
    const vr_mark *first = curve.marks, *last = &curve.marks[curve.n - 1];
    vr_shape_verdict verdict = falls(curve)         ? VR_SHAPE_FAILS
                               : below(first, last) ? VR_SHAPE_HOLDS
                                                    : VR_SHAPE_UNDECIDED;
    const vr_mark *top = highest(curve);
    return found(verdict, "%.2f at %g, %.2f at %g, highest %.2f at %g", first->y, first->x, last->y,
                 last->x, top->y, top->x);
}

static vr_shape_found judge_falls(vr_curve curve) {
    const vr_mark *top = highest(curve), *last = &curve.marks[curve.n - 1];
    vr_shape_verdict verdict = below(last, top)         ? VR_SHAPE_HOLDS
                               : above_all(last, curve) ? VR_SHAPE_FAILS
                                                        : VR_SHAPE_UNDECIDED;
    return found(verdict, "highest %.2f at %g, %.2f at %g", top->y, top->x, last->y, last->x);
}

static vr_shape_found judge_earlier(vr_curve curve, vr_curve other) {
    double own = plateau(curve)->x, theirs = plateau(other)->x;
    return found(own < theirs   ? VR_SHAPE_HOLDS
                 : own > theirs ? VR_SHAPE_FAILS
                                : VR_SHAPE_UNDECIDED,
                 "%s %g, the other %s %g", still_rises(curve) ? "still rising at" : "level from",
                 own, still_rises(other) ? "still rising at" : "from", theirs);
}

static vr_shape_found judge_minor(vr_curve curve, vr_curve other) {
    const vr_mark *ends[] = {highest(curve), lowest(curve), highest(other), lowest(other)};
    double own = ends[0]->y - ends[1]->y, theirs = ends[2]->y - ends[3]->y;
    double slack = DIFFERS * hypot(hypot(vr_mark_error(ends[0]), vr_mark_error(ends[1])),
                                   hypot(vr_mark_error(ends[2]), vr_mark_error(ends[3])) / 2);
    double room = theirs / 2 - own;
    return found(room > slack    ? VR_SHAPE_HOLDS
                 : room < -slack ? VR_SHAPE_FAILS
                                 : VR_SHAPE_UNDECIDED,
                 "a range of %.2f points against %.2f", own, theirs);
}

/* An end above all other points, or a dip, is no such curve; an end that is not below the peak leaves it open. */
static vr_shape_found judge_peak(vr_curve curve) {
    const vr_mark *top = highest(curve), *first = curve.marks, *last = &curve.marks[curve.n - 1];
    vr_curve left = {first, (size_t)(top - first) + 1}, right = {top, (size_t)(last - top) + 1};
    vr_shape_verdict verdict = VR_SHAPE_UNDECIDED;
    if (falls(left) || rises(right) || above_all(first, curve) || above_all(last, curve))
        verdict = VR_SHAPE_FAILS;
    else if (below(first, top) && below(last, top))
        verdict = VR_SHAPE_HOLDS;
    return found(verdict, "%.2f at %g, highest %.2f at %g, %.2f at %g", first->y, first->x, top->y,
                 top->x, last->y, last->x);
}

static vr_shape_found judge_optimum(vr_curve curve, double from, double to) {
    const vr_mark *top = highest(curve);
    size_t n_in = 0, n = 0;
    double least = top->x, most = top->x;
    for (size_t i = 0; i < curve.n; i++) {
        const vr_mark *mark = &curve.marks[i];
        if (below(mark, top)) continue;
        n++, n_in += mark->x >= from && mark->x < to;
        least = fmin(least, mark->x), most = fmax(most, mark->x);
    }
    vr_shape_verdict verdict = n_in == n ? VR_SHAPE_HOLDS
                               : n_in    ? VR_SHAPE_UNDECIDED
                                         : VR_SHAPE_FAILS;
    if (n == 1)
        return found(verdict, "highest %.2f at %g; asked for: from %.4g to %.4g", top->y, top->x,
                     from, to);
    return found(
        verdict,
        "highest %.2f at %g, no lower for certain from %g to %g; asked for: from %.4g to %.4g",
        top->y, top->x, least, most, from, to);
}

static size_t missing(vr_curve curve) {
    size_t n = 0;
    for (size_t i = 0; i < curve.n; i++) n += !curve.marks[i].n_seeds;
    return n;
}

vr_shape_found vr_shape_judge(vr_shape_check check, vr_curve curve, vr_curve other, double from,
                              double to) {
    int pair = check == VR_SHAPE_EARLIER || check == VR_SHAPE_MINOR;
    size_t n = curve.n + (pair ? other.n : 0),
           n_missing = missing(curve) + (pair ? missing(other) : 0);
    if (n_missing || !curve.n || (pair && !other.n))
        return found(VR_SHAPE_NOT_RUN, "%zu of %zu points are run", n - n_missing, n);
    switch (check) {
    case VR_SHAPE_RISES: return judge_rises(curve);
    case VR_SHAPE_FALLS: return judge_falls(curve);
    case VR_SHAPE_EARLIER: return judge_earlier(curve, other);
    case VR_SHAPE_MINOR: return judge_minor(curve, other);
    case VR_SHAPE_PEAK: return judge_peak(curve);
    default: return judge_optimum(curve, from, to);
    }
}
