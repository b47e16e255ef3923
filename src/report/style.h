#ifndef VR_REPORT_STYLE_H
#define VR_REPORT_STYLE_H

extern const char vr_page_style[]; /* CSS */

#endif
