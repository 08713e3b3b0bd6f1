/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the early hook says: libvirt shows stderr if the guest fails, and the log keeps it. */
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

#include <acdr/base.h>

#include "early.h"

void acdr_early_say(const struct acdr_hook_call *c, const char *fmt, ...)
{
    const char *who = c->daemon ? "" : "guest ", *name = c->daemon ? "daemon hook" : c->name;
    char line[1024], whole[1400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    snprintf(whole, sizeof(whole), "%s%s: %s", who, name, line);
    acdr_printable(whole);
    dprintf(STDERR_FILENO, "acdr: %s\n", whole);
    openlog("acdr", LOG_PID, LOG_DAEMON);
    syslog(LOG_DAEMON | LOG_ERR, "%s", whole);
}
