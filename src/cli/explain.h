/* Which other way of measuring gives a number that somebody reported (eval/conventions.h)? */
#ifndef VR_CLI_EXPLAIN_H
#define VR_CLI_EXPLAIN_H

#include <jansson.h>
#include "eval/evaluate.h"

/* A reported number and how exactly: "16.93" (percent, from 1 on or with a %) or "0.1693", half a unit of the last
   digit either way. */
typedef struct vr_reported {
    const char *text;
    double value, within; /* fractions */
} vr_reported;

/* VR_USAGE: no number from 0 to 100. */
vr_status vr_reported_read(const char *text, vr_reported *out, vr_error *error);

/* Prints those that explain it with the fewest departures, a line each; or, with json not NULL, puts all there. VR_DIFFERS when none does
   (error says so); else as vr_conventions_measure. */
vr_status vr_explain(const vr_evaluation *evaluation, const uint32_t *lists,
                     const vr_reported *reported, json_t *json, vr_error *error);

#endif
