#include "api/answer.h"

#include <omp.h>
#include <pthread.h>
#include <stdio.h>
#include "base/version.h"

_Static_assert(VERIREC_OK == (int)VR_OK && VERIREC_INTERNAL == (int)VR_INTERNAL &&
                   VERIREC_USAGE == (int)VR_USAGE && VERIREC_BAD_DATA == (int)VR_BAD_DATA,
               "the ABI's statuses are the library's");
_Static_assert(VERIREC_MESSAGE >= sizeof(((vr_error *)0)->text), "a message holds every error");

int vr_answer(const vr_error *error, char *message) {
    if (error->status && message) snprintf(message, VERIREC_MESSAGE, "%s", error->text);
    return (int)error->status;
}

/* The pool of threads does not come along into a forked process, which would wait for it forever. */
static void use_one_thread(void) {
    omp_set_num_threads(1);
}
__attribute__((constructor)) static void watch_forks(void) {
    pthread_atfork(NULL, NULL, use_one_thread);
}

int verirec_abi(void) {
    return VERIREC_ABI;
}

const char *verirec_version(void) {
    return VR_VERSION;
}
