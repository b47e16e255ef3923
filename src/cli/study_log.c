#include "cli/study_log.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/progress.h"

typedef struct duration {
    char text[32];
} duration;

static duration in_words(double seconds) {
    duration d;
    long s = (long)ceil(seconds);
    if (s >= 48 * 3600L)
        snprintf(d.text, sizeof d.text, "%.1f days", seconds / 86400);
    else if (s >= 3600)
        snprintf(d.text, sizeof d.text, "%ld h %02ld min", s / 3600, s / 60 % 60);
    else if (s >= 60)
        snprintf(d.text, sizeof d.text, "%ld min %02ld s", s / 60, s % 60);
    else
        snprintf(d.text, sizeof d.text, "%ld s", s);
    return d;
}

/* --- progress -------------------------------------------------------------------------------------- */

vr_study_log vr_study_log_begin(const vr_plan *plan) {
    const char *terminal = getenv("TERM"), *no_color = getenv("NO_COLOR");
    return (vr_study_log){.plan = plan,
                          .terminal =
                              isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0,
                          .color = !(no_color && *no_color)};
}

/* One line for all runs under way. */
static void show_line(vr_study_log *log, const vr_event *event) {
    double now = vr_seconds();
    if (!log->terminal || now - log->shown < .2) return;
    log->shown = now;
    size_t n_done = 0;
    for (size_t i = 0; i < log->plan->n_runs; i++)
        n_done += log->plan->runs[i].state == VR_RUN_DONE;
    fprintf(stderr, "\r\033[K%s%zu of %zu done%s", log->color ? "\033[36m" : "", n_done,
            log->plan->n_runs, log->color ? "\033[0m" : "");
    for (size_t i = 0; i < event->n_active && i < 3; i++) {
        const vr_activity *one = &event->active[i];
        fprintf(stderr, ", %s epoch %u %.0f %%", one->run->name, one->epoch, 100 * one->share);
    }
    if (event->n_active > 3) fprintf(stderr, ", %zu more", event->n_active - 3);
    if (event->left > 0) fprintf(stderr, "; at most %s left", in_words(event->left).text);
}

static void show_epoch(const vr_study_log *log, const vr_event *event) {
    const vr_epoch *epoch = event->epoch;
    int solved = event->run->spec.solved;
    char rate[32] = "";
    if (log->terminal) return;
    if (!solved) snprintf(rate, sizeof rate, "lr %g, ", epoch->lr);
    fprintf(stderr, "[%zu/%zu] %s %s %u: %s %.6g, Recall@20 %.4f, NDCG@20 %.4f, %s%.1f s\n",
            event->index + 1, event->n_runs, event->run->name, solved ? "sweep" : "epoch",
            epoch->epoch, solved ? "objective" : "loss", epoch->loss, 100 * epoch->recall,
            100 * epoch->ndcg, rate, event->seconds);
}

static void show_state(const vr_study_log *log, const vr_event *event, const char *state,
                       const char *why) {
    fprintf(stderr, "%s[%zu/%zu] %s: %s%s%s\n", log->terminal ? "\r\033[K" : "", event->index + 1,
            event->n_runs, event->run->name, state, *why ? ": " : "", why);
}

void vr_study_log_event(void *context, const vr_event *event) {
    vr_study_log *log = context;
    switch (event->kind) {
    case VR_EVENT_START: break;
    case VR_EVENT_STEP: show_line(log, event); break;
    case VR_EVENT_EPOCH: show_epoch(log, event); break;
    case VR_EVENT_BUSY:
        show_state(log, event, "another process does this run; it is taken up later", "");
        break;
    case VR_EVENT_DONE: show_state(log, event, "done", ""); break;
    default: show_state(log, event, "failed", event->run->why); break;
    }
}

void vr_study_log_end(vr_study_log *log) {
    if (log->terminal) fputs("\r\033[K", stderr);
}

/* --- the plan -------------------------------------------------------------------------------------- */

static const char *state_text(vr_plan_state state) {
    return state == VR_RUN_DONE ? "done" : state == VR_RUN_TO_DO ? "would run" : "cannot";
}

static size_t count_to_do(const vr_plan *plan) {
    size_t n = 0;
    for (size_t i = 0; i < plan->n_runs; i++) n += plan->runs[i].state == VR_RUN_TO_DO;
    return n;
}

/* "3 to do, 2 side by side on 2 threads, at most 12 min 03 s (6.2e+07 scores/s in all, timed now; memory 0.3 of
   22.0 GiB)" */
static void print_total(const vr_plan *plan, const vr_crew *crew, const char *source, FILE *out) {
    double memory, seconds = vr_crew_seconds(crew, plan, &memory), rate = 0;
    for (int i = 0; i < crew->jobs; i++) {
        rate += vr_crew_rate(crew, (size_t)crew->jobs, (size_t)i);
    }
    fprintf(out, "%zu to do, ", count_to_do(plan));
    if (crew->jobs > 1) fprintf(out, "%d side by side ", crew->jobs);
    fprintf(out, "on %d thread%s, at most %s (%.3g scores/s in all, %s; memory %.1f", crew->threads,
            crew->threads == 1 ? "" : "s", in_words(seconds).text, rate, source, memory / 0x1p30);
    if (crew->room > 0) fprintf(out, " of %.1f", crew->room / 0x1p30);
    fputs(" GiB)", out);
}

void vr_study_log_total(const vr_plan *plan, const vr_crew *crew, const char *source) {
    print_total(plan, crew, source, stderr);
    fputs("; stop at any time, the same command goes on\n", stderr);
}

static void print_run(const vr_run *run, double rate) {
    printf("%-38s %-14s %-10s ", run->name, run->dataset, state_text(run->state));
    if (run->state == VR_RUN_TO_DO)
        printf("%s%s\n", in_words(vr_run_seconds(run, rate)).text, *run->why ? " (*)" : "");
    else
        puts(run->state == VR_RUN_CANNOT ? "no data (*)" : "-");
}

/* The first run of each data set that is not here. */
static int is_first_without_data(const vr_plan *plan, size_t i) {
    if (!*plan->runs[i].why || plan->runs[i].state == VR_RUN_DONE) return 0;
    for (size_t k = 0; k < i; k++) {
        if (!strcmp(plan->runs[k].dataset, plan->runs[i].dataset)) return 0;
    }
    return 1;
}

void vr_study_log_plan(const char *profile, const vr_plan *plan, const vr_crew *crew,
                       const char *source) {
    double rate = vr_crew_rate(crew, (size_t)crew->jobs, 0);
    printf("profile %s: %zu runs\n%-38s %-14s %-10s %s\n", profile, plan->n_runs, "run", "data set",
           "state", "time, at most");
    for (size_t i = 0; i < plan->n_runs; i++) print_run(&plan->runs[i], rate);
    for (size_t i = 0; i < plan->n_runs; i++) {
        if (is_first_without_data(plan, i)) {
            printf("(*) first its data must be had, which a dry run does not fetch: %s\n",
                   plan->runs[i].why);
        }
    }
    fputs("total: ", stdout);
    print_total(plan, crew, source, stdout);
    putchar('\n');
}

/* --- results --------------------------------------------------------------------------------------- */

void vr_study_log_smoke(const vr_digest *items, size_t n) {
    printf("%-20s %9s %9s  %s\n", "smoke run", "Recall@20", "NDCG@20", "record");
    for (size_t i = 0; i < n; i++) {
        const vr_record *record = items[i].record;
        printf("%-20s ", items[i].cell->row);
        if (record)
            printf("%9.2f %9.2f  ", 100 * record->recall, 100 * record->ndcg);
        else
            printf("%9s %9s  ", "-", "-");
        printf("%s\n", vr_digest_text(items[i].state));
    }
}

static void print_pair(double recall, double ndcg) {
    char text[32] = "-";
    if (!isnan(recall)) snprintf(text, sizeof text, "%.2f / %.2f", recall, ndcg);
    printf("%-14s ", text);
}

static void print_verdict(const vr_joined *cell) {
    const vr_comparison *recall = &cell->metrics[VR_RECALL], *ndcg = &cell->metrics[VR_NDCG];
    printf("%-8s %-18s %-12s ", cell->table, cell->row, cell->dataset);
    print_pair(recall->printed->value, ndcg->printed->value);
    print_pair(recall->ours, ndcg->ours);
    fputs(vr_verdict_text(recall->verdict), stdout);
    if (ndcg->verdict != recall->verdict) printf(" / %s", vr_verdict_text(ndcg->verdict));
    if (cell->no_data)
        printf(": no data (*)");
    else if (*cell->why && recall->verdict != VR_COPIED)
        printf(": %s", cell->why);
    putchar('\n');
}

/* The first cell of each data set that is not here says why. */
static int says_why(const vr_join *join, size_t i) {
    if (!join->cells[i].no_data) return 0;
    for (size_t k = 0; k < i; k++) {
        if (join->cells[k].no_data && !strcmp(join->cells[k].dataset, join->cells[i].dataset))
            return 0;
    }
    return 1;
}

void vr_study_log_verdicts(const vr_join *join) {
    printf("%-8s %-18s %-12s %-14s %-14s %s\n", "table", "row", "data set", "printed", "ours",
           "verdict");
    for (size_t i = 0; i < join->n_cells; i++) print_verdict(&join->cells[i]);
    for (size_t i = 0; i < join->n_cells; i++) {
        if (says_why(join, i)) {
            printf("(*) %s: %s\n", join->cells[i].dataset, join->cells[i].why);
        }
    }
}
