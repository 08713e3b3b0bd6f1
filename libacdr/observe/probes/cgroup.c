/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cgroup: what the guest's control groups and their ancestors allow it, and how long they throttled
 * it.
 *
 * cpu.stat, cpu.weight, cpu.max, cpuset.cpus.effective; version 1 has equivalent files.
 */
#include <stdio.h>
#include <string.h>

#include "guest_cgroup.h"
#include "probes.h"
#include "root.h"

enum { THROTTLED, TIMES, WEIGHT, LIMIT, CPUS };

static const struct acdr_metric metrics[] = {
    [THROTTLED] = { "acdr_cgroup_throttled_seconds", "seconds",
                    "Time that the group's tasks were throttled by its bandwidth limit", NULL,
                    ACDR_METRIC_COUNTER, 0 },
    [TIMES] = { "acdr_cgroup_throttled_periods", "",
                "Periods in which the group reached its bandwidth limit", NULL, ACDR_METRIC_COUNTER,
                0 },
    [WEIGHT] = { "acdr_cgroup_cpu_weight", "", "The group's share against its neighbours", NULL,
                 ACDR_METRIC_GAUGE, 0 },
    [LIMIT] = { "acdr_cgroup_cpu_limit", "", "Maximum number of CPUs that the group may use", NULL,
                ACDR_METRIC_GAUGE, 0 },
    [CPUS] = { "acdr_cgroup_cpus", "", "The CPUs that the group may run on", "cpus",
               ACDR_METRIC_INFO, 0 },
    { 0 },
};

struct walk {
    struct acdr_probe_ctx *l;
    struct acdr_reading who;
};

static int add_group(void *arg, const char *dir, const char *name)
{
    struct walk *w = arg;
    struct acdr_sample *s = w->l->sample;
    struct acdr_cgroup_cpu c;
    char buf[4096];

    w->who.device = acdr_sample_text(s, name);
    if (acdr_cgroup_cpu(w->l->root, dir, &c)) {
        acdr_sample_add(s, &w->who, &metrics[THROTTLED], NULL, c.throttled_seconds);
        acdr_sample_add(s, &w->who, &metrics[TIMES], NULL, c.throttled);
        if (c.weight > 0)
            acdr_sample_add(s, &w->who, &metrics[WEIGHT], NULL, c.weight);
        if (c.limit > 0)
            acdr_sample_add(s, &w->who, &metrics[LIMIT], NULL, c.limit);
    }
    if (acdr_root_get(w->l->root, buf, sizeof(buf), "%s/cpuset.cpus.effective", dir) > 0)
        acdr_sample_add(s, &w->who, &metrics[CPUS], acdr_sample_text(s, buf), 1);
    return 0;
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    if (!l->inventory->host->cgroup)
        return acdr_probe_unsupported(e, "this host has no cpuset cgroups");
    ACDR_PROBE_GUESTS(a, l) {
        struct walk w = { l, acdr_probe_reading_of_guest(l, a) };

        acdr_cgroup_each(l->inventory->host, a->guest, add_group, &w);
    }
    return 0;
}

const struct acdr_probe acdr_probe_cgroup = {
    .name = "cgroup",
    .help = "throttling, weights, limits and CPUs of the guest's control groups",
    .seconds = 5,
    .metrics = metrics,
    .read = read_all,
};
