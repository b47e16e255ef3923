/* verirec reproduce: data to page. Trains what has no record yet, then writes the report. */
#include <argp.h>
#include <fnmatch.h>
#include <omp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "cli/command.h"
#include "cli/reproduction.h"
#include "cli/study_log.h"
#include "study/search.h"
#include "base/version.h"

enum { SMOKE = 1, QUICK = 2, FULL = 4 };
enum { T1 = 1, T2 = 2, T3 = 4, T4 = 8, T5 = 16, LINEAGE = 32, MODES = 64, SEARCH = 128 };
enum { ALL_TABLES = SEARCH - 1 }; /* a search takes hours: only when it is asked for */
enum { ALL_FIGURES = (1 << VR_N_FIGURES) - 1 };
enum { KEY_MIRROR = 256, KEY_CACHE, KEY_OFFLINE, KEY_UPDATE, KEY_TAKE, KEY_JOBS };

typedef struct arguments {
    unsigned tables, figures, profiles;
    const char *datasets, *only, *runs, *out, *specs;
    long seeds, jobs; /* jobs 0: what finishes first */
    int dry_run, update, take_evidence;
    vr_data_options data;
} arguments;

/* --- options --------------------------------------------------------------------------------------- */

/* A mistake of the user's: one message and the exit code, from within argp. */
__attribute__((noreturn, format(printf, 1, 2))) static void wrong(const char *format, ...) {
    vr_error error = {.status = VR_USAGE};
    va_list values;
    va_start(values, format);
    vsnprintf(error.text, sizeof error.text, format, values);
    va_end(values);
    exit(vr_cli_fail("reproduce", &error));
}

/* Calls each(word) for the words of "a,b,c". */
static unsigned bits_of(const char *flag, const char *list, const char *const *names, size_t n) {
    unsigned bits = 0;
    for (const char *at = list;; at++) {
        char word[64], hint[400];
        size_t length = strcspn(at, ","), i = 0;
        snprintf(word, sizeof word, "%.*s", (int)length, at);
        while (i < n && strcmp(names[i], word) != 0) i++;
        if (i == n) {
            wrong("%s: unknown \"%s\"%s", flag, word,
                  vr_did_you_mean(hint, sizeof hint, word, names, n));
        }
        bits |= 1u << i;
        at += length;
        if (!*at) return bits;
    }
}

static long whole_number(const char *flag, const char *text, long least, long most) {
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < least || value > most) {
        wrong("%s: expected a whole number from %ld to %ld, got \"%s\"", flag, least, most, text);
    }
    return value;
}

static error_t parse(int key, char *value, struct argp_state *state) {
    static const char *const tables[] = {"1", "2", "3", "4", "5", "lineage", "modes", "search"};
    static const char *const figures[] = {"1", "2", "3"};
    static const char *const profiles[] = {"smoke", "quick", "full"};
    arguments *given = state->input;
    switch (key) {
    case 't': given->tables = bits_of("--tables", value, tables, 8); return 0;
    case 'f': given->figures = bits_of("--figures", value, figures, 3); return 0;
    case 'p': given->profiles = bits_of("--profile", value, profiles, 3); return 0;
    case 'd': given->datasets = value; return 0;
    case 'S': given->seeds = whole_number("--seeds", value, 1, VR_MOST_SEEDS); return 0;
    case 'n': given->dry_run = 1; return 0;
    case 'O': given->only = value; return 0;
    case 'r': given->runs = value; return 0;
    case 'o': given->out = value; return 0;
    case 's': given->specs = value; return 0;
    case KEY_MIRROR: given->data.mirror = value; return 0;
    case KEY_CACHE: given->data.cache = value; return 0;
    case KEY_OFFLINE: given->data.offline = 1; return 0;
    case KEY_JOBS: given->jobs = whole_number("--jobs", value, 1, 1024); return 0;
    case KEY_UPDATE: given->update = 1; return 0;
    case KEY_TAKE: given->take_evidence = 1; return 0;
    case ARGP_KEY_ARG: wrong("unexpected argument \"%s\"; reproduce takes options only", value);
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"tables", 't', "LIST", 0,
     "of 1,2,3,4,5,lineage,modes,search (default: all but search, or none where --figures is "
     "given)",
     0},
    {"figures", 'f', "LIST", 0, "of 1,2,3 (default: all, or none where --tables is given)", 0},
    {"profile", 'p', "NAME", 0, "smoke, quick or full (default: smoke, then full)", 0},
    {"datasets", 'd', "LIST", 0, "only these data sets", 0},
    {"seeds", 'S', "N", 0, "N seeds for each cell (default: 1)", 0},
    {"only", 'O', "GLOB", 0, "only runs whose name matches, as in 'ccl-*-gowalla'", 0},
    {"dry-run", 'n', NULL, 0, "list the runs and the time they would take", 0},
    {"jobs", KEY_JOBS, "N", 0,
     "N runs side by side, which share the threads (default: what finishes first here)", 0},
    {"runs", 'r', "DIR", 0, "folder of the run records (default: reports/runs)", 0},
    {"out", 'o', "DIR", 0, "folder of the report (default: reports)", 0},
    {"specs", 's', "DIR", 0, "folder that holds bench and expected", 0},
    {"mirror", KEY_MIRROR, "DIR-or-URL", 0, "tried first for data (default: VERIREC_MIRROR)", 0},
    {"cache", KEY_CACHE, "DIR", 0, "folder of fetched data (default: VERIREC_CACHE)", 0},
    {"offline", KEY_OFFLINE, NULL, 0, "never touch the network", 0},
    {"take-evidence", KEY_TAKE, NULL, 0,
     "do not run again what has a committed record in reports/evidence/runs", 0},
    {"update-expected", KEY_UPDATE, NULL, 0,
     "write the expected records anew, smoke.tsv or own.tsv, as the profile is (after a wanted "
     "change)",
     0},
    {0},
};

/* --- which runs ------------------------------------------------------------------------------------ */

static int in_list(const char *list, const char *name) {
    size_t n = strlen(name);
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        if (strncmp(at, name, n) == 0 && (at[n] == ',' || !at[n])) return 1;
    }
    return !list;
}

static vr_status add_cell(const arguments *given, const vr_study *study, const vr_cell *cell,
                          unsigned profile, vr_plan *plan, vr_error *error) {
    vr_run_spec spec = cell->spec;
    if (cell->not_run || cell->same_row || !in_list(given->datasets, cell->dataset) ||
        (given->only && fnmatch(given->only, cell->name, 0) != 0)) {
        return VR_OK;
    }
    if (profile == QUICK) {
        vr_status status = vr_study_quick(study, cell, &spec, error);
        return status ? status : vr_plan_add(plan, cell->name, cell->dataset, &spec, error);
    }
    long n_seeds = profile == SMOKE ? 1 : given->seeds;
    for (long i = 0; i < n_seeds; i++, ++*vr_run_seed(&spec)) {
        char name[128];
        snprintf(name, sizeof name, i ? "%s, seed %llu" : "%s", cell->name,
                 (unsigned long long)*vr_run_seed(&spec));
        vr_status status = vr_plan_add(plan, name, cell->dataset, &spec, error);
        if (status) return status;
    }
    return VR_OK;
}

static vr_status add_study(const arguments *given, const vr_study *study, unsigned profile,
                           vr_plan *plan, vr_error *error) {
    vr_status status = VR_OK;
    for (size_t i = 0; i < study->n_cells && !status; i++) {
        status = add_cell(given, study, &study->cells[i], profile, plan, error);
    }
    return status;
}

/* A row of Table 3 that is a run of Table 2 needs that run also when only Table 3 is asked for. */
static vr_status add_shared(const arguments *given, const vr_reproduction *at, unsigned profile,
                            vr_plan *plan, vr_error *error) {
    const vr_study *table2 = &at->studies[VR_TABLE2], *table3 = &at->studies[VR_TABLE3];
    vr_status status = VR_OK;
    for (size_t i = 0; i < table3->n_cells; i++) {
        const char *row = table3->cells[i].same_row;
        for (size_t k = 0; row && k < table2->n_cells && !status; k++) {
            if (strcmp(table2->cells[k].row, row) != 0) continue;
            status = add_cell(given, table2, &table2->cells[k], profile, plan, error);
        }
    }
    return status;
}

static vr_status make_plan(const arguments *given, const vr_reproduction *at, unsigned profile,
                           vr_plan *plan, vr_error *error) {
    if (profile == SMOKE) return add_study(given, &at->smoke, profile, plan, error);
    vr_status status = VR_OK;
    if (given->tables & LINEAGE)
        status = add_study(given, &at->studies[VR_LINEAGE], profile, plan, error);
    if (!status && (given->tables & T2))
        status = add_study(given, &at->studies[VR_TABLE2], profile, plan, error);
    if (!status && (given->tables & T3)) {
        status = add_study(given, &at->studies[VR_TABLE3], profile, plan, error);
        if (!status) status = add_shared(given, at, profile, plan, error);
    }
    if (!status && (given->tables & MODES) && profile == FULL)
        status = add_study(given, &at->modes, profile, plan, error);
    for (int i = 0; i < VR_N_FIGURES && profile == FULL && !status; i++)
        if (given->figures & 1u << i)
            status = add_study(given, &at->figures[i], profile, plan, error);
    return status;
}

/* --datasets names what some study has. */
static void check_datasets(const arguments *given, const vr_reproduction *at) {
    const char *names[64];
    size_t n = 0;
    for (int s = 0; s <= VR_N_STUDIES; s++) {
        const vr_study *study = s < VR_N_STUDIES ? &at->studies[s] : &at->smoke;
        for (size_t i = 0; i < study->n_cells && n < 64; i++) {
            size_t k = 0;
            const char *name = study->cells[i].dataset;
            while (k < n && strcmp(names[k], name) != 0) k++;
            if (k == n && strcmp(name, "all") != 0) names[n++] = name;
        }
    }
    if (given->datasets) bits_of("--datasets", given->datasets, names, n < 32 ? n : 32);
}

/* --- phases ---------------------------------------------------------------------------------------- */

static const char *profile_name(unsigned profile) {
    return profile == SMOKE ? "smoke" : profile == QUICK ? "quick" : "full";
}

/* What this machine does: rates timed once, and brought to the level of earlier runs where there are some, which
   saw whole epochs and rankings. */
static vr_crew timed_crew(const vr_reproduction *at, const char **source) {
    vr_crew crew = vr_crew_here();
    double all = vr_measured_rate(&at->shelf, crew.threads), one = vr_measured_rate(&at->shelf, 1);
    *source = vr_crew_time(&crew) ? "timed now" : "assumed";
    double scale = all > 0 ? all / crew.all : one > 0 ? one / crew.one : 0;
    if (!(scale > 0)) return crew;
    *source = "earlier runs on this machine";
    crew.one *= scale;
    crew.all *= scale;
    return crew;
}

/* The crew for the plan: as asked for, or what finishes it first. Threads that are bound to cores are not free to
   share them: all runs would be bound to the same ones. */
static void choose_jobs(const arguments *given, const vr_plan *plan, vr_crew *crew) {
    if (given->jobs)
        crew->jobs = (int)given->jobs;
    else if (omp_get_proc_bind() == omp_proc_bind_false)
        vr_crew_choose(crew, plan);
}

/* The dry run's list, for which no data is fetched; else one line before hours of work. Smoke runs are over before
   a timing would be. */
static vr_crew show_plan(const arguments *given, vr_reproduction *at, unsigned profile,
                         const vr_plan *plan) {
    const char *source = "assumed";
    size_t n_to_do = 0;
    vr_crew crew = vr_crew_here();
    for (size_t i = 0; i < plan->n_runs; i++) n_to_do += plan->runs[i].state == VR_RUN_TO_DO;
    int silent = !given->dry_run && (profile == SMOKE || !n_to_do);
    if (!silent) crew = timed_crew(at, &source);
    choose_jobs(given, plan, &crew);
    if ((size_t)crew.jobs > n_to_do) crew.jobs = n_to_do ? (int)n_to_do : 1;
    if (given->dry_run)
        vr_study_log_plan(profile_name(profile), plan, &crew, source);
    else if (!silent)
        vr_study_log_total(plan, &crew, source);
    return crew;
}

static vr_status work_through(vr_reproduction *at, vr_plan *plan, const vr_crew *crew,
                              vr_error *error) {
    vr_study_log log = vr_study_log_begin(plan);
    vr_runner runner = {at->runs, VR_VERSION, vr_study_log_event, &log, *crew};
    vr_status status = vr_runner_run(&runner, plan, error);
    vr_study_log_end(&log);
    vr_error shelf_error;
    if (vr_reproduction_shelf(at, &shelf_error) && !status) {
        *error = shelf_error;
        status = shelf_error.status;
    }
    return status;
}

/* Whether the runner went through the whole plan, and only runs failed. */
static int all_said(const vr_plan *plan) {
    size_t n_failed = 0;
    for (size_t i = 0; i < plan->n_runs; i++) {
        if (plan->runs[i].state == VR_RUN_TO_DO) return 0;
        n_failed += plan->runs[i].state == VR_RUN_FAILED;
    }
    return n_failed > 0;
}

static vr_status run_profile(const arguments *given, vr_reproduction *at, unsigned profile,
                             vr_plan *plan, vr_error *error) {
    vr_status status = make_plan(given, at, profile, plan, error);
    const vr_shelf *done = given->take_evidence ? &at->shelf : &at->local;
    if (!status) status = vr_plan_settle(plan, &at->sources, done, error);
    if (status) return status;
    vr_crew crew = show_plan(given, at, profile, plan);
    return given->dry_run ? VR_OK : work_through(at, plan, &crew, error);
}

/* Adds what is still missing of the searches that are asked for, as far as finished runs lead. */
static vr_status add_trials(const arguments *given, vr_reproduction *at, const vr_plan *failed,
                            vr_plan *plan, vr_error *error) {
    vr_search *searches;
    const vr_shelf *done = given->take_evidence ? &at->shelf : &at->local;
    size_t n = at->search.n_cells;
    vr_status status = vr_searches_find(&at->search, done, &at->sources, failed, &searches, error);
    if (status) return status;
    for (size_t i = 0; i < n && !status; i++) {
        const vr_search *one = &searches[i];
        if (!in_list(given->datasets, one->cell->dataset) ||
            (given->only && fnmatch(given->only, one->cell->name, 0) != 0))
            continue;
        for (size_t k = 0; k < one->n_trials && !status; k++)
            status = vr_plan_add(plan, one->trials[k].name, one->cell->dataset,
                                 &one->trials[k].spec, error);
    }
    vr_searches_free(searches, n);
    return status ? status : vr_plan_settle(plan, &at->sources, done, error);
}

/* Keeps the runs that could not be trained: the next stage goes on without them. */
static vr_status keep_failed(const vr_plan *plan, vr_plan *failed, vr_error *error) {
    vr_status status = VR_OK;
    for (size_t i = 0; i < plan->n_runs && !status; i++) {
        const vr_run *run = &plan->runs[i];
        if (run->state != VR_RUN_FAILED) continue;
        size_t n = failed->n_runs;
        status = vr_plan_add(failed, run->name, run->dataset, &run->spec, error);
        if (failed->n_runs > n) failed->runs[n].state = VR_RUN_FAILED;
    }
    return status;
}

static size_t left_to_do(const vr_plan *plan, const vr_plan *failed) {
    size_t n = 0;
    for (size_t i = 0; i < plan->n_runs; i++) {
        vr_run *run = &plan->runs[i];
        for (size_t k = 0; k < failed->n_runs && run->state == VR_RUN_TO_DO; k++)
            if (!strcmp(failed->runs[k].canonical, run->canonical) &&
                !strcmp(failed->runs[k].dataset, run->dataset))
                run->state = VR_RUN_FAILED;
        n += run->state == VR_RUN_TO_DO;
    }
    return n;
}

/* Stage by stage: which runs the next one has follows from the records of the last. */
static vr_status run_search(const arguments *given, vr_reproduction *at, vr_error *error) {
    vr_plan failed = {0};
    vr_status status = VR_OK;
    for (int more = 1; more && !status;) {
        vr_plan plan = {0};
        status = add_trials(given, at, &failed, &plan, error);
        more = !status && left_to_do(&plan, &failed) > 0;
        if (more) {
            vr_crew crew = show_plan(given, at, FULL, &plan);
            if (given->dry_run) {
                puts("and the later stages, which follow from these");
                more = 0;
            } else {
                status = work_through(at, &plan, &crew, error);
            }
        }
        if (status == VR_DIFFERS && all_said(&plan)) status = VR_OK; /* a candidate diverged */
        if (!status) status = keep_failed(&plan, &failed, error);
        vr_plan_free(&plan);
    }
    vr_plan_free(&failed);
    return status;
}

static const char smoke_head[] =
    "# The smoke runs of bench/smoke.cfg: SHA-256 of each record's content, metrics in percent.\n"
    "# Written by `verirec reproduce --profile smoke --update-expected`; a change here means that "
    "the\n"
    "# engine computes other numbers, and then VR_ENGINE_VERSION must change too.\n"
    "# table\trow\tdataset\tmetric\tvalue\tflag\tnote\n";
static const char own_head[] =
    "# This project's own full runs, by the run's name: SHA-256 of each record's content, metrics "
    "in percent.\n"
    "# Written by `verirec reproduce --profile full --update-expected` from the records at hand; "
    "the same\n"
    "# command without it compares what it ran with these.\n"
    "# table\trow\tdataset\tmetric\tvalue\tflag\tnote\n";

/* Compares the smoke records with the expected digests; VR_DIFFERS when one is another. */
static vr_status check_smoke(const arguments *given, vr_reproduction *at, vr_error *error) {
    vr_digest *items;
    size_t n_other = 0, n = at->smoke.n_cells;
    char path[4200];
    vr_status status =
        vr_digests_check(&at->smoke, &at->smoke_expected, &at->shelf, &at->sources, &items, error);
    if (status) return status;
    if (given->update) {
        snprintf(path, sizeof path, "%s/expected/smoke.tsv", at->root);
        status = vr_digests_write(items, n, &at->smoke_expected, smoke_head, path, error);
    } else {
        vr_study_log_smoke(items, n);
        for (size_t i = 0; i < n; i++) n_other += items[i].state == VR_DIGEST_DIFFERS;
    }
    free(items);
    if (status || !n_other) return status;
    return vr_fail(
        error, VR_DIFFERS,
        "%zu of %zu smoke records are not those of expected/smoke.tsv: this build computes "
        "other numbers than the project's",
        n_other, n);
}

/* Compares this machine's records with the committed ones of the same name; VR_DIFFERS when one is another. */
static vr_status check_committed(const vr_reproduction *at, vr_error *error) {
    size_t n_same = 0, n_other = 0;
    for (size_t i = 0; i < at->local.n_records; i++) {
        const vr_record *ours = &at->local.records[i];
        const vr_record *theirs =
            vr_shelf_find(&at->committed, ours->dataset, ours->data_hash, ours->canonical);
        if (!theirs || strcmp(theirs->id, ours->id) != 0) continue;
        if (strcmp(theirs->digest, ours->digest) == 0)
            n_same++;
        else
            n_other++;
    }
    if (n_other)
        return vr_fail(
            error, VR_DIFFERS,
            "%zu of %zu records are not the committed ones of %s: this build computes other "
            "numbers than the project's",
            n_other, n_same + n_other, at->evidence);
    if (n_same) fprintf(stderr, "%zu records are the committed ones, byte for byte\n", n_same);
    return VR_OK;
}

/* The digests of every study's runs; *items is freed by the caller. */
static vr_status own_digests(vr_reproduction *at, const vr_shelf *shelf, vr_digest **items,
                             size_t *n, vr_error *error) {
    const vr_study *studies[VR_N_STUDIES + 1 + VR_N_FIGURES];
    size_t n_studies = 0;
    vr_status status = VR_OK;
    for (int i = 0; i < VR_N_STUDIES; i++) studies[n_studies++] = &at->studies[i];
    studies[n_studies++] = &at->modes;
    for (int i = 0; i < VR_N_FIGURES; i++) studies[n_studies++] = &at->figures[i];
    for (size_t i = 0; i < n_studies && !status; i++) {
        size_t n_cells = studies[i]->n_cells;
        vr_digest *some, *more = realloc(*items, (*n + n_cells + 1) * sizeof *more);
        if (!more) return vr_fail(error, VR_INTERNAL, "no memory");
        *items = more;
        status = vr_digests_check(studies[i], &at->own_expected, shelf, &at->sources, &some, error);
        if (status) break;
        memcpy(*items + *n, some, n_cells * sizeof *some);
        *n += n_cells;
        free(some);
    }
    return status;
}

/* Compares this machine's full records with expected/own.tsv, or writes that anew. */
static vr_status check_own(const arguments *given, vr_reproduction *at, vr_error *error) {
    vr_digest *items = NULL;
    size_t n = 0, n_same = 0, n_other = 0;
    char path[4200];
    vr_status status = own_digests(at, given->update ? &at->shelf : &at->local, &items, &n, error);
    for (size_t i = 0; i < n; i++) {
        n_same += items[i].state == VR_DIGEST_SAME;
        n_other += items[i].state == VR_DIGEST_DIFFERS;
    }
    snprintf(path, sizeof path, "%s/expected/own.tsv", at->root);
    if (!status && given->update)
        status = vr_digests_write(items, n, &at->own_expected, own_head, path, error);
    free(items);
    if (status || given->update) return status;
    if (n_other)
        return vr_fail(error, VR_DIFFERS,
                       "%zu of %zu records are not those of expected/own.tsv: this build computes "
                       "other numbers than the project's",
                       n_other, n_same + n_other);
    if (n_same) fprintf(stderr, "%zu records are those of expected/own.tsv\n", n_same);
    return VR_OK;
}

/* Said of a data set that the user asked for by name: nothing of it could be run. */
static vr_status asked_for(const arguments *given, vr_reproduction *at, const vr_plan *plan,
                           vr_error *error) {
    for (size_t i = 0; given->datasets && i < plan->n_runs; i++) {
        const vr_run *run = &plan->runs[i];
        if (run->state != VR_RUN_CANNOT) continue;
        const vr_source *source = vr_sources_get(&at->sources, run->dataset);
        return vr_fail(error, source ? source->error.status : VR_NO_INPUT, "%s", run->why);
    }
    return VR_OK;
}

static vr_status reproduce(const arguments *given, vr_reproduction *at, vr_error *error) {
    vr_status status = VR_OK, later = VR_OK;
    vr_error later_error = {.status = VR_OK};
    vr_plan plans[3] = {{0}};
    size_t n_runs = 0;
    for (int i = 0; i < 3 && !status; i++) {
        unsigned profile = 1u << i;
        if (!(given->profiles & profile)) continue;
        if (profile != SMOKE && given->tables == SEARCH) continue;
        status = run_profile(given, at, profile, &plans[i], error);
        n_runs += plans[i].n_runs;
        if (!status && profile == SMOKE && !given->dry_run && plans[i].n_runs) {
            later = check_smoke(given, at, &later_error);
        }
        if (status && all_said(&plans[i]) && given->profiles != SMOKE) {
            later = status, later_error = *error; /* some run failed: the page still says so */
            status = VR_OK;
        }
    }
    if (!status && (given->tables & SEARCH) && (given->profiles & FULL)) {
        status = run_search(given, at, error);
        n_runs++;
    }
    if (!status && given->only && !n_runs) {
        status = vr_fail(
            error, VR_USAGE,
            "--only: no run's name%s%s matches \"%s\"; --dry-run without it lists them",
            given->datasets ? " on " : "", given->datasets ? given->datasets : "", given->only);
    }
    if (!status && given->datasets && !n_runs &&
        (given->figures || (given->tables & (T2 | T3 | LINEAGE | MODES))))
        status = vr_fail(error, VR_USAGE,
                         "--datasets %s: nothing that was asked for has a run on it; --dry-run "
                         "without it lists the runs",
                         given->datasets);
    vr_join join = {0};
    if (!status && !given->dry_run) status = vr_reproduction_report(at, &plans[2], &join, error);
    if (!status && !given->dry_run) {
        if (given->profiles != SMOKE) vr_study_log_verdicts(&join);
        printf("%s/index.html\n", at->out);
        vr_join_free(&join);
    }
    if (!status && !later && !given->dry_run) later = check_committed(at, &later_error);
    if (!status && !later && !given->dry_run && (given->profiles & FULL))
        later = check_own(given, at, &later_error);
    if (!status && !later) later = asked_for(given, at, &plans[2], &later_error);
    for (int i = 0; i < 3; i++) vr_plan_free(&plans[i]);
    if (!status && later) *error = later_error;
    return status ? status : later;
}

int vr_cmd_reproduce(int argc, char **argv) {
    arguments given = {.profiles = SMOKE | FULL, .seeds = 1};
    vr_error error = {.status = VR_OK};
    vr_reproduction at;
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {
        .options = options,
        .parser = parse,
        .children = children,
        .doc = "Regenerates the paper's tables and figures from the data, each cell with a "
               "verdict. What "
               "has been run is not run again; after any stop the same command goes on."};
    if (argp_parse(&argp, argc, argv, 0, NULL, &given)) return VR_USAGE;
    if (!given.tables && !given.figures) given.tables = ALL_TABLES, given.figures = ALL_FIGURES;
    if (given.dry_run) given.data.offline = 1;
    if (vr_reproduction_open(&at, given.specs, given.runs, given.out, &given.data, &error)) {
        return vr_cli_fail("reproduce", &error);
    }
    at.sources.outlines = given.dry_run;
    check_datasets(&given, &at);
    vr_status status = given.dry_run ? VR_OK : vr_check_folder(at.out, &error);
    if (!status && !given.dry_run) status = vr_check_folder(at.runs, &error);
    if (!status) status = reproduce(&given, &at, &error);
    vr_reproduction_close(&at);
    return status ? vr_cli_fail("reproduce", &error) : VR_OK;
}
