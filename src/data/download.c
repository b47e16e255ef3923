#include "data/download.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/progress.h"

enum { N_TRIES = 3, CONNECT_SECONDS = 10, STALLED_SECONDS = 20 };

typedef struct transfer {
    const char *url;
    int file;        /* the part, at its end */
    int write_error; /* errno of a failed write, or 0 */
    curl_off_t start;
    vr_progress progress;
} transfer;

static size_t on_data(char *bytes, size_t size, size_t n, void *context) {
    transfer *t = context;
    size_t left = size * n;
    while (left > 0) {
        ssize_t written = write(t->file, bytes, left);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            t->write_error = written < 0 ? errno : EIO;
            return 0;
        }
        bytes += written;
        left -= (size_t)written;
    }
    return size * n;
}

static int on_progress(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total,
                       curl_off_t up_now) {
    transfer *t = context;
    (void)up_total;
    (void)up_now;
    t->progress.total = total > 0 ? (uint64_t)(t->start + total) : 0;
    vr_progress_update(&t->progress, (uint64_t)(t->start + now));
    return vr_interrupted != 0;
}

/* One request from the end of the part; *http = the server's status code. */
static CURLcode request(transfer *t, long *http) {
    CURL *curl = curl_easy_init();
    if (!curl) return CURLE_OUT_OF_MEMORY;
    t->start = (curl_off_t)lseek(t->file, 0, SEEK_END);
    curl_easy_setopt(curl, CURLOPT_URL, t->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https,file");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 8L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)STALLED_SECONDS);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "verirec");
    curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, t->start);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, http);
    curl_easy_cleanup(curl);
    return code;
}

static void back_off(int try) {
    struct timespec pause = {.tv_sec = try, .tv_nsec = 300000000};
    nanosleep(&pause, NULL); /* a signal ends it early, which is wanted */
}

/* A part that cannot be continued: the server has no ranges, or the part is longer than the file. */
static int cannot_resume(CURLcode code, long http) {
    return code == CURLE_RANGE_ERROR || code == CURLE_BAD_DOWNLOAD_RESUME || http == 416;
}

static vr_status tries(transfer *t, const char *path, vr_error *error) {
    CURLcode code = CURLE_OK;
    for (int try = 0; try < N_TRIES && !vr_interrupted; try++) {
        long http = 0;
        if (try) back_off(try - 1);
        if (vr_interrupted) break;
        code = request(t, &http);
        if (code == CURLE_OK) return VR_OK;
        if (t->write_error) {
            return vr_fail(error, VR_CANNOT_WRITE, "%s: cannot write: %s; choose another --cache",
                           path, strerror(t->write_error));
        }
        if (t->start > 0 && cannot_resume(code, http)) {
            if (ftruncate(t->file, 0) != 0) break;
        } else if (code == CURLE_FILE_COULDNT_READ_FILE ||
                   (http >= 400 && http < 500 && http != 429)) {
            return vr_fail(error, VR_NO_INPUT, "%s: %s", t->url,
                           http ? "the server has no such file or refuses it" : "no such file");
        } else if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT) {
            break;
        }
    }
    if (vr_interrupted) {
        return vr_fail(error, VR_INTERRUPTED, "%s: interrupted; the same command goes on", t->url);
    }
    return vr_fail(error, VR_NETWORK, "%s: %s", t->url, curl_easy_strerror(code));
}

vr_status vr_download(const char *url, const char *path, vr_error *error) {
    transfer t = {.url = url};
    t.file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (t.file < 0) {
        return vr_fail(error, VR_CANNOT_WRITE,
                       "%s: cannot write: %s; choose another cache with --cache or VERIREC_CACHE",
                       path, strerror(errno));
    }
    vr_status status;
    if (flock(t.file, LOCK_EX | LOCK_NB) != 0) {
        status = vr_fail(error, VR_NETWORK,
                         "%s: another process is downloading it; wait for that one", path);
    } else {
        const char *slash = strrchr(url, '/');
        vr_progress_begin(&t.progress, slash ? slash + 1 : url, "bytes", 0);
        status = tries(&t, path, error);
        vr_progress_end(&t.progress);
        if (!status && fsync(t.file) != 0) {
            status = vr_fail(error, VR_CANNOT_WRITE, "%s: cannot write: %s", path, strerror(errno));
        }
    }
    close(t.file);
    return status;
}
