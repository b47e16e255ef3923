#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PATH = 4300 };

/* The number after `key` at the start of a line of the file ("" for a file that is one number); NAN when there
   is none: no such file, no such line, or the word "max". */
static double number_in(const char *path, const char *key) {
    char line[512];
    size_t n = strlen(key);
    double value = (double)NAN;
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        char *end;
        if (strncmp(line, key, n) != 0) continue;
        double read = strtod(line + n, &end);
        if (end > line + n) value = read;
        break;
    }
    if (file) fclose(file);
    return value;
}

typedef struct group_files {
    const char *root, *limit, *used, *reclaimable; /* the last one: a key of memory.stat */
} group_files;

/* What the group in folder leaves; files that only speed up reading are not counted as used. */
static double left_in(const char *folder, const group_files *files) {
    char path[MOST_PATH + 64];
    snprintf(path, sizeof path, "%s/%s", folder, files->limit);
    double limit = number_in(path, "");
    snprintf(path, sizeof path, "%s/%s", folder, files->used);
    double used = number_in(path, "");
    snprintf(path, sizeof path, "%s/memory.stat", folder);
    double cached = number_in(path, files->reclaimable);
    if (isnan(limit) || isnan(used)) return INFINITY;
    return fmax(0, limit - used + (isnan(cached) ? 0 : cached));
}

/* The least over a group and those above it: each limit holds for all below. */
static double least_up_from(const group_files *files, const char *group) {
    char folder[MOST_PATH];
    double least = INFINITY;
    snprintf(folder, sizeof folder, "%s%s", files->root, strcmp(group, "/") ? group : "");
    for (;;) {
        least = fmin(least, left_in(folder, files));
        char *slash = strrchr(folder, '/');
        if (!slash || strlen(folder) <= strlen(files->root)) return least;
        *slash = 0;
    }
}

/* A line of /proc/self/cgroup is NUMBER:CONTROLLERS:PATH; version 2 has no controllers. */
static double left_in_groups(void) {
    static const group_files one = {"/sys/fs/cgroup/memory", "memory.limit_in_bytes",
                                    "memory.usage_in_bytes", "total_inactive_file "},
                             two = {"/sys/fs/cgroup", "memory.max", "memory.current",
                                    "inactive_file "};
    char line[MOST_PATH - 200];
    double least = INFINITY;
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file && fgets(line, sizeof line, file)) {
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group) continue;
        *group++ = 0;
        group[strcspn(group, "\n")] = 0;
        if (strcmp(controllers, ":") == 0)
            least = fmin(least, least_up_from(&two, group));
        else if (strstr(controllers, "memory"))
            least = fmin(least, least_up_from(&one, group));
    }
    if (file) fclose(file);
    return least;
}

double vr_memory_available(void) {
    double system = 1024 * number_in("/proc/meminfo", "MemAvailable:");
    double least = fmin(isnan(system) ? INFINITY : system, left_in_groups());
    return isfinite(least) ? least : 0;
}
