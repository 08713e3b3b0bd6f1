/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The public entry points for watching. The floor that watches has no journal and no classes, so it
 * gets functions to ask for them.
 */
#include "acdr/watch.h"
#include "api.h"
#include "chain.h"
#include "choose.h"
#include "export.h"
#include "guard.h"
#include "report.h"
#include "sampler.h"
#include "why.h"

/* Intruders come with the drift. */
static int source_status(void *arg, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_report_status(arg, NULL, false, ret, e);
}

static int source_drift(void *arg, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_report_drift(arg, NULL, false, ret, e);
}

static int source_class(void *arg, const char *name, struct acdr_class **ret, struct acdr_err *e)
{
    return acdr_handle_class(arg, name, ret, e);
}

static struct acdr_status_source status_source_of(struct acdr *a)
{
    return (struct acdr_status_source){ source_status, source_drift, source_class, a };
}

ACDR_API int acdr_watch_open(struct acdr *a, const char *guest, const char *probes,
                             struct acdr_watch **ret, struct acdr_err *e)
{
    struct acdr_status_source w = status_source_of(a);

    return acdr_watch_new(a->root, &a->log, &w, guest, probes, ret, e);
}

ACDR_API void acdr_watch_close(struct acdr_watch *w)
{
    acdr_watch_free(w);
}

ACDR_API int acdr_watch_take(struct acdr_watch *w, struct acdr_err *e)
{
    return acdr_watch_sample(w, e);
}

ACDR_API long long acdr_watch_when(const struct acdr_watch *w)
{
    return w->when;
}

ACDR_API const struct acdr_reading *acdr_watch_find(const struct acdr_watch *w,
                                                    const struct acdr_reading *after,
                                                    const char *metric, const char *guest)
{
    return acdr_watch_seek(w, after, metric, guest);
}

ACDR_API int acdr_watch_probes(const struct acdr_watch *w, struct acdr_item **ret,
                               struct acdr_err *e)
{
    return acdr_watch_describe(w, ret, e);
}

ACDR_API int acdr_watch_choose(struct acdr *a, const char *guest, struct acdr_item **ret,
                               struct acdr_err *e)
{
    struct acdr_status_source w = status_source_of(a);

    if (!guest)
        return acdr_api_missing(e, "the guest's name");
    return acdr_choice_report(a->root, &w, guest, ret, e);
}

ACDR_API int acdr_watch_limit(struct acdr_watch *w, const char *guest, const char *limits,
                              struct acdr_err *e)
{
    if (!guest || !limits)
        return acdr_api_missing(e, "the guest's name or its limits");
    return acdr_guard_set(w, guest, limits, e);
}

ACDR_API int acdr_watch_crossed(struct acdr_watch *w, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_guard_report(w, ret, e);
}

ACDR_API int acdr_map(struct acdr *a, const char *guest, struct acdr_item **ret, struct acdr_err *e)
{
    struct acdr_status_source w = status_source_of(a);

    if (!guest)
        return acdr_api_missing(e, "the guest's name");
    return acdr_chain_report(a->root, &w, guest, ret, e);
}

ACDR_API int acdr_why_begin(struct acdr *a, const char *guest, struct acdr_why **ret,
                            struct acdr_err *e)
{
    struct acdr_status_source w = status_source_of(a);

    if (!guest)
        return acdr_api_missing(e, "the guest's name");
    return acdr_why_start(a->root, &a->log, &w, guest, NULL, NULL, ret, e);
}

ACDR_API int acdr_why_look(struct acdr_why *y, struct acdr_err *e)
{
    return acdr_why_see_tasks(y) < 0 ? acdr_err_nomem(e) : 0;
}

ACDR_API int acdr_why_end(struct acdr_why *y, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_why_finish(y, ret, e);
}

ACDR_API void acdr_why_free(struct acdr_why *y)
{
    acdr_why_drop(y);
}
