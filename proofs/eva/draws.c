/* A normal draw from any word of 32 bits, piece by piece: finite, and never beyond 7. */
#include "stand_ins.h"
#include "contracts.h"
#include "num/draws.c"

static double last = 0x1p32 - 1; /* word */

/* The words from ..= to. */
static void draw(double from, double to) {
    double x = inverse_normal(Frama_C_double_interval((from + .5) * 0x1p-32, (to + .5) * 0x1p-32));
    //@ assert bounded: \is_finite(x) && -7.0 <= x <= 7.0;
}
/* The words first ..= last, and as many from the other end, each piece this share of its first word. */
static double draw_both(double from, double to, double share) {
    //@ loop unroll 1000;
    while (from < to) {
        double next = from * (1 + share);
        draw(from, next);
        draw(last - next, last - from);
        from = next;
    }
    return from;
}

int main(void) {
    draw(0, 0);
    draw(last, last);
    /* about .02425 2^32 the formula changes, and its denominator is near 0 */
    double tail = draw_both(1, 0x1.6p26, 0x1p-3), edge = draw_both(tail, 0x1p27, 0x1p-9),
           slope = draw_both(draw_both(edge, 0x1.8p29, 0x1p-7), 0x1p30, 0x1p-5), to = slope;
    //@ loop unroll 1000;
    for (; to < last - slope; to += 0x1p24) draw(to, to + 0x1p24);
    Frama_C_show_each_words(1, tail, edge, slope, to);
    Frama_C_show_each_end(1);
    return 0;
}
