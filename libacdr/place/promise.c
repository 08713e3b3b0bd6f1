/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ordinary memory that a guest will use of each node. Knows where the kernel takes it from: the
 * local node first, then the others that are allowed, by distance (zonelists, mm/page_alloc.c).
 */
#include <errno.h>
#include <stdlib.h>

#include "place_memory.h"
#include "place_remote.h"
#include "place_sets.h"

static void promise(struct acdr_place *p, int node, long long kb)
{
    for (size_t i = 0; i < p->n_promises; i++) {
        if (p->promises[i].node != node)
            continue;
        p->promises[i].kb += kb;
        return;
    }
    p->promises[p->n_promises++] = (struct acdr_promise){ node, kb };
}

static void promise_cells(const struct acdr_domain *d, struct acdr_place *p)
{
    for (int i = 0; i < p->n_cells; i++)
        if (p->cell_node[i] >= 0 && acdr_domain_page_kb(d, (size_t)i) < 0)
            promise(p, p->cell_node[i], d->cells[i].start_kb);
}

/* In proportion to vCPUs if they have CPUs, else equal on each node. */
static void promise_nodes(const struct acdr_place_request *q, struct acdr_place *p)
{
    int n = acdr_bitmap_weight(&p->nodes);

    for (int i = 0; i < p->n_vcpus; i++)
        promise(p, acdr_host_cpu(q->host, p->vcpu[i])->node,
                acdr_place_part_kb(q->domain, 1, p->n_vcpus));
    ACDR_BITMAP_FOR(node, &p->nodes)
        if (!p->n_vcpus)
            promise(p, node, acdr_place_part_kb(q->domain, 1, n));
}

/* As much of REST as NODE has free. */
static void promise_on(const struct acdr_place_request *q, int node, long long *rest,
                       struct acdr_place *p)
{
    long long kb = acdr_place_free_kb(q, acdr_host_node(q->host, node));

    kb = kb < 0 || kb > *rest ? *rest : kb;
    p->promises[p->n_promises++] = (struct acdr_promise){ node, kb };
    *rest -= kb;
}

/* The vCPUs' nodes are filled first. */
static void promise_remote(const struct acdr_place_request *q, const struct acdr_bitmap *remote,
                           struct acdr_place *p)
{
    struct acdr_bitmap own = p->nodes, left = *remote;
    long long rest = q->domain->start_kb;
    int best;

    acdr_bitmap_andnot(&own, remote);
    ACDR_BITMAP_FOR(node, &own)
        promise_on(q, node, &rest, p);
    while ((best = acdr_bitmap_next(&left, -1)) >= 0) {
        ACDR_BITMAP_FOR(node, &left)
            if (acdr_place_nearest(q->host, node, &own) < acdr_place_nearest(q->host, best, &own))
                best = node;
        promise_on(q, best, &rest, p);
        acdr_bitmap_del(&left, best);
    }
}

int acdr_place_promise(const struct acdr_place_request *q, struct acdr_place *p)
{
    const struct acdr_domain *d = q->domain;
    struct acdr_bitmap remote;

    if (!q->hints.dedicated && !q->hints.memory_bound)
        return 0;
    p->promises = calloc(q->host->n_nodes + d->n_cells + 1, sizeof(*p->promises));
    if (!p->promises)
        return -ENOMEM;
    acdr_remote_nodes(q, p, &remote);
    if (!acdr_bitmap_empty(&remote))
        promise_remote(q, &remote, p);
    else if (d->n_cells > 0)
        promise_cells(d, p);
    else if (!d->hugepages)
        promise_nodes(q, p);
    return 0;
}
