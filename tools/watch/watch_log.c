/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What acdr watch prints, and its clock. See watch_part.h. */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "watch_part.h"

void watch_log(const char *fmt, ...)
{
    char line[4096];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    acdr_printable(line);
    puts(line);
    fflush(stdout);
}

long long watch_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}
