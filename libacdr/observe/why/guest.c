/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What slows down a guest as a whole: control groups that throttle it, memory that is remote,
 * merged, swapped or taken, and waiting for a CPU that no task explains.
 */
#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "numa_maps.h"
#include "task.h"
#include "why.h"

#define MIB (1024.0 * 1024)

static void find_throttled(struct acdr_why *y, const struct acdr_reading *r)
{
    double ms = r->rate * 1000;
    struct acdr_finding *f;

    if (ms < ACDR_WHY_MS / 10)
        return;
    f = acdr_why_add(y, "cgroup", -1, ms, ms);
    if (!f)
        return;
    snprintf(f->culprit, sizeof(f->culprit), "the bandwidth limit (cpu.max) of %.140s", r->device);
    acdr_decimal_print(f->figure, sizeof(f->figure),
                       "its tasks were throttled for %.1f ms a "
                       "second",
                       ms);
    f->remedy = "no class sets it: remove it, or virsh schedinfo GUEST --set vcpu_quota=-1 "
                "emulator_quota=-1 global_quota=-1";
}

static void add_memory_finding(struct acdr_why *y, double weight, const char *remedy,
                               const char *culprit, double bytes)
{
    struct acdr_finding *f = bytes > 0 ? acdr_why_add(y, "memory", -1, -1, weight) : NULL;

    if (!f)
        return;
    snprintf(f->culprit, sizeof(f->culprit), "%s", culprit);
    acdr_decimal_print(f->figure, sizeof(f->figure), "%.1f MiB", bytes / MIB);
    f->remedy = remedy;
}

static void look_at_page(struct acdr_why *y, const struct acdr_reading *r)
{
    const char *name = r->metric->name;

    if (!strcmp(name, "acdr_guest_memory_swap_bytes"))
        add_memory_finding(y, 100, "[hugepages], or more memory", "its memory was swapped out",
                           r->value);
    else if (!strcmp(name, "acdr_guest_memory_ksm_bytes"))
        add_memory_finding(
            y, 5, "[ksm] run = off, or <nosharepages/> in its XML",
            "KSM merged its pages with others': each write to one is a fault and a copy", r->value);
    else if (!strcmp(name, "acdr_cgroup_throttled_seconds"))
        find_throttled(y, r);
}

/* Each node that has some of its memory but none of its CPUs. */
static void look_at_nodes(struct acdr_why *y)
{
    const struct acdr_host *h = y->watch->inventory->host;
    struct acdr_bitmap local;
    struct acdr_numa numa;
    double total;

    acdr_numa_nodes(h, &y->watched->cpus, &local);
    if (acdr_bitmap_empty(&local) || acdr_numa_read(h, y->watched->guest->pid, &numa) < 0)
        return;
    total = acdr_numa_total(&numa);
    for (size_t i = 0; i < numa.n; i++) {
        double bytes = 0;
        char text[160];
        acdr_auto(free) char *nodes = acdr_bitmap_print_list(&local);

        for (int k = 0; k < ACDR_NUMA_SIZES; k++)
            bytes += numa.nodes[i].bytes[k];
        acdr_decimal_print(text, sizeof(text),
                           "%.0f %% of its memory is on node %d, its vCPUs are on %.64s",
                           bytes * 100 / (total > 0 ? total : 1), h->nodes[i].id,
                           nodes ? nodes : "");
        if (!acdr_bitmap_has(&local, h->nodes[i].id) && bytes > total * ACDR_WHY_REMOTE)
            add_memory_finding(y, 300 * bytes / total, "[strict-numa]", text, bytes);
    }
    acdr_numa_done(&numa);
}

/* Its pages are in KSM's tree (since 6.1), or a round of scanning ended in the window. */
static bool is_scanned(const struct acdr_why *y)
{
    long long scans;
    double items;
    char buf[512];

    if (acdr_root_get(y->watch->root, buf, sizeof(buf), "/proc/%d/ksm_stat",
                      y->watched->guest->pid) > 0 &&
        acdr_task_value(buf, "ksm_rmap_items", &items))
        return items > 0;
    return acdr_root_get_num(y->watch->root, &scans, "/sys/kernel/mm/ksm/full_scans") == 0 &&
           scans > y->ksm_scans;
}

/* Even if it has merged nothing yet, it scans all memory that QEMU offered it. */
static void look_at_ksm(struct acdr_why *y)
{
    struct acdr_finding *f;
    long long run = 0;

    for (size_t i = 0; i < y->n_findings; i++)
        if (strstr(y->findings[i].culprit, "KSM"))
            return;
    if (acdr_root_get_num(y->watch->root, &run, "/sys/kernel/mm/ksm/run") < 0 || run != 1 ||
        !y->watched->domain || y->watched->domain->nosharepages || y->watched->domain->hugepages ||
        !is_scanned(y))
        return;
    f = acdr_why_add(y, "memory", -1, -1, 1);
    if (!f)
        return;
    snprintf(f->culprit, sizeof(f->culprit), "KSM is on and scans its memory");
    snprintf(f->figure, sizeof(f->figure), "nothing merged yet");
    f->remedy = "[ksm] run = off, or <nosharepages/> in its XML";
}

static void look_at_balloon(struct acdr_why *y)
{
    const struct acdr_domain *d = y->watched->domain;

    if (d && d->balloon_kb > 0)
        add_memory_finding(y, 2, "[balloon]", "the balloon took memory from it",
                           (double)d->balloon_kb * 1024);
}

void acdr_why_guest_find(struct acdr_why *y)
{
    for (size_t i = 0; i < y->watch->now.n; i++) {
        const struct acdr_reading *r = &y->watch->now.v[i];

        if (r->guest && !strcmp(r->guest, y->name))
            look_at_page(y, r);
    }
    look_at_nodes(y);
    look_at_ksm(y);
    look_at_balloon(y);
}

static bool is_explained(const struct acdr_why *y, int cpu)
{
    for (size_t i = 0; i < y->n_findings; i++) {
        const struct acdr_finding *f = &y->findings[i];

        if (!strcmp(f->layer, "cgroup") ||
            (f->cpu == cpu && (!strcmp(f->layer, "task") || !strcmp(f->layer, "guest"))))
            return true;
    }
    return false;
}

void acdr_why_guest_rest(struct acdr_why *y)
{
    for (size_t i = 0; i < y->n_cores; i++) {
        struct acdr_why_core *c = &y->cores[i];
        struct acdr_finding *f;

        if (c->delay < ACDR_WHY_MS || is_explained(y, c->cpu))
            continue;
        f = acdr_why_add(y, "scheduler", c->cpu, c->delay, c->delay);
        if (!f)
            return;
        snprintf(f->culprit, sizeof(f->culprit),
                 "many short runs of others, or a wake-up that "
                 "came late; the vCPU could have run");
        acdr_decimal_print(f->figure, sizeof(f->figure), "waited %.1f ms a second for a CPU",
                           c->delay);
        f->remedy = "[vcpus] and [cleaner]; [sched]";
    }
}
