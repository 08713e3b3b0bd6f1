/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The chain of a guest: threads, cores, memory, interfaces, disks. Reads the inventory once and
 * makes a tree of it; see chain.h. */
#include "chain.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "item.h"
#include "netpath.h"
#include "numa_maps.h"
#include "task.h"

static void add_known(struct acdr_item *m, const char *name, int n)
{
    if (n < 0)
        acdr_item_add_null(m, name);
    else
        acdr_item_add_num(m, name, n);
}

static void add_class(struct acdr_item *root, const struct acdr_status_source *w, const char *guest)
{
    acdr_auto(acdr_item_free) struct acdr_item *status = NULL;
    const struct acdr_item *d;

    if (w && w->status(w->arg, &status, NULL) == 0) {
        d = acdr_item_first(acdr_item_find(status, "domains"));
        for (; d; d = acdr_item_next(d)) {
            if (strcmp(acdr_item_text(acdr_item_find(d, "name")), guest) != 0)
                continue;
            acdr_item_add_text(root, "class", acdr_item_text(acdr_item_find(d, "class")));
            acdr_item_add_text(root, "state", acdr_item_text(acdr_item_find(d, "state")));
            return;
        }
    }
    acdr_item_add_null(root, "class");
    acdr_item_add_null(root, "state");
}

static void add_thread(struct acdr_item *list, const struct acdr_host *h,
                       const struct acdr_thread *t)
{
    struct acdr_item *m;
    struct acdr_task_status status;
    struct acdr_task_stat stat;
    const struct acdr_cpu *cpu;
    char name[32];

    if (acdr_task_stat(h->root, t->pid, t->tid, &stat) < 0 ||
        acdr_task_status(h->root, t->pid, t->tid, &status) < 0)
        return;
    cpu = acdr_host_cpu(h, stat.cpu);
    m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
    acdr_item_add_text(m, "thread", acdr_inventory_thread(t, name));
    acdr_item_add_num(m, "tid", t->tid);
    acdr_item_add_text(m, "name", stat.comm);
    acdr_item_add_text(m, "cgroup", t->cgroup);
    acdr_item_add_cpus(m, "cpus", &status.cpus);
    acdr_item_add_num(m, "last_cpu", stat.cpu);
    add_known(m, "node", cpu ? cpu->node : -1);
    acdr_item_add_text(m, "policy", acdr_task_policy(stat.policy));
    acdr_item_add_num(m, "priority", stat.rt_priority ? stat.rt_priority : stat.nice);
}

static void add_threads(struct acdr_item *root, const struct acdr_host *h,
                        const struct acdr_watched_guest *a)
{
    struct acdr_item *list = acdr_item_add(root, "threads", ACDR_ITEM_LIST);

    ACDR_PROBE_THREADS(t, a)
        add_thread(list, h, t);
}

/* The vCPUs that may run on a CPU. */
static void add_vcpus(struct acdr_item *core, const struct acdr_host *h,
                      const struct acdr_watched_guest *a, int cpu)
{
    struct acdr_item *list = acdr_item_add(core, "threads", ACDR_ITEM_LIST);
    struct acdr_task_status status;
    char name[32];

    ACDR_PROBE_THREADS(t, a)
        if (t->kind == ACDR_THREAD_VCPU &&
            acdr_task_status(h->root, t->pid, t->tid, &status) == 0 &&
            acdr_bitmap_has(&status.cpus, cpu))
            acdr_item_add_text(list, NULL, acdr_inventory_thread(t, name));
}

static void add_cores(struct acdr_item *root, const struct acdr_host *h,
                      const struct acdr_watched_guest *a)
{
    struct acdr_item *list = acdr_item_add(root, "cores", ACDR_ITEM_LIST);
    struct acdr_bitmap set;

    ACDR_BITMAP_FOR(cpu, &a->cpus) {
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_num(m, "cpu", cpu);
        acdr_host_core(h, cpu, &set);
        acdr_item_add_cpus(m, "core", &set);
        acdr_host_l3(h, cpu, &set);
        acdr_item_add_cpus(m, "l3", &set);
        add_known(m, "node", acdr_host_cpu(h, cpu)->node);
        add_vcpus(m, h, a, cpu);
    }
}

static int add_nodes(struct acdr_item *root, const struct acdr_host *h,
                     const struct acdr_watched_guest *a)
{
    struct acdr_item *list = acdr_item_add(root, "nodes", ACDR_ITEM_LIST);
    struct acdr_numa numa;
    double total;
    int err = acdr_numa_read(h, a->guest->pid, &numa);

    if (err < 0)
        return err == -ENOMEM ? err : 0;
    total = acdr_numa_total(&numa);
    for (size_t i = 0; i < numa.n && total > 0; i++) {
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        double bytes = 0;

        for (int k = 0; k < ACDR_NUMA_SIZES; k++)
            bytes += numa.nodes[i].bytes[k];
        acdr_item_add_num(m, "node", h->nodes[i].id);
        acdr_item_add_num(m, "bytes", (long long)bytes);
        acdr_item_add_num(m, "share", (long long)(bytes * 100 / total + 0.5));
    }
    acdr_numa_done(&numa);
    return 0;
}

static void add_irqs(struct acdr_item *m, const struct acdr_host *h, const struct acdr_nic *n)
{
    struct acdr_item *list = acdr_item_add(m, "irqs", ACDR_ITEM_LIST);

    for (size_t i = 0; i < h->n_irqs; i++) {
        struct acdr_item *irq;
        bool ours = false;

        for (size_t k = 0; k < n->n_irqs; k++)
            ours |= n->irqs[k] == h->irqs[i].num;
        if (!ours)
            continue;
        irq = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        acdr_item_add_num(irq, "irq", h->irqs[i].num);
        acdr_item_add_text(irq, "name", h->irqs[i].actions);
        acdr_item_add_cpus(irq, "cpus", &h->irqs[i].affinity);
    }
}

/* The NICs of one interface: as if the guest had no other. */
static void add_uplinks(struct acdr_item *m, const struct acdr_host *h, struct acdr_domain_nic *nic)
{
    struct acdr_item *list = acdr_item_add(m, "uplinks", ACDR_ITEM_LIST);
    struct acdr_domain one = { .nics = nic, .n_nics = 1 };
    struct acdr_bitmap uplinks;

    acdr_netpath_uplinks(h, &one, &uplinks);
    ACDR_BITMAP_FOR(i, &uplinks) {
        struct acdr_item *u = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        const struct acdr_nic *n = &h->nics[i];

        acdr_item_add_text(u, "device", n->name);
        acdr_item_add_text(u, "driver", n->driver);
        add_known(u, "node", n->node);
        acdr_item_add_num(u, "queues", n->rx_queues);
        add_irqs(u, h, n);
    }
}

static void add_bridge(struct acdr_item *m, const struct acdr_host *h,
                       const struct acdr_domain_nic *nic)
{
    for (size_t i = 0; i < h->n_ovs; i++) {
        if (strcmp(h->ovs[i].name, nic->target) != 0)
            continue;
        acdr_item_add_text(m, "bridge", h->ovs[i].bridge);
        acdr_item_add_bool(m, "ovs", 1);
        return;
    }
    acdr_item_add_text(m, "bridge", nic->source[0] ? nic->source : NULL);
    acdr_item_add_bool(m, "ovs", 0);
}

static void add_nics(struct acdr_item *root, const struct acdr_host *h,
                     const struct acdr_watched_guest *a)
{
    struct acdr_item *list = acdr_item_add(root, "nics", ACDR_ITEM_LIST);

    for (size_t i = 0; a->domain && i < a->domain->n_nics; i++) {
        struct acdr_domain_nic *nic = &a->domain->nics[i];
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_text(m, "device", nic->target);
        acdr_item_add_text(m, "mac", nic->mac);
        add_bridge(m, h, nic);
        add_uplinks(m, h, nic);
    }
}

/* The block devices below each disk, for that disk alone. */
static int add_disks(struct acdr_item *root, struct acdr_root *host_root,
                     const struct acdr_watched_guest *a, struct acdr_err *e)
{
    struct acdr_item *list = acdr_item_add(root, "disks", ACDR_ITEM_LIST);

    for (size_t i = 0; a->domain && i < a->domain->n_disks; i++) {
        struct acdr_domain one = { .disks = &a->domain->disks[i], .n_disks = 1 };
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        struct acdr_host h = { .root = host_root };
        struct acdr_item *devices;
        int err = acdr_host_block_read(&h, &one, e);

        acdr_item_add_text(m, "target", one.disks->target);
        acdr_item_add_text(m, "source", one.disks->source);
        devices = acdr_item_add(m, "devices", ACDR_ITEM_LIST);
        for (size_t k = 0; k < h.storage.n_blocks; k++)
            acdr_item_add_text(devices, NULL, h.storage.blocks[k].name);
        acdr_host_block_free(&h);
        if (err < 0)
            return err;
    }
    return 0;
}

static int fill(struct acdr_item *root, struct acdr_inventory *s,
                const struct acdr_status_source *source, struct acdr_err *e)
{
    const struct acdr_watched_guest *a = &s->guests[0];
    int err = acdr_host_ovs_read(s->host, e);

    if (err < 0)
        return err;
    acdr_item_add_text(root, "name", a->name);
    acdr_item_add_text(root, "uuid", a->domain ? a->domain->uuid : NULL);
    add_class(root, source, a->name);
    acdr_item_add_num(root, "pid", a->guest->pid);
    add_threads(root, s->host, a);
    add_cores(root, s->host, a);
    if (add_nodes(root, s->host, a) < 0)
        return acdr_err_nomem(e);
    add_nics(root, s->host, a);
    return add_disks(root, s->root, a, e);
}

int acdr_chain_report(struct acdr_root *root, const struct acdr_status_source *source,
                      const char *guest, struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_inventory_free) struct acdr_inventory *s = NULL;
    acdr_auto(acdr_item_free) struct acdr_item *tree = acdr_item_new(ACDR_ITEM_MAP);
    int err = acdr_inventory_new(root, guest, &s);

    if (err < 0 || !tree)
        return acdr_err_nomem(e);
    err = acdr_inventory_renew(s, 1, e);
    if (err < 0)
        return err;
    if (!s->n_guests)
        return acdr_err_set(e, ESRCH, "guest %s: does not run; see virsh list", guest);
    err = fill(tree, s, source, e);
    if (err < 0)
        return err;
    if (acdr_item_bad(tree))
        return acdr_err_nomem(e);
    *ret = acdr_take(tree);
    return 0;
}
