/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * strict-numa: the guest's memory on its nodes only.
 *
 * Remote memory costs latency and bandwidth between the nodes. Sets the memory nodes of libvirt's
 * cgroups for the guest's threads (new pages then come from there), migrates pages touched
 * elsewhere before, and reads back numa_maps. If the class pins no vCPUs, they are bound to the
 * nodes' CPUs, so that the guest also runs there. libvirt widens the cgroups above the leaves at
 * each reconnect, so only the leaves are set. Nothing moves back at the end. A node may have CPUs
 * but no memory: then the nearest node with memory is used. Claims of two guests never conflict:
 * the cgroups and the process have one owner.
 */
#include <limits.h>
#include <string.h>

#include "steps.h"

static const struct acdr_key keys[] = {
    { "migrate", ACDR_KEY_BOOL, NULL, "yes", "move pages that were touched on other nodes" },
    { 0 },
};

static void hint(const struct acdr_view *v, struct acdr_place_hints *h)
{
    h->memory_bound = true;
    h->memory_near = acdr_class_must(v->class, acdr_step_strict_numa.name);
    h->memory_stays = !acdr_hint_yes(v, &acdr_step_strict_numa, "migrate");
}

/* The nodes with the memory of the place's nodes. */
static int memory_nodes(const struct acdr_view *v, struct acdr_plan *p, struct acdr_bitmap *ret)
{
    int err = 0;

    acdr_bitmap_zero(ret);
    ACDR_BITMAP_FOR(n, &v->place->nodes) {
        int from = acdr_host_memory_node(v->host, n);

        acdr_bitmap_add(ret, from);
        if (from != n && err == 0)
            err = acdr_plan_note(p, "node %d has no memory: uses that of node %d", n, from);
    }
    return err;
}

static int claim_groups(const struct acdr_view *v, const struct acdr_bitmap *nodes,
                        struct acdr_plan *p)
{
    const struct acdr_guest *g = v->guest;

    for (size_t i = 0; i < g->n_threads; i++)
        if (acdr_guest_first_in_group(g, i) &&
            acdr_plan_claim_cpus(p, ACDR_OP_SET, nodes, NULL, true, "mems:%s",
                                 g->threads[i].cgroup) < 0)
            return -1;
    return 0;
}

/* The CPUs of a node that the guest's vCPUs may use. */
static void usable_cpus(const struct acdr_view *v, const struct acdr_node *n,
                        struct acdr_bitmap *ret)
{
    *ret = n->cpus;
    acdr_bitmap_andnot(ret, &v->others);
    acdr_bitmap_and(ret, &v->reach);
}

/* The nodes nearest to NODE on which vCPUs may run: all that are equally near. */
static void near_nodes(const struct acdr_view *v, int node, struct acdr_bitmap *ret)
{
    struct acdr_bitmap cpus;
    int best = INT_MAX;

    for (size_t i = 0; i < v->host->n_nodes; i++) {
        const struct acdr_node *n = &v->host->nodes[i];
        int distance = acdr_host_distance(v->host, node, n->id);

        usable_cpus(v, n, &cpus);
        if (acdr_bitmap_empty(&cpus) || distance > best)
            continue;
        if (distance < best)
            acdr_bitmap_zero(ret);
        best = distance;
        acdr_bitmap_add(ret, n->id);
    }
}

static void cpus_of(const struct acdr_view *v, const struct acdr_bitmap *nodes,
                    struct acdr_bitmap *ret)
{
    struct acdr_bitmap cpus;

    ACDR_BITMAP_FOR(n, nodes) {
        if (!acdr_host_node(v->host, n))
            continue;
        usable_cpus(v, acdr_host_node(v->host, n), &cpus);
        acdr_bitmap_or(ret, &cpus);
    }
}

/* The CPUs of the place's nodes. Where there are none, those of the nodes that are nearest to its
 * memory: left alone, the vCPUs would run at any distance. */
static int node_cpus(const struct acdr_view *v, struct acdr_plan *p, struct acdr_bitmap *ret)
{
    struct acdr_bitmap near = { 0 }, some, scheduled;
    acdr_auto(free) char *list = NULL;

    acdr_bitmap_zero(ret);
    cpus_of(v, &v->place->nodes, ret);
    if (acdr_bitmap_empty(ret)) {
        ACDR_BITMAP_FOR(n, &v->place->nodes) {
            acdr_bitmap_zero(&some);
            near_nodes(v, n, &some);
            acdr_bitmap_or(&near, &some);
        }
        cpus_of(v, &near, ret);
        list = acdr_bitmap_print_list(&near);
        if (!acdr_bitmap_empty(ret) &&
            acdr_plan_note(p,
                           "its nodes have no CPUs for it: the vCPUs run on nodes %s, the nearest",
                           list ? list : "") < 0)
            return -1;
    }
    scheduled = *ret; /* the scheduler does not balance between isolcpus */
    acdr_bitmap_andnot(&scheduled, &v->host->isolated);
    if (!acdr_bitmap_empty(&scheduled))
        *ret = scheduled;
    return 0;
}

static int claim_node_cpus(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_bitmap *pin;
    struct acdr_bitmap cpus, own;
    char knob[96];

    if (node_cpus(v, p, &cpus) < 0)
        return -1;
    for (size_t i = 0; i < v->guest->n_threads; i++) {
        const struct acdr_thread *t = &v->guest->threads[i];

        if (t->kind != ACDR_THREAD_VCPU)
            continue;
        own = cpus;
        pin = t->index < v->domain->vcpus_max ? v->domain->pin[t->index] : NULL;
        if (pin)
            acdr_bitmap_and(&own, pin);
        if (acdr_bitmap_empty(&own)) {
            acdr_plan_note(p,
                           pin ? "vCPU %d stays where the XML pins it"
                               : "vCPU %d stays where it is: no CPU is left for it",
                           t->index);
            continue;
        }
        if (acdr_plan_claim_cpus(p, ACDR_OP_SET, &own, NULL, false, "%s",
                                 acdr_view_thread(t, knob)) < 0)
            return -1;
    }
    return 0;
}

/* Does the XML itself bind the guest's memory to those nodes from the first page? */
static bool is_bound(const struct acdr_domain *d, const struct acdr_bitmap *nodes)
{
    struct acdr_bitmap set = { 0 };
    bool cells = d->n_cells > 0;

    for (size_t i = 0; i < d->n_cells; i++) {
        cells &= d->cells[i].has_nodes;
        acdr_bitmap_or(&set, &d->cells[i].nodes);
    }
    if (cells)
        return acdr_bitmap_subset(&set, nodes);
    return d->has_mem_nodes && !strcmp(d->mem_mode, "strict") &&
           acdr_bitmap_subset(&d->mem_nodes, nodes);
}

/* The guest's main thread runs anywhere until its cgroups are set, and touches memory before that.
 * Pages that the kernel has pinned stay there: then the step fails, after the start. */
static int note_pinned(const struct acdr_view *v, const struct acdr_bitmap *nodes,
                       struct acdr_plan *p)
{
    acdr_auto(free) char *list = acdr_bitmap_print_list(nodes);

    if (!v->domain->fixed_by || v->guest->pid || is_bound(v->domain, nodes))
        return 0;
    return acdr_plan_note(p,
                          "%s: it cannot be moved after the start; use acdr start, or write "
                          "<numatune><memory mode='strict' nodeset='%s'/></numatune>",
                          v->domain->fixed_by, list ? list : "");
}

/* Memory that a balloon or virtio-mem may add: bound memory never comes from other nodes. */
static int note_growth(const struct acdr_view *v, const struct acdr_bitmap *nodes,
                       struct acdr_plan *p)
{
    const struct acdr_domain *d = v->domain;
    long long left = v->guest->pid ? 0 : -d->start_kb;

    if (!d->grow_kb || d->hugepages)
        return 0;
    ACDR_BITMAP_FOR(n, nodes) {
        const struct acdr_node *node = acdr_host_node(v->host, n);

        if (!node || node->memavail_kb < 0)
            return 0;
        left += node->memavail_kb;
    }
    if (left >= d->grow_kb)
        return 0;
    return acdr_plan_note(
        p,
        "the guest may grow by %lld MiB (virtio-mem, balloon), but its nodes have "
        "%lld MiB left for that",
        d->grow_kb / 1024, left > 0 ? left / 1024 : 0);
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    struct acdr_bitmap nodes;

    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no memory to bind");
    if (!acdr_class_has(v->class, acdr_step_vcpus.name) && claim_node_cpus(v, p) < 0)
        return acdr_err_nomem(e);
    if (v->host->n_nodes == 1)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "this host has one node");
    if (memory_nodes(v, p, &nodes) < 0 || claim_groups(v, &nodes, p) < 0)
        return acdr_err_nomem(e);
    if (note_pinned(v, &nodes, p) < 0 || note_growth(v, &nodes, p) < 0)
        return acdr_err_nomem(e);
    if (acdr_view_yes(v, p, "migrate") &&
        acdr_plan_claim_cpus(p, ACDR_OP_SET, &nodes, NULL, false, "pages:%d@%llu", v->guest->pid,
                             v->guest->start) < 0)
        return acdr_err_nomem(e);
    return 0;
}

const struct acdr_step acdr_step_strict_numa = {
    .name = "strict-numa",
    .help = "the guest's memory on its nodes only",
    .stages = ACDR_STAGE_GUEST,
    .needs_place = true,
    .keys = keys,
    .hint = hint,
    .plan = plan,
};
