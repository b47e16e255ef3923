/* A small SVG diagram in the colours of the page: a title, a frame with a y axis, and whatever lines and points its
   caller draws. */
#ifndef VR_REPORT_PANEL_H
#define VR_REPORT_PANEL_H

#include <stdio.h>

enum { VR_PANEL_WIDTH = 320, VR_PANEL_HEIGHT = 150 };

typedef struct vr_panel {
    const char *title;
    const char *about;        /* said of it to those who do not see it: "TITLE by ABOUT" */
    const char *first, *last; /* below the x axis; "" for none */
    double left, right;       /* of the x axis */
    double low, high;         /* of the y axis; low > high at first */
    int logarithmic;          /* both axes; values must be positive */
    int series;               /* of the lines and dots drawn next: 0, 1 or 2, each its colour */
    FILE *out;
} vr_panel;

void vr_panel_widen(vr_panel *panel,
                    double value);    /* the y axis has room for it; not finite: no change */
void vr_panel_begin(vr_panel *panel); /* after the last widen: some margin, then the frame */
double vr_panel_x(const vr_panel *panel, double value);
double vr_panel_y(const vr_panel *panel, double value);
/* Through n points; where one is not finite there is a gap. */
void vr_panel_line(const vr_panel *panel, const double *x, const double *y, size_t n);
/* A word in the colour of the series, its right end at the x axis's end; place 0, 1, 2: from the bottom up. */
void vr_panel_key(const vr_panel *panel, int place, const char *word);
void vr_panel_dot(const vr_panel *panel, double x, double y, const char *title);
/* A dashed line at a height, with a word. */
void vr_panel_level(const vr_panel *panel, double value, const char *word);
void vr_panel_end(vr_panel *panel);

#endif
