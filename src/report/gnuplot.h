/* gnuplot as a child process: a script in, a picture out. */
#ifndef VR_REPORT_GNUPLOT_H
#define VR_REPORT_GNUPLOT_H

#include <stddef.h>
#include "base/error.h"

/* *out: what gnuplot wrote to its standard output, freed by the caller. VR_NO_INPUT: gnuplot is not installed.
   VR_INTERNAL: it failed, or wrote nothing. */
vr_status vr_gnuplot(const char *script, char **out, size_t *size, vr_error *error);

#endif
