#include "data/obtain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"
#include "base/sha256.h"
#include "data/download.h"
#include "data/gzip.h"

static const char *const endings[] = {".gz", ""};
enum { N_ENDINGS = 2, PATH_SIZE = 1024 };

const char *vr_data_mirror(const vr_data_options *options) {
    const char *mirror = options && options->mirror ? options->mirror : getenv("VERIREC_MIRROR");
    return mirror && *mirror ? mirror : NULL;
}

void vr_data_cache(const vr_data_options *options, char *folder, size_t size) {
    const char *cache = options && options->cache ? options->cache : getenv("VERIREC_CACHE");
    const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && *cache)
        snprintf(folder, size, "%s", cache);
    else if (xdg && *xdg)
        snprintf(folder, size, "%s/verirec", xdg);
    else
        snprintf(folder, size, "%s/.cache/verirec", home && *home ? home : ".");
}

static int is_url(const char *mirror) {
    return strstr(mirror, "://") != NULL;
}

/* --- the hash gate --------------------------------------------------------------------------------- */

static vr_status check_hash(const vr_manifest_file *file, const vr_obtained *got, vr_error *error) {
    char hash[VR_SHA256_HEX];
    vr_sha256_of(got->text, got->size, hash);
    if (strcmp(hash, file->sha256) == 0) return VR_OK;
    return vr_fail(
        error, VR_BAD_DATA,
        "%s: not the file of the manifest: expected SHA-256 %s (%llu bytes of text), got %s (%zu "
        "bytes); remove it or take another mirror, then fetch it again",
        got->place, file->sha256, (unsigned long long)file->bytes, hash, got->size);
}

static vr_status read_checked(const vr_manifest_file *file, vr_obtained *got, vr_error *error) {
    vr_status status = vr_file_read(got->place, &got->text, &got->size, error);
    if (status) return status;
    status = vr_gunzip(got->place, &got->text, &got->size, file->bytes, error);
    if (status) return status;
    status = check_hash(file, got, error);
    if (status) free(got->text);
    return status;
}

/* folder/path.gz or folder/path; *found = 0 when neither is there. */
static vr_status read_from(const char *folder, const vr_manifest_file *file, int *found,
                           vr_obtained *got, vr_error *error) {
    for (int i = 0; i < N_ENDINGS; i++) {
        int n = snprintf(got->place, sizeof got->place, "%s/%s%s", folder, file->path, endings[i]);
        *found = n < (int)sizeof got->place && vr_file_exists(got->place);
        if (*found) return read_checked(file, got, error);
    }
    return VR_OK;
}

/* --- the network ----------------------------------------------------------------------------------- */

static int is_empty(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && about.st_size == 0;
}

/* got->place in the cache, by way of its .part; a resumed part that gives other bytes is fetched anew, once. */
static vr_status fetch_file(const char *url, const vr_manifest_file *file, vr_obtained *got,
                            vr_error *error) {
    char part[PATH_SIZE + 8], place[PATH_SIZE];
    vr_status status = VR_OK;
    snprintf(part, sizeof part, "%s.part", got->place);
    snprintf(place, sizeof place, "%s", got->place);
    int resumed = vr_file_exists(part);
    for (int again = 0; again <= resumed; again++) {
        status = vr_download(url, part, error);
        if (status && is_empty(part)) (void)unlink(part);
        if (status) return status;
        /* what the bytes are is said of their address, not of a file that will be gone */
        char *bytes;
        status = vr_file_read(part, &bytes, &got->size, error);
        if (status) return status;
        got->text = bytes;
        snprintf(got->place, sizeof got->place, "%s", url);
        status = vr_gunzip(got->place, &got->text, &got->size, file->bytes, error);
        if (!status) {
            status = check_hash(file, got, error);
            if (status) free(got->text);
        }
        snprintf(got->place, sizeof got->place, "%s", place);
        if (!status) break;
        (void)unlink(part);
    }
    if (!status && rename(part, got->place) != 0) {
        free(got->text);
        return vr_fail(error, VR_CANNOT_WRITE, "%s: cannot write: %s", got->place, strerror(errno));
    }
    return status;
}

/* Cuts the path to its parent; 0 when nothing is left. */
static int to_parent(char *path) {
    char *slash = strrchr(path, '/');
    *(slash ? slash : path) = '\0';
    return *path != '\0';
}

/* The same with the folders that the cache lacks; those stay only when something is in them. */
static vr_status fetch(const char *url, const vr_manifest_file *file, vr_obtained *got,
                       vr_error *error) {
    char folder[PATH_SIZE], there[PATH_SIZE];
    snprintf(folder, sizeof folder, "%s", got->place);
    (void)to_parent(folder);
    snprintf(there, sizeof there, "%s", folder);
    while (!vr_file_exists(there) && to_parent(there)) {
    }
    vr_status status = vr_make_folders(folder, error);
    if (!status) status = fetch_file(url, file, got, error);
    while (status && strlen(folder) > strlen(there) && rmdir(folder) == 0 && to_parent(folder)) {
    }
    return status;
}

/* Status that ends the search: everything but "not there" and "no answer". */
static int is_final(vr_status status) {
    return status != VR_NO_INPUT && status != VR_NETWORK;
}

static vr_status fetch_mirror(const char *mirror, const char *cache, const vr_manifest_file *file,
                              vr_obtained *got, vr_error *error) {
    vr_status status = VR_NO_INPUT;
    for (int i = 0; i < N_ENDINGS && status == VR_NO_INPUT; i++) {
        char url[PATH_SIZE];
        snprintf(url, sizeof url, "%s/%s%s", mirror, file->path, endings[i]);
        snprintf(got->place, sizeof got->place, "%s/%s%s", cache, file->path, endings[i]);
        status = fetch(url, file, got, error);
    }
    return status;
}

static vr_status fetch_public(const char *cache, const vr_manifest_file *file, vr_obtained *got,
                              vr_error *error) {
    vr_status status = VR_NO_INPUT;
    vr_fail(error, VR_NO_INPUT, "the manifest has no address");
    for (uint32_t i = 0; i < file->n_urls && !(status == VR_OK || is_final(status)); i++) {
        snprintf(got->place, sizeof got->place, "%s/%s", cache, file->path);
        status = fetch(file->urls[i], file, got, error);
    }
    return status;
}

/* --- all places in their order --------------------------------------------------------------------- */

static vr_status nowhere(const vr_manifest_file *file, const vr_data_options *options,
                         const char *cache, vr_status status, const char *last, vr_error *error) {
    const char *mirror = vr_data_mirror(options);
    return vr_fail(
        error, status,
        "%s: not in the mirror (%s) nor in the cache (%s), and %s%s; name a folder that has "
        "%s.gz with --mirror or VERIREC_MIRROR",
        file->path, mirror ? mirror : "none given", cache,
        options && options->offline ? "the network is not to be used"
                                    : "nothing could be fetched: ",
        options && options->offline ? "" : last, file->path);
}

static vr_status obtain_from_network(const vr_manifest_file *file, const vr_data_options *options,
                                     const char *cache, vr_obtained *got, vr_error *error) {
    const char *mirror = vr_data_mirror(options);
    vr_error last = {0};
    vr_status status = VR_NO_INPUT;
    if (mirror && is_url(mirror)) status = fetch_mirror(mirror, cache, file, got, &last);
    if (status && !is_final(status)) status = fetch_public(cache, file, got, &last);
    if (status && is_final(status)) return vr_fail(error, status, "%s", last.text);
    return status ? nowhere(file, options, cache, VR_NETWORK, last.text, error) : VR_OK;
}

vr_status vr_obtain(const vr_manifest_file *file, const vr_data_options *options, int refetch,
                    vr_obtained *out, vr_error *error) {
    const char *mirror = vr_data_mirror(options);
    char cache[PATH_SIZE / 2];
    vr_obtained got = {0};
    int found = 0;
    vr_status status = VR_OK;
    vr_data_cache(options, cache, sizeof cache);
    if (mirror && !is_url(mirror)) status = read_from(mirror, file, &found, &got, error);
    if (!found) {
        status = read_from(cache, file, &found, &got, error);
        if (found && status == VR_BAD_DATA && refetch) {
            if (unlink(got.place) != 0) return status;
            found = 0;
        }
    }
    if (!found && options && options->offline) {
        return nowhere(file, options, cache, VR_NO_INPUT, "", error);
    }
    if (!found) status = obtain_from_network(file, options, cache, &got, error);
    if (!status) *out = got;
    return status;
}
