/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NUMA nodes: their CPUs, memory, distances and pools of huge pages. Knows
 * /sys/devices/system/node. A kernel without NUMA has no such directory: then the machine is one
 * node, with the memory and pools of the whole machine.
 */
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "kernel_file.h"
#include "node_memory.h"
#include "text.h"

#define NODE_DIR "/sys/devices/system/node"
/* More pages than that, or larger ones, no host has: their product does not overflow. */
#define HUGE_MOST (1LL << 31)
#define HUGE_DIR  "/sys/kernel/mm/hugepages" /* of all nodes together */

static void read_meminfo(struct acdr_host *h, struct acdr_node *n, const char *path,
                         const char *zoneinfo)
{
    char buf[8192];

    n->memtotal_kb = n->memfree_kb = n->memavail_kb = -1;
    if (acdr_root_get(h->root, buf, sizeof(buf), "%s", path) < 0)
        return;
    n->memtotal_kb = acdr_meminfo_kb(buf, "MemTotal:");
    n->memfree_kb = acdr_meminfo_kb(buf, "MemFree:");
    n->memavail_kb = acdr_node_available_kb(buf, zoneinfo, n->id);
}

struct pools {
    struct acdr_host *h;
    struct acdr_node *n;
    const char *dir;
};

static long long read_pages(struct pools *p, const char *pool, const char *file)
{
    long long n;

    if (acdr_root_get_num(p->h->root, &n, "%s/%s/%s", p->dir, pool, file) < 0)
        return 0;
    return n > 0 && n < HUGE_MOST ? n : 0;
}

/* NAME is "hugepages-2048kB". */
static int add_pool(void *arg, const char *name)
{
    struct pools *p = arg;
    struct acdr_hugepage_pool *pools;
    long long kb, reserved;

    if (sscanf(name, "hugepages-%lldkB", &kb) != 1 || kb <= 0 || kb >= HUGE_MOST)
        return 0;
    pools = acdr_hostfile_grow(p->n->pools, p->n->n_pools, sizeof(*pools));
    if (!pools)
        return -ENOMEM;
    p->n->pools = pools;
    if (acdr_root_get_num(p->h->root, &reserved, HUGE_DIR "/%s/resv_hugepages", name) < 0 ||
        reserved < 0 || reserved >= HUGE_MOST)
        reserved = 0;
    pools[p->n->n_pools++] = (struct acdr_hugepage_pool){
        .size_kb = kb,
        .total = read_pages(p, name, "nr_hugepages"),
        .free = read_pages(p, name, "free_hugepages"),
        .surplus = read_pages(p, name, "surplus_hugepages"),
        .reserved = reserved,
    };
    return 0;
}

static int read_pools(struct acdr_host *h, struct acdr_node *n, const char *dir)
{
    struct pools p = { h, n, dir };

    return acdr_root_list(h->root, dir, add_pool, &p) == -ENOMEM ? -ENOMEM : 0;
}

/* A CPU belongs to the first node that lists it: some firmware assigns every CPU to every node. */
static void take_cpus(struct acdr_host *h, struct acdr_node *n)
{
    struct acdr_cpu *c;

    acdr_bitmap_and(&n->cpus, &h->online);
    ACDR_BITMAP_FOR(cpu, &n->cpus) {
        c = (struct acdr_cpu *)acdr_host_cpu(h, cpu);
        if (c->node < 0)
            c->node = n->id;
        else
            acdr_bitmap_del(&n->cpus, cpu);
    }
}

static int read_cpus(struct acdr_host *h, struct acdr_node *n, const char *dir)
{
    acdr_auto(free) int *ids = NULL;
    size_t count = 0;

    if (acdr_hostfile_list(h->root, dir, "cpulist", &n->cpus) < 0 &&
        acdr_hostfile_mask(h->root, dir, "cpumap", &n->cpus) < 0) {
        if (acdr_hostfile_numbers(h->root, dir, "cpu", &ids, &count) == -ENOMEM)
            return -ENOMEM;
        for (size_t i = 0; i < count; i++)
            acdr_bitmap_add(&n->cpus, ids[i]);
    }
    take_cpus(h, n);
    return 0;
}

/* The file has one number per online node, in ascending order. If their count differs from that of
 * the directories, the numbers cannot be assigned. */
static int read_distance(struct acdr_host *h, struct acdr_node *n, const char *dir)
{
    char buf[8192];
    char *s = buf;
    char *end;
    size_t i;

    n->distance = malloc(h->n_nodes * sizeof(*n->distance));
    if (!n->distance)
        return -ENOMEM;
    if (acdr_root_get(h->root, buf, sizeof(buf), "%s/distance", dir) < 0)
        buf[0] = '\0';
    for (i = 0; i < h->n_nodes; i++, s = end) {
        n->distance[i] = (int)strtol(s, &end, 10);
        if (end == s)
            break;
    }
    if (i == h->n_nodes && !*acdr_text_trim(s))
        return 0;
    for (i = 0; i < h->n_nodes; i++)
        n->distance[i] = -1;
    return 0;
}

static int read_node(struct acdr_host *h, struct acdr_node *n, const char *zoneinfo)
{
    char dir[64];
    char path[96];
    int err;

    snprintf(dir, sizeof(dir), NODE_DIR "/node%d", n->id);
    err = read_cpus(h, n, dir);
    if (err < 0)
        return err;
    snprintf(path, sizeof(path), "%s/meminfo", dir);
    read_meminfo(h, n, path, zoneinfo);
    err = read_distance(h, n, dir);
    if (err < 0)
        return err;
    snprintf(path, sizeof(path), "%s/hugepages", dir);
    return read_pools(h, n, path);
}

static int make_only_node(struct acdr_host *h, const char *zoneinfo)
{
    struct acdr_node *n = calloc(1, sizeof(*n));

    if (!n)
        return -ENOMEM;
    h->nodes = n;
    h->n_nodes = 1;
    n->cpus = h->online;
    take_cpus(h, n);
    n->distance = malloc(sizeof(*n->distance));
    if (!n->distance)
        return -ENOMEM;
    n->distance[0] = 10;
    read_meminfo(h, n, "/proc/meminfo", zoneinfo);
    return read_pools(h, n, HUGE_DIR);
}

static int read_nodes(struct acdr_host *h)
{
    acdr_auto(free) char *zoneinfo = acdr_zoneinfo_read(h->root);
    acdr_auto(free) int *ids = NULL;
    size_t n = 0;
    int err = acdr_hostfile_numbers(h->root, NODE_DIR, "node", &ids, &n);

    if (err == -ENOMEM)
        return err;
    if (err < 0 || n == 0)
        return make_only_node(h, zoneinfo);
    h->nodes = calloc(n, sizeof(*h->nodes));
    if (!h->nodes)
        return -ENOMEM;
    h->n_nodes = n;
    for (size_t i = 0; i < n; i++)
        h->nodes[i].id = ids[i];
    err = 0;
    for (size_t i = 0; err == 0 && i < n; i++)
        err = read_node(h, &h->nodes[i], zoneinfo);
    return err;
}

static void read_huge_size(struct acdr_host *h)
{
    char buf[8192];

    if (acdr_root_get(h->root, buf, sizeof(buf), "/proc/meminfo") > 0)
        h->huge_kb = acdr_meminfo_kb(buf, "Hugepagesize:");
    if (h->huge_kb <= 0)
        h->huge_kb = 2048;
}

int acdr_host_node_read(struct acdr_host *h, struct acdr_err *e)
{
    read_huge_size(h);
    return read_nodes(h) < 0 ? acdr_err_nomem(e) : 0;
}

void acdr_host_node_free(struct acdr_host *h)
{
    for (size_t i = 0; i < h->n_nodes; i++) {
        free(h->nodes[i].distance);
        free(h->nodes[i].pools);
    }
    free(h->nodes);
}

const struct acdr_hugepage_pool *
acdr_host_hugepage_pool(const struct acdr_host *h, const struct acdr_node *n, long long size_kb)
{
    for (size_t i = 0; i < n->n_pools; i++)
        if (n->pools[i].size_kb == (size_kb ? size_kb : h->huge_kb))
            return &n->pools[i];
    return NULL;
}
