/* planted [--out DIR] [estimate|ranking]: writes DIR/planted-estimate.tsv and DIR/planted-ranking.tsv, which
   reports/evidence keeps. The same bytes for any number of threads.

   The worlds differ in the share tau+ of the items that a user would like: it is breadth times the observed share, and
   the last world is a tenth as dense. */
#include "planted.h"

#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "data/planted.h"

enum { N_WORLDS = 4 };
static const struct {
    const char *name;
    vr_planted_spec spec;
} specs[N_WORLDS] = {
    {"dense, breadth 2",
     {600, 400, 15000, 20240, 4, 3, 1, .5, 2}}, /* planted-small; the first is where the axes are */
    {"dense, breadth 1", {600, 400, 15000, 20240, 4, 3, 1, .5, 1}},
    {"dense, breadth 3", {600, 400, 15000, 20240, 4, 3, 1, .5, 3}},
    {"sparse, breadth 2", {1500, 4000, 37500, 20240, 4, 3, 1, .5, 2}},
};

void stop(const char *what) {
    fprintf(stderr, "planted: %s\n", what);
    exit(2);
}

const char *tau_text(const tau_by *by, char text[32]) {
    if (by->kind == NONE) return "biased";
    if (by->kind == TRUTH) return "true tau";
    vr_tau_text(by->kind == BY_COUNT ? VR_TAU_COUNT : VR_TAU_SCALE, by->value, text, 32);
    return text;
}

double tau_of(const world *w, uint32_t user, const tau_by *by) {
    uint32_t n = vr_csr_row_count(&w->data.train, user);
    if (by->kind == NONE) return 0;
    if (by->kind == TRUTH) return vr_planted_tau_plus(w->data.truth, user);
    return vr_tau_plus(by->kind == BY_COUNT ? VR_TAU_COUNT : VR_TAU_SCALE, by->value, n,
                       w->data.n_items);
}

static void make_worlds(world *worlds) {
    vr_error error = {.text = ""};
    for (int w = 0; w < N_WORLDS; w++) {
        world *at = &worlds[w];
        at->name = specs[w].name;
        if (vr_planted_generate(&specs[w].spec, &at->data, &error)) stop(error.text);
        strcpy(at->data.name, "planted");
        memset(at->data.hash, '0', sizeof at->data.hash - 1);
        for (uint32_t u = 0; u < at->data.n_users; u++)
            at->tau_plus += vr_planted_tau_plus(at->data.truth, u) / at->data.n_users;
        double seen = (double)vr_csr_count(&at->data.train) / at->data.n_users / at->data.n_items;
        at->alpha = at->tau_plus / seen - 1;
    }
}

typedef void table(world *worlds, size_t n, FILE *out);

static void write_table(table *fill, world *worlds, const char *folder, const char *name) {
    char path[4200], *text = NULL;
    size_t size;
    vr_error error = {.text = ""};
    FILE *out = open_memstream(&text, &size);
    if (!out) stop("no memory");
    fill(worlds, N_WORLDS, out);
    if (fclose(out)) stop("no memory");
    snprintf(path, sizeof path, "%s/planted-%s.tsv", folder, name);
    if (vr_file_write(path, text, size, &error)) stop(error.text);
    printf("%s\n", path);
    free(text);
}

int main(int argc, char **argv) {
    static world worlds[N_WORLDS];
    const char *folder = "reports", *only = NULL;
    int at = 1;
    if (argc > 2 && strcmp(argv[1], "--out") == 0) folder = argv[2], at = 3;
    if (at < argc) only = argv[at++];
    if (at < argc || (only && strcmp(only, "estimate") != 0 && strcmp(only, "ranking") != 0)) {
        fputs("usage: planted [--out DIR] [estimate|ranking]\n", stderr);
        return 64;
    }
    make_worlds(worlds);
    if (!only || *only == 'e') write_table(estimate_table, worlds, folder, "estimate");
    if (!only || *only == 'r') write_table(ranking_table, worlds, folder, "ranking");
    for (int w = 0; w < N_WORLDS; w++) vr_dataset_free(&worlds[w].data);
    return 0;
}
