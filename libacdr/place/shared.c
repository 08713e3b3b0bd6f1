/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A place for a guest without dedicated CPUs: nodes for its memory, on whose CPUs it runs. Knows
 * what the XML's pins and <memnode> imply for nodes.
 */
#include <errno.h>
#include <string.h>

#include "place_bound.h"
#include "place_sets.h"
#include "place_try.h"

/* The nodes with a CPU for every pinned vCPU; and those with one for any. */
static void pinned_nodes(const struct acdr_place_request *q, struct acdr_bitmap *all,
                         struct acdr_bitmap *any)
{
    const struct acdr_domain *d = q->domain;

    acdr_bitmap_zero(all);
    acdr_bitmap_zero(any);
    for (size_t i = 0; i < q->host->n_nodes; i++) {
        const struct acdr_node *n = &q->host->nodes[i];
        int pinned = 0, there = 0;

        for (int v = 0; v < d->vcpus; v++) {
            const struct acdr_bitmap *pin = d->pin[d->vcpu_id[v]];

            pinned += pin != NULL;
            there += pin && acdr_bitmap_intersects(pin, &n->cpus);
        }
        if (there == pinned)
            acdr_bitmap_add(all, n->id);
        if (there)
            acdr_bitmap_add(any, n->id);
    }
}

/* The nodes of <memnode> if each cell has one. */
static bool cell_nodes(const struct acdr_domain *d, struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    for (size_t i = 0; i < d->n_cells; i++) {
        if (!d->cells[i].has_nodes)
            return false;
        acdr_bitmap_or(ret, &d->cells[i].nodes);
    }
    return d->n_cells > 0;
}

static int settle(const struct acdr_place_request *q, const struct acdr_bitmap *nodes,
                  struct acdr_place *p, const char *why, struct acdr_err *e)
{
    p->nodes = *nodes;
    acdr_place_memnodes(q->domain, p);
    acdr_place_cells(q, p);
    p->why = strdup(why);
    return p->why ? acdr_place_check_bound(q, p, e) : -ENOMEM;
}

/* No node has all pins: memory near them, as far as numatune allows. */
static int settle_apart(const struct acdr_place_request *q, const struct acdr_bitmap *allowed,
                        const struct acdr_bitmap *any, struct acdr_place *p, struct acdr_err *e)
{
    struct acdr_bitmap near = *any;

    acdr_bitmap_and(&near, allowed);
    if (!acdr_bitmap_empty(&near))
        return settle(q, &near, p, "the nodes of the XML's pins", e);
    if (acdr_bitmap_empty(allowed))
        return -ENOSPC;
    return settle(q, allowed, p, "memory where the XML has it, away from its pins", e);
}

/* Those of NODES on which the guest can run. */
static void nodes_with_cpus(const struct acdr_place_request *q, struct acdr_bitmap *nodes)
{
    for (size_t i = 0; i < q->host->n_nodes; i++) {
        struct acdr_bitmap cpus;

        acdr_place_shared_cpus(q, i, &cpus);
        if (acdr_bitmap_empty(&cpus))
            acdr_bitmap_del(nodes, q->host->nodes[i].id);
    }
}

/* The best of NODES; those without CPUs only if the others do not hold the guest: all that it does
 * there is remote. */
static int search_nodes(struct acdr_place_try *t, struct acdr_place_request *q,
                        const struct acdr_bitmap *nodes, struct acdr_place *p)
{
    struct acdr_place_try within = *t;
    int err = -ENOSPC;

    within.q = q;
    q->mems = *nodes;
    nodes_with_cpus(q, &q->mems);
    if (!acdr_bitmap_empty(&q->mems) && !acdr_bitmap_equal(&q->mems, nodes))
        err = acdr_place_free_vcpus(&within, p);
    q->mems = *nodes;
    if (err == -ENOSPC)
        err = acdr_place_free_vcpus(&within, p);
    t->exact &= within.exact;
    return err;
}

int acdr_place_shared(struct acdr_place_try *t, struct acdr_place *p, struct acdr_err *e)
{
    struct acdr_place_request q = *t->q;
    struct acdr_bitmap all, any, allowed, nodes;
    int err;

    if (cell_nodes(q.domain, &nodes))
        return settle(&q, &nodes, p, "memory where the XML's <memnode> has it", e);
    pinned_nodes(&q, &all, &any);
    acdr_place_nodes(&q, &allowed);
    nodes = allowed;
    acdr_bitmap_and(&nodes, &all);
    if (acdr_bitmap_empty(&nodes))
        return settle_apart(&q, &allowed, &any, p, e);
    err = search_nodes(t, &q, &nodes, p);
    if (err == -ENOSPC && acdr_bitmap_weight(&nodes) < (int)q.host->n_nodes &&
        acdr_domain_placed(q.domain))
        return acdr_place_refuse_bound(&q, &nodes, e);
    if (err < 0 || !acdr_domain_has_memnodes(q.domain))
        return err;
    acdr_place_memnodes(q.domain, p);
    return acdr_place_check_bound(&q, p, e);
}
