/* verirec solvers [--json]: every solver, its equation and its keys with their defaults. */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include "cli/command.h"
#include "solve/solver.h"

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

/* The default as text; 0 for a key without. */
static int default_of(const vr_solver *solver, const vr_solve_key *key, char *text, size_t size) {
    vr_solve_spec spec = solver->defaults;
    if (key->optional) return 0;
    vr_solve_spec_value(&spec, key, text, size);
    return 1;
}

static void print_text(void) {
    char value[64];
    for (size_t i = 0; i < vr_n_solvers; i++) {
        const vr_solver *solver = vr_solvers[i];
        printf("%-8s %-20s %s;", solver->name, solver->equation, solver->title);
        for (size_t k = 0; k < vr_n_solve_keys; k++) {
            const vr_solve_key *key = &vr_solve_keys[k];
            if (!vr_solver_has(solver, key->name)) continue;
            if (default_of(solver, key, value, sizeof value))
                printf(" %s=%s", key->name, value);
            else
                printf(" [%s]", key->name);
        }
        putchar('\n');
    }
}

static json_t *describe(const vr_solver *solver) {
    char value[64];
    json_t *keys = json_array();
    for (size_t k = 0; k < vr_n_solve_keys; k++) {
        const vr_solve_key *key = &vr_solve_keys[k];
        if (!vr_solver_has(solver, key->name)) continue;
        json_t *one = json_pack("{s:s, s:s}", "name", key->name, "doc", key->doc);
        if (default_of(solver, key, value, sizeof value))
            json_object_set_new(one, "default", json_string(value));
        json_array_append_new(keys, one);
    }
    return json_pack("{s:s, s:s, s:s, s:o}", "name", solver->name, "title", solver->title,
                     "equation", solver->equation, "keys", keys);
}

static void print_json(void) {
    json_t *list = json_array();
    for (size_t i = 0; i < vr_n_solvers; i++) json_array_append_new(list, describe(vr_solvers[i]));
    json_t *root = json_pack("{s:o}", "solvers", list);
    json_dumpf(root, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(root);
}

int vr_cmd_solvers(int argc, char **argv) {
    static const struct argp_option options[] = {
        {"json", 'j', NULL, 0, "print JSON; a key with its default, if it has one", 0}, {0}};
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {
        .options = options, .parser = parse, .doc = "The solvers.", .children = children};
    int json = 0;
    if (argp_parse(&argp, argc, argv, 0, NULL, &json)) return VR_USAGE;
    if (json)
        print_json();
    else
        print_text();
    return VR_OK;
}
