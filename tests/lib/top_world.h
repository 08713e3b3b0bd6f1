/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A made-up sample for acdr top: two guests, web1 (two vCPUs on CPUs 2 and 3, conditioned) and one
 * with a long name and no figures but its threads. Include after <cmocka.h>.
 */
#ifndef ACDR_TESTS_LIB_TOP_WORLD_H
#define ACDR_TESTS_LIB_TOP_WORLD_H

#include <string.h>

#include "top_model.h"

#define TOP_LONG_NAME "database-server-of-the-second-floor"

static const struct {
    const char *name;
    enum acdr_metric_kind kind;
} top_metrics[] = {
    { "acdr_guest_class", ACDR_METRIC_INFO },
    { "acdr_guest_degraded", ACDR_METRIC_GAUGE },
    { "acdr_guest_threads", ACDR_METRIC_GAUGE },
    { "acdr_thread_run_seconds", ACDR_METRIC_COUNTER },
    { "acdr_thread_run_delay_seconds", ACDR_METRIC_COUNTER },
    { "acdr_thread_switches", ACDR_METRIC_COUNTER },
    { "acdr_thread_last_cpu", ACDR_METRIC_GAUGE },
    { "acdr_cpu_interrupts", ACDR_METRIC_COUNTER },
    { "acdr_cpu_kernel_interrupts", ACDR_METRIC_COUNTER },
    { "acdr_cpu_softirqs", ACDR_METRIC_COUNTER },
    { "acdr_guest_kvm_exits", ACDR_METRIC_COUNTER },
    { "acdr_guest_memory_local_ratio", ACDR_METRIC_GAUGE },
    { "acdr_guest_memory_bytes", ACDR_METRIC_GAUGE },
    { "acdr_guest_memory_swap_bytes", ACDR_METRIC_GAUGE },
    { "acdr_interface_bytes", ACDR_METRIC_COUNTER },
    { "acdr_guest_nic", ACDR_METRIC_INFO },
    { "acdr_thread_cpus", ACDR_METRIC_INFO },
    { 0 },
};

enum { TOP_MOST = 64 };

struct top_world {
    struct tool_reading v[TOP_MOST];
    size_t n;
};

/* The next reading: a level and a rate are both RATE, and what it is of has to be said by MORE. */
static inline void top_world_add(struct top_world *w, const char *metric, double rate,
                                 struct tool_reading more)
{
    size_t i = 0;

    assert_in_range(w->n, 0, TOP_MOST - 1);
    while (strcmp(top_metrics[i].name, metric) != 0)
        assert_non_null(top_metrics[++i].name);
    more.metric = top_metrics[i].name;
    more.kind = top_metrics[i].kind;
    more.has_rate = more.kind == ACDR_METRIC_COUNTER;
    more.value = more.has_rate ? 1e6 : rate;
    more.rate = more.has_rate ? rate : 0;
    w->v[w->n++] = more;
}

#define TOP_BY(c, n, t, ...) ((struct tool_reading){ .cpu = c, .node = n, .tid = t, __VA_ARGS__ })
#define TOP_OF(...)          TOP_BY(-1, -1, -1, __VA_ARGS__)
#define TOP_CPU(c, ...)      TOP_BY(c, -1, -1, __VA_ARGS__)
#define TOP_NODE(n, ...)     TOP_BY(-1, n, -1, __VA_ARGS__)

static inline void top_world_thread(struct top_world *w, const char *guest, const char *thread,
                                    int tid, int cpu, double run, double delay)
{
    struct tool_reading of = TOP_BY(-1, -1, tid, .guest = guest, .thread = thread);

    top_world_add(w, "acdr_thread_run_seconds", run, of);
    top_world_add(w, "acdr_thread_run_delay_seconds", delay, of);
    top_world_add(w, "acdr_thread_last_cpu", cpu, of);
    of.what = "involuntary";
    top_world_add(w, "acdr_thread_switches", 5, of);
    of.what = "voluntary";
    top_world_add(w, "acdr_thread_switches", 700, of);
    of.what = cpu == 2 ? "2" : "0-7";
    top_world_add(w, "acdr_thread_cpus", 1, of);
}

static inline void top_world_make(struct top_world *w)
{
    *w = (struct top_world){ .n = 0 };
    top_world_add(w, "acdr_guest_class", 1, TOP_OF(.guest = "web1", .what = "nfv-dataplane"));
    top_world_add(w, "acdr_guest_degraded", 0, TOP_OF(.guest = "web1"));
    top_world_add(w, "acdr_guest_threads", 2, TOP_OF(.guest = "web1", .what = "vcpu"));
    top_world_add(w, "acdr_guest_threads", 1, TOP_OF(.guest = "web1", .what = "emulator"));
    top_world_thread(w, "web1", "vcpu0", 103, 2, 0.5, 0.004);
    top_world_thread(w, "web1", "vcpu1", 104, 3, 0.25, 0.002);
    top_world_thread(w, "web1", "emulator", 100, 0, 0.1, 0.5);
    top_world_thread(w, TOP_LONG_NAME, "vcpu0", 203, 3, 0.9, 0);
    top_world_add(w, "acdr_cpu_interrupts", 10, TOP_CPU(2, .what = "24", .device = "eth0"));
    top_world_add(w, "acdr_cpu_kernel_interrupts", 100, TOP_CPU(2, .what = "LOC"));
    top_world_add(w, "acdr_cpu_softirqs", 1000, TOP_CPU(3, .what = "NET_RX"));
    top_world_add(w, "acdr_cpu_softirqs", 7777, TOP_CPU(5, .what = "NET_RX"));
    top_world_add(w, "acdr_guest_kvm_exits", 12345, TOP_OF(.guest = "web1", .what = "all"));
    top_world_add(w, "acdr_guest_kvm_exits", 345, TOP_OF(.guest = "web1", .what = "io"));
    top_world_add(w, "acdr_guest_memory_local_ratio", 0.995, TOP_OF(.guest = "web1"));
    top_world_add(w, "acdr_guest_memory_bytes", 1 << 30,
                  TOP_NODE(0, .guest = "web1", .what = "2MiB"));
    top_world_add(w, "acdr_guest_memory_bytes", 1 << 20,
                  TOP_NODE(1, .guest = "web1", .what = "4KiB"));
    top_world_add(w, "acdr_guest_memory_swap_bytes", 2048, TOP_OF(.guest = "web1"));
    top_world_add(w, "acdr_interface_bytes", 3 * 1024 * 1024,
                  TOP_OF(.guest = "web1", .device = "vnet0", .what = "receive"));
    top_world_add(w, "acdr_interface_bytes", 512,
                  TOP_OF(.guest = "web1", .device = "vnet0", .what = "transmit"));
    top_world_add(w, "acdr_guest_nic", 1,
                  TOP_OF(.guest = "web1", .device = "vnet0", .what = "br0"));
}

static inline void top_world_fill(struct top_table *t, enum top_layer layer, const char *guest)
{
    struct top_world w;

    top_world_make(&w);
    assert_int_equal(top_fill(t, layer, guest, w.v, w.n), 0);
}

#endif
