/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The figures of a report, and the subjects of each. docs/watching.md has them all. Knows names and
 * units, not times, guests or pictures. */
#include <string.h>

#include "run_report.h"

const struct report_figure report_plots[] = {
    { .title = "Throughput of each tap",
      .metric = "acdr_interface_bytes",
      .probe = "net",
      .unit = "bit/s",
      .note = "As the guest sees it: what a tap transmits is what the guest receives.",
      .scale = 8,
      .by = REPORT_BY_DEVICE },
    { .title = "CPU time of the guest's threads",
      .metric = "acdr_thread_run_seconds",
      .probe = "cpu",
      .unit = "CPUs",
      .note = "Time on a CPU in each second, by kind of thread: 2 CPUs is two CPUs all the time.",
      .scale = 1,
      .by = REPORT_BY_THREADS },
    { .title = "KVM exits",
      .metric = "acdr_guest_kvm_exits",
      .probe = "kvm",
      .unit = "exits/s",
      .note = "All exits from guest mode, and those whose cause KVM counts.",
      .scale = 1,
      .by = REPORT_BY_WHAT },
    { .title = "L3 cache references",
      .metric = "acdr_thread_pmu_events",
      .what = "llc_references llc_misses",
      .thread = "vcpu",
      .probe = "pmu",
      .unit = "events/s",
      .note = "Last level cache, counted while the guest's vCPUs ran.",
      .scale = 1,
      .by = REPORT_BY_WHAT },
    { .title = "Softirq load of each CPU",
      .metric = "acdr_cpu_seconds",
      .what = "softirq",
      .probe = "cpu",
      .unit = "%",
      .note = "Share of the CPU's time that went to soft interrupts. Where a vCPU was for half of "
              "the time or more, its guest's name stands beside the CPU.",
      .scale = 100,
      .by = REPORT_BY_CPU },
    { .title = "TLB shootdowns of each CPU",
      .metric = "acdr_cpu_kernel_interrupts",
      .what = "TLB",
      .probe = "irq",
      .unit = "interrupts/s",
      .note = "",
      .scale = 1,
      .by = REPORT_BY_CPU,
      .sparse = true },
    { .title = "Run delay of each vCPU",
      .metric = "acdr_thread_run_delay_seconds",
      .thread = "vcpu",
      .probe = "cpu",
      .unit = "ms/s",
      .note = "Time that the vCPU could have run but waited for a CPU.",
      .scale = 1000,
      .by = REPORT_BY_THREAD },
    { .title = "Memory on each node",
      .metric = "acdr_guest_memory_bytes",
      .probe = "memory",
      .unit = "B",
      .note = "Memory of the guest's process, looked at twice a minute.",
      .scale = 1,
      .by = REPORT_BY_NODE },
    { 0 },
};

const struct report_figure report_summary[] = {
    { .title = "To guest",
      .metric = "acdr_interface_bytes",
      .what = "transmit",
      .unit = "bit/s",
      .better = 1,
      .scale = 8 },
    { .title = "From guest",
      .metric = "acdr_interface_bytes",
      .what = "receive",
      .unit = "bit/s",
      .better = 1,
      .scale = 8 },
    { .title = "CPU time", .metric = "acdr_thread_run_seconds", .unit = "CPUs", .scale = 1 },
    { .title = "KVM exits",
      .metric = "acdr_guest_kvm_exits",
      .what = "all",
      .unit = "/s",
      .better = -1,
      .scale = 1 },
    { .title = "L3 references",
      .metric = "acdr_thread_pmu_events",
      .what = "llc_references",
      .thread = "vcpu",
      .unit = "/s",
      .scale = 1 },
    { .title = "Softirq load",
      .metric = "acdr_cpu_seconds",
      .what = "softirq",
      .unit = "%",
      .better = -1,
      .scale = 100,
      .by = REPORT_BY_CPU },
    { .title = "TLB shootdowns",
      .metric = "acdr_cpu_kernel_interrupts",
      .what = "TLB",
      .unit = "/s",
      .better = -1,
      .scale = 1,
      .by = REPORT_BY_CPU,
      .sparse = true },
    { .title = "Run delay",
      .metric = "acdr_thread_run_delay_seconds",
      .thread = "vcpu",
      .unit = "ms/s",
      .better = -1,
      .scale = 1000 },
    { .title = "Local memory",
      .metric = "acdr_guest_memory_local_ratio",
      .unit = "%",
      .better = 1,
      .scale = 100 },
    { 0 },
};

/* Is NAME one of the WORDS? */
static bool has_word(const char *words, const char *name)
{
    size_t len = strlen(name);

    for (const char *s = words; *s; s += strcspn(s, " "), s += *s == ' ')
        if (strcspn(s, " ") == len && strncmp(s, name, len) == 0)
            return true;
    return false;
}

bool report_figure_has(const struct report_figure *f, const struct recording_subject *s)
{
    return strcmp(s->metric, f->metric) == 0 && (!f->what || has_word(f->what, s->what)) &&
           (!f->thread || strncmp(s->thread, f->thread, strlen(f->thread)) == 0);
}

bool report_wants(const struct recording_subject *s)
{
    /* Besides the figures: who is conditioned, who is there, and where vCPUs run. */
    static const char *const others[] = { "acdr_guest_class", "acdr_guest_degraded",
                                          "acdr_guest_drifted", "acdr_guest_threads",
                                          "acdr_thread_last_cpu" };

    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (strcmp(s->metric, others[i]) == 0)
            return true;
    for (const struct report_figure *f = report_plots; f->title; f++)
        if (report_figure_has(f, s))
            return true;
    for (const struct report_figure *f = report_summary; f->title; f++)
        if (report_figure_has(f, s))
            return true;
    return false;
}
