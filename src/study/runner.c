#include "study/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/file.h"
#include "base/progress.h"

enum { MOST_PATH = 4300 };

typedef struct job {
    const vr_runner *runner;
    vr_run *run;
    vr_event event;
    vr_provenance provenance;
    vr_status status; /* of writing the provenance within the training loop */
    vr_error *error;
    double epoch_started;
} job;

static char *path_of(const job *at, const char *ending, char path[MOST_PATH]) {
    snprintf(path, MOST_PATH, "%s/%s%s", at->runner->folder, at->run->id, ending);
    return path;
}

static void tell(job *at, vr_event_kind kind) {
    at->event.kind = kind;
    if (at->runner->on_event) at->runner->on_event(at->runner->context, &at->event);
}

/* --- one run at a time: a lock file ---------------------------------------------------------------- */

/* *fd = the locked file, or -1 when another process holds it. The file is removed by its holder, so what was
   opened may no longer be what the path names: then try again. */
static vr_status take_lock(const job *at, int *fd, vr_error *error) {
    char path[MOST_PATH];
    struct stat opened, named;
    path_of(at, ".lock", path);
    for (;;) {
        *fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0666);
        if (*fd < 0) {
            return vr_fail(error, VR_CANNOT_WRITE, "%s: %s; --runs names another folder", path,
                           strerror(errno));
        }
        if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
            int busy = errno == EWOULDBLOCK || errno == EINTR;
            const char *reason = strerror(errno);
            close(*fd);
            *fd = -1;
            return busy ? VR_OK
                        : vr_fail(error, VR_CANNOT_WRITE, "%s: cannot lock: %s", path, reason);
        }
        if (fstat(*fd, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino &&
            opened.st_dev == named.st_dev) {
            return VR_OK;
        }
        close(*fd);
    }
}

static void release_lock(const job *at, int fd) {
    char path[MOST_PATH];
    unlink(path_of(at, ".lock", path));
    close(fd);
}

/* Files of this run that an earlier process was killed in the middle of writing. */
static void remove_halves(const job *at) {
    char pattern[MOST_PATH];
    glob_t found;
    if (glob(path_of(at, ".*.tmp.*", pattern), GLOB_NOSORT, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) unlink(found.gl_pathv[i]);
    }
    globfree(&found);
}

/* --- training -------------------------------------------------------------------------------------- */

static void on_step(void *context, uint32_t epoch, uint64_t step, uint64_t n_steps) {
    job *at = context;
    at->event.epoch_number = epoch;
    at->event.step = step, at->event.n_steps = n_steps;
    double spent = vr_seconds() - at->epoch_started;
    double epoch_seconds = step ? spent * (double)n_steps / (double)step : 0;
    at->event.run_left = epoch_seconds * (1 + at->run->spec.epochs - epoch) - spent;
    tell(at, VR_EVENT_STEP);
}

static void on_epoch(void *context, const vr_epoch *epoch, double train_seconds,
                     double eval_seconds) {
    job *at = context;
    at->event.epoch = epoch;
    at->event.epoch_number = epoch->epoch;
    at->event.train_seconds = train_seconds, at->event.eval_seconds = eval_seconds;
    at->event.run_left = (train_seconds + eval_seconds) * (at->run->spec.epochs - epoch->epoch);
    at->epoch_started = vr_seconds();
    tell(at, VR_EVENT_EPOCH);
    at->event.epoch = NULL;
    vr_pace pace = {epoch->epoch, train_seconds, eval_seconds};
    if (!at->status) at->status = vr_provenance_add(&at->provenance, &pace, at->error);
    if (!at->status) {
        at->status = vr_provenance_write(&at->provenance, at->runner->folder, at->error);
    }
}

/* The epochs that an earlier, interrupted call of the same run has timed. */
static void begin_provenance(job *at) {
    char path[MOST_PATH];
    vr_provenance earlier;
    at->provenance = vr_provenance_here(at->run->id, at->run->name, at->runner->program);
    at->provenance.scores = at->run->scores;
    if (vr_provenance_read(path_of(at, ".provenance.json", path), &earlier, NULL)) return;
    at->provenance.epochs = earlier.epochs;
    at->provenance.n_epochs = earlier.n_epochs;
    snprintf(at->provenance.date, sizeof at->provenance.date, "%s", earlier.date);
}

static vr_status record(const job *at, const vr_train_result *result) {
    vr_record one = {.best_epoch = result->best_epoch,
                     .n_epochs = result->n_epochs,
                     .recall = result->recall,
                     .ndcg = result->ndcg,
                     .epochs = result->epochs};
    snprintf(one.engine, sizeof one.engine, "%s", VR_ENGINE_VERSION);
    snprintf(one.dataset, sizeof one.dataset, "%s", at->run->dataset);
    snprintf(one.data_hash, sizeof one.data_hash, "%s", at->run->data->hash);
    snprintf(one.canonical, sizeof one.canonical, "%s", at->run->canonical);
    return vr_record_write(&one, at->runner->folder, at->error);
}

static vr_status train(job *at) {
    char checkpoint[MOST_PATH];
    vr_train_result result = {0};
    vr_train_hooks hooks = {.checkpoint = path_of(at, ".checkpoint", checkpoint),
                            .on_epoch = on_epoch,
                            .on_step = on_step,
                            .context = at};
    begin_provenance(at);
    at->epoch_started = vr_seconds();
    tell(at, VR_EVENT_START);
    vr_status status = vr_train(&at->run->spec, at->run->data, &hooks, &result, at->error);
    if (!status) status = at->status;
    if (!status) status = record(at, &result);
    if (!status) unlink(checkpoint);
    vr_train_result_free(&result);
    vr_provenance_free(&at->provenance);
    return status;
}

/* A record that another process has written meanwhile. */
static vr_status look_again(const job *at, int *found) {
    char path[MOST_PATH];
    vr_record other;
    *found = vr_file_exists(path_of(at, ".json", path));
    if (!*found) return VR_OK;
    vr_status status = vr_record_read(path, &other, at->error);
    if (!status) vr_record_free(&other);
    return status;
}

/* *busy is set when another process has the run. */
static vr_status run_once(job *at, int *busy) {
    int fd, found;
    vr_status status = take_lock(at, &fd, at->error);
    *busy = !status && fd < 0;
    if (status || *busy) return status;
    remove_halves(at);
    status = look_again(at, &found);
    if (!status && !found) status = train(at);
    release_lock(at, fd);
    if ((status == VR_DIFFERS || status == VR_BAD_DATA) && !found) {
        /* it diverged (loss or scores): a result of this run, not of the study */
        at->run->state = VR_RUN_FAILED;
        snprintf(at->run->why, sizeof at->run->why, "%s", at->error ? at->error->text : "failed");
        tell(at, VR_EVENT_FAILED);
    } else if (!status) {
        at->run->state = VR_RUN_DONE;
        tell(at, VR_EVENT_DONE);
    }
    return status;
}

/* --- the plan -------------------------------------------------------------------------------------- */

/* One pass over what is still to do. *n_busy counts the runs that other processes hold. */
static vr_status pass(const vr_runner *runner, vr_plan *plan, int first, size_t *n_busy,
                      vr_error *failure) {
    size_t index = 0, n_runs = 0;
    *n_busy = 0;
    for (size_t i = 0; i < plan->n_runs; i++) n_runs += plan->runs[i].state == VR_RUN_TO_DO;
    for (size_t i = 0; i < plan->n_runs; i++) {
        if (plan->runs[i].state != VR_RUN_TO_DO) continue;
        if (vr_interrupted) return vr_fail(failure, VR_INTERRUPTED, "interrupted");
        vr_error error = {.status = VR_OK};
        job at = {.runner = runner, .run = &plan->runs[i], .error = &error};
        at.event = (vr_event){.run = at.run, .index = index++, .n_runs = n_runs};
        int busy = 0;
        vr_status status = run_once(&at, &busy);
        if (busy && first) tell(&at, VR_EVENT_BUSY);
        *n_busy += (size_t)busy;
        if (status) {
            *failure = error;
            failure->status = status;
        }
        if (status && at.run->state != VR_RUN_FAILED) return status;
    }
    return VR_OK;
}

vr_status vr_runner_run(const vr_runner *runner, vr_plan *plan, vr_error *error) {
    vr_error failure = {.status = VR_OK};
    size_t n_busy;
    vr_status status = vr_make_folders(runner->folder, error);
    if (status) return status;
    for (int first = 1;; first = 0) {
        status = pass(runner, plan, first, &n_busy, &failure);
        if (status || !n_busy) break;
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    }
    if (failure.status && error) *error = failure;
    return failure.status;
}
