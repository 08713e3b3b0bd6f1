/* What probes have in common: subjects of readings. Knows the scene; reads nothing. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "netpath.h"
#include "probe.h"

struct acdr_reading acdr_look_guest(const struct acdr_look *l, const struct acdr_actor *a)
{
    struct acdr_reading r = ACDR_READING_NONE;

    r.guest = acdr_sample_text(l->sample, a->name);
    r.id = a->guest->start;
    return r;
}

struct acdr_reading acdr_look_thread(const struct acdr_look *l, const struct acdr_actor *a,
                                     const struct acdr_thread *t)
{
    struct acdr_reading r = acdr_look_guest(l, a);
    char name[32];

    r.thread = acdr_sample_text(l->sample, acdr_scene_thread(t, name));
    r.tid = t->tid;
    r.id = t->start;
    return r;
}

int acdr_look_nothing(struct acdr_err *e, const char *fmt, ...)
{
    char text[200];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    return acdr_err_set(e, EOPNOTSUPP, "%s", text);
}

void acdr_look_uplinks(const struct acdr_look *l, struct acdr_cpus *ret)
{
    struct acdr_cpus own;

    acdr_cpus_zero(ret);
    ACDR_LOOK_ACTORS(a, l)
    {
        if (!a->domain)
            continue;
        acdr_netpath_uplinks(l->scene->host, a->domain, &own);
        acdr_cpus_or(ret, &own);
    }
}
