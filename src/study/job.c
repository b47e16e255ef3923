#include "study/job.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/file.h"
#include "base/progress.h"

enum { MOST_PATH = 4300 };

static char *path_of(const vr_job *at, const char *ending, char path[MOST_PATH]) {
    snprintf(path, MOST_PATH, "%s/%s%s", at->folder, at->run->id, ending);
    return path;
}

/* --- one run at a time: a lock file ---------------------------------------------------------------- */

/* *fd = the locked file, or -1 when another process holds it. The file is removed by its holder, so what was
   opened may no longer be what the path names: then try again. */
static vr_status take_lock(const vr_job *at, int *fd, vr_error *error) {
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

static void release_lock(const vr_job *at, int fd) {
    char path[MOST_PATH];
    unlink(path_of(at, ".lock", path));
    close(fd);
}

/* Files of this run that an earlier process was killed in the middle of writing. */
static void remove_halves(const vr_job *at) {
    char pattern[MOST_PATH];
    glob_t found;
    if (glob(path_of(at, ".*.tmp.*", pattern), GLOB_NOSORT, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) unlink(found.gl_pathv[i]);
    }
    globfree(&found);
}

/* --- training -------------------------------------------------------------------------------------- */

static int threads_now(void *context) {
    vr_job *at = context;
    int threads = atomic_load_explicit(&at->threads, memory_order_relaxed);
    if (threads != at->epoch_threads) at->epoch_threads = -1;
    return threads;
}

static void on_step(void *context, uint32_t epoch, uint64_t step, uint64_t n_steps) {
    vr_job *at = context;
    at->report(at, epoch, (double)step / (double)n_steps, vr_seconds() - at->epoch_started, NULL);
}

/* Processor time of this run's threads: unlike the clock it says the same on a machine that others load. With
   more than one thread it holds their waiting for each other too. */
static double core_seconds(void) {
    double sum = 0;
#pragma omp parallel reduction(+ : sum)
    {
        struct timespec spent;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
        sum += (double)spent.tv_sec + 1e-9 * (double)spent.tv_nsec;
    }
    return sum;
}

static void begin_epoch(vr_job *at) {
    at->epoch_started = vr_seconds();
    at->epoch_threads = omp_get_max_threads();
    at->epoch_spent = core_seconds();
}

static void on_epoch(void *context, const vr_epoch *epoch, double train_seconds,
                     double eval_seconds) {
    vr_job *at = context;
    double spent = at->epoch_threads < 0 ? 0 : core_seconds() - at->epoch_spent;
    vr_pace pace = {epoch->epoch, train_seconds, eval_seconds, spent, at->epoch_threads};
    at->report(at, epoch->epoch, 1, train_seconds + eval_seconds, epoch);
    begin_epoch(at);
    if (!at->write_status) {
        at->write_status = vr_provenance_add(&at->provenance, &pace, &at->error);
    }
    if (!at->write_status) {
        at->write_status = vr_provenance_write(&at->provenance, at->folder, &at->error);
    }
}

/* The epochs that an earlier, interrupted call of the same run has timed. */
static void begin_provenance(vr_job *at) {
    char path[MOST_PATH];
    vr_provenance earlier;
    at->provenance = vr_provenance_here(at->run->id, at->run->name, at->program);
    at->provenance.scores =
        at->run->spec.solved ? 0 : at->run->scores; /* 0: no measure of training's speed */
    if (vr_provenance_read(path_of(at, ".provenance.json", path), &earlier, NULL)) return;
    at->provenance.epochs = earlier.epochs;
    at->provenance.n_epochs = earlier.n_epochs;
    snprintf(at->provenance.date, sizeof at->provenance.date, "%s", earlier.date);
}

static vr_status record(vr_job *at, const vr_train_result *result) {
    vr_record one = {.best_epoch = result->best_epoch,
                     .n_epochs = result->n_epochs,
                     .recall = result->recall,
                     .ndcg = result->ndcg,
                     .epochs = result->epochs};
    snprintf(one.engine, sizeof one.engine, "%s", VR_ENGINE_VERSION);
    snprintf(one.dataset, sizeof one.dataset, "%s", at->run->dataset);
    snprintf(one.data_hash, sizeof one.data_hash, "%s", at->run->data->hash);
    snprintf(one.canonical, sizeof one.canonical, "%s", at->run->canonical);
    return vr_record_write(&one, at->folder, &at->error);
}

/* Of a run that nothing was chosen by, what a test over users needs. Written before the record: where that is, these are. */
static int keeps_hits(const vr_run_spec *spec) {
    return !spec->solved && spec->train.result == VR_RESULT_LAST && !(spec->train.holdout > 0);
}

static vr_status train(vr_job *at) {
    char checkpoint[MOST_PATH], hits[MOST_PATH];
    vr_train_result result = {0};
    path_of(at, ".hits.npy", hits);
    vr_train_hooks hooks = {.checkpoint = path_of(at, ".checkpoint", checkpoint),
                            .hits = keeps_hits(&at->run->spec) ? hits : NULL,
                            .on_epoch = on_epoch,
                            .on_step = on_step,
                            .threads = threads_now,
                            .context = at};
    begin_provenance(at);
    begin_epoch(at);
    at->report(at, 1, 0, 0, NULL);
    vr_status status = vr_run_make(&at->run->spec, at->run->data, &hooks, &result, &at->error);
    if (!status) status = at->write_status;
    if (!status) status = record(at, &result);
    if (!status) unlink(checkpoint);
    vr_train_result_free(&result);
    vr_provenance_free(&at->provenance);
    return status;
}

/* A record that another process has written meanwhile. */
static vr_status look_again(vr_job *at, int *found) {
    char path[MOST_PATH];
    vr_record other;
    *found = vr_file_exists(path_of(at, ".json", path));
    if (!*found) return VR_OK;
    vr_status status = vr_record_read(path, &other, &at->error);
    if (!status) vr_record_free(&other);
    return status;
}

/* Under the lock. A run that diverges (loss or scores), or that this machine has no room for, has failed. */
static vr_outcome run_locked(vr_job *at, vr_status *status) {
    int found;
    remove_halves(at);
    *status = look_again(at, &found);
    if (*status || found) return *status ? VR_JOB_STOPPED : VR_JOB_DONE;
    *status = vr_run_memory_check(&at->run->spec, at->run->data, omp_get_max_threads(), at->room,
                                  &at->error);
    if (*status) return VR_JOB_FAILED;
    *status = train(at);
    if (*status == VR_DIFFERS || *status == VR_BAD_DATA) return VR_JOB_FAILED;
    return *status ? VR_JOB_STOPPED : VR_JOB_DONE;
}

vr_outcome vr_job_run(vr_job *at, vr_status *status) {
    int fd, threads = atomic_load(&at->threads);
    at->error = (vr_error){.status = VR_OK};
    if (threads) omp_set_num_threads(threads);
    *status = take_lock(at, &fd, &at->error);
    if (*status) return VR_JOB_STOPPED;
    if (fd < 0) return VR_JOB_BUSY;
    vr_outcome outcome = run_locked(at, status);
    release_lock(at, fd);
    return outcome;
}
