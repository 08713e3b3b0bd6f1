/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * exits: how often each vCPU left guest mode, by the kernel's tracepoint kvm:kvm_exit. Read only if
 * named: enabling a tracepoint patches the kernel's code, which interrupts every CPU, and then it
 * runs at each exit. Probe kvm has the guest's totals at no cost.
 *
 * The tracepoint's number: /sys/kernel/tracing/events/kvm/kvm_exit/id.
 */
#include <errno.h>
#include <linux/perf_event.h>

#include "counters.h"
#include "probes.h"
#include "root.h"

static const struct acdr_metric metrics[] = {
    { "acdr_thread_kvm_exits", "", "Exits of the vCPU from guest mode", NULL, ACDR_METRIC_COUNTER,
      ACDR_METRIC_YOUNG },
    { 0 },
};

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
    struct acdr_counter exits = { .type = PERF_TYPE_TRACEPOINT };
    long long id = -1;

    for (size_t i = 0; i < sizeof(places) / sizeof(*places) && id < 0; i++)
        if (acdr_root_get_num(l->root, &id, "%s/events/kvm/kvm_exit/id", places[i]) < 0)
            id = -1;
    if (id < 0)
        return acdr_probe_unsupported(
            e, "there is no tracepoint kvm:kvm_exit: tracefs is not mounted, locked down, or KVM "
               "is not loaded");
    exits.config = (uint64_t)id;
    return acdr_counters_read(l, &metrics[0], &exits, 1, "this kernel has no perf events", e);
}

const struct acdr_probe acdr_probe_exits = {
    .name = "exits",
    .help = "exits of each vCPU",
    .by_name = true,
    .metrics = metrics,
    .read = read_all,
    .close = acdr_counters_close,
};
