/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The log callback. Formats messages; does not know the receiver. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>

void acdr_log(const struct acdr_log *l, int priority, const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    if (!l || !l->fn)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    acdr_printable(text);
    l->fn(l->arg, priority, text);
}
