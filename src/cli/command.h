/* One sub-command is one cmd_NAME.c with a vr_cmd_NAME and one line of commands.def. */
#ifndef VR_CLI_COMMAND_H
#define VR_CLI_COMMAND_H

#include "base/error.h"

/* argv[0] is the sub-command's name. Returns the exit code; prints its own errors with vr_cli_fail. */
typedef int vr_command(int argc, char **argv);

#define COMMAND(name, summary) vr_command vr_cmd_##name;
#include "cli/commands.def"
#undef COMMAND

/* "verirec COMMAND: TEXT" on stderr; returns error->status as the exit code. */
int vr_cli_fail(const char *command, const vr_error *error);

/* "KEY=VALUE" of a --set: the key's copy, and where the value begins. VR_USAGE, with the example. */
enum { VR_CLI_KEY = 64 };
vr_status vr_cli_setting(const char *text, const char *example, char key[VR_CLI_KEY],
                         const char **value, vr_error *error);

/* Options that every command takes (--threads N); an argp child: {&vr_cli_common, 0, NULL, 0}. */
struct argp;
extern const struct argp vr_cli_common;

#endif
