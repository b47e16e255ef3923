/* verirec audit: any folder gives a verdict that the exit status and the JSON agree on, or one message.

   The input is a case in short: the loss, what is asked for, then files until its end. A file is a byte that names it and
   a byte that says how it is written: as it is (a length, the bytes), or an NPY file of f4 or f8 with up to three
   dimensions of at most five, whose header is made here, so that the numbers are what is mutated. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "fuzz_file.h"
#include "loss/loss.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = {"params.json",     "pos.npy",      "neg.npy",
                                    "pos_samples.npy", "neg_q.npy",    "value.npy",
                                    "grad_pos.npy",    "grad_neg.npy", "grad_pos_samples.npy",
                                    "user.npy",        "pos_item.npy", "neg_items.npy"};
enum {
    N_FILES = sizeof files / sizeof *files,
    MOST_EXTENT = 5,
    ASKS_JSON = 1,
    ASKS_SCORES = 2,
    COSINE = 4,
    TOLERANCE = 8
};

static char folder[] = P_tmpdir "/fuzz-audit-XXXXXX";

static void remove_files(void) {
    char path[64];
    for (size_t i = 0; i < N_FILES; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
}

static void remove_folder(void) {
    remove_files();
    rmdir(folder);
}

typedef struct input {
    const uint8_t *at;
    size_t left;
} input;

static uint8_t take(input *in) {
    if (!in->left) return 0;
    in->left--;
    return *in->at++;
}

/* The next n bytes, zeros after the end. */
static void take_bytes(input *in, void *out, size_t n) {
    size_t there = n < in->left ? n : in->left;
    memset(out, 0, n);
    memcpy(out, in->at, there);
    in->at += there;
    in->left -= there;
}

static void write_file(const char *path, const void *head, size_t n_head, const void *rest,
                       size_t n_rest) {
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(head, 1, n_head, file) != n_head || fwrite(rest, 1, n_rest, file) != n_rest)
        abort();
    fclose(file);
}

static void write_raw(input *in, const char *path) {
    uint8_t bytes[255];
    size_t n = take(in);
    if (n > in->left) n = in->left;
    take_bytes(in, bytes, n);
    write_file(path, bytes, n, bytes, 0);
}

/* kind: type and number of dimensions. */
static void write_array(input *in, const char *path, unsigned kind) {
    uint8_t values[8 * MOST_EXTENT * MOST_EXTENT * MOST_EXTENT];
    char header[128] = "\x93NUMPY\x01";
    unsigned size = kind & 1 ? 8 : 4, n = size;
    int used =
        10 + sprintf(header + 10, "{'descr': '<f%u', 'fortran_order': False, 'shape': (", size);
    for (unsigned d = 0; d < kind / 2 % 4; d++) {
        unsigned extent = take(in) % (MOST_EXTENT + 1);
        used += sprintf(header + used, "%u, ", extent);
        n *= extent;
    }
    used += sprintf(header + used, ")}\n");
    header[8] = (char)(used - 10);
    take_bytes(in, values, n);
    write_file(path, header, (size_t)used, values, n);
}

static void write_files(input *in) {
    char path[64];
    while (in->left) {
        const char *name = files[take(in) % N_FILES];
        unsigned kind = take(in);
        snprintf(path, sizeof path, "%s/%s", folder, name);
        if (name == files[0] || kind & 8)
            write_raw(in, path);
        else
            write_array(in, path, kind);
    }
}

/* What the command says on stdout and stderr. */
typedef struct said {
    char *out, *err;
    size_t n_out, n_err;
} said;

static int audit(const vr_loss *loss, unsigned asks, said *s) {
    char *name = "audit", *argv[10] = {name, "--loss", (char *)loss->name, "--case", folder};
    int argc = 5;
    if (asks & ASKS_JSON) argv[argc++] = "--json";
    if (asks & ASKS_SCORES) argv[argc++] = asks & COSINE ? "--scores=cosine" : "--scores=dot";
    if (asks & TOLERANCE) argv[argc++] = "--tolerance-ulps=1.5";
    FILE *out = stdout, *err = stderr;
    stdout = open_memstream(&s->out, &s->n_out);
    stderr = open_memstream(&s->err, &s->n_err);
    if (!stdout || !stderr) abort();
    int status = vr_cmd_audit(argc, argv);
    fclose(stdout);
    fclose(stderr);
    stdout = out;
    stderr = err;
    if (argv[0] != name) free(argv[0]); /* the command's own, with the program's name */
    return status;
}

static void check(int status, unsigned asks, const said *s) {
    if (status != VR_OK && status != VR_DIFFERS) {
        if (status != VR_BAD_DATA && status != VR_NO_INPUT) abort();
        if (s->n_out || !s->n_err || strchr(s->err, '\n') != s->err + s->n_err - 1) abort();
        return;
    }
    int right;
    if (asks & ASKS_JSON) {
        json_t *root = json_loadb(s->out, s->n_out, JSON_REJECT_DUPLICATES, NULL);
        if (!root || !json_is_boolean(json_object_get(root, "right"))) abort();
        right = json_is_true(json_object_get(root, "right"));
        json_decref(root);
    } else {
        right = strstr(s->out, "\nverdict          right\n") != NULL;
        if (right == (strstr(s->out, "\nverdict          wrong\n") != NULL)) abort();
    }
    if (right != (status == VR_OK)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    input in = {data, size};
    said s = {0};
    if (strstr(folder, "XXXXXX")) {
        if (!mkdtemp(folder)) abort();
        atexit(remove_folder);
    }
    const vr_loss *loss = &vr_losses[take(&in) % vr_n_losses];
    unsigned asks = take(&in);
    write_files(&in);
    check(audit(loss, asks, &s), asks, &s);
    remove_files();
    free(s.out);
    free(s.err);
    return 0;
}
