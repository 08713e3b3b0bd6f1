/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The columns of acdr top's layers, in order of importance: see top_columns.h. */
#include "top_columns.h"

#include <stddef.h>

#define COUNT(v) (int)(sizeof(v) / sizeof((v)[0]))

static const struct top_column guest_columns[] = {
    { "NAME", 10, TOP_WORD, NULL, "the guest" },
    { "CLASS", 15, TOP_WORD, "acdr", "its conditioning class" },
    { "STATE", 12, TOP_WORD, "acdr", "conditioned; degraded: a step failed; NOT: only asked for" },
    { "VCPU", 4, TOP_WHOLE, "map", "number of its vCPUs" },
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
    { "DRIFT", 5, TOP_WHOLE, "acdr", "settings that are not as claimed" },
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
    { "THREAD", 10, TOP_WORD, NULL, "what the thread does" },
    { "TID", 7, TOP_WHOLE, NULL, "its number in the kernel" },
    { "CPU", 5, TOP_WHOLE, "cpu", "the CPU that it ran on last" },
    { "POLICY", 7, TOP_WORD, "sched", "its scheduling policy" },
    { "CPU%", 5, TOP_NUMBER, "cpu", "CPU time, per cent of one" },
    { "GUEST%", 6, TOP_NUMBER, "cpu", "of it in the guest's code, per cent" },
    { "DELAY", 5, TOP_NUMBER, "cpu", "waited for a CPU, ms/s" },
    { "PREEM", 5, TOP_NUMBER, "cpu", "was preempted, /s" },
    { "SLEEP", 5, TOP_NUMBER, "cpu", "gave the CPU up, /s" },
    { "MAY RUN ON", 14, TOP_WORD, "map", "the CPUs of its affinity" },
    { "CYCLES", 6, TOP_NUMBER, "pmu", "CPU cycles, /s" },
    { "INSTR", 5, TOP_NUMBER, "pmu", "instructions, /s" },
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
    { "CPU", 5, TOP_WHOLE, NULL, "where a vCPU of the guest ran last" },
    { "GUEST%", 6, TOP_NUMBER, "cpu", "time in guests, per cent" },
    { "USER%", 5, TOP_NUMBER, "cpu", "time in programs of the host, per cent" },
    { "SYS%", 5, TOP_NUMBER, "cpu", "time in the kernel, per cent" },
    { "IRQ%", 5, TOP_NUMBER, "cpu", "time in interrupts, per cent" },
    { "SIRQ%", 5, TOP_NUMBER, "cpu", "time in softirqs, per cent" },
    { "STEAL", 5, TOP_NUMBER, "cpu", "time taken by a hypervisor below, per cent" },
    { "IDLE%", 5, TOP_NUMBER, "cpu", "idle time, per cent" },
    { "IRQS", 5, TOP_NUMBER, "irq", "interrupts of devices, /s" },
    { "TICKS", 5, TOP_NUMBER, "irq", "timer interrupts, /s" },
    { "TLB", 5, TOP_NUMBER, "irq", "TLB shootdowns by other CPUs, /s" },
    { "SIRQS", 5, TOP_NUMBER, "softirq", "softirqs, /s" },
    { "NETRX", 5, TOP_NUMBER, "softirq", "of them for received packets, /s" },
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
    { "INTERFACE", 10, TOP_WORD, NULL, "the guest's interface on the host" },
    { "BRIDGE", 10, TOP_WORD, "map", "what it is attached to" },
    { "RX B/s", 6, TOP_BYTES, "net", "received by the host: what the guest sends, bytes/s" },
    { "TX B/s", 6, TOP_BYTES, "net", "sent by the host to the guest, bytes/s" },
    { "RX p/s", 6, TOP_NUMBER, "net", "received, packets/s" },
    { "TX p/s", 6, TOP_NUMBER, "net", "sent, packets/s" },
    { "RXDROP", 6, TOP_NUMBER, "net", "received and dropped, packets/s" },
    { "TXDROP", 6, TOP_NUMBER, "net", "dropped instead of sent, packets/s" },
    { "ERRORS", 6, TOP_NUMBER, "net", "errors, /s" },
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
    { "MEMORY", 22, TOP_WORD, NULL, "the kind of memory" },
    { "NODE", 5, TOP_WHOLE, NULL, "the NUMA node; - is all" },
    { "BYTES", 6, TOP_BYTES, "memory", "how much" },
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
