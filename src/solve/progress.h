/* Where a solver is: told now and then, from one thread. */
#ifndef VR_SOLVE_PROGRESS_H
#define VR_SOLVE_PROGRESS_H

#include <stdint.h>

typedef struct vr_solve_watch {
    /* `what` is being done, step `done` of `total`; may be NULL */
    void (*on_step)(void *context, const char *what, uint64_t done, uint64_t total);
    void *context;
} vr_solve_watch;

static inline void vr_solve_tell(const vr_solve_watch *watch, const char *what, uint64_t done,
                                 uint64_t total) {
    if (watch && watch->on_step) watch->on_step(watch->context, what, done, total);
}

#endif
