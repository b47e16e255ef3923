/* params.json of a case: a flat object with the parameters that a loss takes. */
#ifndef VR_AUDIT_PARAMS_FILE_H
#define VR_AUDIT_PARAMS_FILE_H

#include "base/error.h"
#include "loss/loss.h"

/* FOLDER/params.json; params holds the defaults before. VR_NO_INPUT, VR_BAD_DATA. */
vr_status vr_params_file_read(const char *folder, const vr_loss *loss, vr_loss_params *params,
                              vr_error *error);
vr_status vr_params_file_write(const char *folder, const vr_loss *loss,
                               const vr_loss_params *params, vr_error *error);

#endif
