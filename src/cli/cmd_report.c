/* verirec report: the pages from the run records that exist; trains nothing, fetches nothing. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/file.h"
#include "cli/command.h"
#include "cli/reproduction.h"

typedef struct arguments {
    const char *out, *runs, *specs;
} arguments;

static error_t parse(int key, char *value, struct argp_state *state) {
    arguments *given = state->input;
    switch (key) {
    case 'o': given->out = value; return 0;
    case 'r': given->runs = value; return 0;
    case 's': given->specs = value; return 0;
    case ARGP_KEY_ARG: {
        vr_error error;
        vr_fail(&error, VR_USAGE, "unexpected argument \"%s\"; report takes options only", value);
        exit(vr_cli_fail("report", &error));
    }
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"out", 'o', "DIR", 0, "folder of the report (default: reports)", 0},
    {"runs", 'r', "DIR", 0, "folder of the run records (default: reports/runs)", 0},
    {"specs", 's', "DIR", 0, "folder that holds bench and expected", 0},
    {0},
};

int vr_cmd_report(int argc, char **argv) {
    arguments given = {0};
    vr_error error = {.status = VR_OK};
    vr_reproduction at;
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {
        .options = options,
        .parser = parse,
        .children = children,
        .doc = "Writes index.html, report.md and the tables as TSV from the run records."};
    if (argp_parse(&argp, argc, argv, 0, NULL, &given)) return VR_USAGE;
    if (given.runs && !vr_file_exists(given.runs)) { /* a misspelt folder is not an empty one */
        vr_fail(&error, VR_NO_INPUT, "--runs %s: no such folder; `verirec reproduce` fills one",
                given.runs);
        return vr_cli_fail("report", &error);
    }
    const vr_data_options data = {.offline = 1};
    if (vr_reproduction_open(&at, given.specs, given.runs, given.out, &data, &error)) {
        return vr_cli_fail("report", &error);
    }
    vr_status status = vr_check_folder(at.out, &error);
    if (!status) status = vr_reproduction_report(&at, NULL, NULL, &error);
    if (!status) printf("%s/index.html\n", at.out);
    vr_reproduction_close(&at);
    return status ? vr_cli_fail("report", &error) : VR_OK;
}
