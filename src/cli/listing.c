#include "cli/listing.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include "cli/command.h"

enum { WRITE = 1000 };

typedef struct request {
    int json;
    const char *folder; /* of the flag that writes */
} request;

static error_t parse(int key, char *argument, struct argp_state *state) {
    request *asked = state->input;
    if (key == 'j') {
        asked->json = 1;
        return 0;
    }
    if (key == WRITE) {
        asked->folder = argument;
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
    struct argp_option options[] = {{"json", 'j', NULL, 0, listing->json_doc, 0}, {0}, {0}};
    if (listing->write)
        options[1] =
            (struct argp_option){listing->write_flag, WRITE, "DIR", 0, listing->write_doc, 0};
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {
        .options = options, .parser = parse, .doc = listing->doc, .children = children};
    request asked = {0};
    vr_error error;
    if (argp_parse(&argp, argc, argv, 0, NULL, &asked)) return VR_USAGE;
    if (asked.folder)
        return listing->write(asked.folder, &error) ? vr_cli_fail(argv[0], &error) : VR_OK;
    if (asked.json)
        print_json(listing);
    else
        for (size_t i = 0; i < listing->n; i++) listing->print(i);
    return VR_OK;
}
