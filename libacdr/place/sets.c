/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of CPUs and nodes of a request. See place_sets.h. */
#include "place_sets.h"

#include <limits.h>
#include <string.h>

int acdr_place_vcpus(const struct acdr_place_request *q)
{
    return q->hints.dedicated ? q->domain->vcpus : 0;
}

void acdr_place_avail(const struct acdr_place_request *q, bool borrow, struct acdr_bitmap *ret)
{
    struct acdr_bitmap taken = q->taken;

    acdr_bitmap_andnot(&taken, &q->joint);
    if (borrow)
        acdr_bitmap_andnot(&taken, &q->others);
    acdr_bitmap_or(&taken, &q->separate_cpus);
    *ret = q->host->online;
    acdr_bitmap_andnot(ret, &q->housekeeping);
    acdr_bitmap_andnot(ret, &taken);
}

bool acdr_place_left_out(const struct acdr_domain *d, const struct acdr_node *n)
{
    return acdr_domain_confines_memory(d) && !acdr_bitmap_has(&d->mem_nodes, n->id);
}

static bool is_theirs(const struct acdr_place_request *q, const struct acdr_node *n)
{
    return !acdr_bitmap_empty(&n->cpus) && acdr_bitmap_subset(&n->cpus, &q->separate_cpus);
}

void acdr_place_nodes(const struct acdr_place_request *q, struct acdr_bitmap *ret)
{
    const struct acdr_domain *d = q->domain;

    acdr_bitmap_zero(ret);
    for (size_t i = 0; i < q->host->n_nodes; i++) {
        const struct acdr_node *n = &q->host->nodes[i];

        if (!acdr_bitmap_empty(&q->mems) && !acdr_bitmap_has(&q->mems, n->id))
            continue;
        if (!acdr_place_left_out(d, n) && !is_theirs(q, n))
            acdr_bitmap_add(ret, n->id);
    }
}

void acdr_place_shared_cpus(const struct acdr_place_request *q, size_t at, struct acdr_bitmap *ret)
{
    struct acdr_bitmap balanced;

    *ret = q->host->nodes[at].cpus;
    acdr_bitmap_andnot(ret, &q->others);
    if (!acdr_bitmap_empty(&q->reach))
        acdr_bitmap_and(ret, &q->reach);
    balanced = *ret;
    acdr_bitmap_andnot(&balanced, &q->host->isolated);
    if (!acdr_bitmap_empty(&balanced))
        *ret = balanced;
}

long long acdr_place_load(const struct acdr_place_request *q, size_t at)
{
    struct acdr_bitmap cpus;

    acdr_place_shared_cpus(q, at, &cpus);
    return (q->load ? q->load[at] : 0) - acdr_bitmap_weight(&cpus);
}

void acdr_place_keep_cores(const struct acdr_place_request *q, const struct acdr_bitmap *list,
                           struct acdr_bitmap *from)
{
    struct acdr_bitmap both = *from, cores, core;

    acdr_bitmap_and(&both, list);
    cores = both;
    ACDR_BITMAP_FOR(cpu, &both) {
        acdr_host_core(q->host, cpu, &core);
        if (q->hints.smt != ACDR_SMT_ANY)
            acdr_bitmap_or(&cores, &core);
    }
    acdr_bitmap_and(from, &cores);
}

bool acdr_place_is_listed(const struct acdr_place_request *q, int rank)
{
    const struct acdr_bitmap *pin = q->domain->pin[q->domain->vcpu_id[rank]];

    return pin && q->hints.dedicated && acdr_bitmap_equal(pin, &q->hints.vcpus);
}

void acdr_place_cpus(const struct acdr_host *host, const struct acdr_bitmap *nodes,
                     struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    ACDR_BITMAP_FOR(n, nodes)
        if (acdr_host_node(host, n))
            acdr_bitmap_or(ret, &acdr_host_node(host, n)->cpus);
}

int acdr_place_nearest(const struct acdr_host *h, int node, const struct acdr_bitmap *to)
{
    int best = INT_MAX;

    ACDR_BITMAP_FOR(n, to) {
        int d = acdr_host_distance(h, node, n) - 10;

        if (d < best)
            best = d;
    }
    return best == INT_MAX || best < 0 ? 0 : best;
}

long long acdr_place_even(int all, int n)
{
    long long part = n ? all / n : 0;
    long long more = n ? all % n : 0;

    return more * (part + 1) * (part + 1) + (n - more) * part * part;
}
