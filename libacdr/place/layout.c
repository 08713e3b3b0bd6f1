/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Layouts: their cost, and the place made from one. Knows the terms of place_cost.h; search.c
 * generates the layouts.
 */
#include "place_layout.h"

#include <errno.h>
#include <string.h>

#include "place_memory.h"
#include "place_remote.h"
#include "place_sets.h"

/* --- the cost --- */

static bool by_cells(const struct acdr_search *s)
{
    return s->form <= ACDR_FORM_JOINT && s->q->domain->n_cells > 1;
}

static long long memory_of(const struct acdr_search *s, int at)
{
    const struct acdr_domain *d = s->q->domain;
    long long kb = 0;

    if (!by_cells(s))
        return acdr_place_part_kb(d, s->now.count[at], s->vcpus);
    for (size_t i = 0; i < d->n_cells; i++)
        if (s->now.cell[i] == at)
            kb += d->cells[i].start_kb;
    return kb;
}

static int reckon_cores(struct acdr_search *s, int at, long long *term)
{
    struct node_slot *slot = &s->slots[at];
    struct acdr_cores_price price;
    int n = s->now.count[at];
    bool extra = s->now.emulator == at;
    int found = acdr_cores_find_price(s->cores, (size_t)at, n, extra, &price);
    int avail = acdr_cores_avail(s->cores, (size_t)at);
    int used = n + (s->q->hints.smt == ACDR_SMT_ANY ? extra : price.idle);

    if (found < 1)
        return found;
    term[ACDR_COST_MATES] += price.mates;
    term[ACDR_COST_KIND] += price.isolated;
    term[ACDR_COST_L3] += price.l3;
    term[ACDR_COST_SIBLINGS] += price.siblings;
    term[ACDR_COST_IDLE] += price.idle;
    term[ACDR_COST_ROOM] += price.room + acdr_place_room_cost(&slot->memory, avail, avail - used,
                                                              memory_of(s, at));
    return 1;
}

static void reckon_memory(const struct acdr_search *s, int at, long long *term)
{
    long long kb = s->slots[at].memory.free_kb;

    term[ACDR_COST_MATES] += !acdr_bitmap_empty(&s->q->colocate_cpus) && !s->slots[at].has_mate;
    term[ACDR_COST_ROOM] += (s->most_kb - (kb > 0 ? kb : 0)) / 1024;
    term[ACDR_COST_CROWD] += s->slots[at].load;
}

/* The distances between the nodes. */
static void reckon_nodes(const struct acdr_search *s, struct acdr_bitmap *nodes, long long *term)
{
    long long squares = 0;

    for (int i = 0; i < s->n_slots; i++) {
        int id = s->slots[i].node->id;

        if (!s->now.count[i])
            continue;
        term[ACDR_COST_NODES]++;
        term[ACDR_COST_DEVICES] += (long long)s->now.count[i] * s->slots[i].to_device;
        squares += (long long)s->now.count[i] * s->now.count[i];
        ACDR_BITMAP_FOR(other, nodes)
            term[ACDR_COST_DISTANCE] += acdr_host_distance(s->q->host, id, other);
        acdr_bitmap_add(nodes, id);
    }
    if (s->form >= ACDR_FORM_SPLIT && s->vcpus)
        term[ACDR_COST_UNEVEN] = squares - acdr_place_even(s->vcpus, (int)term[ACDR_COST_NODES]);
}

static int cells_term(const struct acdr_search *s, long long nodes)
{
    if (s->form < ACDR_FORM_JOINT || (nodes <= 1 && s->form < ACDR_FORM_REMOTE))
        return 0;
    if (s->form == ACDR_FORM_REMOTE)
        return 4;
    if (s->form == ACDR_FORM_JOINT)
        return (size_t)nodes < s->q->domain->n_cells;
    return s->form == ACDR_FORM_LOOSE && s->vcpus ? 3 : 2;
}

/* False: the host does not have the memory. */
static bool reckon_remote(struct acdr_search *s, long long *term)
{
    long long distance = 0;
    bool found = s->form != ACDR_FORM_REMOTE || acdr_remote_choose(s, &s->now.remote, &distance);

    term[ACDR_COST_DISTANCE] += distance;
    return found;
}

int acdr_layout_cost(struct acdr_search *s)
{
    long long *term = s->now.cost.term;
    struct acdr_bitmap nodes = { 0 };
    int found;

    s->now.cost = (struct acdr_place_cost){ .room_first = s->q->hints.room_first };
    reckon_nodes(s, &nodes, term);
    found = reckon_remote(s, term);
    term[ACDR_COST_CELLS] = cells_term(s, term[ACDR_COST_NODES]);
    term[ACDR_COST_KIND] = s->vcpus ? s->kind * 2 : 0;
    term[ACDR_COST_SPEED] = s->vcpus ? s->speed : 0;
    if (s->now.emulator >= 0)
        term[ACDR_COST_EMULATOR] = acdr_place_nearest(s->q->host,
                                                      s->slots[s->now.emulator].node->id, &nodes);
    term[ACDR_COST_CROWD] = s->vcpus ? 0 : s->q->domain->vcpus;
    for (int i = 0; found == 1 && i < s->n_slots; i++) {
        if (!s->vcpus && s->now.count[i])
            reckon_memory(s, i, term);
        else if (s->now.count[i] || s->now.emulator == i)
            found = reckon_cores(s, i, term);
    }
    if (term[ACDR_COST_CROWD] < 0)
        term[ACDR_COST_CROWD] = 0;
    return found;
}

static void keep(struct acdr_search *s)
{
    size_t cells = s->q->domain->n_cells;

    memcpy(s->best.count, s->now.count, (size_t)s->n_slots * sizeof(*s->now.count));
    memcpy(s->best.cell, s->now.cell, cells * sizeof(*s->now.cell));
    s->best.emulator = s->now.emulator;
    s->best.remote = s->now.remote;
    s->best.cost = s->now.cost;
    s->found = true;
}

static void finish_at(struct acdr_search *s, int emulator)
{
    int found;

    s->now.emulator = emulator;
    found = acdr_layout_cost(s);
    if (found < 0)
        s->err = found;
    else if (found && (!s->found || acdr_place_cost_compare(&s->now.cost, &s->best.cost, NULL) < 0))
        keep(s);
    s->now.emulator = -1;
}

void acdr_layout_finish(struct acdr_search *s)
{
    if (!s->extra) {
        finish_at(s, -1);
        return;
    }
    for (int i = 0; i < s->n_slots; i++)
        if (acdr_cores_avail(s->cores, (size_t)i))
            finish_at(s, i);
}

/* --- the place --- */

int acdr_search_cell_vcpus(const struct acdr_domain *d, size_t cell, int *list)
{
    int n = 0;

    ACDR_BITMAP_FOR(v, &d->cells[cell].vcpus)
        if (acdr_domain_vcpu(d, v) >= 0)
            list[n++] = acdr_domain_vcpu(d, v);
    return n;
}

/* The vCPUs of a node: those of its cells, or the next ones in order. */
static int list_vcpus(const struct acdr_search *s, const struct acdr_layout *l, int at, int *first,
                      int *list)
{
    const struct acdr_domain *d = s->q->domain;
    int n = 0;

    if (l->cell[0] < 0 || l->count[at] == s->vcpus) {
        for (; n < l->count[at]; n++)
            list[n] = (*first)++;
        return n;
    }
    for (size_t i = 0; i < d->n_cells; i++)
        if (l->cell[i] == at)
            n += acdr_search_cell_vcpus(d, i, list + n);
    return n;
}

static int take_node(struct acdr_search *s, const struct acdr_layout *l, int at, int *first,
                     struct acdr_place *p)
{
    acdr_auto(free) int *list = calloc((size_t)s->vcpus + 1, sizeof(*list));
    acdr_auto(free) int *cpus = calloc((size_t)s->vcpus + 1, sizeof(*cpus));
    int n;

    if (!list || !cpus)
        return -ENOMEM;
    n = list_vcpus(s, l, at, first, list);
    if (acdr_cores_take(s->cores, (size_t)at, n, l->emulator == at, cpus, &p->clean, &p->reserved) <
        0)
        return -ENOMEM;
    for (int i = 0; i < n; i++)
        p->vcpu[list[i]] = cpus[i];
    return 0;
}

int acdr_search_take(struct acdr_search *s, const struct acdr_layout *l, struct acdr_place *p)
{
    int first = 0;
    int err = 0;

    acdr_bitmap_or(&p->nodes, &l->remote);
    for (int i = 0; err == 0 && i < s->n_slots; i++) {
        if (l->count[i])
            acdr_bitmap_add(&p->nodes, s->slots[i].node->id);
        if (s->vcpus && (l->count[i] || l->emulator == i))
            err = take_node(s, l, i, &first, p);
    }
    for (int i = 0; err == 0 && i < p->n_cells; i++) {
        p->cell_node[i] = l->cell[i] < 0 ? -1 : s->slots[l->cell[i]].node->id;
        if (l->cell[i] >= 0)
            acdr_bitmap_add(&p->nodes, p->cell_node[i]);
    }
    return err;
}
