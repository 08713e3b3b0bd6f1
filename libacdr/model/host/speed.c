/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kinds of cores on a hybrid host. Knows two files that distinguish them: the CPUs of each kind's
 * performance counters (x86, Linux 5.16), and cpu_capacity, the relative speed of a CPU (ARM and
 * RISC-V, Documentation/ABI/testing/sysfs-devices-system-cpu). A host without either counts as
 * having one kind.
 */
#include "host.h"

#include <stddef.h>

#include "kernel_file.h"

/* Fastest first. */
static const char *const counters[] = { "/sys/devices/cpu_core", "/sys/devices/cpu_atom",
                                        "/sys/devices/cpu_lowpower" };
enum { KINDS = sizeof(counters) / sizeof(counters[0]) };

static void set_speed(struct acdr_host *h, int cpu, int speed)
{
    struct acdr_cpu *c = (struct acdr_cpu *)acdr_host_cpu(h, cpu);

    if (c)
        c->speed = speed;
}

/* Each kind that has CPUs here gets the next number. */
static void read_counters(struct acdr_host *h)
{
    struct acdr_bitmap cpus;
    int speeds = 0;

    for (int i = 0; i < KINDS; i++) {
        if (acdr_hostfile_list(h->root, counters[i], "cpus", &cpus) < 0)
            continue;
        acdr_bitmap_and(&cpus, &h->online);
        ACDR_BITMAP_FOR(cpu, &cpus)
            set_speed(h, cpu, speeds);
        speeds += !acdr_bitmap_empty(&cpus);
    }
    if (speeds > 1)
        h->n_speeds = speeds;
}

/* The highest capacity below LESS among the CPUs, 0 if there is none. */
static long long next_capacity(const long long *capacity, size_t n, long long less)
{
    long long next = 0;

    for (size_t i = 0; i < n; i++)
        if (capacity[i] < less && capacity[i] > next)
            next = capacity[i];
    return next;
}

/* Kinds beyond KINDS count as the slowest of these. */
static void sort_capacities(struct acdr_host *h, const long long *capacity)
{
    long long now = next_capacity(capacity, h->n_cpus, INT64_MAX);

    for (int speed = 0; now; speed++) {
        long long next = next_capacity(capacity, h->n_cpus, now);

        for (size_t i = 0; i < h->n_cpus; i++)
            if (capacity[i] == now)
                h->cpus[i].speed = speed < KINDS ? speed : KINDS - 1;
        h->n_speeds = speed < KINDS ? speed + 1 : KINDS;
        now = next;
    }
}

static void read_capacities(struct acdr_host *h)
{
    acdr_auto(free) long long *capacity = calloc(h->n_cpus, sizeof(*capacity));

    for (size_t i = 0; capacity && i < h->n_cpus; i++)
        if (h->cpus[i].online &&
            acdr_root_get_num(h->root, &capacity[i], "/sys/devices/system/cpu/cpu%d/cpu_capacity",
                              h->cpus[i].id) < 0)
            return; /* not on this architecture, or not for every CPU */
    if (capacity)
        sort_capacities(h, capacity);
}

void acdr_host_speed_read(struct acdr_host *h)
{
    h->n_speeds = 1;
    read_counters(h);
    if (h->n_speeds == 1)
        read_capacities(h);
}
