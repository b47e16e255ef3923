/* verirec: finds the sub-command in commands.def and runs it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/text.h"
#include "cli/command.h"
#include "base/version.h"

static const struct {
    const char *name, *summary;
    vr_command *run;
} commands[] = {
#define COMMAND(name, summary) {#name, summary, vr_cmd_##name},
#include "cli/commands.def"
#undef COMMAND
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void help(FILE *file) {
    fputs("usage: verirec COMMAND [OPTION...]\n\n", file);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        fprintf(file, "  %-10s  %s\n", commands[i].name, commands[i].summary);
    }
    fputs("\n`verirec COMMAND --help` describes a command; `verirec --version` names the version.\n"
          "Exit codes: 0 ok, 1 a result differs or a claim fails, 2 internal, 64 usage, 65 bad "
          "data,\n"
          "66 no input, 69 network, 74 cannot write, 130 interrupted.\n",
          file);
}

static int unknown(const char *word) {
    const char *names[N_COMMANDS];
    for (size_t i = 0; i < N_COMMANDS; i++) names[i] = commands[i].name;
    static const char *const flags[] = {"--help", "--version"};
    int flag = *word == '-';
    const char *nearest = flag ? vr_nearest(word, flags, 2) : vr_nearest(word, names, N_COMMANDS);
    fprintf(stderr, "verirec: unknown %s \"%s\"; ", flag ? "flag" : "command", word);
    if (nearest)
        fprintf(stderr, "did you mean \"%s\"?\n", nearest);
    else
        fputs("`verirec --help` lists the commands\n", stderr);
    return VR_USAGE;
}

static void on_signal(int number) {
    (void)number;
    vr_interrupted = 1;
}

/* The first signal asks the loops to save and stop; a second one ends the program at once. */
static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGXFSZ,
           SIG_IGN); /* a file at its size limit is a failed write with a message, not a death */
}

/* Data that did not reach stdout (a full disk) is an error, whatever the command thinks. Runs at exit,
   because the help texts end the program inside argp. */
static void check_output(int code, void *unused) {
    (void)unused;
    if (fflush(stdout) == 0 && !ferror(stdout)) return;
    fprintf(stderr, "verirec: cannot write to standard output: %s\n", strerror(errno));
    if (!code) _exit(VR_CANNOT_WRITE);
}

static int run(int argc, char **argv) {
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(commands[i].name, argv[0]) == 0) return commands[i].run(argc, argv);
    }
    return unknown(argv[0]);
}

/* "help" and "help COMMAND" */
static int run_help(int argc, char **argv) {
    static char flag[] = "--help";
    if (argc >= 2) return run(2, (char *[]){argv[1], flag, NULL});
    help(stdout);
    return VR_OK;
}

/* Threads that wait by spinning make a shared machine crawl: with twice as many busy threads as cores a
   smoke run took 45 s instead of .8 s. OpenMP reads its policy before main, so the program sets a polite
   one and starts once more; whoever has set one keeps it. */
static void wait_politely(char **argv) {
    char self[4096];
    if (getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT")) return;
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0 || setenv("OMP_WAIT_POLICY", "passive", 1) != 0) return;
    self[n] = 0;
    execv(self, argv);
}

/* The kernels are compiled for AVX2, FMA and BMI2: without them the program would die of an illegal instruction. */
static int processor_can(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi2");
}

int main(int argc, char **argv) {
    if (!processor_can()) {
        fputs(
            "verirec: this processor has no AVX2, FMA or BMI2; use a machine from 2015 or later\n",
            stderr);
        return VR_INTERNAL;
    }
    wait_politely(argv);
    on_exit(check_output, NULL);
    catch_signals();
    if (argc < 2) {
        help(stderr);
        return VR_USAGE;
    }
    const char *word = argv[1];
    if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "-?") ||
        !strcmp(word, "help")) {
        return run_help(argc - 1, argv + 1);
    }
    if (!strcmp(word, "--version") || !strcmp(word, "-V")) {
        puts("verirec " VR_VERSION);
        return VR_OK;
    }
    return run(argc - 1, argv + 1);
}
