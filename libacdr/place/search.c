/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Branch and bound over the nodes of a host; cores_price.c finds the best within a node. A partial
 * layout is pruned if its cost is no better than the best complete one: adding to a layout does not
 * lower its terms (but see idle_may_shrink).
 */
#include "place_search.h"

#include <errno.h>
#include <string.h>

#include "place_layout.h"
#include "place_memory.h"
#include "place_remote.h"
#include "place_sets.h"
#include "place_threads.h"

/* --- one node --- */

static void try_nodes(struct acdr_search *s, int only)
{
    const int cells = (int)s->q->domain->n_cells;

    for (int i = 0; i < s->n_slots; i++) {
        const struct node_slot *slot = &s->slots[i];

        if ((only >= 0 && i != only) || !slot->open || slot->capacity < s->vcpus ||
            (slot->parts < WHOLE && s->form != ACDR_FORM_REMOTE) ||
            acdr_bitmap_empty(&slot->node->cpus))
            continue;
        s->now.count[i] = s->vcpus ? s->vcpus : 1;
        for (int c = 0; c < cells; c++)
            s->now.cell[c] = i;
        acdr_layout_finish(s);
        s->now.count[i] = 0;
    }
}

/* --- guest NUMA cells --- */

static bool is_alike(const struct acdr_search *s, int a, int b)
{
    const struct acdr_domain *d = s->q->domain;

    return s->cell_vcpus[a] == s->cell_vcpus[b] && d->cells[a].start_kb == d->cells[b].start_kb &&
           acdr_domain_page_kb(d, (size_t)a) == acdr_domain_page_kb(d, (size_t)b);
}

static bool holds_cell(const struct acdr_search *s, int at, int cell)
{
    struct acdr_bitmap cells = { 0 };

    for (int i = 0; i < cell; i++)
        if (s->now.cell[i] == at)
            acdr_bitmap_add(&cells, i);
    acdr_bitmap_add(&cells, cell);
    return acdr_place_holds_cells(s->q, s->slots[at].node, &cells);
}

static bool may_hold(const struct acdr_search *s, int at, int cell)
{
    const struct node_slot *slot = &s->slots[at];
    bool one_each = s->form == ACDR_FORM_CELLS;

    if (!slot->open || (one_each && slot->cells))
        return false;
    if (s->vcpus && s->now.count[at] + s->cell_vcpus[cell] > slot->capacity)
        return false;
    /* Equal cells are interchangeable: one order is enough. */
    if (cell > 0 && is_alike(s, cell - 1, cell) && at < s->now.cell[cell - 1] + one_each)
        return false;
    return holds_cell(s, at, cell);
}

/* Idle CPUs, and with them the room, can shrink when more goes on the same cores. */
static bool idle_may_shrink(const struct acdr_search *s)
{
    return s->form == ACDR_FORM_JOINT || (s->extra && s->q->hints.smt == ACDR_SMT_ANY);
}

static bool can_improve(struct acdr_search *s)
{
    int found = acdr_layout_cost(s);

    if (found < 0)
        s->err = found;
    if (idle_may_shrink(s))
        s->now.cost.term[ACDR_COST_IDLE] = s->now.cost.term[ACDR_COST_ROOM] = 0;
    s->now.cost.term[ACDR_COST_CROWD] = 0; /* more nodes have more CPUs */
    return found > 0 &&
           (!s->found || acdr_place_cost_compare(&s->now.cost, &s->best.cost, NULL) < 0);
}

static void put_cell(struct acdr_search *s, int cell)
{
    if (cell == (int)s->q->domain->n_cells) {
        acdr_layout_finish(s);
        return;
    }
    for (int i = 0; i < s->n_slots && acdr_search_step(s); i++) {
        int before = s->now.count[i];

        if (!may_hold(s, i, cell))
            continue;
        s->slots[i].cells++;
        s->now.count[i] = s->vcpus ? before + s->cell_vcpus[cell] : 1;
        s->now.cell[cell] = i;
        if (can_improve(s))
            put_cell(s, cell + 1);
        s->now.cell[cell] = -1;
        s->now.count[i] = before;
        s->slots[i].cells--;
    }
}

static void try_cells(struct acdr_search *s)
{
    int covered = 0;

    for (size_t i = 0; i < s->q->domain->n_cells; i++)
        covered += s->cell_vcpus[i];
    if (s->q->domain->n_cells > 1 && covered == s->vcpus)
        put_cell(s, 0);
}

/* --- an even split --- */

/* How much of a split guest fits on a node. */
static int part_of(const struct acdr_search *s, int at)
{
    const struct node_slot *slot = &s->slots[at];

    if (!slot->open)
        return 0;
    if (!s->vcpus)
        return slot->parts > 0;
    if (s->form >= ACDR_FORM_LOOSE)
        return slot->capacity;
    return slot->capacity < slot->share ? slot->capacity : slot->share;
}

/* Of the nodes from AT on with count EVEN, MORE take one more if they can. */
static void add_rest(struct acdr_search *s, int at, int even, int more)
{
    if (!more) {
        acdr_layout_finish(s);
        return;
    }
    for (; at < s->n_slots && acdr_search_step(s); at++) {
        if (s->now.count[at] != even || part_of(s, at) <= even)
            continue;
        s->now.count[at]++;
        add_rest(s, at + 1, even, more - 1);
        s->now.count[at]--;
    }
}

/* A node with less room than an even part of LEFT vCPUs on N nodes, which is filled; -1: none. */
static int next_full(const struct acdr_search *s, int left, int n)
{
    for (int i = 0; i < s->n_slots; i++)
        if (s->now.count[i] < 0 && (long long)part_of(s, i) * n < left)
            return i;
    return -1;
}

/* Spread the vCPUs over the chosen nodes, whose count is -1, as evenly as these allow. */
static void fill_nodes(struct acdr_search *s, int n)
{
    acdr_auto(free) int *chosen = calloc((size_t)s->n_slots, sizeof(*chosen));
    int left = s->vcpus;
    int at;

    if (!chosen) {
        s->err = -ENOMEM;
        return;
    }
    memcpy(chosen, s->now.count, (size_t)s->n_slots * sizeof(*chosen));
    while (n && (at = next_full(s, left, n)) >= 0) {
        s->now.count[at] = part_of(s, at);
        left -= s->now.count[at];
        n--;
    }
    for (int i = 0; n && i < s->n_slots; i++)
        if (s->now.count[i] < 0)
            s->now.count[i] = s->vcpus ? left / n : 1;
    if (n)
        add_rest(s, 0, left / n, s->vcpus ? left % n : 0);
    memcpy(s->now.count, chosen, (size_t)s->n_slots * sizeof(*chosen));
}

static bool has_capacity(const struct acdr_search *s)
{
    long long parts = 0;
    int vcpus = 0;

    for (int i = 0; i < s->n_slots; i++) {
        if (s->now.count[i] >= 0)
            continue;
        vcpus += part_of(s, i);
        parts += s->slots[i].parts;
    }
    return s->form == ACDR_FORM_LOOSE ? parts >= WHOLE && (!s->vcpus || vcpus >= s->vcpus)
                                      : vcpus >= s->vcpus;
}

/* Can the distance between the chosen nodes still beat the best one, if it counts? */
static bool is_near(const struct acdr_search *s)
{
    long long sum = 0;

    if (!s->found || s->best.cost.term[ACDR_COST_UNEVEN])
        return true;
    for (int i = 0; i < s->n_slots; i++)
        for (int k = 0; s->now.count[i] < 0 && k < i; k++)
            if (s->now.count[k] < 0)
                sum += acdr_host_distance(s->q->host, s->slots[i].node->id, s->slots[k].node->id);
    return sum <= s->best.cost.term[ACDR_COST_DISTANCE];
}

/* Choose LEFT of the nodes from AT on; N in all. */
static void choose_nodes(struct acdr_search *s, int at, int left, int n)
{
    if (!acdr_search_step(s) || !is_near(s))
        return;
    if (!left) {
        if (has_capacity(s))
            fill_nodes(s, n);
        return;
    }
    for (; at + left <= s->n_slots; at++) {
        if (!part_of(s, at))
            continue;
        s->now.count[at] = -1;
        choose_nodes(s, at + 1, left - 1, n);
        s->now.count[at] = 0;
    }
}

static void try_splits(struct acdr_search *s)
{
    int most = s->vcpus && s->vcpus < s->n_slots ? s->vcpus : s->n_slots;

    for (int n = 2; n <= most && !s->found && (s->vcpus || s->form == ACDR_FORM_LOOSE); n++)
        choose_nodes(s, 0, n, n);
}

/* Not as near as it could be: fewest nodes for the vCPUs, wherever the memory is. */
static void try_remote(struct acdr_search *s)
{
    try_nodes(s, -1);
    try_splits(s);
}

/* --- preparing --- */

static void look_at(struct acdr_search *s, int at, const struct acdr_bitmap *nodes)
{
    const struct acdr_place_request *q = s->q;
    struct node_slot *slot = &s->slots[at];

    slot->node = &q->host->nodes[at];
    slot->open = acdr_bitmap_has(nodes, slot->node->id);
    slot->capacity = s->cores ? acdr_cores_capacity(s->cores, (size_t)at) : 0;
    slot->share = acdr_place_share(q, slot->node, s->vcpus);
    slot->parts = acdr_place_share(q, slot->node, WHOLE);
    slot->to_device = acdr_place_nearest(q->host, slot->node->id, &q->hints.near);
    slot->has_mate = acdr_bitmap_intersects(&slot->node->cpus, &q->colocate_cpus);
    slot->load = s->vcpus ? 0 : acdr_place_load(q, (size_t)at);
    slot->memory.per_cpu_kb = s->per_cpu_kb;
    slot->memory.free_kb = acdr_place_free_kb(q, slot->node);
    if (slot->memory.free_kb > s->most_kb)
        s->most_kb = slot->memory.free_kb;
}

static int count_cores(struct acdr_search *s, const struct acdr_search_query *query)
{
    struct acdr_cores_request r = {
        .host = s->q->host,
        .from = query->from,
        .avail = query->avail,
        .named = query->named,
        .colocate_cpus = acdr_bitmap_empty(&s->q->colocate_cpus) ? NULL : &s->q->colocate_cpus,
        .smt = s->q->hints.smt,
        .most = s->vcpus,
        .extra = s->extra,
    };

    return s->vcpus ? acdr_cores_new(&r, &s->cores) : 0;
}

static int make_layout(const struct acdr_search *s, struct acdr_layout *l)
{
    size_t cells = s->q->domain->n_cells;

    l->emulator = -1;
    l->count = calloc((size_t)s->n_slots + 1, sizeof(*l->count));
    l->cell = calloc(cells + 1, sizeof(*l->cell));
    for (size_t i = 0; l->cell && i <= cells; i++)
        l->cell[i] = -1;
    return l->count && l->cell ? 0 : -ENOMEM;
}

static int count_cells(struct acdr_search *s)
{
    const struct acdr_domain *d = s->q->domain;
    acdr_auto(free) int *list = calloc((size_t)d->vcpus + 1, sizeof(*list));

    s->cell_vcpus = calloc(d->n_cells + 1, sizeof(*s->cell_vcpus));
    if (!list || !s->cell_vcpus)
        return -ENOMEM;
    for (size_t i = 0; s->vcpus && i < d->n_cells; i++)
        s->cell_vcpus[i] = acdr_search_cell_vcpus(d, i, list);
    return 0;
}

int acdr_search_new(const struct acdr_search_query *query, struct acdr_search **ret)
{
    const struct acdr_place_request *q = query->q;
    acdr_auto(acdr_search_free) struct acdr_search *s = calloc(1, sizeof(*s));
    struct acdr_bitmap nodes;

    if (!s)
        return -ENOMEM;
    s->q = q;
    s->kind = query->kind;
    s->speed = query->speed;
    s->vcpus = acdr_place_vcpus(q);
    s->extra = s->vcpus && query->beside;
    s->n_slots = (int)q->host->n_nodes;
    s->slots = calloc(q->host->n_nodes, sizeof(*s->slots));
    if (!s->slots || count_cores(s, query) < 0 || count_cells(s) < 0 ||
        make_layout(s, &s->now) < 0 || make_layout(s, &s->best) < 0)
        return -ENOMEM;
    acdr_place_nodes(q, &nodes);
    s->per_cpu_kb = acdr_place_kb_per_cpu(q);
    for (int i = 0; i < s->n_slots; i++)
        look_at(s, i, &nodes);
    *ret = acdr_take(s);
    return 0;
}

void acdr_search_free(struct acdr_search *s)
{
    if (!s)
        return;
    acdr_cores_free(s->cores);
    free(s->slots);
    free(s->cell_vcpus);
    free(s->now.count);
    free(s->now.cell);
    free(s->best.count);
    free(s->best.cell);
    free(s);
}

int acdr_search_run(struct acdr_search *s, enum acdr_form form, int only,
                    const struct acdr_layout **ret)
{
    s->form = form;
    s->found = s->cut = false;
    s->steps = 0;
    for (size_t i = 0; i < s->q->domain->n_cells; i++)
        s->now.cell[i] = -1;
    if (form == ACDR_FORM_NODE)
        try_nodes(s, only);
    else if (form <= ACDR_FORM_JOINT)
        try_cells(s);
    else if (form < ACDR_FORM_REMOTE)
        try_splits(s);
    else if (acdr_remote_allowed(s->q))
        try_remote(s);
    *ret = &s->best;
    return s->err < 0 ? s->err : s->found;
}

bool acdr_search_exact(const struct acdr_search *s)
{
    return !s->cut;
}

struct acdr_cores *acdr_search_cores(struct acdr_search *s)
{
    return s->cores;
}
