/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What can be set in the scheduler: a task's own slice, the host's preemption interval, the limit
 * on realtime tasks. Asks the kernel if possible, as versions do not show what a distributor has
 * changed.
 */
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"
#include "root.h"

/* The first version of the kernel's struct sched_attr, for which libc has no name. */
struct attr {
    unsigned size, policy;
    unsigned long long flags;
    int nice;
    unsigned priority;
    unsigned long long runtime, deadline, period;
};

/* Since Linux 6.12 the kernel reports an ordinary task's slice; before, nothing. */
static bool tells_slice(int tid)
{
    struct attr a = { .size = sizeof(a) };

    return syscall(SYS_sched_getattr, tid, &a, sizeof(a), 0) == 0 && a.policy == 0 && a.runtime;
}

static bool is_since(const struct acdr_host *h, int major, int minor)
{
    int a = 0, b = 0;

    return h->kernel && sscanf(h->kernel, "%d.%d", &a, &b) == 2 &&
           (a > major || (a == major && b >= minor));
}

/* The caller may be a realtime task itself; kthreadd is not. */
static bool has_slice(const struct acdr_host *h)
{
    if (acdr_root_live(h->root))
        return tells_slice(0) || tells_slice(2);
    return is_since(h, 6, 12);
}

static enum acdr_interval find_interval(const struct acdr_host *h)
{
    if (acdr_yes(acdr_root_has(h->root, "/proc/sys/kernel/sched_min_granularity_ns")))
        return ACDR_INTERVAL_SYSCTL;
    if (acdr_yes(acdr_root_has(h->root, "/sys/kernel/debug/sched/min_granularity_ns")))
        return ACDR_INTERVAL_DEBUG;
    if (acdr_yes(acdr_root_has(h->root, "/sys/kernel/debug/sched/base_slice_ns")))
        return ACDR_INTERVAL_SLICE;
    return ACDR_INTERVAL_NONE;
}

/* Since 6.12 ordinary tasks have a reserved share of each CPU (the fair server). */
static bool is_throttled(const struct acdr_host *h)
{
    long long runtime, period;

    if (is_since(h, 6, 12))
        return true;
    return acdr_root_get_num(h->root, &runtime, "/proc/sys/kernel/sched_rt_runtime_us") == 0 &&
           acdr_root_get_num(h->root, &period, "/proc/sys/kernel/sched_rt_period_us") == 0 &&
           runtime >= 0 && runtime < period;
}

#define EXT "/sys/kernel/sched_ext"

/* With switch_all at 0 the BPF scheduler only has tasks that request it (SCHED_EXT). */
static void read_ext(struct acdr_host *h)
{
    char state[32];
    long long all;

    h->sched_ext[0] = '\0';
    if (acdr_root_get(h->root, state, sizeof(state), EXT "/state") <= 0 ||
        strncmp(state, "enabl", 5) != 0) /* enabled, enabling */
        return;
    if (acdr_root_get_num(h->root, &all, EXT "/switch_all") == 0 && all == 0)
        return;
    if (acdr_root_get(h->root, h->sched_ext, sizeof(h->sched_ext), EXT "/root/ops") <= 0)
        snprintf(h->sched_ext, sizeof(h->sched_ext), "of unknown name");
    h->has_ext_server = acdr_yes(acdr_root_has(h->root, "/sys/kernel/debug/sched/ext_server"));
}

int acdr_host_sched_read(struct acdr_host *h, struct acdr_err *e)
{
    (void)e;
    h->has_slice = has_slice(h);
    h->interval = find_interval(h);
    h->rt_throttled = is_throttled(h);
    read_ext(h);
    if (acdr_root_get_num(h->root, &h->clamp_max, "/proc/sys/kernel/sched_util_clamp_max") < 0)
        h->clamp_max = -1;
    h->has_thp = acdr_yes(acdr_root_has(h->root, "/sys/kernel/mm/transparent_hugepage/enabled"));
    return 0;
}
