#include "study/crew.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include "base/memory.h"
#include "study/rate.h"

vr_crew vr_crew_here(void) {
    int threads = omp_get_max_threads();
    return (vr_crew){.threads = threads,
                     .jobs = 1,
                     .one = 5e6,
                     .all = threads > 1 ? 5e6 * .94 * threads : 5e6,
                     .room = vr_memory_available()};
}

int vr_crew_time(vr_crew *crew) {
    double one = vr_timed_rate(1, crew->threads);
    double all = crew->threads > 1 ? vr_timed_rate(crew->threads, 1) : one;
    if (!(one > 0 && all > 0)) return 0;
    crew->one = one;
    crew->all = all;
    return 1;
}

int vr_crew_share(const vr_crew *crew, size_t n, size_t place) {
    size_t threads = (size_t)crew->threads, share = threads / n + (place < threads % n);
    return share ? (int)share : 1;
}

/* 1 / rate is linear in 1 / threads, through the two measured points. */
double vr_crew_rate(const vr_crew *crew, size_t n, size_t place) {
    double turns = fmin(1, crew->threads / (double)n), one = turns * crew->one;
    if (crew->threads < 2) return one;
    double part = (1 - 1. / vr_crew_share(crew, n, place)) / (1 - 1. / crew->threads);
    return 1 / (1 / one + part * (1 / crew->all - 1 / one));
}

double vr_crew_need(const vr_crew *crew, const vr_run *run) {
    return vr_run_memory(&run->spec, run->data, crew->threads);
}

/* --- the plan, played through ---------------------------------------------------------------------- */

typedef struct playing {
    double left, need; /* scores; bytes */
} playing;

/* Starts what may start; returns how many are under way, the first `n` of them before. */
static size_t start(const vr_crew *crew, const vr_plan *plan, size_t *next, playing *active,
                    size_t n, double *taken) {
    while (*next < plan->n_runs && n < (size_t)crew->jobs) {
        const vr_run *run = &plan->runs[*next];
        if (run->state != VR_RUN_TO_DO || !run->data) {
            ++*next;
            continue;
        }
        double need = vr_crew_need(crew, run);
        if (n && crew->room > 0 && *taken + need > crew->room) break;
        *taken += need;
        active[n++] = (playing){run->scores * vr_run_epochs(&run->spec), need};
        ++*next;
    }
    return n;
}

/* Plays on until the next run ends; returns how many are still under way. */
static size_t until_one_ends(const vr_crew *crew, playing *active, size_t n, double *seconds,
                             double *taken) {
    double first = INFINITY;
    for (size_t i = 0; i < n; i++) {
        first = fmin(first, active[i].left / vr_crew_rate(crew, n, i));
    }
    *seconds += first;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        double rate = vr_crew_rate(crew, n, i);
        active[i].left -= first * rate;
        if (active[i].left > 1e-9 * rate * *seconds)
            active[kept++] = active[i];
        else
            *taken -= active[i].need;
    }
    return kept;
}

double vr_crew_seconds(const vr_crew *crew, const vr_plan *plan, double *memory) {
    playing *active = calloc((size_t)crew->jobs, sizeof *active);
    double seconds = 0, taken = 0, most = 0;
    size_t next = 0, n = 0;
    while (active && (n = start(crew, plan, &next, active, n, &taken)) > 0) {
        most = fmax(most, taken);
        n = until_one_ends(crew, active, n, &seconds, &taken);
    }
    free(active);
    if (memory) *memory = most;
    return seconds;
}

void vr_crew_choose(vr_crew *crew, const vr_plan *plan) {
    size_t n_to_do = 0;
    for (size_t i = 0; i < plan->n_runs; i++) n_to_do += plan->runs[i].state == VR_RUN_TO_DO;
    vr_crew trial = *crew;
    double least = INFINITY;
    crew->jobs = 1;
    for (trial.jobs = 1; trial.jobs <= crew->threads && (size_t)trial.jobs <= n_to_do;
         trial.jobs++) {
        double seconds = vr_crew_seconds(&trial, plan, NULL);
        if (seconds < .99 * least) {
            least = seconds;
            crew->jobs = trial.jobs;
        }
    }
}
