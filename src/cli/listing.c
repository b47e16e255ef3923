#include "cli/listing.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include "cli/command.h"

static error_t parse(int key, char *argument, struct argp_state *state) {
    if (key == 'j') {
        *(int *)state->input = 1;
        return 0;
    }
    if (key == ARGP_KEY_ARG) {
        vr_error error;
        vr_fail(&error, VR_USAGE, "takes no argument, got \"%s\"", argument);
        exit(vr_cli_fail(state->argv[0], &error));
    }
    return ARGP_ERR_UNKNOWN;
}

static void print_json(const vr_listing *listing) {
    json_t *list = json_array();
    for (size_t i = 0; i < listing->n; i++) json_array_append_new(list, listing->describe(i));
    json_t *root = json_pack("{s:o}", listing->kind, list);
    json_dumpf(root, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(root);
}

int vr_list(const vr_listing *listing, int argc, char **argv) {
    const struct argp_option options[] = {{"json", 'j', NULL, 0, listing->json_doc, 0}, {0}};
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {
        .options = options, .parser = parse, .doc = listing->doc, .children = children};
    int json = 0;
    if (argp_parse(&argp, argc, argv, 0, NULL, &json)) return VR_USAGE;
    if (json)
        print_json(listing);
    else
        for (size_t i = 0; i < listing->n; i++) listing->print(i);
    return VR_OK;
}
