/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * measure RUNS INPUT -- COMMAND... [-- COMMAND...]...: runs each command once per round, in the
 * order given, as libvirt runs a hook: INPUT comes through a pipe, stdout and stderr are not shown,
 * and the time counts from the spawning to the end. Prints one line a command: median and minimum
 * in microseconds, peak memory in KiB, the worst exit status, and its first two words.
 */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MAX_COMMANDS = 32 };

struct command {
    char **argv;
    double *us;
    long kib;
    int status;
};

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static char *read_file(const char *path, size_t *len)
{
    FILE *f = fopen(path, "re");
    char *buf = malloc(1 << 24);
    if (!f || !buf)
        die(path);
    *len = fread(buf, 1, 1 << 24, f);
    fclose(f);
    return buf;
}

static void write_all(int fd, const char *s, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, s, len);
        if (n <= 0)
            return; /* it may leave without reading */
        s += n;
        len -= (size_t)n;
    }
}

static void run_once(struct command *c, int round, const char *input, size_t len)
{
    int p[2], status;
    pid_t pid;
    struct rusage use;
    posix_spawn_file_actions_t fa;

    if (pipe2(p, O_CLOEXEC) < 0)
        die("pipe");
    posix_spawn_file_actions_init(&fa);
    posix_spawn_file_actions_adddup2(&fa, p[0], 0);
    posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY, 0);

    double begin = now();
    if (posix_spawn(&pid, c->argv[0], &fa, NULL, c->argv, environ) != 0)
        die(c->argv[0]);
    close(p[0]);
    write_all(p[1], input, len);
    close(p[1]);
    if (wait4(pid, &status, 0, &use) < 0)
        die("wait4");
    c->us[round] = now() - begin;
    if (use.ru_maxrss > c->kib)
        c->kib = use.ru_maxrss;
    if (status > c->status)
        c->status = status;
    posix_spawn_file_actions_destroy(&fa);
}

static int compare(const void *a, const void *b)
{
    double d = *(const double *)a - *(const double *)b;
    return d < 0 ? -1 : d > 0;
}

static int read_commands(char **argv, struct command *c, int runs)
{
    int n = 0;
    for (; *argv; argv++) {
        if (strcmp(*argv, "--") != 0)
            continue;
        if (n == MAX_COMMANDS)
            break;
        *argv = NULL; /* ends the command before */
        c[n].argv = argv + 1;
        c[n].us = calloc((size_t)runs, sizeof(double));
        if (!argv[1] || !c[n].us)
            return 0;
        n++;
    }
    return n;
}

int main(int argc, char **argv)
{
    struct command c[MAX_COMMANDS] = { { 0 } };
    size_t len;
    int runs = argc > 1 ? atoi(argv[1]) : 0;
    int n = argc > 4 && runs > 0 ? read_commands(argv + 3, c, runs) : 0;
    if (n == 0) {
        fprintf(stderr, "usage: measure RUNS INPUT -- COMMAND... [-- COMMAND...]...\n");
        return 2;
    }
    char *input = read_file(argv[2], &len);
    signal(SIGPIPE, SIG_IGN);
    for (int round = 0; round < runs; round++)
        for (int i = 0; i < n; i++)
            run_once(&c[i], round, input, len);
    for (int i = 0; i < n; i++) {
        qsort(c[i].us, (size_t)runs, sizeof(double), compare);
        printf("%.0f\t%.0f\t%ld\t%d\t%s %s\n", c[i].us[runs / 2], c[i].us[0], c[i].kib,
               WIFEXITED(c[i].status) ? WEXITSTATUS(c[i].status) : 128, c[i].argv[0],
               c[i].argv[1] ? c[i].argv[1] : "");
        free(c[i].us);
    }
    free(input);
    return 0;
}
