/* verirec losses [--json] [--golden DIR]: every loss, its equation and its parameters; or golden vectors. */
#include <math.h>
#include <stdio.h>
#include "audit/golden.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/loss_input.h"

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

static void print(size_t i) {
    const vr_loss *loss = &vr_losses[i];
    unsigned any = loss->required | loss->optional;
    printf("%-17s %-19s %s%s", loss->name, loss->equation, loss->title, any ? ";" : "");
    print_params(loss);
    puts(loss->needs_pos_samples ? " pos_samples" : "");
}

static json_t *describe(size_t at) {
    const vr_loss *loss = &vr_losses[at];
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

static const char golden_doc[] =
    "write golden vectors instead: cases of every loss, ordinary, extreme and degenerate, with the "
    "exact value and gradients (256 bits rounded to double) and the derived error bounds of either "
    "precision, DIR/LOSS/CASE/*.npy as `verirec audit --case` reads them, and DIR/index.json";

int vr_cmd_losses(int argc, char **argv) {
    const vr_listing losses = {.kind = "losses",
                               .doc = "The losses.",
                               .json_doc = "print JSON; an optional parameter with its default",
                               .n = vr_n_losses,
                               .print = print,
                               .describe = describe,
                               .write_flag = "golden",
                               .write_doc = golden_doc,
                               .write = vr_golden_write};
    return vr_list(&losses, argc, argv);
}
