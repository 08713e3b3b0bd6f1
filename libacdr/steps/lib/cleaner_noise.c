/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Work of the kernel itself that comes to every core, whoever runs there. Why and which: cleaner.c.
 *
 *   watchdog_cpumask   the soft and hard lockup detector: a timer and a counter on each CPU
 *   writeback          its workqueue has a mask of its own within that of all unbound ones
 *   timer_migration    off: a timer fires where it was set. On: on an idle CPU it goes elsewhere
 *   vm.stat_interval   a kworker on each CPU folds its counters, one second by default
 *   check_interval     one value for all CPUs, whichever's file is written. 0 is no polling at all
 *
 * The tick and RCU callbacks can only be taken away at boot: the plan says so.
 */
#include <string.h>

#include "cleaner.h"

static int claim_masks(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_bitmap *clean = &v->place->clean;
    const struct acdr_noise *n = &v->host->noise;

    if (n->has_watchdog && acdr_view_yes(v, p, "watchdog") &&
        acdr_plan_claim_cpus(p, ACDR_OP_MINUS, clean, &v->housekeeping, true,
                             "list:/proc/sys/kernel/watchdog_cpumask") < 0)
        return -1;
    if (n->has_writeback && acdr_view_yes(v, p, "workqueues") &&
        acdr_plan_claim_cpus(p, ACDR_OP_MINUS, clean, &v->housekeeping, true,
                             "mask:/sys/bus/workqueue/devices/writeback/cpumask") < 0)
        return -1;
    return 0;
}

static int claim_migration(const struct acdr_view *v, struct acdr_plan *p)
{
    const char *key = acdr_view_key(v, p, "timer-migration");

    if (!strcmp(key, "keep"))
        return 0;
    if (v->host->noise.timer_migration < 0)
        return acdr_plan_note(p, "this kernel has no timer_migration");
    return acdr_plan_claim(p, ACDR_OP_SET, strcmp(key, "on") ? "0" : "1",
                           "num:/proc/sys/kernel/timer_migration");
}

static int claim_interval(const struct acdr_view *v, struct acdr_plan *p)
{
    if (acdr_view_num(v, p, "stat-interval") < 0)
        return 0;
    if (v->host->noise.stat_interval < 0)
        return acdr_plan_note(p, "this kernel has no vm.stat_interval");
    return acdr_plan_claim(p, ACDR_OP_MAX, acdr_view_key(v, p, "stat-interval"),
                           "num:/proc/sys/vm/stat_interval");
}

static int claim_check(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_noise *n = &v->host->noise;

    if (acdr_view_num(v, p, "machine-check-interval") < 0)
        return 0;
    if (n->check_interval < 0)
        return acdr_plan_note(p, "this kernel does not poll for machine checks");
    if (!n->check_interval)
        return acdr_plan_note(p, "polling for machine checks is off already");
    if (acdr_plan_note(p, "polling for machine checks is host-wide") < 0)
        return -1;
    return acdr_plan_claim(p, ACDR_OP_MAX, acdr_view_key(v, p, "machine-check-interval"),
                           "num:/sys/devices/system/machinecheck/machinecheck%d/check_interval",
                           n->check_cpu);
}

static int note_boot(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_host *h = v->host;

    if (!h->noise.knows_boot)
        return 0;
    if (!acdr_bitmap_subset(&v->place->clean, &h->nohz_full) &&
        acdr_plan_note(p, "the timer tick remains (boot with nohz_full= to remove it)") < 0)
        return -1;
    if (!acdr_bitmap_subset(&v->place->clean, &h->noise.nocb) &&
        acdr_plan_note(p, "RCU callbacks remain (boot with rcu_nocbs= to move them to other "
                          "threads)") < 0)
        return -1;
    return 0;
}

int acdr_cleaner_noise(const struct acdr_view *v, struct acdr_plan *p)
{
    if (claim_masks(v, p) < 0 || claim_migration(v, p) < 0 || claim_interval(v, p) < 0 ||
        claim_check(v, p) < 0)
        return -1;
    return note_boot(v, p);
}
