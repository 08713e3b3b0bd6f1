/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The early hook's own deadline: for reading stdin, and for loading the module, which then sets the
 * configured one. Must not be missed by a caller that blocks signals.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <acdr/base.h>

#include "clock.h"
#include "early.h"

static struct {
    char line[512];
    size_t len;
    int status;
} late;

static void give_up(int sig)
{
    (void)sig;
    ssize_t unheard = write(STDERR_FILENO, late.line, late.len);
    (void)unheard;
    _exit(late.status);
}

static unsigned left_of(const struct acdr_hook_call *c, int seconds)
{
    long long gone = acdr_clock_ms() / 1000 - c->began / 1000;
    return gone < seconds ? (unsigned)(seconds - gone) : 1;
}

void acdr_early_deadline(const struct acdr_hook_call *c, int seconds, const char *what, int status)
{
    struct sigaction act = { .sa_handler = give_up };
    sigset_t set;
    alarm(0);
    if (seconds == 0)
        return;
    snprintf(late.line, sizeof(late.line) - 1, "acdr: %s%s: %s after %d seconds",
             c->daemon ? "" : "guest ", c->daemon ? "daemon hook" : c->name, what, seconds);
    acdr_printable(late.line); /* not in the handler, where only write(2) may be called */
    late.len = strlen(late.line);
    late.line[late.len++] = '\n';
    late.status = status;
    sigaction(SIGALRM, &act, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    alarm(left_of(c, seconds));
}
