/* Values of settings as text, "key=value" on the command line or in a file: read with one clear message, and written so
   that they read back the same. where names the place for the message ("--set", "table2.cfg:12"). */
#ifndef VR_BASE_SETTING_H
#define VR_BASE_SETTING_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

typedef struct vr_number_range {
    double least, most; /* inclusive */
    int whole;          /* nonzero: no fractions */
} vr_number_range;

/* VR_USAGE: no finite number, or out of range (range named). */
vr_status vr_setting_number(const char *key, const char *text, const vr_number_range *range,
                            const char *where, double *out, vr_error *error);

/* A whole number from 0 to 2^64 - 1. VR_USAGE. */
vr_status vr_setting_seed(const char *text, const char *where, uint64_t *out, vr_error *error);

/* The shortest text that reads back as value, at least 6 digits where it has them. */
void vr_setting_text(double value, char *text, size_t size);

/* The position of name among "a|b|c", or -1. */
int vr_setting_name(const char *names, const char *name);

#endif
