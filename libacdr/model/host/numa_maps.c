/* Reading numa_maps. A line has "N0=512" for each node, in pages of its kernelpagesize_kB; older
 * kernels leave the size out for ordinary pages. */
#include "numa_maps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST ((size_t)64 << 20) /* a large guest has tens of thousands of mappings at the most */

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

static void add_node(struct acdr_numa *numa, const struct acdr_host *h, int node, int place,
                     double bytes)
{
    for (size_t i = 0; i < h->n_nodes; i++)
        if (h->nodes[i].id == node)
            numa->nodes[i].bytes[place] += bytes;
}

static void add_line(struct acdr_numa *numa, const struct acdr_host *h, const char *line)
{
    const char *size = strstr(line, " kernelpagesize_kB=");
    long long kb = size ? strtoll(size + 19, NULL, 10) : numa->size_kb[0];
    int node, skip, place;
    long long pages;

    if (kb <= 0)
        return;
    place = size_place(numa, kb);
    for (const char *s = strstr(line, " N"); s; s = strstr(s, " N")) {
        s += 2;
        if (sscanf(s, "%d=%lld%n", &node, &pages, &skip) == 2)
            add_node(numa, h, node, place, (double)pages * (double)kb * 1024);
    }
}

int acdr_numa_read(const struct acdr_host *h, int pid, struct acdr_numa *numa)
{
    acdr_auto(free) char *text = NULL;
    char path[64];
    char *next;
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
    next = text;
    /* A last line without its end is half a line. */
    for (char *line = strsep(&next, "\n"); next; line = strsep(&next, "\n"))
        add_line(numa, h, line);
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
                    const struct acdr_cpus *local)
{
    double sum = 0;

    for (size_t i = 0; i < numa->n; i++)
        for (int k = 0; k < ACDR_NUMA_SIZES && acdr_cpus_has(local, h->nodes[i].id); k++)
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

void acdr_numa_nodes(const struct acdr_host *h, const struct acdr_cpus *cpus, struct acdr_cpus *ret)
{
    acdr_cpus_zero(ret);
    ACDR_CPUS_FOR(cpu, cpus)
    {
        const struct acdr_cpu *c = acdr_host_cpu(h, cpu);

        if (c && c->node >= 0)
            acdr_cpus_add(ret, c->node);
    }
}
