/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims on the host's own preemption interval, under the names that kernels have for it. */
#include "interval.h"

#define DEBUG  "interval:/sys/kernel/debug/sched/"
#define SYSCTL "num:/proc/sys/kernel/sched_"

static int claim_name(const struct acdr_view *v, struct acdr_plan *p, enum acdr_op op,
                      const char *name, const char *ns)
{
    const char *dir = v->host->interval == ACDR_INTERVAL_SYSCTL ? SYSCTL : DEBUG;

    return op == ACDR_OP_REMEMBER ? acdr_plan_claim_soft(p, op, ns, "%s%s", dir, name)
                                  : acdr_plan_claim(p, op, ns, "%s%s", dir, name);
}

int acdr_interval_claim(const struct acdr_view *v, struct acdr_plan *p, enum acdr_op op,
                        const char *ns)
{
    static const char *const names[] = { "min_granularity_ns", "latency_ns",
                                         "wakeup_granularity_ns" };

    if (v->host->interval == ACDR_INTERVAL_SLICE)
        return claim_name(v, p, op, "base_slice_ns", ns);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (claim_name(v, p, op, names[i], ns) < 0)
            return -1;
    return 0;
}

int acdr_preemption_keep(const struct acdr_view *v, struct acdr_plan *p)
{
    if (v->host->interval == ACDR_INTERVAL_NONE || v->host->interval == ACDR_INTERVAL_SYSCTL)
        return 0;
    return acdr_interval_claim(v, p, ACDR_OP_REMEMBER, "");
}
