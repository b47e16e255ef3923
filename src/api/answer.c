#include "api/answer.h"

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

int verirec_abi(void) {
    return VERIREC_ABI;
}

const char *verirec_version(void) {
    return VR_VERSION;
}
