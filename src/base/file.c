#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* What a person can do about a failed write. */
static const char *advice(int code) {
    switch (code) {
    case ENOSPC:
    case EDQUOT: return "free some room or choose another folder";
    case EACCES:
    case EPERM:
    case EROFS: return "choose a folder that you may write to";
    case ENOTDIR:
    case EISDIR:
    case ENAMETOOLONG: return "choose another path";
    default: return "check the path and the disk";
    }
}

static vr_status cannot_write(const char *path, int code, vr_error *error) {
    return vr_fail(error, VR_CANNOT_WRITE, "%s: cannot write: %s; %s", path, strerror(code),
                   advice(code));
}

/* 0 or an errno. */
static int write_all(int file, const vr_part *parts, size_t n_parts) {
    for (size_t part = 0; part < n_parts; part++) {
        const char *bytes = parts[part].bytes;
        size_t left = parts[part].size;
        while (left > 0) {
            ssize_t n = write(file, bytes, left < (1u << 30) ? left : (1u << 30));
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return n < 0 ? errno : EIO;
            bytes += n;
            left -= (size_t)n;
        }
    }
    return 0;
}

static vr_status write_in_place(const char *path, const vr_part *parts, size_t n_parts,
                                vr_error *error) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return cannot_write(path, errno, error);
    int code = write_all(file, parts, n_parts);
    if (close(file) != 0 && code == 0) code = errno;
    return code ? cannot_write(path, code, error) : VR_OK;
}

/* The part of path before its last slash; "." when there is none. */
static void folder_of(const char *path, char folder[PATH_SIZE]) {
    const char *slash = strrchr(path, '/');
    if (!slash) {
        strcpy(folder, ".");
    } else {
        int length = slash == path ? 1 : (int)(slash - path);
        snprintf(folder, PATH_SIZE, "%.*s", length, path);
    }
}

/* A rename lasts through a power cut only when its folder is synced too; some file systems cannot.
 */
static void sync_folder(const char *folder) {
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return;
    (void)fsync(file);
    close(file);
}

vr_status vr_file_write_parts(const char *path, const vr_part *parts, size_t n_parts,
                              vr_error *error) {
    struct stat about;
    if (strlen(path) + 32 > PATH_SIZE) return cannot_write(path, ENAMETOOLONG, error);
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
        return write_in_place(path, parts, n_parts, error);
    }
    char folder[PATH_SIZE], temporary[PATH_SIZE];
    folder_of(path, folder);
    vr_status status = vr_make_folders(folder, error);
    if (status) return status;
    snprintf(temporary, sizeof temporary, "%s.tmp.%d", path, (int)gettid());
    (void)unlink(temporary); /* left by a killed process that had the same number */
    int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) return cannot_write(path, errno, error);
    int code = write_all(file, parts, n_parts);
    if (code == 0 && fsync(file) != 0) code = errno;
    if (close(file) != 0 && code == 0) code = errno;
    if (code == 0 && rename(temporary, path) != 0) code = errno;
    if (code) {
        (void)unlink(temporary);
        return cannot_write(path, code, error);
    }
    sync_folder(folder);
    return VR_OK;
}

vr_status vr_file_write(const char *path, const void *bytes, size_t size, vr_error *error) {
    vr_part part = {bytes, size};
    return vr_file_write_parts(path, &part, 1, error);
}

vr_status vr_file_check(const char *path, vr_error *error) {
    struct stat about;
    char folder[PATH_SIZE];
    if (strlen(path) + 32 > PATH_SIZE) return cannot_write(path, ENAMETOOLONG, error);
    int there = stat(path, &about) == 0;
    if (there && S_ISDIR(about.st_mode)) return cannot_write(path, EISDIR, error);
    folder_of(path, folder);
    vr_status status = there ? VR_OK : vr_make_folders(folder, error);
    if (status) return status;
    int in_place = there && !S_ISREG(about.st_mode);
    return access(in_place ? path : folder, W_OK) ? cannot_write(path, errno, error) : VR_OK;
}

int vr_same_file(const char *a, const char *b) {
    struct stat at_a, at_b;
    if (strcmp(a, b) == 0) return 1;
    return stat(a, &at_a) == 0 && stat(b, &at_b) == 0 && at_a.st_dev == at_b.st_dev &&
           at_a.st_ino == at_b.st_ino;
}

/* Reads to the end, whatever the file's kind; 0 or an errno. */
static int read_all(int file, size_t guess, char **bytes, size_t *size) {
    size_t room = guess + 2, n = 0;
    char *buffer = malloc(room);
    while (buffer) {
        ssize_t got = read(file, buffer + n, room - n - 1);
        if (got < 0 && errno == EINTR && !vr_interrupted) continue;
        if (got < 0) {
            int code = errno;
            free(buffer);
            return code;
        }
        if (got == 0) {
            buffer[n] = '\0';
            *bytes = buffer;
            *size = n;
            return 0;
        }
        n += (size_t)got;
        if (n + 1 < room) continue;
        room *= 2;
        char *larger = realloc(buffer, room);
        if (!larger) free(buffer);
        buffer = larger;
    }
    return ENOMEM;
}

vr_status vr_file_read(const char *path, char **bytes, size_t *size, vr_error *error) {
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    int code = file < 0 ? errno : 0;
    if (!code && fstat(file, &about) != 0) code = errno;
    if (!code && S_ISDIR(about.st_mode)) code = EISDIR;
    if (!code)
        code = read_all(file, S_ISREG(about.st_mode) ? (size_t)about.st_size : 4096, bytes, size);
    if (file >= 0) close(file);
    if (code == EINTR) return vr_fail(error, VR_INTERRUPTED, "%s: interrupted while reading", path);
    if (code == ENOMEM) return vr_fail(error, VR_INTERNAL, "%s: no memory to read it", path);
    if (code) {
        return vr_fail(error, VR_NO_INPUT, "%s: cannot read: %s; check the path", path,
                       strerror(code));
    }
    return VR_OK;
}

vr_status vr_make_folders(const char *path, vr_error *error) {
    char prefix[PATH_SIZE];
    size_t length = strlen(path);
    if (length + 1 > sizeof prefix) return cannot_write(path, ENAMETOOLONG, error);
    memcpy(prefix, path, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0') continue;
        prefix[i] = '\0';
        if (mkdir(prefix, 0777) != 0 && errno != EEXIST) {
            int code = errno;
            struct stat about; /* a read-only parent that exists says EROFS or EACCES, not EEXIST */
            if (stat(prefix, &about) != 0) return cannot_write(prefix, code, error);
        }
        prefix[i] = path[i];
    }
    struct stat about;
    if (length && (stat(path, &about) != 0 || !S_ISDIR(about.st_mode))) {
        return cannot_write(path, ENOTDIR, error);
    }
    return VR_OK;
}

int vr_file_exists(const char *path) {
    return access(path, F_OK) == 0;
}
