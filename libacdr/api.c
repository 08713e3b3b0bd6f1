/* The public entry points: check arguments, call the engine. No knowledge of its own. */
#include <errno.h>
#include <string.h>

#include "acdr/acdr.h"
#include "chain.h"
#include "choose.h"
#include "condition.h"
#include "doctor.h"
#include "event.h"
#include "export.h"
#include "guard.h"
#include "admin.h"
#include "advise.h"
#include "rebalance.h"
#include "report.h"
#include "steps.h"
#include "trial.h"
#include "sampler.h"
#include "why.h"

static int bad_argument(struct acdr_err *e, const char *what)
{
    return acdr_err_set(e, EINVAL, "%s is missing", what);
}

ACDR_API int acdr_open(const char *root, struct acdr **ret, struct acdr_err *e)
{
    return acdr_handle_open(root, ret, e);
}

ACDR_API void acdr_close(struct acdr *a)
{
    acdr_handle_close(a);
}

ACDR_API void acdr_log_to(struct acdr *a, acdr_log_fn *fn, void *arg)
{
    a->log = (struct acdr_log){ fn, arg };
}

ACDR_API int acdr_deadline(const struct acdr *a)
{
    return a->config->deadline;
}

ACDR_API int acdr_host(struct acdr *a, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_report_host(a, ret, e);
}

ACDR_API int acdr_record(struct acdr *a, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_report_record(a, ret, e);
}

ACDR_API int acdr_cpu(struct acdr *a, int cpu, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_report_cpu(a, cpu, ret, e);
}

ACDR_API int acdr_irq(struct acdr *a, int irq, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_report_irq(a, irq, ret, e);
}

ACDR_API int acdr_explain(struct acdr *a, const char *xml, size_t len, const char *class_name,
                          struct acdr_item **ret, struct acdr_err *e)
{
    if (!xml)
        return bad_argument(e, "the domain's XML");
    return acdr_report_explain(a, xml, len, class_name, ret, e);
}

ACDR_API int acdr_advise(struct acdr *a, const char *xml, size_t len, const char *class_name,
                         struct acdr_item **ret, struct acdr_err *e)
{
    if (!xml)
        return bad_argument(e, "the domain's XML");
    return acdr_advise_report(a, xml, len, class_name, ret, e);
}

ACDR_API int acdr_classes(struct acdr *a, const char *name, struct acdr_item **ret,
                          struct acdr_err *e)
{
    return acdr_report_classes(a, name, ret, e);
}

ACDR_API int acdr_plan(struct acdr *a, const char *xml, size_t len, const char *class_name,
                       struct acdr_item **ret, struct acdr_err *e)
{
    if (!xml)
        return bad_argument(e, "the domain's XML");
    return acdr_report_plan(a, xml, len, class_name, ret, e);
}

ACDR_API int acdr_xml(struct acdr *a, const char *xml, size_t len, const char *class_name,
                      unsigned what, struct acdr_item **ret, struct acdr_err *e)
{
    if (!xml)
        return bad_argument(e, "the domain's XML");
    return acdr_report_xml(a, xml, len, class_name, what, ret, e);
}

ACDR_API int acdr_event_xml(struct acdr *a, const char *op, const char *xml, size_t len,
                            struct acdr_item **ret, struct acdr_err *e)
{
    if (!op || !xml)
        return bad_argument(e, "a hook argument");
    return acdr_report_event_xml(a, op, xml, len, ret, e);
}

ACDR_API int acdr_doctor(struct acdr *a, const char *class_name, struct acdr_item **ret,
                         struct acdr_err *e)
{
    return acdr_doctor_report(a, class_name, ret, e);
}

ACDR_API int acdr_status(struct acdr *a, const char *domain, struct acdr_item **ret,
                         struct acdr_err *e)
{
    return acdr_report_status(a, domain, ret, e);
}

ACDR_API int acdr_verify(struct acdr *a, const char *domain, struct acdr_item **ret,
                         struct acdr_err *e)
{
    return acdr_report_verify(a, domain, ret, e);
}

ACDR_API int acdr_event(struct acdr *a, const char *name, const char *op, const char *subop,
                        const char *xml, size_t len, struct acdr_err *e)
{
    if (!name || !op || !subop || !xml)
        return bad_argument(e, "a hook argument");
    return acdr_event_run(a, name, op, xml, len, e);
}

ACDR_API int acdr_event_may_fail(struct acdr *a, const char *name, const char *op, const char *xml,
                                 size_t len)
{
    return acdr_event_fatal(a, name, op, xml, len);
}

ACDR_API int acdr_settle(struct acdr *a, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_admin_settle(a, ret, e);
}

ACDR_API int acdr_rebalance(struct acdr *a, const char *domain, unsigned flags,
                            struct acdr_item **ret, struct acdr_err *e)
{
    if (flags & ~(unsigned)ACDR_REBALANCE_DRY_RUN)
        return acdr_err_set(e, EINVAL, "flags 0x%x: not all of them are known", flags);
    return acdr_rebalance_run(a, domain, flags, ret, e);
}

ACDR_API int acdr_apply(struct acdr *a, const char *class_name, const char *cpus, const char *name,
                        struct acdr_err *e)
{
    if (!class_name || !cpus || !name)
        return bad_argument(e, "class, CPUs or name");
    return acdr_admin_apply(a, class_name, cpus, name, e);
}

ACDR_API int acdr_release(struct acdr *a, const char *name, struct acdr_err *e)
{
    if (!name)
        return bad_argument(e, "the name");
    return acdr_admin_release(a, name, e);
}

ACDR_API int acdr_trial_plan(struct acdr *a, const char *guest, const char *class_name,
                             struct acdr_item **ret, struct acdr_err *e)
{
    if (!guest || !class_name)
        return bad_argument(e, "the guest's name or the class");
    return acdr_trial_preview(a, guest, class_name, ret, e);
}

ACDR_API int acdr_trial_begin(struct acdr *a, const char *guest, const char *class_name,
                              struct acdr_trial **ret, struct acdr_err *e)
{
    if (!guest || !class_name)
        return bad_argument(e, "the guest's name or the class");
    return acdr_trial_start(a, guest, class_name, ret, e);
}

ACDR_API int acdr_trial_back(struct acdr_trial *t, struct acdr_err *e)
{
    return acdr_trial_undo(t, e);
}

ACDR_API void acdr_trial_free(struct acdr_trial *t)
{
    acdr_trial_drop(t);
}

/* --- Watching: that floor has no journal, so it is told what is conditioned. --- */

static int tell_status(void *arg, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_report_status(arg, NULL, ret, e);
}

static int tell_drift(void *arg, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_report_drift(arg, NULL, false, ret, e);
}

static int tell_class(void *arg, const char *name, struct acdr_class **ret, struct acdr_err *e)
{
    return acdr_handle_class(arg, name, ret, e);
}

static struct acdr_witness witness_of(struct acdr *a)
{
    return (struct acdr_witness){ tell_status, tell_drift, tell_class, a };
}

ACDR_API int acdr_watch_open(struct acdr *a, const char *guest, const char *probes,
                             struct acdr_watch **ret, struct acdr_err *e)
{
    struct acdr_witness w = witness_of(a);

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

ACDR_API const struct acdr_reading *acdr_watch_readings(const struct acdr_watch *w, size_t *n)
{
    *n = w->now.n;
    return w->now.v;
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
    struct acdr_witness w = witness_of(a);

    if (!guest)
        return bad_argument(e, "the guest's name");
    return acdr_choice_report(a->root, &w, guest, ret, e);
}

ACDR_API int acdr_watch_limit(struct acdr_watch *w, const char *guest, const char *limits,
                              struct acdr_err *e)
{
    if (!guest || !limits)
        return bad_argument(e, "the guest's name or its limits");
    return acdr_guard_set(w, guest, limits, e);
}

ACDR_API int acdr_watch_crossed(struct acdr_watch *w, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_guard_report(w, ret, e);
}

ACDR_API int acdr_map(struct acdr *a, const char *guest, struct acdr_item **ret,
                      struct acdr_err *e)
{
    struct acdr_witness w = witness_of(a);

    if (!guest)
        return bad_argument(e, "the guest's name");
    return acdr_chain_report(a->root, &w, guest, ret, e);
}

ACDR_API int acdr_why(struct acdr *a, const char *guest, int seconds, struct acdr_item **ret,
                      struct acdr_err *e)
{
    struct acdr_witness w = witness_of(a);

    if (!guest)
        return bad_argument(e, "the guest's name");
    return acdr_why_run(a->root, &a->log, &w, guest, seconds, ret, e);
}
