#include "report/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* -d: no settings of the user's. errno of the spawn, else 0. */
static int start(int in, int out, pid_t *child) {
    char *const arguments[] = {(char[]){"gnuplot"}, (char[]){"-d"}, NULL};
    char *const surroundings[] = {(char[]){"LC_ALL=C.UTF-8"}, NULL};
    posix_spawn_file_actions_t files;
    int failed = posix_spawn_file_actions_init(&files);
    if (failed) return failed;
    failed = posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
    if (!failed) failed = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    if (!failed)
        failed = posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (!failed) failed = posix_spawnp(child, "gnuplot", &files, NULL, arguments, surroundings);
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

/* All that comes until the other end closes; 0 without memory. */
static int take(int from, char **out, size_t *size) {
    char part[4096];
    FILE *all = open_memstream(out, size);
    if (!all) return 0;
    for (ssize_t n; (n = read(from, part, sizeof part)) != 0;) {
        if (n > 0)
            fwrite(part, 1, (size_t)n, all);
        else if (errno != EINTR)
            break;
    }
    return fclose(all) == 0;
}

static int ended_well(pid_t child) {
    int how;
    while (waitpid(child, &how, 0) < 0)
        if (errno != EINTR) return 0;
    return WIFEXITED(how) && WEXITSTATUS(how) == 0;
}

static vr_status draw(int script, char **out, size_t *size, vr_error *error) {
    int ends[2];
    pid_t child;
    if (pipe2(ends, O_CLOEXEC))
        return vr_fail(error, VR_INTERNAL, "gnuplot: no pipe: %s", strerror(errno));
    int failed = start(script, ends[1], &child);
    close(ends[1]);
    int whole = !failed && take(ends[0], out, size);
    close(ends[0]);
    if (failed == ENOENT)
        return vr_fail(error, VR_NO_INPUT, "gnuplot is not installed (Debian: gnuplot-nox)");
    if (failed) return vr_fail(error, VR_INTERNAL, "gnuplot: %s", strerror(failed));
    if (ended_well(child) && whole && *size) return VR_OK;
    free(*out);
    *out = NULL;
    return vr_fail(error, VR_INTERNAL, "gnuplot failed; is its svg terminal there?");
}

vr_status vr_gnuplot(const char *script, char **out, size_t *size, vr_error *error) {
    *out = NULL;
    FILE *file = tmpfile();
    if (!file) return vr_fail(error, VR_INTERNAL, "no temporary file: %s", strerror(errno));
    vr_status status = VR_OK;
    if (fputs(script, file) < 0 || fflush(file) || lseek(fileno(file), 0, SEEK_SET))
        status = vr_fail(error, VR_INTERNAL, "temporary file: %s", strerror(errno));
    if (!status) status = draw(fileno(file), out, size, error);
    fclose(file);
    return status;
}
