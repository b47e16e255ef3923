/* verirec env: what this build and machine are, for a bug report. */
#include <argp.h>
#include <omp.h>
#include <stdio.h>
#include "cli/command.h"
#include "cli/version.h"

int vr_cmd_env(int argc, char **argv) {
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {.children = children, .doc = "What this build and machine are."};
    if (argp_parse(&argp, argc, argv, 0, NULL, NULL)) return VR_USAGE;
    printf("verirec %s, %d threads\n", VR_VERSION, omp_get_max_threads());
    return VR_OK;
}
