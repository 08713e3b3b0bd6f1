/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Counts what the nodes hold and how many a guest needs. Housekeeping CPUs do not count: a node of
 * 48 CPUs with four of them reserved holds 44. Knows sizes; advise_find.c judges the
 * guest's topology, and the search for a place finds where it goes now.
 */
#include "advise.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "advise_part.h"
#include "guest.h"
#include "others.h"
#include "journal.h"
#include "report.h"

/* vCPUs that the CPUs of FROM on a node hold, by the use of siblings. */
static int capacity(const struct acdr_host *h, const struct acdr_node *n,
                    const struct acdr_bitmap *from, enum acdr_smt smt)
{
    struct acdr_bitmap left = n->cpus, core;
    int sum = 0, count;

    acdr_bitmap_and(&left, from);
    if (smt == ACDR_SMT_ANY)
        return acdr_bitmap_weight(&left);
    ACDR_BITMAP_FOR(cpu, &n->cpus) {
        acdr_host_core(h, cpu, &core);
        if (acdr_bitmap_next(&core, -1) != cpu || !acdr_bitmap_subset(&core, &left))
            continue;
        count = acdr_bitmap_weight(&core);
        if (smt != ACDR_SMT_REQUIRE || count > 1)
            sum += smt == ACDR_SMT_ISOLATE ? 1 : count;
    }
    return sum;
}

static void count_node(struct acdr_advice *v, const struct acdr_host *h, const struct acdr_node *n,
                       const struct acdr_bitmap *own, const struct acdr_bitmap *now)
{
    struct acdr_advise_node *c = &v->nodes[v->n_nodes++];
    struct acdr_bitmap kept = n->cpus;

    acdr_bitmap_andnot(&kept, own);
    *c = (struct acdr_advise_node){
        .id = n->id,
        .cpus = acdr_bitmap_weight(&n->cpus),
        .housekeeping = acdr_bitmap_weight(&kept),
        .capacity = capacity(h, n, own, v->smt),
        .both = capacity(h, n, own, ACDR_SMT_PREFER),
        .free = capacity(h, n, now, v->smt),
        .total_kb = n->memtotal_kb,
        .free_kb = n->memavail_kb,
    };
    if (!acdr_advise_holds_any(c))
        return;
    v->most = c->capacity > v->most ? c->capacity : v->most;
    v->most_both = c->both > v->most_both ? c->both : v->most_both;
    v->most_kb = c->total_kb > v->most_kb ? c->total_kb : v->most_kb;
}

static bool has_kb(long long kb, long long need)
{
    return kb < 0 || kb >= need;
}

/* How many nodes hold 1/PARTS of the guest, by their capacity or by what is free. */
static int nodes_for(const struct acdr_advice *v, int parts, bool now)
{
    int vcpus = (v->domain->vcpus + parts - 1) / parts, n = 0;
    long long kb = (v->domain->start_kb + parts - 1) / parts;

    for (size_t i = 0; i < v->n_nodes; i++) {
        const struct acdr_advise_node *c = &v->nodes[i];

        n += acdr_advise_holds(c, vcpus, kb) &&
             (!now || (c->free >= vcpus && acdr_advise_has_pages(v, c, kb) &&
                       (v->counts_pages || has_kb(c->free_kb, kb))));
    }
    return n;
}

static void judge(struct acdr_advice *v)
{
    const struct acdr_domain *d = v->domain;
    int per;

    for (int n = 1; !v->needs && n <= (int)v->n_nodes && n <= d->vcpus; n++)
        if (nodes_for(v, n, false) >= n)
            v->needs = n;
    v->one_now = nodes_for(v, 1, true) > 0;
    v->cpus_short = v->most < d->vcpus;
    v->memory_short = !has_kb(v->most_kb, d->start_kb);
    if (!v->needs || d->vcpus % v->needs)
        return;
    per = d->vcpus / v->needs;
    v->per_core = v->smt != ACDR_SMT_PREFER && v->smt != ACDR_SMT_REQUIRE ? 1 : v->threads;
    if (per % v->per_core)
        v->per_core = 1;
    v->sockets = v->needs;
    v->cores = per / v->per_core;
}

/* --- the report --- */

static void add_kb(struct acdr_item *m, const char *name, long long kb)
{
    if (kb < 0)
        acdr_item_add_null(m, name);
    else
        acdr_item_add_num(m, name, kb);
}

static void add_nodes(struct acdr_item *root, const struct acdr_advice *v)
{
    struct acdr_item *list = acdr_item_add(root, "nodes", ACDR_ITEM_LIST);
    struct acdr_item *m;

    for (size_t i = 0; i < v->n_nodes; i++) {
        m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        acdr_item_add_num(m, "node", v->nodes[i].id);
        acdr_item_add_num(m, "cpus", v->nodes[i].cpus);
        acdr_item_add_num(m, "housekeeping", v->nodes[i].housekeeping);
        acdr_item_add_num(m, "capacity", v->nodes[i].capacity);
        acdr_item_add_num(m, "free", v->nodes[i].free);
        add_kb(m, "memtotal_kb", v->nodes[i].total_kb);
        add_kb(m, "free_kb", v->nodes[i].free_kb);
        add_kb(m, "hugepages_kb", v->counts_pages ? v->nodes[i].pages_kb : -1);
    }
}

/* False if another node has more vCPUs or memory, and not less of the other; of two equal ones the
 * first is kept. */
static bool is_largest(const struct acdr_advice *v, size_t at)
{
    const struct acdr_advise_node *n = &v->nodes[at];

    if (!acdr_advise_holds_any(n) || !n->capacity)
        return false;
    for (size_t i = 0; i < v->n_nodes; i++) {
        const struct acdr_advise_node *o = &v->nodes[i];
        bool same = o->capacity == n->capacity && o->total_kb == n->total_kb;

        if (acdr_advise_holds_any(o) && o->capacity >= n->capacity && o->total_kb >= n->total_kb &&
            (!same || i < at))
            return false;
    }
    return true;
}

static void add_size(struct acdr_item *m, const struct acdr_advise_node *n)
{
    acdr_item_add_num(m, "vcpus", n ? n->capacity : 0);
    if (n)
        add_kb(m, "memory_kb", n->total_kb);
    else
        acdr_item_add_null(m, "memory_kb");
}

/* The node with the most vCPUs, and those with fewer vCPUs but more memory. */
static void add_largest(struct acdr_item *root, const struct acdr_advice *v)
{
    struct acdr_item *list;
    const struct acdr_advise_node *first = NULL;

    for (size_t i = 0; i < v->n_nodes; i++)
        if (is_largest(v, i) && (!first || v->nodes[i].capacity > first->capacity))
            first = &v->nodes[i];
    add_size(acdr_item_add(root, "largest", ACDR_ITEM_MAP), first);
    list = acdr_item_add(root, "largest_others", ACDR_ITEM_LIST);
    for (size_t i = 0; i < v->n_nodes; i++)
        if (is_largest(v, i) && &v->nodes[i] != first)
            add_size(acdr_item_add(list, NULL, ACDR_ITEM_MAP), &v->nodes[i]);
}

static const char *because(const struct acdr_advice *v)
{
    if (v->needs == 1)
        return NULL;
    return v->cpus_short == v->memory_short ? "CPUs and memory" : v->cpus_short ? "CPUs" : "memory";
}

static void add_fit(struct acdr_item *root, const struct acdr_advice *v)
{
    struct acdr_item *m = acdr_item_add(root, "fits", ACDR_ITEM_MAP);

    acdr_item_add_bool(m, "one_node", v->needs == 1);
    acdr_item_add_bool(m, "now", v->one_now);
    acdr_item_add_num(m, "needs_nodes", v->needs);
    acdr_item_add_text(m, "because", because(v));
    if (!v->sockets) {
        acdr_item_add_null(root, "topology");
        return;
    }
    m = acdr_item_add(root, "topology", ACDR_ITEM_MAP);
    acdr_item_add_num(m, "sockets", v->sockets);
    acdr_item_add_num(m, "cores", v->cores);
    acdr_item_add_num(m, "threads", v->per_core);
}

/* A cell for each node that the pins put it on. */
static void add_pinned_cells(struct acdr_item *list, const struct acdr_advice *v,
                             const struct acdr_host *h)
{
    const struct acdr_domain *d = v->domain;

    for (size_t i = 0; v->spans > 1 && i < h->n_nodes; i++) {
        struct acdr_bitmap set;
        struct acdr_item *m;

        acdr_advise_pinned_cell(h, d, h->nodes[i].id, &set);
        if (acdr_bitmap_empty(&set))
            continue;
        m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        acdr_item_add_cpus(m, "vcpus", &set);
        acdr_item_add_num(m, "memory_kb", d->boot_kb / d->vcpus * acdr_bitmap_weight(&set));
    }
}

static void add_cells(struct acdr_item *root, const struct acdr_advice *v,
                      const struct acdr_host *h)
{
    struct acdr_item *list = acdr_item_add(root, "cells", ACDR_ITEM_LIST);
    int first = 0;

    if (v->pinned) {
        add_pinned_cells(list, v, h);
        return;
    }
    for (int i = 0; v->needs > 1 && i < v->needs; i++) {
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        int n = (v->domain->vcpus - first) / (v->needs - i);
        struct acdr_bitmap set = { 0 };

        for (int k = 0; k < n; k++)
            acdr_bitmap_add(&set, v->domain->vcpu_id[first + k]);
        acdr_item_add_cpus(m, "vcpus", &set);
        acdr_item_add_num(m, "memory_kb", v->domain->boot_kb / v->needs);
        first += n;
    }
}

/* CPUs of others: conditioned cores, and those held according to the kernel and libvirt. */
static int taken(const struct acdr_host *h, const struct acdr_journal *j,
                 const struct acdr_domain *d, const struct acdr_bitmap *housekeeping,
                 struct acdr_bitmap *ret, struct acdr_err *e)
{
    const char *uuid = d->uuid;
    struct acdr_others others;
    int err = acdr_others_read(h, j, uuid, d, housekeeping, &others, e);

    if (err < 0)
        return err;
    acdr_holders_sum(&others.holders, true, ret);
    acdr_others_done(&others);
    for (size_t i = 0; i < j->n_entries; i++) {
        const struct acdr_place *p = j->entries[i].place;

        if (!p || !strcmp(j->entries[i].id, uuid))
            continue;
        acdr_place_taken(p, ret);
    }
    return 0;
}

static int count(struct acdr *a, struct acdr_advice *v, const struct acdr_host *h,
                 const struct acdr_journal *j, struct acdr_err *e)
{
    struct acdr_bitmap own = h->online, now, hk = a->config->housekeeping, others, core;
    int err;

    v->nodes = calloc(h->n_nodes + 1, sizeof(*v->nodes));
    if (!a->config->has_housekeeping)
        acdr_host_housekeeping(h, &hk);
    err = v->nodes ? taken(h, j, v->domain, &hk, &others, e) : acdr_err_nomem(e);
    if (err < 0)
        return err;
    acdr_bitmap_andnot(&own, &hk);
    now = own;
    acdr_bitmap_andnot(&now, &others);
    v->most_kb = -1;
    for (size_t i = 0; i < h->n_nodes; i++)
        count_node(v, h, &h->nodes[i], &own, &now);
    ACDR_BITMAP_FOR(cpu, &h->online) {
        acdr_host_core(h, cpu, &core);
        v->threads = acdr_bitmap_weight(&core) > v->threads ? acdr_bitmap_weight(&core)
                                                            : v->threads;
    }
    return 0;
}

static bool is_amd(struct acdr_root *root)
{
    acdr_auto(free) char *info = NULL;

    return acdr_root_read(root, "/proc/cpuinfo", (size_t)64 << 20, &info, NULL) == 0 &&
           (strstr(info, "AuthenticAMD") || strstr(info, "HygonGenuine"));
}

static int advise(struct acdr_snapshot *s, const struct acdr_domain *dom,
                  const struct acdr_class *class, struct acdr_item *root, struct acdr_err *e)
{
    struct acdr_place_hints hints = { .smt = ACDR_SMT_PREFER };
    struct acdr_advice v = { .domain = dom, .threads = 1 };
    int err;

    if (class)
        acdr_handle_hints(s->a, class, dom->name, &hints);
    v.smt = hints.smt;
    v.dedicated = hints.dedicated;
    err = count(s->a, &v, s->host, s->journal, e);
    if (err < 0) {
        free(v.nodes);
        return err == -ENOMEM ? acdr_err_nomem(e) : err;
    }
    acdr_advise_count_pages(s->host, &v, hints.adds_hugepages);
    judge(&v);
    v.spans = v.needs;
    v.needs_topoext = is_amd(s->host->root);
    if (acdr_advise_pins(s->host, &v) < 0) {
        free(v.nodes);
        return acdr_err_nomem(e);
    }
    acdr_item_add_text(root, "domain", dom->name);
    acdr_item_add_text(root, "class", class ? acdr_class_name(class) : NULL);
    acdr_item_add_num(root, "vcpus", dom->vcpus);
    acdr_item_add_num(root, "memory_kb", dom->start_kb);
    acdr_item_add_num(root, "grow_kb", dom->grow_kb);
    add_nodes(root, &v);
    add_largest(root, &v);
    add_fit(root, &v);
    add_cells(root, &v, s->host);
    acdr_advise_find(&v, acdr_item_add(root, "findings", ACDR_ITEM_LIST));
    free(v.nodes);
    return 0;
}

int acdr_advise_report(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_item **ret,
                       struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    acdr_auto(acdr_snapshot_done) struct acdr_snapshot *own = NULL;
    const struct acdr_class *class;
    int err = acdr_request_class(q, &class, e);

    if (err >= 0 && !s)
        err = acdr_snapshot_read(q->a, 0, &own, e);
    if (err >= 0)
        err = advise(s ? s : own, q->domain, class, root, e);
    return err < 0 ? err : acdr_report_done(&root, ret, e);
}
