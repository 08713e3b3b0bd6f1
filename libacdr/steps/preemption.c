/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * preemption: a longer preemption interval of the scheduler for the guest.
 *
 * A vCPU that shares its CPU is preempted whenever its time slice ends, each time with a VM exit
 * and cold caches. Since Linux 6.12 a task can have its own slice (sched_setattr(2)): that affects
 * no other task, and release restores the kernel's default. Before, there is only the host's
 * interval, under three names: the sysctls sched_min_granularity_ns, sched_latency_ns and
 * sched_wakeup_granularity_ns (to 5.12), the same in debugfs (5.13 to 6.5), and base_slice_ns there
 * (since 6.6).
 *
 * Claims of several guests on the host's interval combine as `max`: the largest wins, without
 * conflicts. The kernel resets a value in debugfs whenever a CPU comes or goes, or a cpuset
 * partition is made or removed: the knob interval: preserves ours, and the step cleaner an
 * administrator's.
 */
#include <stdio.h>
#include <string.h>

#include "interval.h"
#include "steps.h"

static const struct acdr_key keys[] = {
    { "interval", ACDR_KEY_NUM, NULL, "10000", "microseconds, 100 to 100000" },
    { 0 },
};

enum { LEAST_US = 100, MOST_US = 100000 }; /* the kernel's limits of a slice */

static int claim_slices(const struct acdr_view *v, struct acdr_plan *p, const char *ns)
{
    char knob[96];

    for (size_t i = 0; i < v->guest->n_threads; i++) {
        const struct acdr_thread *t = &v->guest->threads[i];
        const char *task = strchr(acdr_view_thread(t, knob), ':');

        if (t->kind == ACDR_THREAD_VCPU && acdr_plan_claim(p, ACDR_OP_SET, ns, "slice%s", task) < 0)
            return -1;
    }
    return 0;
}

static int claim_host(const struct acdr_view *v, struct acdr_plan *p, const char *ns)
{
    acdr_plan_note(p, "host-wide; since Linux 6.12 it would be for this guest alone");
    return acdr_interval_claim(v, p, ACDR_OP_MAX, ns);
}

/* 1: there is something to do. */
static int check(const struct acdr_view *v, struct acdr_plan *p, long long us)
{
    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no vCPUs to preempt");
    if (us < LEAST_US || us > MOST_US)
        return acdr_plan_result(p, ACDR_STEP_REFUSED,
                                "interval = %lld: the kernel takes %d to "
                                "%d microseconds",
                                us, LEAST_US, MOST_US);
    if (acdr_sched_is_realtime(v->class))
        return acdr_plan_result(p, ACDR_STEP_ALREADY,
                                "the class makes the vCPUs realtime: they have no slices");
    if (v->host->sched_ext[0])
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "sched_ext is active (%s): it schedules ordinary tasks, and the "
                                "kernel takes a slice that it does not use",
                                v->host->sched_ext);
    if (!v->host->has_slice && v->host->interval == ACDR_INTERVAL_NONE)
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "this kernel has no slices of tasks "
                                "(Linux 6.12), and the host's interval is in debugfs, which is not "
                                "mounted at /sys/kernel/debug");
    return 1;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    long long us = strtoll(acdr_view_key(v, p, "interval"), NULL, 10);
    char ns[32];
    int err = check(v, p, us);

    if (err <= 0 || p->stage == ACDR_STAGE_HOST)
        return err < 0 ? acdr_err_nomem(e) : 0;
    snprintf(ns, sizeof(ns), "%lld", us * 1000);
    err = v->host->has_slice ? claim_slices(v, p, ns) : claim_host(v, p, ns);
    return err < 0 ? acdr_err_nomem(e) : 0;
}

const struct acdr_step acdr_step_preemption = {
    .name = "preemption",
    .help = "a longer preemption interval for the vCPUs",
    .stages = ACDR_STAGE_HOST | ACDR_STAGE_GUEST,
    .reads = ACDR_HOST_SCHED,
    .guest_reads = ACDR_HOST_SCHED,
    .keys = keys,
    .plan = plan,
};
