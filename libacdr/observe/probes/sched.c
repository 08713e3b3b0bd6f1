/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sched: policy, priority and time slice of each thread.
 *
 * /proc/PID/task/TID/stat; sched in that directory has se.slice since 6.12, in ns.
 */
#include <string.h>

#include "probes.h"
#include "task.h"

enum { POLICY, NICE, PRIORITY, SLICE };

static const struct acdr_metric metrics[] = {
    [POLICY] = { "acdr_thread_policy", "", "The thread's scheduling policy", "policy",
                 ACDR_METRIC_INFO, 0 },
    [NICE] = { "acdr_thread_nice", "", "The thread's nice value", NULL, ACDR_METRIC_GAUGE, 0 },
    [PRIORITY] = { "acdr_thread_rt_priority", "", "The thread's realtime priority, 0 without", NULL,
                   ACDR_METRIC_GAUGE, 0 },
    [SLICE] = { "acdr_thread_slice_seconds", "seconds",
                "How long the thread runs before another of its kind may have the CPU", NULL,
                ACDR_METRIC_GAUGE, 0 },
    { 0 },
};

static void read_thread(struct acdr_probe_ctx *l, const struct acdr_watched_guest *a,
                        const struct acdr_thread *t)
{
    struct acdr_reading who = acdr_probe_reading_of_thread(l, a, t);
    struct acdr_task_stat stat;
    char buf[8192];
    double ns;

    if (acdr_task_stat(l->root, t->pid, t->tid, &stat) < 0 || stat.start != t->start)
        return;
    acdr_sample_add(l->sample, &who, &metrics[POLICY], acdr_task_policy(stat.policy), 1);
    acdr_sample_add(l->sample, &who, &metrics[NICE], NULL, stat.nice);
    acdr_sample_add(l->sample, &who, &metrics[PRIORITY], NULL, stat.rt_priority);
    if (acdr_root_get(l->root, buf, sizeof(buf), "/proc/%d/task/%d/sched", t->pid, t->tid) < 0)
        return;
    if (acdr_task_value(buf, "se.slice", &ns))
        acdr_sample_add(l->sample, &who, &metrics[SLICE], NULL, ns / 1e9);
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    (void)e;
    ACDR_PROBE_GUESTS(a, l)
        ACDR_PROBE_THREADS(t, a)
            read_thread(l, a, t);
    return 0;
}

const struct acdr_probe acdr_probe_sched = {
    .name = "sched",
    .help = "policy, priority and slice of each thread",
    .seconds = 10,
    .metrics = metrics,
    .read = read_all,
};
