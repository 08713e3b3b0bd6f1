/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public entry points that read one figure of a sample. */
#include "export.h"
#include "reading.h"
#include "sampler.h"

ACDR_API const char *acdr_metric_name(const struct acdr_metric *m)
{
    return m->name;
}

ACDR_API const char *acdr_metric_unit(const struct acdr_metric *m)
{
    return m->unit;
}

ACDR_API const char *acdr_metric_help(const struct acdr_metric *m)
{
    return m->help;
}

ACDR_API const char *acdr_metric_label(const struct acdr_metric *m)
{
    return m->what;
}

ACDR_API enum acdr_metric_kind acdr_metric_kind(const struct acdr_metric *m)
{
    return m->kind;
}

ACDR_API int acdr_metric_is_young(const struct acdr_metric *m)
{
    return m->bits == ACDR_METRIC_YOUNG;
}

ACDR_API const struct acdr_metric *acdr_reading_metric(const struct acdr_reading *r)
{
    return r->metric;
}

ACDR_API const char *acdr_reading_guest(const struct acdr_reading *r)
{
    return r->guest;
}

ACDR_API const char *acdr_reading_thread(const struct acdr_reading *r)
{
    return r->thread;
}

ACDR_API const char *acdr_reading_device(const struct acdr_reading *r)
{
    return r->device;
}

ACDR_API const char *acdr_reading_label(const struct acdr_reading *r)
{
    return r->what;
}

static int number(int n, int *ret)
{
    if (n < 0)
        return 0;
    *ret = n;
    return 1;
}

ACDR_API int acdr_reading_cpu(const struct acdr_reading *r, int *ret)
{
    return number(r->cpu, ret);
}

ACDR_API int acdr_reading_node(const struct acdr_reading *r, int *ret)
{
    return number(r->node, ret);
}

ACDR_API int acdr_reading_tid(const struct acdr_reading *r, int *ret)
{
    return number(r->tid, ret);
}

ACDR_API unsigned long long acdr_reading_id(const struct acdr_reading *r)
{
    return r->id;
}

ACDR_API long long acdr_reading_when(const struct acdr_reading *r)
{
    return r->when;
}

ACDR_API double acdr_reading_value(const struct acdr_reading *r)
{
    return r->value;
}

ACDR_API int acdr_reading_rate(const struct acdr_reading *r, double *ret)
{
    if (r->rate < 0)
        return 0;
    *ret = r->rate;
    return 1;
}

ACDR_API size_t acdr_watch_count(const struct acdr_watch *w)
{
    return w->now.n;
}
