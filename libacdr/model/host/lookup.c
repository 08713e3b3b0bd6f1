/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looks up CPUs, nodes, NICs, and sets of CPUs that share something in a snapshot. Reads
 * nothing. */
#include <stdlib.h>
#include <string.h>

#include "host.h"

static int compare_cpu(const void *key, const void *entry)
{
    return *(const int *)key - ((const struct acdr_cpu *)entry)->id;
}

const struct acdr_cpu *acdr_host_cpu(const struct acdr_host *h, int cpu)
{
    return h->n_cpus ? bsearch(&cpu, h->cpus, h->n_cpus, sizeof(*h->cpus), compare_cpu) : NULL;
}

static int compare_node(const void *key, const void *entry)
{
    return *(const int *)key - ((const struct acdr_node *)entry)->id;
}

const struct acdr_node *acdr_host_node(const struct acdr_host *h, int node)
{
    return h->n_nodes ? bsearch(&node, h->nodes, h->n_nodes, sizeof(*h->nodes), compare_node)
                      : NULL;
}

const struct acdr_nic *acdr_host_nic(const struct acdr_host *h, const char *name)
{
    for (size_t i = 0; i < h->n_nics; i++)
        if (!strcmp(h->nics[i].name, name))
            return &h->nics[i];
    return NULL;
}

int acdr_host_distance(const struct acdr_host *h, int from, int to)
{
    const struct acdr_node *a = acdr_host_node(h, from);
    const struct acdr_node *b = acdr_host_node(h, to);
    int d = a && b && a->distance ? a->distance[b - h->nodes] : -1;

    if (d >= 0)
        return d;
    return from == to ? 10 : 20;
}

/* If the host does not report a node's memory, assume that it has some. */
static bool has_memory(const struct acdr_node *n)
{
    return n->memtotal_kb != 0;
}

int acdr_host_memory_node(const struct acdr_host *h, int node)
{
    const struct acdr_node *n = acdr_host_node(h, node);
    const struct acdr_node *best = NULL;

    if (!n || has_memory(n))
        return node;
    for (size_t i = 0; i < h->n_nodes; i++) {
        n = &h->nodes[i];
        if (has_memory(n) &&
            (!best || acdr_host_distance(h, node, n->id) < acdr_host_distance(h, node, best->id)))
            best = n;
    }
    return best ? best->id : node;
}

void acdr_host_core(const struct acdr_host *h, int cpu, struct acdr_bitmap *ret)
{
    const struct acdr_cpu *c = acdr_host_cpu(h, cpu);

    acdr_bitmap_zero(ret);
    if (!c || !c->online)
        return;
    acdr_bitmap_add(ret, cpu);
    for (size_t i = 0; c->core >= 0 && i < h->n_cpus; i++) {
        if (h->cpus[i].core == c->core)
            acdr_bitmap_add(ret, h->cpus[i].id);
    }
}

void acdr_host_l3(const struct acdr_host *h, int cpu, struct acdr_bitmap *ret)
{
    const struct acdr_cpu *c = acdr_host_cpu(h, cpu);

    acdr_bitmap_zero(ret);
    if (!c || !c->online)
        return;
    acdr_bitmap_add(ret, cpu);
    for (size_t i = 0; c->l3 >= 0 && i < h->n_cpus; i++) {
        if (h->cpus[i].l3 == c->l3)
            acdr_bitmap_add(ret, h->cpus[i].id);
    }
}

/* For every node with CPUs of LEFT, the core of the lowest one. */
static void first_cores(const struct acdr_host *h, const struct acdr_bitmap *left,
                        struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    for (size_t i = 0; i < h->n_nodes; i++) {
        struct acdr_bitmap cpus = h->nodes[i].cpus, core;
        int cpu;

        acdr_bitmap_and(&cpus, left);
        cpu = acdr_bitmap_next(&cpus, -1);
        if (cpu < 0)
            continue;
        acdr_host_core(h, cpu, &core);
        acdr_bitmap_and(&core, left);
        acdr_bitmap_or(ret, &core);
    }
}

void acdr_host_housekeeping(const struct acdr_host *h, struct acdr_bitmap *ret)
{
    struct acdr_bitmap left = h->online;

    acdr_bitmap_andnot(&left, &h->isolated);
    first_cores(h, &left, ret);
    if (acdr_bitmap_empty(ret))
        first_cores(h, &h->online, ret);
}
