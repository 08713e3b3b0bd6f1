/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Remote memory: a guest whose CPUs are free on one node and whose memory is free on another. Knows
 * which other nodes hold the rest of its memory.
 */
#include "place_remote.h"

bool acdr_remote_allowed(const struct acdr_place_request *q)
{
    const struct acdr_domain *d = q->domain;

    return q->hints.dedicated && !q->hints.memory_near && !d->hugepages && !d->n_cells &&
           !d->has_mem_nodes;
}

void acdr_remote_nodes(const struct acdr_place_request *q, const struct acdr_place *p,
                       struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    if (!acdr_remote_allowed(q) || !p->n_vcpus)
        return;
    *ret = p->nodes;
    for (int i = 0; i < p->n_vcpus; i++)
        acdr_bitmap_del(ret, acdr_host_cpu(q->host, p->vcpu[i])->node);
}

/* --- choosing nodes --- */

struct choice {
    struct acdr_search *s;
    struct acdr_bitmap nodes, taken; /* of the guest; those of them that were added here */
    struct acdr_bitmap best;
    long long distance;
    bool found;
};

static long long distance_to(const struct choice *c, int node)
{
    long long sum = 0;

    ACDR_BITMAP_FOR(other, &c->nodes)
        sum += acdr_host_distance(c->s->q->host, node, other);
    return sum;
}

/* Add nodes from AT on until PARTS is the whole memory; adding one never lowers DISTANCE. */
static void add_nodes(struct choice *c, int at, long long parts, long long distance)
{
    if (c->found && distance >= c->distance)
        return;
    if (parts >= WHOLE) {
        c->best = c->taken;
        c->distance = distance;
        c->found = true;
        return;
    }
    for (; at < c->s->n_slots && acdr_search_step(c->s); at++) {
        const struct node_slot *slot = &c->s->slots[at];
        long long more = distance_to(c, slot->node->id);

        if (!slot->open || !slot->parts || c->s->now.count[at])
            continue;
        acdr_bitmap_add(&c->nodes, slot->node->id);
        acdr_bitmap_add(&c->taken, slot->node->id);
        add_nodes(c, at + 1, parts + slot->parts, distance + more);
        acdr_bitmap_del(&c->nodes, slot->node->id);
        acdr_bitmap_del(&c->taken, slot->node->id);
    }
}

bool acdr_remote_choose(struct acdr_search *s, struct acdr_bitmap *ret, long long *distance)
{
    struct choice c = { .s = s };
    long long parts = 0;

    for (int i = 0; i < s->n_slots; i++) {
        if (!s->now.count[i])
            continue;
        acdr_bitmap_add(&c.nodes, s->slots[i].node->id);
        parts += s->slots[i].parts;
    }
    if (parts < WHOLE)
        add_nodes(&c, 0, parts, 0);
    *ret = c.best;
    *distance = c.distance;
    return c.found;
}
