/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs gnuplot: a script goes in, a picture comes out. Both are files in memory, so neither side
 * blocks. No shell, and no user settings. Does not know what is drawn. */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run_report.h"

static int failed(struct acdr_err *e, int code, const char *what)
{
    e->code = code;
    snprintf(e->text, sizeof(e->text), "gnuplot: %.400s", what);
    return -code;
}

static int start(const int fd[3], pid_t *ret, struct acdr_err *e)
{
    char name[] = "gnuplot", defaults[] = "-d", from_stdin[] = "-", locale[] = "LC_ALL=C.UTF-8";
    char *const args[] = { name, defaults, from_stdin, NULL }, *const env[] = { locale, NULL };
    posix_spawn_file_actions_t to;
    int err = posix_spawn_file_actions_init(&to);

    if (err)
        return failed(e, err, strerrordesc_np(err));
    for (int i = 0; i < 3 && !err; i++)
        err = posix_spawn_file_actions_adddup2(&to, fd[i], i);
    if (!err)
        err = posix_spawnp(ret, name, &to, NULL, args, env);
    posix_spawn_file_actions_destroy(&to);
    if (err == ENOENT)
        return failed(e, ENOPKG, "not found; it draws the report (Debian's package gnuplot-nox)");
    return err ? failed(e, err, strerrordesc_np(err)) : 0;
}

/* The first line with a message; gnuplot repeats the command above it. */
static int gnuplot_error(int err_fd, struct acdr_err *e)
{
    char text[2000], *line = NULL;
    ssize_t n = pread(err_fd, text, sizeof(text) - 1, 0);

    text[n > 0 ? n : 0] = '\0';
    line = strstr(text, "line ");
    line = line ? line : text;
    line[strcspn(line, "\n")] = '\0';
    return failed(e, EIO, *line ? line : "it failed and said nothing");
}

static int wait_for(pid_t pid, int err_fd, struct acdr_err *e)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return failed(e, errno, strerrordesc_np(errno));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : gnuplot_error(err_fd, e);
}

int report_gnuplot(FILE *script, FILE *svg, struct acdr_err *e)
{
    int fd[3] = { fileno(script), fileno(svg), memfd_create("acdr-gnuplot", MFD_CLOEXEC) };
    pid_t pid;
    int err;

    if (fd[2] < 0)
        return failed(e, errno, strerrordesc_np(errno));
    if (fflush(script) || lseek(fd[0], 0, SEEK_SET) < 0)
        err = failed(e, errno, strerrordesc_np(errno));
    else
        err = start(fd, &pid, e);
    if (err == 0)
        err = wait_for(pid, fd[2], e);
    close(fd[2]);
    return err;
}
