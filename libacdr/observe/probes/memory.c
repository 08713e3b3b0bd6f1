/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memory: the nodes and page sizes of a guest's memory; how much of it is local to its vCPUs,
 * merged with others', swapped, or taken by the balloon.
 *
 * /proc/PID/numa_maps, smaps_rollup (since 4.14), ksm_merging_pages (since 6.1), status; libvirt's
 * status file. For the first two, the kernel walks the whole process and holds its mmap_lock, so
 * this is read twice per minute.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "numa_maps.h"
#include "probes.h"
#include "task.h"

enum { NODE, OTHERS, LOCAL, THP, SWAP, KSM, BALLOON, TOTAL };

static const struct acdr_metric metrics[] = {
    [NODE] = { "acdr_guest_memory_bytes", "bytes",
               "The guest's memory and QEMU's own on the node, by size of page as it is mapped; "
               "transparent huge pages count as ordinary ones",
               "page", ACDR_METRIC_GAUGE, 0 },
    [OTHERS] = { "acdr_guest_memory_others_bytes", "bytes",
                 "What else QEMU maps on the node: programs, libraries, pages of the kernel", NULL,
                 ACDR_METRIC_GAUGE, 0 },
    [LOCAL] = { "acdr_guest_memory_local_ratio", "ratio",
                "Share of the memory that is on the nodes of its vCPUs' CPUs", NULL,
                ACDR_METRIC_GAUGE, 0 },
    [THP] = { "acdr_guest_memory_thp_bytes", "bytes", "Memory in transparent huge pages", NULL,
              ACDR_METRIC_GAUGE, 0 },
    [SWAP] = { "acdr_guest_memory_swap_bytes", "bytes", "Memory that was swapped out", NULL,
               ACDR_METRIC_GAUGE, 0 },
    [KSM] = { "acdr_guest_memory_ksm_bytes", "bytes", "Memory merged with other pages by KSM", NULL,
              ACDR_METRIC_GAUGE, 0 },
    [BALLOON] = { "acdr_guest_memory_current_bytes", "bytes",
                  "Memory that the balloon leaves the guest", NULL, ACDR_METRIC_GAUGE, 0 },
    [TOTAL] = { "acdr_guest_memory_max_bytes", "bytes", "Memory that the guest was defined with",
                NULL, ACDR_METRIC_GAUGE, 0 },
    { 0 },
};

static const char *page_name(struct acdr_sample *s, long long kb)
{
    char name[32];

    if (kb >= 1 << 20)
        snprintf(name, sizeof(name), "%lldG", kb >> 20);
    else if (kb >= 1 << 10)
        snprintf(name, sizeof(name), "%lldM", kb >> 10);
    else
        snprintf(name, sizeof(name), "%lldk", kb);
    return acdr_sample_text(s, name);
}

static int read_nodes(struct acdr_probe_ctx *l, const struct acdr_watched_guest *a)
{
    const struct acdr_host *h = l->inventory->host;
    struct acdr_reading who = acdr_probe_reading_of_guest(l, a);
    struct acdr_reading guest = who;
    struct acdr_numa numa;
    struct acdr_bitmap local;
    int err = acdr_numa_read(h, a->guest->pid, &numa);

    if (err < 0)
        return err;
    for (size_t i = 0; i < numa.n; i++) {
        who.node = h->nodes[i].id;
        for (int k = 0; k < ACDR_NUMA_SIZES; k++)
            if (numa.size_kb[k])
                acdr_sample_add(l->sample, &who, &metrics[NODE],
                                page_name(l->sample, numa.size_kb[k]), numa.nodes[i].bytes[k]);
        acdr_sample_add(l->sample, &who, &metrics[OTHERS], NULL, numa.nodes[i].others);
    }
    acdr_numa_nodes(h, &a->cpus, &local);
    if (!acdr_bitmap_empty(&local) && acdr_numa_total(&numa) > 0)
        acdr_sample_add(l->sample, &guest, &metrics[LOCAL], NULL,
                        acdr_numa_on(&numa, h, &local) / acdr_numa_total(&numa));
    acdr_numa_done(&numa);
    return 0;
}

static void read_pages(struct acdr_probe_ctx *l, const struct acdr_watched_guest *a)
{
    struct acdr_reading who = acdr_probe_reading_of_guest(l, a);
    char buf[4096];
    double kb;
    long long pages;

    if (acdr_root_get(l->root, buf, sizeof(buf), "/proc/%d/smaps_rollup", a->guest->pid) > 0 &&
        acdr_task_value(buf, "AnonHugePages", &kb))
        acdr_sample_add(l->sample, &who, &metrics[THP], NULL, kb * 1024);
    if (acdr_root_get(l->root, buf, sizeof(buf), "/proc/%d/status", a->guest->pid) > 0 &&
        acdr_task_value(buf, "VmSwap", &kb))
        acdr_sample_add(l->sample, &who, &metrics[SWAP], NULL, kb * 1024);
    if (acdr_root_get_num(l->root, &pages, "/proc/%d/ksm_merging_pages", a->guest->pid) == 0)
        acdr_sample_add(l->sample, &who, &metrics[KSM], NULL,
                        (double)pages * (double)sysconf(_SC_PAGESIZE));
}

/* libvirt rewrites the status file when it is notified of a balloon change. */
static void read_balloon(struct acdr_probe_ctx *l, const struct acdr_watched_guest *a)
{
    struct acdr_reading who = acdr_probe_reading_of_guest(l, a);

    if (!a->domain)
        return;
    acdr_sample_add(l->sample, &who, &metrics[BALLOON], NULL, (double)a->domain->current_kb * 1024);
    acdr_sample_add(l->sample, &who, &metrics[TOTAL], NULL, (double)a->domain->memory_kb * 1024);
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    int err;

    ACDR_PROBE_GUESTS(a, l) {
        err = read_nodes(l, a);
        if (err == -ENOMEM)
            return err;
        if (err == -EACCES || err == -EPERM)
            return acdr_probe_unsupported(e,
                                          "/proc/%d/numa_maps may not be read: CAP_SYS_PTRACE is "
                                          "missing",
                                          a->guest->pid);
        read_pages(l, a);
        read_balloon(l, a);
    }
    return 0;
}

const struct acdr_probe acdr_probe_memory = {
    .name = "memory",
    .help = "memory by node and kind of page, local share, KSM, swap, balloon",
    .seconds = 30,
    .metrics = metrics,
    .read = read_all,
};
