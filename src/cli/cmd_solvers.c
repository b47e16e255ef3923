/* verirec solvers [--json]: every solver, its equation and its keys with their defaults. */
#include <stdio.h>
#include "cli/command.h"
#include "cli/listing.h"
#include "solve/solver.h"

/* The default as text; 0 for a key without. */
static int default_of(const vr_solver *solver, const vr_solve_key *key, char *text, size_t size) {
    vr_solve_spec spec = solver->defaults;
    if (key->optional) return 0;
    vr_solve_spec_value(&spec, key, text, size);
    return 1;
}

static void print(size_t at) {
    char value[64];
    const vr_solver *solver = vr_solvers[at];
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

static json_t *describe(size_t at) {
    const vr_solver *solver = vr_solvers[at];
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

int vr_cmd_solvers(int argc, char **argv) {
    const vr_listing solvers = {.kind = "solvers",
                                .doc = "The solvers.",
                                .json_doc = "print JSON; a key with its default, if it has one",
                                .n = vr_n_solvers,
                                .print = print,
                                .describe = describe};
    return vr_list(&solvers, argc, argv);
}
