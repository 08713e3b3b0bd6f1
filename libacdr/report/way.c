/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The path of a guest's packets, station by station, with what is near the guest and what is far.
 */
#include <stdio.h>
#include <string.h>

#include "irq.h"
#include "netpath.h"
#include "report.h"
#include "text.h"

struct drawing {
    const struct acdr_view *v;
    const struct acdr_plan *p;
    struct acdr_item *stations;
};

/* "near" if all is on the guest's nodes, "far" if nothing is, "both"; NULL: not known. */
static const char *distance(const struct drawing *d, const struct acdr_bitmap *nodes)
{
    const struct acdr_place *place = d->v->place;

    if (!place || acdr_bitmap_empty(&place->nodes) || acdr_bitmap_empty(nodes))
        return NULL;
    if (acdr_bitmap_subset(nodes, &place->nodes))
        return "near";
    return acdr_bitmap_intersects(nodes, &place->nodes) ? "both" : "far";
}

/* WORK: what is done there, on CPUS (NULL: on any). NODES: NULL for those of CPUS. */
static void add_station(struct drawing *d, const char *work, const char *name,
                        const struct acdr_bitmap *cpus, const struct acdr_bitmap *nodes)
{
    struct acdr_item *m = acdr_item_add(d->stations, NULL, ACDR_ITEM_MAP);
    struct acdr_bitmap of = { 0 };

    if (nodes)
        of = *nodes;
    else if (cpus)
        ACDR_BITMAP_FOR(c, cpus)
            if (acdr_host_cpu(d->v->host, c) && acdr_host_cpu(d->v->host, c)->node >= 0)
                acdr_bitmap_add(&of, acdr_host_cpu(d->v->host, c)->node);
    acdr_item_add_text(m, "work", work);
    acdr_item_add_text(m, "name", name);
    if (cpus && !acdr_bitmap_empty(cpus))
        acdr_item_add_cpus(m, "cpus", cpus);
    else
        acdr_item_add_null(m, "cpus");
    acdr_item_add_cpus(m, "nodes", &of);
    acdr_item_add_text(m, "distance", distance(d, &of));
}

/* The CPUs that the plan's claims of OP give to what begins with KNOB. */
static void claimed(const struct drawing *d, enum acdr_op op, const char *knob,
                    struct acdr_bitmap *ret)
{
    struct acdr_bitmap cpus;

    for (size_t i = 0; i < d->p->n_claims; i++) {
        const struct acdr_claim *c = &d->p->claims[i];

        if (c->op == op && !strncmp(c->knob, knob, strlen(knob)) &&
            acdr_bitmap_parse_list(&cpus, c->value) == 0)
            acdr_bitmap_or(ret, &cpus);
    }
}

/* Where the NIC's interrupts go: the guest's own queues, else all that it places, else as now. */
static void interrupts(const struct drawing *d, const struct acdr_nic *n, struct acdr_bitmap *ret)
{
    const struct acdr_host *h = d->v->host;
    struct acdr_bitmap own = { 0 }, preferred = { 0 }, now = { 0 };

    for (size_t i = 0; i < h->n_irqs; i++) {
        char knob[32];

        if (!acdr_irq_of_nic(n, &h->irqs[i]) || !h->irqs[i].has_affinity)
            continue;
        snprintf(knob, sizeof(knob), "irq:%d/", h->irqs[i].num);
        claimed(d, ACDR_OP_SET, knob, &own);
        claimed(d, ACDR_OP_PREFER, knob, &preferred);
        acdr_bitmap_or(&now, &h->irqs[i].affinity);
    }
    *ret = !acdr_bitmap_empty(&own) ? own : !acdr_bitmap_empty(&preferred) ? preferred : now;
}

static void add_nic(struct drawing *d, const struct acdr_nic *n)
{
    struct acdr_bitmap node = { 0 }, cpus;

    if (n->node >= 0)
        acdr_bitmap_add(&node, n->node);
    add_station(d, "nic", n->name, NULL, &node);
    interrupts(d, n, &cpus);
    if (!acdr_bitmap_empty(&cpus))
        add_station(d, "interrupts", n->name, &cpus, NULL);
}

/* Without steering, packets are processed where they came in. */
static void add_interface(struct drawing *d, const char *name)
{
    acdr_auto(free) char *knob = acdr_text_format("mask:/sys/class/net/%s/queues/rx-", name);
    struct acdr_bitmap cpus = { 0 };

    if (knob)
        claimed(d, ACDR_OP_SET, knob, &cpus);
    add_station(d, acdr_bitmap_empty(&cpus) ? "interface" : "softirqs", name, &cpus, NULL);
}

static bool has_worker(const struct acdr_domain_nic *nic)
{
    return !strcmp(nic->model, "virtio") && strcmp(nic->driver, "qemu") != 0;
}

static void add_guest(struct drawing *d, const struct acdr_domain_nic *nic)
{
    const struct acdr_place *place = d->v->place;
    struct acdr_bitmap vcpus = { 0 };

    for (int i = 0; place && i < place->n_vcpus; i++)
        acdr_bitmap_add(&vcpus, place->vcpu[i]);
    if (has_worker(nic))
        add_station(d, "vhost", NULL, place ? &place->vhost : NULL, NULL);
    add_station(d, "vcpus", NULL, &vcpus, place ? &place->nodes : NULL);
}

static void add_way(struct drawing *d, size_t k)
{
    const struct acdr_domain_nic *nic = &d->v->domain->nics[k];
    const struct acdr_host *h = d->v->host;
    struct acdr_netpath_way way;
    char name[32];

    acdr_netpath_way(h, nic, &way);
    ACDR_BITMAP_FOR(i, &way.nics)
        add_nic(d, &h->nics[i]);
    for (int i = way.n; i-- > 0;)
        add_interface(d, h->nics[way.v[i]].name);
    if (!nic->target[0]) {
        snprintf(name, sizeof(name), "(interface %zu)", k);
        add_interface(d, name);
    }
    add_guest(d, nic);
}

/* The kernel of the host carries its packets. */
static bool is_carried(const struct acdr_domain_nic *nic)
{
    static const char *const others[] = { "hostdev", "vhostuser", "vdpa", "user" };

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (!strcmp(nic->type, others[i]))
            return false;
    return true;
}

void acdr_report_ways(struct acdr_item *root, const struct acdr_planning *p)
{
    struct acdr_item *list = acdr_item_add(root, "paths", ACDR_ITEM_LIST);
    const struct acdr_domain *dom = p->view.domain;

    for (size_t k = 0; k < dom->n_nics; k++) {
        struct drawing d = { .v = &p->view, .p = &p->plan };
        struct acdr_item *m;

        if (!is_carried(&dom->nics[k]))
            continue;
        m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        acdr_item_add_num(m, "interface", (long long)k);
        acdr_item_add_text(m, "mac", dom->nics[k].mac);
        d.stations = acdr_item_add(m, "stations", ACDR_ITEM_LIST);
        add_way(&d, k);
    }
}
