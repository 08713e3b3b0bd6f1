/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The columns of acdr top's layers, in order of importance: see top_columns.h. */
#include "top_columns.h"

#include <stddef.h>

#define COUNT(v) (int)(sizeof(v) / sizeof((v)[0]))

static const struct top_column guest_columns[] = {
    { "NAME", 10, TOP_WORD, NULL, NULL },
    { "CLASS", 10, TOP_WORD, "acdr", NULL },
    { "STATE", 5, TOP_WORD, "acdr", NULL },
    { "VCPU", 4, TOP_WHOLE, "map", NULL },
    { "CPU%", 5, TOP_NUMBER, "cpu", "CPU time, per cent of one" },
    { "DELAY", 5, TOP_NUMBER, "cpu", "vCPUs waited for a CPU, ms/s" },
    { "PREEM", 5, TOP_NUMBER, "cpu", "vCPUs were preempted, /s" },
    { "IRQS", 5, TOP_NUMBER, "irq", "interrupts on their CPUs, /s" },
    { "EXITS", 5, TOP_NUMBER, "kvm", "exits from the guest, /s" },
    { "LOCAL", 5, TOP_NUMBER, "memory", "memory on its nodes, per cent" },
    { "RX", 5, TOP_BYTES, "net", "interfaces received, bytes/s" },
    { "TX", 5, TOP_BYTES, "net", "interfaces sent, bytes/s" },
    { "THROT", 5, TOP_NUMBER, "cgroup", "held by a bandwidth limit, ms/s" },
    { "READ", 5, TOP_BYTES, "block", "read from disks, bytes/s" },
    { "WRITE", 5, TOP_BYTES, "block", "written to disks, bytes/s" },
    { "DRIFT", 5, TOP_NUMBER, "acdr", NULL },
};
static const struct top_source guest_sources[][3] = {
    { { TOP_KEY, TOP_OF_ROW, NULL, NULL, 0 } },
    { { TOP_LABEL, TOP_OF_ROW, "acdr_guest_class", NULL, 0 },
      { TOP_LABEL, TOP_OF_ROW, "acdr_guest_unconditioned", NULL, 0 } },
    { { TOP_STATE, TOP_OF_ROW, "acdr_guest_degraded", NULL, 0 },
      { TOP_LACK, TOP_OF_ROW, "acdr_guest_unconditioned", NULL, 0 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_guest_threads", "vcpu", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_thread_run_seconds", NULL, 100 } },
    { { TOP_SUM, TOP_OF_VCPUS, "acdr_thread_run_delay_seconds", NULL, 1000 } },
    { { TOP_SUM, TOP_OF_VCPUS, "acdr_thread_switches", "involuntary", 1 } },
    { { TOP_SUM, TOP_OF_CPUS, "acdr_cpu_interrupts", NULL, 1 },
      { TOP_SUM, TOP_OF_CPUS, "acdr_cpu_kernel_interrupts", NULL, 1 },
      { TOP_SUM, TOP_OF_CPUS, "acdr_cpu_softirqs", NULL, 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_guest_kvm_exits", "all", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_guest_memory_local_ratio", NULL, 100 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_interface_bytes", "receive", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_interface_bytes", "transmit", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cgroup_throttled_seconds", NULL, 1000 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_guest_disk_bytes", "read", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_guest_disk_bytes", "write", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_guest_drifted", NULL, 1 } },
};

static const struct top_column thread_columns[] = {
    { "THREAD", 10, TOP_WORD, NULL, NULL },   { "TID", 7, TOP_WHOLE, NULL, NULL },
    { "CPU", 5, TOP_WHOLE, "cpu", NULL },     { "POLICY", 7, TOP_WORD, "sched", NULL },
    { "CPU%", 5, TOP_NUMBER, "cpu", NULL },   { "GUEST%", 6, TOP_NUMBER, "cpu", NULL },
    { "DELAY", 5, TOP_NUMBER, "cpu", NULL },  { "PREEM", 5, TOP_NUMBER, "cpu", NULL },
    { "SLEEP", 5, TOP_NUMBER, "cpu", NULL },  { "MAY RUN ON", 14, TOP_WORD, "map", NULL },
    { "CYCLES", 6, TOP_NUMBER, "pmu", NULL }, { "INSTR", 5, TOP_NUMBER, "pmu", NULL },
};
static const struct top_source thread_sources[][3] = {
    { { TOP_KEY, TOP_OF_ROW, NULL, NULL, 0 } },
    { { TOP_ID, TOP_OF_ROW, NULL, NULL, 0 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_thread_last_cpu", NULL, 1 } },
    { { TOP_LABEL, TOP_OF_ROW, "acdr_thread_policy", NULL, 0 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_thread_run_seconds", NULL, 100 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_thread_cpu_seconds", "guest", 100 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_thread_run_delay_seconds", NULL, 1000 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_thread_switches", "involuntary", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_thread_switches", "voluntary", 1 } },
    { { TOP_LABEL, TOP_OF_ROW, "acdr_thread_cpus", NULL, 0 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_thread_pmu_events", "cycles", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_thread_pmu_events", "instructions", 1 } },
};

static const struct top_column core_columns[] = {
    { "CPU", 5, TOP_WHOLE, NULL, NULL },         { "GUEST%", 6, TOP_NUMBER, "cpu", NULL },
    { "USER%", 5, TOP_NUMBER, "cpu", NULL },     { "SYS%", 5, TOP_NUMBER, "cpu", NULL },
    { "IRQ%", 5, TOP_NUMBER, "cpu", NULL },      { "SIRQ%", 5, TOP_NUMBER, "cpu", NULL },
    { "STEAL", 5, TOP_NUMBER, "cpu", NULL },     { "IDLE%", 5, TOP_NUMBER, "cpu", NULL },
    { "IRQS", 5, TOP_NUMBER, "irq", NULL },      { "TICKS", 5, TOP_NUMBER, "irq", NULL },
    { "TLB", 5, TOP_NUMBER, "irq", NULL },       { "SIRQS", 5, TOP_NUMBER, "softirq", NULL },
    { "NETRX", 5, TOP_NUMBER, "softirq", NULL },
};
static const struct top_source core_sources[][3] = {
    { { TOP_ID, TOP_OF_ROW, NULL, NULL, 0 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cpu_seconds", "guest", 100 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cpu_seconds", "user", 100 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cpu_seconds", "system", 100 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cpu_seconds", "irq", 100 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cpu_seconds", "softirq", 100 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cpu_seconds", "steal", 100 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cpu_seconds", "idle", 100 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cpu_interrupts", NULL, 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cpu_kernel_interrupts", "LOC", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cpu_kernel_interrupts", "TLB", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cpu_softirqs", NULL, 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_cpu_softirqs", "NET_RX", 1 } },
};

static const struct top_column tap_columns[] = {
    { "INTERFACE", 10, TOP_WORD, NULL, NULL }, { "BRIDGE", 10, TOP_WORD, "map", NULL },
    { "RX B/s", 6, TOP_BYTES, "net", NULL },   { "TX B/s", 6, TOP_BYTES, "net", NULL },
    { "RX p/s", 6, TOP_NUMBER, "net", NULL },  { "TX p/s", 6, TOP_NUMBER, "net", NULL },
    { "RXDROP", 6, TOP_NUMBER, "net", NULL },  { "TXDROP", 6, TOP_NUMBER, "net", NULL },
    { "ERRORS", 6, TOP_NUMBER, "net", NULL },
};
static const struct top_source tap_sources[][3] = {
    { { TOP_KEY, TOP_OF_ROW, NULL, NULL, 0 } },
    { { TOP_LABEL, TOP_OF_ROW, "acdr_guest_nic", NULL, 0 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_interface_bytes", "receive", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_interface_bytes", "transmit", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_interface_packets", "receive", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_interface_packets", "transmit", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_interface_drops", "receive", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_interface_drops", "transmit", 1 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_interface_errors", NULL, 1 } },
};

static const struct top_column memory_columns[] = {
    { "MEMORY", 22, TOP_WORD, NULL, NULL },
    { "NODE", 5, TOP_WHOLE, NULL, NULL },
    { "BYTES", 6, TOP_BYTES, "memory", NULL },
};
static const struct top_source memory_sources[][3] = {
    { { TOP_KEY, TOP_OF_ROW, NULL, NULL, 0 } },
    { { TOP_ID, TOP_OF_ROW, NULL, NULL, 0 } },
    { { TOP_SUM, TOP_OF_ROW, "acdr_guest_memory_bytes", NULL, 1 } },
};

const struct top_layer_columns top_layers[TOP_LAYERS] = {
    [TOP_GUESTS] = { COUNT(guest_columns), guest_columns, guest_sources },
    [TOP_THREADS] = { COUNT(thread_columns), thread_columns, thread_sources },
    [TOP_CORES] = { COUNT(core_columns), core_columns, core_sources },
    [TOP_TAPS] = { COUNT(tap_columns), tap_columns, tap_sources },
    [TOP_MEMORY] = { COUNT(memory_columns), memory_columns, memory_sources },
};
