/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest's suitable CPU topology if the owner's pins decide it. The class has no influence then:
 * the pins determine which vCPUs are siblings. Represents a pin by the cores that it touches.
 */
#include <stdlib.h>
#include <string.h>

#include "advise_part.h"
#include "shape.h"

/* The CPU that represents a pin within one core. -1: the vCPU moves between cores. */
static int cpu_of(const struct acdr_host *h, const struct acdr_bitmap *pin)
{
    struct acdr_bitmap core, online;
    int cpu;

    if (!pin)
        return -1;
    online = *pin;
    acdr_bitmap_and(&online, &h->online);
    cpu = acdr_bitmap_next(&online, -1);
    if (cpu < 0)
        return -1;
    acdr_host_core(h, cpu, &core);
    return acdr_bitmap_subset(&online, &core) ? cpu : -1;
}

/* False if a vCPU may run on several cores. */
static bool place_of(const struct acdr_host *h, const struct acdr_domain *d, struct acdr_place *p)
{
    for (int i = 0; i < d->vcpus; i++) {
        p->vcpu[i] = cpu_of(h, d->pin[d->vcpu_id[i]]);
        if (p->vcpu[i] < 0)
            return false;
    }
    p->n_vcpus = d->vcpus;
    return true;
}

/* The nodes that the pins touch, and each one's vCPUs; 0 if a vCPU may run on several. */
static int count_nodes(const struct acdr_host *h, const struct acdr_domain *d)
{
    struct acdr_bitmap nodes = { 0 };

    for (int i = 0; i < d->vcpus; i++) {
        const struct acdr_bitmap *pin = d->pin[d->vcpu_id[i]];
        int cpu = pin ? acdr_bitmap_next(pin, -1) : -1;
        const struct acdr_cpu *c = cpu < 0 ? NULL : acdr_host_cpu(h, cpu);

        if (!c || c->node < 0 || !acdr_bitmap_subset(pin, &acdr_host_node(h, c->node)->cpus))
            return 0;
        acdr_bitmap_add(&nodes, c->node);
    }
    return acdr_bitmap_weight(&nodes);
}

/* vCPUs that share one CPU are not threads of a core. */
static bool is_crowded(const struct acdr_host *h, const struct acdr_place *p, int threads)
{
    struct acdr_bitmap core;

    acdr_host_core(h, p->vcpu[0], &core);
    return threads > acdr_bitmap_weight(&core);
}

int acdr_advise_pins(const struct acdr_host *h, struct acdr_advice *v)
{
    const struct acdr_domain *d = v->domain;
    struct acdr_shape shape;
    struct acdr_place p = { 0 };

    if (d->own_pins || !acdr_domain_pinned(d))
        return 0;
    p.vcpu = calloc((size_t)d->vcpus, sizeof(*p.vcpu));
    if (!p.vcpu)
        return -1;
    v->pinned = true;
    v->spans = count_nodes(h, d);
    if (!place_of(h, d, &p) || !acdr_shape_of(h, d, &p, &shape) || is_crowded(h, &p, shape.threads))
        shape = (struct acdr_shape){ 1, d->vcpus, 1 };
    v->sockets = d->vcpus == d->vcpus_max ? shape.sockets : 0;
    v->cores = shape.cores;
    v->per_core = shape.threads;
    free(p.vcpu);
    return 0;
}

void acdr_advise_pinned_cell(const struct acdr_host *h, const struct acdr_domain *d, int node,
                             struct acdr_bitmap *ret)
{
    const struct acdr_node *n = acdr_host_node(h, node);

    acdr_bitmap_zero(ret);
    for (int i = 0; n && i < d->vcpus; i++)
        if (acdr_bitmap_subset(d->pin[d->vcpu_id[i]], &n->cpus))
            acdr_bitmap_add(ret, d->vcpu_id[i]);
}
