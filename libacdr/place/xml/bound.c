/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory bound to nodes by pins, <numatune> or <memnode> must fit there, or the kernel kills a
 * guest later. Knows which element binds it.
 */
#include "place_bound.h"

#include <errno.h>

#include "place_memory.h"
#include "place_refuse.h"

void acdr_place_memnodes(const struct acdr_domain *d, struct acdr_place *p)
{
    for (int i = 0; i < p->n_cells; i++) {
        const struct acdr_cell *c = &d->cells[i];

        if (!c->has_nodes)
            continue;
        if (p->cell_node[i] < 0 || !acdr_bitmap_has(&c->nodes, p->cell_node[i]))
            p->cell_node[i] = acdr_bitmap_next(&c->nodes, -1);
        acdr_bitmap_or(&p->nodes, &c->nodes);
    }
}

enum { PARTS = 1 << 20 };

/* The first node that lacks memory for the cells that <memnode> puts on it alone; -1: none. */
static int find_short_node(const struct acdr_place_request *q, const struct acdr_place *p)
{
    for (size_t i = 0; i < q->host->n_nodes; i++) {
        const struct acdr_node *n = &q->host->nodes[i];
        struct acdr_bitmap cells = { 0 };

        for (int k = 0; k < p->n_cells; k++) {
            const struct acdr_cell *c = &q->domain->cells[k];

            if (p->cell_node[k] == n->id && !(c->has_nodes && acdr_bitmap_weight(&c->nodes) > 1))
                acdr_bitmap_add(&cells, k);
        }
        if (!acdr_place_holds_cells(q, n, &cells))
            return n->id;
    }
    return -1;
}

/* How many of PARTS of the guest's memory the nodes have; a node without memory uses the nearest
 * one with memory. */
static long long sum_parts(const struct acdr_place_request *q, const struct acdr_bitmap *nodes)
{
    struct acdr_bitmap with_memory = { 0 };
    long long parts = 0;

    ACDR_BITMAP_FOR(n, nodes)
        acdr_bitmap_add(&with_memory, acdr_host_memory_node(q->host, n));
    for (size_t i = 0; i < q->host->n_nodes; i++)
        if (acdr_bitmap_has(&with_memory, q->host->nodes[i].id))
            parts += acdr_place_share(q, &q->host->nodes[i], PARTS);
    return parts;
}

static const char *element_of(const struct acdr_place_request *q)
{
    const struct acdr_domain *d = q->domain;

    if (acdr_domain_confines_memory(d))
        return "<numatune>";
    for (int i = 0; i < d->vcpus; i++)
        if (d->pin[d->vcpu_id[i]])
            return acdr_place_pin_element(q, i);
    return "<memnode>";
}

int acdr_place_refuse_bound(const struct acdr_place_request *q, const struct acdr_bitmap *nodes,
                            struct acdr_err *e)
{
    acdr_auto(free) char *list = acdr_bitmap_print_list(nodes);
    const char *element = element_of(q);

    if (!list)
        return acdr_err_nomem(e);
    return acdr_err_set(e, ENOSPC,
                        "the %s binds the guest to node %s by %s, which has %lld of the %lld "
                        "MiB%s that it needs",
                        element[0] == '<' ? "XML" : "class", list, element,
                        acdr_place_part_kb(q->domain, (int)sum_parts(q, nodes), PARTS) / 1024,
                        q->domain->start_kb / 1024, q->domain->hugepages ? " of huge pages" : "");
}

int acdr_place_check_bound(const struct acdr_place_request *q, const struct acdr_place *p,
                           struct acdr_err *e)
{
    int node;

    bool confined = acdr_domain_confines_memory(q->domain) || acdr_domain_has_memnodes(q->domain);

    /* Huge pages that nothing binds come from any node. */
    if (!q->hints.memory_bound && !(q->domain->hugepages && confined))
        return 0;
    node = acdr_domain_has_memnodes(q->domain) ? find_short_node(q, p) : -1;
    if (node >= 0)
        return acdr_err_set(e, ENOSPC,
                            "the XML binds guest NUMA cells to node %d by <memnode>, which has not "
                            "the memory for them",
                            node);
    return sum_parts(q, &p->nodes) >= PARTS ? 0 : acdr_place_refuse_bound(q, &p->nodes, e);
}
