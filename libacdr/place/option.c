/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a node offers a request. Knows what a node can lack; runs no search. See place_option.h. */
#include "place_option.h"

#include <string.h>

#include "place_memory.h"
#include "place_sets.h"

int acdr_place_telling(struct acdr_place_telling *t, const struct acdr_place_request *q)
{
    struct acdr_cores_request r = {
        .host = q->host, .from = &t->from, .avail = &t->avail, .smt = q->hints.smt
    };

    t->q = q;
    t->vcpus = acdr_place_vcpus(q);
    t->pinned = t->vcpus && acdr_domain_pinned(q->domain);
    acdr_place_avail(q, false, &t->avail);
    t->from = t->avail;
    if (!acdr_bitmap_empty(&q->hints.vcpus)) {
        acdr_place_keep_cores(q, &q->hints.vcpus, &t->from);
        r.named = &q->hints.vcpus;
    }
    acdr_place_nodes(q, &t->nodes);
    return acdr_cores_new(&r, &t->cores);
}

/* Which one excludes the node: strict numatune, or guests to separate from? */
static unsigned closed_by(const struct acdr_place_telling *t, const struct acdr_node *n)
{
    const struct acdr_domain *d = t->q->domain;
    unsigned lacks = 0;

    if (acdr_place_left_out(d, n))
        lacks |= ACDR_LACK_NUMATUNE;
    if (!acdr_bitmap_empty(&n->cpus) && acdr_bitmap_subset(&n->cpus, &t->q->separate_cpus))
        lacks |= ACDR_LACK_APART;
    return lacks;
}

/* May any vCPU pinned by the XML run there? */
static bool has_pin(const struct acdr_place_telling *t, const struct acdr_node *n)
{
    const struct acdr_domain *d = t->q->domain;

    for (int i = 0; i < d->vcpus; i++)
        if (!d->pin[d->vcpu_id[i]] || acdr_bitmap_intersects(d->pin[d->vcpu_id[i]], &n->cpus))
            return true;
    return false;
}

void acdr_place_count(const struct acdr_place_telling *t, size_t at, struct acdr_place_option *o)
{
    const struct acdr_node *n = &t->q->host->nodes[at];
    struct acdr_bitmap set = n->cpus;

    o->node = n->id;
    o->cpus = acdr_bitmap_weight(&n->cpus);
    acdr_bitmap_and(&set, &t->q->housekeeping);
    o->housekeeping = acdr_bitmap_weight(&set);
    o->taken = o->cpus - o->housekeeping - acdr_cores_avail(t->cores, at);
    o->room = acdr_cores_capacity(t->cores, at);
    o->l3_room = acdr_cores_l3_capacity(t->cores, at);
    o->free_kb = acdr_place_free_kb(t->q, n);
    o->lacks = closed_by(t, n);
    if (o->room < t->vcpus || !o->cpus)
        o->lacks |= ACDR_LACK_CPUS;
    if (!acdr_place_share(t->q, n, 1))
        o->lacks |= ACDR_LACK_MEMORY;
    if (t->pinned && !has_pin(t, n))
        o->lacks |= ACDR_LACK_PINS;
}
