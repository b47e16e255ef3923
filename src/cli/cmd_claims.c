/* verirec claims [--json]: the ledger, nothing run. */
#include <argp.h>
#include <stdlib.h>
#include "cli/claims_out.h"
#include "cli/command.h"

typedef struct arguments {
    const char *specs, *ledger;
    int json;
} arguments;

static error_t parse(int key, char *value, struct argp_state *state) {
    arguments *given = state->input;
    switch (key) {
    case 'j': given->json = 1; return 0;
    case 's': given->specs = value; return 0;
    case 'l': given->ledger = value; return 0;
    case ARGP_KEY_ARG: {
        vr_error error;
        vr_fail(&error, VR_USAGE,
                "unexpected argument \"%s\"; `verirec verify %s` explains a claim", value, value);
        exit(vr_cli_fail("claims", &error));
    }
    default: return ARGP_ERR_UNKNOWN;
    }
}

static int print_json(const vr_ledger *ledger) {
    json_t *list = json_array();
    for (size_t i = 0; i < ledger->n_rows; i++)
        json_array_append_new(list, vr_ledger_row_json(&ledger->rows[i]));
    return vr_print_json(json_pack("{s:o}", "claims", list));
}

int vr_cmd_claims(int argc, char **argv) {
    static const struct argp_option options[] = {
        {"json", 'j', NULL, 0, "print JSON, with every column of the ledger", 0},
        {"ledger", 'l', "FILE", 0, "another ledger than proofs/claims.tsv", 0},
        {"specs", 's', "DIR", 0, "folder that holds expected and proofs", 0},
        {0}};
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {
        .options = options,
        .parser = parse,
        .doc = "The claims of the paper: id, verdict and place. `verirec verify` measures them.",
        .children = children};
    arguments given = {0};
    char root[4096];
    vr_ledger ledger;
    vr_error error;
    if (argp_parse(&argp, argc, argv, 0, NULL, &given)) return VR_USAGE;
    if (vr_open_ledger(given.specs, given.ledger, root, &ledger, &error))
        return vr_cli_fail("claims", &error);
    int code = VR_OK;
    if (given.json)
        code = print_json(&ledger);
    else
        vr_print_ledger(&ledger);
    vr_ledger_free(&ledger);
    return code;
}
