/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs the query. Knows how often to sample; libacdr finds the causes. */
#include "why_ask.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

/* The sampling interval of tasks: short enough to see where each ran. */
enum { LOOKS = 4 };

static bool is_before(const struct timespec *end)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec < end->tv_sec || (now.tv_sec == end->tv_sec && now.tv_nsec < end->tv_nsec);
}

int why_ask(struct acdr *a, const char *guest, int seconds, struct acdr_item **ret,
            struct acdr_err *e)
{
    const struct timespec pause = { .tv_nsec = 1000000000L / LOOKS };
    struct acdr_why *y = NULL;
    struct timespec end;
    int err;

    if (seconds < 1 || seconds > 3600) {
        snprintf(e->text, sizeof(e->text), "%d seconds: 1 to 3600 can be watched", seconds);
        return -(e->code = EINVAL);
    }
    err = acdr_why_begin(a, guest, &y, e);
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += seconds;
    while (err == 0 && is_before(&end)) {
        nanosleep(&pause, NULL);
        err = acdr_why_look(y, e);
    }
    if (err == 0)
        err = acdr_why_end(y, ret, e);
    acdr_why_free(y);
    return err;
}
