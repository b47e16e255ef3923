#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

volatile sig_atomic_t vr_interrupted = 0;

vr_status vr_fail(vr_error *error, vr_status status, const char *format, ...) {
    if (error) {
        va_list arguments;
        error->status = status;
        va_start(arguments, format);
        vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
    }
    return status;
}
