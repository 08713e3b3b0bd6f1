/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public entry points: check arguments, call the engine. No knowledge of its own. */
#include "acdr/acdr.h"
#include "pool.h"
#include "api.h"
#include "doctor.h"
#include "export.h"
#include "rebalance.h"
#include "report.h"
#include "trial.h"
#include "work.h"

ACDR_API int acdr_open(const char *root, struct acdr **ret, struct acdr_err *e)
{
    return acdr_handle_open(root, ret, e);
}

ACDR_API int acdr_open_recording(const char *text, size_t len, struct acdr **ret,
                                 struct acdr_err *e)
{
    if (!text)
        return acdr_api_missing(e, "the recorded host");
    return acdr_handle_open_recording(text, len, "/", ret, e);
}

ACDR_API const char *acdr_root(const struct acdr *a)
{
    return acdr_root_path(a->root);
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

ACDR_API int acdr_classes(struct acdr *a, const char *name, struct acdr_item **ret,
                          struct acdr_err *e)
{
    return acdr_report_classes(a, name, ret, e);
}

ACDR_API int acdr_doctor(struct acdr *a, const char *class_name, struct acdr_item **ret,
                         struct acdr_err *e)
{
    return acdr_doctor_report(a, class_name, ret, e);
}

ACDR_API int acdr_status(struct acdr *a, const char *domain, struct acdr_item **ret,
                         struct acdr_err *e)
{
    return acdr_report_status(a, domain, true, ret, e);
}

ACDR_API int acdr_verify(struct acdr *a, const char *domain, struct acdr_item **ret,
                         struct acdr_err *e)
{
    return acdr_report_verify(a, domain, ret, e);
}

ACDR_API int acdr_settle(struct acdr *a, struct acdr_item **ret, struct acdr_err *e)
{
    return acdr_pool_settle_host(a, ret, e);
}

ACDR_API int acdr_settle_interface(struct acdr *a, const char *name, struct acdr_err *e)
{
    if (!name)
        return acdr_api_missing(e, "the interface's name");
    return acdr_pool_settle_interface(a, name, e);
}

ACDR_API int acdr_rebalance(struct acdr *a, const char *domain, unsigned flags,
                            struct acdr_item **ret, struct acdr_err *e)
{
    if (flags & ~(unsigned)ACDR_REBALANCE_DRY_RUN)
        return acdr_err_set(e, EINVAL, "unknown flags 0x%x", flags);
    return acdr_rebalance_run(a, domain, flags, ret, e);
}

ACDR_API int acdr_apply(struct acdr *a, const char *class_name, const char *cpus, const char *name,
                        struct acdr_err *e)
{
    if (!class_name || !cpus || !name)
        return acdr_api_missing(e, "class, CPUs or name");
    return acdr_pool_apply(a, class_name, cpus, name, e);
}

ACDR_API int acdr_workload_begin(struct acdr *a, const struct acdr_workload *w,
                                 struct acdr_item **ret, struct acdr_err *e)
{
    if (!w || !w->name || !w->class_name || !ret)
        return acdr_api_missing(e, "the workload, its name or its class");
    return acdr_workload_start(a, w, ret, e);
}

ACDR_API int acdr_workload_end(struct acdr *a, const char *name, int pid, struct acdr_err *e)
{
    if (!name)
        return acdr_api_missing(e, "the name");
    return acdr_workload_finish(a, name, pid, e);
}

ACDR_API int acdr_release(struct acdr *a, const char *name, struct acdr_err *e)
{
    if (!name)
        return acdr_api_missing(e, "the name");
    return acdr_pool_release(a, name, e);
}

ACDR_API int acdr_trial_plan(struct acdr *a, const char *guest, const char *class_name,
                             struct acdr_item **ret, struct acdr_err *e)
{
    if (!guest || !class_name)
        return acdr_api_missing(e, "the guest's name or the class");
    return acdr_trial_preview(a, guest, class_name, ret, e);
}

ACDR_API int acdr_trial_begin(struct acdr *a, const char *guest, const char *class_name,
                              struct acdr_trial **ret, struct acdr_err *e)
{
    if (!guest || !class_name)
        return acdr_api_missing(e, "the guest's name or the class");
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
