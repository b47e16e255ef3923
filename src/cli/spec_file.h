/* The file of `verirec train --spec`: lines as `lr = 1e-4;` or `loss = "mse";` (libconfig). */
#ifndef VR_CLI_SPEC_FILE_H
#define VR_CLI_SPEC_FILE_H

#include "train/spec.h"

/* Sets every key of the file. VR_NO_INPUT, VR_USAGE; the message names the line. */
vr_status vr_spec_file_read(const char *path, vr_train_spec *spec, vr_error *error);

#endif
