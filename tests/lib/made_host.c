/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hosts in memory. See made_host.h. */
#include "made_host.h"

#include <stdlib.h>
#include <string.h>

static int number(const struct made_shape *s, int node, int core, int thread)
{
    int all = s->nodes * s->cores;

    if (s->numbers == MADE_ODD_EVEN)
        return thread * all + core * s->nodes + node;
    return thread * all + node * s->cores + core;
}

static void fill_core(struct acdr_host *h, const struct made_shape *s, int node, int core)
{
    int first = number(s, node, core, 0);
    int per_l3 = s->l3 ? (s->cores + s->l3 - 1) / s->l3 : 0;

    for (int t = 0; t < s->threads; t++) {
        int id = number(s, node, core, t);

        h->cpus[id] = (struct acdr_cpu){
            .id = id,
            .online = true,
            .node = node,
            .package = number(s, node, 0, 0),
            .die = number(s, node, 0, 0),
            .core = first,
            .l3 = per_l3 ? number(s, node, core / per_l3 * per_l3, 0) : -1,
        };
        acdr_bitmap_add(&h->all, id);
        acdr_bitmap_add(&h->online, id);
        acdr_bitmap_add(&h->nodes[node].cpus, id);
    }
}

static void fill_node(struct acdr_host *h, const struct made_shape *s, int node)
{
    struct acdr_node *n = &h->nodes[node];

    n->id = node;
    n->memtotal_kb = s->memory_kb;
    n->memfree_kb = s->memory_kb;
    n->memavail_kb = s->memory_kb;
    n->distance = calloc((size_t)s->nodes, sizeof(*n->distance));
    n->pools = calloc(1, sizeof(*n->pools));
    if (!n->distance || !n->pools)
        abort();
    n->pools[0].size_kb = 2048;
    n->n_pools = 1;
    for (int i = 0; i < s->nodes; i++)
        n->distance[i] = i == node ? 10 : 21;
    for (int c = 0; c < s->cores; c++)
        fill_core(h, s, node, c);
}

struct acdr_host *made_host(const struct made_shape *s)
{
    struct acdr_host *h = calloc(1, sizeof(*h));

    if (!h)
        abort();
    h->n_cpus = (size_t)(s->nodes * s->cores * s->threads);
    h->n_nodes = (size_t)s->nodes;
    h->huge_kb = 2048;
    h->cpus = calloc(h->n_cpus, sizeof(*h->cpus));
    h->nodes = calloc(h->n_nodes, sizeof(*h->nodes));
    if (!h->cpus || !h->nodes)
        abort();
    for (int n = 0; n < s->nodes; n++)
        fill_node(h, s, n);
    return h;
}

void made_host_offline(struct acdr_host *h, int cpu)
{
    struct acdr_cpu *c = &h->cpus[cpu];
    int next = -1;

    acdr_bitmap_del(&h->online, cpu);
    acdr_bitmap_del(&h->nodes[c->node].cpus, cpu);
    for (size_t i = 0; i < h->n_cpus && next < 0; i++)
        if (h->cpus[i].core == c->core && h->cpus[i].id != cpu)
            next = h->cpus[i].id;
    for (size_t i = 0; next >= 0 && c->core == cpu && i < h->n_cpus; i++)
        if (h->cpus[i].core == cpu && h->cpus[i].id != cpu)
            h->cpus[i].core = next;
    *c = (struct acdr_cpu){ cpu, false, -1, -1, -1, -1, -1, 0 };
}
