/* verirec audit --loss NAME --case DIR: a foreign code's values and gradients against 256-bit arithmetic. */
#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/audit_out.h"
#include "cli/command.h"
#include "loss/params.h"

typedef struct request {
    const char *loss, *folder, *rule, *tolerance;
    int json;
    vr_error *error;
} request;

enum { LOSS = 1000, CASE, SCORES, TOLERANCE, JSON };

static const struct argp_option options[] = {
    {"loss", LOSS, "NAME", 0, "the loss that is meant; `verirec losses` lists them", 1},
    {"case", CASE, "DIR", 0, "what the foreign code used and gave (below)", 1},
    {"scores", SCORES, "dot|cosine", 0,
     "check the scores too, against user.npy, pos_item.npy and neg_items.npy", 2},
    {"tolerance-ulps", TOLERANCE, "X", 0,
     "every number within X ulps of the exact one (default: what a plain, stable code in that "
     "precision may be off at that case)",
     2},
    {"json", JSON, NULL, 0, "print JSON", 3},
    {0},
};

static const char doc[] =
    "Values and gradients that some other code computed, against 256-bit arithmetic: how far they "
    "are off, right or wrong, and which usual mistake explains it. Exit status 0 right, 1 wrong."
    "\vDIR holds NPY files (numpy.save), f4 or f8, of B rows:\n\n"
    "  params.json      the loss's parameters: {\"t\": 0.1}\n"
    "  pos.npy          B scores, or one\n"
    "  neg.npy          B x N scores, or N\n"
    "  pos_samples.npy  B x M, where the loss has them\n"
    "  neg_q.npy        as neg.npy, for sampled-softmax\n"
    "  value.npy        B values, or one of the batch\n"
    "  grad_pos.npy, grad_neg.npy, grad_pos_samples.npy\n"
    "                   optional, of the shape of the scores\n"
    "  user.npy, pos_item.npy, neg_items.npy\n"
    "                   optional: B x d, B x d, B x N x d\n\n"
    "Scores are plain similarities; gradients are with respect to them. Whether a batch was summed "
    "or averaged is found out. An error is given in ulps of the expected number, and as a part of "
    "the bound that this program's own code keeps. The default tolerance is derived for each "
    "number "
    "from the scores, the counts and the parameters (src/audit/allow.c): it forgives every order "
    "of "
    "summation and the cancellations of a plain form, and no formula.\n\n"
    "Example: verirec losses --golden golden && verirec audit --loss mine+ --case "
    "golden/mine+/ordinary-batch";

static error_t parse(int key, char *argument, struct argp_state *state) {
    request *asked = state->input;
    switch (key) {
    case LOSS: asked->loss = argument; return 0;
    case CASE: asked->folder = argument; return 0;
    case SCORES: asked->rule = argument; return 0;
    case TOLERANCE: asked->tolerance = argument; return 0;
    case JSON: asked->json = 1; return 0;
    case ARGP_KEY_ARG:
        vr_fail(asked->error, VR_USAGE, "unexpected argument \"%s\"; give --loss NAME --case DIR",
                argument);
        return EINVAL;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static vr_status find_loss(const char *name, const vr_loss **loss, vr_error *error) {
    if (!name)
        return vr_fail(error, VR_USAGE, "--loss is missing; `verirec losses` lists the losses");
    return vr_loss_named(name, "", loss, error);
}

static vr_status read_tolerance(const char *text, double *tolerance, vr_error *error) {
    char *end;
    *tolerance = (double)NAN;
    if (!text) return VR_OK;
    *tolerance = strtod(text, &end);
    if (end == text || *end || !(*tolerance >= 0) || isinf(*tolerance))
        return vr_fail(error, VR_USAGE,
                       "--tolerance-ulps: expected a number of at least 0, got \"%s\"", text);
    return VR_OK;
}

static vr_status check(const request *asked, const vr_loss **loss, double *tolerance,
                       vr_error *error) {
    vr_status status = find_loss(asked->loss, loss, error);
    if (!status) status = read_tolerance(asked->tolerance, tolerance, error);
    if (status) return status;
    if (!asked->folder)
        return vr_fail(error, VR_USAGE,
                       "--case is missing; give the folder with params.json, pos.npy, neg.npy, "
                       "value.npy (`verirec audit --help`)");
    if (asked->rule && strcmp(asked->rule, "dot") && strcmp(asked->rule, "cosine"))
        return vr_fail(error, VR_USAGE, "--scores: expected dot or cosine, got \"%s\"",
                       asked->rule);
    return VR_OK;
}

/* Embeddings and --scores go together. */
static vr_status check_embeddings(const request *asked, const vr_audit_case *c, vr_error *error) {
    if (asked->rule && !c->dim)
        return vr_fail(error, VR_NO_INPUT,
                       "--scores %s needs %s/user.npy, pos_item.npy and neg_items.npy", asked->rule,
                       asked->folder);
    if (!asked->rule && c->dim)
        fprintf(stderr, "verirec audit: %s: the embeddings are not looked at without --scores\n",
                asked->folder);
    return VR_OK;
}

static int is_read(const char *file) {
    static const char *const known[] = {
        "pos.npy",   "neg.npy",      "pos_samples.npy", "neg_q.npy",
        "value.npy", "grad_pos.npy", "grad_neg.npy",    "grad_pos_samples.npy",
        "user.npy",  "pos_item.npy", "neg_items.npy"};
    const char *end = strstr(file, ".npy");
    if (!end || end[4] || strstr(file, "_bound_f")) return 1; /* no array, or of golden vectors */
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(file, known[i]) == 0) return 1;
    return 0;
}

/* A misspelt grad_neg.npy would be taken for none. */
static void note_others(const char *folder) {
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        if (!is_read(entry->d_name))
            fprintf(stderr, "verirec audit: %s/%s is none of a case's files and is not read\n",
                    folder, entry->d_name);
    if (directory) closedir(directory);
}

static vr_status audit(const request *asked, vr_audit_case *c, double tolerance, int *right,
                       vr_error *error) {
    vr_diagnosis diagnosis;
    vr_scores_check scores;
    vr_status status = check_embeddings(asked, c, error);
    if (!status) status = vr_audit_diagnose(c, tolerance, &diagnosis, error);
    if (status) return status;
    note_others(asked->folder);
    if (asked->rule) vr_audit_check_scores(c, asked->rule, &scores);
    vr_audit_result result = {c, &diagnosis, asked->rule ? &scores : NULL, asked->rule, tolerance};
    if (asked->json)
        vr_audit_print_json(&result);
    else
        vr_audit_print_text(&result);
    *right = vr_audit_right(&result);
    return VR_OK;
}

int vr_cmd_audit(int argc, char **argv) {
    vr_error error = {.status = VR_OK};
    request asked = {.error = &error};
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {.options = options, .parser = parse, .doc = doc, .children = children};
    const vr_loss *loss = NULL;
    vr_audit_case c = {0};
    double tolerance;
    int right = 0;
    if (argp_parse(&argp, argc, argv, 0, NULL, &asked) && error.status == VR_OK)
        vr_fail(&error, VR_USAGE, "wrong arguments; `verirec audit --help` lists the flags");
    vr_status status = error.status;
    if (!status) status = check(&asked, &loss, &tolerance, &error);
    if (!status) status = vr_audit_case_read(asked.folder, loss, &c, &error);
    if (!status) status = audit(&asked, &c, tolerance, &right, &error);
    vr_audit_case_free(&c);
    return status ? vr_cli_fail("audit", &error) : right ? VR_OK : VR_DIFFERS;
}
