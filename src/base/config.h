/* What libconfig does not say of a file it has read: names that are not expected, and numbers as they are written
   (libconfig 1.5 keeps the low 32 bits of an integer without an L). */
#ifndef VR_BASE_CONFIG_H
#define VR_BASE_CONFIG_H

#include <libconfig.h>
#include <stddef.h>

/* text = the number of the setting as file has it: `key = NUMBER` on the setting's line. Returns 0 when it is not
   there, as in a setting of several lines. */
int vr_config_number(const config_setting_t *setting, const char *file, char *text, size_t size);

/* The group's first member whose name is none of these; NULL when there is none. */
const config_setting_t *vr_config_unknown(const config_setting_t *group, const char *const *names,
                                          size_t n_names);

#endif
