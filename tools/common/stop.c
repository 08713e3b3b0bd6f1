/* See stop.h. */
#include "stop.h"

volatile sig_atomic_t acdr_stopped;

static void stop(int sig)
{
    (void)sig;
    acdr_stopped = 1;
}

void acdr_stop_listen(int flags)
{
    struct sigaction s = {.sa_handler = stop, .sa_flags = flags}, was;

    sigaction(SIGINT, &s, NULL);
    sigaction(SIGTERM, &s, NULL);
    if (sigaction(SIGHUP, NULL, &was) == 0 && was.sa_handler != SIG_IGN) /* nohup(1) */
        sigaction(SIGHUP, &s, NULL);
}
