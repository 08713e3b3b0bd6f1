/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host as a report. Knows the words of the report; the model knows the host. */
#include <stdio.h>

#include "report.h"

#include "host.h"

static void add_known(struct acdr_item *i, const char *name, long long n)
{
    if (n < 0)
        acdr_item_add_null(i, name);
    else
        acdr_item_add_num(i, name, n);
}

/* Who has a CPU exclusively, and in which role. */
static void add_use(struct acdr_item *m, const struct acdr_journal *j, const struct acdr_bitmap *hk,
                    const struct acdr_cpu *c)
{
    const char *owner = NULL;
    const char *use = !c->online ? "offline" : acdr_bitmap_has(hk, c->id) ? "housekeeping" : "free";

    for (size_t i = 0; i < j->n_entries && !owner; i++) {
        const struct acdr_place *p = j->entries[i].place;
        bool clean = p && acdr_bitmap_has(&p->clean, c->id);
        struct acdr_bitmap taken = { 0 };

        if (p)
            acdr_place_taken(p, &taken);
        if (!acdr_bitmap_has(&taken, c->id))
            continue;
        owner = j->entries[i].name;
        use = clean ? "idle" : "emulator";
        for (int v = 0; v < p->n_vcpus; v++)
            if (p->vcpu[v] == c->id)
                use = "vcpu";
        if (j->entries[i].is_pool)
            use = "static";
    }
    acdr_item_add_text(m, "use", use);
    acdr_item_add_text(m, "owner", owner);
}

static void add_cpus(struct acdr_item *root, const struct acdr_host *h,
                     const struct acdr_journal *j, const struct acdr_bitmap *hk)
{
    struct acdr_item *list = acdr_item_add(root, "cpus", ACDR_ITEM_LIST);

    for (size_t i = 0; i < h->n_cpus; i++) {
        const struct acdr_cpu *c = &h->cpus[i];
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_num(m, "cpu", c->id);
        acdr_item_add_bool(m, "online", c->online);
        acdr_item_add_bool(m, "isolated", acdr_bitmap_has(&h->isolated, c->id));
        acdr_item_add_bool(m, "nohz_full", acdr_bitmap_has(&h->nohz_full, c->id));
        add_known(m, "node", c->node);
        add_known(m, "package", c->package);
        add_known(m, "die", c->die);
        add_known(m, "core", c->core);
        add_known(m, "l3", c->l3);
        add_use(m, j, hk, c);
    }
}

static void add_node(struct acdr_item *list, const struct acdr_host *h, const struct acdr_node *n)
{
    struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
    struct acdr_item *sub;
    char key[32];

    acdr_item_add_num(m, "id", n->id);
    acdr_item_add_cpus(m, "cpus", &n->cpus);
    add_known(m, "memtotal_kb", n->memtotal_kb);
    add_known(m, "memfree_kb", n->memfree_kb);
    add_known(m, "memavail_kb", n->memavail_kb);
    sub = acdr_item_add(m, "distances", ACDR_ITEM_MAP);
    for (size_t i = 0; n->distance && i < h->n_nodes; i++) {
        if (n->distance[i] < 0)
            continue;
        snprintf(key, sizeof(key), "%d", h->nodes[i].id);
        acdr_item_add_num(sub, key, n->distance[i]);
    }
    sub = acdr_item_add(m, "hugepages", ACDR_ITEM_MAP);
    for (size_t i = 0; i < n->n_pools; i++) {
        snprintf(key, sizeof(key), "%lld", n->pools[i].size_kb);
        acdr_item_add_num(sub, key, n->pools[i].total);
    }
}

static void add_irqs(struct acdr_item *root, const struct acdr_host *h)
{
    struct acdr_item *list = acdr_item_add(root, "irqs", ACDR_ITEM_LIST);

    for (size_t i = 0; i < h->n_irqs; i++) {
        const struct acdr_irq *q = &h->irqs[i];
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_num(m, "irq", q->num);
        acdr_item_add_text(m, "name", q->actions);
        acdr_item_add_text(m, "device", q->device);
        if (q->managed == ACDR_MANAGED_UNKNOWN)
            acdr_item_add_null(m, "managed");
        else
            acdr_item_add_bool(m, "managed", q->managed == ACDR_MANAGED_YES);
        if (q->has_affinity)
            acdr_item_add_cpus(m, "affinity", &q->affinity);
        else
            acdr_item_add_null(m, "affinity");
    }
}

static void add_nics(struct acdr_item *root, const struct acdr_host *h)
{
    struct acdr_item *list = acdr_item_add(root, "nics", ACDR_ITEM_LIST);

    for (size_t i = 0; i < h->n_nics; i++) {
        const struct acdr_nic *n = &h->nics[i];
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        struct acdr_item *irqs;

        acdr_item_add_text(m, "name", n->name);
        acdr_item_add_text(m, "device", n->device);
        acdr_item_add_text(m, "driver", n->driver);
        add_known(m, "node", n->node);
        acdr_item_add_num(m, "rx_queues", n->rx_queues);
        acdr_item_add_num(m, "tx_queues", n->tx_queues);
        irqs = acdr_item_add(m, "irqs", ACDR_ITEM_LIST);
        for (size_t k = 0; k < n->n_irqs; k++)
            acdr_item_add_num(irqs, NULL, n->irqs[k]);
    }
}

static void add_ways(struct acdr_item *root, const struct acdr_host *h)
{
    struct acdr_item *m = acdr_item_add(root, "ways", ACDR_ITEM_MAP);

    acdr_item_add_bool(m, "isolcpus", !acdr_bitmap_empty(&h->isolated));
    acdr_item_add_bool(m, "partition", h->has_partition);
    acdr_item_add_bool(m, "slices", h->has_systemd && h->cgroup == 2 && h->keeps_affinity);
    acdr_item_add_bool(m, "affinity", 1);
}

int acdr_report_host(struct acdr *a, struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *nodes;
    struct acdr_bitmap hk = a->config->housekeeping;
    int err = acdr_host_read(a->root, ACDR_HOST_IRQS | ACDR_HOST_NICS | ACDR_HOST_ISOLATION, &h, e);

    if (err == 0)
        err = acdr_journal_read(a->root, &j, e);
    if (err < 0)
        return err;
    if (!a->config->has_housekeeping)
        acdr_host_housekeeping(h, &hk);
    add_cpus(root, h, j, &hk);
    nodes = acdr_item_add(root, "nodes", ACDR_ITEM_LIST);
    for (size_t i = 0; i < h->n_nodes; i++)
        add_node(nodes, h, &h->nodes[i]);
    add_irqs(root, h);
    add_nics(root, h);
    acdr_item_add_cpus(root, "housekeeping", &hk);
    acdr_item_add_cpus(root, "isolated", &h->isolated);
    acdr_item_add_cpus(root, "nohz_full", &h->nohz_full);
    acdr_item_add_text(root, "kernel", h->kernel);
    acdr_item_add_num(root, "cgroup", h->cgroup);
    add_ways(root, h);
    return acdr_report_done(&root, ret, e);
}
