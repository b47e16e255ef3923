#include "cli/reproduction.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/file.h"
#include "base/version.h"

static int has_specs(const char *root) {
    char path[4200];
    snprintf(path, sizeof path, "%s/bench/table2.cfg", root);
    return vr_file_exists(path);
}

/* build/verirec stands one folder below the root. */
static void beside_program(char *root, size_t size) {
    ssize_t n = readlink("/proc/self/exe", root, size - 1);
    if (n < 0) n = 0;
    root[n] = 0;
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(root, '/');
        if (slash) *slash = 0;
    }
}

vr_status vr_find_root(const char *given, char *root, size_t size, vr_error *error) {
    if (given) {
        snprintf(root, size, "%s", given);
        if (has_specs(root)) return VR_OK;
        return vr_fail(error, VR_NO_INPUT, "--specs %s: no bench/table2.cfg in that folder", given);
    }
    beside_program(root, size);
    if (has_specs(root)) return VR_OK;
    snprintf(root, size, ".");
    if (has_specs(root)) return VR_OK;
    return vr_fail(
        error, VR_NO_INPUT,
        "no bench/table2.cfg beside the program or here; --specs names the folder that holds "
        "bench and expected");
}

static vr_status read_study(const vr_reproduction *at, const char *name, vr_study *out,
                            vr_error *error) {
    char path[4200];
    snprintf(path, sizeof path, "%s/bench/%s", at->root, name);
    return vr_study_read(path, out, error);
}

static vr_status read_expected(const vr_reproduction *at, const char *name, vr_expected *out,
                               vr_error *error) {
    char path[4200];
    snprintf(path, sizeof path, "%s/expected/%s", at->root, name);
    return vr_expected_read(path, out, error);
}

/* The ledger and what the last `verify` measured; a root without proofs has none. */
static vr_status read_claims(vr_reproduction *at, vr_error *error) {
    char path[4300];
    snprintf(path, sizeof path, "%s/proofs/claims.tsv", at->root);
    if (!vr_file_exists(path)) return VR_OK;
    vr_status status = vr_ledger_read(path, &at->ledger, error);
    snprintf(path, sizeof path, "%s/verify.tsv", at->out);
    if (!vr_file_exists(path))
        snprintf(path, sizeof path, "%s/reports/evidence/verify.tsv", at->root);
    return status ? status : vr_results_read(path, &at->verified, error);
}

static vr_status read_all(vr_reproduction *at, vr_error *error) {
    static const char *const names[VR_N_STUDIES] = {"table2.cfg", "table3.cfg", "lineage.cfg"};
    static const char *const figures[VR_N_FIGURES] = {"fig1.cfg", "fig2.cfg", "fig3.cfg"};
    vr_status status = VR_OK;
    for (int i = 0; i < VR_N_STUDIES && !status; i++) {
        status = read_study(at, names[i], &at->studies[i], error);
        if (!status) status = read_expected(at, at->studies[i].expected, &at->expected[i], error);
    }
    if (!status) status = read_study(at, "modes.cfg", &at->modes, error);
    if (!status) status = read_study(at, "search.cfg", &at->search, error);
    for (int i = 0; i < VR_N_FIGURES && !status; i++)
        status = read_study(at, figures[i], &at->figures[i], error);
    if (!status) status = read_study(at, "smoke.cfg", &at->smoke, error);
    if (!status) status = read_expected(at, at->smoke.expected, &at->smoke_expected, error);
    if (!status) status = read_expected(at, "own.tsv", &at->own_expected, error);
    if (!status) status = read_expected(at, "table1.tsv", &at->table1, error);
    if (!status) status = read_expected(at, "table4.tsv", &at->table4, error);
    if (!status) status = read_expected(at, "table5.tsv", &at->table5, error);
    char path[4200];
    snprintf(path, sizeof path, "%s/reports/evidence/growth.tsv", at->root);
    if (!status) status = vr_growth_read(path, &at->growth, error);
    snprintf(path, sizeof path, "%s/reports/evidence/planted-estimate.tsv", at->root);
    if (!status) status = vr_planted_read(path, VR_PLANTED_ESTIMATES, &at->estimates, error);
    snprintf(path, sizeof path, "%s/reports/evidence/planted-ranking.tsv", at->root);
    if (!status) status = vr_planted_read(path, VR_PLANTED_RANKINGS, &at->rankings, error);
    return status ? status : read_claims(at, error);
}

vr_status vr_reproduction_open(vr_reproduction *at, const char *root, const char *runs,
                               const char *out, const vr_data_options *data, vr_error *error) {
    *at = (vr_reproduction){.root = ""};
    vr_status status = vr_find_root(root, at->root, sizeof at->root, error);
    if (status) return status;
    snprintf(at->out, sizeof at->out, "%s", out ? out : "reports");
    snprintf(at->runs, sizeof at->runs, "%s", runs ? runs : "reports/runs");
    snprintf(at->evidence, sizeof at->evidence, "%s/reports/evidence/runs", at->root);
    at->sources.options = *data;
    status = read_all(at, error);
    if (!status) status = vr_reproduction_shelf(at, error);
    if (status) vr_reproduction_close(at);
    return status;
}

static void shelves_free(vr_reproduction *at) {
    vr_shelf_free(&at->local);
    vr_shelf_free(&at->committed);
    at->shelf = (vr_shelf){0};
}

void vr_reproduction_close(vr_reproduction *at) {
    for (int i = 0; i < VR_N_STUDIES; i++) {
        vr_study_free(&at->studies[i]);
        vr_expected_free(&at->expected[i]);
    }
    for (int i = 0; i < VR_N_FIGURES; i++) vr_study_free(&at->figures[i]);
    vr_study_free(&at->modes);
    vr_study_free(&at->search);
    vr_study_free(&at->smoke);
    vr_expected_free(&at->smoke_expected);
    vr_expected_free(&at->own_expected);
    vr_expected_free(&at->table1);
    vr_expected_free(&at->table4);
    vr_expected_free(&at->table5);
    vr_growth_free(&at->growth);
    vr_tsv_free(&at->estimates);
    vr_tsv_free(&at->rankings);
    vr_ledger_free(&at->ledger);
    vr_results_free(&at->verified);
    vr_sources_free(&at->sources);
    shelves_free(at);
}

vr_status vr_reproduction_shelf(vr_reproduction *at, vr_error *error) {
    shelves_free(at);
    vr_status status = vr_shelf_read(at->runs, &at->local, error);
    if (!status) status = vr_shelf_read(at->evidence, &at->committed, error);
    at->shelf = at->local;
    at->shelf.next = &at->committed;
    return status;
}

vr_status vr_check_folder(const char *folder, vr_error *error) {
    vr_status status = vr_make_folders(folder, error);
    if (!status && access(folder, W_OK | X_OK) != 0) {
        status = vr_fail(error, VR_CANNOT_WRITE, "%s: %s; name another folder with --out or --runs",
                         folder, strerror(errno));
    }
    return status;
}

vr_status vr_reproduction_report(vr_reproduction *at, const vr_plan *plan, vr_join *out,
                                 vr_error *error) {
    vr_join join;
    vr_digest *smoke = NULL;
    vr_mode *modes = NULL;
    vr_search *searches = NULL;
    vr_duel *duels = NULL;
    size_t n_duels = 0;
    vr_figure figures[VR_N_FIGURES] = {{0}};
    vr_join_input input = {at->studies, at->expected, VR_N_STUDIES, &at->shelf, &at->sources, plan};
    vr_status status = vr_join_build(&input, &join, error);
    if (status) return status;
    status =
        vr_digests_check(&at->smoke, &at->smoke_expected, &at->shelf, &at->sources, &smoke, error);
    if (!status) status = vr_modes_find(&at->modes, &at->shelf, &at->sources, &modes, error);
    if (!status)
        status = vr_searches_find(&at->search, &at->shelf, &at->sources, NULL, &searches, error);
    if (!status)
        status = vr_duels_find(searches, at->search.n_cells, &at->shelf, &at->sources, &duels,
                               &n_duels, error);
    for (int i = 0; i < VR_N_FIGURES && !status; i++)
        status = vr_figure_build(&at->figures[i], &at->shelf, &at->sources, &figures[i], error);
    if (!status) {
        vr_report report = {.join = &join,
                            .studies = at->studies,
                            .n_studies = VR_N_STUDIES,
                            .table1 = &at->table1,
                            .peers = &at->expected[VR_LINEAGE],
                            .table4 = &at->table4,
                            .table5 = &at->table5,
                            .smoke = smoke,
                            .n_smoke = at->smoke.n_cells,
                            .modes = modes,
                            .n_modes = at->modes.n_cells,
                            .searches = searches,
                            .n_searches = at->search.n_cells,
                            .duels = duels,
                            .n_duels = n_duels,
                            .figures = figures,
                            .n_figures = VR_N_FIGURES,
                            .sources = &at->sources,
                            .shelf = &at->shelf,
                            .growth = &at->growth,
                            .estimates = &at->estimates,
                            .rankings = &at->rankings,
                            .ledger = &at->ledger,
                            .verified = &at->verified,
                            .program = VR_VERSION};
        status = vr_report_write(&report, at->out, error);
    }
    free(smoke);
    free(modes);
    vr_searches_free(searches, searches ? at->search.n_cells : 0);
    free(duels);
    for (int i = 0; i < VR_N_FIGURES; i++) vr_figure_free(&figures[i]);
    if (status || !out)
        vr_join_free(&join);
    else
        *out = join;
    return status;
}
