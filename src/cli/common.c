/* What every sub-command shares: error output, --threads, and our own words for a wrong flag.

   argp (through getopt) would print its own message for an unknown flag. So the common argp child
   looks over the arguments before getopt does, with the table of all options that argp holds at
   that time. */
#include "cli/command.h"

#include <argp.h>
#include <errno.h>
#include <omp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include "base/text.h"

enum { MOST_OPTIONS = 96, MOST_THREADS = 1024 };

typedef struct option_table {
    const struct argp_option *options[MOST_OPTIONS];
    size_t count;
} option_table;

/* "verirec data" and "data" are both the command data. */
static const char *short_name(const char *command) {
    return strncmp(command, "verirec ", 8) == 0 ? command + 8 : command;
}

int vr_cli_fail(const char *command, const vr_error *error) {
    fflush(stdout);
    fprintf(stderr, "verirec %s: %s\n", short_name(command), error->text);
    return (int)error->status;
}

static void collect(option_table *table, const struct argp *argp) {
    const struct argp_option *option = argp->options;
    for (; option && (option->name || option->key || option->doc); option++) {
        /* hidden ones are argp's own debugging aids (--HANG sleeps for an hour) */
        int usable = (option->name || option->key) && !(option->flags & OPTION_HIDDEN);
        if (usable && table->count < MOST_OPTIONS) {
            table->options[table->count++] = option;
        }
    }
    const struct argp_child *child = argp->children;
    for (; child && child->argp; child++) collect(table, child->argp);
}

/* An alias has the argument of the option that it stands behind. */
static const struct argp_option *owner(const option_table *table, size_t i) {
    while (i > 0 && (table->options[i]->flags & OPTION_ALIAS)) i--;
    return table->options[i];
}

__attribute__((noreturn, format(printf, 2, 3))) static void wrong(const char *command,
                                                                  const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "verirec %s: ", command);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    exit(EX_USAGE);
}

/* The option called `name` (n bytes) or, as getopt has it, the only one that begins so. */
static const struct argp_option *find_long(const option_table *table, const char *command,
                                           const char *name, size_t n) {
    const struct argp_option *found = NULL;
    const char *names[MOST_OPTIONS], *first = NULL;
    size_t n_names = 0;
    for (size_t i = 0; i < table->count; i++) {
        const char *known = table->options[i]->name;
        if (!known) continue;
        if (strncmp(known, name, n) == 0) {
            if (!known[n]) return owner(table, i);
            if (found && found != owner(table, i)) {
                wrong(command, "flag --%.*s is short for both --%s and --%s; write it out", (int)n,
                      name, first, known);
            }
            found = owner(table, i);
            first = known;
        }
        names[n_names++] = known;
    }
    if (found) return found;
    char flag[64];
    snprintf(flag, sizeof flag, "%.*s", (int)(n < 63 ? n : 63), name);
    const char *nearest = vr_nearest(flag, names, n_names);
    if (nearest) wrong(command, "unknown flag --%s; did you mean --%s?", flag, nearest);
    wrong(command, "unknown flag --%s; `verirec %s --help` lists the flags", flag, command);
}

static const struct argp_option *find_short(const option_table *table, const char *command,
                                            char letter) {
    for (size_t i = 0; i < table->count; i++) {
        if (table->options[i]->key == letter) return owner(table, i);
    }
    wrong(command, "unknown flag -%c; `verirec %s --help` lists the flags", letter, command);
}

/* argv[i] begins with "--". Returns how many arguments it takes up. */
static int check_long(const option_table *table, const char *command, int argc, char **argv,
                      int i) {
    const char *name = argv[i] + 2;
    size_t n = strcspn(name, "=");
    const struct argp_option *option = find_long(table, command, name, n);
    int takes = option->arg != NULL, optional = (option->flags & OPTION_ARG_OPTIONAL) != 0;
    if (name[n] && !takes) wrong(command, "flag --%.*s takes no value", (int)n, name);
    if (name[n] && name[n + 1]) return 1;
    if (!name[n] && (!takes || optional)) return 1;
    if (name[n] || i + 1 == argc || !*argv[i + 1]) { /* an empty folder would mean the root */
        wrong(command, "flag --%.*s needs a value: --%.*s %s", (int)n, name, (int)n, name,
              option->arg);
    }
    return 2;
}

/* argv[i] is "-x" or several letters. Returns how many arguments it takes up. */
static int check_short(const option_table *table, const char *command, int argc, char **argv,
                       int i) {
    for (const char *letter = argv[i] + 1; *letter; letter++) {
        const struct argp_option *option = find_short(table, command, *letter);
        if (!option->arg) continue;
        if (letter[1] || (option->flags & OPTION_ARG_OPTIONAL)) return 1;
        if (i + 1 == argc || !*argv[i + 1]) {
            wrong(command, "flag -%c needs a value: -%c %s", *letter, *letter, option->arg);
        }
        return 2;
    }
    return 1;
}

/* Also makes --help of -h, which argp does not know. */
static void check_flags(const struct argp *argp, const char *command, int argc, char **argv) {
    static char help[] = "--help";
    option_table table = {.count = 0};
    collect(&table, argp);
    for (int i = 1; i < argc;) {
        if (strcmp(argv[i], "-h") == 0) argv[i] = help;
        const char *word = argv[i];
        if (strcmp(word, "--") == 0) return;
        if (word[0] == '-' && word[1] == '-')
            i += check_long(&table, command, argc, argv, i);
        else if (word[0] == '-' && word[1])
            i += check_short(&table, command, argc, argv, i);
        else
            i++;
    }
}

static void set_threads(const char *command, const char *text) {
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (errno || end == text || *end || n < 1 || n > MOST_THREADS) {
        wrong(command, "--threads: expected a whole number from 1 to %d, got \"%s\"", MOST_THREADS,
              text);
    }
    omp_set_num_threads((int)n);
}

/* "verirec NAME" stands in usage lines; argp takes it from argv[0] after this. */
static void name_command(char **argv) {
    char *full;
    if (strncmp(argv[0], "verirec ", 8) == 0) return;
    if (asprintf(&full, "verirec %s", argv[0]) > 0) argv[0] = full; /* lives as long as argv */
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    switch (key) {
    case ARGP_KEY_INIT:
        check_flags(state->root_argp, short_name(state->argv[0]), state->argc, state->argv);
        name_command(state->argv);
        return 0;
    case 'T': set_threads(short_name(state->argv[0]), argument); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"threads", 'T', "N", 0, "use N threads (default: OMP_NUM_THREADS, else all cores)", 100},
    {0},
};
const struct argp vr_cli_common = {.options = options, .parser = parse};

vr_status vr_cli_setting(const char *text, const char *example, char key[VR_CLI_KEY],
                         const char **value, vr_error *error) {
    const char *equals = strchr(text, '=');
    if (!equals || equals == text || equals - text >= VR_CLI_KEY)
        return vr_fail(error, VR_USAGE, "--set %s: expected KEY=VALUE, as in --set %s", text,
                       example);
    snprintf(key, VR_CLI_KEY, "%.*s", (int)(equals - text), text);
    *value = equals + 1;
    return VR_OK;
}
