/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The cost of a place, term by term, from the place alone: the search in search.c must compute the
 * same values, and the tests compare the two.
 */
#include "place_cost.h"

#include <errno.h>
#include <string.h>

#include "cores.h"
#include "place_memory.h"
#include "place_remote.h"
#include "place_sets.h"

static const struct {
    const char *name, *help;
} terms[ACDR_COST_TERMS] = {
    [ACDR_COST_BORROWED] = { "borrowed", "on clean cores of other guests too" },
    [ACDR_COST_CELLS] = { "cells", "how guest NUMA cells and nodes match, 0 is best" },
    [ACDR_COST_NODES] = { "nodes", "nodes that the vCPUs are on" },
    [ACDR_COST_UNEVEN] = { "uneven", "squares of the vCPUs of each node beyond an even split" },
    [ACDR_COST_DISTANCE] = { "distance", "between its nodes, over all pairs" },
    [ACDR_COST_SPEED] = { "speed", "kind of its cores on hybrid hosts: 0 the fastest, the highest "
                                   "number where they are of several" },
    [ACDR_COST_CROWD] = { "crowd", "without dedicated CPUs: vCPUs beyond the CPUs of its nodes" },
    [ACDR_COST_EMULATOR] = { "emulator", "distance of the emulator's own core, beyond 10" },
    [ACDR_COST_MATES] = { "mates", "vCPUs that are not with their [colocate] group" },
    [ACDR_COST_DEVICES] = { "devices", "distance to its devices beyond 10, over all vCPUs" },
    [ACDR_COST_KIND] = { "kind", "0 isolcpus, 2 other CPUs, 4 both; 1 more where the emulator's "
                                 "own core is of isolcpus" },
    [ACDR_COST_L3] = { "l3", "L3 domains that the vCPUs are in" },
    [ACDR_COST_SIBLINGS] = { "siblings", "vCPUs beyond one per core, under smt = cores" },
    [ACDR_COST_IDLE] = { "idle", "CPUs of its cores that no vCPU uses" },
    [ACDR_COST_ROOM] = { "room", "capacity that later guests lose; without dedicated CPUs, MiB "
                                 "that another node has more" },
};

const char *acdr_place_cost_name(enum acdr_cost_term term)
{
    return terms[term].name;
}

const char *acdr_place_cost_help(enum acdr_cost_term term)
{
    return terms[term].help;
}

int acdr_place_cost_compare(const struct acdr_place_cost *a, const struct acdr_place_cost *b,
                            enum acdr_cost_term *term)
{
    int t = 0;

    while (t < ACDR_COST_TERMS && a->term[t] == b->term[t])
        t++;
    if (a->room_first && t >= ACDR_COST_L3 && a->term[ACDR_COST_ROOM] != b->term[ACDR_COST_ROOM])
        t = ACDR_COST_ROOM;
    if (term)
        *term = (enum acdr_cost_term)t;
    return t == ACDR_COST_TERMS ? 0 : a->term[t] < b->term[t] ? -1 : 1;
}

static long long worth(long long per_cpu, int cpus, long long kb)
{
    long long with_memory = kb < 0 || per_cpu <= 0 ? cpus : (kb + per_cpu / 2) / per_cpu;

    return cpus * (with_memory < cpus ? with_memory : cpus);
}

long long acdr_place_room_cost(const struct acdr_place_memory *s, int before, int after,
                               long long kb)
{
    long long left_kb = s->free_kb < 0 ? -1 : s->free_kb > kb ? s->free_kb - kb : 0;

    return worth(s->per_cpu_kb, before, s->free_kb) - worth(s->per_cpu_kb, after, left_kb);
}

/* --- a place, counted --- */

struct counted {
    const struct acdr_place_request *q;
    const struct acdr_place *p;
    struct acdr_bitmap avail;  /* free for this place */
    struct acdr_bitmap own;    /* those that it takes */
    struct acdr_bitmap remote; /* nodes of its memory alone */
    enum acdr_smt smt;
    int *vcpus; /* of each node of the host; 1 for a node of a guest without dedicated CPUs */
    long long *term;
};

static bool is_used(const struct counted *c, size_t node)
{
    return c->vcpus[node] > 0;
}

/* vCPUs or remote memory. */
static bool has_part(const struct counted *c, size_t node)
{
    return is_used(c, node) || acdr_bitmap_has(&c->remote, c->q->host->nodes[node].id);
}

static void count_vcpus(struct counted *c)
{
    const struct acdr_host *h = c->q->host;

    for (int i = 0; i < c->p->n_vcpus; i++) {
        const struct acdr_node *n = acdr_host_node(h, acdr_host_cpu(h, c->p->vcpu[i])->node);

        if (n)
            c->vcpus[n - h->nodes]++;
    }
    for (size_t i = 0; !c->p->n_vcpus && i < h->n_nodes; i++)
        c->vcpus[i] = acdr_bitmap_has(&c->p->nodes, h->nodes[i].id);
}

static bool memory_is_there(const struct counted *c, size_t node)
{
    const struct acdr_node *n = &c->q->host->nodes[node];
    struct acdr_bitmap cells = { 0 };

    for (int i = 0; i < c->p->n_cells; i++)
        if (c->p->cell_node[i] == n->id)
            acdr_bitmap_add(&cells, i);
    return acdr_place_holds_cells(c->q, n, &cells);
}

/* Are the vCPUs of each guest NUMA cell where its memory is? */
static bool cells_are_whole(const struct counted *c)
{
    const struct acdr_domain *d = c->q->domain;
    int covered = 0;

    for (size_t i = 0; i < d->n_cells; i++) {
        ACDR_BITMAP_FOR(v, &d->cells[i].vcpus) {
            int rank = acdr_domain_vcpu(d, v);

            if (rank < 0 || rank >= c->p->n_vcpus)
                continue;
            covered++;
            if (acdr_host_cpu(c->q->host, c->p->vcpu[rank])->node != c->p->cell_node[i])
                return false;
        }
    }
    for (size_t i = 0; i < c->q->host->n_nodes; i++)
        if (!memory_is_there(c, i))
            return false;
    return covered == c->p->n_vcpus && d->n_cells > 1;
}

static void count_nodes(struct counted *c)
{
    const struct acdr_host *h = c->q->host;

    for (size_t i = 0; i < h->n_nodes; i++) {
        c->term[ACDR_COST_NODES] += is_used(c, i);
        for (size_t k = 0; has_part(c, i) && k < i; k++)
            if (has_part(c, k))
                c->term[ACDR_COST_DISTANCE] += acdr_host_distance(h, h->nodes[i].id,
                                                                  h->nodes[k].id);
    }
}

static void count_cells(struct counted *c)
{
    const struct acdr_host *h = c->q->host;
    int nodes = (int)c->term[ACDR_COST_NODES];
    bool lacks = false;

    c->term[ACDR_COST_CELLS] = acdr_bitmap_empty(&c->remote) ? 0 : 4;
    if (nodes <= 1)
        return;
    if (cells_are_whole(c)) {
        c->term[ACDR_COST_CELLS] = (size_t)nodes < c->q->domain->n_cells;
        return;
    }
    for (size_t i = 0; i < h->n_nodes; i++) {
        c->term[ACDR_COST_UNEVEN] += (long long)c->vcpus[i] * c->vcpus[i];
        lacks |= acdr_place_share(c->q, &h->nodes[i], c->p->n_vcpus) < c->vcpus[i];
    }
    c->term[ACDR_COST_UNEVEN] -= acdr_place_even(c->p->n_vcpus, nodes);
    if (acdr_bitmap_empty(&c->remote))
        c->term[ACDR_COST_CELLS] = 2 + (lacks && c->p->n_vcpus);
    if (!c->p->n_vcpus)
        c->term[ACDR_COST_UNEVEN] = 0;
}

/* The distance from NODE to the guest's nearest node, beyond a node's distance to itself. */
static int from_guest(const struct counted *c, int node)
{
    const struct acdr_host *h = c->q->host;
    struct acdr_bitmap nodes = { 0 };

    for (size_t i = 0; i < h->n_nodes; i++)
        if (is_used(c, i))
            acdr_bitmap_add(&nodes, h->nodes[i].id);
    return acdr_place_nearest(h, node, &nodes);
}

static void count_near(struct counted *c)
{
    const struct acdr_place_request *q = c->q;
    int own = acdr_bitmap_next(&c->p->reserved, -1);

    if (own >= 0)
        c->term[ACDR_COST_EMULATOR] = from_guest(c, acdr_host_cpu(q->host, own)->node);
    for (size_t i = 0; i < q->host->n_nodes; i++) {
        const struct acdr_node *n = &q->host->nodes[i];

        c->term[ACDR_COST_DEVICES] += (long long)c->vcpus[i] *
                                      acdr_place_nearest(q->host, n->id, &q->hints.near);
        if (!c->p->n_vcpus && is_used(c, i) && !acdr_bitmap_empty(&q->colocate_cpus))
            c->term[ACDR_COST_MATES] += !acdr_bitmap_intersects(&n->cpus, &q->colocate_cpus);
    }
    for (int i = 0; i < c->p->n_vcpus && !acdr_bitmap_empty(&q->colocate_cpus); i++)
        c->term[ACDR_COST_MATES] += !acdr_bitmap_has(&q->colocate_cpus, c->p->vcpu[i]);
}

static bool same_l3(const struct acdr_cpu *a, const struct acdr_cpu *b)
{
    return a->node == b->node && a->l3 == b->l3;
}

static bool same_core(const struct acdr_cpu *a, const struct acdr_cpu *b)
{
    return a->id == b->id || (a->core >= 0 && a->core == b->core);
}

/* The number of distinct values among the vCPUs. */
static int count_distinct(const struct counted *c,
                          bool (*same)(const struct acdr_cpu *, const struct acdr_cpu *))
{
    const struct acdr_host *h = c->q->host;
    int n = 0;

    for (int i = 0, k; i < c->p->n_vcpus; i++) {
        for (k = 0; k < i; k++)
            if (same(acdr_host_cpu(h, c->p->vcpu[i]), acdr_host_cpu(h, c->p->vcpu[k])))
                break;
        n += k == i;
    }
    return n;
}

/* Free CPUs of the guest's cores that it does not use. */
static int count_idle(const struct counted *c)
{
    struct acdr_bitmap cores = { 0 }, core;

    if (c->smt != ACDR_SMT_ANY)
        return acdr_bitmap_weight(&c->own) - c->p->n_vcpus;
    ACDR_BITMAP_FOR(cpu, &c->own) {
        acdr_host_core(c->q->host, cpu, &core);
        acdr_bitmap_or(&cores, &core);
    }
    acdr_bitmap_and(&cores, &c->avail);
    return acdr_bitmap_weight(&cores) - acdr_bitmap_weight(&c->own);
}

/* The one kind, or, if mixed, a number slower than any kind. */
static int count_speed(const struct counted *c)
{
    const struct acdr_host *h = c->q->host;
    int speed = c->p->n_vcpus ? acdr_host_cpu(h, c->p->vcpu[0])->speed : 0;

    for (int i = 1; i < c->p->n_vcpus; i++)
        if (acdr_host_cpu(h, c->p->vcpu[i])->speed != speed)
            return h->n_speeds;
    return speed;
}

static void count_cores(struct counted *c)
{
    struct acdr_bitmap isolated = c->p->clean;

    acdr_bitmap_and(&isolated, &c->q->host->isolated);
    c->term[ACDR_COST_KIND] = acdr_bitmap_empty(&isolated)                 ? 2
                              : acdr_bitmap_equal(&isolated, &c->p->clean) ? 0
                                                                           : 4;
    c->term[ACDR_COST_KIND] += acdr_bitmap_intersects(&c->p->reserved, &c->q->host->isolated);
    c->term[ACDR_COST_SPEED] = count_speed(c);
    c->term[ACDR_COST_L3] = count_distinct(c, same_l3);
    if (c->smt == ACDR_SMT_SPREAD)
        c->term[ACDR_COST_SIBLINGS] = c->p->n_vcpus - count_distinct(c, same_core);
    c->term[ACDR_COST_IDLE] = count_idle(c);
}

static long long square_of(struct acdr_bitmap set, const struct acdr_bitmap *of)
{
    long long n;

    acdr_bitmap_and(&set, of);
    n = acdr_bitmap_weight(&set);
    return n * n;
}

/* The loss of the L3 domains of a node. */
static long long lost_in_domains(const struct counted *c, const struct acdr_node *n)
{
    struct acdr_bitmap left = c->avail, rest = n->cpus, l3;
    long long lost = 0;

    acdr_bitmap_andnot(&left, &c->own);
    acdr_bitmap_and(&rest, &c->avail);
    ACDR_BITMAP_FOR(cpu, &rest) {
        acdr_host_l3(c->q->host, cpu, &l3);
        if (acdr_host_cpu(c->q->host, cpu)->l3 < 0)
            l3 = n->cpus;
        acdr_bitmap_and(&l3, &n->cpus);
        lost += square_of(l3, &c->avail) - square_of(l3, &left);
        acdr_bitmap_andnot(&rest, &l3);
    }
    return lost;
}

/* The part of the guest's memory that belongs to the vCPUs of a node. */
static long long memory_of(const struct counted *c, size_t node)
{
    const struct acdr_domain *d = c->q->domain;
    long long kb = 0;

    if (c->term[ACDR_COST_CELLS] > 1 || d->n_cells < 2)
        return acdr_place_part_kb(d, c->vcpus[node], c->p->n_vcpus);
    for (size_t i = 0; i < d->n_cells; i++)
        if (c->p->cell_node[i] == c->q->host->nodes[node].id)
            kb += d->cells[i].start_kb;
    return kb;
}

static void count_room(struct counted *c)
{
    const struct acdr_place_request *q = c->q;
    struct acdr_place_memory memory = { .per_cpu_kb = acdr_place_kb_per_cpu(q) };
    struct acdr_bitmap left = c->avail;

    acdr_bitmap_andnot(&left, &c->own);
    for (size_t i = 0; i < q->host->n_nodes; i++) {
        const struct acdr_node *n = &q->host->nodes[i];
        struct acdr_bitmap before = n->cpus, after = n->cpus;

        memory.free_kb = acdr_place_free_kb(q, n);
        acdr_bitmap_and(&before, &c->avail);
        acdr_bitmap_and(&after, &left);
        if (!acdr_bitmap_equal(&before, &after))
            c->term[ACDR_COST_ROOM] += lost_in_domains(c, n) +
                                       acdr_place_room_cost(&memory, acdr_bitmap_weight(&before),
                                                            acdr_bitmap_weight(&after),
                                                            memory_of(c, i));
    }
}

static void count_memory(struct counted *c)
{
    long long most = acdr_place_most_kb(c->q);
    long long beyond = c->q->domain->vcpus;

    for (size_t i = 0; i < c->q->host->n_nodes; i++) {
        long long kb = acdr_place_free_kb(c->q, &c->q->host->nodes[i]);

        if (!is_used(c, i))
            continue;
        beyond += acdr_place_load(c->q, i);
        c->term[ACDR_COST_ROOM] += (most - (kb > 0 ? kb : 0)) / 1024;
    }
    c->term[ACDR_COST_CROWD] = beyond > 0 ? beyond : 0;
}

int acdr_place_cost_of(const struct acdr_place_request *q, const struct acdr_place *p,
                       struct acdr_place_cost *ret)
{
    acdr_auto(free) int *vcpus = calloc(q->host->n_nodes + 1, sizeof(*vcpus));
    struct counted c = { .q = q, .p = p, .own = p->clean, .vcpus = vcpus, .term = ret->term };
    struct acdr_bitmap others;

    *ret = (struct acdr_place_cost){ .room_first = q->hints.room_first };
    if (!vcpus)
        return -ENOMEM;
    acdr_bitmap_or(&c.own, &p->reserved);
    c.smt = q->hints.smt;
    acdr_place_avail(q, false, &c.avail);
    others = c.own;
    acdr_bitmap_andnot(&others, &c.avail);
    if (!acdr_bitmap_empty(&others)) {
        c.term[ACDR_COST_BORROWED] = 1;
        acdr_place_avail(q, true, &c.avail);
        acdr_bitmap_or(&c.avail, &c.own);
    }
    count_vcpus(&c);
    acdr_remote_nodes(q, p, &c.remote);
    count_nodes(&c);
    count_cells(&c);
    count_near(&c);
    if (p->n_vcpus) {
        count_cores(&c);
        count_room(&c);
    } else {
        count_memory(&c);
    }
    return 0;
}
