/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sums a process's numa_maps by node and page size. Older kernels omit the size of ordinary
 * pages. */
#include "numa_maps.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "mapping.h"

#define MOST ((size_t)64 << 20) /* a large guest has at most tens of thousands of mappings */

void acdr_numa_done(struct acdr_numa *numa)
{
    free(numa->nodes);
    *numa = (struct acdr_numa){ 0 };
}

static int size_place(struct acdr_numa *numa, long long kb)
{
    for (int i = 0; i < ACDR_NUMA_SIZES; i++) {
        if (numa->size_kb[i] == kb)
            return i;
        if (i && !numa->size_kb[i]) {
            numa->size_kb[i] = kb;
            return i;
        }
    }
    return ACDR_NUMA_SIZES - 1;
}

static void add_node(struct acdr_numa *numa, const struct acdr_host *h,
                     const struct acdr_mapping *m, int nth, int place)
{
    double bytes = (double)(m->page_kb ? m->page_kb : numa->size_kb[0]) * 1024;
    long long own = acdr_mapping_own(m, nth);

    for (size_t i = 0; i < h->n_nodes; i++)
        if (h->nodes[i].id == m->on[nth].node) {
            numa->nodes[i].bytes[place] += (double)own * bytes;
            numa->nodes[i].others += (double)(m->on[nth].pages - own) * bytes;
        }
}

static void add_mapping(struct acdr_numa *numa, const struct acdr_host *h,
                        const struct acdr_mapping *m)
{
    int place = size_place(numa, m->page_kb ? m->page_kb : numa->size_kb[0]);

    for (int i = 0; i < m->n_nodes; i++)
        add_node(numa, h, m, i, place);
}

int acdr_numa_read(const struct acdr_host *h, int pid, struct acdr_numa *numa)
{
    acdr_auto(free) char *text = NULL;
    char path[64];
    struct acdr_mapping m;
    int err;

    *numa = (struct acdr_numa){ .n = h->n_nodes };
    snprintf(path, sizeof(path), "/proc/%d/numa_maps", pid);
    err = acdr_root_read(h->root, path, MOST, &text, NULL);
    if (err < 0)
        return err;
    numa->nodes = calloc(numa->n, sizeof(*numa->nodes));
    if (!numa->nodes)
        return -ENOMEM;
    numa->size_kb[0] = sysconf(_SC_PAGESIZE) / 1024;
    for (const char *at = text; (at = acdr_mapping_next(&m, at));)
        add_mapping(numa, h, &m);
    return 0;
}

double acdr_numa_total(const struct acdr_numa *numa)
{
    double sum = 0;

    for (size_t i = 0; i < numa->n; i++)
        for (int k = 0; k < ACDR_NUMA_SIZES; k++)
            sum += numa->nodes[i].bytes[k];
    return sum;
}

double acdr_numa_on(const struct acdr_numa *numa, const struct acdr_host *h,
                    const struct acdr_bitmap *local)
{
    double sum = 0;

    for (size_t i = 0; i < numa->n; i++)
        for (int k = 0; k < ACDR_NUMA_SIZES && acdr_bitmap_has(local, h->nodes[i].id); k++)
            sum += numa->nodes[i].bytes[k];
    return sum;
}

void acdr_numa_give_back(const struct acdr_numa *numa, struct acdr_host *h)
{
    for (size_t i = 0; i < numa->n; i++) {
        struct acdr_node *n = &h->nodes[i];

        if (n->memavail_kb >= 0)
            n->memavail_kb += (long long)(numa->nodes[i].bytes[0] / 1024);
        for (size_t p = 0; p < n->n_pools; p++)
            for (int k = 1; k < ACDR_NUMA_SIZES; k++)
                if (numa->size_kb[k] == n->pools[p].size_kb)
                    n->pools[p].free += (long long)(numa->nodes[i].bytes[k] / 1024) /
                                        n->pools[p].size_kb;
    }
}

void acdr_numa_nodes(const struct acdr_host *h, const struct acdr_bitmap *cpus,
                     struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    ACDR_BITMAP_FOR(cpu, cpus) {
        const struct acdr_cpu *c = acdr_host_cpu(h, cpu);

        if (c && c->node >= 0)
            acdr_bitmap_add(ret, c->node);
    }
}
