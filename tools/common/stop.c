/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See stop.h. */
#include "stop.h"

volatile sig_atomic_t tool_stopped;

static void stop(int sig)
{
    (void)sig;
    tool_stopped = 1;
}

void tool_stop_listen(int flags)
{
    struct sigaction s = { .sa_handler = stop, .sa_flags = flags }, was;

    sigaction(SIGINT, &s, NULL);
    sigaction(SIGTERM, &s, NULL);
    if (sigaction(SIGHUP, NULL, &was) == 0 && was.sa_handler != SIG_IGN) /* nohup(1) */
        sigaction(SIGHUP, &s, NULL);
}
