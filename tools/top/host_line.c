/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the host's CPUs do, in one line. On a host of many CPUs only those that the guests may use
 * are read.
 */
#include <stdio.h>
#include <string.h>

#include "top_texts.h"

enum { GUEST, HOST, INTERRUPT, IDLE, STEAL, SHARES };

/* The share of a mode of /proc/stat. Waiting for a disk is idle time. */
static int share_of(const char *mode)
{
    static const struct {
        const char *mode;
        int share;
    } modes[] = {
        { "guest", GUEST }, { "guest_nice", GUEST }, { "user", HOST },         { "nice", HOST },
        { "system", HOST }, { "irq", INTERRUPT },    { "softirq", INTERRUPT }, { "idle", IDLE },
        { "iowait", IDLE }, { "steal", STEAL },
    };

    for (size_t i = 0; mode && i < sizeof(modes) / sizeof(*modes); i++)
        if (strcmp(modes[i].mode, mode) == 0)
            return modes[i].share;
    return -1;
}

void top_host_line(const struct tool_reading *v, size_t n, char buf[TOP_LINE])
{
    static const char *const names[] = { "guests", "host", "interrupts", "idle" };
    double sum[SHARES] = { 0 }, all = 0;
    int cpus = 0, at;

    for (size_t i = 0; i < n; i++) {
        int share = v[i].guest || v[i].cpu < 0 || strcmp(v[i].metric, "acdr_cpu_seconds") != 0
                        ? -1
                        : share_of(v[i].what);

        if (share < 0)
            continue;
        cpus += strcmp(v[i].what, "idle") == 0;
        sum[share] += v[i].has_rate ? v[i].rate : 0;
        all += v[i].has_rate ? v[i].rate : 0;
    }
    at = cpus ? snprintf(buf, TOP_LINE, "%d CPU%s watched", cpus, cpus == 1 ? "" : "s") : 0;
    for (int i = GUEST; i <= IDLE && all > 0; i++)
        at += snprintf(buf + at, (size_t)(TOP_LINE - at), "%s %s %.0f %%", i ? "," : ":", names[i],
                       100 * sum[i] / all);
    if (all > 0 && sum[STEAL] / all >= 0.005)
        at += snprintf(buf + at, (size_t)(TOP_LINE - at), ", stolen %.0f %%",
                       100 * sum[STEAL] / all);
    buf[at] = '\0';
}
