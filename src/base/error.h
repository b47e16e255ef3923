/* Status codes and error text. A function that can fail returns a vr_status (0 is success) and fills
   the caller's vr_error with one message: where (file:line or flag), what was expected, what was found,
   and what to do next. The codes are the exit codes of the program (sysexits.h numbers). */
#ifndef VR_BASE_ERROR_H
#define VR_BASE_ERROR_H

#include <signal.h>

typedef enum vr_status {
    VR_OK = 0,
    VR_DIFFERS = 1,       /* a result differs from the expected one, or a claim fails */
    VR_INTERNAL = 2,      /* a defect of this program, or no memory */
    VR_USAGE = 64,        /* unknown flag, name, key or value */
    VR_BAD_DATA = 65,     /* a file that cannot be parsed, or whose hash is not the manifest's */
    VR_NO_INPUT = 66,     /* a file that cannot be opened */
    VR_NETWORK = 69,      /* nothing could be fetched */
    VR_CANNOT_WRITE = 74, /* output cannot be written: no room, no permission */
    VR_INTERRUPTED = 130  /* SIGINT or SIGTERM; state is saved, the same command goes on */
} vr_status;

typedef struct vr_error {
    vr_status status;
    char text[1024];
} vr_error;

/* Fills *error (which may be NULL) and returns status, so that a caller writes `return vr_fail(...)`. */
vr_status vr_fail(vr_error *error, vr_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Set by the program's signal handler; long loops poll it, save their state and return VR_INTERRUPTED.
   The one mutable global outside src/cli: a signal handler has no other way to speak. */
extern volatile sig_atomic_t vr_interrupted;

#endif
