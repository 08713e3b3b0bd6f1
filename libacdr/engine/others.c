/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Others' CPUs and memory, combined from the journal, libvirt and the kernel.
 *
 * Free memory of a node may be promised: a guest bound to the node, by ACDR or by its pins, touches
 * its memory gradually. Untouched memory counts as used; otherwise the kernel would kill a guest
 * once all guests use their whole memory. What a balloon or virtio-mem may give it later is kept
 * apart: it is avoided, not refused.
 */
#include "others.h"

#include <errno.h>
#include <string.h>

/* --- memory --- */

struct ledger {
    const struct acdr_host *host;
    long long *kb;
    long long *growing_kb; /* with what a balloon or virtio-mem may add: nobody has asked for it */
};

static size_t index_of(const struct acdr_host *h, int node)
{
    const struct acdr_node *n = acdr_host_node(h, node);

    return n ? (size_t)(n - h->nodes) : h->n_nodes;
}

/* LEFT of ALL kB of a promise are untouched: add that share of it on each node. */
static void promise(struct ledger *l, int node, long long kb, double left)
{
    size_t i = index_of(l->host, node);

    if (i >= l->host->n_nodes || kb <= 0)
        return;
    l->kb[i] += (long long)((double)kb * left);
    l->growing_kb[i] += (long long)((double)kb * left);
}

/* The guest may grow by KB there. */
static void grow(struct ledger *l, int node, long long kb)
{
    size_t i = index_of(l->host, node);

    if (i < l->host->n_nodes)
        l->growing_kb[i] += kb;
}

/* How much of ALL kB process PID has not touched; all of it if unknown. */
static double untouched(const struct ledger *l, int pid, long long all)
{
    long long resident = pid ? acdr_neighbour_resident_kb(l->host->root, pid) : -1;

    if (all <= 0 || resident >= all)
        return 0;
    return resident < 0 ? 1 : (double)(all - resident) / (double)all;
}

/* What it may need beyond its promise of ALL kB. Pages of a file on a disk are page cache, which
 * the kernel counts as available: it writes them back, slowly, for whoever asks. */
static long long later_kb(const struct ledger *l, const struct acdr_domain *d, int pid,
                          long long all)
{
    if (strcmp(d->memory_source, "file") != 0 || d->hugepages)
        return d->grow_kb;
    return d->grow_kb + all - (long long)((double)all * untouched(l, pid, all));
}

/* What was promised at its start, in proportion to what it has now: a balloon and memory devices
 * change that while it runs. D: its present XML, NULL if it does not run. */
static void promise_entry(struct ledger *l, const struct acdr_entry *en,
                          const struct acdr_domain *d)
{
    const struct acdr_place *p = en->place;
    long long all = 0, now, later;
    double left, share;

    for (size_t i = 0; p && i < p->n_promises; i++)
        all += p->promises[i].kb;
    now = d && !d->hugepages ? d->start_kb : all;
    left = untouched(l, en->pid, now);
    later = d ? later_kb(l, d, en->pid, now) : 0;
    for (size_t i = 0; all > 0 && i < p->n_promises; i++) {
        share = (double)p->promises[i].kb / (double)all;
        promise(l, p->promises[i].node, (long long)((double)now * share), left);
        grow(l, p->promises[i].node, (long long)((double)later * share));
    }
}

/* The memory nodes of a guest that ACDR did not place: those of a binding numatune, or those of its
 * pins, whose threads touch it first. Empty: any. */
static void find_nodes(const struct acdr_host *h, const struct acdr_domain *d,
                       struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    if (acdr_domain_confines_memory(d))
        *ret = d->mem_nodes;
    for (int i = 0; !d->has_mem_nodes && i < d->vcpus; i++) {
        const struct acdr_bitmap *pin = d->pin[d->vcpu_id[i]];

        if (!pin)
            acdr_bitmap_zero(ret);
        if (!pin)
            return;
        for (size_t k = 0; k < h->n_nodes; k++)
            if (acdr_bitmap_intersects(pin, &h->nodes[k].cpus))
                acdr_bitmap_add(ret, h->nodes[k].id);
    }
}

static void promise_neighbour(struct ledger *l, const struct acdr_neighbour *g)
{
    const struct acdr_domain *d = g->domain;
    double left = untouched(l, g->pid, d->start_kb);
    struct acdr_bitmap nodes;
    int n;

    find_nodes(l->host, d, &nodes);
    n = acdr_bitmap_weight(&nodes);
    if (d->hugepages || n == 0 || n == (int)l->host->n_nodes)
        return;
    ACDR_BITMAP_FOR(node, &nodes) {
        promise(l, node, d->start_kb / n, left);
        grow(l, node, later_kb(l, d, g->pid, d->start_kb) / n);
    }
}

/* --- vCPUs --- */

/* On its nodes in equal parts; on all nodes if it is not bound. */
static void add_load(const struct acdr_host *h, const struct acdr_bitmap *nodes, int vcpus,
                     long long *load)
{
    int n = acdr_bitmap_weight(nodes);

    for (size_t i = 0; i < h->n_nodes; i++)
        if (n == 0)
            load[i] += vcpus / (int)h->n_nodes;
        else if (acdr_bitmap_has(nodes, h->nodes[i].id))
            load[i] += (vcpus + n - 1) / n;
}

static void weigh(const struct acdr_host *h, const struct acdr_journal *j,
                  const struct acdr_domain *d, long long *load)
{
    const struct acdr_entry *en = acdr_journal_find((struct acdr_journal *)j, d->uuid);
    struct acdr_bitmap nodes;

    if (en && en->place && en->place->n_vcpus)
        return;
    if (en && en->place)
        nodes = en->place->nodes;
    else
        find_nodes(h, d, &nodes);
    add_load(h, &nodes, d->vcpus, load);
}

/* --- together --- */

static int write_ledger(const struct acdr_host *h, const struct acdr_journal *j, const char *id,
                        const struct acdr_neighbours *running, struct acdr_others *ret)
{
    struct ledger l = { .host = h };

    ret->promised_kb = l.kb = calloc(h->n_nodes + 1, sizeof(*l.kb));
    ret->growing_kb = l.growing_kb = calloc(h->n_nodes + 1, sizeof(*l.growing_kb));
    ret->load = calloc(h->n_nodes + 1, sizeof(*ret->load));
    if (!l.kb || !l.growing_kb || !ret->load)
        return -ENOMEM;
    for (size_t i = 0; i < j->n_entries; i++)
        if (strcmp(j->entries[i].id, id) != 0 && !acdr_neighbours_has(running, j->entries[i].id))
            promise_entry(&l, &j->entries[i], NULL);
    for (size_t i = 0; i < running->n; i++) {
        const struct acdr_domain *d = running->v[i].domain;
        const struct acdr_entry *en = acdr_journal_find((struct acdr_journal *)j, d->uuid);

        if (!strcmp(d->uuid, id))
            continue;
        weigh(h, j, d, ret->load);
        if (en && en->place && en->place->n_promises)
            promise_entry(&l, en, d);
        else
            promise_neighbour(&l, &running->v[i]);
    }
    return 0;
}

/* --- CPUs --- */

/* What ACDR has dedicated, also to the guest itself: its partitions leave the cgroups above. */
static void find_given(const struct acdr_journal *j, struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    for (size_t i = 0; i < j->n_entries; i++)
        if (j->entries[i].place)
            acdr_bitmap_or(ret, &j->entries[i].place->clean);
}

int acdr_others_reach(const struct acdr_host *host, const struct acdr_journal *j,
                      const struct acdr_domain *domain, struct acdr_bitmap *ret)
{
    struct acdr_bitmap given;

    find_given(j, &given);
    return acdr_holders_reach(host, domain, &given, ret);
}

int acdr_others_read(const struct acdr_host *host, const struct acdr_journal *j, const char *id,
                     const struct acdr_domain *domain, const struct acdr_bitmap *housekeeping,
                     struct acdr_others *ret, struct acdr_err *e)
{
    struct acdr_neighbours running, defined = { 0 };
    struct acdr_bitmap given;
    int err = acdr_neighbours_read(host->root, &running, e);

    *ret = (struct acdr_others){ 0 };
    find_given(j, &given);
    if (err == 0)
        err = acdr_neighbours_defined(host->root, &defined);
    ret->unread = running.unread.code ? running.unread : defined.unread;
    if (err == 0)
        err = acdr_holders_guests(host, &running, &defined, domain->uuid, &ret->holders);
    if (err == 0)
        err = acdr_holders_threads(host, &running, housekeeping, &ret->holders);
    if (err == 0)
        err = acdr_holders_group(host, domain, &given, &ret->mems, &ret->holders, e);
    if (err == 0)
        err = write_ledger(host, j, id, &running, ret);
    acdr_neighbours_done(&running);
    acdr_neighbours_done(&defined);
    if (err < 0)
        acdr_others_done(ret);
    return err == -ENOMEM ? acdr_err_nomem(e) : err;
}

void acdr_others_done(struct acdr_others *o)
{
    acdr_holders_done(&o->holders);
    free(o->promised_kb);
    free(o->growing_kb);
    free(o->load);
    *o = (struct acdr_others){ 0 };
}
