/* verirec env: what this build and machine are, for a bug report. */
#include <argp.h>
#include <curl/curl.h>
#include <gnu/libc-version.h>
#include <jansson.h>
#include <libconfig.h>
#include <nettle/version.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include "cli/command.h"
#include "base/version.h"
#include "data/obtain.h"
#include "num/isa.h"

#ifdef __clang__
static const char compiler[] = "clang " __clang_version__;
#else
static const char compiler[] = "gcc " __VERSION__;
#endif

/* "model name" of /proc/cpuinfo */
static void cpu_name(char *text, size_t size) {
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "re");
    snprintf(text, size, "unknown");
    while (file && fgets(line, sizeof line, file)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon) continue;
        snprintf(text, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    if (file) fclose(file);
}

static json_t *libraries(void) {
    char config[32], nettle[32];
    snprintf(config, sizeof config, "%d.%d.%d", LIBCONFIG_VER_MAJOR, LIBCONFIG_VER_MINOR,
             LIBCONFIG_VER_REVISION);
    snprintf(nettle, sizeof nettle, "%d.%d", nettle_version_major(), nettle_version_minor());
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "glibc", gnu_get_libc_version(), "zlib",
                     zlibVersion(), "jansson", jansson_version_str(), "libconfig", config, "nettle",
                     nettle, "libcurl", curl_version_info(CURLVERSION_NOW)->version);
}

static json_t *describe(void) {
    char cpu[128], cache[1024];
    const char *mirror = vr_data_mirror(NULL);
    cpu_name(cpu, sizeof cpu);
    vr_data_cache(NULL, cache, sizeof cache);
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:i, s:s, s:s, s:o}", "version", VR_VERSION,
                     "compiler", compiler, "cpu", cpu, "kernels",
                     vr_isa() == VR_ISA_AVX512 ? "avx512" : "avx2", "cores",
                     (json_int_t)sysconf(_SC_NPROCESSORS_ONLN), "threads", omp_get_max_threads(),
                     "cache", cache, "mirror", mirror ? mirror : "", "libraries", libraries());
}

static void print_text(json_t *object, const char *indent) {
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        if (json_is_object(value)) {
            printf("%s%s:\n", indent, key);
            print_text(value, "  ");
        } else if (json_is_integer(value)) {
            printf("%s%s: %lld\n", indent, key, (long long)json_integer_value(value));
        } else {
            const char *text = json_string_value(value);
            printf("%s%s: %s\n", indent, key, *text ? text : "none");
        }
    }
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    switch (key) {
    case 'j': *(int *)state->input = 1; return 0;
    case ARGP_KEY_ARG: {
        vr_error error;
        vr_fail(&error, VR_USAGE, "takes no argument, got \"%s\"", argument);
        exit(vr_cli_fail(state->argv[0], &error));
    }
    default: return ARGP_ERR_UNKNOWN;
    }
}

int vr_cmd_env(int argc, char **argv) {
    static const struct argp_option known[] = {{"json", 'j', NULL, 0, "print JSON", 0}, {0}};
    struct argp_child children[] = {{&vr_cli_common, 0, NULL, 0}, {0}};
    struct argp argp = {known,    parse, NULL, "What this build and machine are.",
                        children, NULL,  NULL};
    int as_json = 0;
    if (argp_parse(&argp, argc, argv, 0, NULL, &as_json)) return VR_USAGE;
    json_t *all = describe();
    if (!all) return VR_INTERNAL;
    if (as_json) {
        json_dumpf(all, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        print_text(all, "");
    }
    json_decref(all);
    return VR_OK;
}
