/* From the library's errors to the C ABI's. */
#ifndef VR_API_ANSWER_H
#define VR_API_ANSWER_H

#include "base/error.h"
#include "verirec.h"

/* The status; its text into message, unless that is NULL. */
int vr_answer(const vr_error *error, char *message);

#endif
