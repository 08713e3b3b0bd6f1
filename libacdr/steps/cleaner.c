/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cleaner: nothing but the guest on its cores.
 *
 * Tasks beside a vCPU take time from it. There are four ways; `way = auto` takes the first that
 * this host has, and the plan names it:
 *   isolcpus   the cores were isolated at boot: the scheduler puts nothing there by itself, but
 *              leaves tasks that are there.
 *   partition  Linux 6.8: an isolated cpuset partition on the vCPU's own cgroup. The kernel keeps
 *              all others out and removes the partition when the guest ends.
 *   slices     systemd with cgroup v2, since Linux 6.2: as affinity, and AllowedCPUs of
 *              system.slice, user.slice and init.scope, so that a service that sets its own
 *              affinity stays away too.
 *   affinity   every movable task that has the default affinity is moved away, with PID 1 and
 *              kthreadd, so that their later children inherit the right affinity.
 * The per-node kernel threads (kswapd, kcompactd) have their own affinity, including isolcpus. The
 * kernel resets it when a partition comes or goes, so every way claims it task by task and restores
 * it at the end. Bound kernel threads (kworker/N, ksoftirqd, migration) cannot move. Claims of
 * several guests combine as sets: each removes its own CPUs. The host-wide claims of
 * cleaner_noise.c combine as a maximum of seconds; for timer migration the first value wins.
 */
#include <stdio.h>
#include <string.h>

#include "cleaner.h"
#include "foreign_threads.h"
#include "interval.h"
#include "steps.h"

static const struct acdr_key keys[] = {
    { "way", ACDR_KEY_CHOICE, "auto|isolcpus|partition|slices|affinity", "auto",
      "how the cores are cleaned" },
    { "workqueues", ACDR_KEY_BOOL, NULL, "yes", "unbound workqueues away from the cores as well" },
    { "watchdog", ACDR_KEY_BOOL, NULL, "yes", "the lockup detector away from the cores" },
    { "timer-migration", ACDR_KEY_CHOICE, "keep|on|off", "keep",
      "whether timers of idle CPUs go to busy ones; host-wide" },
    { "stat-interval", ACDR_KEY_NUM, "keep", "keep",
      "at least so many seconds between updates of memory statistics; host-wide" },
    { "machine-check-interval", ACDR_KEY_NUM, "keep", "keep",
      "at least so many seconds between polls for corrected machine checks; host-wide" },
    { 0 },
};

/* Why this way is not available here, NULL if it is. */
static const char *missing(const struct acdr_view *v, enum acdr_way way)
{
    const struct acdr_host *h = v->host;

    switch (way) {
    case ACDR_WAY_ISOLCPUS:
        return acdr_bitmap_subset(&v->place->clean, &h->isolated)
                   ? NULL
                   : "the cores are not in isolcpus of this boot";
    case ACDR_WAY_PARTITION:
        if (!v->domain)
            return "without a guest there is no cgroup to isolate";
        if (v->config->share)
            return "guests may share cores here, partitions are exclusive";
        return h->has_partition ? NULL : "this kernel has no cpuset.cpus.exclusive on cgroup v2";
    case ACDR_WAY_SLICES:
        if (!h->has_systemd || h->cgroup != 2)
            return "no systemd with cgroup v2 cpusets here";
        return h->keeps_affinity ? NULL
                                 : "before Linux 6.2 a change of slices makes every task in them "
                                   "lose the affinity it was given";
    case ACDR_WAY_AFFINITY:
        break;
    }
    return NULL;
}

static const char *const way_names[] = { "isolcpus", "partition", "slices", "affinity" };

int acdr_cleaner_way(const struct acdr_view *v, const char **why)
{
    const char *key = acdr_class_get(v->class, acdr_step_cleaner.name, "way");
    bool any = !strcmp(key, "auto");

    *why = NULL;
    for (int w = ACDR_WAY_ISOLCPUS; w <= ACDR_WAY_AFFINITY; w++) {
        if (!any && strcmp(key, way_names[w]))
            continue;
        if (any && w == ACDR_WAY_SLICES && !v->domain) /* the work itself is in such a slice */
            continue;
        *why = missing(v, (enum acdr_way)w);
        if (!*why)
            return w;
    }
    return -1;
}

static int plan_host(const struct acdr_view *v, enum acdr_way way, struct acdr_plan *p)
{
    const struct acdr_bitmap *clean = &v->place->clean;

    if (v->host->has_wq_mask && acdr_view_yes(v, p, "workqueues") &&
        acdr_plan_claim_cpus(p, ACDR_OP_MINUS, clean, &v->housekeeping, true, "wq:") < 0)
        return -1;
    if (acdr_cleaner_noise(v, p) < 0)
        return -1;
    if (way == ACDR_WAY_PARTITION && acdr_preemption_keep(v, p) < 0)
        return -1;
    if (!v->domain && acdr_foreign_threads_leave(v, p) < 0) /* for a guest: vcpus */
        return -1;
    if (acdr_cleaner_tasks(v, way, p) < 0)
        return -1;
    if (acdr_cleaner_sweeps(way) && acdr_cleaner_sweep(v, p) < 0)
        return -1;
    return way == ACDR_WAY_SLICES ? acdr_cleaner_slices(v, p) : 0;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    const char *why;
    int way, err;

    if (acdr_bitmap_empty(&v->place->clean))
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "no dedicated cores to clean; add [vcpus]");
    way = acdr_cleaner_way(v, &why);
    if (way < 0)
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "way = %s: %s", acdr_view_key(v, p, "way"),
                                why);
    if (p->stage == ACDR_STAGE_HOST)
        acdr_plan_note(p, "by %s", way_names[way]);
    if (p->stage == ACDR_STAGE_HOST)
        err = plan_host(v, (enum acdr_way)way, p);
    else
        err = way == ACDR_WAY_PARTITION ? acdr_cleaner_partition(v, p) : 0;
    return err < 0 ? acdr_err_nomem(e) : 0;
}

const struct acdr_step acdr_step_cleaner = {
    .name = "cleaner",
    .help = "nothing but the guest on its cores",
    .stages = ACDR_STAGE_HOST | ACDR_STAGE_GUEST,
    .needs_place = true,
    .reads = ACDR_HOST_TASKS | ACDR_HOST_NOISE | ACDR_HOST_SCHED,
    .keys = keys,
    .plan = plan,
    .let_go = acdr_cleaner_let_go,
};
