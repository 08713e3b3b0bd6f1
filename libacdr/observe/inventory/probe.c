/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by all probes: subjects of readings. Knows the inventory; reads nothing. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "netpath.h"
#include "probe.h"

struct acdr_reading acdr_probe_reading_of_guest(const struct acdr_probe_ctx *l,
                                                const struct acdr_watched_guest *a)
{
    struct acdr_reading r = ACDR_READING_NONE;

    r.guest = acdr_sample_text(l->sample, a->name);
    r.id = a->guest->start;
    return r;
}

struct acdr_reading acdr_probe_reading_of_thread(const struct acdr_probe_ctx *l,
                                                 const struct acdr_watched_guest *a,
                                                 const struct acdr_thread *t)
{
    struct acdr_reading r = acdr_probe_reading_of_guest(l, a);
    char name[32];

    r.thread = acdr_sample_text(l->sample, acdr_inventory_thread(t, name));
    r.tid = t->tid;
    r.id = t->start;
    return r;
}

int acdr_probe_unsupported(struct acdr_err *e, const char *fmt, ...)
{
    char text[200];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    return acdr_err_set(e, EOPNOTSUPP, "%s", text);
}

void acdr_probe_uplinks(const struct acdr_probe_ctx *l, struct acdr_bitmap *ret)
{
    struct acdr_bitmap own;

    acdr_bitmap_zero(ret);
    ACDR_PROBE_GUESTS(a, l) {
        if (!a->domain)
            continue;
        acdr_netpath_uplinks(l->inventory->host, a->domain, &own);
        acdr_bitmap_or(ret, &own);
    }
}
