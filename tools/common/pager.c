/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Starts the pager; this file and tools/report/gnuplot.c alone start programs. No shell: the
 * command is cut at spaces. Under sudo the caller's variables name no program, and less may start
 * none; with privileges of the file itself there is no pager. The text is written to a file in
 * memory first, so that a short one needs no pager, and one that ends early kills nobody.
 */
#include "pager.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 16 };

static bool to_terminal; /* what is captured now is for a terminal */

bool pager_is_terminal(void)
{
    return to_terminal || isatty(STDOUT_FILENO);
}

/* The command, "" for none. */
static const char *find_pager(void)
{
    static const char *const names[] = { "ACDR_PAGER", "PAGER" };
    bool borrowed = geteuid() == 0 && getenv("SUDO_UID");

    for (size_t i = 0; !borrowed && i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);

        if (value)
            return strcmp(value, "cat") != 0 ? value : "";
    }
    return "less";
}

static bool is_wanted(const struct tool *t)
{
    const char *term = getenv("TERM");

    return !t->no_pager && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO) && term &&
           strcmp(term, "dumb") != 0 && !getauxval(AT_SECURE) && *find_pager();
}

/* Copy TEXT to stdout. */
static void copy(FILE *text)
{
    char buf[8192];
    size_t n;

    rewind(text);
    while ((n = fread(buf, 1, sizeof(buf), text)) > 0)
        fwrite(buf, 1, n, stdout);
}

static bool is_long(FILE *text)
{
    struct winsize size = { 0 };
    long lines = 0;
    int c;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_row)
        return false;
    rewind(text);
    while ((c = getc(text)) != EOF)
        lines += c == '\n';
    return lines >= size.ws_row;
}

/* 0, or why it could not be started. The pager hears the keyboard's interrupt, acdr does not. */
static int start(char *const words[], int in, pid_t *ret)
{
    posix_spawn_file_actions_t to;
    posix_spawnattr_t how;
    sigset_t usual;
    int err = posix_spawn_file_actions_init(&to);

    if (err)
        return err;
    err = posix_spawnattr_init(&how);
    if (!err) {
        sigemptyset(&usual);
        sigaddset(&usual, SIGINT);
        posix_spawnattr_setsigdefault(&how, &usual);
        posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF);
        err = posix_spawn_file_actions_adddup2(&to, in, STDIN_FILENO);
        if (!err)
            err = posix_spawnp(ret, words[0], &to, &how, words, environ);
        posix_spawnattr_destroy(&how);
    }
    posix_spawn_file_actions_destroy(&to);
    return err;
}

/* False: it was not shown. */
static bool show(FILE *text)
{
    char *command = strdup(find_pager()), *words[WORDS + 1] = { NULL }, *rest = NULL;
    void (*before)(int);
    int n = 0, err, status = 0;
    pid_t pid;

    if (!command)
        return false;
    for (char *w = strtok_r(command, " \t", &rest); w && n < WORDS;
         w = strtok_r(NULL, " \t", &rest))
        words[n++] = w;
    setenv("LESS", "FRX", 0); // NOLINT(concurrency-mt-unsafe): no other thread runs
    if (geteuid() == 0)
        setenv("LESSSECURE", "1", 1); // NOLINT(concurrency-mt-unsafe): the same
    fflush(text);
    before = signal(SIGINT, SIG_IGN);
    err = n && lseek(fileno(text), 0, SEEK_SET) == 0 ? start(words, fileno(text), &pid) : ENOENT;
    while (!err && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    signal(SIGINT, before);
    free(command);
    return !err && !(WIFEXITED(status) && WEXITSTATUS(status) == 127);
}

void pager_print(const struct tool *t, void (*text)(const struct acdr_item *report),
                 const struct acdr_item *report)
{
    int fd = is_wanted(t) ? memfd_create("acdr-pager", MFD_CLOEXEC) : -1;
    FILE *captured = fd < 0 ? NULL : fdopen(fd, "w+");
    int terminal = captured ? dup(STDOUT_FILENO) : -1;

    fflush(stdout);
    if (terminal < 0 || dup2(fd, STDOUT_FILENO) < 0) {
        text(report);
    } else {
        to_terminal = true;
        text(report);
        fflush(stdout);
        dup2(terminal, STDOUT_FILENO);
        to_terminal = false;
        if (!is_long(captured) || !show(captured))
            copy(captured);
    }
    if (terminal >= 0)
        close(terminal);
    if (captured)
        fclose(captured);
    else if (fd >= 0)
        close(fd);
}
