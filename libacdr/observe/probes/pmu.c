/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pmu: the processor's counters for each vCPU: cycles, instructions, references to the last level
 * cache and misses, misses of the data TLB. Counted in guest and host mode alike. If others count
 * too, figures are scaled up by the share of time that ours counted.
 */
#include <linux/perf_event.h>

#include "counters.h"
#include "probes.h"

static const struct acdr_metric metrics[] = {
    { "acdr_thread_pmu_events", "", "What the processor counted while the thread ran", "event",
      ACDR_METRIC_COUNTER, ACDR_METRIC_YOUNG },
    { 0 },
};

#define CACHE(cache, result)                                                                       \
    (PERF_COUNT_HW_CACHE_##cache | PERF_COUNT_HW_CACHE_OP_READ << 8 |                              \
     PERF_COUNT_HW_CACHE_RESULT_##result << 16)

static const struct acdr_counter events[] = {
    { "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
    { "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
    { "llc_references", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_REFERENCES },
    { "llc_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES },
    { "dtlb_misses", PERF_TYPE_HW_CACHE, CACHE(DTLB, MISS) },
};

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    return acdr_counters_read(l, &metrics[0], events, sizeof(events) / sizeof(*events),
                              "this machine has no performance counters", e);
}

const struct acdr_probe acdr_probe_pmu = {
    .name = "pmu",
    .help = "cycles, instructions, last level cache and TLB misses of vCPUs",
    .metrics = metrics,
    .read = read_all,
    .close = acdr_counters_close,
};
