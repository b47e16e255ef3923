/* verirec losses [--json]: every loss, its equation and its parameters. */
#include <argp.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/loss_input.h"

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

/* "t lambda=1 margin=0.9": a needed parameter stands without a default. */
static void print_params(const vr_loss *loss) {
    for (size_t i = 0; i < VR_N_LOSS_KEYS; i++) {
        const vr_loss_key *key = &vr_loss_keys[i];
        double value = vr_loss_param(&loss->defaults, key);
        if (loss->required & key->bit) printf(" %s", key->name);
        if (!(loss->optional & key->bit)) continue;
        if (isnan(value))
            printf(" %s=N", key->name);
        else
            printf(" %s=%g", key->name, value);
    }
}

static void print_text(void) {
    for (size_t i = 0; i < vr_n_losses; i++) {
        const vr_loss *loss = &vr_losses[i];
        unsigned any = loss->required | loss->optional;
        printf("%-17s %-19s %s%s", loss->name, loss->equation, loss->title, any ? ";" : "");
        print_params(loss);
        puts(loss->needs_pos_samples ? " pos_samples" : "");
    }
}

static json_t *describe(const vr_loss *loss) {
    json_t *required = json_array(), *optional = json_object();
    for (size_t i = 0; i < VR_N_LOSS_KEYS; i++) {
        const vr_loss_key *key = &vr_loss_keys[i];
        double value = vr_loss_param(&loss->defaults, key);
        if (loss->required & key->bit) json_array_append_new(required, json_string(key->name));
        if (loss->optional & key->bit)
            json_object_set_new(optional, key->name,
                                isnan(value) ? json_string("N") : json_real(value));
    }
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:b}", "name", loss->name, "title", loss->title,
                     "equation", loss->equation, "required", required, "optional", optional,
                     "pos_samples", loss->needs_pos_samples);
}

static void print_json(void) {
    json_t *list = json_array();
    for (size_t i = 0; i < vr_n_losses; i++) json_array_append_new(list, describe(&vr_losses[i]));
    json_t *root = json_pack("{s:o}", "losses", list);
    json_dumpf(root, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(root);
}

int vr_cmd_losses(int argc, char **argv) {
    static const struct argp_option options[] = {
        {"json", 'j', NULL, 0, "print JSON; an optional parameter with its default", 0}, {0}};
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {
        .options = options, .parser = parse, .doc = "The losses.", .children = children};
    int json = 0;
    if (argp_parse(&argp, argc, argv, 0, NULL, &json)) return VR_USAGE;
    if (json)
        print_json();
    else
        print_text();
    return VR_OK;
}
