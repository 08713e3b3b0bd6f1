/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * psi: how long tasks stalled for lack of CPU, memory or disks: on the host, and in each guest's
 * cgroup.
 *
 * /proc/pressure and *.pressure of cgroup version 2, since 4.20; some distributions have it only
 * with psi=1 at boot. Totals are microseconds.
 */
#include <stdio.h>
#include <string.h>

#include "guest_cgroup.h"
#include "probes.h"
#include "root.h"

enum { STALL, GUEST };

static const struct acdr_metric metrics[] = {
    [STALL] = { "acdr_pressure_stall_seconds", "seconds",
                "Time that some or all (full) tasks of the host were stalled", "kind",
                ACDR_METRIC_COUNTER, 0 },
    [GUEST] = { "acdr_guest_pressure_stall_seconds", "seconds",
                "Time that some or all (full) tasks of the guest were stalled", "kind",
                ACDR_METRIC_COUNTER, 0 },
    { 0 },
};

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=1234" */
static void add_lines(struct acdr_probe_ctx *l, const struct acdr_reading *who,
                      const struct acdr_metric *m, const char *resource, const char *text)
{
    unsigned long long us;
    char word[8];
    char kind[32];
    const char *total;

    for (const char *s = text; s && *s; s = strchr(s, '\n')) {
        s += *s == '\n';
        total = strstr(s, " total=");
        if (!total || sscanf(s, "%7s", word) != 1 || sscanf(total, " total=%llu", &us) != 1)
            continue;
        snprintf(kind, sizeof(kind), "%s-%s", resource, word);
        acdr_sample_add(l->sample, who, m, acdr_sample_text(l->sample, kind), (double)us / 1e6);
    }
}

static bool add_all(struct acdr_probe_ctx *l, const struct acdr_reading *who,
                    const struct acdr_metric *m, const char *dir, const char *suffix)
{
    static const char *const resources[] = { "cpu", "memory", "io" };
    bool any = false;
    char buf[512];

    for (int i = 0; i < 3; i++) {
        if (acdr_root_get(l->root, buf, sizeof(buf), "%s/%s%s", dir, resources[i], suffix) < 0)
            continue;
        add_lines(l, who, m, resources[i], buf);
        any = true;
    }
    return any;
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    const struct acdr_reading host = ACDR_READING_NONE;
    char dir[1024];

    if (!add_all(l, &host, &metrics[STALL], "/proc/pressure", ""))
        return acdr_probe_unsupported(e, "/proc/pressure cannot be read: not in this kernel, or it "
                                         "needs psi=1 at boot");
    ACDR_PROBE_GUESTS(a, l) {
        struct acdr_reading who = acdr_probe_reading_of_guest(l, a);

        if (acdr_cgroup_of_guest(l->inventory->host, a->guest, dir, sizeof(dir)))
            add_all(l, &who, &metrics[GUEST], dir, ".pressure");
    }
    return 0;
}

const struct acdr_probe acdr_probe_psi = {
    .name = "psi",
    .help = "pressure: time that tasks were stalled for CPU, memory or disks",
    .metrics = metrics,
    .read = read_all,
};
