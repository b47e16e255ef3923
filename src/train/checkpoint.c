#include "train/checkpoint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/file.h"
#include "base/sha256.h"

typedef struct header {
    char magic[16], name[64], hash[64]; /* hash: SHA-256 of everything after the header */
    uint64_t adam_steps;
    double lr, best_recall;
    uint32_t misses, best_epoch, n_epochs, finished;
} header;
static const char magic[16] = "verirec-state-1";
enum { PARTS = 10 };

/* Everything that follows the header, in file order: the epochs, then the tables. */
static size_t body(const vr_trainer *t, const vr_run_state *state, vr_part parts[PARTS]) {
    size_t users = (size_t)t->users.n_rows * t->users.stride * sizeof(float);
    size_t items = (size_t)t->items.n_rows * t->items.stride * sizeof(float);
    size_t n = 0;
    parts[n++] = (vr_part){state->epochs, state->n_epochs * sizeof *state->epochs};
    parts[n++] = (vr_part){t->users.raw, users};
    parts[n++] = (vr_part){t->users.m, users};
    parts[n++] = (vr_part){t->users.v, users};
    parts[n++] = (vr_part){t->items.raw, items};
    parts[n++] = (vr_part){t->items.m, items};
    parts[n++] = (vr_part){t->items.v, items};
    parts[n++] = (vr_part){state->best_users, users};
    parts[n++] = (vr_part){state->best_items, items};
    return n;
}

static void hash_parts(const vr_part *parts, size_t n, char hex[VR_SHA256_HEX]) {
    vr_sha256 hash;
    vr_sha256_begin(&hash);
    for (size_t i = 0; i < n; i++) vr_sha256_add(&hash, parts[i].bytes, parts[i].size);
    vr_sha256_end(&hash, hex);
}

vr_status vr_checkpoint_save(const char *path, const char *name, const vr_trainer *trainer,
                             const vr_run_state *state, vr_error *error) {
    vr_part parts[1 + PARTS];
    size_t n = body(trainer, state, parts + 1);
    header head = {.adam_steps = trainer->adam_steps,
                   .lr = state->lr,
                   .best_recall = state->best_recall,
                   .misses = state->misses,
                   .best_epoch = state->best_epoch,
                   .n_epochs = state->n_epochs,
                   .finished = state->finished};
    char hex[VR_SHA256_HEX];
    hash_parts(parts + 1, n, hex);
    memcpy(head.magic, magic, sizeof magic);
    memcpy(head.name, name, sizeof head.name);
    memcpy(head.hash, hex, sizeof head.hash);
    parts[0] = (vr_part){&head, sizeof head};
    return vr_file_write_parts(path, parts, n + 1, error);
}

/* The hash covers what follows the header. The header's own fields must be what the schedule makes of the
   epochs there, so that no changed bit of it is taken over. */
static int header_follows(const header *head, const vr_epoch *epochs, const vr_trainer *t) {
    vr_run_state state = vr_schedule_start(t->spec);
    for (uint32_t e = 0; e < head->n_epochs; e++) {
        if (epochs[e].epoch != e + 1 || epochs[e].lr != state.lr) return 0;
        vr_schedule_next(t->spec, &state, &epochs[e]);
    }
    return head->n_epochs > 0 && head->lr == state.lr && head->best_recall == state.best_recall &&
           head->misses == state.misses && head->best_epoch == state.best_epoch &&
           head->finished == state.finished &&
           head->adam_steps == (uint64_t)head->n_epochs * vr_trainer_steps(t);
}

static vr_status damaged(const char *path, vr_error *error) {
    return vr_fail(error, VR_BAD_DATA, "%s: damaged (its own hash does not match); remove it",
                   path);
}

/* Straight into the run's own arrays: a resume must not need more memory than the run. What is refused in the
   end leaves them half changed, and the run does not go on then. */
static vr_status take_over(FILE *file, size_t size, const char *path, const char *name,
                           vr_trainer *t, vr_run_state *state, vr_error *error) {
    header head;
    if (fread(&head, sizeof head, 1, file) != 1 || memcmp(head.magic, magic, sizeof magic) != 0)
        return vr_fail(error, VR_BAD_DATA, "%s: is no checkpoint of this program; remove it", path);
    if (memcmp(head.name, name, sizeof head.name) != 0)
        return vr_fail(error, VR_BAD_DATA,
                       "%s: is the checkpoint of run %.12s, not of %.12s; remove it", path,
                       head.name, name);
    if (head.n_epochs > t->spec->epochs) return damaged(path, error);
    state->n_epochs = head.n_epochs;
    vr_part parts[PARTS];
    size_t n = body(t, state, parts), length = sizeof head;
    for (size_t i = 0; i < n; i++) length += parts[i].size;
    if (length != size) return damaged(path, error);
    for (size_t i = 0; i < n; i++) {
        void *to = (void *)(size_t)parts[i].bytes;
        if (parts[i].size && fread(to, parts[i].size, 1, file) != 1) return damaged(path, error);
    }
    char hex[VR_SHA256_HEX];
    hash_parts(parts, n, hex);
    if (memcmp(hex, head.hash, sizeof head.hash) != 0 || !header_follows(&head, state->epochs, t))
        return damaged(path, error);
    t->adam_steps = head.adam_steps;
    state->lr = head.lr;
    state->best_recall = head.best_recall;
    state->misses = head.misses;
    state->best_epoch = head.best_epoch;
    state->finished = head.finished;
    return VR_OK;
}

vr_status vr_checkpoint_load(const char *path, const char *name, vr_trainer *trainer,
                             vr_run_state *state, vr_error *error) {
    struct stat about;
    if (!vr_file_exists(path)) return VR_NO_INPUT;
    FILE *file = fopen(path, "re");
    if (!file || fstat(fileno(file), &about) != 0) {
        int reason = errno;
        if (file) fclose(file);
        return vr_fail(error, VR_BAD_DATA, "%s: cannot read: %s; remove it", path,
                       strerror(reason));
    }
    vr_status status = take_over(file, (size_t)about.st_size, path, name, trainer, state, error);
    fclose(file);
    return status;
}
