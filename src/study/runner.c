#include "study/runner.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/file.h"
#include "study/job.h"

/* What the workers share, guarded by the mutex. */
typedef struct shift {
    const vr_runner *runner;
    vr_plan *plan;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned char *taken; /* of each run: begun in this pass */
    size_t *index;        /* of each run: its number among those to do */
    size_t n_runs, n_busy, n_active;
    vr_job **jobs; /* under way: crew.jobs places, the first n_active in use */
    vr_activity *active;
    double memory; /* that they take */
    int first;     /* pass; later ones are for runs that another process had */
    int stopping;
    int held; /* the next run waits for memory, so its cores are free meanwhile */
    vr_error failure;
} shift;

/* --- what is told ---------------------------------------------------------------------------------- */

/* At the speed of the moment; a run may end before its last epoch. */
static double seconds_left(const shift *s) {
    double scores = 0, speed = 0;
    size_t n_known = 0; /* runs whose speed is; the others go as fast as these on the mean */
    for (size_t i = 0; i < s->n_active; i++) {
        const vr_activity *one = &s->active[i];
        n_known += one->speed > 0;
        speed += one->speed;
        scores +=
            one->run->scores * (vr_run_epochs(&one->run->spec) - (one->epoch - 1 + one->share));
    }
    for (size_t i = 0; i < s->plan->n_runs; i++) {
        const vr_run *run = &s->plan->runs[i];
        if (run->state == VR_RUN_TO_DO && !s->taken[i])
            scores += run->scores * vr_run_epochs(&run->spec);
    }
    return n_known ? scores / (speed * (double)s->n_active / (double)n_known) : 0;
}

static void tell(shift *s, const vr_job *job, vr_event_kind kind, const vr_epoch *epoch,
                 double seconds) {
    vr_event event = {.kind = kind,
                      .run = job->run,
                      .index = s->index[job->run - s->plan->runs],
                      .n_runs = s->n_runs,
                      .epoch = epoch,
                      .seconds = seconds,
                      .active = s->active,
                      .n_active = s->n_active,
                      .left = seconds_left(s)};
    if (s->runner->on_event) s->runner->on_event(s->runner->context, &event);
}

static size_t place_of(const shift *s, const vr_job *job) {
    size_t place = 0;
    while (s->jobs[place] != job) place++;
    return place;
}

static void report(vr_job *job, uint32_t epoch_number, double share, double seconds,
                   const vr_epoch *epoch) {
    shift *s = job->scheduler;
    pthread_mutex_lock(&s->mutex);
    vr_activity *one = &s->active[place_of(s, job)];
    one->epoch = epoch_number;
    one->share = share;
    if (share > .02 || seconds > 2) one->speed = job->run->scores * share / (seconds + 1e-9);
    tell(s, job,
         epoch         ? VR_EVENT_EPOCH
         : seconds > 0 ? VR_EVENT_STEP
                       : VR_EVENT_START,
         epoch, seconds);
    pthread_mutex_unlock(&s->mutex);
}

/* --- who has which cores --------------------------------------------------------------------------- */

static vr_run *waiting_run(const shift *s) {
    for (size_t i = 0; i < s->plan->n_runs; i++) {
        if (s->plan->runs[i].state == VR_RUN_TO_DO && !s->taken[i]) return &s->plan->runs[i];
    }
    return NULL;
}

/* The cores of places that a waiting run is about to fill stay free for it. */
static void share_cores(shift *s) {
    size_t places = s->n_active;
    const vr_crew *crew = &s->runner->crew;
    for (size_t i = 0; i < s->plan->n_runs && !s->held && places < (size_t)crew->jobs; i++) {
        places += s->plan->runs[i].state == VR_RUN_TO_DO && !s->taken[i];
    }
    for (size_t i = 0; i < s->n_active; i++) {
        int threads = s->stopping ? 0 : vr_crew_share(crew, places, i);
        atomic_store(&s->jobs[i]->threads, threads);
        s->active[i].threads = threads;
    }
}

/* --- workers --------------------------------------------------------------------------------------- */

static void stop_all(shift *s, const vr_error *why, vr_status status) {
    if (s->stopping) return; /* a consequence of the first */
    s->stopping = 1;
    s->failure = *why;
    s->failure.status = status;
    if (status == VR_INTERRUPTED) /* wherever that was */
        vr_fail(&s->failure, status, "interrupted; the same command goes on");
}

/* The next run, once there is room for it; NULL when none is left or all is to stop. */
static vr_run *next_run(shift *s) {
    const vr_crew *crew = &s->runner->crew;
    for (;;) {
        vr_run *run = waiting_run(s);
        if (run && vr_interrupted) stop_all(s, &s->failure, VR_INTERRUPTED);
        if (!run || s->stopping) return NULL;
        if (!s->n_active || crew->room <= 0 || s->memory + vr_crew_need(crew, run) <= crew->room) {
            s->held = 0;
            return run;
        }
        s->held = 1;
        share_cores(s);
        struct timespec until; /* a signal wakes nobody */
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&s->changed, &s->mutex, &until);
    }
}

static void begin(shift *s, vr_job *job, vr_run *run) {
    const vr_crew *crew = &s->runner->crew;
    *job = (vr_job){.run = run,
                    .folder = s->runner->folder,
                    .program = s->runner->program,
                    .room = crew->room,
                    .report = report,
                    .scheduler = s};
    s->taken[run - s->plan->runs] = 1;
    s->memory += vr_crew_need(crew, run);
    s->active[s->n_active] = (vr_activity){.run = run, .epoch = 1};
    s->jobs[s->n_active++] = job;
    share_cores(s);
}

static void end(shift *s, vr_job *job, vr_outcome outcome, vr_status status) {
    size_t place = place_of(s, job);
    s->memory -= vr_crew_need(&s->runner->crew, job->run);
    s->n_active--;
    memmove(s->jobs + place, s->jobs + place + 1, (s->n_active - place) * sizeof *s->jobs);
    memmove(s->active + place, s->active + place + 1, (s->n_active - place) * sizeof *s->active);
    switch (outcome) {
    case VR_JOB_DONE:
        job->run->state = VR_RUN_DONE;
        tell(s, job, VR_EVENT_DONE, NULL, 0);
        break;
    case VR_JOB_BUSY:
        if (s->first) tell(s, job, VR_EVENT_BUSY, NULL, 0);
        s->n_busy++;
        break;
    case VR_JOB_FAILED:
        job->run->state = VR_RUN_FAILED;
        snprintf(job->run->why, sizeof job->run->why, "%s", job->error.text);
        tell(s, job, VR_EVENT_FAILED, NULL, 0);
        if (!s->failure.status) {
            s->failure = job->error;
            s->failure.status = status;
        }
        break;
    default: stop_all(s, &job->error, status);
    }
    share_cores(s);
    pthread_cond_broadcast(&s->changed);
}

static void *work(void *context) {
    shift *s = context;
    vr_job job;
    vr_run *run;
    vr_status status;
    pthread_mutex_lock(&s->mutex);
    while ((run = next_run(s)) != NULL) {
        begin(s, &job, run);
        pthread_mutex_unlock(&s->mutex);
        vr_outcome outcome = vr_job_run(&job, &status);
        pthread_mutex_lock(&s->mutex);
        end(s, &job, outcome, status);
    }
    pthread_mutex_unlock(&s->mutex);
    return NULL;
}

/* --- the plan -------------------------------------------------------------------------------------- */

/* One pass over what is still to do, with as many workers as the crew has jobs. */
static vr_status pass(shift *s) {
    const vr_crew *crew = &s->runner->crew;
    pthread_t *workers = calloc((size_t)crew->jobs, sizeof *workers);
    int n = 0;
    s->n_busy = s->n_runs = 0;
    for (size_t i = 0; i < s->plan->n_runs; i++) {
        s->taken[i] = 0;
        s->index[i] = s->n_runs;
        s->n_runs += s->plan->runs[i].state == VR_RUN_TO_DO;
    }
    while (workers && n < crew->jobs && (size_t)n < s->n_runs &&
           pthread_create(&workers[n], NULL, work, s) == 0) {
        n++;
    }
    if (!n && s->n_runs) {
        s->stopping = 1;
        vr_fail(&s->failure, VR_INTERNAL, "no memory for a thread");
    }
    for (int i = 0; i < n; i++) pthread_join(workers[i], NULL);
    free(workers);
    return s->stopping ? s->failure.status : VR_OK;
}

static vr_status passes(shift *s) {
    for (s->first = 1;; s->first = 0) {
        vr_status status = pass(s);
        if (status || !s->n_busy) return status;
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    }
}

vr_status vr_runner_run(const vr_runner *runner, vr_plan *plan, vr_error *error) {
    size_t n = plan->n_runs, jobs = (size_t)runner->crew.jobs;
    shift s = {.runner = runner,
               .plan = plan,
               .mutex = PTHREAD_MUTEX_INITIALIZER,
               .changed = PTHREAD_COND_INITIALIZER,
               .taken = calloc(n + 1, sizeof *s.taken),
               .index = calloc(n + 1, sizeof *s.index),
               .jobs = calloc(jobs, sizeof(vr_job *)),
               .active = calloc(jobs, sizeof *s.active)};
    vr_status status = vr_make_folders(runner->folder, error);
    if (!status && (!s.taken || !s.index || !s.jobs || !s.active))
        status = vr_fail(error, VR_INTERNAL, "no memory for %zu runs", n);
    if (!status) {
        passes(&s);
        status = s.failure.status;
        if (status && error) *error = s.failure;
    }
    free(s.taken);
    free(s.index);
    free(s.jobs);
    free(s.active);
    return status;
}
