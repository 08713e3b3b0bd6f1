/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting by the clock: a sleep may last longer than asked for, so sleeps cannot be counted. */
#ifndef ACDR_BASE_CLOCK_H
#define ACDR_BASE_CLOCK_H

#include <time.h>

/* Milliseconds of a clock that nobody sets. */
static inline long long acdr_clock_ms(void)
{
    struct timespec t = { 0 };

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static inline void acdr_clock_nap(int ms)
{
    const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

    nanosleep(&t, NULL);
}

#endif
